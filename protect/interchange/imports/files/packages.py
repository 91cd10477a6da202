"""Data packages of HSDS: tables as CSV in an archive, joined to what a feed would send."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from protect.interchange.imports.files.feeds import Record
from protect.interchange.imports.files.parsed import parsed, worded
from protect.interchange.imports.files.reader import must_be_few
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

type Row = dict[str, Any]
type Tables = Mapping[str, list[Row]]

# Of each table its rows, by the line on which they begin.
TABLES: TypeAdapter[dict[str, list[tuple[int, dict[str, str]]]]] = TypeAdapter(
    dict[str, list[tuple[int, dict[str, str]]]]
)
NUMBERS = frozenset(
    {"minimum_age", "maximum_age", "latitude", "longitude", "amount", "interval", "count"}
    | {"timezone"}
)
# A table, the key by which it hangs on a service, and what it is called there.
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


def read(content: bytes) -> list[Record]:
    """Return the services of a data package, each with its rows of other tables.

    Errors: FileTooLarge, FileNotReadable, ParsersBusy.
    """
    tables = _tables(content)
    must_be_few(len(tables["service"]))
    return [
        Record(1, row[LINE], _plain(service), "services.csv")
        for row, service in zip(tables["service"], _bounded(_joined(tables)), strict=True)
    ]


def _tables(content: bytes) -> Tables:
    parsed_tables = parsed("import_package", content, TABLES)
    tables: dict[str, list[Row]] = defaultdict(list)
    for name, rows in parsed_tables.items():
        for line, cells in rows:
            row: Row = {column: _value(column, text) for column, text in cells.items()}
            tables[name].append(row | {LINE: line})
    return tables


def _value(column: str, text: str) -> str | float:
    """Return a number where the standard has one; what is none stays text, and is found there."""
    try:
        return float(text) if column in NUMBERS else text
    except ValueError:
        return text


def _joined(tables: Tables) -> Iterator[Row]:
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
        key = row.get("id")
        service = dict(row)
        if organization := organizations.get(row.get("organization_id")):
            service["organization"] = organization
        service |= {name: rows[key] for name, rows in nested.items() if rows.get(key)}
        service["attributes"] = [
            each | {"taxonomy_term": terms.get(each.get("taxonomy_term_id"), {})}
            for each in attributes.get(key, ())
        ]
        service["service_at_locations"] = [
            {"location": _location(each, locations, addresses)} for each in places.get(key, ())
        ]
        yield service


def _bounded(services: Iterable[Row]) -> Iterator[Row]:
    """Refuse tables that grow by being joined: one long text may hang on 100,000 services.

    Errors: FileNotReadable.
    """
    left = MOST_JOINED
    for service in services:
        left -= _size(service)
        if left < 0:
            raise worded(Refused(EXHAUSTED))
        yield service


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return EACH_VALUE + (len(value) if isinstance(value, str) else 0)


def _location(place: Row, locations: Mapping[Any, Row], addresses: Mapping[Any, list[Row]]) -> Row:
    key = place.get("location_id")
    return {**locations.get(key, {}), "addresses": addresses.get(key, [])}


def _by(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    rows_by_value: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if key in row:
            rows_by_value[row[key]].append(row)
    return dict(rows_by_value)


def _plain(value: Any) -> Any:
    """Return a record without the places of its rows."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != LINE}
    return [_plain(each) for each in value] if isinstance(value, list) else value
