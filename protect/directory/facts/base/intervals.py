"""Check intervals and method weights of each fact, read from freshness.toml."""

from datetime import date, timedelta
from functools import cache
from typing import Annotated

from pydantic import Field

from protect.directory.enums import Fact, Method
from protect.directory.rules import LONGEST_CHECK_INTERVAL
from protect.kernel import tables

type Weight = Annotated[float, Field(gt=0, le=1)]


class Interval(tables.Record):
    """The check interval of one fact, and the weight of each method of checking it."""

    days: int = Field(gt=0, le=LONGEST_CHECK_INTERVAL.days)
    weights: dict[Method, Weight]
    source: str
    checked: date | None = None

    @property
    def length(self) -> timedelta:
        """The time until the next check, after a check of weight 1."""
        return timedelta(days=self.days)


@cache
def intervals() -> dict[Fact, Interval]:
    """Return freshness.toml by fact. Errors: DataError if facts or methods differ from enums."""
    by_fact = tables.load("directory", "freshness", Interval)
    for code in {*by_fact, *Fact.values}:
        if code not in by_fact or code not in Fact.values:
            remedy = "one section for each fact of enums.py."
            raise _row_error(code, "Facts and sections differ.", remedy)
        if missing := set(Method) - set(by_fact[code].weights):
            raise _row_error(code, f"No weight for {min(missing)}.", "give every method a weight.")
    return {Fact(code): interval for code, interval in by_fact.items()}


def _row_error(code: str, problem: str, remedy: str) -> Exception:
    return tables.bad_row_error("directory", "freshness", code, problem=problem, remedy=remedy)
