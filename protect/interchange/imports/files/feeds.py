"""Read service records in HSDS 3.0 and 3.1 from feeds and data packages. If the pages of a feed
contradict each other, it changed during the download: the whole file is refused."""

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

# The tables of a package by name. A row is the number of its first line and its cells.
TABLES = TypeAdapter(dict[str, list[tuple[int, dict[str, str]]]])
NUMBER_COLUMNS = {"minimum_age", "maximum_age", "latitude", "longitude", "amount", "interval"}
NUMBER_COLUMNS |= {"count", "timezone"}
# Tables with rows that belong to a service, and the field of the service that holds them.
SERVICE_TABLES = (
    ("phone", "phones"),
    ("schedule", "schedules"),
    ("language", "languages"),
    ("service_area", "service_areas"),
    ("cost_option", "cost_options"),
)
CONTACT_COLUMN = "contact_id"  # rows with it belong to a named person and are never imported
MAX_JOINED_CHARACTERS = 300_000_000  # of all services together with their rows of other tables
CHARACTERS_PER_VALUE = 16  # counted for each value in addition to its text
LINE_KEY = "\0line"  # key of a row's line number; cannot be a column name


class Record(NamedTuple):
    """One service as its source sent it. Messages may name only its position in the feed."""

    page: int  # as the page itself numbers it, else its position from 1
    number: int  # on that page, from 1; for a table, the line number
    data: Any
    table: str = ""  # file name in a data package


class Page(NamedTuple):
    """A page of a feed. `pages` and `items` are the totals that it announces."""

    records: list[Any]
    number: int | None = None
    pages: int | None = None
    items: int | None = None


PAGES: TypeAdapter[list[Page]] = TypeAdapter(list[Page])


def read_feed(content: bytes) -> list[Record]:
    """Return the records of a feed, without repeats. Errors: as `tables.parse_table`."""
    try:
        pages = reader.parse_with("import_feed", content, PAGES)
    except Refused:
        raise reader.encoding_unclear(content) from None
    _require_consistent_pages(pages)
    reader.refuse_too_many_rows(sum(len(page.records) for page in pages))
    records = (
        Record(page.number or page_number, number, data)
        for page_number, page in enumerate(pages, 1)
        for number, data in enumerate(page.records, 1)
    )
    return list(_without_repeats(records))


def read_package(content: bytes) -> list[Record]:
    """Return a data package's services with their related rows. Errors: as `tables.parse_table`."""
    rows_by_table: dict[str, list[TableRow]] = defaultdict(list)
    for name, rows in reader.parse_with("import_package", content, TABLES).items():
        for line, cells in rows:
            row: TableRow = {column: _parse_value(column, text) for column, text in cells.items()}
            rows_by_table[name].append(row | {LINE_KEY: line})
    reader.refuse_too_many_rows(len(rows_by_table["service"]))
    services = _limit_size(_join_tables(rows_by_table))
    return [
        Record(1, row[LINE_KEY], _without_line_numbers(service), "services.csv")
        for row, service in zip(rows_by_table["service"], services, strict=True)
    ]


def _require_consistent_pages(pages: list[Page]) -> None:
    enveloped = [page for page in pages if page.pages is not None or page.items is not None]
    if not enveloped:
        return
    if len({(page.pages, page.items) for page in enveloped}) > 1:
        raise _feed_changed_error(_("the pages give different totals"))
    first, numbers = enveloped[0], {page.number for page in enveloped}
    first_number = 0 if 0 in numbers else 1
    if first.pages is not None and None not in numbers:
        missing = set(range(first_number, first_number + min(first.pages, 100_000))) - numbers
        if missing:
            page = min(number for number in missing if number is not None)
            message = _("page {page} of {pages} is missing")
            raise _feed_changed_error(message, page=page, pages=first.pages)
    count = sum(len(page.records) for page in enveloped)
    if first.items is not None and count != first.items:
        message = _("it contains {count} records, but announces {items}")
        raise _feed_changed_error(message, count=count, items=first.items)


