"""Records of HSDS as cells of our columns, and where they violate the standard.

What has no column is left out: named staff, funding, capacity (it would be stale), other sites.
A record that violates the standard is read as far as it goes, so that it can be mended here.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema_rs
from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Code, Filler, Trouble
from protect.interchange.imports.files import columns, feeds, reader
from protect.interchange.imports.files.schedules import opening_hours, text_of
from protect.interchange.imports.row import Row, plain
from protect.reference import vocabulary

SCHEMA = Path(__file__).resolve().parents[2] / "data/import_schema.json"
TEXTS = {  # our columns, by the fields that are taken as they are
    "source_id": "id",
    "service": "name",
    "description": "description",
    "email": "email",
    "website": "url",
}
CATEGORY = "category:"  # before our own codes, where the feed is one of ours
ACTIVE = "active"
KINDS = {"text": "text", "sms": "text", "textphone": ""}  # the rest of the types are for calls
NEVER_CALLED = frozenset({"fax", "tty", "pager", "textphone", "video"})
APPOINTMENT = "By appointment"
FREE = re.compile(r"(?i)free\b")
AROUND = re.compile(r" and \d+ km around$")
CHOSEN = 40  # characters of a field's name that a reason repeats
MOST_FAULTS = 5  # of one record

# Where a record stands, what is wrong with it.
PLACES = {
    False: {
        "required": _("Page {page}, record {record}: “{field}” is missing."),
        "enum": _("Page {page}, record {record}: “{field}” is no word of the standard."),
        "": _("Page {page}, record {record}: “{field}” is not as the standard wants it."),
    },
    True: {
        "required": _("{table}, line {record}: “{field}” is missing."),
        "enum": _("{table}, line {record}: “{field}” is no word of the standard."),
        "": _("{table}, line {record}: “{field}” is not as the standard wants it."),
    },
}


def table(records: Iterable[feeds.Record], source: str, *, today: date) -> reader.Table:
    """Return records as rows of our own columns. `today` decides which rules lie behind us."""
    rows = (_row(number, record, today) for number, record in enumerate(records, 1))
    return reader.Table(source, columns.OURS, tuple(rows))


def faults(record: feeds.Record) -> Iterator[Trouble]:
    """Yield where a record violates the standard: fields and places, never a value."""
    if not isinstance(record.data, Mapping):
        yield _fault(record, "", "object")
        return
    for at, error in enumerate(_validator().iter_errors(record.data)):
        if at == MOST_FAULTS:
            return
        path = [str(part) for part in error.instance_path]
        kind = str(error.schema_path[-1] if error.schema_path else "")
        if kind == "required":
            path.append(str(getattr(error.kind, "property", "")))
        yield _fault(record, kind, ".".join(path))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def _fault(record: feeds.Record, kind: str, field: str) -> Trouble:
    sentences = PLACES[bool(record.table)]
    fillers: dict[str, Filler] = {"record": record.number, "field": field[:CHOSEN]}
    fillers |= {"table": record.table} if record.table else {"page": record.page}
    advice = _("tell its source; mend it here meanwhile, or leave it out.")
    sentence = sentences.get(kind, sentences[""])
    return Trouble(Code.RECORD_INVALID, "", sentence, advice, refuses=True, fillers=fillers)


def _row(number: int, record: feeds.Record, today: date) -> Row:
    data = record.data if isinstance(record.data, Mapping) else {}
    row = Row({name: plain(text) for name, text in _cells(data, today).items()}, number=number)
    row.troubles = list(faults(record))
    if not row.troubles and (status := text_of(data, "status")) != ACTIVE:
        # Translators: {status} is a code of a standard: inactive, defunct, temporarily closed.
        message = _("Its source says that this service is “{status}”.")
        advice = _("nothing to do: what stands in the directory goes to the queue.")
        row.refuse(Code.RECORD_NOT_ACTIVE, "", message, advice, status=status)
    return row


def _cells(data: Mapping[str, object], today: date) -> dict[str, str]:
    places = _objects(data, "service_at_locations")
    site: Mapping[str, object] = next((_object(each, "location") for each in places), {})
    address = next(_objects(site, "addresses"), {})
    country = text_of(address, "country").upper()
    zone = vocabulary.countries()[country].zone if country in vocabulary.countries() else ""
    schedules = [*_objects(data, "schedules"), *_nested(data, "schedules")]
    hours = opening_hours(schedules, zone or "UTC", today)
    is_arranged = any(row.get("by_appointment") is True for row in schedules)
    how = APPOINTMENT if is_arranged else ""
    access = text_of(data, "application_process")
    return {
        **{ours: text_of(data, field) for ours, field in TEXTS.items()},
        "organisation": text_of(_object(data, "organization"), "name"),
        "categories": ";".join(_categories(data)),
        "country": country,
        "city": text_of(address, "city"),
        "address": ", ".join(filter(None, (text_of(address, f"address_{n}") for n in (1, 2)))),
        "postal_code": text_of(address, "postal_code"),
        **{name: _number(site, name) for name in ("latitude", "longitude")},
        "phones": ";".join(dict.fromkeys(_phones(data))),
        "languages": ";".join(dict.fromkeys(_languages(data))),
        "opening_hours": hours,
        **{name: _number(data, name) for name in ("minimum_age", "maximum_age")},
        "cost": _cost(data),
        "how_to_access": access if access.startswith(how) else f"{how}. {access}".strip(),
        "area_served": ", ".join(
            "national" if text_of(row, "country") else AROUND.sub("", text_of(row, "name"))
            for row in _objects(data, "service_areas")
        ),
        "restrictions": "\n".join(
            filter(None, (text_of(data, name) for name in ("eligibility_description", "alert")))
        ),
        "source_date": text_of(data, "last_modified")[:10],
    }


def _categories(data: Mapping[str, object]) -> Iterator[str]:
    """Yield categories: our own codes if there are any, else the names of the source."""
    terms = [_object(each, "taxonomy_term") for each in _objects(data, "attributes")]
    codes = [text_of(term, "code") for term in terms]
    if own := [code for code in codes if code.startswith(CATEGORY)]:
        yield from (code.removeprefix(CATEGORY) for code in own)
        return
    for term, code in zip(terms, codes, strict=True):
        name = code if code in vocabulary.categories() else text_of(term, "name") or code
        yield name.replace(";", ",")


def _phones(data: Mapping[str, object]) -> Iterator[str]:
    for row in (*_objects(data, "phones"), *_nested(data, "phones")):
        kind = text_of(row, "type").casefold()
        number = text_of(row, "number").strip('"” ').replace(";", "")
        if number and kind not in NEVER_CALLED:
            yield f"{number}|{text_of(row, 'kind') or KINDS.get(kind, 'voice')}"


def _languages(data: Mapping[str, object]) -> Iterator[str]:
    tags = {each.iso639_3: tag for tag, each in reversed(vocabulary.languages().items())}
    for row in _objects(data, "languages"):
        code = text_of(row, "tag") or text_of(row, "code").partition("-")[0]
        name = tags.get(code, code) or text_of(row, "name")
        window = text_of(row, "hours")
        if name:
            yield f"{name}[{window}]" if window else name.replace(";", ",")


def _cost(data: Mapping[str, object]) -> str:
    if description := text_of(data, "fees_description"):
        return description
    rows = list(_objects(data, "cost_options"))
    if rows and all(row.get("amount") == 0 or FREE.match(text_of(row, "option")) for row in rows):
        return "free"
    parts = (
        (
            text_of(row, "option"),
            _number(row, "amount"),
            text_of(row, "currency").upper(),
            text_of(row, "amount_description"),
        )
        for row in rows
    )
    return "; ".join(" ".join(filter(None, part)) for part in parts)


def _nested(data: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    for place in _objects(data, "service_at_locations"):
        yield from _objects(place, name)
        yield from _objects(_object(place, "location"), name)


# A record that violates the standard may hold anything anywhere: what is of another kind is none.


def _number(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.strip() if isinstance(value, str) else ""
    return str(int(value)) if float(value).is_integer() else str(value)


def _object(row: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(row: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    value = row.get(name)
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))
