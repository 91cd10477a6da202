"""Validation: what a row would store, and what is wrong with it. Pure."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Channel, Mode
from protect.directory.facts import FACTS
from protect.directory.facts.base import contacts
from protect.directory.facts.base.cells import Cells, Code, Trouble
from protect.interchange.enums import RowState
from protect.interchange.imports import staging
from protect.interchange.imports.files import columns, reader
from protect.interchange.imports.row import LONGEST_ID, Draft, Row
from protect.interchange.imports.values import hours, place_names, places, shelters, terms

FORMAT = "1"  # raise it when rows must be read anew although they did not change
LONGEST = {  # characters, as the columns of the tables allow
    **dict.fromkeys(("organisation", "service", "address"), 240),
    **dict.fromkeys(("website", "opening_hours", *columns.FACT_COLUMNS), 400),
    "source_id": LONGEST_ID,
    "city": 120,
    "postal_code": 16,
    "email": 254,
    "source_url": 600,
}
LONGEST_TEXT = 3600  # characters: desk notes grow by what could not be read
DATES = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|n\.d\.")
CONFIDENCES = ("high", "medium", "low")
SHOWN_IN_DEMO = ("high", "medium")
# By the user who looks at the row.
MENDED = frozenset({Code.ROW_SHAPE, Code.RECORD_INVALID, Code.SHELTER_NAME_TELLS})
# Found before a row was stored: nothing that is left in it would show them again.
CARRIED = MENDED | {Code.RECORD_NOT_ACTIVE, Code.SHELTER_PLACE_DROPPED, Code.NO_SOURCE_ID}


def validate_all(
    table: reader.Table, atlas: place_names.Atlas, protected: Collection[str] = frozenset()
) -> Iterator[Row]:
    """Yield each row of a table validated, in order. `protected`: as `validate`."""
    times = Counter(row["source_id"] for row in table.lines)
    for row in table.lines:
        is_twice = bool(row["source_id"]) and times[row["source_id"]] > 1
        yield validate(row, atlas, is_twice=is_twice, protected=protected)


def validate(
    row: Row,
    atlas: place_names.Atlas,
    *,
    is_twice: bool = False,
    protected: Collection[str] = frozenset(),
) -> Row:
    """Return a row with its faults, and with its draft unless one of them refuses it.
    `protected` are ids of services with an address that is never stored: their rows are read as
    those of shelters, whatever their kind."""
    if row.extra:
        return staging.misshapen(row)
    shelter_city: str | None = None
    cells = replace(row, troubles=list(row.troubles), draft=None, state=None)
    if staging.must_hide(cells, protected):
        shelter_city, cells = cells["city"], shelters.without_place(cells)
        cells.troubles[:0] = row.troubles
    country = staging.country_of(cells)
    _check_texts(cells, is_twice=is_twice)
    cells.source_id = cells["source_id"]
    if country and terms.is_reference(cells, country):
        cells.troubles, cells.state = [], RowState.REFERENCE
    elif country:
        draft = _draft(cells, atlas, country, shelter_city)
        cells.source_id = draft.source_id
        cells.draft = None if cells.are_refused else draft
    return cells


def revalidate(row: Row, plan: staging.Plan, *, is_twice: bool = False) -> Row:
    """Return a stored row validated; of the troubles that it came with, those not found anew."""
    if any(trouble.code is Code.ROW_SHAPE for trouble in row.troubles):
        return replace(row, source_id=row["source_id"])
    valid = validate(
        replace(row, troubles=[]), plan.atlas, is_twice=is_twice, protected=plan.protected
    )
    codes = {trouble.code for trouble in valid.troubles}
    valid.troubles[:0] = [trouble for trouble in row.troubles if trouble.code not in codes]
    country = valid.draft.country if valid.draft else plan.country
    country = plan.foreign.get(valid.source_id, country)
    if country != plan.country:
        message = _("This service is in {country}; you keep the directory of {yours}.")
        advice = _("leave it to those who keep that country.")
        facts = {"country": country, "yours": plan.country}
        valid.refuse(Code.COUNTRY_NOT_YOURS, "country", message, advice, **facts)
    if valid.are_refused:
        valid.draft = valid.state = None
    return valid


def carried(troubles: Sequence[Trouble], *, is_mended: bool = False) -> list[Trouble]:
    """Return the faults of a row that no edit removes. `is_mended`: the user edited the row."""
    codes = CARRIED - MENDED if is_mended else CARRIED
    # Of a shelter the city was looked up before it was dropped: no other row says it so.
    return [
        trouble
        for trouble in troubles
        if trouble.code in codes
        or (trouble.code is Code.PLACE_UNKNOWN and "text" not in trouble.fillers)
    ]


def _draft(cells: Cells, atlas: place_names.Atlas, country: str, shelter_city: str | None) -> Draft:
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
        shelters.warn_of_places(cells, atlas, country)
    return Draft(
        texts={
            **_texts(cells),
            "area_note": reach.note,
            **_for_the_desk(cells, unread, reach.remark),
        },
        source_id=cells["source_id"] or staging.made_id(cells),
        digest=_digest(cells),
        country=country,
        organisation=cells["organisation"],
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
        else cells[shelters.COARSE] or None,
    )


def _check_texts(cells: Cells, *, is_twice: bool) -> None:
    if is_twice:
        message, advice = _("Two rows have this id."), _("give each its own.")
        cells.refuse(Code.SOURCE_ID_TWICE, "source_id", message, advice)
    for column in columns.NEEDED:
        if not cells[column]:
            cells.refuse(Code.CELL_MISSING, column, _("This cell is blank."), _("fill it in."))
    for column, text in cells.texts.items():
        if len(text) > (longest := LONGEST.get(column, LONGEST_TEXT)):
            message = _("{length} characters, at most {longest} are stored.")
            facts = {"length": len(text), "longest": longest}
            cells.refuse(Code.TEXT_TOO_LONG, column, message, _("shorten it."), **facts)
    if (date := cells["source_date"]) and not DATES.fullmatch(date):
        message, advice = _("{text} is no date."), _("write YYYY, YYYY-MM, YYYY-MM-DD or n.d.")
        cells.refuse(Code.DATE_BAD, "source_date", message, advice, text=date)


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
    kept = [("languages", "; ".join(unread)), ("area_served", remark)]
    notes = [cells["notes"], *(f"{column}: {text}" for column, text in kept if text)]
    texts = {
        "source_url": ("source_url", contacts.web(cells, "source_url")),
        "source_date": ("source_date", cells["source_date"]),
        "source_confidence": ("confidence", cells["confidence"]),
        "desk_notes": ("notes", "\n".join(filter(None, notes))),
    }
    return {name: text for name, (column, text) in texts.items() if text or column in cells.texts}


def _is_trusted(cells: Cells) -> bool:
    confidence = cells.one_of("confidence", ("", *CONFIDENCES), "")
    reachable = any(cells[column] for column in ("phones", "email", "website"))
    return reachable and confidence in SHOWN_IN_DEMO


def _digest(cells: Cells) -> str:
    cells_in_order = sorted(cells.texts.items())
    stated = {column: text for column, text in cells_in_order if text and column != shelters.COARSE}
    return hashlib.sha256(json.dumps([FORMAT, stated]).encode()).hexdigest()
