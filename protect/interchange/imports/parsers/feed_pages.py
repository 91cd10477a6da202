"""Parse HSDS feed pages from JSON: in one text, one on each line, or in an archive."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from protect.interchange.imports.parsers.archive import ZIP_SIGNATURE, read_texts
from protect.interchange.imports.parsers.csv_text import decode
from protect.interchange.imports.parsers.limits import MAX_DEPTH, CellBudget, refuse_too_many_rows
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

CONTENTS_KEYS = ("contents", "content")  # the second as Open Referral UK writes it
NUMBER_KEYS = ("page_number", "number")
PAGE_COUNT_KEYS = ("total_pages", "totalPages")
ITEM_COUNT_KEYS = ("total_items", "totalElements")  # of all pages together

# The records of a page, and from its envelope: page number, total of pages, total of records.
type Page = tuple[list[Any], int | None, int | None, int | None]


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return pages as JSON: records, page number, totals. Errors: Refused."""
    pages = list(_read_pages(content))
    refuse_too_many_rows(sum(len(page[0]) for page in pages))
    return {}, dump_json(pages)


def load_document(text: str, budget: CellBudget) -> Any:
    """Return parsed JSON without nulls. Errors: Refused, also for too many levels or values."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("no_json") from None
    values = [document]
    for depth in range(MAX_DEPTH + 1):
        budget.spend(len(values))
        values = [value for outer in values for value in _child_values(outer)]
        if not values:
            return _without_nulls(document)
        if depth == MAX_DEPTH:
            break
    raise Refused("depth", limit=MAX_DEPTH)


def dump_json(document: Any) -> bytes:
    """Return JSON as bytes. Errors: Refused, for numbers and characters that JSON cannot hold."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        raise Refused("no_json") from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _read_pages(content: bytes) -> Iterator[Page]:
    budget = CellBudget()
    if content.startswith(ZIP_SIGNATURE):
        for text in read_texts(content, ".json").values():
            yield from _split_into_pages(load_document(text, budget))
        return
    text = decode(content)
    try:
        document = load_document(text, budget)
    except Refused as refusal:
        if refusal.code != "no_json":
            raise
        document = [load_document(line, budget) for line in _document_lines(text)]
    yield from _split_into_pages(document)


def _document_lines(text: str) -> list[str]:
    """Return the lines of a text, one document on each. Errors: Refused, if there is only one."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise Refused("no_json")
    refuse_too_many_rows(len(lines))
    return lines


def _split_into_pages(document: Any) -> Iterator[Page]:
    if isinstance(document, list):
        pages = [item for item in document if _page_records(item) is not None]
        for page in pages:
            yield from _split_into_pages(page)
        bare_records = [item for item in document if _page_records(item) is None]
        if bare_records or not pages:
            yield bare_records, None, None, None
    elif (records := _page_records(document)) is not None:
        page_number = _first_field_as_int(document, NUMBER_KEYS)
        pages_in_all = _first_field_as_int(document, PAGE_COUNT_KEYS)
        yield records, page_number, pages_in_all, _first_field_as_int(document, ITEM_COUNT_KEYS)
    else:
        yield [document], None, None, None


def _page_records(document: Any) -> list[Any] | None:
    """Return the records of a page; None if the document is not a page."""
    if not isinstance(document, Mapping):
        return None
    contents = next((document[name] for name in CONTENTS_KEYS if name in document), None)
    return contents if isinstance(contents, list) else None


def _first_field_as_int(document: Mapping[str, Any], names: Iterable[str]) -> int | None:
    value = next((document[name] for name in names if name in document), None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _child_values(document: Any) -> Iterator[Any]:
    if isinstance(document, dict):
        yield from document.values()
    elif isinstance(document, list):
        yield from document
