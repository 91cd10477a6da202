"""Percentiles of many short runs, in microseconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Times:
    """Percentiles in microseconds."""

    p50: float
    p95: float
    p99: float


def each[Q](ask: Callable[[Q], object], questions: Iterable[Q]) -> Times:
    """Ask every question once and return how long they took."""
    taken = []
    for question in questions:
        start = time.perf_counter_ns()
        ask(question)
        taken.append((time.perf_counter_ns() - start) / 1000)
    return Times(*(float(value) for value in np.percentile(taken, [50, 95, 99])))


def resident_mb() -> float:
    """Return the memory of this process in megabytes."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
