"""Variants of a document: our profile (patches in data/hsds/profile), 3.1 alone, or 3.0."""

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
    parts = NESTED.get(schema, {})
    return {
        key: _fitted_part(value, parts[key], variant) if key in parts else value
        for key, value in document.items()
        if key not in unknown
    }


def _fitted_part(part: Any, schema: str, variant: Variant) -> Any:
    if isinstance(part, list):
        return [fitted(each, schema, variant) for each in part]
    return fitted(part, schema, variant)


@cache
def _unknown(schema: str, variant: Variant) -> frozenset[str]:
    unknown = frozenset(patches().get(schema, {}).get("properties", ()))
    if variant is Variant.CORE_3_0:
        unknown |= SINCE_3_1.get(schema, frozenset())
    return unknown
