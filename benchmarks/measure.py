"""Measures whole processes: CPU of the tree and the memory of its largest process.

Imports nothing large: on Linux a child starts with the peak memory of its parent, so a parent
that had loaded pandas would make every child look at least as big as itself.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Usage:
    """``cpu`` and ``wall`` in seconds (children included), ``peak`` in MB (largest process)."""

    cpu: float
    wall: float
    peak: float


def measure(command: Sequence[str], log: Path | None = None) -> Usage:
    """Runs a command to its end.

    Raises:
        RuntimeError: when it fails, with the end of what it printed.
    """
    target = log or Path(os.devnull)
    # An installed program has its bytecode beside it, whatever this shell asks for.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    with target.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log else ""
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}\n{tail}")
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Usage(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / scale)


def middle(usages: Sequence[Usage]) -> Usage:
    """Medians, column by column."""
    return Usage(
        median(u.cpu for u in usages),
        median(u.wall for u in usages),
        median(u.peak for u in usages),
    )


def exponent(sizes: tuple[float, float], costs: tuple[float, float]) -> float:
    """Growth of a cost with size: 1 is linear."""
    return math.log(costs[1] / costs[0]) / math.log(sizes[1] / sizes[0])
