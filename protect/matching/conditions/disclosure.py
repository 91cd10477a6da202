"""What a service discloses to authorities. It never removes a row: it is shown first, and may move
the row down."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from protect.directory.enums import Answer, Fact, Kind
from protect.matching import questions
from protect.matching.conditions.truth import DECAYED
from protect.matching.questions import PreparedQuestion, Reason, fact_freshness, freshness_at
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

OF_AGE = 18  # years
FOR_CHILDREN = "child-protection"

GROUPS = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.CASES: 2, Answer.YES: 3}
LAST = max(GROUPS.values())


class Disclosure(NamedTuple):
    """Whether a service tells the police, and the migration authority."""

    police: Answer
    migration: Answer

    @property
    def worst(self) -> Answer:
        return max(self, key=GROUPS.__getitem__)


def disclosure_at(row: ServiceRow, at: datetime) -> Disclosure:
    """Return what a row discloses. A police service tells the police, whatever its row says."""
    is_police = any(each.tells_police for each in _categories(row))
    police = Answer.YES if is_police else _answer_at(row, Kind.TELLS_POLICE, at)
    return Disclosure(police, _answer_at(row, Kind.TELLS_MIGRATION, at))


disclosure_of = questions.remembered(disclosure_at)


def _categories(row: ServiceRow) -> Iterator[vocabulary.Category]:
    kinds = vocabulary.categories()
    return (kinds[code] for code in row.categories & kinds.keys())


def group(tells: Disclosure, met: questions.Meets, prepared: PreparedQuestion) -> int:
    """Return the disclosure group of a row: 0 ranks before 3."""
    if met.is_last:
        return LAST
    if not prepared.silence or met.keeps_place:
        return 0
    return GROUPS[tells.worst]


def cautions(row: ServiceRow, prepared: PreparedQuestion) -> list[Reason]:
    """Return the warnings to read before going there, the gravest first."""
    reasons = list(_for_everyone(row, prepared))
    if disclosure_of(row, prepared).worst == Answer.UNKNOWN and prepared.silence:
        seen = fact_freshness(row, Fact.REPORTING, prepared)
        reasons.append(Reason("tells_unknown", 0, seen, fact=Fact.REPORTING))
    if _needs_guardian(row, prepared):
        about = fact_freshness(row, Fact.ELIGIBILITY, prepared)
        reasons.append(Reason("guardian", 0, about, fact=Fact.ELIGIBILITY))
    return reasons


@questions.remembered
def _for_everyone(row: ServiceRow, at: datetime) -> list[Reason]:
    seen, tells = freshness_at(row, Fact.REPORTING, at), disclosure_at(row, at)
    told = {
        "tells_police": tells.police == Answer.YES,
        "tells_migration": tells.migration == Answer.YES,
        "tells_sometimes": tells.worst == Answer.CASES,
    }
    reasons = [Reason(code, 0, seen, fact=Fact.REPORTING) for code, is_so in told.items() if is_so]
    if any(each.never_an_answer for each in _categories(row)):  # beside such a programme
        reasons.append(Reason("violence_programme"))
    return reasons


def _answer_at(row: ServiceRow, kind: Kind, at: datetime) -> Answer:
    """Return the answer. A stale no is unknown; a yes, or a yes in some cases, never expires."""
    answers = [condition.answer for condition in row.conditions.get(kind, ())]
    answer = max(answers, key=GROUPS.__getitem__, default=Answer.UNKNOWN)
    if answer == Answer.NO and freshness_at(row, Fact.REPORTING, at) in DECAYED:
        return Answer.UNKNOWN
    return answer


def _needs_guardian(row: ServiceRow, prepared: PreparedQuestion) -> bool:
    """Return whether a guardian must consent. A minor must ask unless the row says otherwise."""
    age = prepared.question.person.age
    stated = {condition.answer for condition in row.conditions.get(Kind.GUARDIAN, ())}
    if age is not None:
        return age < OF_AGE and stated != {Answer.NO}
    is_for_child = any(FOR_CHILDREN in need.categories for need in prepared.needs)
    return is_for_child and not stated.isdisjoint({Answer.YES, Answer.CASES})
