"""What documents look like, for the description of the interface. Extensions: the profile.

The official schemas are not part of this project; tests hold these shapes against them.
"""

from __future__ import annotations

from typing import Any

from protect.interchange.hsds.variants import NESTED, Variant, patches

TEXT = {"type": "string"}
KEY = {"type": "string", "format": "uuid"}
DAY = {"type": "string", "format": "date"}
INSTANT = {"type": "string", "format": "date-time"}
WEB = {"type": "string", "format": "uri"}
NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
STATUS = {"type": "string", "enum": ["active", "temporarily closed", "defunct"]}

# The fields that we serve, those of nested documents left out. The first ones are always there.
FIELDS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "service": (
        ("id", "name", "description", "status", "last_modified"),
        {
            "id": KEY,
            "name": TEXT,
            "description": TEXT,
            "url": WEB,
            "email": TEXT,
            "status": STATUS,
            "interpretation_services": TEXT,
            "application_process": TEXT,
            "fees_description": TEXT,
            "eligibility_description": TEXT,
            "minimum_age": COUNT,
            "maximum_age": COUNT,
            "assured_date": DAY,
            "last_modified": INSTANT,
        },
    ),
    "organization": (
        ("id", "name", "description"),
        {"id": KEY, "name": TEXT, "description": TEXT, "website": WEB},
    ),
    "organization_identifier": (
        ("id", "identifier_type", "identifier"),
        {"id": KEY, "identifier_scheme": TEXT, "identifier_type": TEXT, "identifier": TEXT},
    ),
    "service_at_location": (("id",), {"id": KEY, "description": TEXT}),
    "location": (
        ("id", "location_type"),
        {
            "id": KEY,
            "location_type": {"type": "string", "enum": ["physical"]},
            "name": TEXT,
            "latitude": NUMBER,
            "longitude": NUMBER,
        },
    ),
    "address": (
        ("id", "address_1", "city", "state_province", "postal_code", "country", "address_type"),
        {
            "id": KEY,
            "address_1": TEXT,
            "city": TEXT,
            "state_province": TEXT,
            "postal_code": TEXT,
            "country": TEXT,
            "address_type": {"type": "string", "enum": ["physical"]},
        },
    ),
    "accessibility": (("id",), {"id": KEY, "description": TEXT, "details": TEXT}),
    "phone": (("id", "number"), {"id": KEY, "number": TEXT, "type": TEXT, "description": TEXT}),
    "schedule": (
        ("id",),
        {
            "id": KEY,
            "valid_from": DAY,
            "valid_to": DAY,
            "dtstart": DAY,
            "until": DAY,
            "timezone": NUMBER,
            "freq": {"type": "string", "enum": ["WEEKLY", "MONTHLY"]},
            "interval": COUNT,
            "wkst": {"type": "string", "enum": ["MO"]},
            "byday": TEXT,
            "opens_at": TEXT,
            "closes_at": TEXT,
            "attending_type": TEXT,
            "description": TEXT,
            "notes": TEXT,
        },
    ),
    "language": (("id",), {"id": KEY, "name": TEXT, "code": TEXT, "note": TEXT}),
    "service_area": (
        ("id",),
        {"id": KEY, "name": TEXT, "extent": TEXT, "extent_type": TEXT},
    ),
    "required_document": (("id",), {"id": KEY, "document": TEXT}),
    "cost_option": (
        ("id",),
        {"id": KEY, "option": TEXT, "amount": NUMBER, "amount_description": TEXT},
    ),
    "service_capacity": (
        ("id", "unit", "available", "updated"),
        {"id": KEY, "available": COUNT, "maximum": COUNT, "updated": INSTANT},
    ),
    "unit": (("id", "name"), {"id": KEY, "name": TEXT}),
    "attribute": (
        ("id",),
        {
            "id": KEY,
            "link_id": KEY,
            "link_type": TEXT,
            "link_entity": TEXT,
            "value": TEXT,
            "label": TEXT,
        },
    ),
    "taxonomy_term": (
        ("id", "name", "description"),
        {
            "id": KEY,
            "code": TEXT,
            "name": TEXT,
            "description": TEXT,
            "parent_id": KEY,
            "taxonomy": TEXT,
            "language": TEXT,
        },
    ),
    "taxonomy": (("id", "name", "description"), {"id": KEY, "name": TEXT, "description": TEXT}),
    "metadata": (
        (
            "id",
            "last_action_date",
            "last_action_type",
            "field_name",
            "previous_value",
            "replacement_value",
            "updated_by",
        ),
        {
            "id": KEY,
            "resource_id": KEY,
            "resource_type": TEXT,
            "last_action_date": DAY,
            "last_action_type": TEXT,
            "field_name": TEXT,
            "previous_value": TEXT,
            "replacement_value": TEXT,
            "updated_by": TEXT,
        },
    ),
}
PAGE = {
    "type": "object",
    "properties": {
        "total_items": COUNT,
        "total_pages": COUNT,
        "page_number": {"type": "integer", "minimum": 1},
        "size": COUNT,
        "first_page": {"type": "boolean"},
        "last_page": {"type": "boolean"},
        "empty": {"type": "boolean"},
    },
    "required": [
        "total_items",
        "total_pages",
        "page_number",
        "size",
        "first_page",
        "last_page",
        "empty",
    ],
}
MINIMAL = {
    "type": "object",
    "properties": {"id": KEY, "last_modified": INSTANT},
    "required": ["id", "last_modified"],
    "additionalProperties": False,
}


def components(variant: Variant) -> dict[str, Any]:
    """Return the schemas of a variant by their names, and `Page` and `minimal_service`."""
    schemas = {name: _shape(name, variant) for name in FIELDS}
    return {**schemas, "Page": PAGE, "minimal_service": MINIMAL}


def reference(name: str) -> dict[str, str]:
    """Return a reference to one of these schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def _shape(name: str, variant: Variant) -> dict[str, Any]:
    required, fields = FIELDS[name]
    nested = {
        key: {"type": "array", "items": reference(part)} if _is_many(key, part) else reference(part)
        for key, part in NESTED.get(name, {}).items()
    }
    return {
        "type": "object",
        "properties": {**fields, **nested, **_extensions(name, variant)},
        "required": list(required),
        "additionalProperties": False,
    }


def _is_many(key: str, part: str) -> bool:
    """Return whether a field holds a list: the standard names those in the plural."""
    return key not in {part, "taxonomy_detail"} or key in {"accessibility", "metadata"}


def _extensions(name: str, variant: Variant) -> dict[str, Any]:
    if variant is not Variant.PROFILE:
        return {}
    properties = patches().get(name, {}).get("properties", {})
    return {key: _local(value) for key, value in properties.items()}


def _local(value: dict[str, Any]) -> dict[str, Any]:
    """Return a property of a patch as the description of an interface writes it."""
    kept = {key: each for key, each in value.items() if key != "name"}
    items = kept.get("items", {})
    if "$ref" in items:
        kept["items"] = reference(items["$ref"].removesuffix(".json"))
    return kept
