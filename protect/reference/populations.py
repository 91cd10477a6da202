"""How many people live in each country, so that sums over settlements can be compared with it."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from protect.kernel import tables
from protect.reference import vocabulary
from protect.reference.vocabulary import checks
from protect.reference.vocabulary.checks import Problem

KIND = "populations"


class Population(tables.Record):
    """The official population of a country, by its ISO 3166-1 code. docs/data.md has the keys."""

    people: Annotated[int, Field(gt=0)]
    day: date
    source: Annotated[str, Field(min_length=1)]
    source_url: str
    read_in: str = ""  # where the figure was read, if not at the source itself
    taken: date  # when it was read
    status: Literal["unconfirmed", "confirmed"] = "unconfirmed"


@cache
def official_populations() -> Mapping[str, Population]:
    """Return the official population of each country by its code. Errors: DataError, also for an
    unknown country, one without a figure, and a figure that was read before its day."""
    table = tables.load("reference", KIND, Population)
    checks.refuse_first_problem(KIND, _problems(table))
    return table


def _problems(table: Mapping[str, Population]) -> Iterator[Problem]:
    for code in sorted(table.keys() ^ vocabulary.countries().keys()):
        if code in table:
            yield Problem(code, "There is no such country.", "correct the code of the country.")
        else:
            yield Problem(code, "The country has no population.", f"add a record [{code}].")
    for code, row in table.items():
        if row.taken < row.day:
            text = f"The figure of {row.day} was read before, on {row.taken}."
            yield Problem(code, text, "correct day or taken.")
