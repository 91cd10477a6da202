"""What the directory proposes for a pathway: for each of its parts, the services that answer the
need at the place, those to call first before the next ones."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from protect.coordination.pathways.enums import Branch
from protect.coordination.pathways.live_services import PERSONS, opens_at_night
from protect.coordination.pathways.rules import NIGHT_HOUR
from protect.matching import published
from protect.matching.questions import (
    FOR_SURVIVORS,
    LARGEST_LIMIT,
    Answers,
    Match,
    Person,
    PersonLocation,
    Question,
)
from protect.reference import vocabulary

SIZES = (2, 3)  # services of the first step, and of the next
FOR_CHILD = "child"  # code of a need: what children get first
OWN_CATEGORIES = {  # of services that are made for a part, and come first in it
    Branch.CHILDREN: {"child-protection"},
    Branch.MEN: {"men"},
    Branch.LGBTQI: {"lgbtqi"},
}


class ProposedStep(NamedTuple):
    branch: Branch
    services: tuple[Match, ...]


def propose_steps(where: PersonLocation, need: str, *, at: datetime) -> Iterator[ProposedStep]:
    """Yield the steps of each part for which the directory has a service. At night only services
    that are open each night. Errors: KeyError for an unknown need; django.db.Error before the
    first snapshot."""
    for branch in Branch:
        matches = [
            match
            for match in candidates(where, need, branch, at=at)
            if not is_for_others(match, branch)
        ]
        for size in SIZES:
            if matches[:size]:
                yield ProposedStep(branch, tuple(matches[:size]))
            matches = matches[size:]


def is_for_others(match: Match, branch: Branch) -> bool:
    """Return whether a service is made for a group for which the part is not, such as a line for
    missing children; those for survivors are for all."""
    others = _categories_of_groups() - OWN_CATEGORIES.get(branch, set())
    categories = match.row.categories
    return FOR_SURVIVORS not in categories and not categories.isdisjoint(others)


@cache
def _categories_of_groups() -> frozenset[str]:
    """Return the categories of services for one group of people, by what the needs say."""
    return frozenset(code for need in vocabulary.needs().values() for code in need.later)


def candidates(
    where: PersonLocation, need: str, branch: Branch, *, at: datetime
) -> Sequence[Match]:
    """Return the services that may stand in a part of a pathway, in the order of matching, those
    for the whole country last. Errors: as `propose_steps`."""
    is_night, own = branch == Branch.NIGHT, OWN_CATEGORIES.get(branch, set())
    person, moment = PERSONS.get(branch, Person()), next_night(where, at) if is_night else at
    needs = (FOR_CHILD, need) if branch == Branch.CHILDREN else (need,)
    question = Question(needs, moment, where, person=person, limit=LARGEST_LIMIT)
    matches = _in_order(published.match(question))
    matches.sort(key=lambda match: match.row.categories.isdisjoint(own))
    return [each for each in matches if not is_night or opens_at_night(each.row, at)]


def _in_order(answers: Answers) -> list[Match]:
    matches = (*answers.within_reach, *answers.national)
    return [each for each in matches if each.row.phones or each.row.email or each.row.points]


def next_night(where: PersonLocation, at: datetime) -> datetime:
    """Return NIGHT_HOUR of the coming night by the clock of a country."""
    country = vocabulary.countries().get(where.country or "")
    local = at.astimezone(ZoneInfo(country.zone if country else "UTC"))
    night = datetime.combine(local.date(), time(NIGHT_HOUR), local.tzinfo)
    return night if night >= local else night + timedelta(days=1)
