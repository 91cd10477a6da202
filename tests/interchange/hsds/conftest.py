"""The interface as a reader sees it, and the official schemas if they are available."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings
from django.test import Client

from protect.interchange.hsds.schemas import Variant, merge_patches

OFFICIAL = settings.BASE_DIR.parent / "shared" / "data" / "hsds"
# The compiled schemas of the standard hold these; the files for single tables do not.
COMPILED = {
    "service_at_location": {"service": {"$ref": "service.json"}},
    "organization": {"services": {"type": "array", "items": {"$ref": "service.json"}}},
}
FOLDERS = {Variant.PROFILE: "3.1", Variant.CORE: "3.1", Variant.CORE_3_0: "3.0"}


@pytest.fixture
def read() -> Callable[..., Any]:
    """Return a function that queries the interface and returns its answer."""
    client = Client(headers={"host": "127.0.0.1"})

    def ask(path: str, *, status: int = 200, method: str = "get", **query: str) -> Any:
        response = getattr(client, method)(path, query_params=query)
        body = b"".join(response)  # a stream, too
        assert response.status_code == status, body
        if "ndjson" in response.headers["Content-Type"]:
            return [json.loads(line) for line in body.splitlines()]
        return json.loads(body)

    return ask


@pytest.fixture
def ids(read: Callable[..., Any]) -> Callable[..., list[str]]:
    """Return a function that reads all pages of a list and returns the ids in order."""

    def every(path: str, **query: str) -> list[str]:
        found, page, is_last = [], 1, False
        while not is_last:
            body = read(path, page=str(page), **query)
            found += [each["id"] for each in body["contents"]]
            page, is_last = page + 1, body["last_page"]
        return found

    return every


def official(name: str, variant: Variant) -> dict[str, Any]:
    """Return a closed official schema, with or without our patch.

    Skips where the official schemas are not at hand.
    """
    path = OFFICIAL / FOLDERS[variant] / "schema" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"the official HSDS schemas are not in {OFFICIAL}")
    document = json.loads(path.read_text("utf-8"))
    patch = merge_patches().get(name, {}) if variant is Variant.PROFILE else {}
    properties = document["properties"] | COMPILED.get(name, {}) | patch.get("properties", {})
    return {
        "$id": f"hsds:///{name}.json",
        "type": "object",
        "properties": properties,
        "required": document["required"],
        "additionalProperties": False,
    }


@cache
def validator(variant: Variant, schema: str) -> Any:
    """Return a function that validates a document with the closed official schemas."""
    root = official(schema, variant)
    others = (path.stem for path in (OFFICIAL / FOLDERS[variant] / "schema").glob("*.json"))
    names = [name for name in others if name not in {"openapi", "meta_table_description"}]
    registry = jsonschema_rs.Registry(
        [(f"hsds:///{name}.json", official(name, variant)) for name in names]
    )
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True, registry=registry)
