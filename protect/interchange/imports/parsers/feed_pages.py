"""JSON of partners, bounded; pages of an HSDS feed: in one text, one a line, or in an archive."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from protect.interchange.imports.parsers.archive import MAGIC, texts_of
from protect.interchange.imports.parsers.csv_text import decode
from protect.interchange.imports.parsers.limits import MOST_DEPTH, Room, must_be_few
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

CONTENTS = ("contents", "content")  # the second as Open Referral UK writes it
NUMBER = ("page_number", "number")
PAGES = ("total_pages", "totalPages")
ITEMS = ("total_items", "totalElements")

# Records that came together, and what their envelope says: number, pages, items of all.
type Page = tuple[list[Any], int | None, int | None, int | None]


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    pages = list(_pages(content))
    must_be_few(sum(len(page[0]) for page in pages))
    return {}, dump(pages)


def load_document(text: str, room: Room) -> Any:
    """Return JSON without nulls. Errors: Refused, also for what is too deep or too much."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("no_json") from None
    level = [document]
    for depth in range(MOST_DEPTH + 1):
        room.take(len(level))
        level = [value for outer in level for value in _values(outer)]
        if not level:
            return _without_nulls(document)
        if depth == MOST_DEPTH:
            break
    raise Refused("depth", limit=MOST_DEPTH)


def dump(document: Any) -> bytes:
    """Return JSON as bytes. Errors: Refused, for numbers and letters that JSON has not."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        raise Refused("no_json") from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value if each is not None]
    return value


def _pages(content: bytes) -> Iterator[Page]:
    room = Room()
    if content.startswith(MAGIC):
        for text in texts_of(content, ".json").values():
            yield from _pages_of(load_document(text, room))
        return
    text = decode(content)
    try:
        document = load_document(text, room)
    except Refused as refusal:
        if refusal.code != "no_json":
            raise
        document = [load_document(line, room) for line in _lines(text)]
    yield from _pages_of(document)


def _lines(text: str) -> list[str]:
    """Return the lines of a text with one document each. Errors: Refused, for one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise Refused("no_json")
    must_be_few(len(lines))
    return lines


def _pages_of(document: Any) -> Iterator[Page]:
    if isinstance(document, list):
        pages = [each for each in document if _contents(each) is not None]
        for page in pages:
            yield from _pages_of(page)
        others = [each for each in document if _contents(each) is None]
        if others or not pages:
            yield others, None, None, None
    elif (records := _contents(document)) is not None:
        number, pages_in_all, items = (_whole(document, each) for each in (NUMBER, PAGES, ITEMS))
        yield records, number, pages_in_all, items
    else:
        yield [document], None, None, None


def _contents(document: Any) -> list[Any] | None:
    if not isinstance(document, Mapping):
        return None
    contents = next((document[name] for name in CONTENTS if name in document), None)
    return contents if isinstance(contents, list) else None


def _whole(document: Mapping[str, Any], names: Iterable[str]) -> int | None:
    value = next((document[name] for name in names if name in document), None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _values(document: Any) -> Iterator[Any]:
    if isinstance(document, dict):
        yield from document.values()
    elif isinstance(document, list):
        yield from document
