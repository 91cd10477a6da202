"""Convert a stored service to cells of our columns: the reverse of `validation`. Columns for the
desk only (source_url, source_date, confidence, notes, fact_sources) are not written, so that an
import of the file leaves them unchanged. Values that no column can hold are left out."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from protect.directory.enums import Answer, Channel, CriterionKind, CriterionOperator, ServiceScope
from protect.directory.facts import FACTS, eligibility, opening_hours, sentences
from protect.directory.facts.criteria import CriterionRow
from protect.interchange.hsds.entries import Entry
from protect.interchange.imports.files.columns import COLUMNS_IN_ORDER
from protect.interchange.imports.values import shelters, terms

UNEXPORTED_COLUMNS = frozenset(  # not in our CSV
    {"source_url", "source_date", "confidence", "notes", "fact_sources"}
)
EXPORT_COLUMNS = tuple(column for column in COLUMNS_IN_ORDER if column not in UNEXPORTED_COLUMNS)
REPORTING_COLUMNS = ("tells_police", "tells_migration_authority")
BLANK_TEXTS: Mapping[str, frozenset[str]] = {  # texts that mean the same as a blank cell
    "location_precision": frozenset({"", "none"}),
    "professionals_only": frozenset({"", "no"}),
    **dict.fromkeys(("legal_status", *REPORTING_COLUMNS), frozenset({"", "unknown"})),
}
WORD_BY_ANSWER = {answer: word for word, answer in terms.REPORTING_ANSWERS.items()}
# The criteria that our columns can hold; for ages and reporting duties see `can_express`.
EXPRESSIBLE_CRITERIA: Mapping[str, Collection[tuple[str, tuple[str, ...]]]] = {
    CriterionKind.GENDER: tuple(terms.GENDER_CONDITIONS.values()),
    CriterionKind.LEGAL_STATUS: tuple(terms.STATUSES.values()),
    CriterionKind.GROUP: (terms.LGBTQI_CONDITION,),
}


class ServiceRecord(NamedTuple):
    """An entry of the directory with columns of its service that an entry lacks."""

    entry: Entry
    source_id: str
    professionals_only: bool


def to_cells(record: ServiceRecord) -> dict[str, str]:
    entry = record.entry
    service, related = entry.service, entry.related
    criteria: list[CriterionRow] = related["criteria"]
    audience = [word for word in service.audience_note.split(", ") if word]
    return {
        "source_id": record.source_id,
        "organisation": entry.organisation.name,
        "service": service.name,
        "service_local": service.official_name,
        "organisation_local": entry.organisation.official_name,
        "local_language": _local_language_cell(entry),
        "categories": ";".join(sorted(row.category_id for row in related["categories"])),
        "country": service.country_id,
        "description": service.description,
        **_location_cells(entry),
        "phones": ";".join(f"{row.number}|{row.kind}" for row in related["phones"]),
        "email": service.email,
        "website": service.website,
        "languages": _languages_cell(entry),
        "opening_hours": _opening_hours_cell(related["schedules"]),
        **_eligibility_cells(criteria),
        "audience": ";".join(audience if set(audience) <= set(terms.AUDIENCES) else ()),
        **{name: text for fact in FACTS.values() for name, text in fact.cells(related).items()},
        "how_to_access": service.how_to_access,
        "area_served": _area_served_cell(service.scope, related["areas"], service.area_note),
        "tells_police": _reporting_cell(criteria, CriterionKind.TELLS_POLICE),
        "tells_migration_authority": _reporting_cell(criteria, CriterionKind.TELLS_MIGRATION),
        "restrictions": service.restrictions,
        "professionals_only": "yes" if record.professionals_only else "no",
    }


def _local_language_cell(entry: Entry) -> str:
    """Return the language of the service's official name; without it, of its organisation's."""
    named = entry.service if entry.service.official_name else entry.organisation
    return named.official_language_id or ""


def _location_cells(entry: Entry) -> Mapping[str, str]:
    """Return the cells of the first public location; without one, only the precision “none”."""
    for row in entry.related["sites"]:
        has_point = row.location__latitude is not None
        return {
            "city": row.location__city or sentences.place_name(row.location__place_id),
            "address": row.location__address,
            "postal_code": row.location__postal_code,
            "latitude": str(row.location__latitude) if has_point else "",
            "longitude": str(row.location__longitude) if has_point else "",
            "location_precision": "city" if has_point and not row.location__is_exact else "none",
        }
    return {"location_precision": "none"}


def _languages_cell(entry: Entry) -> str:
    pairs = ((row.language_id, row.window) for row in entry.related["languages"])
    return ";".join(dict.fromkeys(f"{tag}[{window}]" if window else tag for tag, window in pairs))


def _opening_hours_cell(rows: Iterable[opening_hours.ScheduleRow]) -> str:
    """Return the hours of visits, else those of calls; unreadable hours as they were written."""
    by_channel = {row.channel: row.expression or row.note for row in rows}
    return by_channel.get(Channel.VISIT) or by_channel.get(Channel.PHONE) or ""


def _eligibility_cells(criteria: Iterable[CriterionRow]) -> Mapping[str, str]:
    columns = dict.fromkeys(("genders_served", "minimum_age", "maximum_age"), "")
    columns["legal_status"] = "unknown"
    for row in criteria:
        condition = (row.operator, tuple(row.values))
        if row.kind == CriterionKind.GENDER:
            columns["genders_served"] = _word_of_condition(terms.GENDER_CONDITIONS, condition)
        elif row.kind == CriterionKind.LEGAL_STATUS:
            status = _word_of_condition(terms.STATUSES, condition)
            columns["legal_status"] = status or columns["legal_status"]
        elif row.kind == CriterionKind.AGE and row.operator == CriterionOperator.RANGE:
            columns["minimum_age"] = "" if row.minimum is None else str(row.minimum)
            columns["maximum_age"] = "" if row.maximum is None else str(row.maximum)
    return columns


def _word_of_condition(words: Mapping[str, object], criterion: object) -> str:
    return next((word for word, condition in words.items() if condition == criterion), "")


def _area_served_cell(scope: str, rows: Iterable[eligibility.AreaRow], note: str) -> str:
    """Return the note if there is one, else “national” or the names of the areas."""
    if note:
        return note
    if scope == ServiceScope.NATIONAL:
        return "national"
    names = (sentences.place_name(row.place_id) or sentences.area_name(row.area_id) for row in rows)
    return ", ".join(sorted(filter(None, names)))


def _reporting_cell(criteria: Iterable[CriterionRow], kind: CriterionKind) -> str:
    """Return the word for the answer of a kind; “unknown” if it was not answered."""
    answers = (row.answer for row in criteria if row.kind == kind)
    return WORD_BY_ANSWER.get(Answer(next(answers, Answer.UNKNOWN)), "unknown")


def non_blank_cells(record: ServiceRecord) -> dict[str, str]:
    """Return the cells of a service, without those that mean the same as a blank cell."""
    cells = to_cells(record).items()
    return {name: text for name, text in cells if text not in BLANK_TEXTS.get(name, {""})}


def repeats_stored_values(row_cells: Mapping[str, str], record: ServiceRecord) -> bool:
    """Return whether a row repeats our stored values of a service and adds none.
    Columns that the row does not have are not compared."""
    stored_cells = to_cells(record)
    return all(
        (text == stored_cells[column].strip()) if column in stored_cells else not text
        for column, text in row_cells.items()
        if column != shelters.COARSE_AREA
    )


def can_express(criterion: Mapping[str, Any]) -> bool:
    """Return whether a column can hold a criterion; if so, a blank cell deletes the criterion."""
    kind = criterion["kind"]
    condition = (criterion["operator"], tuple(criterion["values"]))
    if kind in {CriterionKind.TELLS_POLICE, CriterionKind.TELLS_MIGRATION}:
        return criterion["answer"] in WORD_BY_ANSWER
    if kind == CriterionKind.AGE:
        return bool(criterion["operator"] == CriterionOperator.RANGE)
    return condition in EXPRESSIBLE_CRITERIA.get(kind, ())
