"""The tables of a HSDS data package: names, columns, keys. Ours alone; a test compares them.

Source: HSDS 3.1 tables. Its own package gives service_capacity and unit no columns to be known by
(openreferral/specification): here both have an `id`, which is their primary key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from protect.interchange.exports.store import Head
from protect.interchange.hsds.texts import stated
from protect.interchange.hsds.variants import VERSION

NUMBERS = {
    *("minimum_age", "maximum_age", "latitude", "longitude", "timezone", "interval", "amount"),
    *("available", "maximum"),
}
DATES = {"assured_date", "valid_from", "valid_to", "dtstart", "until", "last_action_date"}
INSTANTS = {"last_modified", "updated"}
# Columns that name a row of another table.
REFERS = {
    "organization_id": "organization",
    "service_id": "service",
    "location_id": "location",
    "unit_id": "unit",
    "taxonomy_term_id": "taxonomy_term",
    "taxonomy_id": "taxonomy",
}


class Sheet(NamedTuple):
    file: str
    columns: list[str]


def _sheet(file: str, columns: str) -> Sheet:
    return Sheet(f"{file}.csv", columns.split())


SHEETS: dict[str, Sheet] = {
    "organization": _sheet("organizations", "id name description website"),
    "organization_identifier": _sheet(
        "organization_identifiers",
        "id organization_id identifier_scheme identifier_type identifier",
    ),
    "service": _sheet(
        "services",
        "id organization_id name description url email status interpretation_services "
        "application_process fees_description eligibility_description minimum_age maximum_age "
        "assured_date alert last_modified",
    ),
    "service_at_location": _sheet("service_at_location", "id service_id location_id"),
    "location": _sheet("locations", "id location_type name latitude longitude"),
    "phone": _sheet("phones", "id service_id number type description"),
    "address": _sheet(
        "addresses",
        "id location_id address_1 city state_province postal_code country address_type",
    ),
    "schedule": _sheet(
        "schedules",
        "id service_id valid_from valid_to dtstart timezone until wkst freq interval byday "
        "description opens_at closes_at attending_type notes",
    ),
    "service_area": _sheet("service_areas", "id service_id name extent extent_type"),
    "required_document": _sheet("required_documents", "id service_id document"),
    "language": _sheet("languages", "id service_id name code note"),
    "accessibility": _sheet("accessibility", "id location_id description details"),
    "cost_option": _sheet("cost_options", "id service_id option amount amount_description"),
    "service_capacity": _sheet(
        "service_capacity", "id service_id unit_id available maximum updated"
    ),
    "unit": _sheet("units", "id name"),
    "attribute": _sheet(
        "attributes", "id link_id taxonomy_term_id link_type link_entity value label"
    ),
    "taxonomy_term": _sheet(
        "taxonomy_terms", "id code name description parent_id taxonomy language taxonomy_id"
    ),
    "taxonomy": _sheet("taxonomies", "id name description"),
    "metadata": _sheet(
        "metadata",
        "id resource_id resource_type last_action_date last_action_type field_name previous_value "
        "replacement_value updated_by",
    ),
}


def package(head: Head) -> dict[str, Any]:
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
            {"fields": column, "reference": {"resource": REFERS[column], "fields": "id"}}
            for column in sheet.columns
            if column in REFERS
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
