"""Which rows of which tables belong to a fact, and which of their columns are its values. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Model

from protect.directory.enums import Channel, Fact, Kind
from protect.directory.models import (
    Accessibility,
    ClinicalOffer,
    CostOption,
    Criterion,
    LanguageOffered,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    Unit,
)

type Values = dict[str, Any]

REPORTING = frozenset({Kind.TELLS_POLICE, Kind.TELLS_MIGRATION})
PAPERS = frozenset({Kind.DOCUMENTS})
TAKEN = frozenset(Kind) - REPORTING - PAPERS
CHANNELS = {Fact.VISIT_HOURS: Channel.VISIT, Fact.PHONE_HOURS: Channel.PHONE}
NO_HOURS: Values = {"expression": "", "by_appointment": False, "note": ""}


class Nested(NamedTuple):
    """Rows of a table that belong to a fact: under which key, which columns, of which kinds."""

    key: str
    model: type[Model]
    columns: Mapping[str, str]  # key of a value → attribute of the row
    kinds: Collection[str] = ()  # empty: every row of the service
    keeps_order: bool = False  # by `position`
    kind: str = "kind"  # the column in which the kinds stand
    # Keys of values by which a row is known again; empty: by all that are given.
    known_by: tuple[str, ...] = ()
    # Keys that are written into new rows only: one that stands keeps what it says there.
    at_first: Collection[str] = ()


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def criteria(kinds: Collection[str]) -> Nested:
    """Return the criteria of some kinds."""
    columns = _same("kind", "operator", "values", "minimum", "maximum", "answer", "note")
    return Nested("criteria", Criterion, columns, kinds)


def hours(channel: Channel) -> Nested:
    """Return the table of the hours of a channel: one row at most, updated in place."""
    columns = _same("channel", *NO_HOURS)
    return Nested("hours", Schedule, columns, (channel,), kind="channel", known_by=("channel",))


PHONES = Nested(
    "phones",
    Phone,
    _same("number", "kind", "cost", "shown_on_bill", "works_without_credit"),
    keeps_order=True,
)
LANGUAGES = Nested(
    "languages",
    LanguageOffered,
    {"language": "language_id"}
    | _same("how", "window", "lead_minutes", "interpreter_gender", "from_outside", "note"),
)
AREAS = Nested(
    "areas",
    ServiceArea,
    {"country": "country_id", "area": "area_id", "place": "place_id"} | _same("radius_km"),
)
COSTS = Nested("costs", CostOption, _same("kind", "note"))
NESTED: Mapping[Fact, tuple[Nested, ...]] = {
    Fact.PHONE: (PHONES,),
    Fact.LANGUAGES: (LANGUAGES,),
    Fact.ELIGIBILITY: (
        criteria(TAKEN),
        AREAS,
        Nested("accessibility", Accessibility, _same("kind", "answer", "note")),
    ),
    Fact.REPORTING: (criteria(REPORTING),),
    Fact.COST: (COSTS,),
    Fact.DOCUMENTS: (
        criteria(PAPERS),
        Nested("documents", RequiredDocument, _same("document", "note")),
    ),
    Fact.CAPACITY: (
        Nested(
            "units",
            Unit,
            _same("adult_gender", "children", "oldest_boy", "answer", "expires_at"),
        ),
    ),
    Fact.CLINICAL: (
        Nested("offers", ClinicalOffer, _same("act", "window_hours", "source", "checked")),
    ),
}


def values_of(row: Model, nested: Nested) -> Values:
    """Return the values of a row, as JSON takes them."""
    return {key: _plain(getattr(row, column)) for key, column in nested.columns.items()}


def canonical(values: object) -> str:
    """Return values as one text, the same for equal ones."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
