"""Feeds of HSDS 3.0 and 3.1: records of services, each with its place in the file.

One service, a list, pages of an interface in one text, one in each line or several in an archive.
Pages that do not fit each other were fetched while the feed changed: the whole file is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from protect.directory.errors import FeedChanged, FileNotReadable
from protect.directory.importing import kinds
from protect.directory.importing.reading import decoded, must_be_few

CONTENTS = ("contents", "content")  # the second as Open Referral UK writes it
NUMBER = ("page_number", "number")
PAGES = ("total_pages", "totalPages")
ITEMS = ("total_items", "totalElements")


@dataclass(frozen=True, slots=True)
class Record:
    """One service as its source sent it. Only its place may be told."""

    page: int  # from 1
    number: int  # on that page, from 1; in a table, its line
    data: Any
    table: str = ""  # of a data package


@dataclass(frozen=True, slots=True)
class Page:
    """Records that came together, and what their envelope says of all."""

    records: list[Any]
    number: int | None = None
    pages: int | None = None
    items: int | None = None


def read(content: bytes) -> list[Record]:
    """Return the records of a feed, each once.

    Errors: FileTooLarge, FileNotReadable, FileEncodingUnclear, FeedChanged.
    """
    found = list(_pages(content))
    _must_be_one_state(found)
    must_be_few(sum(len(page.records) for page in found))
    records = (
        Record(page.number or at, number, data)
        for at, page in enumerate(found, 1)
        for number, data in enumerate(page.records, 1)
    )
    return list(_once(records))


def without_nulls(value: Any) -> Any:
    """Return JSON in which nothing is null: many feeds write so what they leave out."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value if each is not None]
    return value


def _pages(content: bytes) -> Iterator[Page]:
    if content.startswith(kinds.ZIP):
        for text in kinds.texts(content, ".json").values():
            yield from _pages_of(_parsed(text))
        return
    text = decoded(content)
    try:
        yield from _pages_of(_parsed(text))
    except FileNotReadable:
        yield from _pages_of([_parsed(line) for line in _lines(text)])


def _lines(text: str) -> list[str]:
    """Return the lines of a text with one document each. Errors: FileNotReadable for one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise _no_json()
    must_be_few(len(lines))
    return lines


def _parsed(text: str) -> Any:
    try:
        return without_nulls(json.loads(text))
    except (ValueError, RecursionError):
        raise _no_json() from None


def _pages_of(document: Any) -> Iterator[Page]:
    if isinstance(document, list):
        pages = [each for each in document if _contents(each) is not None]
        for page in pages:
            yield from _pages_of(page)
        others = [each for each in document if _contents(each) is None]
        if others or not pages:
            yield Page(others)
    elif (records := _contents(document)) is not None:
        yield Page(records, *(_whole(document, each) for each in (NUMBER, PAGES, ITEMS)))
    else:
        yield Page([document])


def _contents(document: Any) -> list[Any] | None:
    if not isinstance(document, Mapping):
        return None
    found = next((document[name] for name in CONTENTS if name in document), None)
    return found if isinstance(found, list) else None


def _whole(document: Mapping[str, Any], names: Iterable[str]) -> int | None:
    found = next((document[name] for name in names if name in document), None)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _must_be_one_state(pages: list[Page]) -> None:
    """Refuse pages of different states of a feed. Errors: FeedChanged."""
    enveloped = [page for page in pages if page.pages is not None or page.items is not None]
    if not enveloped:
        return
    if len({(page.pages, page.items) for page in enveloped}) > 1:
        raise FeedChanged(found=_("the pages tell different totals"))
    first, numbers = enveloped[0], {page.number for page in enveloped}
    begins = 0 if 0 in numbers else 1
    if first.pages is not None and None not in numbers:
        missing = set(range(begins, begins + min(first.pages, 100_000))) - numbers
        if missing:
            said = _("page {page} of {pages} is missing")
            page = min(each for each in missing if each is not None)
            raise FeedChanged(found=said.format(page=page, pages=first.pages))
    count = sum(len(page.records) for page in enveloped)
    if first.items is not None and count != first.items:
        said = _("{count} records came, {items} were announced")
        raise FeedChanged(found=said.format(count=count, items=first.items))


def _once(records: Iterable[Record]) -> Iterator[Record]:
    """Yield each record once. Errors: FeedChanged, for one that came twice and differs."""
    known: dict[str, Any] = {}
    for record in records:
        key = record.data.get("id") if isinstance(record.data, Mapping) else None
        if not isinstance(key, str):
            yield record
        elif key not in known:
            known[key] = record.data
            yield record
        elif known[key] != record.data:
            said = _("the record {number} of page {page} came twice with different content")
            raise FeedChanged(found=said.format(number=record.number, page=record.page))


def _no_json() -> FileNotReadable:
    return FileNotReadable(problem=_("It is no JSON, or not whole."))
