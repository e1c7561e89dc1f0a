"""Measures emubatch against a plain script: ``python -m benchmarks``."""
