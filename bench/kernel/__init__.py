"""The retrieval alone: a need, a language, open now or soonest, within 50 km, ten of them.

All engines hold the same postings of "Demo …" services over the real settlements, get the same
waits by pattern of hours, and answer the same 2,000 questions with the same ids in the same order,
which is asserted against a look at everything. Distances are whole metres on a plane.
"""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, NamedTuple

import psycopg

from bench.kernel import data, lucene, postgres
from bench.kernel.bitsets import BitSets
from bench.kernel.compiled import Compiled
from bench.kernel.data import RINGS, Data, Question
from bench.kernel.postings import Postings
from bench.kernel.sqlite import Sqlite
from bench.measure import PASSES, Timing, output, seconds, table, times

SIZES = (100_000, 1_000_000)
CHECKED = 300  # questions whose answers are compared with a look at everything
MOVES = 9  # of which the middle one counts


class Row(NamedTuple):
    name: str
    timing: Timing
    megabytes: float
    build_s: float
    visible_ms: float


def report() -> str:
    """Return the tables, one for each size."""
    return "\n\n".join([_about(), *map(_section, SIZES)])


def _about() -> str:
    binaries = lucene.jdk()
    java = output(str(binaries / "java"), "-version").splitlines()[0] if binaries else "no JDK"
    server = output(str(postgres.BINARIES[-1] / "postgres"), "--version") if _has_server() else ""
    return (
        f"{(__doc__ or '').partition(chr(10))[2].strip()}\n\n"
        f"Of each question the fastest of {PASSES} askings counts. numba"
        f" {_version('numba')}, SQLite {_version('sqlite3', 'sqlite_version')},"
        f" {server or 'no PostgreSQL'}, {java}."
    )


def _version(module: str, name: str = "__version__") -> str:
    return str(getattr(__import__(module), name))


def _has_server() -> bool:
    return bool(postgres.BINARIES)


def _section(size: int) -> str:
    given, questions = data.made(size)
    expected = [data.truth(given, question) for question in questions[:CHECKED]]
    rows, absent = [], []
    for found in _measured(given, questions, expected, small=size == SIZES[0]):
        (absent if isinstance(found, str) else rows).append(found)
    fastest = next(row for row in rows if row.name == Compiled.name).timing.p50
    ours = next(row for row in rows if row.name == Postings.name).timing.p50
    header = (
        "engine",
        "p50 µs",
        "p95 µs",
        "p99 µs",
        "× NumPy",
        "× numba",
        "MB",
        "build s",
        "change ms",
    )
    body = [
        (row.name, *row.timing, row.timing.p50 / ours, row.timing.p50 / fastest, *row[2:])
        for row in rows
    ]
    return "\n\n".join(
        [f"## {size:,} services, {len(given.pairs):,} postings", table(header, body), *absent]
    )


def _measured(
    given: Data, questions: list[Question], expected: list[list[int]], *, small: bool
) -> Iterator[Row | str]:
    for engine in (Compiled, Postings, BitSets, Sqlite):
        yield _row(lambda engine=engine: engine.build(given), given, questions, expected)
    if not small:
        return
    yield from _servers(given, questions, expected)
    if binaries := lucene.jdk():
        either = [lucene.run(binaries, given, questions, rings) for rings in (RINGS, RINGS[-1:])]
        ran = min(either, key=lambda each: each.timing.p50)
        assert ran.answers[: len(expected)] == expected, "Lucene answers differently"
        yield Row(lucene.NAME, ran.timing, ran.megabytes, ran.build_s, ran.visible_ms)
    else:
        reason = f"liblucene9-java or a JDK of at least {lucene.OLDEST} is not installed."
        yield f"Lucene was not measured: {reason}"


def _servers(
    given: Data, questions: list[Question], expected: list[list[int]]
) -> Iterator[Row | str]:
    if not _has_server():
        yield "PostgreSQL was not measured: it is not installed."
        return
    with postgres.server() as address:
        for engine in (postgres.Postgres, postgres.PostGis):
            try:
                yield _row(lambda engine=engine: engine(address, given), given, questions, expected)
            except psycopg.errors.FeatureNotSupported:
                yield f"{engine.name} was not measured: its extension is not installed."


def _row(
    build: Callable[[], Any], given: Data, questions: list[Question], expected: list[list[int]]
) -> Row:
    engine, build_s = seconds(build)
    for question, answer in zip(questions, expected, strict=False):
        assert engine.find(question) == answer, f"{engine.name} answers differently: {question}"
    _tune(engine, questions[:CHECKED])
    timing = times(engine.find, questions)
    return Row(engine.name, timing, engine.megabytes(), build_s, _visible(engine, given))


def _tune(engine: Any, questions: list[Question]) -> None:
    """Let an engine look ring by ring, or at once into the widest: whichever is faster."""
    if hasattr(engine, "rings"):
        took = {}
        for engine.rings in (RINGS, RINGS[-1:]):
            took[engine.rings] = times(engine.find, questions, passes=2).p50
        engine.rings = min(took, key=took.__getitem__)


def _visible(engine: Any, given: Data) -> float:
    """Return the milliseconds from a change until an answer shows it."""
    took = []
    for service in range(1000, 1000 + MOVES):
        x, y = int(given.x[service]) + 1, int(given.y[service])
        question = Question(int(given.pairs[given.first[service]]), x, y)

        def change(service: int = service, question: Question = question) -> list[int]:
            moved = engine.moved(service, question.x, question.y)
            found: list[int] = moved.find(question)
            return found

        took.append(seconds(change)[1] * 1000)
    return median(took)
