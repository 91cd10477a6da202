"""What follows from the checks and the status of a service. Pure: the instant comes in."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple, Protocol

from protect.directory.enums import Fact, Freshness, Method, Move, Status, Verdict
from protect.directory.errors import DirectoryRefusal

LONGEST_INTERVAL = timedelta(days=90)
DUE_FOR = timedelta(days=30)  # after that, overdue
EXPIRED_AFTER = 3  # intervals
FAILED_CALLS = 2  # in a row: the number no longer counts as answered

MOVES = {
    (Status.DRAFT, Move.SUBMIT): Status.REVIEW,
    (Status.REVIEW, Move.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, Move.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Move.RESUME): Status.PUBLISHED,
    (Status.SUSPENDED, Move.WITHDRAW): Status.WITHDRAWN,
}


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
    Errors: service_move_not_allowed, when MOVES has no such move from `status`. Source:
    docs/adr/0005-facts-and-freshness.md."""
    if (status, move) not in MOVES:
        raise DirectoryRefusal("service_move_not_allowed", status=status, move=move)
    return MOVES[status, move]


def freshness(fact: Fact, checks: Sequence[CheckSeen], at: datetime) -> Freshness:
    """Return how far a fact can be trusted at an instant.
    `checks` are those of this fact alone, newest first. An unanswered call leaves what stood
    before; the second in a row ends it. Nothing before an edit counts. Source:
    docs/adr/0005-facts-and-freshness.md, docs/adr/0019-editing.md."""
    checks = since_edit(checks)
    failed = failed_calls(checks)
    if failed >= FAILED_CALLS:
        return Freshness.EXPIRED
    if failed == len(checks):
        return Freshness.UNVERIFIED
    standing = checks[failed]
    if standing.verdict == Verdict.DISPUTED:
        return Freshness.DISPUTED
    if at < standing.next_check:
        return Freshness.FRESH
    interval = standing.next_check - standing.at
    if fact == Fact.CAPACITY or at >= standing.at + EXPIRED_AFTER * interval:
        return Freshness.EXPIRED
    return Freshness.DUE if at <= standing.next_check + DUE_FOR else Freshness.OVERDUE


def failed_calls(checks: Iterable[Judged]) -> int:
    """Return how many calls in a row were not answered. `checks`: the newest first."""
    return sum(1 for _ in takewhile(lambda each: each.verdict == Verdict.NOT_REACHED, checks))


def since_edit[C: Judged](checks: Iterable[C]) -> list[C]:
    """Return the checks since the last edit, newest first."""
    return list(takewhile(lambda each: each.verdict != Verdict.EDITED, checks))


def next_check(at: datetime, interval: timedelta, weight: float) -> datetime:
    """Return when a fact that was checked at `at` is to be checked again.
    The weaker the method, the sooner. Units: `weight` is above 0 and at most 1. Errors: ValueError
    for an interval or a weight that freshness.toml could not hold."""
    if not timedelta(0) < interval <= LONGEST_INTERVAL or not 0 < weight <= 1:
        raise ValueError("interval must be within 90 days, weight above 0 and at most 1")
    return at + interval * weight


def confidence(weight: float, age: timedelta, interval: timedelta) -> float:
    """Return how much a check still proves: its weight, halved with every interval.
    It orders the desk's queue. People and ranking see states, never this number."""
    return float(weight * 2 ** (-(age / interval)))


def is_call_tested(checks: Iterable[PhoneCheck]) -> bool:
    """Return whether one person called the number and a second one confirmed it.
    `checks` are those of the phone, newest first. A later dispute, change or failed call undoes it;
    one more confirmation does not."""
    for check in checks:
        is_good = check.verdict in {Verdict.CONFIRMED, Verdict.CHANGED}
        if is_good and check.method == Method.CALL and check.has_two_people:
            return True
        if check.verdict != Verdict.CONFIRMED:
            return False
    return False
