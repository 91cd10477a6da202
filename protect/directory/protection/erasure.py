"""Forgetting where a service is: in every row that may hold it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from protect.directory.enums import Audience
from protect.directory.extension import extensions
from protect.directory.facts import TABLES
from protect.directory.models import FactCheck, Location, Service, ServiceText
from protect.directory.protection import address_patterns

# Texts of a service in which an address may have been repeated.
TEXTS = (
    *("description", "audience_note", "how_to_access", "restrictions", "area_note"),
    *("referral_route", "admission_conditions", "desk_notes"),
)
# Keys of values that say where something is, wherever they stand in what was kept as JSON.
PLACES = frozenset(
    {"locations", "at_locations", "location", "address", "postal_code"}
    | {"latitude", "longitude", "is_exact"}
)
# Keys of values that are written in a grammar of their own: only known spots are looked for.
EXACT = frozenset({"expression", "window", "number", "values", "id"})
SPOT_COLUMNS = ("city", "address", "postal_code", "latitude", "longitude")
NAMES = ("name",)
LINKS = ("website", "email")


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Removes mentions of places from texts. `spots` are the known places."""

    spots: frozenset[str]

    def mentions(self, text: str) -> str:
        """Return a text without the known spots and without links to maps."""
        return address_patterns.without_maps(
            address_patterns.without_spots(text, self.spots), address_patterns.WITHHELD
        )

    def text(self, text: str) -> str:
        """Return a text without the sentences that read like an address as well."""
        text = self.mentions(text)
        if not address_patterns.resembles(text):
            return text
        left = "".join(
            f"{address_patterns.WITHHELD} " if address_patterns.resembles(each) else each
            for each in address_patterns.SENTENCE.findall(text)
        ).strip()
        return address_patterns.WITHHELD if address_patterns.resembles(left) else left

    def name(self, text: str) -> str:
        """Return a name without what reads like an address; never an empty one."""
        text = address_patterns.name_without_place(self.mentions(text))
        is_clean = text and not address_patterns.resembles_in_name(text)
        return text if is_clean else address_patterns.WITHHELD

    def link(self, link: str) -> str:
        """Return a web or mail address, or nothing where it leads there."""
        tells = self.mentions(link) != link or address_patterns.resembles_link(link)
        return "" if tells else link

    def value(self, value: Any, key: str = "") -> Any:
        """Return JSON without places and without mentions of them. `key`: of the value."""
        if isinstance(value, str):
            if key in LINKS:
                return self.link(value)
            return self.mentions(value) if key in EXACT else self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(each, key) for each in value]
        if isinstance(value, Mapping):
            return {name: self._entry(name, each) for name, each in value.items()}
        return value

    def _entry(self, name: str, value: Any) -> Any:
        is_fact = name == "address" and isinstance(value, Mapping)  # its places are further in
        if name not in PLACES or is_fact:
            return self.value(value, name)
        return type(value)() if isinstance(value, str | list | dict) else None

    def clean_rows(self, rows: QuerySet[Any], columns: Collection[str]) -> None:
        """Clean columns of texts or JSON in rows; what changes nothing is not written."""
        for row in rows.order_by("pk"):
            _store(row, {column: self.value(getattr(row, column)) for column in columns})


def forget_addresses(service: Service) -> None:
    """Delete the address of a service, and every mention of it in the texts about the service.
    A location that another service shares stays with that service. The fingerprint of the imported
    row is deleted too, because it could be recomputed from a list of streets. Call it in a
    transaction in which the service is locked."""
    locations = list(Location.objects.filter(services__service=service).order_by("pk"))
    stored = {spot for each in locations for spot in (each.address, each.postal_code) if spot}
    reported = (spot for each in extensions() for spot in each.address_spots(service))
    cleaner = Cleaner(frozenset(stored.union(reported)))
    service.at_locations.all().delete()
    Location.objects.filter(pk__in=[each.pk for each in locations], services=None).delete()
    service.source_digest = ""
    for names, clean in ((TEXTS, cleaner.text), (NAMES, cleaner.name), (LINKS, cleaner.link)):
        for name in names:
            setattr(service, name, clean(getattr(service, name)))
    service.save(update_fields=[*TEXTS, *NAMES, *LINKS, "source_digest"])
    _clean_organisation(service, cleaner)
    for table in TABLES.values():
        cleaner.clean_rows(table.model._default_manager.filter(service=service), table.texts)
    cleaner.clean_rows(ServiceText.objects.filter(service=service), ("text",))
    cleaner.clean_rows(FactCheck.objects.filter(service=service), ("source",))
    for extension in extensions():
        extension.erase_address(service, cleaner)


def _clean_organisation(service: Service, cleaner: Cleaner) -> None:
    """Clean the organisation. Where it also runs public services, its office address may stay."""
    house = service.organisation
    others = house.services.exclude(pk=service.pk).exclude(address_audience=Audience.NEVER_STORED)
    is_open = others.exists()
    texts = {
        "name": (cleaner.mentions if is_open else cleaner.name)(house.name),
        "description": (cleaner.mentions if is_open else cleaner.text)(house.description),
        "website": cleaner.link(house.website),
    }
    _store(house, texts)


def _store(row: Model, after: Mapping[str, Any]) -> None:
    changed = [column for column in after if after[column] != getattr(row, column)]
    for column in changed:
        setattr(row, column, after[column])
    if changed:
        row.save(update_fields=changed)
