"""What answers look like, for the description of the interface (OpenAPI)."""

from __future__ import annotations

from typing import Any

from protect.interchange.hsds.api.pages import JSON, MERGE_PATCH, NDJSON
from protect.interchange.hsds.shapes import components, reference
from protect.interchange.hsds.variants import Variant
from protect.kernel.problems import CONTENT_TYPE as PROBLEM
from protect.kernel.problems import SCHEMA

TEXT = {"type": "string"}
SHAPES = {
    "base": {
        "type": "object",
        "properties": {
            "version": TEXT,
            "profile": {"type": "string", "format": "uri"},
            "openapi_url": {"type": "string", "format": "uri"},
        },
        "required": ["version", "profile", "openapi_url"],
    },
    "problem": SCHEMA,
}


def schemas(variant: Variant) -> dict[str, Any]:
    """Return every schema that answers refer to."""
    return {**components(variant), **SHAPES}


def base() -> dict[int, Any]:
    """Return the answers of the root."""
    return {200: _content("What this interface is.", reference("base")), **_refusals(400)}


def page(*schemas: str) -> dict[int, Any]:
    """Return the answers of a list; each record has one of these schemas.

    `Page` stands at the root, where 3.1.3 has it: inside `contents` it would describe a record.
    """
    refs = [reference(name) for name in schemas]
    record: dict[str, Any] = refs[0] if len(refs) == 1 else {"anyOf": refs}
    contents = {
        "type": "object",
        "properties": {"contents": {"type": "array", "items": record}},
        "required": ["contents"],
    }
    answer = _content("A page.", {"allOf": [reference("Page"), contents]})
    answer["content"][NDJSON] = {"schema": record}
    return {200: answer, **_refusals(400)}


def one(schema: str) -> dict[int, Any]:
    """Return the answers of one record."""
    return {200: _content("The record.", reference(schema)), **_refusals(400, 404)}


def anything() -> dict[int, Any]:
    """Return the answers of the profile, which is no record."""
    content = {kind: {"schema": {"type": "object"}} for kind in (JSON, MERGE_PATCH)}
    return {200: {"description": "A document.", "content": content}, **_refusals(404)}


def _refusals(*statuses: int) -> dict[int, Any]:
    words = {400: "A parameter is wrong: `fields` names it.", 404: "There is no such record."}
    return {
        status: {
            "description": words[status],
            "content": {PROBLEM: {"schema": reference("problem")}},
        }
        for status in statuses
    }


def _content(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}
