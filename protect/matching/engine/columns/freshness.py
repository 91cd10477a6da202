"""Freshness of many rows at once: directory.rules.freshness as instants; a test compares both."""

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

# The facts whose freshness moves costs. After them, PHONE_ANSWER: whether the phone is answered.
FACTS = (
    *(Fact.LANGUAGES, Fact.VISIT_HOURS, Fact.PHONE_HOURS, Fact.ELIGIBILITY),
    *(Fact.DOCUMENTS, Fact.REPORTING, Fact.CAPACITY),
)
PHONE_ANSWER = len(FACTS)  # index after those of FACTS: whether the phone is answered
FACT_INDEX = {fact: number for number, fact in enumerate(FACTS)}

STATES = tuple(Freshness)
STATE_CODES = {state: code for code, state in enumerate(STATES)}  # of freshness, in columns
UNVERIFIED, FRESH, DUE, OVERDUE, EXPIRED, DISPUTED = map(STATE_CODES.__getitem__, STATES)
CHANGES_WITH_TIME = -1  # the state follows from the instants of the span
DECAYED_CODES = (EXPIRED, DISPUTED)  # a fact in these states counts as unknown
IS_DECAYED = np.isin(np.arange(len(STATES)), DECAYED_CODES)  # by code: quicker than `isin` for rows

NO_HOURS_COST = 2_000_000_000  # doubled; hours are unknown, or there is no such contact mode
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)  # unit of time in the columns
ALWAYS, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max  # before and after all instants

type Codes = NDArray[np.int8]


class FreshnessSpan(NamedTuple):
    """The freshness that follows from the checks of a fact. Units: microseconds since 1970 UTC."""

    state: int  # a code of STATES, or CHANGES_WITH_TIME
    fresh_until: int
    due_to: int  # last instant at which the check is due, not overdue
    decays_at: int  # from this instant on, it is expired; ALWAYS also if disputed


def ticks(at: datetime) -> int:
    """Return an aware instant as a number. Units: microseconds since 1970 UTC."""
    return (at - EPOCH) // TICK


def freshness_spans(row: ServiceRow) -> list[FreshnessSpan]:
    """Return the freshness span of each of FACTS."""
    return [_freshness_span(fact, row.checks.get(fact, ())) for fact in FACTS]


def _freshness_span(fact: Fact, checks: Sequence[rules.CheckSummary]) -> FreshnessSpan:
    checks = rules.checks_since_edit(checks)
    failed = rules.count_failed_calls(checks)
    if failed >= rules.FAILED_CALLS_LIMIT:
        return FreshnessSpan(EXPIRED, 0, 0, ALWAYS)
    if failed == len(checks):
        return FreshnessSpan(UNVERIFIED, 0, 0, NEVER)
    if checks[failed].verdict == Verdict.DISPUTED:
        return FreshnessSpan(DISPUTED, 0, 0, ALWAYS)
    return _ageing_span(fact, checks[failed])


def _ageing_span(fact: Fact, check: rules.CheckSummary) -> FreshnessSpan:
    fresh_until = ticks(check.next_check)
    expires = ticks(check.at + rules.EXPIRED_AFTER * (check.next_check - check.at))
    return FreshnessSpan(
        state=CHANGES_WITH_TIME,
        fresh_until=fresh_until,
        due_to=ticks(check.next_check + rules.DUE_FOR),
        decays_at=fresh_until if fact == Fact.CAPACITY else max(fresh_until, expires),
    )


def phone_answer_span(row: ServiceRow) -> tuple[Truth, FreshnessSpan]:
    """Return whether the phone is answered (NO: repeated failed calls), and the fact's span."""
    checks = row.checks.get(Fact.PHONE, ())
    failed = rules.count_failed_calls(checks)
    if row.has_voice_number and failed >= rules.FAILED_CALLS_LIMIT:
        return Truth.NO, _ageing_span(Fact.PHONE, checks[0])
    if not row.has_voice_number or failed == len(checks):
        return Truth.UNKNOWN, FreshnessSpan(UNVERIFIED, 0, 0, NEVER)
    return Truth.YES, _freshness_span(Fact.PHONE, checks)


class FreshnessStates:
    """The freshness of all rows, cached until it changes. Threads may share it."""

    def __init__(self, spans: Ints) -> None:
        self._spans = spans  # axes: row, fact, field of the span
        self._cached = np.zeros((len(spans), 3), dtype=np.int64)  # since, until, 8 states
        self._cached[:, :2] = NEVER, ALWAYS
        self._lock = Lock()

    def states(self, rows: Ints, at: int) -> Codes:
        """Return codes of STATES, by row and by fact (FACTS, then PHONE_ANSWER). Units: ticks."""
        with self._lock:
            cached = self._cached.take(rows, axis=0)
            is_outdated = (cached[:, 0] > at) | (cached[:, 1] <= at)
            if is_outdated.any():
                self._refresh(rows[is_outdated], at)
                cached = self._cached.take(rows, axis=0)
        return cached[:, 2].copy().view(np.int8).reshape(-1, len(FACTS) + 1)

    def _refresh(self, rows: Ints, at: int) -> None:
        state, fresh_until, due_to, decays_at = np.moveaxis(self._spans[rows], -1, 0)
        not_fresh = np.where(at >= decays_at, EXPIRED, np.where(at <= due_to, DUE, OVERDUE))
        ageing = np.where(at < fresh_until, FRESH, not_fresh)
        changes = np.stack([fresh_until, due_to + 1, decays_at], axis=-1)
        states = np.where(state == CHANGES_WITH_TIME, ageing, state).astype(np.int8)
        self._cached[rows, 0] = at
        self._cached[rows, 1] = np.where(changes > at, changes, NEVER).min(axis=(1, 2))
        self._cached[rows, 2] = states.view(np.int64)[:, 0]


class StaleCosts:
    """Tables of the results of `criteria.stale_cost`, by freshness and original cost."""

    def __init__(self, staleness: Staleness) -> None:
        self._quarters = np.array([[staleness.quarters(state)] for state in STATES])
        self._tables: dict[tuple[int, int], Ints] = {}
        self._closed_tables: dict[tuple[int, int], Ints] = {}

    def table(self, unknown: int, most: int) -> Ints:
        """Return stale costs: a row for each of STATES, a column for each cost 0 to `most`."""
        table = self._tables.get((unknown, most))
        if table is None:
            quarters, costs = self._quarters, np.arange(most + 1)
            table = -(-((4 - quarters) * costs + quarters * unknown) // 4)
            self._tables[unknown, most] = table
        return table

    def closed_table(self, unknown: int, most: int) -> Ints:
        """Return stale costs as `WaitCache.closed_costs` counts them, NO_HOURS_COST in the last
        column: hours that are not trusted do not say that it is closed."""
        table = self._closed_tables.get((unknown, most))
        if table is None:
            is_closed = np.array([0, 1]) * ~IS_DECAYED[:, None, None]
            doubled = 2 * self.table(unknown, most)[:, :, None] + is_closed
            no_hours = np.full((len(STATES), 1), NO_HOURS_COST)
            table = np.hstack([doubled.reshape(len(STATES), -1), no_hours])
            self._closed_tables[unknown, most] = table
        return table
