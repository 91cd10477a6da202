"""Convert HSDS records into rows of our columns, and report where they violate the standard. Fields
without a column are left out: named staff, funding, capacity (it would be outdated), other sites. A
record that violates the standard is read as far as possible, so that the user can correct it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema_rs
from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Placeholder, ProblemCode, RowProblem
from protect.interchange.imports.files import feeds, reader
from protect.interchange.imports.files.schedules import opening_hours, text_field
from protect.interchange.imports.row import Row, text_without_tags
from protect.reference import vocabulary

SCHEMA_PATH = Path(__file__).resolve().parents[2] / "data/import_schema.json"
TEXT_FIELDS = {  # our column → the HSDS field whose text is copied
    "source_id": "id",
    "service": "name",
    "service_local": "alternate_name",
    "description": "description",
    "email": "email",
    "website": "url",
}
CATEGORY_PREFIX = "category:"  # of our own codes, in feeds that we publish
ACTIVE_STATUS = "active"
PHONE_KINDS = {"text": "text", "sms": "text", "textphone": ""}  # others: calls, or ignored
IGNORED_PHONE_TYPES = frozenset({"fax", "tty", "pager", "textphone", "video"})
APPOINTMENT_TEXT = (
    "By appointment"  # put before `how_to_access` if a schedule of a feed is by appointment
)
FREE_OF_CHARGE = re.compile(r"(?i)free\b")
RADIUS_SUFFIX = re.compile(r" and \d+ km around$")  # of names of areas in our own feeds
MAX_FIELD_NAME_LENGTH = 40  # characters of the name of a field in a message
MAX_VIOLATIONS = 5  # reported of one record

# Messages about a record, for feeds (False) and for tables of a package (True).
VIOLATION_SENTENCES = {
    False: {
        "required": _("Page {page}, record {record}: “{field}” is missing."),
        "enum": _(
            "Page {page}, record {record}: the standard does not allow this value in “{field}”."
        ),
        "": _("Page {page}, record {record}: “{field}” does not follow the standard."),
    },
    True: {
        "required": _("{table}, line {record}: “{field}” is missing."),
        "enum": _("{table}, line {record}: the standard does not allow this value in “{field}”."),
        "": _("{table}, line {record}: “{field}” does not follow the standard."),
    },
}


def records_table(records: Iterable[feeds.Record], source: str, *, today: date) -> reader.Table:
    """Return records as rows of the columns that are read from HSDS; an import keeps what is stored
    in our other columns. `today` decides which schedules have begun."""
    rows = (_record_row(number, record, today) for number, record in enumerate(records, 1))
    return reader.Table(source, tuple(_flatten_hsds_record({}, today)), tuple(rows))


def find_violations(record: feeds.Record) -> Iterator[RowProblem]:
    """Yield a problem for each violation of the standard, five at most, without any value."""
    if not isinstance(record.data, Mapping):
        yield _violation_problem(record, "", "object")
        return
    for index, error in enumerate(_record_validator().iter_errors(record.data)):
        if index == MAX_VIOLATIONS:
            return
        path = [str(part) for part in error.instance_path]
        kind = str(error.schema_path[-1] if error.schema_path else "")
        if kind == "required":
            path.append(str(getattr(error.kind, "property", "")))
        yield _violation_problem(record, kind, ".".join(path))


@cache
def _record_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA_PATH.read_text("utf-8")))


def _violation_problem(record: feeds.Record, kind: str, field: str) -> RowProblem:
    """Return the problem of a field. `kind`: the keyword of the JSON schema that it violates."""
    sentences = VIOLATION_SENTENCES[bool(record.table)]
    fillers: dict[str, Placeholder] = {"field": field[:MAX_FIELD_NAME_LENGTH]}
    fillers |= {"table": record.table} if record.table else {"page": record.page}
    fillers["record"] = record.number
    advice = _(
        "inform the source of the file. Until it is corrected there, correct it here or "
        "leave it out."
    )
    text = sentences.get(kind, sentences[""])
    return RowProblem(ProblemCode.RECORD_INVALID, "", text, advice, refuses=True, fillers=fillers)


def _record_row(number: int, record: feeds.Record, today: date) -> Row:
    """Return a record as a row of our columns, refused if its service is not active."""
    data = record.data if isinstance(record.data, Mapping) else {}
    cells = _flatten_hsds_record(data, today)
    texts = {name: text_without_tags(text) for name, text in cells.items()}
    row = Row(texts, list(find_violations(record)), number=number)
    if not row.troubles and (status := text_field(data, "status")) != ACTIVE_STATUS:
        # Translators: {status} is a code of a standard: inactive, defunct, temporarily closed.
        message = _("Its source says that this service is “{status}”.")
        advice = _(
            "nothing. If the directory lists this service, an import at the desk adds it to"
            " the queue of checks."
        )
        row.refuse(ProblemCode.RECORD_NOT_ACTIVE, "", message, advice, status=status)
    return row


def _flatten_hsds_record(data: Mapping[str, object], today: date) -> dict[str, str]:
    sites = _nested_objects(data, "service_at_locations")
    site: Mapping[str, object] = next((_nested_object(row, "location") for row in sites), {})
    address = next(_nested_objects(site, "addresses"), {})
    country = text_field(address, "country").upper()
    zone = vocabulary.countries()[country].zone if country in vocabulary.countries() else ""
    schedules = [*_nested_objects(data, "schedules"), *_objects_of_sites(data, "schedules")]
    hours = opening_hours(schedules, zone or "UTC", today)
    organisation = _nested_object(data, "organization")
    how_to_access = text_field(data, "application_process")
    has_appointment = any(row.get("by_appointment") is True for row in schedules)
    if has_appointment and not how_to_access.startswith(APPOINTMENT_TEXT):
        how_to_access = f"{APPOINTMENT_TEXT}. {how_to_access}".strip()
    conditions = (text_field(data, name) for name in ("eligibility_description", "alert"))
    return {
        **{ours: text_field(data, field) for ours, field in TEXT_FIELDS.items()},
        "organisation": text_field(organisation, "name"),
        "organisation_local": text_field(organisation, "alternate_name"),
        "categories": ";".join(_record_categories(data)),
        "country": country,
        "city": text_field(address, "city"),
        "address": ", ".join(filter(None, (text_field(address, f"address_{n}") for n in (1, 2)))),
        "postal_code": text_field(address, "postal_code"),
        **{name: _number_text(site, name) for name in ("latitude", "longitude")},
        "phones": ";".join(dict.fromkeys(_phone_entries(data))),
        "languages": ";".join(dict.fromkeys(_language_entries(data))),
        "opening_hours": hours,
        **{name: _number_text(data, name) for name in ("minimum_age", "maximum_age")},
        "cost": _cost_text(data),
        "how_to_access": how_to_access,
        "area_served": ", ".join(map(_area_name, _nested_objects(data, "service_areas"))),
        "restrictions": "\n".join(filter(None, conditions)),
        "source_date": text_field(data, "last_modified")[:10],
    }


def _area_name(area: Mapping[str, object]) -> str:
    """Return an area's name for the column `area_served`: “national” for a country."""
    is_country = bool(text_field(area, "country"))
    return "national" if is_country else RADIUS_SUFFIX.sub("", text_field(area, "name"))


