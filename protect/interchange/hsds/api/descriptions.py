"""What documents and answers look like (OpenAPI). Tests hold it against the official schemas."""

from typing import Any

from protect.interchange.hsds import schemas
from protect.interchange.hsds.api.listings import JSON, MERGE_PATCH, NDJSON
from protect.kernel.refusals import CONTENT_TYPE as PROBLEM, SCHEMA

PAGE: dict[str, Any] = {
    "total_items": schemas.COUNT,
    "total_pages": schemas.COUNT,
    "page_number": {"type": "integer", "minimum": 1},
    "size": schemas.COUNT,
    **{key: {"type": "boolean"} for key in ("first_page", "last_page", "empty")},
}


def _whole(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), **more}


SHAPES = {
    "Page": _whole(PAGE),
    "minimal_service": _whole(
        {"id": schemas.KEY, "last_modified": schemas.INSTANT}, additionalProperties=False
    ),
    "base": _whole({"version": schemas.TEXT, "profile": schemas.WEB, "openapi_url": schemas.WEB}),
    "problem": SCHEMA,
}


def components(variant: schemas.Variant) -> dict[str, Any]:
    return {name: _shape(name, variant) for name in schemas.shapes()} | SHAPES


def base() -> dict[int, Any]:
    return {200: _content("What this interface is.", _reference("base")), **_refusals(400)}


def page(*names: str) -> dict[int, Any]:
    """Return the answers of a list; each record has one of these schemas.

    `Page` stands at the root, where 3.1.3 has it: inside `contents` it would describe a record.
    """
    refs = [_reference(name) for name in names]
    record: dict[str, Any] = refs[0] if len(refs) == 1 else {"anyOf": refs}
    contents = {
        "type": "object",
        "properties": {"contents": {"type": "array", "items": record}},
        "required": ["contents"],
    }
    answer = _content("A page.", {"allOf": [_reference("Page"), contents]})
    answer["content"][NDJSON] = {"schema": record}
    return {200: answer, **_refusals(400)}


def one(schema: str) -> dict[int, Any]:
    return {200: _content("The record.", _reference(schema)), **_refusals(400, 404)}


def anything() -> dict[int, Any]:
    """Return the answers of the profile, which is no record."""
    content = {kind: {"schema": {"type": "object"}} for kind in (JSON, MERGE_PATCH)}
    return {200: {"description": "A document.", "content": content}, **_refusals(404)}


def _refusals(*statuses: int) -> dict[int, Any]:
    words = {400: "A parameter is wrong: `fields` names it.", 404: "There is no such record."}
    return {
        status: {
            "description": words[status],
            "content": {PROBLEM: {"schema": _reference("problem")}},
        }
        for status in statuses
    }


def _content(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _shape(name: str, variant: schemas.Variant) -> dict[str, Any]:
    fields = schemas.fields_of(name)
    nested = {
        key: {"type": "array", "items": _reference(part)}
        if _is_many(key, part)
        else _reference(part)
        for key, part in schemas.shapes()[name].nested.items()
    }
    properties = {key: schemas.TYPES.get(key, schemas.TEXT) for key in fields} | nested
    if variant is schemas.Variant.PROFILE:
        extensions = schemas.patches().get(name, {}).get("properties", {})
        properties |= {key: _local(value) for key, value in extensions.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": [key for key, is_always_there in fields.items() if is_always_there],
        "additionalProperties": False,
    }


def _is_many(key: str, part: str) -> bool:
    """Return whether a field holds a list: the standard names those in the plural."""
    return key not in {part, "taxonomy_detail"} or key in {"accessibility", "metadata"}


def _local(value: dict[str, Any]) -> dict[str, Any]:
    kept = {key: each for key, each in value.items() if key != "name"}
    items = kept.get("items", {})
    if "$ref" in items:
        kept["items"] = _reference(items["$ref"].removesuffix(".json"))
    return kept
