"""Rules of pathways: which part is for whom, what must be right before publishing, and when a test
is too old. They read no clock and no database."""

from collections.abc import Container, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from protect.coordination.pathways.enums import Branch, When, Who

TEST_HOLDS = timedelta(days=365)  # afterwards a pathway is to be tested again
NIGHT_HOUR = 2  # by the clock of a service: who answers then answers at night
EVENING, MORNING = 22, 6  # hours between which it is night
DAY_HOUR = 10  # by the clock: most services that open on a day are open then
DAY_HOURS = range(8, 18)  # hours that are meant by a weekday or the weekend
WEEKDAYS, WEEKEND, EVERY_DAY = range(5), range(5, 7), range(7)  # as in datetime.weekday()
BRANCH_OF_PERSON = {Who.MAN: Branch.MEN, Who.CHILD: Branch.CHILDREN, Who.LGBTQI: Branch.LGBTQI}


class ServiceCheck(NamedTuple):
    """What is known of a service of a step when a pathway is to be published."""

    name: str
    is_published: bool
    is_reachable: bool  # it has a number, an address, a website or a place
    opens_at_night: bool | None  # None: not known


class StepCheck(NamedTuple):
    branch: Branch
    number: int  # in its branch, from 1
    services: tuple[ServiceCheck, ...]

    @property
    def is_reachable(self) -> bool:
        return any(each.is_published and each.is_reachable for each in self.services)


class Problem(NamedTuple):
    """Why a pathway is not published without a written reason: a code of `errors`, what it names,
    and how many places it concerns."""

    code: str
    steps: tuple[tuple[Branch, int], ...] = ()
    services: tuple[str, ...] = ()


def find_problems(steps: Sequence[StepCheck]) -> Iterator[Problem]:
    """Yield what speaks against publishing a pathway, the most serious first."""
    if unreachable := tuple((step.branch, step.number) for step in steps if not step.is_reachable):
        yield Problem("coordination_pathway_step_unreachable", steps=unreachable)
    nights = [each for step in steps if step.branch == Branch.NIGHT for each in step.services]
    if nights and not any(each.is_published and each.opens_at_night for each in nights):
        yield Problem("coordination_pathway_no_night")
    gone = [each.name for step in steps for each in step.services if not each.is_published]
    if gone:
        yield Problem("coordination_pathway_service_gone", services=tuple(dict.fromkeys(gone)))


def branches_for(who: Who | None, *, has_papers: bool, is_night: bool) -> tuple[Branch, ...]:
    """Return the parts of a pathway for a person, the one to read first at the front: at night what
    answers at night, then what is for people like her, then what is for all. `who` None: not
    said."""
    branches = [Branch.NIGHT] * is_night
    if who in BRANCH_OF_PERSON:
        branches.append(BRANCH_OF_PERSON[who])
    branches += [Branch.UNDOCUMENTED] * (not has_papers)
    return (*branches, Branch.EVERYONE)


def is_night(hour: int) -> bool:
    """Return whether an hour on the clock, 0 to 23, is at night."""
    return hour >= EVENING or hour < MORNING


def moment_for(when: When, local: datetime) -> datetime:
    """Return the moment that a colleague asks about: the present one if it is such a time by the
    clock of the country, else the next one. `local`: now, in the zone of the country."""
    if when == When.NOW:
        return local
    if when == When.NIGHT:
        return local if is_night(local.hour) else _next_at(local, NIGHT_HOUR, EVERY_DAY)
    days = WEEKEND if when == When.WEEKEND else WEEKDAYS
    is_such_a_time = local.hour in DAY_HOURS and local.weekday() in days
    return local if is_such_a_time else _next_at(local, DAY_HOUR, days)


def _next_at(local: datetime, hour: int, days: Container[int]) -> datetime:
    """Return the next moment with an hour on the clock, on one of some days of the week."""
    dates = (local.date() + timedelta(ahead) for ahead in range(8))
    moments = (datetime.combine(day, time(hour), local.tzinfo) for day in dates)
    return next(each for each in moments if each >= local and each.weekday() in days)


def is_test_old(tested_on: date, today: date) -> bool:
    """Return whether a test is older than a year."""
    return today - tested_on > TEST_HOLDS
