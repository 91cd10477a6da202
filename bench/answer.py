"""The whole answer: conditions, hours, order, reasons, near misses and national lines.

"Demo …" services over the real settlements, and questions as the public site gets them, spread
over five minutes: one of the eight needs, a place, up to three languages, at times something about
the person. All engines give the same answers, which is asserted of the first 24 questions.
"""

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from statistics import median

from bench.measure import PASSES, Timing, resident_mb, seconds, table, times
from protect.directory.enums import ServiceScope
from protect.directory.hours import timeline
from protect.matching.engine import Engine
from protect.matching.questions import Answers, Question, build_query, match_needs
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary
from tests.matching import ask, generate, oracle
from tests.matching.generate import Draw

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday morning
SIZE, LARGE = 100_000, 1_000_000  # services
QUESTIONS, CHECKED_QUESTIONS, COMPARED_QUESTIONS = 2000, 24, 24
SPREAD = timedelta(minutes=5)
CHANGES = 9  # of which the middle one counts
COMPARED_HEADER = ("engine", "p50 ms", "p95 ms", "× engine (p50)")
HEADER = ("engine", "p50 ms", "p95 ms", "p99 ms", "MB", "build s", "change ms")


class Postings:
    """SQLite selects the services that answer a need in a country; the oracle ranks them."""

    def __init__(self, rows: oracle.Rows) -> None:
        self._rows = rows
        self._tables = sqlite3.connect(":memory:")
        self._tables.execute(
            "CREATE TABLE posting (need TEXT, country TEXT, place INTEGER,"
            " PRIMARY KEY (need, country, place)) WITHOUT ROWID"
        )
        self._tables.executemany("INSERT OR IGNORE INTO posting VALUES (?, ?, ?)", self._postings())

    def _postings(self) -> Iterator[tuple[str, str, int]]:
        queries = {need: build_query(Question(needs=(need,), at=AT)) for need in vocabulary.needs()}
        for place, row in enumerate(self._rows.rows):
            countries = {row.country, *(reach.country for reach in row.areas)}
            needs = [need for need, query in queries.items() if match_needs(row, query).categories]
            if row.scope == ServiceScope.NATIONAL:
                needs.append("")
            yield from ((need, country, place) for need in needs for country in countries)

    def answer(self, question: Question) -> Answers:
        country = question.where.country if question.where else ""
        query = "SELECT DISTINCT place FROM posting WHERE need IN ('', ?) AND country = ?"
        places = self._tables.execute(query, (*question.needs, country))
        rows = tuple(self._rows.rows[place] for (place,) in places)
        return oracle.answer(oracle.Rows(self._rows.version, rows), question)


def report() -> str:
    """Return the tables."""
    about = (__doc__ or "").partition("\n")[2].strip()
    how = (
        "Each question is asked once, with the caches and the collector that the site runs with:"
        " that is what a visitor waits for."
    )
    return "\n\n".join([about, how, _report_comparison(), _report_large()])


def _report_comparison() -> str:
    drawn, rows, questions = _draw_case(SIZE)
    before = resident_mb()
    engine, build_s = seconds(lambda: _build_engine(rows))
    memory = resident_mb() - before
    first = times(engine.answer, questions, passes=1)
    again = times(engine.answer, questions)
    beside = times(engine.answer, questions[:COMPARED_QUESTIONS], passes=1)
    change_ms = _change_ms(engine, drawn, questions[0])
    by_sqlite, by_oracle, postings_s = _time_competitors(engine, rows, questions)
    body = [
        ("**engine**, each question once", *_ms(first), memory, build_s, change_ms),
        (f"engine, fastest of {PASSES}", *_ms(again), "", "", ""),
    ]
    rivals = [
        ("engine", *_compared_times(beside, beside)),
        ("SQLite postings, oracle", *_compared_times(by_sqlite, beside)),
        ("Python oracle", *_compared_times(by_oracle, beside)),
    ]
    return "\n\n".join(
        [
            f"## {SIZE:,} services",
            table(HEADER, body),
            f"The same {COMPARED_QUESTIONS} questions, each once: too few for a p99.",
            table(COMPARED_HEADER, rivals),
            f"SQLite's table was built in {postings_s:.1f} s.",
        ]
    )


def _time_competitors(
    engine: Engine, rows: list[ServiceRow], questions: list[Question]
) -> tuple[Timing, Timing, float]:
    """Time SQLite and the oracle on the first questions; return also the seconds to build SQLite.

    The oracle evaluates the hours of 100,000 services for each question: they are all cached, which
    favours the oracle. The engine is not timed with this cache.
    """
    production = timeline.timeline
    timeline.timeline = lru_cache(maxsize=None)(production.__wrapped__)
    whole = oracle.Rows(1, tuple(rows))
    postings, postings_s = seconds(lambda: Postings(whole))
    for question in questions[:CHECKED_QUESTIONS]:
        expected = oracle.answer(whole, question)
        assert engine.answer(question) == expected, f"the engine differs: {question}"
        assert postings.answer(question) == expected, f"SQLite differs: {question}"
    few = questions[:COMPARED_QUESTIONS]
    by_sqlite = times(postings.answer, few, passes=1)
    by_oracle = times(lambda question: oracle.answer(whole, question), few, passes=1)
    timeline.timeline = production
    return by_sqlite, by_oracle, postings_s


def _compared_times(timing: Timing, engine: Timing) -> tuple[float, float, float]:
    return timing.p50 / 1000, timing.p95 / 1000, timing.p50 / engine.p50


def _report_large() -> str:
    drawn, rows, questions = _draw_case(LARGE)
    before = resident_mb()
    engine, build_s = seconds(lambda: _build_engine(rows))
    memory = resident_mb() - before
    first = times(engine.answer, questions, passes=1)
    change_ms = _change_ms(engine, drawn, questions[0])
    body = [("**engine**, each question once", *_ms(first), memory, build_s, change_ms)]
    return f"## {LARGE:,} services\n\n{table(HEADER, body)}"


def _draw_case(size: int) -> tuple[Draw, list[ServiceRow], list[Question]]:
    drawn = generate.draw(size, 1, at=AT)
    chance = random.Random(5)
    moments = (AT + number * SPREAD / QUESTIONS for number in range(QUESTIONS))
    questions = [ask.likely_question(chance, drawn.settlements, at) for at in moments]
    return drawn, list(generate.rows(drawn)), questions


def _build_engine(rows: list[ServiceRow]) -> Engine:
    """Return the engine as the site builds it: ready before the first question."""
    engine = Engine(rows, 1)
    engine.precompute_hours(AT)
    engine.warm_up(AT)
    return engine


def _change_ms(engine: Engine, drawn: Draw, question: Question) -> float:
    """Return the milliseconds from a changed row until an answer is made with it."""
    durations = []
    for number in range(CHANGES):
        row = generate.row(drawn, number, edition=1)

        def change(row: ServiceRow = row, version: int = number + 2) -> Answers:
            changed = engine.with_changes([row], [], version)
            changed.precompute_hours(AT)
            return changed.answer(question)

        durations.append(seconds(change)[1] * 1000)
    return median(durations)


def _ms(timing: Timing) -> list[float]:
    return [value / 1000 for value in timing]
