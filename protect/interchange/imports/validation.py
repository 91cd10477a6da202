"""Validate rows: compute the draft to be stored and report errors and warnings. Pure."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Mode
from protect.directory.facts import FACTS
from protect.directory.facts.base import contacts
from protect.directory.facts.base.cells import Cells, ProblemCode, RowProblem
from protect.interchange.enums import RowState
from protect.interchange.imports import staging
from protect.interchange.imports.files import columns, reader
from protect.interchange.imports.row import MAX_ID_LENGTH, Draft, Row
from protect.interchange.imports.values import hours, names, places, shelters, terms
from protect.interchange.imports.values.place_names import Atlas

DIGEST_VERSION = "2"  # raise it when unchanged rows must be imported again
MAX_LENGTHS = {  # characters that the database columns allow
    **dict.fromkeys(("organisation", "service", "address", *names.NAMES), 240),
    **dict.fromkeys(("website", "opening_hours", *columns.FACT_COLUMNS), 400),
    "source_id": MAX_ID_LENGTH,
    "city": 120,
    "postal_code": 16,
    "email": 254,
    "source_url": 600,
}
MAX_TEXT_LENGTH = 3600  # characters of other columns; unreadable cells are added to the notes
SOURCE_DATE_FORMATS = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|n\.d\.")
CONFIDENCES = ("high", "medium", "low")  # in the source of a row
TRUSTED_CONFIDENCES = ("high", "medium")  # of sources whose new rows an import may publish
# Errors that an edit of the row corrects.
CORRECTABLE = {ProblemCode.ROW_SHAPE, ProblemCode.RECORD_INVALID, ProblemCode.SHELTER_NAME_TELLS}
# Found before the row was stored: a new validation cannot find them again.
LASTING_PROBLEMS = {ProblemCode.RECORD_NOT_ACTIVE, ProblemCode.SHELTER_PLACE_DROPPED}
LASTING_PROBLEMS |= {ProblemCode.NO_SOURCE_ID}


def validate_all(
    table: reader.Table, atlas: Atlas, protected: Collection[str] = frozenset()
) -> Iterator[Row]:
    """Yield each row of a table after validation, in order. `protected`: as `validate`."""
    count_by_id = Counter(row["source_id"] for row in table.rows)
    for row in table.rows:
        is_twice = bool(row["source_id"]) and count_by_id[row["source_id"]] > 1
        yield validate(row, atlas, is_duplicate=is_twice, protected=protected)


def validate(
    row: Row, atlas: Atlas, *, is_duplicate: bool = False, protected: Collection[str] = frozenset()
) -> Row:
    """Return a row with its troubles, and with its draft unless one of them refuses the row or it
    is an emergency number. `protected`: ids of services whose address is never stored. Their
    rows are treated as those of shelters, whatever their categories."""
    if row.extra:
        return staging.misshapen_row(row)
    shelter_city: str | None = None  # None: no shelter; "": a shelter without a city
    cells = replace(row, troubles=list(row.troubles), draft=None, state=None)
    if staging.must_hide_location(cells, protected):
        shelter_city, cells = cells["city"], shelters.without_location(cells)
        cells.troubles[:0] = row.troubles
    country = staging.country_of_row(cells)
    _check_cells(cells, is_duplicate=is_duplicate)
    cells.source_id = cells["source_id"]
    if country and terms.is_emergency_number(cells, country):
        cells.troubles, cells.state = [], RowState.REFERENCE
    elif country:
        draft = _build_draft(cells, atlas, country, shelter_city)
        cells.source_id = draft.source_id
        cells.draft = None if cells.has_refusals else draft
    return cells


def revalidate(row: Row, plan: staging.Plan, *, is_duplicate: bool = False) -> Row:
    """Validate a stored row again, keep troubles not found again, and refuse other countries."""
    if any(trouble.code is ProblemCode.ROW_SHAPE for trouble in row.troubles):
        return replace(row, source_id=row["source_id"])
    staged, protected = replace(row, troubles=[]), plan.protected
    validated = validate(staged, plan.atlas, is_duplicate=is_duplicate, protected=protected)
    codes = {trouble.code for trouble in validated.troubles}
    validated.troubles[:0] = [trouble for trouble in row.troubles if trouble.code not in codes]
    country = validated.draft.country if validated.draft else plan.country
    country = plan.foreign.get(validated.source_id, country)
    if country != plan.country:
        message = _("This service is in {country}, but you edit the directory of {yours}.")
        advice = _("leave it to the editors for that country.")
        facts = {"country": country, "yours": plan.country}
        validated.refuse(ProblemCode.COUNTRY_NOT_YOURS, "country", message, advice, **facts)
    if validated.has_refusals:
        validated.draft = validated.state = None
    return validated


def kept_troubles(troubles: Sequence[RowProblem], *, is_edited: bool = False) -> list[RowProblem]:
    """Return troubles that cannot be found again; if `is_edited`, without those in CORRECTABLE."""
    codes = LASTING_PROBLEMS if is_edited else LASTING_PROBLEMS | CORRECTABLE

    def is_kept(trouble: RowProblem) -> bool:
        # An unknown city without its text is that of a shelter: it was removed after the search.
        is_hidden = trouble.code is ProblemCode.PLACE_UNKNOWN and "text" not in trouble.fillers
        return is_hidden or trouble.code in codes

    return list(filter(is_kept, troubles))


def _build_draft(cells: Cells, atlas: Atlas, country: str, shelter_city: str | None) -> Draft:
    is_shelter = shelter_city is not None
    categories = terms.read_categories(cells)
    phones = contacts.read_phone_numbers(cells, country)
    location = None if is_shelter else places.read_location(cells, atlas, country)
    modes = tuple(terms.read_modes(cells, phones, categories))
    served_areas = places.read_areas(cells, atlas, country, location.place if location else None)
    languages, unread_languages = hours.read_languages(cells, country)
    has_visits = Mode.IN_PERSON in modes and (location is not None or not phones)
    channel = hours.read_channel(cells, has_visits=has_visits)
    if is_shelter:
        contacts.warn_about_shelter_landlines(cells, phones, country)
        shelters.warn_about_revealing_names(cells, atlas, country)
        places.warn_about_small_areas(cells, served_areas.areas, atlas.coarse_codes(country))
    texts = _service_texts(cells) | _desk_texts(cells, unread_languages, served_areas.remark)
    return Draft(
        texts=texts | {"area_note": served_areas.note},
        source_id=cells["source_id"] or staging.generate_id(cells),
        digest=_cells_digest(cells),
        country=country,
        organisation=cells["organisation"],
        official_names=names.read_official_names(cells, country),
        fact_sources=names.read_fact_sources(cells, channel),
        categories=categories,
        scope=served_areas.scope,
        modes=modes,
        is_shelter=is_shelter,
        professionals_only=cells.read_choice("professionals_only", ("no", "yes"), "no") == "yes",
        is_trusted=_is_trusted(cells),
        phones=phones,
        languages=tuple(languages),
        opening_hours=hours.read_opening_hours(cells, channel, country),
        conditions=terms.read_eligibility(cells, categories),
        facts={code: fact.read_cells(cells, country) for code, fact in FACTS.items()},
        areas=served_areas.areas,
        location=location,
        coarse_area=places.coarse_area(cells, atlas, country, shelter_city)
        if shelter_city
        else cells[shelters.COARSE_AREA] or None,
    )


def _check_cells(cells: Cells, *, is_duplicate: bool) -> None:
    if is_duplicate:
        message, advice = _("More than one row has this id."), _("give each row its own id.")
        cells.refuse(ProblemCode.SOURCE_ID_TWICE, "source_id", message, advice)
    for column in columns.REQUIRED_COLUMNS:
        if not cells[column]:
            message, advice = _("This cell is blank."), _("fill it in.")
            cells.refuse(ProblemCode.CELL_MISSING, column, message, advice)
    for column, text in cells.texts.items():
        if len(text) > (longest := MAX_LENGTHS.get(column, MAX_TEXT_LENGTH)):
            message = _("The text has {length} characters; the limit is {longest}.")
            facts = {"length": len(text), "longest": longest}
            cells.refuse(ProblemCode.TEXT_TOO_LONG, column, message, _("shorten it."), **facts)
    if (date := cells["source_date"]) and not SOURCE_DATE_FORMATS.fullmatch(date):
        message = _("{text} is not a valid date.")
        advice = _("write YYYY, YYYY-MM, YYYY-MM-DD or n.d.")
        cells.refuse(ProblemCode.DATE_BAD, "source_date", message, advice, text=date)


def _service_texts(cells: Cells) -> dict[str, str]:
    return {
        "name": cells["service"],
        "description": cells["description"],
        "email": contacts.read_email(cells),
        "website": contacts.read_web_address(cells, "website"),
        "audience_note": ", ".join(cells.split_list("audience")),
        "how_to_access": cells["how_to_access"],
        "restrictions": cells["restrictions"],
    }


def _desk_texts(cells: Cells, unread_languages: Sequence[str], area_remark: str) -> dict[str, str]:
    """Return the fields for the desk only; blank ones only if the row has their column."""
    unread_texts = [("languages", "; ".join(unread_languages)), ("area_served", area_remark)]
    notes = [cells["notes"], *(f"{column}: {text}" for column, text in unread_texts if text)]
    texts = {
        "source_url": ("source_url", contacts.read_web_address(cells, "source_url")),
        "source_date": ("source_date", cells["source_date"]),
        "source_confidence": ("confidence", cells["confidence"]),
        "desk_notes": ("notes", "\n".join(filter(None, notes))),
    }
    return {name: text for name, (column, text) in texts.items() if text or column in cells.texts}


def _is_trusted(cells: Cells) -> bool:
    """Return whether a row can be reached, also by going there, and has a source of high or medium
    confidence."""
    confidence = cells.read_choice("confidence", ("", *CONFIDENCES), "")
    is_reachable = any(cells[column] for column in ("phones", "email", "website", "address"))
    return is_reachable and confidence in TRUSTED_CONFIDENCES


def _cells_digest(cells: Cells) -> str:
    """Return a digest of all cells that are not blank, except the coarse area."""
    area = shelters.COARSE_AREA
    texts = {name: text for name, text in sorted(cells.texts.items()) if text and name != area}
    return hashlib.sha256(json.dumps([DIGEST_VERSION, texts]).encode()).hexdigest()
