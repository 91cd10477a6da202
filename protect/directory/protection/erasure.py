"""Erasure of the address of a service from every row that may hold it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet

from protect.directory.enums import AddressReaders
from protect.directory.extension import extensions
from protect.directory.facts import TABLES, eligibility
from protect.directory.facts.base.tables import read_values, write_rows
from protect.directory.models import FactCheck, Location, Service, ServiceText
from protect.directory.protection import address_patterns

# Texts of a service in which an address may have been repeated.
TEXT_COLUMNS = (
    *("description", "audience_note", "how_to_access", "restrictions", "area_note"),
    *("referral_route", "admission_conditions", "desk_notes"),
)
# JSON keys whose values say where something is, at any depth.
LOCATION_KEYS = frozenset(
    {"locations", "at_locations", "location", "address", "postal_code"}
    | {"latitude", "longitude", "is_exact"}
)
# JSON keys whose values have a grammar of their own: only known address parts are removed.
SYNTAX_KEYS = frozenset({"expression", "window", "number", "values", "id"})
PLACE_COLUMNS = ("city", "address", "postal_code", "latitude", "longitude")  # of imported rows
# Of services and organisations. Only the parts that look like an address are removed.
NAME_COLUMNS = ("name", "official_name")
# Of services, JSON values and imported rows: see redact_link.
LINK_COLUMNS = ("website", "email", "source_url")


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Removes addresses from texts. `address_parts`: known streets and postcodes of a service."""

    address_parts: frozenset[str]

    def redact_mentions(self, text: str) -> str:
        """Return a text without the known address parts and without links to maps."""
        text = address_patterns.replace_address_parts(text, self.address_parts)
        return address_patterns.replace_map_links(text, address_patterns.REPLACEMENT)

    def redact_text(self, text: str) -> str:
        """Return a text without known address parts and sentences that look like an address."""
        text = self.redact_mentions(text)
        if not address_patterns.resembles_address(text):
            return text
        remaining = "".join(
            f"{address_patterns.REPLACEMENT} "
            if address_patterns.resembles_address(sentence)
            else sentence
            for sentence in address_patterns.SENTENCE.findall(text)
        ).strip()
        is_clean = not address_patterns.resembles_address(remaining)
        return remaining if is_clean else address_patterns.REPLACEMENT

    def redact_name(self, text: str) -> str:
        """Return a name without the parts that look like an address; "" only for ""."""
        if not text:
            return ""
        text = address_patterns.name_without_address(self.redact_mentions(text))
        is_clean = text and not address_patterns.name_resembles_address(text)
        return text if is_clean else address_patterns.REPLACEMENT

    def redact_link(self, link: str) -> str:
        """Return a web or e-mail address; "" if it reveals a place or a known address part."""
        is_safe = self.redact_mentions(link) == link and not address_patterns.link_reveals_place(
            link
        )
        return link if is_safe else ""

    def redact_value(self, value: Any, key: str = "") -> Any:
        """Return a JSON value without locations, also in its texts; `key`: its JSON key."""
        if isinstance(value, str):
            if key in LINK_COLUMNS:
                return self.redact_link(value)
            return self.redact_mentions(value) if key in SYNTAX_KEYS else self.redact_text(value)
        if isinstance(value, list | tuple):
            return [self.redact_value(item, key) for item in value]
        if isinstance(value, Mapping):
            return {name: self._redact_member(name, member) for name, member in value.items()}
        return value

    def _redact_member(self, name: str, value: Any) -> Any:
        """Return the redacted value of a JSON key. A location becomes empty, or None for a number.
        The address fact, a mapping under "address", is kept and redacted inside."""
        is_fact = name == "address" and isinstance(value, Mapping)
        if name not in LOCATION_KEYS or is_fact:
            return self.redact_value(value, name)
        return type(value)() if isinstance(value, str | list | dict) else None

    def clean_rows(self, rows: QuerySet[Any], columns: Collection[str]) -> None:
        """Clean text or JSON columns of rows, and save only the rows that change."""
        for row in rows.order_by("pk"):
            values = {column: self.redact_value(getattr(row, column)) for column in columns}
            _save_changed_columns(row, values)


def erase_addresses(service: Service) -> None:
    """Delete the address of a service, and every mention of it in texts about the service.
    A location that another service shares stays with that service. The fingerprint of the
    imported row is deleted too, because it could be recomputed from a list of streets. Call
    it in a transaction in which the service is locked, and set `address_audience` yourself."""
    locations = list(Location.objects.filter(services__service=service).order_by("pk"))
    stored = {
        spot for location in locations for spot in (location.address, location.postal_code) if spot
    }
    reported = (
        spot for extension in extensions() for spot in extension.known_address_parts(service)
    )
    cleaner = Cleaner(frozenset(stored.union(reported)))
    service.at_locations.all().delete()
    Location.objects.filter(pk__in=[location.pk for location in locations], services=None).delete()
    service.source_digest = ""
    service.fact_sources = {}  # a source may print the address
    redactions: dict[str, Callable[[str], str]] = dict.fromkeys(TEXT_COLUMNS, cleaner.redact_text)
    redactions |= dict.fromkeys(NAME_COLUMNS, cleaner.redact_name)
    redactions |= dict.fromkeys(LINK_COLUMNS, cleaner.redact_link)
    for name, redact in redactions.items():
        setattr(service, name, redact(getattr(service, name)))
    source_columns = ("source_digest", "fact_sources")
    service.save(update_fields=[*TEXT_COLUMNS, *NAME_COLUMNS, *LINK_COLUMNS, *source_columns])
    _clean_organisation(service, cleaner)
    for table in TABLES.values():
        cleaner.clean_rows(table.model._default_manager.filter(service=service), table.texts)
    widen_stored_areas(service)
    cleaner.clean_rows(ServiceText.objects.filter(service=service), ("text",))
    cleaner.clean_rows(FactCheck.objects.filter(service=service), ("source",))
    for extension in extensions():
        extension.erase_address(service, cleaner)


def widen_stored_areas(service: Service) -> None:
    """Widen the served areas of a service whose address is no longer public to coarse areas."""
    table = TABLES["areas"]
    write_rows(table, {service.pk: eligibility.widen_areas(read_values(service.pk, table))})


def _clean_organisation(service: Service, cleaner: Cleaner) -> None:
    """Remove the address from the organisation's texts. If another of its services may store
    an address, sentences that merely look like an address stay."""
    organisation = service.organisation
    others = organisation.services.exclude(pk=service.pk)
    has_public_services = others.exclude(address_audience=AddressReaders.NEVER_STORED).exists()
    redact_name = cleaner.redact_mentions if has_public_services else cleaner.redact_name
    redact_text = cleaner.redact_mentions if has_public_services else cleaner.redact_text
    texts = {
        **{name: redact_name(getattr(organisation, name)) for name in NAME_COLUMNS},
        "description": redact_text(organisation.description),
        "website": cleaner.redact_link(organisation.website),
    }
    if _save_changed_columns(organisation, texts):  # makes servers read its other services again
        others.update(version=F("version") + 1, source_version=F("source_version") + 1)


def _save_changed_columns(row: Model, values: Mapping[str, Any]) -> bool:
    """Save the columns that have another value; return whether there was one."""
    changed = [column for column in values if values[column] != getattr(row, column)]
    for column in changed:
        setattr(row, column, values[column])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)
