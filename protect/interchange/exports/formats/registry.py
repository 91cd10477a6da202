"""Every kind of file, by its code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from protect.interchange.exports import store
from protect.interchange.exports.formats import (
    calendars,
    cards,
    csv_sheet,
    geojson,
    json_ld,
    ndjson,
    tabular,
)
from protect.interchange.exports.request import Head, Wanted
from protect.interchange.exports.store import Exported


class Format(NamedTuple):
    """A file format. `with_gone`: it can mark services as withdrawn."""

    code: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[Exported], Head], Iterator[bytes]]
    with_gone: bool = False


FORMATS: Mapping[str, Format] = {
    each.code: each
    for each in (
        Format("csv", ".csv", "text/csv; charset=utf-8", csv_sheet.write),
        Format("hsds", ".ndjson", "application/x-ndjson", ndjson.write, with_gone=True),
        Format("hsds-tables", ".zip", "application/zip", tabular.write, with_gone=True),
        Format("geojson", ".geojson", "application/geo+json", geojson.write),
        Format("json-ld", ".jsonld", "application/ld+json", json_ld.write),
        Format("ical", ".ics", "text/calendar; charset=utf-8", calendars.write),
        Format("vcard", ".vcf", "text/vcard; charset=utf-8", cards.write),
    )
}


def count(kind: Format, wanted: Wanted) -> int:
    """Return how many services a file would hold."""
    return store.services(wanted, with_gone=kind.with_gone).count()


def pieces(
    kind: Format, wanted: Wanted, head: Head, say: Callable[[int], None] = lambda done: None
) -> Iterator[bytes]:
    """Yield a file piece by piece. Memory does not grow with the number of services.

    `say` hears the services done, after each.
    """
    services = store.services(wanted, with_gone=kind.with_gone)
    return kind.write(_with_progress(store.exported(services, wanted.readers, head.at), say), head)


def _with_progress(services: Iterable[Exported], say: Callable[[int], None]) -> Iterator[Exported]:
    for done, each in enumerate(services, 1):
        yield each
        say(done)
