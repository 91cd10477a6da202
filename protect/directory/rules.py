"""Rules for the status, freshness and call test of a service.
The functions read no clock and no database: the caller passes the time and the checks."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple, Protocol

from protect.directory.enums import Fact, Freshness, Method, Status, StatusChange, Verdict
from protect.directory.errors import DirectoryRefusal

LONGEST_CHECK_INTERVAL = timedelta(days=90)  # limit for freshness.toml; a longer one is an error
DUE_FOR = timedelta(days=30)  # a fact that is due for longer is overdue
EXPIRED_AFTER = 3  # check intervals since the last check; a vacancy expires after one
FAILED_CALLS_LIMIT = 2  # unanswered calls in a row after which a fact expires

STATUS_AFTER_CHANGE = {
    (Status.DRAFT, StatusChange.SUBMIT): Status.REVIEW,
    (Status.REVIEW, StatusChange.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, StatusChange.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, StatusChange.RESUME): Status.PUBLISHED,
    (Status.SUSPENDED, StatusChange.WITHDRAW): Status.WITHDRAWN,
}


class HasVerdict(Protocol):
    """Any object with the verdict of a check: a FactCheck or one of the tuples below."""

    @property
    def verdict(self) -> str: ...


class CheckSummary(NamedTuple):
    """The values of one check from which the freshness of a fact is computed."""

    verdict: str
    at: datetime
    next_check: datetime


class PhoneCheck(NamedTuple):
    """The values of one check of the fact PHONE, by any method, for the call test of a service."""

    verdict: str
    method: str
    has_two_people: bool


def next_status(status: Status, change: StatusChange) -> Status:
    """Return the status of a service after a status change. Errors: service_move_not_allowed, when
    `status` does not allow the change. Source: docs/adr/0005-facts-and-freshness.md."""
    if (status, change) not in STATUS_AFTER_CHANGE:
        raise DirectoryRefusal("service_move_not_allowed", status=status, move=change)
    return STATUS_AFTER_CHANGE[status, change]


def freshness(fact: Fact, checks: Sequence[CheckSummary], at: datetime) -> Freshness:
    """Return how far a fact can be trusted at an instant. `checks`: of this fact, newest first.
    One unanswered call leaves the earlier state; a second one in a row expires the fact.
    Capacity expires when a check is due. Checks before the last edit do not count.
    Source: docs/adr/0005-facts-and-freshness.md, docs/adr/0019-editing.md."""
    checks = checks_since_edit(checks)
    failed_calls_count = count_failed_calls(checks)
    if failed_calls_count >= FAILED_CALLS_LIMIT:
        return Freshness.EXPIRED
    if failed_calls_count == len(checks):
        return Freshness.UNVERIFIED
    deciding_check = checks[failed_calls_count]
    if deciding_check.verdict == Verdict.DISPUTED:
        return Freshness.DISPUTED
    if at < deciding_check.next_check:
        return Freshness.FRESH
    interval = deciding_check.next_check - deciding_check.at
    if fact == Fact.CAPACITY or at >= deciding_check.at + EXPIRED_AFTER * interval:
        return Freshness.EXPIRED
    return Freshness.DUE if at <= deciding_check.next_check + DUE_FOR else Freshness.OVERDUE


def count_failed_calls(checks: Iterable[HasVerdict]) -> int:
    """Count the unanswered calls in a row since the last other check. `checks`: newest first."""
    return sum(1 for _ in takewhile(lambda check: check.verdict == Verdict.NOT_REACHED, checks))


def checks_since_edit[C: HasVerdict](checks: Iterable[C]) -> list[C]:
    """Return the checks since the last edit. `checks` must be sorted, newest first."""
    return list(takewhile(lambda check: check.verdict != Verdict.EDITED, checks))


def next_check_time(at: datetime, interval: timedelta, weight: float) -> datetime:
    """Return when a fact that was checked at `at` has to be checked again. A weaker method of
    checking shortens the interval. Units: `weight` is above 0 and at most 1. Errors: ValueError for
    an interval or a weight that freshness.toml could not hold."""
    if not timedelta(0) < interval <= LONGEST_CHECK_INTERVAL or not 0 < weight <= 1:
        raise ValueError("interval must be within 90 days, weight above 0 and at most 1")
    return at + interval * weight


def confidence(weight: float, age: timedelta, interval: timedelta) -> float:
    """Return how much a check still proves: its weight, halved with every interval. The number only
    orders the queue of checks. Pages and matching use the freshness instead."""
    return float(weight * 2 ** (-(age / interval)))


def is_call_tested(checks: Iterable[PhoneCheck]) -> bool:
    """Return whether one person called the number and a second person confirmed it.
    `checks` are those of the phone, newest first. A later dispute, change or unanswered
    call ends the call test; a later confirmation does not."""
    for check in checks:
        is_good = check.verdict in {Verdict.CONFIRMED, Verdict.CHANGED}
        if is_good and check.method == Method.CALL and check.has_two_people:
            return True
        if check.verdict != Verdict.CONFIRMED:
            return False
    return False
