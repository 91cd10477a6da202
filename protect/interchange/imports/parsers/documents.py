"""JSON of partners: bounded in depth and in the number of its values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from protect.interchange.imports.parsers.limits import MOST_DEPTH, Room
from protect.uploads.refusal_reasons import Refused


def load_document(text: str, room: Room) -> Any:
    """Return JSON in which nothing is null: many feeds write so what they leave out.

    Errors: Refused, also for what nests deeper, or holds more values than `room` has left.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("no_json") from None
    level = [document]
    for depth in range(MOST_DEPTH + 1):
        room.take(len(level))
        level = [value for outer in level for value in _values(outer)]
        if not level:
            return without_nulls(document)
        if depth == MOST_DEPTH:
            break
    raise Refused("depth", limit=MOST_DEPTH)


def dump(document: Any) -> bytes:
    """Return JSON as bytes. Errors: Refused, for numbers and letters that JSON has not."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        raise Refused("no_json") from None


def without_nulls(value: Any) -> Any:
    """Return a document without its nulls."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value if each is not None]
    return value


def _values(document: Any) -> Iterator[Any]:
    if isinstance(document, dict):
        yield from document.values()
    elif isinstance(document, list):
        yield from document
