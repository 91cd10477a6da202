"""Data packages of HSDS: tables as CSV in an archive, joined to what a feed would send."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from protect.directory.errors import FileNotReadable
from protect.directory.importing import kinds
from protect.directory.importing.feeds import Record
from protect.directory.importing.reading import must_be_few

type Row = dict[str, Any]
type Tables = Mapping[str, list[Row]]

NEEDED = ("service", "organization")
READ = (
    *NEEDED,
    *("phone", "schedule", "language", "service_area", "cost_option", "attribute"),
    *("taxonomy_term", "service_at_location", "location", "address"),
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
LINE = "\0line"  # where a row stands; no column is called so


def read(content: bytes) -> list[Record]:
    """Return the services of a data package, each with what other tables say of it.

    Errors: FileTooLarge, FileNotReadable.
    """
    found = _tables(content)
    must_be_few(len(found["service"]))
    return [
        Record(1, row[LINE], _plain(service), "services.csv")
        for row, service in zip(found["service"], _joined(found), strict=True)
    ]


def _tables(content: bytes) -> Tables:
    texts = {
        name.rpartition("/")[2].lower(): text
        for ending in (".csv", ".json")
        for name, text in kinds.texts(content, ending).items()
    }
    paths = _paths(texts.get(kinds.PACKAGE, ""))
    for name in NEEDED:
        if paths.get(name) not in texts:
            raise FileNotReadable(
                problem=_("The data package has no table {table}.").format(table=name)
            )
    return {name: list(_rows(texts.get(paths.get(name, ""), ""))) for name in READ}


def _paths(text: str) -> dict[str, str]:
    """Return the files of the tables that are read, by table."""
    try:
        resources = json.loads(text)["resources"]
        return {
            each["name"]: str(each["path"]).rpartition("/")[2].lower()
            for each in resources
            if each.get("name") in READ and isinstance(each.get("path"), str)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = _("datapackage.json does not say where its tables are.")
        raise FileNotReadable(problem=problem) from None


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        begins = 2
        for cells in reader:
            row: Row = {
                name: _value(name, cell.strip())
                for name, cell in zip(columns, cells, strict=False)
                if cell.strip()
            }
            if row:
                yield row | {LINE: begins}
            begins = reader.line_num + 1
    except csv.Error as error:
        problem = _("Line {line}: {error}.").format(line=reader.line_num, error=error)
        raise FileNotReadable(problem=problem) from None


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


def _location(place: Row, locations: Mapping[Any, Row], addresses: Mapping[Any, list[Row]]) -> Row:
    key = place.get("location_id")
    return {**locations.get(key, {}), "addresses": addresses.get(key, [])}


def _by(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if key in row:
            found[row[key]].append(row)
    return dict(found)


def _plain(value: Any) -> Any:
    """Return a record without the places of its rows."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != LINE}
    return [_plain(each) for each in value] if isinstance(value, list) else value
