"""Stage rows: map their cells to our columns and remove the locations of shelters. Pure."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, ProblemCode
from protect.interchange.imports.proposal import Columns
from protect.interchange.imports.row import Row, text_without_tags
from protect.interchange.imports.values import code_words, place_names, places, shelters, terms
from protect.reference import vocabulary

ID_COLUMNS = ("organisation", "service", "country", "city")  # a missing id is generated from them
ID_COLUMNS_KEY = "*"  # key in word_mapping["source_id"]: columns from which ids are generated


class Plan(NamedTuple):
    """The mapping of a file, and which ids of its source are protected or of other countries."""

    columns: Columns  # ours → the file's
    word_mapping: code_words.Words
    country: str  # of the organisation or the mapping file; see `fills_country`
    atlas: place_names.Atlas
    protected: Collection[str] = frozenset()  # ids of services whose address is never stored
    foreign: Mapping[str, str] = {}  # ids of services in other countries → country
    fills_country: bool = False  # rows without a country get `country`
    address_columns: Sequence[str] = ()  # of the file; they are not stored

    @property
    def id_columns(self) -> Sequence[str]:
        """Our columns from which a missing id is generated: the mapping's, else ID_COLUMNS."""
        return self.word_mapping.get("source_id", {}).get(ID_COLUMNS_KEY, "").split() or ID_COLUMNS

    def may_be_shelter(self, row: Row) -> bool:
        """Return whether the location of a row's service must not be stored."""
        return must_hide_location(Cells(map_cells(row, self)), self.protected, self.id_columns)


def map_cells(row: Row, plan: Plan) -> dict[str, str]:
    """Return the filled cells of a row under our columns: no markup, known words as our codes."""
    texts = {column: row[name] for column, name in plan.columns.items()}
    cells = {column: text_without_tags(text) for column, text in texts.items() if text}
    if plan.fills_country and not cells.get("country"):
        cells["country"] = plan.country
    return code_words.replace_words(cells, plan.word_mapping)


def stage_row(row: Row, plan: Plan) -> Row:
    """Return a row as it may be stored, with an id; a shelter's location is only a coarse area."""
    if row.extra:
        return misshapen_row(replace(row, texts=map_cells(row, plan)))
    cells = replace(row, texts=map_cells(row, plan), troubles=list(row.troubles))
    if must_hide_location(cells, plan.protected, plan.id_columns):
        city = cells["city"]
        addresses = [text for name in plan.address_columns if (text := row[name])]
        cells = shelters.without_location(cells, addresses)
        cells.troubles[:0] = row.troubles
        if city and (country := country_of_row(Cells(cells.texts))):
            area = places.coarse_area(cells, plan.atlas, country, city)
            cells.texts = {**cells.texts, shelters.COARSE_AREA: area or ""}
    if not cells["source_id"]:
        cells.texts = {**cells.texts, "source_id": generate_id(cells, plan.id_columns)}
    return cells


def must_hide_location(
    cells: Cells, protected: Collection[str], id_columns: Sequence[str] = ID_COLUMNS
) -> bool:
    """Return whether the location of a row must be hidden. If the row has no id and its generated
    id is in `protected`, store it in `cells`: made later, without the city, it would differ."""
    if protected and not cells["source_id"]:
        generated = generate_id(Cells(cells.texts), id_columns)
        if generated in protected:
            cells.texts = {**cells.texts, "source_id": generated}
    return cells["source_id"] in protected or terms.is_shelter(cells)


def country_of_row(cells: Cells) -> str:
    """Return the country code of a row; "" if it is missing, or unknown and thus refused."""
    value = cells["country"].upper()
    countries = vocabulary.countries()
    names = {name: code for code in countries for name in (code, *countries[code].aliases)}
    if value and value not in names:
        cells.refuse_unknown_code("country", cells["country"], names)
    return names.get(value, "")


def misshapen_row(row: Row) -> Row:
    """Return a row with the wrong number of cells, refused. Its cells are dropped, as they may
    be in the wrong columns; only its id is kept, unless it looks like a street address."""
    source_id = "" if shelters.is_id_like_address(row["source_id"]) else row["source_id"]
    bad_row = Row({"source_id": source_id}, number=row.number, extra=row.extra, source_id=source_id)
    message = _("The row has {count} more cells than the heading row.")
    if row.extra < 0:
        message = _("The row has {count} fewer cells than the heading row.")
    advice = _("put cells that contain a comma in quotation marks.")
    bad_row.refuse(ProblemCode.ROW_SHAPE, "", message, advice, count=abs(row.extra))
    return bad_row


def generate_id(cells: Cells, columns: Sequence[str] = ID_COLUMNS) -> str:
    """Return an id made from these cells of a row without an id, and warn that the row has none."""
    identifying_texts = [cells[column] for column in columns]
    generated = "made-" + hashlib.sha256("\x1f".join(identifying_texts).encode()).hexdigest()[:16]
    message = _(
        "This cell is blank: the row gets the id {made}, which stays the same as long "
        "as the cells that identify the row do not change."
    )
    advice = _("give every row a permanent id.")
    cells.warn(ProblemCode.NO_SOURCE_ID, "source_id", message, advice, made=generated)
    return generated
