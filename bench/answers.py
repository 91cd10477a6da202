"""The whole answer, with hours and reasons: the engine beside the definition that it must equal.

Invented "Demo …" services over the real settlements, and questions that people are likely to ask.
On a sample both must give the same answer before anything is timed.
"""

from __future__ import annotations

import gc
import random
import time
from datetime import UTC, datetime

from bench.timing import Times, each, resident_mb
from protect.directory.matching import oracle
from protect.directory.matching.engine import Engine
from protect.directory.matching.question import Question
from protect.directory.matching.rows import Rows
from tests.directory.matching import ask, generate

TITLE = "The whole answer, with hours and reasons"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIZES = (10_000, 100_000)
QUESTIONS, WARM, SAME, BY_ORACLE = 1500, 100, 5, 12
CHANGES = 50


def report() -> str:
    lines = [
        "| services | way | p50 ms | p95 ms | p99 ms | × engine (p50) |",
        "| ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    notes = []
    for size in SIZES:
        engine, rows, note = built(size)
        notes.append(note)
        lines += measured(size, engine, rows)
        del engine, rows
        gc.collect()
    return "\n".join([*lines, "", *notes])


def built(size: int) -> tuple[Engine, Rows, str]:
    drawn = generate.draw(size, 7, at=AT)
    rows = tuple(generate.rows(drawn))
    before, start = resident_mb(), time.perf_counter()
    engine = Engine(rows, 1)
    took, memory = time.perf_counter() - start, resident_mb() - before
    start = time.perf_counter()
    for edition in range(CHANGES):
        engine = engine.with_changes(
            [generate.row(drawn, edition, edition=edition + 1)], (), edition + 2
        )
    change_ms = (time.perf_counter() - start) / CHANGES * 1000
    note = (
        f"- {size:,} services: built in {took:.1f} s, {memory:.0f} MB of columns; "
        f"a changed row is in the next answer after {change_ms:.1f} ms."
    )
    return engine, Rows(engine.version, tuple(engine.rows)), note


def measured(size: int, engine: Engine, rows: Rows) -> list[str]:
    chance = random.Random(11)
    among = generate.settlements()
    questions = [ask.likely(chance, among, AT) for _ in range(QUESTIONS)]
    for question in questions[:SAME]:
        if engine.answer(question) != oracle.answer(rows, question):
            raise SystemExit(f"the engine differs from the oracle: {question}")
    for question in questions[:WARM]:
        engine.answer(question)
    fast = each(engine.answer, questions[WARM:])

    def by_oracle(question: Question) -> object:
        return oracle.answer(rows, question)

    slow = each(by_oracle, questions[:BY_ORACLE])
    return [line(size, "engine", fast, fast), line(size, "Python oracle", slow, fast)]


def line(size: int, name: str, times: Times, first: Times) -> str:
    values = " | ".join(f"{value / 1000:.2f}" for value in (times.p50, times.p95, times.p99))
    return f"| {size:,} | {name} | {values} | {times.p50 / first.p50:,.1f} |"
