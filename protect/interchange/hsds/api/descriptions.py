"""OpenAPI schemas of documents and responses. Tests compare them with the official schemas."""

from typing import Any

from protect.interchange.hsds import schemas
from protect.interchange.hsds.api.listings import JSON, MERGE_PATCH, NDJSON
from protect.kernel.refusals import CONTENT_TYPE as PROBLEM, PROBLEM_SCHEMA

PAGE_PROPERTIES: dict[str, Any] = {
    "total_items": schemas.COUNT,
    "total_pages": schemas.COUNT,
    "page_number": {"type": "integer", "minimum": 1},
    "size": schemas.COUNT,
    **{key: {"type": "boolean"} for key in ("first_page", "last_page", "empty")},
}


def _object_schema(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the schema of an object that must have all these properties."""
    return {"type": "object", "properties": properties, "required": list(properties), **more}


EXTRA_SCHEMAS = {
    "Page": _object_schema(PAGE_PROPERTIES),
    "minimal_service": _object_schema(
        {"id": schemas.KEY, "last_modified": schemas.INSTANT}, additionalProperties=False
    ),
    "base": _object_schema(
        {"version": schemas.TEXT, "profile": schemas.WEB, "openapi_url": schemas.WEB}
    ),
    "problem": PROBLEM_SCHEMA,
}


def component_schemas(variant: schemas.Variant) -> dict[str, Any]:
    return {name: _record_schema(name, variant) for name in schemas.shapes()} | EXTRA_SCHEMAS


def api_info_responses() -> dict[int, Any]:
    response = _json_response("What this interface is.", _reference("base"))
    return {200: response, **_error_responses(400)}


def page_responses(*names: str) -> dict[int, Any]:
    """Return the responses of a list of records with one of these schemas.
    `Page` is at the root, as in 3.1.3: inside `contents` it would describe a record."""
    refs = [_reference(name) for name in names]
    record: dict[str, Any] = refs[0] if len(refs) == 1 else {"anyOf": refs}
    contents = _object_schema({"contents": {"type": "array", "items": record}})
    response = _json_response("A page.", {"allOf": [_reference("Page"), contents]})
    response["content"][NDJSON] = {"schema": record}
    return {200: response, **_error_responses(400)}


def record_responses(schema: str) -> dict[int, Any]:
    return {200: _json_response("The record.", _reference(schema)), **_error_responses(400, 404)}


def profile_responses() -> dict[int, Any]:
    """Return the responses of the profile, which is not a record."""
    content = {kind: {"schema": {"type": "object"}} for kind in (JSON, MERGE_PATCH)}
    return {200: {"description": "A document.", "content": content}, **_error_responses(404)}


def _error_responses(*statuses: int) -> dict[int, Any]:
    content = {PROBLEM: {"schema": _reference("problem")}}
    texts = {400: "A parameter is wrong: `fields` names it.", 404: "There is no such record."}
    return {status: {"description": texts[status], "content": content} for status in statuses}


def _json_response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _record_schema(name: str, variant: schemas.Variant) -> dict[str, Any]:
    fields = schemas.fields_of(name)
    nested = {
        key: {"type": "array", "items": _reference(part)}
        if _is_list(key, part)
        else _reference(part)
        for key, part in schemas.shapes()[name].nested.items()
    }
    properties = {key: schemas.FIELD_TYPES.get(key, schemas.TEXT) for key in fields} | nested
    if variant is schemas.Variant.PROFILE:
        extensions = schemas.merge_patches().get(name, {}).get("properties", {})
        properties |= {key: _extension_schema(value) for key, value in extensions.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": [key for key, is_always_there in fields.items() if is_always_there],
        "additionalProperties": False,
    }


def _is_list(key: str, part: str) -> bool:
    """Return whether field `key` is a list of `part` records: names of lists are plurals."""
    return key not in {part, "taxonomy_detail"} or key in {"accessibility", "metadata"}


def _extension_schema(value: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an extension with references to the components of this API."""
    schema = {key: field for key, field in value.items() if key != "name"}
    items = schema.get("items", {})
    if "$ref" in items:
        schema["items"] = _reference(items["$ref"].removesuffix(".json"))
    return schema
