"""The tables of a HSDS data package: names, columns, keys. Ours alone; a test compares them.

Source: HSDS 3.1 tables. Its own package gives service_capacity and unit no columns to be known by
(openreferral/specification): here both have an `id`, which is their primary key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from protect.interchange.exports.request import Head
from protect.interchange.hsds.texts import stated
from protect.interchange.hsds.variants import VERSION

NUMBERS = {
    "minimum_age",
    "maximum_age",
    "latitude",
    "longitude",
    "timezone",
    "interval",
    "amount",
    "available",
    "maximum",
}
DATES = {
    "assured_date",
    "valid_from",
    "valid_to",
    "dtstart",
    "until",
    "last_action_date",
}
INSTANTS = {"last_modified", "updated"}


class Sheet(NamedTuple):
    """A table: its file, its columns, and which of them name a row of another table."""

    file: str
    columns: tuple[str, ...]
    refers: dict[str, str] = {}


SERVICE, PLACE = {"service_id": "service"}, {"location_id": "location"}
SHEETS: dict[str, Sheet] = {
    "organization": Sheet("organizations.csv", ("id", "name", "description", "website")),
    "organization_identifier": Sheet(
        "organization_identifiers.csv",
        ("id", "organization_id", "identifier_scheme", "identifier_type", "identifier"),
        {"organization_id": "organization"},
    ),
    "service": Sheet(
        "services.csv",
        (
            "id",
            "organization_id",
            "name",
            "description",
            "url",
            "email",
            "status",
            "interpretation_services",
            "application_process",
            "fees_description",
            "eligibility_description",
            "minimum_age",
            "maximum_age",
            "assured_date",
            "alert",
            "last_modified",
        ),
        {"organization_id": "organization"},
    ),
    "service_at_location": Sheet(
        "service_at_location.csv", ("id", "service_id", "location_id"), SERVICE | PLACE
    ),
    "location": Sheet("locations.csv", ("id", "location_type", "name", "latitude", "longitude")),
    "phone": Sheet("phones.csv", ("id", "service_id", "number", "type", "description"), SERVICE),
    "address": Sheet(
        "addresses.csv",
        (
            "id",
            "location_id",
            "address_1",
            "city",
            "state_province",
            "postal_code",
            "country",
            "address_type",
        ),
        PLACE,
    ),
    "schedule": Sheet(
        "schedules.csv",
        (
            "id",
            "service_id",
            "valid_from",
            "valid_to",
            "dtstart",
            "timezone",
            "until",
            "wkst",
            "freq",
            "interval",
            "byday",
            "description",
            "opens_at",
            "closes_at",
            "attending_type",
            "notes",
        ),
        SERVICE,
    ),
    "service_area": Sheet(
        "service_areas.csv", ("id", "service_id", "name", "extent", "extent_type"), SERVICE
    ),
    "required_document": Sheet("required_documents.csv", ("id", "service_id", "document"), SERVICE),
    "language": Sheet("languages.csv", ("id", "service_id", "name", "code", "note"), SERVICE),
    "accessibility": Sheet(
        "accessibility.csv", ("id", "location_id", "description", "details"), PLACE
    ),
    "cost_option": Sheet(
        "cost_options.csv",
        ("id", "service_id", "option", "amount", "amount_description"),
        SERVICE,
    ),
    "service_capacity": Sheet(
        "service_capacity.csv",
        ("id", "service_id", "unit_id", "available", "maximum", "updated"),
        SERVICE | {"unit_id": "unit"},
    ),
    "unit": Sheet("units.csv", ("id", "name")),
    "attribute": Sheet(
        "attributes.csv",
        ("id", "link_id", "taxonomy_term_id", "link_type", "link_entity", "value", "label"),
        {"taxonomy_term_id": "taxonomy_term"},
    ),
    "taxonomy_term": Sheet(
        "taxonomy_terms.csv",
        ("id", "code", "name", "description", "parent_id", "taxonomy", "language", "taxonomy_id"),
        {"taxonomy_id": "taxonomy"},
    ),
    "taxonomy": Sheet("taxonomies.csv", ("id", "name", "description")),
    "metadata": Sheet(
        "metadata.csv",
        (
            "id",
            "resource_id",
            "resource_type",
            "last_action_date",
            "last_action_type",
            "field_name",
            "previous_value",
            "replacement_value",
            "updated_by",
        ),
    ),
}


def package(head: Head) -> dict[str, Any]:
    """Return the description of the package."""
    return stated(
        {
            "name": "human_services_data",
            "title": "Services of the directory, as HSDS tables",
            "description": head.notice,
            "profile": "tabular-data-package",
            "version": VERSION,
            "created": head.at.isoformat(),
            "resources": list(_resources()),
        }
    )


def _resources() -> Iterator[dict[str, Any]]:
    for name, sheet in SHEETS.items():
        keys = [
            {"fields": column, "reference": {"resource": other, "fields": "id"}}
            for column, other in sheet.refers.items()
        ]
        schema = {
            "fields": [{"name": column, "type": _type(column)} for column in sheet.columns],
            "primaryKey": "id",
            "foreignKeys": keys,
        }
        yield {
            "name": name,
            "path": sheet.file,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": stated(schema),
        }


def _type(column: str) -> str:
    if column in NUMBERS:
        return "number"
    if column in DATES:
        return "date"
    return "datetime" if column in INSTANTS else "string"
