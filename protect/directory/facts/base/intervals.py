"""How long a check is good for, and what each way of checking proves: freshness.toml."""

from datetime import date, timedelta
from functools import cache
from typing import Annotated

from pydantic import Field

from protect.directory.enums import Fact, Method
from protect.directory.rules import LONGEST_INTERVAL
from protect.kernel import tables

type Weight = Annotated[float, Field(gt=0, le=1)]


class Interval(tables.Record):
    days: int = Field(gt=0, le=LONGEST_INTERVAL.days)
    weights: dict[Method, Weight]
    source: str
    checked: date | None = None

    @property
    def length(self) -> timedelta:
        """Return the time until the next check after the best of checks."""
        return timedelta(days=self.days)


@cache
def intervals() -> dict[Fact, Interval]:
    """Return the sections of freshness.toml, by fact.
    Errors: DataError for a fact or method that is unknown or missing."""
    by_fact = tables.load("directory", "freshness", Interval)
    for code in {*by_fact, *Fact.values}:
        if code not in by_fact or code not in Fact.values:
            raise _bad(code, "Facts and sections differ.", "one section for each fact of enums.py.")
        if missing := set(Method) - set(by_fact[code].weights):
            raise _bad(code, f"No weight for {min(missing)}.", "give every method a weight.")
    return {Fact(code): interval for code, interval in by_fact.items()}


def _bad(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row("directory", "freshness", code, problem=problem, remedy=remedy)
