"""The reasons to check a service, and the priority of the check."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from protect.directory.enums import Fact, Freshness
from protect.directory.fact_records.checks import FactState
from protect.directory.facts import FACTS
from protect.kernel import tables
from protect.reference.vocabulary import categories
from protect.verification.enums import QueueReason

type Factor = Annotated[float, Field(gt=0, le=3)]
# Reasons that follow from the checks of a service. The other reasons are events.
REASONS_FROM_CHECKS = frozenset(
    reason for reason in QueueReason if reason.value in Freshness.values
)


class HarmWeight(tables.Record):
    """A section of harm.toml: the harm of a wrong fact. 0 keeps old facts out of the queue."""

    weight: float | None = Field(default=None, ge=0, le=10)  # of a fact
    factor: Factor | None = None  # of a category
    facts: dict[Fact, Factor] = {}  # of a category: for these facts instead of `factor`
    reason: str
    source: str
    checked: date | None = None

    @model_validator(mode="after")
    def _has_weight_or_factor(self) -> Self:
        """Refuse a section with both or neither of `weight` and `factor`."""
        if (self.weight is None) == (self.factor is None):
            raise ValueError("give a fact its `weight`, a category its `factor`")
        return self


@cache
def harm_weights() -> dict[str, HarmWeight]:
    """Return harm weights by the code of a fact or category: of harm.toml, else of the fact.
    Errors: DataError for an unknown code, a fact without weight or a category without factor."""
    # Weights that facts declare themselves; a section of harm.toml overrides them.
    declared = {code.value: fact for code, fact in FACTS.items() if fact.harm is not None}
    by_code = {
        code: HarmWeight(code=code, weight=fact.harm, reason=str(fact.label), source="our choice")
        for code, fact in declared.items()
    } | tables.load("verification", "harm", HarmWeight)
    for code in {*by_code, *Fact.values}:
        is_fact = code in Fact.values
        if not is_fact and code not in categories():
            raise _row_error(code, "Neither a fact nor a category.", "take a code of enums.Fact.")
        if is_fact and (code not in by_code or by_code[code].weight is None):
            raise _row_error(code, "A fact has no weight.", "write one section for each fact.")
        if not is_fact and by_code[code].factor is None:
            raise _row_error(code, "A category has no factor.", "write `factor`, not `weight`.")
    return by_code


def harm_of_wrong_fact(fact: Fact, category_codes: Iterable[str]) -> float:
    """Return the harm of a wrong fact at a service with these categories. No unit, at least 0."""
    factor = max((_harm_factor(code, fact) for code in category_codes), default=1)
    return (harm_weights()[fact].weight or 0) * factor


def _harm_factor(category: str, fact: Fact) -> float:
    harm = harm_weights().get(category)
    return 1 if harm is None else harm.facts.get(fact, harm.factor or 1)


def _row_error(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row_error("verification", "harm", code, problem=problem, remedy=remedy)


def reasons_to_check(facts: Iterable[FactState], categories: Sequence[str]) -> set[QueueReason]:
    """Return the reasons to check a service that follow from its checks."""
    return {
        QueueReason(fact.state)
        for fact in facts
        # Facts of weight 0 are checked only after a dispute, not because of their age.
        if fact.state == Freshness.DISPUTED
        or (fact.state != Freshness.FRESH and harm_of_wrong_fact(fact.fact, categories) > 0)
    }


def priority_of_check(
    facts: Iterable[FactState], categories: Sequence[str], dependents: int
) -> float:
    """Return the priority of a check: the largest expected harm of one fact, times `dependents`.
    Harms are not added, because four outdated prices must never outweigh one dead number.
    `dependents`: number of settlements; 0 counts as 1. Source: docs/adr/0017-verification.md."""
    harms = (harm_of_wrong_fact(fact.fact, categories) * (1 - fact.confidence) for fact in facts)
    return max(harms, default=0.0) * max(dependents, 1)
