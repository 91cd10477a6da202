"""One row, read as a whole: what it would store, and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Channel, Fact, Mode, Scope
from protect.directory.facts import FACTS
from protect.directory.facts.base import contacts
from protect.directory.facts.base.cells import Cells, Code, Trouble
from protect.directory.facts.base.contacts import Number
from protect.directory.facts.base.tables import Values
from protect.interchange.imports.files.columns import NEEDED
from protect.interchange.imports.files.reader import Line, Table
from protect.interchange.imports.values import hours, places, shelter_names, terms
from protect.interchange.imports.values.hours import Opening, Spoken
from protect.interchange.imports.values.place_names import Atlas
from protect.interchange.imports.values.places import Reach, Spot
from protect.interchange.imports.values.shelter_cells import COARSE, without_place
from protect.interchange.imports.values.terms import Condition
from protect.reference import vocabulary

ID_COLUMNS = ("organisation", "service", "country", "city")  # make an id where there is none
FORMAT = "1"  # raise it when rows must be read anew although they did not change
LONGEST = {  # characters, as the columns of the tables allow
    "source_id": 120,
    "organisation": 240,
    "service": 240,
    "city": 120,
    "address": 240,
    "postal_code": 16,
    "email": 254,
    "website": 400,
    "opening_hours": 400,
    "cost": 400,
    "source_url": 600,
}
LONGEST_TEXT = 3600  # characters: desk notes grow by what could not be read
DATES = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|n\.d\.")
CONFIDENCES = ("high", "medium", "low")
SHOWN_IN_DEMO = ("high", "medium")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row would store."""

    source_id: str
    digest: str  # of the row without the columns that are never stored
    country: str
    organisation: str
    texts: Mapping[str, str]  # fields of Service
    categories: tuple[str, ...]
    scope: Scope
    modes: tuple[Mode, ...]
    is_shelter: bool
    professionals_only: bool
    is_trusted: bool  # has a contact, and the source is not of low confidence
    phones: tuple[Number, ...]
    languages: tuple[Spoken, ...]
    opening: Opening | None
    conditions: tuple[Condition, ...]
    facts: Mapping[Fact, Mapping[str, list[Values]]]  # of columns that a fact reads itself
    areas: tuple[Reach, ...]
    spot: Spot | None  # never of a shelter
    coarse_area: str | None  # only of a shelter


@dataclass(frozen=True, slots=True)
class Read:
    """A row that was read: a draft, or why there is none. `cells` hold no place of a shelter."""

    line: int
    source_id: str
    cells: Mapping[str, str]
    troubles: tuple[Trouble, ...]
    draft: Draft | None
    is_reference: bool = False


def read_all(
    table: Table, atlas: Atlas, protected: Collection[str] = frozenset()
) -> Iterator[Read]:
    """Yield each row of a table as a draft, in order. `protected`: as `read`."""
    times = Counter(line.cells.get("source_id", "") for line in table.lines)
    for line in table.lines:
        source_id = line.cells.get("source_id", "")
        is_twice = bool(source_id) and times[source_id] > 1
        yield read(line, atlas, is_twice=is_twice, protected=protected)


def read(
    line: Line,
    atlas: Atlas,
    *,
    is_twice: bool = False,
    protected: Collection[str] = frozenset(),
) -> Read:
    """Return a row as a draft with its faults.

    `protected` are ids of services with an address that is never stored: their rows are read as
    those of shelters, whatever their kind.
    """
    if line.extra:
        return misshapen(line)
    cells = Cells(line.cells, list(line.faults))
    if is_shelter := must_hide(cells, protected):
        city, cells = cells["city"], without_place(cells)
        cells.troubles[:0] = line.faults
    country = _country(cells)
    _check_texts(cells, is_twice=is_twice)
    if country and terms.is_reference(cells, country):
        return Read(line.number, cells["source_id"], cells.texts, (), None, is_reference=True)
    draft = _draft(cells, atlas, country, city if is_shelter else None) if country else None
    return Read(
        line.number,
        draft.source_id if draft else cells["source_id"],
        cells.texts,
        tuple(cells.troubles),
        None if cells.are_refused else draft,
    )


def _draft(cells: Cells, atlas: Atlas, country: str, shelter_city: str | None) -> Draft:
    is_shelter = shelter_city is not None
    kinds = terms.categories(cells)
    phones = contacts.numbers(cells, country)
    spot = None if is_shelter else places.spot(cells, atlas, country)
    modes = tuple(terms.modes(cells, phones, kinds))
    reach = places.reaches(cells, atlas, country, spot.place if spot else None)
    languages, unread = hours.languages(cells, country)
    has_door = Mode.IN_PERSON in modes and (spot is not None or not phones)
    if is_shelter:
        contacts.warn_of_landlines(cells, phones, country)
        shelter_names.warn_of_places(cells, atlas, country)
    texts = {
        **_texts(cells),
        "area_note": reach.note,
        **_for_the_desk(cells, unread, reach.remark),
    }
    return Draft(
        source_id=cells["source_id"] or made_id(cells),
        digest=_digest(cells),
        country=country,
        organisation=cells["organisation"],
        texts=texts,
        categories=kinds,
        scope=reach.scope,
        modes=modes,
        is_shelter=is_shelter,
        professionals_only=cells.one_of("professionals_only", ("no", "yes"), "no") == "yes",
        is_trusted=_is_trusted(cells),
        phones=phones,
        languages=languages,
        opening=hours.opening(cells, Channel.VISIT if has_door else Channel.PHONE, country),
        conditions=terms.conditions(cells, kinds),
        facts={code: fact.read_cells(cells, country) for code, fact in FACTS.items()},
        areas=reach.areas,
        spot=spot,
        coarse_area=places.coarse_area(cells, atlas, country, shelter_city)
        if shelter_city
        else cells[COARSE] or None,
    )


