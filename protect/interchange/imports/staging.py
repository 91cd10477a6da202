"""Staging: a row as it may be stored before it is validated, without where a shelter is. Pure."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, Code
from protect.interchange.imports.proposal import Columns
from protect.interchange.imports.row import Row, plain
from protect.interchange.imports.values import code_words, place_names, places, shelters, terms
from protect.reference import vocabulary

ID_COLUMNS = ("organisation", "service", "country", "city")  # make an id where there is none
MADE_OF = "*"  # in the words for source_id: of which columns an id is made where there is none


class Plan(NamedTuple):
    """The mapping of a file, and what the directory has of its source."""

    columns: Columns  # ours → the file's
    chosen: code_words.Chosen
    country: str  # of the organisation: that of every row, where no column says it
    atlas: place_names.Atlas
    protected: Collection[str] = frozenset()  # ids of services with an address that is never stored
    foreign: Mapping[str, str] = {}  # ids of services elsewhere → country
    fills_country: bool = False  # a row that names none is in that of the organisation
    spots: Sequence[str] = ()  # columns that are not stored and hold addresses

    @property
    def id_columns(self) -> Sequence[str]:
        return self.chosen.get("source_id", {}).get(MADE_OF, "").split() or ID_COLUMNS

    def may_be_shelter(self, row: Row) -> bool:
        """Return whether nothing may be stored of where the service of a row is."""
        return must_hide(Cells(cells_of(row, self)), self.protected, self.id_columns)


def cells_of(row: Row, plan: Plan) -> dict[str, str]:
    """Return a row under our columns: without markup, with our codes where they are plain."""
    cells = {ours: plain(text) for ours, name in plan.columns.items() if (text := row[name])}
    if plan.fills_country and not cells.get("country"):
        cells["country"] = plan.country
    return code_words.coded(cells, plan.chosen)


def staged(row: Row, plan: Plan) -> Row:
    """Return a row as it may be stored, with an id; of a shelter only its coarse area."""
    if row.extra:
        return misshapen(replace(row, texts=cells_of(row, plan)))
    cells = replace(row, texts=cells_of(row, plan), troubles=list(row.troubles))
    if must_hide(cells, plan.protected, plan.id_columns):
        city = cells["city"]
        spots = [text for name in plan.spots if (text := row[name])]
        cells = shelters.without_place(cells, spots)
        cells.troubles[:0] = row.troubles
        if city and (country := country_of(Cells(cells.texts))):
            area = places.coarse_area(cells, plan.atlas, country, city)
            cells.texts = {**cells.texts, shelters.COARSE: area or ""}
    if not cells["source_id"]:
        cells.texts = {**cells.texts, "source_id": made_id(cells, plan.id_columns)}
    return cells


def must_hide(
    cells: Cells, protected: Collection[str], id_columns: Sequence[str] = ID_COLUMNS
) -> bool:
    """Return whether the place of a row must be hidden. An id that is made is then kept.
    Without the city another one would be made, and the service would not be known again."""
    if protected and not cells["source_id"]:
        generated = made_id(Cells(cells.texts), id_columns)
        if generated in protected:
            cells.texts = {**cells.texts, "source_id": generated}
    return cells["source_id"] in protected or terms.is_shelter(cells)


def country_of(cells: Cells) -> str:
    """Return the code of the country of a row, "" for an unknown or missing one."""
    value = cells["country"].upper()
    countries = vocabulary.countries()
    names = {name: code for code in countries for name in (code, *countries[code].aliases)}
    if value and value not in names:
        cells.unknown("country", cells["country"], names)
    return names.get(value, "")


def misshapen(row: Row) -> Row:
    """Return why a row cannot be read. Its cells are in wrong columns, so none is repeated.
    Only the id is, unless it reads like an address. `row` stands under our columns."""
    source_id = "" if shelters.id_tells_place(row["source_id"]) else row["source_id"]
    bad = Row({"source_id": source_id}, number=row.number, extra=row.extra, source_id=source_id)
    many, few = _("The row has {count} cells too many."), _("The row has {count} cells too few.")
    advice = _("put cells with a comma in quotes.")
    bad.refuse(Code.ROW_SHAPE, "", many if row.extra > 0 else few, advice, count=abs(row.extra))
    return bad


def made_id(cells: Cells, columns: Sequence[str] = ID_COLUMNS) -> str:
    """Return the id of a row that has none: one that stays as long as these cells do."""
    names = [cells[column] for column in columns]
    generated = "made-" + hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:16]
    message = _("Blank: the row is known as {made} as long as its names stay.")
    advice = _("give every row an id that never changes.")
    cells.warn(Code.NO_SOURCE_ID, "source_id", message, advice, made=generated)
    return generated
