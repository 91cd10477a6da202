"""Freshness of many rows at once: rules.freshness as instants. A test holds the two equal."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory import rules
from protect.directory.enums import Fact, Freshness, Verdict
from protect.matching.conditions.truth import Truth
from protect.matching.engine.columns.bits import Ints
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import Staleness

# The facts that move costs. LINE, the last, is whether the phone is answered.
FACTS = (
    Fact.LANGUAGES,
    Fact.VISIT_HOURS,
    Fact.PHONE_HOURS,
    Fact.ELIGIBILITY,
    Fact.DOCUMENTS,
    Fact.REPORTING,
    Fact.CAPACITY,
)
LINE = len(FACTS)
PLACE = {fact: number for number, fact in enumerate(FACTS)}

STATES = tuple(Freshness)
CODES = {state: code for code, state in enumerate(STATES)}
UNVERIFIED, FRESH, DUE, OVERDUE, EXPIRED, DISPUTED = map(CODES.__getitem__, STATES)
AGEING = -1  # the state follows from the instants
DECAYED = (EXPIRED, DISPUTED)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ALWAYS, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max

type Codes = NDArray[np.int8]


class Span(NamedTuple):
    """What a fact's checks come to. Units: microseconds since 1970 UTC."""

    state: int  # a code of STATES, or AGEING
    fresh_until: int
    due_to: int  # included
    decays_at: int  # from then on it proves nothing


def ticks(at: datetime) -> int:
    """Return an aware instant as a number. Units: microseconds since 1970 UTC."""
    return (at - EPOCH) // TICK


def spans(row: ServiceRow) -> list[Span]:
    """Return the span of each of FACTS."""
    return [_span(fact, row.checks.get(fact, ())) for fact in FACTS]


def _span(fact: Fact, checks: Sequence[rules.CheckSeen]) -> Span:
    checks = rules.since_edit(checks)
    failed = rules.failed_calls(checks)
    if failed >= rules.FAILED_CALLS:
        return Span(EXPIRED, 0, 0, ALWAYS)
    if failed == len(checks):
        return Span(UNVERIFIED, 0, 0, NEVER)
    if checks[failed].verdict == Verdict.DISPUTED:
        return Span(DISPUTED, 0, 0, ALWAYS)
    return _aged(fact, checks[failed])


def _aged(fact: Fact, check: rules.CheckSeen) -> Span:
    fresh_until = ticks(check.next_check)
    expires = ticks(check.at + rules.EXPIRED_AFTER * (check.next_check - check.at))
    return Span(
        state=AGEING,
        fresh_until=fresh_until,
        due_to=ticks(check.next_check + rules.DUE_FOR),
        decays_at=fresh_until if fact == Fact.CAPACITY else max(fresh_until, expires),
    )


def line(row: ServiceRow) -> tuple[Truth, Span]:
    """Return whether the phone is answered, and the span of LINE: unanswered calls count."""
    checks = row.checks.get(Fact.PHONE, ())
    failed = rules.failed_calls(checks)
    if row.takes_calls and failed >= rules.FAILED_CALLS:
        return Truth.NO, _aged(Fact.PHONE, checks[0])
    if not row.takes_calls or failed == len(checks):
        return Truth.UNKNOWN, Span(UNVERIFIED, 0, 0, NEVER)
    return Truth.YES, _span(Fact.PHONE, checks)


class FreshnessStates:
    """The states of all rows, each kept for as long as it lasts. Threads may share it."""

    def __init__(self, spans: Ints) -> None:
        self._spans = spans  # rows, facts and LINE, Span
        self._cached = np.zeros((len(spans), 3), dtype=np.int64)  # since, until, eight states
        self._cached[:, :2] = NEVER, ALWAYS
        self._lock = Lock()

    def states(self, rows: Ints, at: int) -> Codes:
        """Return for each row a code of STATES for each fact and LINE. Units: ticks."""
        with self._lock:
            cached = self._cached.take(rows, axis=0)
            old = (cached[:, 0] > at) | (cached[:, 1] <= at)
            if old.any():
                self._renew(rows[old], at)
                cached = self._cached.take(rows, axis=0)
        return cached[:, 2].copy().view(np.int8).reshape(-1, len(FACTS) + 1)

    def _renew(self, rows: Ints, at: int) -> None:
        spans = self._spans[rows]
        state, fresh_until, due_to, decays_at = np.moveaxis(spans, -1, 0)
        ageing = np.where(
            at < fresh_until,
            FRESH,
            np.where(at >= decays_at, EXPIRED, np.where(at <= due_to, DUE, OVERDUE)),
        )
        changes = np.stack([fresh_until, due_to + 1, decays_at], axis=-1)
        states = np.where(state == AGEING, ageing, state).astype(np.int8)
        self._cached[rows, 0] = at
        self._cached[rows, 1] = np.where(changes > at, changes, NEVER).min(axis=(1, 2))
        self._cached[rows, 2] = states.view(np.int64)[:, 0]


class StaleCosts:
    """What costs become as far as their fact is stale, by state and cost. See criteria.stale."""

    def __init__(self, staleness: Staleness) -> None:
        self._quarters = np.array([[staleness.quarters(state)] for state in STATES])
        self._tables: dict[tuple[int, int], Ints] = {}

    def table(self, unknown: int, most: int) -> Ints:
        """Return the table of costs up to `most` that move towards `unknown`. Units: minutes."""
        table = self._tables.get((unknown, most))
        if table is None:
            quarters, costs = self._quarters, np.arange(most + 1)
            table = -(-((4 - quarters) * costs + quarters * unknown) // 4)
            self._tables[unknown, most] = table
        return table
