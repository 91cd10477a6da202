"""Forgetting where a service is: in every row that may hold it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet

from protect.directory import rules
from protect.directory.importing.protecting import MAP_LINK, SPOT_COLUMNS
from protect.directory.models import (
    CallTest,
    Correction,
    DuplicatePair,
    FactCheck,
    ImportRow,
    Location,
    QueueItem,
    Service,
    ServiceText,
)

# Texts of a service in which an address may have been repeated.
TEXTS = (
    "name",
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "referral_route",
    "admission_conditions",
    "desk_notes",
)
type Clean = Callable[[str], str]


def forget_addresses(service: Service) -> None:
    """Delete where a service is, and every mention of it in what is stored about the service.

    The fingerprint of the imported row goes too: whoever has a list of streets could read it.
    Call it in a transaction in which the service is locked.
    """
    locations = list(Location.objects.filter(services__service=service).order_by("pk"))
    rows = list(ImportRow.objects.filter(service=service).order_by("pk"))
    spots = {*_spots_of(locations), *_spots_in(rows)}

    def clean(text: str) -> str:
        return MAP_LINK.sub(rules.WITHHELD, rules.without_spots(text, spots))

    service.at_locations.all().delete()
    Location.objects.filter(pk__in=[each.pk for each in locations], services=None).delete()
    for name in TEXTS:
        setattr(service, name, clean(getattr(service, name)))
    service.source_digest = ""
    service.save(update_fields=[*TEXTS, "source_digest"])
    _forget_elsewhere(service, clean)
    for row in rows:
        row.cells = {
            column: "" if column in SPOT_COLUMNS else _cleaned(cell, clean)
            for column, cell in row.cells.items()
        }
        row.troubles = _cleaned(row.troubles, clean)
        row.save(update_fields=["cells", "troubles"])


def _spots_of(locations: Iterable[Location]) -> Iterable[str]:
    return (spot for each in locations for spot in (each.address, each.postal_code) if spot)


def _spots_in(rows: Iterable[ImportRow]) -> Iterable[str]:
    """Yield what rows of files say of the place; the city alone is in every text."""
    columns = [column for column in SPOT_COLUMNS if column != "city"]
    return (str(row.cells[each]) for row in rows for each in columns if row.cells.get(each))


def _forget_elsewhere(service: Service, clean: Clean) -> None:
    """Clean what others wrote about the service, and what a merging remembers."""
    about: tuple[tuple[QuerySet[Any], Collection[str]], ...] = (
        (ServiceText.objects.filter(service=service), ("text",)),
        (QueueItem.objects.filter(service=service), ("note",)),
        (CallTest.objects.filter(service=service), ("heard",)),
        (FactCheck.objects.filter(service=service), ("source",)),
        (Correction.objects.filter(service=service), ("text", "reason", "proposed")),
        (
            DuplicatePair.objects.filter(Q(first=service) | Q(second=service)),
            ("before",),
        ),
    )
    for rows, columns in about:
        for row in rows.order_by("pk"):
            _clean_row(row, columns, clean)


def _clean_row(row: Model, columns: Collection[str], clean: Clean) -> None:
    changed = []
    for column in columns:
        before = getattr(row, column)
        after = _cleaned(before, clean)
        if after != before:
            setattr(row, column, after)
            changed.append(column)
    if changed:
        row.save(update_fields=changed)


# Keys of values that say where something is, wherever they stand in what was kept as JSON.
PLACES = {"locations", "at_locations", "location", "address", "postal_code"} | {
    "latitude",
    "longitude",
    "is_exact",
}


def _cleaned(value: Any, clean: Clean) -> Any:
    """Return JSON without places and without mentions of them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(each, clean) for each in value]
    if isinstance(value, Mapping):
        return {
            key: _emptied(each)
            if key in PLACES and not _is_fact(key, each)
            else _cleaned(each, clean)
            for key, each in value.items()
        }
    return value


def _is_fact(key: str, value: Any) -> bool:
    """Return whether “address” is the fact of that name: its places are emptied further in."""
    return key == "address" and isinstance(value, Mapping)


def _emptied(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else None
