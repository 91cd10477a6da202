"""Why a service waits to be checked, and how urgently."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from protect.directory.enums import Fact, Freshness
from protect.directory.fact_records.checks import Standing
from protect.directory.facts import FACTS
from protect.kernel import tables
from protect.reference.vocabulary import categories
from protect.verification.enums import QueueReason

type Factor = Annotated[float, Field(gt=0, le=3)]
# Reasons that follow from the checks of a service. The others are events that people report.
FROM_CHECKS = frozenset(each for each in QueueReason if each.value in Freshness.values)


class Harm(tables.Record):
    """A section of harm.toml: how much harm a wrong fact does. It orders the queue, no more."""

    weight: float | None = Field(default=None, ge=0, le=10)
    factor: Factor | None = None
    facts: dict[Fact, Factor] = {}
    reason: str
    source: str
    checked: date | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.weight is None) == (self.factor is None):
            raise ValueError("give a fact its `weight`, a category its `factor`")
        return self


@cache
def harms() -> dict[str, Harm]:
    """Return the sections of harm.toml, by fact and by category.
    Errors: DataError for a code that is neither, and for a fact without a weight."""
    by_code = {
        # The weight that a fact gives itself: a section of harm.toml takes its place.
        **{
            code.value: Harm(
                code=code.value, weight=fact.harm, reason=str(fact.label), source="our choice"
            )
            for code, fact in FACTS.items()
            if fact.harm is not None
        },
        **tables.load("verification", "harm", Harm),
    }
    for code in {*by_code, *Fact.values}:
        is_fact = code in Fact.values
        if not is_fact and code not in categories():
            raise _bad(code, "Neither a fact nor a category.", "take a code of enums.Fact.")
        if is_fact and (code not in by_code or by_code[code].weight is None):
            raise _bad(code, "A fact has no weight.", "write one section for each fact.")
        if not is_fact and by_code[code].factor is None:
            raise _bad(code, "A category has no factor.", "write `factor`, not `weight`.")
    return by_code


def weight(fact: Fact, of: Iterable[str]) -> float:
    """Return the harm of a wrong fact at a service with these categories. Units: none, ≥ 0."""
    return (harms()[fact].weight or 0) * max((_factor(each, fact) for each in of), default=1)


def _factor(category: str, fact: Fact) -> float:
    harm = harms().get(category)
    return 1 if harm is None else harm.facts.get(fact, harm.factor or 1)


def _bad(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row("verification", "harm", code, problem=problem, remedy=remedy)


def reasons(facts: Iterable[Standing], categories: Collection[str]) -> set[QueueReason]:
    """Return why a service is to be checked, as far as its checks tell it."""
    return {
        QueueReason(each.state)
        for each in facts
        # The age of some facts opens nothing: of these only a dispute does.
        if each.state == Freshness.DISPUTED
        or (each.state != Freshness.FRESH and weight(each.fact, categories) > 0)
    }


def priority(facts: Iterable[Standing], categories: Collection[str], dependents: int) -> float:
    """Return how urgent a service is: the fact that could do most harm decides.
    Not the sum: four outdated prices never outweigh one dead number.
    Units: `dependents` settlements, at least 1. Source: docs/adr/0017-verification.md."""
    lost = (weight(each.fact, categories) * (1 - each.confidence) for each in facts)
    return max(lost, default=0.0) * max(dependents, 1)