def _record_categories(data: Mapping[str, object]) -> Iterator[str]:
    """Yield categories: our prefixed codes if any, else each term's name, or code if ours."""
    terms = [
        _nested_object(attribute, "taxonomy_term")
        for attribute in _nested_objects(data, "attributes")
    ]
    codes = [text_field(term, "code") for term in terms]
    if own_codes := [code for code in codes if code.startswith(CATEGORY_PREFIX)]:
        yield from (code.removeprefix(CATEGORY_PREFIX) for code in own_codes)
        return
    for term, code in zip(terms, codes, strict=True):
        name = code if code in vocabulary.categories() else text_field(term, "name") or code
        yield name.replace(";", ",")


def _phone_entries(data: Mapping[str, object]) -> Iterator[str]:
    """Yield “number|kind” for each phone of a record and its sites, except ignored types."""
    for row in (*_nested_objects(data, "phones"), *_objects_of_sites(data, "phones")):
        kind = text_field(row, "type").casefold()
        number = text_field(row, "number").strip('"” ').replace(";", "")
        if number and kind not in IGNORED_PHONE_TYPES:
            yield f"{number}|{text_field(row, 'kind') or PHONE_KINDS.get(kind, 'voice')}"


def _language_entries(data: Mapping[str, object]) -> Iterator[str]:
    """Yield a record's languages for our column: “nl”, or “nl[Mo 09:00-12:00]” with hours."""
    tags = {language.iso639_3: tag for tag, language in reversed(vocabulary.languages().items())}
    for row in _nested_objects(data, "languages"):
        code = text_field(row, "tag") or text_field(row, "code").partition("-")[0]
        name = tags.get(code, code) or text_field(row, "name")
        window = text_field(row, "hours")
        if name:
            yield f"{name}[{window}]" if window else name.replace(";", ",")


def _cost_text(data: Mapping[str, object]) -> str:
    """Return the fees as the source describes them, else “free” or the cost options."""
    if description := text_field(data, "fees_description"):
        return description
    rows = list(_nested_objects(data, "cost_options"))
    if rows and all(map(_is_free_cost_option, rows)):
        return "free"
    return "; ".join(map(_cost_option_text, rows))


def _is_free_cost_option(row: Mapping[str, object]) -> bool:
    return row.get("amount") == 0 or bool(FREE_OF_CHARGE.match(text_field(row, "option")))


def _cost_option_text(row: Mapping[str, object]) -> str:
    amount = (_number_text(row, "amount"), text_field(row, "currency").upper())
    parts = (text_field(row, "option"), *amount, text_field(row, "amount_description"))
    return " ".join(filter(None, parts))


def _objects_of_sites(data: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    """Yield the objects in the list `name` of each site of a service and of the site's location."""
    for service_site in _nested_objects(data, "service_at_locations"):
        yield from _nested_objects(service_site, name)
        yield from _nested_objects(_nested_object(service_site, "location"), name)


# A record that violates the standard may have values of any type: a wrong type counts as absent.


def _number_text(row: Mapping[str, object], name: str) -> str:
    """Return a number as text, 3.0 as “3”; a text as it is, and "" for any other value."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value.strip() if isinstance(value, str) else ""
    return str(int(value)) if float(value).is_integer() else str(value)


def _nested_object(row: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _nested_objects(row: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    value = row.get(name)
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))
