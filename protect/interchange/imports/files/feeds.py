"""Feeds of HSDS 3.0 and 3.1: records of services, each with its place in the file.

One service, a list, pages of an interface in one text, one in each line or several in an archive.
Pages that do not fit each other were fetched while the feed changed: the whole file is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from protect.interchange.errors import FeedChanged, FileEncodingUnclear
from protect.interchange.imports.files.parsed import parsed
from protect.interchange.imports.files.reader import likely, must_be_few
from protect.uploads.refusal_reasons import Refused


@dataclass(frozen=True, slots=True)
class Record:
    """One service as its source sent it. Messages may name only its position in the feed."""

    page: int  # from 1
    number: int  # on that page, from 1; in a table, its line
    data: Any
    table: str = ""  # of a data package


class Page(NamedTuple):
    """A page of records, with the totals of its envelope."""

    records: list[Any]
    number: int | None = None
    pages: int | None = None
    items: int | None = None


PAGES: TypeAdapter[list[Page]] = TypeAdapter(list[Page])


def read(content: bytes) -> list[Record]:
    """Return the records of a feed, each once.

    Errors: FileTooLarge, FileNotReadable, FileEncodingUnclear, FeedChanged, ParsersBusy.
    """
    try:
        pages = parsed("import_feed", content, PAGES)
    except Refused:
        choices = ", ".join(likely(content)) or _("no text at all")
        raise FileEncodingUnclear(tried="UTF-8", choices=choices) from None
    _must_be_one_state(pages)
    must_be_few(sum(len(page.records) for page in pages))
    records = (
        Record(page.number or at, number, data)
        for at, page in enumerate(pages, 1)
        for number, data in enumerate(page.records, 1)
    )
    return list(_once(records))


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
            message = _("page {page} of {pages} is missing")
            page = min(each for each in missing if each is not None)
            raise FeedChanged(found=message.format(page=page, pages=first.pages))
    count = sum(len(page.records) for page in enveloped)
    if first.items is not None and count != first.items:
        message = _("{count} records came, {items} were announced")
        raise FeedChanged(found=message.format(count=count, items=first.items))


def _once(records: Iterable[Record]) -> Iterator[Record]:
    """Yield each record once. Errors: FeedChanged, for one that came twice and differs."""
    data_by_key: dict[str, Any] = {}
    for record in records:
        key = record.data.get("id") if isinstance(record.data, Mapping) else None
        if not isinstance(key, str):
            yield record
        elif key not in data_by_key:
            data_by_key[key] = record.data
            yield record
        elif data_by_key[key] != record.data:
            message = _("the record {number} of page {page} came twice with different content")
            raise FeedChanged(found=message.format(number=record.number, page=record.page))
