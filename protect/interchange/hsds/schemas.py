"""The HSDS schemas that we serve, in three variants: our profile, plain 3.1 and plain 3.0."""

import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from protect.directory.facts import FACTS
from protect.kernel import tables

VERSION = "3.1.3"  # of HSDS
PROFILE_FOLDER = Path(__file__).resolve().parent.parent / "data" / "hsds" / "profile"


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
FIELD_TYPES: dict[str, dict[str, Any]] = {  # of the fields that are not plain text
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


class SchemaShape(tables.Record):
    """A schema: the fields that are not nested, and the schema of each nested field."""

    fields: str  # *: required; @: only in tables; ~: only in documents
    file: str = ""  # of the table, unless it is the schema's name with an s
    nested: dict[str, str] = {}
    since_3_1: tuple[str, ...] = ()  # fields we use that 3.0 does not have


def shapes() -> dict[str, SchemaShape]:
    """Return the fields and nested schemas of each HSDS schema, by schema name."""
    return tables.load("interchange", "hsds/schemas", SchemaShape)


def fields_of(schema: str) -> dict[str, bool]:
    """Return the fields of a document that are not nested, and whether each is required."""
    names = (name.lstrip("~") for name in shapes()[schema].fields.split() if name[0] != "@")
    return {name.rstrip("*"): name.endswith("*") for name in names}


def table_columns(schema: str) -> list[str]:
    return [name.strip("@*") for name in shapes()[schema].fields.split() if name[0] != "~"]


@cache
def merge_patches() -> dict[str, dict[str, Any]]:
    """Return the merge patch of each schema that the profile extends, by the schema's name."""
    files = sorted(PROFILE_FOLDER.glob("*.json"))
    schemas = {path.stem: json.loads(path.read_text("utf-8")) for path in files}
    for fact in FACTS.values():
        fact_fields = {name: {"name": name, **schema} for name, schema in fact.properties.items()}
        schemas["service"]["properties"] |= fact_fields
    schemas["metadata"]["properties"]["fact"]["enum"] = [code.value for code in FACTS]
    return schemas


def fit_to_variant(document: dict[str, Any], schema: str, variant: Variant) -> dict[str, Any]:
    """Return a document without the fields that a variant does not have, at any level."""
    if variant is Variant.PROFILE:
        return document
    unknown = _fields_not_in(schema, variant)
    known_fields = {key: value for key, value in document.items() if key not in unknown}
    for key, part in shapes()[schema].nested.items():
        if isinstance(value := known_fields.get(key), list):
            known_fields[key] = [fit_to_variant(nested, part, variant) for nested in value]
        elif value is not None:
            known_fields[key] = fit_to_variant(value, part, variant)
    return known_fields


@cache
def _fields_not_in(schema: str, variant: Variant) -> frozenset[str]:
    """Return the fields of a schema that a variant lacks; the variant must not be PROFILE."""
    unknown = frozenset(merge_patches().get(schema, {}).get("properties", ()))
    if variant is Variant.CORE_3_0:
        unknown |= {*shapes()[schema].since_3_1}
    return unknown
