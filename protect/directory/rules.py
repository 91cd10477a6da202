"""What follows from the checks and the status of a service. Pure: the instant comes in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple, Protocol

from protect.directory import addresslike
from protect.directory.enums import (
    CallState,
    CorrectionState,
    Fact,
    Freshness,
    ImportState,
    Method,
    Move,
    PairState,
    QueueMove,
    QueueState,
    Status,
    Verdict,
)
from protect.directory.errors import (
    CallNotPossible,
    CorrectionJudged,
    ImportStepNotAllowed,
    PairDecided,
    QueueMoveNotAllowed,
    ServiceMoveNotAllowed,
)

LONGEST_INTERVAL = timedelta(days=90)
DUE_FOR = timedelta(days=30)  # after that, overdue
EXPIRED_AFTER = 3  # intervals
FAILED_CALLS = 2  # in a row: nobody can be said to answer there
WITHHELD = "…"

MOVES = {
    (Status.DRAFT, Move.SUBMIT): Status.REVIEW,
    (Status.REVIEW, Move.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, Move.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Move.RESUME): Status.PUBLISHED,
    (Status.SUSPENDED, Move.WITHDRAW): Status.WITHDRAWN,
}
QUEUE_MOVES = {
    (QueueState.OPEN, QueueMove.CLAIM): QueueState.CLAIMED,
    (QueueState.CLAIMED, QueueMove.LET_GO): QueueState.OPEN,
    (QueueState.CLAIMED, QueueMove.FINISH): QueueState.DONE,
    (QueueState.CLAIMED, QueueMove.MISS): QueueState.NOT_REACHED,
    (QueueState.CLAIMED, QueueMove.HAND_ON): QueueState.HANDED_ON,
}
LEASE = timedelta(minutes=30)
LINK_LASTS = timedelta(days=14)  # in which a service can answer by its mail
UNDO_MERGE = timedelta(days=30)
IMPORT_STEPS = frozenset(
    {
        (ImportState.UPLOADED, ImportState.MAPPED),
        (ImportState.MAPPED, ImportState.MAPPED),  # mapped once more, before anything is applied
        (ImportState.MAPPED, ImportState.PREVIEWED),
        (ImportState.PREVIEWED, ImportState.MAPPED),
        (ImportState.PREVIEWED, ImportState.APPLYING),
        (ImportState.APPLYING, ImportState.APPLIED),
        (ImportState.UPLOADED, ImportState.DISCARDED),
        (ImportState.MAPPED, ImportState.DISCARDED),
        (ImportState.PREVIEWED, ImportState.DISCARDED),
        (ImportState.APPLYING, ImportState.DISCARDED),  # what is written stays
    }
)


class Judged(Protocol):
    """A check, in whichever shape."""

    @property
    def verdict(self) -> str: ...


class CheckSeen(NamedTuple):
    """What the freshness of a fact needs to know of one check."""

    verdict: str
    at: datetime
    next_check: datetime


class PhoneCheck(NamedTuple):
    """What the release of a number needs to know of one check."""

    verdict: str
    method: str
    has_two_people: bool


def step(status: Status, move: Move) -> Status:
    """Return the status that `move` leads to.

    Errors: ServiceMoveNotAllowed, when MOVES has no such move from `status`.
    Source: docs/adr/0005-facts-and-freshness.md.
    """
    try:
        return MOVES[status, move]
    except KeyError:
        raise ServiceMoveNotAllowed(status=status.value, move=move.value) from None


def step_queue(state: QueueState, move: QueueMove) -> QueueState:
    """Return the state that `move` leads to. Errors: QueueMoveNotAllowed."""
    try:
        return QUEUE_MOVES[state, move]
    except KeyError:
        raise QueueMoveNotAllowed(state=state.value, move=move.value) from None


def leased(state: QueueState, until: datetime | None, at: datetime) -> bool:
    """Return whether somebody still holds an item of the queue: past its lease nobody does."""
    return state == QueueState.CLAIMED and until is not None and at < until


def end_call(state: CallState, to: CallState) -> CallState:
    """Return how a call test ends: once, by the second person or because the numbers changed.

    Errors: CallNotPossible.
    """
    if state != CallState.WAITING or to == CallState.WAITING:
        raise CallNotPossible()
    return to


def judge(state: CorrectionState, verdict: CorrectionState) -> CorrectionState:
    """Return how a correction stands once it was judged: once, and never back to new.

    Errors: CorrectionJudged.
    """
    if state != CorrectionState.NEW or verdict == CorrectionState.NEW:
        raise CorrectionJudged(state=state.value)
    return verdict


def decide(state: PairState, decision: PairState) -> PairState:
    """Return how a pair stands once somebody has decided, or taken a merging back.

    Errors: PairDecided.
    """
    is_first = state == PairState.PROPOSED and decision != PairState.PROPOSED
    is_undone = (state, decision) == (PairState.MERGED, PairState.PROPOSED)
    if not (is_first or is_undone):
        raise PairDecided(state=state.value)
    return decision


def step_import(state: ImportState, to: ImportState) -> ImportState:
    """Return the next state of an import. Errors: ImportStepNotAllowed."""
    if (state, to) not in IMPORT_STEPS:
        raise ImportStepNotAllowed(state=state.value, to=to.value)
    return to


def freshness(fact: Fact, checks: Sequence[CheckSeen], at: datetime) -> Freshness:
    """Return how far a fact can be trusted at an instant.

    `checks` are those of this fact alone, newest first. A check that reached nobody leaves what
    stood before; the second in a row ends it. Nothing before an edit counts.
    Source: docs/adr/0005-facts-and-freshness.md, docs/adr/0019-editing.md.
    """
    checks = since_edit(checks)
    failed = sum(1 for _ in takewhile(_reached_nobody, checks))
    if failed >= FAILED_CALLS:
        return Freshness.EXPIRED
    if failed == len(checks):
        return Freshness.UNVERIFIED
    standing = checks[failed]
    if standing.verdict == Verdict.DISPUTED:
        return Freshness.DISPUTED
    return _aged(fact, standing, at)


def _aged(fact: Fact, standing: CheckSeen, at: datetime) -> Freshness:
    if at < standing.next_check:
        return Freshness.FRESH
    interval = standing.next_check - standing.at
    if fact == Fact.CAPACITY or at >= standing.at + EXPIRED_AFTER * interval:
        return Freshness.EXPIRED
    return Freshness.DUE if at <= standing.next_check + DUE_FOR else Freshness.OVERDUE


def since_edit[C: Judged](checks: Iterable[C]) -> list[C]:
    """Return the checks, newest first, that speak of a fact as it stands: those after an edit."""
    return list(takewhile(_is_a_check, checks))


def next_check(at: datetime, interval: timedelta, weight: float) -> datetime:
    """Return when a fact that was checked at `at` is to be checked again.

    The weaker the method, the sooner. Units: `weight` is above 0 and at most 1.
    Errors: ValueError for an interval or a weight that freshness.toml could not hold.
    """
    if not timedelta(0) < interval <= LONGEST_INTERVAL or not 0 < weight <= 1:
        raise ValueError("interval must be within 90 days, weight above 0 and at most 1")
    return at + interval * weight


def confidence(weight: float, age: timedelta, interval: timedelta) -> float:
    """Return how much a check still proves: its weight, halved with every interval.

    It orders the desk's queue. People and ranking see states, never this number.
    """
    return float(weight * 2 ** (-(age / interval)))


def is_call_tested(checks: Iterable[PhoneCheck]) -> bool:
    """Return whether somebody called the number and a second person confirmed it.

    `checks` are those of the phone, newest first. A later dispute, change or failed call undoes
    it; somebody who only confirms it once more does not.
    """
    for check in checks:
        is_good = check.verdict in {Verdict.CONFIRMED, Verdict.CHANGED}
        if is_good and check.method == Method.CALL and check.has_two_people:
            return True
        if check.verdict != Verdict.CONFIRMED:
            return False
    return False


def without_spots(text: str, spots: Collection[str]) -> str:
    """Return a text with every mention of the given addresses replaced by an ellipsis.

    Case and the width of blanks do not matter. Nothing shorter than four characters is looked
    for: a house number alone stands in every text.
    """
    for spot in sorted(spots, key=len, reverse=True):
        words = [re.escape(word) for word in spot.split()]
        if len(spot.strip()) >= 4:
            text = re.sub(r"\s+".join(words), WITHHELD, text, flags=re.IGNORECASE)
    return text


def resembles_address(text: str) -> bool:
    """Return whether a text tells where something is: street, postcode, spot, map or code.

    It would rather refuse one text too many than store the address of a shelter.
    Source: docs/adr/0018-corrections-and-doubles.md.
    """
    return addresslike.resembles(text)


def _reached_nobody(check: CheckSeen) -> bool:
    return check.verdict == Verdict.NOT_REACHED


def _is_a_check(check: Judged) -> bool:
    return check.verdict != Verdict.EDITED
