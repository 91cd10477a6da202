"""Lucene 9 in its own JVM: one document per service; a term and a distance query, own collector."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.kernel.data import MOST, RINGS, Data, Question
from bench.measure import PASSES, Timing

JAR = Path("/usr/share/java/lucene9.jar")
SOURCE = Path(__file__).with_name("Rival.java")
NAME = "Lucene, in its JVM"


class Run(NamedTuple):
    timing: Timing
    answers: list[list[int]]
    build_s: float
    megabytes: float
    visible_ms: float


def run(data: Data, questions: list[Question]) -> Run:
    """Compile the rival, hand it the data, and return what it found and how long it took."""
    with tempfile.TemporaryDirectory(prefix="bench-lucene-") as name:
        folder = Path(name)
        given = {
            "x": data.x, "y": data.y, "pattern": data.pattern, "first": data.first,
            "pairs": data.pairs, "waits": data.waits, "rings": np.array(RINGS),
            "most": np.array([MOST]), "questions": np.array(questions).ravel(),
        }  # fmt: skip
        for column, values in given.items():
            values.astype("<i4").tofile(folder / column)
        compile_command = ["javac", "-cp", str(JAR), "-d", name, str(SOURCE)]
        subprocess.run(compile_command, check=True)
        command = ["java", "-Xmx4g", "-cp", f"{JAR}:{name}", "Rival", name, str(PASSES)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        build_s, megabytes, visible_ms = map(float, told[-3:])
        answers = np.fromfile(folder / "answers", dtype="<i4").reshape(-1, MOST)
        took = np.fromfile(folder / "times", dtype="<i8") / 1000
    found = [[service for service in row if service >= 0] for row in answers.tolist()]
    return Run(Timing.of(took), found, build_s, megabytes, visible_ms)
