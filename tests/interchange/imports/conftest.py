"""Rows, and a small country in memory for reading them."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from protect.interchange.imports.actions import command
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.row import Row
from protect.interchange.imports.validation import validate
from protect.interchange.imports.values import place_names
from protect.interchange.imports.values.place_names import (
    Atlas,
    Region,
    regions_by_name,
    town_name_reader,
)
from protect.reference.lookup.index import PlaceIndex, PlaceRow
from protect.reference.lookup.store import place_index
from protect.uploads import parser_process
from protect.uploads.parsers import Parser

ATLASES: list[Atlas] = []  # of the database
ANSWERS: dict[tuple[Any, ...], bytes] = {}  # of parsers, by the file and how it is parsed
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
AREAS = (
    Region("BE-WAL", "BE", 1, ("Wallonie", "Wallonia")),
    Region("BE-WLG", "BE", 2, ("Liège", "Liège Province", "Luik")),
    Region("BE-WLX", "BE", 2, ("Luxembourg", "Luxembourg Province")),
    Region("BE-VLI", "BE", 2, ("Limburg",)),
    Region("BE-BRU", "BE", 1, ("Bruxelles-Capitale", "Brussels Capital")),
    Region("BE-VLG", "BE", 1, ("Vlaanderen", "Flanders")),
    Region("MT-60", "MT", 1, ("Valletta",)),
)


def place(key: int, area: str, name: str, at: tuple[float, float], *names: str) -> PlaceRow:
    return PlaceRow(
        key, area[:2], area, name, names, population=key, latitude=at[0], longitude=at[1]
    )


PLACES = (
    place(180_000, "BE-WLG", "Liège", (50.63373, 5.56749), "Luik", "Lüttich"),
    place(5_000, "BE-WLG", "Limbourg", (50.61222, 5.94111), "Limburg"),
    place(20_000, "BE-WLG", "Saint-Nicolas", (50.62840, 5.53243)),
    place(9_000, "BE-WLX", "Saint-Nicolas", (49.90000, 5.60000)),
    place(29_000, "BE-WLX", "Arlon", (49.68333, 5.81667)),
    place(1_000_000, "BE-BRU", "Brussels", (50.85045, 4.34878), "Bruxelles"),
    place(6_000, "MT-60", "Valletta", (35.89968, 14.51480)),
)


@pytest.fixture(scope="module", autouse=True)
def one_atlas_for_all() -> Iterator[None]:
    """Build the atlas of the database once while the places in memory are the same."""
    load = place_names.load_atlas

    def load_once() -> Atlas:
        place_names.require_loaded_tables()
        if not ATLASES or ATLASES[-1].places is not place_index():
            ATLASES.append(load())
        return ATLASES[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place_names, "load_atlas", load_once)
        yield


@pytest.fixture(scope="module", autouse=True)
def one_parsing_for_all() -> Iterator[None]:
    """Start the parser process once for each file. Its answer depends only on the file."""
    run = parser_process._run_parser

    def run_once(parser: Parser, content: bytes, command: list[str]) -> bytearray:
        key = (parser, hashlib.sha256(content).digest(), *command)
        if key not in ANSWERS:
            ANSWERS[key] = bytes(run(parser, content, command))
        return bytearray(ANSWERS[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser_process, "_run_parser", run_once)
        yield


COARSE = {"BE-WLG", "BE-WAL"}


@pytest.fixture
def atlas() -> Atlas:
    settlements: dict[str, list[PlaceRow]] = {}
    for row in PLACES:
        settlements.setdefault(row.country, []).append(row)
    coarse = {"BE-WLG": "BE-WLG", "BE-WLX": "BE-WAL", "BE-BRU": None, "MT-60": None}
    cells = lambda row: coarse.get(row.area)  # noqa: E731
    towns = town_name_reader(settlements)
    return Atlas(
        PlaceIndex(PLACES), settlements, regions_by_name(AREAS), cells, lambda _: COARSE, towns
    )


def row(**changes: str) -> dict[str, str]:
    """Return the cells of a valid row with the changes of a test."""
    return {
        "source_id": "demo-1",
        "organisation": "Demo House",
        "service": "Demo Counselling",
        "categories": "psychosocial",
        "country": "BE",
        "phones": "+3225550000|voice",
        "confidence": "high",
    } | changes


@pytest.fixture
def read_row(atlas: Atlas) -> Callable[..., Row]:
    """Read one row: `read_row(city="Liège")`."""
    return lambda **changes: validate(Row(row(**changes), number=2), atlas)


@pytest.fixture
def draft_of(read_row: Callable[..., Row]) -> Callable[..., Any]:
    """Read one valid row and return the values to store."""

    def draft(**changes: str) -> Any:
        found = read_row(**changes)
        assert found.draft, found.troubles
        return found.draft

    return draft


@pytest.fixture
def table_of() -> Callable[..., Table]:
    """Return a table of rows, each given by its differences from a valid row."""

    def table(*rows: dict[str, str]) -> Table:
        columns = dict.fromkeys([*row(), *(name for each in rows for name in each)])
        lines = (
            Row(
                dict.fromkeys(columns, "") | row(source_id=f"demo-{number}") | changes,
                number=number,
            )
            for number, changes in enumerate(rows, 2)
        )
        return Table("demo", tuple(columns), tuple(lines))

    return table


@pytest.fixture
def run_import(table_of):
    """Import rows: `run_import({...}, {...}, publish=True)`."""

    def run_import(*rows, publish=True, dry_run=False, at=NOW, say=lambda done, total: None):
        return command.import_services(
            table_of(*rows), publish=publish, dry_run=dry_run, at=at, report_progress=say
        )

    return run_import
