"""How everything here is measured, and written down."""

import os
import platform
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

PASSES = 4  # over all questions; of each question the fastest counts: the machine has other guests


class Timing(NamedTuple):
    """Units: microseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, microseconds: Iterable[float]) -> "Timing":
        """Return the percentiles over all questions."""
        return cls(*np.percentile(list(microseconds), [50, 95, 99]).tolist())


def times[Q](ask: Callable[[Q], object], questions: Sequence[Q], passes: int = PASSES) -> Timing:
    """Ask all questions, several times over, and return how long they took."""
    best = [float("inf")] * len(questions)
    for _ in range(passes):
        for number, question in enumerate(questions):
            start = time.perf_counter_ns()
            ask(question)
            best[number] = min(best[number], (time.perf_counter_ns() - start) / 1000)
    return Timing.of(best)


def seconds[T](make: Callable[[], T]) -> tuple[T, float]:
    """Return what was made, and how long it took."""
    start = time.perf_counter()
    made = make()
    return made, time.perf_counter() - start


def resident_mb() -> float:
    """Return the memory that this process has. Units: megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown. Numbers stand to the right."""
    lines = [f"| {' | '.join(header)} |", f"| --- |{' ---: |' * (len(header) - 1)}"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def machine() -> str:
    """Return where and with what this was measured, as a line of Markdown."""
    info = Path("/proc/cpuinfo").read_text()
    result = re.search(r"model name\s*:\s*(.+)", info)
    processor = result[1] if result else platform.machine()
    day = datetime.now(UTC).date().isoformat()
    return (
        f"Measured {day} on {processor}, {os.cpu_count()} cores, {platform.system()}"
        f" {platform.release()}; Python {platform.python_version()}, NumPy {np.__version__}."
    )


def output(*command: str) -> str:
    """Return what a command writes; nothing where it is not installed."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return (run.stdout + run.stderr).strip()