def _feed_changed_error(reason: str, **facts: int) -> InterchangeRefusal:
    """Return the refusal of a feed that changed during its download; `facts` fill `reason`."""
    return InterchangeRefusal("feed_changed", found=reason.format(**facts))


def _without_repeats(records: Iterable[Record]) -> Iterator[Record]:
    """Yield records, each id once, all without an id. Errors: feed_changed, if repeats differ."""
    data_by_key: dict[str, Any] = {}
    for record in records:
        key = record.data.get("id") if isinstance(record.data, Mapping) else None
        if not isinstance(key, str):
            yield record
        elif key not in data_by_key:
            data_by_key[key] = record.data
            yield record
        elif data_by_key[key] != record.data:
            message = _("record {number} on page {page} appears twice with different content")
            raise _feed_changed_error(message, number=record.number, page=record.page)


def _parse_value(column: str, text: str) -> str | float:
    """Return a number for a number column. Other text stays, and validation reports it."""
    try:
        return float(text) if column in NUMBER_COLUMNS else text
    except ValueError:
        return text


def _join_tables(rows_by_table: Tables) -> Iterator[TableRow]:
    """Yield each service with its rows of the other tables nested in it."""
    organizations = {row.get("id"): row for row in rows_by_table["organization"]}
    terms = {row.get("id"): row for row in rows_by_table["taxonomy_term"]}
    sites_by_service = _group_by(rows_by_table["service_at_location"], "service_id")
    locations = {row.get("id"): row for row in rows_by_table["location"]}
    addresses = _group_by(rows_by_table["address"], "location_id")
    attributes = _group_by(rows_by_table["attribute"], "link_id")
    nested = {}
    for table, name in SERVICE_TABLES:
        rows = (row for row in rows_by_table[table] if CONTACT_COLUMN not in row)
        nested[name] = _group_by(rows, "service_id")
    for row in rows_by_table["service"]:
        key, service = row.get("id"), dict(row)
        if organization := organizations.get(row.get("organization_id")):
            service["organization"] = organization
        service |= {name: by_key[key] for name, by_key in nested.items() if by_key.get(key)}
        service["attributes"] = [
            attribute | {"taxonomy_term": terms.get(attribute.get("taxonomy_term_id"), {})}
            for attribute in attributes.get(key, ())
        ]
        location_ids = [site.get("location_id") for site in sites_by_service.get(key, ())]
        service["service_at_locations"] = [
            {"location": {**locations.get(place, {}), "addresses": addresses.get(place, [])}}
            for place in location_ids
        ]
        yield service


def _limit_size(services: Iterable[TableRow]) -> Iterator[TableRow]:
    """Yield services until their joined rows get too large; then refuse the file. The limit is
    needed because one long text of another table may be repeated in 100,000 services."""
    remaining = MAX_JOINED_CHARACTERS
    for service in services:
        remaining -= _character_count(service)
        if remaining < 0:
            raise reader.refusal_error(Refused(EXHAUSTED))
        yield service


def _character_count(value: Any) -> int:
    """Return the characters of all texts in a JSON value, plus a constant for each value."""
    if isinstance(value, dict):
        return sum(map(_character_count, value.values()))
    if isinstance(value, list):
        return sum(map(_character_count, value))
    return CHARACTERS_PER_VALUE + (len(value) if isinstance(value, str) else 0)


def _group_by(rows: Iterable[TableRow], key: str) -> dict[Any, list[TableRow]]:
    rows_by_value: dict[Any, list[TableRow]] = defaultdict(list)
    for row in rows:
        if key in row:
            rows_by_value[row[key]].append(row)
    return dict(rows_by_value)


def _without_line_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_line_numbers(item) for key, item in value.items() if key != LINE_KEY}
    return [_without_line_numbers(item) for item in value] if isinstance(value, list) else value
