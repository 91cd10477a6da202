"""The schemas that we serve, and their variants: our profile (data/hsds/profile), 3.1, or 3.0."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from protect.directory.facts import FACTS

VERSION = "3.1.3"
FOLDER = Path(__file__).resolve().parent.parent / "data" / "hsds" / "profile"


class Variant(StrEnum):
    PROFILE = "profile"  # 3.1 and our extensions
    CORE = "core"  # 3.1 alone
    CORE_3_0 = "3.0"  # 3.0 alone


# The fields of each schema that are not nested, in the order of our tables. * is always there,
# @ stands in tables alone (keys of other rows, the notice of a file), ~ in documents alone.
# HSDS 3.1 gives service_capacity and unit no columns to be known by (openreferral/specification):
# here both have an `id`, which is their primary key.
FIELDS: dict[str, str] = {
    "organization": "id* name* description* website",
    "organization_identifier": "id* @organization_id identifier_scheme identifier_type* "
    "identifier*",
    "service": "id* @organization_id name* description* url email status* interpretation_services "
    "application_process fees_description eligibility_description minimum_age maximum_age "
    "assured_date @alert last_modified*",
    "service_at_location": "id* @service_id @location_id ~description",
    "location": "id* location_type* name latitude longitude",
    "phone": "id* @service_id number* type description",
    "address": "id* @location_id address_1* city* state_province* postal_code* country* "
    "address_type*",
    "schedule": "id* @service_id valid_from valid_to dtstart timezone until wkst freq interval "
    "byday description opens_at closes_at attending_type notes",
    "service_area": "id* @service_id name extent extent_type",
    "required_document": "id* @service_id document",
    "language": "id* @service_id name code note",
    "accessibility": "id* @location_id description details",
    "cost_option": "id* @service_id option amount amount_description",
    "service_capacity": "id* @service_id @unit_id ~unit* available* maximum updated*",
    "unit": "id* name*",
    "attribute": "id* link_id @taxonomy_term_id link_type link_entity value label",
    "taxonomy_term": "id* code name* description* parent_id taxonomy language @taxonomy_id",
    "taxonomy": "id* name* description*",
    "metadata": "id* resource_id resource_type last_action_date* last_action_type* field_name* "
    "previous_value* replacement_value* updated_by*",
}
TEXT = {"type": "string"}
KEY = {"type": "string", "format": "uuid"}
DAY = {"type": "string", "format": "date"}
INSTANT = {"type": "string", "format": "date-time"}
WEB = {"type": "string", "format": "uri"}
NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
PHYSICAL = {"type": "string", "enum": ["physical"]}
TYPES: dict[str, dict[str, Any]] = {  # of fields that are no plain text
    **dict.fromkeys(("id", "link_id", "parent_id", "resource_id"), KEY),
    **dict.fromkeys(("url", "website"), WEB),
    **dict.fromkeys(("minimum_age", "maximum_age", "interval", "available", "maximum"), COUNT),
    **dict.fromkeys(("latitude", "longitude", "timezone", "amount"), NUMBER),
    **dict.fromkeys(("assured_date", "valid_from", "valid_to", "dtstart", "until"), DAY),
    **dict.fromkeys(("last_modified", "updated"), INSTANT),
    **dict.fromkeys(("location_type", "address_type"), PHYSICAL),
    "last_action_date": DAY,
    "status": {"type": "string", "enum": ["active", "temporarily closed", "defunct"]},
    "freq": {"type": "string", "enum": ["WEEKLY", "MONTHLY"]},
    "wkst": {"type": "string", "enum": ["MO"]},
}
# Which schema the parts of a document have.
NESTED: dict[str, dict[str, str]] = {
    "service": {
        "organization": "organization",
        "phones": "phone",
        "schedules": "schedule",
        "service_areas": "service_area",
        "service_at_locations": "service_at_location",
        "languages": "language",
        "cost_options": "cost_option",
        "required_documents": "required_document",
        "capacities": "service_capacity",
        "attributes": "attribute",
        "metadata": "metadata",
    },
    "organization": {
        "organization_identifiers": "organization_identifier",
        "services": "service",
    },
    "service_at_location": {"location": "location", "service": "service"},
    "location": {"addresses": "address", "accessibility": "accessibility"},
    "schedule": {"attributes": "attribute"},
    "service_capacity": {"unit": "unit"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "taxonomy_term": {"taxonomy_detail": "taxonomy"},
}
# What 3.1 added to 3.0, of what we use. Source: the two schemas.
SINCE_3_1: dict[str, frozenset[str]] = {
    "service": frozenset({"capacities"}),
    "attribute": frozenset({"label"}),
}


def fields_of(schema: str) -> dict[str, bool]:
    """Return the fields of a document that are not nested, and whether each is always there."""
    names = (name.lstrip("~") for name in FIELDS[schema].split() if name[0] != "@")
    return {name.rstrip("*"): name.endswith("*") for name in names}


def columns_of(schema: str) -> list[str]:
    return [name.strip("@*") for name in FIELDS[schema].split() if name[0] != "~"]


@cache
def patches() -> dict[str, dict[str, Any]]:
    """Return the merge patch of each schema that the profile extends, by its name."""
    files = sorted(FOLDER.glob("*.json"))
    schemas = {path.stem: json.loads(path.read_text("utf-8")) for path in files}
    for fact in FACTS.values():
        added = {name: {"name": name, **schema} for name, schema in fact.properties.items()}
        schemas["service"]["properties"] |= added
    return schemas


def fitted(document: dict[str, Any], schema: str, variant: Variant) -> dict[str, Any]:
    """Return a document without what a variant does not know. The document stays as it is."""
    if variant is Variant.PROFILE:
        return document
    unknown = _unknown(schema, variant)
    kept = {key: value for key, value in document.items() if key not in unknown}
    for key, part in NESTED.get(schema, {}).items():
        if isinstance(value := kept.get(key), list):
            kept[key] = [fitted(each, part, variant) for each in value]
        elif value is not None:
            kept[key] = fitted(value, part, variant)
    return kept


@cache
def _unknown(schema: str, variant: Variant) -> frozenset[str]:
    unknown = frozenset(patches().get(schema, {}).get("properties", ()))
    if variant is Variant.CORE_3_0:
        unknown |= SINCE_3_1.get(schema, frozenset())
    return unknown
