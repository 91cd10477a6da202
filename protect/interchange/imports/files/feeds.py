"""Records of services in HSDS 3.0 and 3.1, each with its place in the file: feeds and packages.

Pages that do not fit each other were fetched while the feed changed: the whole file is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from protect.interchange.errors import InterchangeRefusal
from protect.interchange.imports.files import reader
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

type TableRow = dict[str, Any]
type Tables = Mapping[str, list[TableRow]]

# Of each table of a package its rows, by the line on which they begin.
TABLES = TypeAdapter(dict[str, list[tuple[int, dict[str, str]]]])
NUMBERS = frozenset(
    {"minimum_age", "maximum_age", "latitude", "longitude", "amount", "interval", "count"}
    | {"timezone"}
)
# A table, and what its rows are called in the service that they hang on.
OF_SERVICES = (
    ("phone", "phones"),
    ("schedule", "schedules"),
    ("language", "languages"),
    ("service_area", "service_areas"),
    ("cost_option", "cost_options"),
)
OF_PEOPLE = "contact_id"  # a number of a named person, never taken
MOST_JOINED = 300_000_000  # characters of all services with what other tables say of each
EACH_VALUE = 16  # characters that a value counts beside its own
LINE = "\0line"  # where a row stands; no column is called so


class Record(NamedTuple):
    """One service as its source sent it. Messages may name only its position in the feed."""

    page: int  # from 1
    number: int  # on that page, from 1; in a table, its line
    data: Any
    table: str = ""  # of a data package


class Page(NamedTuple):
    records: list[Any]
    number: int | None = None
    pages: int | None = None
    items: int | None = None


PAGES: TypeAdapter[list[Page]] = TypeAdapter(list[Page])


def read_feed(content: bytes) -> list[Record]:
    """Return the records of a feed, each once. Errors: as `tables.table_of`."""
    try:
        pages = reader.parsed("import_feed", content, PAGES)
    except Refused:
        raise reader.encoding_unclear(content) from None
    _must_be_one_state(pages)
    reader.must_be_few(sum(len(page.records) for page in pages))
    records = (
        Record(page.number or at, number, data)
        for at, page in enumerate(pages, 1)
        for number, data in enumerate(page.records, 1)
    )
    return list(_once(records))


def read_package(content: bytes) -> list[Record]:
    """Return services of a data package with their rows. Errors: as `tables.table_of`."""
    tables: dict[str, list[TableRow]] = defaultdict(list)
    for name, rows in reader.parsed("import_package", content, TABLES).items():
        for line, cells in rows:
            row: TableRow = {column: _value(column, text) for column, text in cells.items()}
            tables[name].append(row | {LINE: line})
    reader.must_be_few(len(tables["service"]))
    return [
        Record(1, row[LINE], _without_lines(service), "services.csv")
        for row, service in zip(tables["service"], _bounded(_joined(tables)), strict=True)
    ]


def _must_be_one_state(pages: list[Page]) -> None:
    enveloped = [page for page in pages if page.pages is not None or page.items is not None]
    if not enveloped:
        return
    if len({(page.pages, page.items) for page in enveloped}) > 1:
        raise _changed(_("the pages tell different totals"))
    first, numbers = enveloped[0], {page.number for page in enveloped}
    begins = 0 if 0 in numbers else 1
    if first.pages is not None and None not in numbers:
        missing = set(range(begins, begins + min(first.pages, 100_000))) - numbers
        if missing:
            page = min(each for each in missing if each is not None)
            raise _changed(_("page {page} of {pages} is missing"), page=page, pages=first.pages)
    count = sum(len(page.records) for page in enveloped)
    if first.items is not None and count != first.items:
        message = _("{count} records came, {items} were announced")
        raise _changed(message, count=count, items=first.items)


def _changed(found: str, **facts: int) -> InterchangeRefusal:
    return InterchangeRefusal("feed_changed", found=found.format(**facts))


def _once(records: Iterable[Record]) -> Iterator[Record]:
    """Yield each record once. Errors: feed_changed, for one that came twice and differs."""
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
            raise _changed(message, number=record.number, page=record.page)


def _value(column: str, text: str) -> str | float:
    """Return a number where the standard has one; what is none stays text, and is found there."""
    try:
        return float(text) if column in NUMBERS else text
    except ValueError:
        return text


def _joined(tables: Tables) -> Iterator[TableRow]:
    organizations = {row.get("id"): row for row in tables["organization"]}
    terms = {row.get("id"): row for row in tables["taxonomy_term"]}
    places = _by(tables["service_at_location"], "service_id")
    locations = {row.get("id"): row for row in tables["location"]}
    addresses = _by(tables["address"], "location_id")
    attributes = _by(tables["attribute"], "link_id")
    nested = {
        name: _by((row for row in tables[table] if OF_PEOPLE not in row), "service_id")
        for table, name in OF_SERVICES
    }
    for row in tables["service"]:
        key, service = row.get("id"), dict(row)
        if organization := organizations.get(row.get("organization_id")):
            service["organization"] = organization
        service |= {name: rows[key] for name, rows in nested.items() if rows.get(key)}
        service["attributes"] = [
            each | {"taxonomy_term": terms.get(each.get("taxonomy_term_id"), {})}
            for each in attributes.get(key, ())
        ]
        place_keys = [each.get("location_id") for each in places.get(key, ())]
        service["service_at_locations"] = [
            {"location": {**locations.get(place, {}), "addresses": addresses.get(place, [])}}
            for place in place_keys
        ]
        yield service


def _bounded(services: Iterable[TableRow]) -> Iterator[TableRow]:
    """Refuse tables that grow by being joined: one text may hang on 100,000 services."""
    left = MOST_JOINED
    for service in services:
        left -= _size(service)
        if left < 0:
            raise reader.worded(Refused(EXHAUSTED))
        yield service


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return EACH_VALUE + (len(value) if isinstance(value, str) else 0)


def _by(rows: Iterable[TableRow], key: str) -> dict[Any, list[TableRow]]:
    rows_by_value: dict[Any, list[TableRow]] = defaultdict(list)
    for row in rows:
        if key in row:
            rows_by_value[row[key]].append(row)
    return dict(rows_by_value)


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(each) for key, each in value.items() if key != LINE}
    return [_without_lines(each) for each in value] if isinstance(value, list) else value
