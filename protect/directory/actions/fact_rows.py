"""A fact as values and as rows: what a form shows, read from a service and written over it.

Values can be written as JSON: numbers, texts, lists, moments in ISO 8601. Of a protected service
there is never a location among them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Model

from protect.directory.actions import locations
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
    Service,
    ServiceArea,
    ServiceCapacity,
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


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _criteria(kinds: Collection[str]) -> Nested:
    columns = _same("kind", "operator", "values", "minimum", "maximum", "answer", "note")
    return Nested("criteria", Criterion, columns, kinds)


NESTED: Mapping[Fact, tuple[Nested, ...]] = {
    Fact.PHONE: (
        Nested(
            "phones",
            Phone,
            _same("number", "kind", "cost", "shown_on_bill", "works_without_credit"),
            keeps_order=True,
        ),
    ),
    Fact.LANGUAGES: (
        Nested(
            "languages",
            LanguageOffered,
            {"language": "language_id"}
            | _same("how", "window", "lead_minutes", "interpreter_gender", "from_outside", "note"),
        ),
    ),
    Fact.ELIGIBILITY: (
        _criteria(TAKEN),
        Nested(
            "areas",
            ServiceArea,
            {"country": "country_id", "area": "area_id", "place": "place_id"} | _same("radius_km"),
        ),
        Nested("accessibility", Accessibility, _same("kind", "answer", "note")),
    ),
    Fact.REPORTING: (_criteria(REPORTING),),
    Fact.COST: (Nested("costs", CostOption, _same("kind", "note")),),
    Fact.DOCUMENTS: (
        _criteria(PAPERS),
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


def read(service: Service, fact: Fact) -> Values:
    """Return the values of one fact as it is stored, always in the same order."""
    found: Values = {nested.key: _read(service, nested) for nested in NESTED.get(fact, ())}
    if fact in CHANNELS:
        return _read_hours(service, CHANNELS[fact])
    if fact == Fact.CAPACITY:
        return found | _read_capacity(service)
    return locations.read(service) if fact == Fact.ADDRESS else found


def replace(service: Service, fact: Fact, values: Mapping[str, Any], *, at: datetime) -> None:
    """Let the rows of one fact say what `values` do. A key that is left out stays as it is.

    Rows that already say it are kept, so that their ids are. Call it in a transaction in which the
    service is locked.
    """
    for nested in NESTED.get(fact, ()):
        if nested.key in values:
            _replace(service, nested, values[nested.key])
    if fact in CHANNELS:
        _write_hours(service, CHANNELS[fact], values)
    elif fact == Fact.CAPACITY:
        _write_capacity(service, values, at)
    elif fact == Fact.ADDRESS:
        locations.write(service, values, at=at)


def canonical(values: object) -> str:
    """Return values as one text, the same for equal ones."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def _rows(service: Service, nested: Nested) -> list[Any]:
    rows = nested.model._default_manager.filter(service=service)
    if nested.kinds:
        rows = rows.filter(kind__in=nested.kinds)
    return list(rows.order_by("position", "pk") if nested.keeps_order else rows.order_by("pk"))


def _read(service: Service, nested: Nested) -> list[Values]:
    found = [_values(row, nested) for row in _rows(service, nested)]
    return found if nested.keeps_order else sorted(found, key=canonical)


def _values(row: Model, nested: Nested) -> Values:
    return {key: _plain(getattr(row, column)) for key, column in nested.columns.items()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _replace(service: Service, nested: Nested, wanted: Iterable[Mapping[str, Any]]) -> None:
    standing: dict[str, Any] = {}
    for row in _rows(service, nested):
        standing.setdefault(canonical(_values(row, nested)), []).append(row)
    places: list[Any] = []
    for each in wanted:
        same = standing.get(canonical(dict(each)))
        places.append(same.pop() if same else _made(service, nested, each))
    gone = [row.pk for rows in standing.values() for row in rows]
    nested.model._default_manager.filter(pk__in=gone).delete()
    for position, row in enumerate(places):
        is_new = row._state.adding
        is_moved = nested.keeps_order and row.position != position
        if is_moved:
            row.position = position
        if is_new or is_moved:
            row.save(force_insert=is_new)


def _made(service: Service, nested: Nested, each: Mapping[str, Any]) -> Model:
    given = {column: each[key] for key, column in nested.columns.items() if key in each}
    for moment in ("expires_at", "checked"):
        if isinstance(given.get(moment), str):
            kind = datetime if moment == "expires_at" else date
            given[moment] = kind.fromisoformat(given[moment])
    return nested.model(service=service, **given)


def _read_hours(service: Service, channel: Channel) -> Values:
    found = Schedule.objects.filter(service=service, channel=channel)
    return found.order_by("pk").values(*NO_HOURS).first() or dict(NO_HOURS)


def _write_hours(service: Service, channel: Channel, values: Mapping[str, Any]) -> None:
    given = _read_hours(service, channel) | {key: values[key] for key in NO_HOURS if key in values}
    rows = Schedule.objects.filter(service=service, channel=channel)
    if given == NO_HOURS:
        rows.delete()
    elif not rows.update(**given):
        Schedule.objects.create(service=service, channel=channel, **given)


def _read_capacity(service: Service) -> Values:
    found = ServiceCapacity.objects.filter(service=service).first()
    if found is None:
        return {"available": None, "maximum": None, "expires_at": None}
    return {
        "available": found.available,
        "maximum": found.maximum,
        "expires_at": found.expires_at.isoformat(),
    }


def _write_capacity(service: Service, values: Mapping[str, Any], at: datetime) -> None:
    before = _read_capacity(service)
    given = before | {key: values[key] for key in before if key in values}
    if given == before:
        return
    if given["available"] is None:
        ServiceCapacity.objects.filter(service=service).delete()
        return
    expires = datetime.fromisoformat(given["expires_at"])
    ServiceCapacity.objects.update_or_create(
        service=service, defaults=given | {"expires_at": expires, "updated_at": at}
    )
