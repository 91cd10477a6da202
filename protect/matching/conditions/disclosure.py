"""Whom a service tells. It never removes a row: it is said first, and may move the row back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from protect.directory.enums import Answer, Fact, Kind
from protect.matching.conditions.truth import DECAYED
from protect.matching.questions.answer import Reason
from protect.matching.questions.prepared import (
    Asked,
    Meets,
    fact_freshness,
    freshness_at,
    remembered,
)
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

OF_AGE = 18  # years
FOR_CHILDREN = "child-protection"

# The order of the groups: no, unknown, in these cases, yes.
GROUPS = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.CASES: 2, Answer.YES: 3}
LAST = max(GROUPS.values())


class Told(NamedTuple):
    """Whether it tells the police, and whether the migration authority."""

    police: Answer
    migration: Answer

    @property
    def worst(self) -> Answer:
        return max(self, key=GROUPS.__getitem__)


def told_at(row: ServiceRow, at: datetime) -> Told:
    """Return whom a row tells. The police tell the police, whatever their row says."""
    known = vocabulary.categories()
    if any(code in known and known[code].tells_police for code in row.categories):
        return Told(Answer.YES, _told(row, Kind.TELLS_MIGRATION, at))
    return Told(_told(row, Kind.TELLS_POLICE, at), _told(row, Kind.TELLS_MIGRATION, at))


told = remembered(told_at)


def worst(row: ServiceRow, asked: Asked) -> Answer:
    """Return the worse of what it tells the police and the migration authority."""
    return told(row, asked).worst


def group(tells: Told, met: Meets, asked: Asked) -> int:
    """Return the group that a row stands in: 0 before 3."""
    if met.is_last:
        return LAST
    if not asked.silence or met.keeps_place:
        return 0
    return GROUPS[tells.worst]


def cautions(row: ServiceRow, asked: Asked, tells: Told | None = None) -> list[Reason]:
    """Return what must be known before going there, the gravest first.

    `tells` spares asking again whom it tells.
    """
    tells = tells or told(row, asked)
    seen = fact_freshness(row, Fact.REPORTING, asked)
    found = list(_for_everyone(row, asked))
    if tells.worst == Answer.UNKNOWN and asked.silence:
        found.append(Reason("tells_unknown", 0, seen, fact=Fact.REPORTING))
    if _needs_guardian(row, asked):
        about = fact_freshness(row, Fact.ELIGIBILITY, asked)
        found.append(Reason("guardian", 0, about, fact=Fact.ELIGIBILITY))
    return found


@remembered
def _for_everyone(row: ServiceRow, at: datetime) -> list[Reason]:
    """Return what must be known whoever goes there."""
    seen = freshness_at(row, Fact.REPORTING, at)
    found = [Reason(code, 0, seen, fact=Fact.REPORTING) for code in _codes(told_at(row, at))]
    if _is_beside_programme(row):
        found.append(Reason("violence_programme"))
    return found


def _codes(tells: Told) -> Iterator[str]:
    if tells.police == Answer.YES:
        yield "tells_police"
    if tells.migration == Answer.YES:
        yield "tells_migration"
    if tells.worst == Answer.CASES:
        yield "tells_sometimes"


def _told(row: ServiceRow, kind: Kind, at: datetime) -> Answer:
    """A stale no is unknown; a yes, or a yes in some cases, is believed for ever."""
    answers = [condition.answer for condition in row.conditions.get(kind, ())]
    said = max(answers, key=GROUPS.__getitem__, default=Answer.UNKNOWN)
    if said == Answer.NO and freshness_at(row, Fact.REPORTING, at) in DECAYED:
        return Answer.UNKNOWN
    return said


def _is_beside_programme(row: ServiceRow) -> bool:
    known = vocabulary.categories()
    return any(code in known and known[code].never_an_answer for code in row.categories)


def _needs_guardian(row: ServiceRow, asked: Asked) -> bool:
    """Unless it says that no consent is needed, somebody under age must ask."""
    age = asked.question.person.age
    stated = {condition.answer for condition in row.conditions.get(Kind.GUARDIAN, ())}
    if age is not None:
        return age < OF_AGE and stated != {Answer.NO}
    is_for_child = any(FOR_CHILDREN in need.categories for need in asked.needs)
    return is_for_child and not stated.isdisjoint({Answer.YES, Answer.CASES})
