"""What the directory proposes for a pathway: for each of its parts, the services that answer the
need at the place, those to call first before the next ones."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from protect.coordination.pathways.enums import Branch
from protect.coordination.pathways.live_services import PERSONS, opens_at_night
from protect.coordination.pathways.rules import NIGHT_HOUR
from protect.matching import published
from protect.matching.questions import (
    LARGEST_LIMIT,
    Answers,
    Match,
    Person,
    PersonLocation,
    Question,
)
from protect.reference import vocabulary

SIZES = (2, 3)  # services of the first step, and of the next


class ProposedStep(NamedTuple):
    branch: Branch
    services: tuple[Match, ...]


def propose_steps(where: PersonLocation, need: str, *, at: datetime) -> Iterator[ProposedStep]:
    """Yield the steps of each part for which the directory has a service. At night only services
    that are open each night. Errors: KeyError for an unknown need; django.db.Error before the
    first snapshot."""
    for branch in Branch:
        matches = candidates(where, need, branch, at=at)
        for size in SIZES:
            if matches[:size]:
                yield ProposedStep(branch, tuple(matches[:size]))
            matches = matches[size:]


def candidates(
    where: PersonLocation, need: str, branch: Branch, *, at: datetime
) -> Sequence[Match]:
    """Return the services that may stand in a part of a pathway, in the order of matching, those
    for the whole country last. Errors: as `propose_steps`."""
    person = PERSONS.get(branch, Person())
    if branch != Branch.NIGHT:
        return _in_order(
            published.match(Question((need,), at, where, person=person, limit=LARGEST_LIMIT))
        )
    question = Question((need,), next_night(where, at), where, limit=LARGEST_LIMIT)
    return [each for each in _in_order(published.match(question)) if opens_at_night(each.row, at)]


def _in_order(answers: Answers) -> list[Match]:
    matches = (*answers.within_reach, *answers.national)
    return [each for each in matches if each.row.phones or each.row.email or each.row.points]


def next_night(where: PersonLocation, at: datetime) -> datetime:
    """Return NIGHT_HOUR of the coming night by the clock of a country."""
    country = vocabulary.countries().get(where.country or "")
    local = at.astimezone(ZoneInfo(country.zone if country else "UTC"))
    night = datetime.combine(local.date(), time(NIGHT_HOUR), local.tzinfo)
    return night if night >= local else night + timedelta(days=1)
