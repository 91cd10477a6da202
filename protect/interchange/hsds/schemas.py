"""The schemas that we serve, and their variants: our profile (data/hsds/profile), 3.1, or 3.0."""

import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from protect.directory.facts import FACTS
from protect.kernel import tables

VERSION = "3.1.3"
FOLDER = Path(__file__).resolve().parent.parent / "data" / "hsds" / "profile"


class Variant(StrEnum):
    PROFILE = "profile"  # 3.1 and our extensions
    CORE = "core"  # 3.1 alone
    CORE_3_0 = "3.0"  # 3.0 alone


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


class Shape(tables.Record):
    """A schema: its fields that are not nested, and the schemas of the nested ones, by field."""

    fields: str  # *: always there; @: in tables alone; ~: in documents alone
    file: str = ""  # of the table, unless it is the name and an s
    nested: dict[str, str] = {}
    since_3_1: tuple[str, ...] = ()  # what 3.1 added to 3.0, of what we use


def shapes() -> dict[str, Shape]:
    return tables.load("interchange", "hsds/schemas", Shape)


def fields_of(schema: str) -> dict[str, bool]:
    """Return the fields of a document that are not nested, and whether each is always there."""
    names = (name.lstrip("~") for name in shapes()[schema].fields.split() if name[0] != "@")
    return {name.rstrip("*"): name.endswith("*") for name in names}


def columns_of(schema: str) -> list[str]:
    return [name.strip("@*") for name in shapes()[schema].fields.split() if name[0] != "~"]


@cache
def patches() -> dict[str, dict[str, Any]]:
    """Return the merge patch of each schema that the profile extends, by its name."""
    files = sorted(FOLDER.glob("*.json"))
    schemas = {path.stem: json.loads(path.read_text("utf-8")) for path in files}
    for fact in FACTS.values():
        added = {name: {"name": name, **schema} for name, schema in fact.properties.items()}
        schemas["service"]["properties"] |= added
    schemas["metadata"]["properties"]["fact"]["enum"] = [code.value for code in FACTS]
    return schemas


def fitted(document: dict[str, Any], schema: str, variant: Variant) -> dict[str, Any]:
    """Return a document without what a variant does not know. The document stays as it is."""
    if variant is Variant.PROFILE:
        return document
    unknown = _unknown(schema, variant)
    kept = {key: value for key, value in document.items() if key not in unknown}
    for key, part in shapes()[schema].nested.items():
        if isinstance(value := kept.get(key), list):
            kept[key] = [fitted(each, part, variant) for each in value]
        elif value is not None:
            kept[key] = fitted(value, part, variant)
    return kept


@cache
def _unknown(schema: str, variant: Variant) -> frozenset[str]:
    unknown = frozenset(patches().get(schema, {}).get("properties", ()))
    if variant is Variant.CORE_3_0:
        unknown |= {*shapes()[schema].since_3_1}
    return unknown
