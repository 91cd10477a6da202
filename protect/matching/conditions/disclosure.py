"""What a service discloses to authorities: this never hides a service but may move it down."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from protect.directory.enums import Answer, CriterionKind, Fact
from protect.matching import questions
from protect.matching.conditions.places import is_only_remote
from protect.matching.conditions.truth import UNTRUSTED_FRESHNESS
from protect.matching.questions import Minor, Query, Reason, fact_freshness, freshness_at
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

GROUP_BY_ANSWER = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.CASES: 2, Answer.YES: 3}  # 0: first
LAST_GROUP = max(GROUP_BY_ANSWER.values())


class Disclosure(NamedTuple):
    """Whether a service reports people to the police and to the migration authority."""

    police: Answer
    migration: Answer

    @property
    def worst(self) -> Answer:
        return max(self, key=GROUP_BY_ANSWER.__getitem__)


def disclosure_at(row: ServiceRow, at: datetime) -> Disclosure:
    """Return what a service discloses. A police service always tells the police."""
    is_police = any(category.tells_police for category in _row_categories(row))
    police = Answer.YES if is_police else _disclosure_answer(row, CriterionKind.TELLS_POLICE, at)
    return Disclosure(police, _disclosure_answer(row, CriterionKind.TELLS_MIGRATION, at))


cached_disclosure = questions.cached_by_row(disclosure_at)


def _row_categories(row: ServiceRow) -> Iterator[vocabulary.Category]:
    kinds = vocabulary.categories()
    return (kinds[code] for code in row.categories & kinds.keys())


def disclosure_group(disclosed: Disclosure, need_match: questions.NeedMatch, query: Query) -> int:
    """Return a row's sort group: by disclosure if silence is wanted; last resorts come last."""
    if need_match.is_last_resort:
        return LAST_GROUP
    if not query.wants_silence or need_match.keeps_rank:
        return 0
    return GROUP_BY_ANSWER[disclosed.worst]


def cautions(row: ServiceRow, disclosed: Disclosure, query: Query) -> list[Reason]:
    """Return the warnings to read before contacting the service, the most serious first."""
    reasons = list(_cautions_for_anyone(row, query))
    if query.wants_silence and disclosed.worst == Answer.UNKNOWN:
        freshness = fact_freshness(row, Fact.REPORTING, query)
        reasons.append(Reason("tells_unknown", 0, freshness, fact=Fact.REPORTING))
    if _needs_guardian(row, query):
        freshness = fact_freshness(row, Fact.ELIGIBILITY, query)
        reasons.append(Reason("guardian", 0, freshness, fact=Fact.ELIGIBILITY))
    return reasons


@questions.cached_by_row
def _cautions_for_anyone(row: ServiceRow, at: datetime) -> list[Reason]:
    freshness, disclosure = freshness_at(row, Fact.REPORTING, at), disclosure_at(row, at)
    applies_by_code = {
        "tells_police": disclosure.police == Answer.YES,
        "tells_migration": disclosure.migration == Answer.YES,
        "tells_sometimes": disclosure.worst == Answer.CASES,
    }
    codes = [code for code, applies in applies_by_code.items() if applies]
    reasons = [Reason(code, 0, freshness, fact=Fact.REPORTING) for code in codes]
    if any(category.never_an_answer for category in _row_categories(row)):  # for perpetrators
        reasons.append(Reason("violence_programme"))
    return reasons


def _disclosure_answer(row: ServiceRow, kind: CriterionKind, at: datetime) -> Answer:
    """Return whether a service tells `kind`'s authority. An expired or disputed no is unknown."""
    answers = [condition.answer for condition in row.conditions.get(kind, ())]
    answer = max(answers, key=GROUP_BY_ANSWER.__getitem__, default=Answer.UNKNOWN)
    if answer == Answer.NO and freshness_at(row, Fact.REPORTING, at) in UNTRUSTED_FRESHNESS:
        return Answer.UNKNOWN
    return answer


def _needs_guardian(row: ServiceRow, query: Query) -> bool:
    """Return whether to warn about a guardian's consent: for a minor, unless the service states it
    needs none; for a line that people call or write to, and for child protection at an unknown
    age, only if the service states it needs one; not if an adult asks for a child."""
    if query.minor is Minor.NONE:
        return False
    stated = {condition.answer for condition in row.conditions.get(CriterionKind.GUARDIAN, ())}
    if query.minor is Minor.KNOWN and not is_only_remote(row):
        return stated != {Answer.NO}
    return not stated.isdisjoint({Answer.YES, Answer.CASES})
