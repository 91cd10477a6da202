"""Forgetting where a service is: in every row that may hold it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from protect.directory import addresslike, rules
from protect.directory.enums import Audience
from protect.directory.importing.protecting import (
    SENTENCE,
    SPOT_COLUMNS,
    name_without_place,
)
from protect.directory.models import (
    Accessibility,
    CallTest,
    Correction,
    CostOption,
    Criterion,
    DuplicatePair,
    FactCheck,
    ImportRow,
    LanguageOffered,
    Location,
    QueueItem,
    RequiredDocument,
    Schedule,
    Service,
    ServiceText,
)

# Texts of a service in which an address may have been repeated.
TEXTS = (
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "referral_route",
    "admission_conditions",
    "desk_notes",
)
NAMES = ("name",)
LINKS = ("website", "email")
NOTED: tuple[type[Model], ...] = (  # facts with a note in somebody's words
    Schedule,
    LanguageOffered,
    Criterion,
    RequiredDocument,
    CostOption,
    Accessibility,
)


@dataclass(frozen=True, slots=True)
class Cleaner:
    """What takes mentions of a place out of texts. `spots` are the places that are known."""

    spots: frozenset[str]

    def mentions(self, text: str) -> str:
        """Return a text without the known spots and without links to maps."""
        return addresslike.without_maps(rules.without_spots(text, self.spots), rules.WITHHELD)

    def text(self, text: str) -> str:
        """Return a text without the sentences that read like an address as well."""
        text = self.mentions(text)
        if not addresslike.resembles(text):
            return text
        left = "".join(
            f"{rules.WITHHELD} " if addresslike.resembles(each) else each
            for each in SENTENCE.findall(text)
        ).strip()
        return rules.WITHHELD if addresslike.resembles(left) else left

    def name(self, text: str) -> str:
        """Return a name without what reads like an address; never an empty one."""
        text = name_without_place(self.mentions(text))
        return rules.WITHHELD if not text or addresslike.resembles_in_name(text) else text

    def link(self, link: str) -> str:
        """Return a web or mail address, or nothing where it leads there."""
        tells = self.mentions(link) != link or addresslike.resembles_link(link)
        return "" if tells else link


def forget_addresses(service: Service) -> None:
    """Delete where a service is, and every mention of it in what is stored about the service.

    A place that another service shares stays that one's: this one is only taken from it. The
    fingerprint of the imported row goes too: whoever has a list of streets could read it.
    Call it in a transaction in which the service is locked.
    """
    locations = list(Location.objects.filter(services__service=service).order_by("pk"))
    rows = list(_rows_of(service))
    cleaner = Cleaner(frozenset({*_spots_of(locations), *_spots_in(rows)}))
    service.at_locations.all().delete()
    Location.objects.filter(pk__in=[each.pk for each in locations], services=None).delete()
    service.source_digest = ""
    _clean_service(service, cleaner)
    _clean_organisation(service, cleaner)
    _forget_elsewhere(service, cleaner)
    for row in rows:
        row.cells = {
            column: "" if column in SPOT_COLUMNS else _cell(column, cell, cleaner)
            for column, cell in row.cells.items()
        }
        # Only the last of each is the row's own: the others are sentences of ours.
        row.troubles = [[*each[:-1], _cleaned(each[-1], cleaner)] for each in row.troubles]
        row.save(update_fields=["cells", "troubles"])


def _rows_of(service: Service) -> QuerySet[ImportRow]:
    """Return the rows of files about a service, also of those that were never applied."""
    unknown = Q(service=None, run__source=service.source, source_id=service.source_id)
    return ImportRow.objects.filter(Q(service=service) | unknown).order_by("pk")


def _cell(column: str, cell: Any, cleaner: Cleaner) -> Any:
    if not isinstance(cell, str):
        return _cleaned(cell, cleaner)
    if column in LINKS:
        return cleaner.link(cell)
    if column in NAME_CELLS:
        return cleaner.name(cell) if cell else cell
    return cleaner.text(cell) if column in TEXT_CELLS else cleaner.mentions(cell)


def _clean_service(service: Service, cleaner: Cleaner) -> None:
    for names, clean in ((TEXTS, cleaner.text), (NAMES, cleaner.name), (LINKS, cleaner.link)):
        for name in names:
            setattr(service, name, clean(getattr(service, name)))
    service.save(update_fields=[*TEXTS, *NAMES, *LINKS, "source_digest"])


def _clean_organisation(service: Service, cleaner: Cleaner) -> None:
    """Clean who runs it. Where it runs what is public as well, its own office may be told."""
    house = service.organisation
    others = house.services.exclude(pk=service.pk).exclude(address_audience=Audience.NEVER_STORED)
    is_open = others.exists()
    texts = {
        "name": cleaner.mentions(house.name) if is_open else cleaner.name(house.name),
        "description": (cleaner.mentions if is_open else cleaner.text)(house.description),
        "website": cleaner.link(house.website),
    }
    changed = [name for name, text in texts.items() if text != getattr(house, name)]
    for name in changed:
        setattr(house, name, texts[name])
    if changed:
        house.save(update_fields=changed)


def _spots_of(locations: Iterable[Location]) -> Iterable[str]:
    return (spot for each in locations for spot in (each.address, each.postal_code) if spot)


def _spots_in(rows: Iterable[ImportRow]) -> Iterable[str]:
    """Yield what rows of files say of the place; the city alone is in every text."""
    columns = [column for column in SPOT_COLUMNS if column != "city"]
    return (str(row.cells[each]) for row in rows for each in columns if row.cells.get(each))


def _forget_elsewhere(service: Service, cleaner: Cleaner) -> None:
    """Clean notes of facts, what others wrote about the service, and what a merging remembers."""
    about: tuple[tuple[QuerySet[Any], Collection[str]], ...] = (
        *((each._default_manager.filter(service=service), ("note",)) for each in NOTED),
        (ServiceText.objects.filter(service=service), ("text",)),
        (QueueItem.objects.filter(service=service), ("note",)),
        (CallTest.objects.filter(service=service), ("heard", "second_heard")),
        (FactCheck.objects.filter(service=service), ("source",)),
        (Correction.objects.filter(service=service), ("text", "reason", "proposed")),
        (
            DuplicatePair.objects.filter(Q(first=service) | Q(second=service)),
            ("before",),
        ),
    )
    for rows, columns in about:
        for row in rows.order_by("pk"):
            _clean_row(row, columns, cleaner)


def _clean_row(row: Model, columns: Collection[str], cleaner: Cleaner) -> None:
    changed = []
    for column in columns:
        before = getattr(row, column)
        after = _cleaned(before, cleaner)
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
# Keys of values that are written in a grammar of their own: only known spots are looked for.
EXACT = {"expression", "window", "number", "values", "id"}
# Cells of a row in somebody's words. All others hold codes, hours or numbers.
NAME_CELLS = {"service", "organisation"}
TEXT_CELLS = {
    "description",
    "notes",
    "how_to_access",
    "restrictions",
    "audience",
    "cost",
    "area_served",
}


def _cleaned(value: Any, cleaner: Cleaner, key: str = "") -> Any:
    """Return JSON without places and without mentions of them. `key`: under which it stands."""
    if isinstance(value, str):
        if key in LINKS:
            return cleaner.link(value)
        return cleaner.mentions(value) if key in EXACT else cleaner.text(value)
    if isinstance(value, list | tuple):
        return [_cleaned(each, cleaner, key) for each in value]
    if isinstance(value, Mapping):
        return {
            name: _emptied(each)
            if name in PLACES and not _is_fact(name, each)
            else _cleaned(each, cleaner, name)
            for name, each in value.items()
        }
    return value


def _is_fact(key: str, value: Any) -> bool:
    """Return whether “address” is the fact of that name: its places are emptied further in."""
    return key == "address" and isinstance(value, Mapping)


def _emptied(value: Any) -> Any:
    return type(value)() if isinstance(value, str | list | dict) else None
