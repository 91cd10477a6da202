"""Whom a service tells. It never removes a row: it is said first, and may move the row back."""

from __future__ import annotations

from protect.directory.enums import Answer, Fact, Kind
from protect.directory.matching.answer import Reason
from protect.directory.matching.asked import Asked, Meets, fact_freshness
from protect.directory.matching.rows import ServiceRow
from protect.directory.matching.truth import DECAYED
from protect.reference import vocabulary

OF_AGE = 18  # years
FOR_CHILDREN = "child-protection"

# The order of the groups: no, unknown, in these cases, yes.
GROUPS = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.CASES: 2, Answer.YES: 3}
LAST = max(GROUPS.values())


def group(row: ServiceRow, met: Meets, asked: Asked) -> int:
    """Return the group that a row stands in: 0 before 3."""
    if met.is_last:
        return LAST
    if not asked.silence or met.keeps_place:
        return 0
    return GROUPS[worst(row, asked)]


def worst(row: ServiceRow, asked: Asked) -> Answer:
    """Return the worse of what it tells the police and the migration authority."""
    return max((police(row, asked), migration(row, asked)), key=GROUPS.__getitem__)


def police(row: ServiceRow, asked: Asked) -> Answer:
    """Return whether it tells the police. The police do, whatever a row says."""
    known = vocabulary.categories()
    if any(code in known and known[code].tells_police for code in row.categories):
        return Answer.YES
    return _told(row, Kind.TELLS_POLICE, asked)


def migration(row: ServiceRow, asked: Asked) -> Answer:
    """Return whether it tells the migration authority."""
    return _told(row, Kind.TELLS_MIGRATION, asked)


def cautions(row: ServiceRow, asked: Asked) -> list[Reason]:
    """Return what must be known before going there, the gravest first."""
    seen = fact_freshness(row, Fact.REPORTING, asked.at)
    told = worst(row, asked)
    codes = []
    if police(row, asked) == Answer.YES:
        codes.append("tells_police")
    if migration(row, asked) == Answer.YES:
        codes.append("tells_migration")
    if told == Answer.CASES:
        codes.append("tells_sometimes")
    found = [Reason(code, 0, seen, fact=Fact.REPORTING) for code in codes]
    if _is_beside_programme(row):
        found.append(Reason("violence_programme"))
    if told == Answer.UNKNOWN and asked.silence:
        found.append(Reason("tells_unknown", 0, seen, fact=Fact.REPORTING))
    if _needs_guardian(row, asked):
        about = fact_freshness(row, Fact.ELIGIBILITY, asked.at)
        found.append(Reason("guardian", 0, about, fact=Fact.ELIGIBILITY))
    return found


def _told(row: ServiceRow, kind: Kind, asked: Asked) -> Answer:
    """A stale no is unknown; a yes, or a yes in some cases, is believed for ever."""
    answers = [condition.answer for condition in row.conditions.get(kind, ())]
    said = max(answers, key=GROUPS.__getitem__, default=Answer.UNKNOWN)
    if said == Answer.NO and fact_freshness(row, Fact.REPORTING, asked.at) in DECAYED:
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