def kept(
    line: Line,
    atlas: Atlas,
    *,
    protected: Collection[str],
    spots: Collection[str],
    id_columns: Sequence[str] = ID_COLUMNS,
) -> Cells:
    """Return the row as it may be stored before it is judged, with what was found so far.

    `spots`: addresses in columns that were left out. What may be told of the place of a shelter,
    its coarse area, stands in a cell of its own from here on, and a row without an id has one.
    """
    if line.extra:
        bad = misshapen(line)
        return Cells(bad.cells, list(bad.troubles))
    cells = Cells(line.cells, list(line.faults))
    if must_hide(cells, protected, id_columns):
        city, cells = cells["city"], without_place(cells, spots)
        cells.troubles[:0] = line.faults
        if (country := _country(Cells(cells.texts))) and city:
            area = places.coarse_area(cells, atlas, country, city)
            cells.texts = {**cells.texts, COARSE: area or ""}
    if not cells["source_id"]:
        cells.texts = {**cells.texts, "source_id": made_id(cells, id_columns)}
    return cells


def must_hide(
    cells: Cells, protected: Collection[str], id_columns: Sequence[str] = ID_COLUMNS
) -> bool:
    """Return whether the place of a row must be hidden. An id that is made is then kept.

    Without the city another one would be made, and the service would not be known again.
    """
    if protected and not cells["source_id"]:
        generated = made_id(Cells(cells.texts), id_columns)
        if generated in protected:
            cells.texts = {**cells.texts, "source_id": generated}
    return cells["source_id"] in protected or terms.is_shelter(cells)


def _country(cells: Cells) -> str:
    value = cells["country"].upper()
    countries = vocabulary.countries()
    names = {name: code for code in countries for name in (code, *countries[code].aliases)}
    if value and value not in names:
        cells.unknown("country", cells["country"], names)
    return names.get(value, "")


def misshapen(line: Line) -> Read:
    """Return why a row cannot be read. Its cells are in wrong columns, so none is repeated."""
    source_id = line.cells.get("source_id", "")
    cells = Cells({"source_id": source_id})
    cells.refuse(
        Code.ROW_SHAPE,
        "",
        _("The row has {count} cells too many.")
        if line.extra > 0
        else _("The row has {count} cells too few."),
        _("put cells with a comma in quotes."),
        count=abs(line.extra),
    )
    return Read(line.number, source_id, cells.texts, tuple(cells.troubles), None)


def _check_texts(cells: Cells, *, is_twice: bool) -> None:
    if is_twice:
        message, advice = _("Two rows have this id."), _("give each its own.")
        cells.refuse(Code.SOURCE_ID_TWICE, "source_id", message, advice)
    for column in NEEDED:
        if not cells[column]:
            cells.refuse(Code.CELL_MISSING, column, _("This cell is blank."), _("fill it in."))
    for column, text in cells.texts.items():
        if len(text) > (longest := LONGEST.get(column, LONGEST_TEXT)):
            cells.refuse(
                Code.TEXT_TOO_LONG,
                column,
                _("{length} characters, at most {longest} are stored."),
                _("shorten it."),
                length=len(text),
                longest=longest,
            )
    if cells["source_date"] and not DATES.fullmatch(cells["source_date"]):
        cells.refuse(
            Code.DATE_BAD,
            "source_date",
            _("{text} is no date."),
            _("write YYYY, YYYY-MM, YYYY-MM-DD or n.d."),
            text=cells["source_date"],
        )


def _texts(cells: Cells) -> dict[str, str]:
    return {
        "name": cells["service"],
        "description": cells["description"],
        "email": contacts.email(cells),
        "website": contacts.web(cells, "website"),
        "audience_note": ", ".join(cells.parts("audience")),
        "how_to_access": cells["how_to_access"],
        "restrictions": cells["restrictions"],
    }


def _for_the_desk(cells: Cells, unread: tuple[str, ...], remark: str) -> dict[str, str]:
    """Return what only the desk sees. A file without such a column leaves what is there."""
    texts = {
        "source_url": ("source_url", contacts.web(cells, "source_url")),
        "source_date": ("source_date", cells["source_date"]),
        "source_confidence": ("confidence", cells["confidence"]),
        "desk_notes": ("notes", _desk_notes(cells, unread, remark)),
    }
    return {name: text for name, (column, text) in texts.items() if text or column in cells.texts}


def _desk_notes(cells: Cells, unread: tuple[str, ...], remark: str) -> str:
    """Return the notes of the row, and what the importer could not turn into facts."""
    kept = [("languages", "; ".join(unread)), ("area_served", remark)]
    return "\n".join(
        filter(None, [cells["notes"], *(f"{column}: {text}" for column, text in kept if text)])
    )


def _is_trusted(cells: Cells) -> bool:
    confidence = cells.one_of("confidence", ("", *CONFIDENCES), "")
    reachable = any(cells[column] for column in ("phones", "email", "website"))
    return reachable and confidence in SHOWN_IN_DEMO


def made_id(cells: Cells, columns: Sequence[str] = ID_COLUMNS) -> str:
    """Return the id of a row that has none: one that stays as long as these cells do."""
    names = [cells[column] for column in columns]
    generated = "made-" + hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:16]
    cells.warn(
        Code.NO_SOURCE_ID,
        "source_id",
        _("Blank: the row is known as {made} as long as its names stay."),
        _("give every row an id that never changes."),
        made=generated,
    )
    return generated


def _digest(cells: Cells) -> str:
    cells_in_order = sorted(cells.texts.items())
    stated = {column: text for column, text in cells_in_order if text and column != COARSE}
    return hashlib.sha256(json.dumps([FORMAT, stated]).encode()).hexdigest()
