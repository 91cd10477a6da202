"""From the start of a server to its first answer: with a snapshot file, and by a build.

"Demo …" services over the real settlements, and questions as the public site gets them. A process
of its own reads the file and answers one question; the median of several is given, each with
another first question. Later, opening hours have changed their state since the file was written:
more of them are evaluated for the first answer. `build` has the rows in memory already: reading
them from a database comes on top of it. Aim: the first answer within 1 s.
"""

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.answer import AT, SIZE, _build_engine
from bench.measure import seconds, table
from protect.matching.engine import files
from protect.matching.questions import Question
from tests.matching import ask, generate

KEY = b"k" * 32
SETUP = "import django; django.setup(); from bench.start_time import start"
STARTS = 5
LATER = (0, 1, 8)  # hours since the file was written
HEADER = ("start", "read or build s", "first answer s", "together s", "longest s")


def report() -> str:
    """Return the table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.snapshot"
        rows = list(generate.rows(generate.draw(SIZE, 1, at=AT)))
        engine, build_s = seconds(lambda: _build_engine(rows))
        answer_s = seconds(lambda: engine.answer(_question(0, 0)))[1]
        stamps = {row.id: (AT, 1) for row in rows}
        write_s = seconds(lambda: files.write(path, engine, stamps, KEY))[1]
        lines = [("build", build_s, answer_s, build_s + answer_s, build_s + answer_s)]
        lines += [_from_file(path, hours) for hours in LATER]
        size = path.stat().st_size / 1e6
    about = f"{SIZE:,} services. The file has {size:.0f} MB and was written in {write_s:.1f} s."
    return "\n\n".join([(__doc__ or "").partition("\n")[2].strip(), about, table(HEADER, lines)])


def _from_file(path: Path, hours: int) -> tuple[str, float, float, float, float]:
    """Return how long starts took, `hours` after the file was written."""
    runs = []
    for number in range(STARTS):
        code = f"{SETUP}; start({str(path)!r}, {hours}, {number})"
        command = [sys.executable, "-c", code]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(tuple(map(float, run.stdout.split())))
    read, answer, together = (*zip(*runs, strict=True), [sum(run) for run in runs])
    name = f"file, {hours} h later" if hours else "**file**, at once"
    return name, median(read), median(answer), median(together), max(together)


def _question(number: int, hours: int) -> Question:
    chance = random.Random(number)
    return ask.likely_question(chance, generate.settlements(), AT + timedelta(hours=hours))


def start(path: str, hours: int, number: int) -> None:
    """Read a file and answer a question; print the seconds of each."""
    question = _question(number, hours)
    begun_at = time.perf_counter()
    engine, _ = files.read(Path(path), KEY)
    between = time.perf_counter()
    engine.answer(question)
    print(between - begun_at, time.perf_counter() - between)
