"""The numbers of responses from which results are shown. Source: data/limits.toml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protect.kernel import tables

PACKAGE, KIND, CODE = "assessments", "limits", "results"

type Percent = Annotated[int, Field(ge=1, le=99)]


class Limits(tables.Record):
    """Limits that an office may make stricter, never laxer. Units: answers, pairs, percent."""

    fewest_answers: int = Field(ge=5)
    fewest_pairs: int = Field(ge=10)
    near_maximum_percent: Percent
    too_easy_percent: Percent = Field(le=30)


def limits() -> Limits:
    """Return the limits of this installation.

    Errors: DataError for a wrong row.
    """
    rows: dict[str, Limits] = tables.load(PACKAGE, KIND, Limits)
    return rows[CODE]
