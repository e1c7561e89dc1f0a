"""Spreadsheet batch processor for emulation and commendation work (thi đua, khen thưởng)."""

__version__ = "0.1.0"
