"""How much harm a wrong fact does: harm.toml. It orders the desk's queue and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from protect.directory.enums import Fact
from protect.directory.facts import FACTS
from protect.directory.facts.base.fact_type import FactType
from protect.kernel import tables
from protect.kernel.tables import Record
from protect.reference.vocabulary import categories

type Factor = Annotated[float, Field(gt=0, le=3)]


class Harm(Record):
    """The section of harm.toml for one fact or one category."""

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

    Errors: DataError for a code that is neither, and for a fact without a weight.
    """
    by_code = {
        **{code.value: _own(fact) for code, fact in FACTS.items() if fact.harm is not None},
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


def _own(fact: FactType) -> Harm:
    """Return the weight that a fact gives itself: a section of harm.toml takes its place."""
    return Harm(code=fact.code.value, weight=fact.harm, reason=str(fact.label), source="our choice")


def weight(fact: Fact, of: Iterable[str]) -> float:
    """Return the harm of a wrong fact at a service with these categories. Units: none, ≥ 0."""
    return (harms()[fact].weight or 0) * max((_factor(each, fact) for each in of), default=1)


def _factor(category: str, fact: Fact) -> float:
    harm = harms().get(category)
    return 1 if harm is None else harm.facts.get(fact, harm.factor or 1)


def _bad(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row("verification", "harm", code, problem=problem, remedy=remedy)
