"""A service as cells of the columns of a file: the reverse of `validation`.

Columns that are for the desk alone (source_url, source_date, confidence, notes) are not written:
a file without them says nothing about them. What no column can hold is left out.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from protect.directory.enums import Answer, Channel, Kind, Operator, Scope
from protect.directory.facts import FACTS, eligibility, opening_hours
from protect.directory.facts.criteria import CriterionRow
from protect.interchange.hsds.entries import Entry
from protect.interchange.imports.files.columns import IN_FILES
from protect.interchange.imports.values import terms
from protect.interchange.imports.values.shelters import COARSE
from protect.reference.lookup import store as lookup

FOR_THE_DESK = frozenset({"source_url", "source_date", "confidence", "notes"})
COLUMNS = tuple(each for each in IN_FILES if each not in FOR_THE_DESK)
# What stands for “nothing is said” in columns of a closed set.
SILENT: Mapping[str, frozenset[str]] = {
    "location_precision": frozenset({"", "none"}),
    "professionals_only": frozenset({"", "no"}),
    **dict.fromkeys(
        ("legal_status", "tells_police", "tells_migration_authority"), frozenset({"", "unknown"})
    ),
}
SAID_AS = {answer: word for word, answer in terms.REPORTS.items()}
SAYINGS: Mapping[str, Collection[tuple[str, tuple[str, ...]]]] = {
    Kind.GENDER: tuple(terms.GENDERS.values()),
    Kind.LEGAL_STATUS: tuple(terms.STATUSES.values()),
    Kind.GROUP: (terms.SPECIALISED,),
}


class Statement(NamedTuple):
    """A service, with the columns that its document lacks."""

    entry: Entry
    source_id: str
    professionals_only: bool


def cells(statement: Statement) -> dict[str, str]:
    """Return the cells of a service, by column."""
    entry = statement.entry
    service, related = entry.service, entry.related
    criteria: list[CriterionRow] = related["criteria"]
    audience = [word for word in service.audience_note.split(", ") if word]
    return {
        "source_id": statement.source_id,
        "organisation": entry.organisation.name,
        "service": service.name,
        "categories": ";".join(sorted(row.category_id for row in related["categories"])),
        "country": service.country_id,
        "description": service.description,
        **_place(entry),
        "phones": ";".join(f"{row.number}|{row.kind}" for row in related["phones"]),
        "email": service.email,
        "website": service.website,
        "languages": _languages(entry),
        "opening_hours": _hours(related["schedules"]),
        **_whom(criteria),
        "audience": ";".join(audience if set(audience) <= set(terms.AUDIENCES) else ()),
        **{name: text for fact in FACTS.values() for name, text in fact.cells(related).items()},
        "how_to_access": service.how_to_access,
        "area_served": _areas(service.scope, related["areas"], service.area_note),
        "tells_police": _reports(criteria, Kind.TELLS_POLICE),
        "tells_migration_authority": _reports(criteria, Kind.TELLS_MIGRATION),
        "restrictions": service.restrictions,
        "professionals_only": "yes" if statement.professionals_only else "no",
    }


def _place(entry: Entry) -> Mapping[str, str]:
    """Return where a service is: its first public place. A protected one has no row of it."""
    for row in entry.related["sites"]:
        place = lookup.rows().get(row.location__place_id or 0)
        has_point = row.location__latitude is not None
        return {
            "city": row.location__city or (place.name if place else ""),
            "address": row.location__address,
            "postal_code": row.location__postal_code,
            "latitude": str(row.location__latitude) if has_point else "",
            "longitude": str(row.location__longitude) if has_point else "",
            "location_precision": "city" if has_point and not row.location__is_exact else "none",
        }
    return {"location_precision": "none"}


def _languages(entry: Entry) -> str:
    spoken = [
        f"{row.language_id}[{row.window}]" if row.window else row.language_id
        for row in entry.related["languages"]
    ]
    return ";".join(dict.fromkeys(spoken))


def _hours(rows: Iterable[opening_hours.ScheduleRow]) -> str:
    """Return the hours of visits, else of calls; unreadable ones as they were written."""
    by_channel = {row.channel: row.expression or row.note for row in rows}
    return by_channel.get(Channel.VISIT) or by_channel.get(Channel.PHONE) or ""


def _whom(criteria: Iterable[CriterionRow]) -> Mapping[str, str]:
    columns = dict.fromkeys(("genders_served", "minimum_age", "maximum_age"), "")
    columns["legal_status"] = "unknown"
    for row in criteria:
        stated = (row.operator, tuple(row.values))
        if row.kind == Kind.GENDER:
            columns["genders_served"] = _word(terms.GENDERS, stated)
        elif row.kind == Kind.LEGAL_STATUS:
            columns["legal_status"] = _word(terms.STATUSES, stated) or columns["legal_status"]
        elif row.kind == Kind.AGE and row.operator == Operator.RANGE:
            columns["minimum_age"] = "" if row.minimum is None else str(row.minimum)
            columns["maximum_age"] = "" if row.maximum is None else str(row.maximum)
    return columns


def _word(words: Mapping[str, tuple[Operator, tuple[str, ...]]], stated: object) -> str:
    return next((word for word, condition in words.items() if condition == stated), "")


def _areas(scope: str, rows: Iterable[eligibility.AreaRow], note: str) -> str:
    if note:
        return note
    if scope == Scope.NATIONAL:
        return "national"
    return ", ".join(sorted(filter(None, map(_area, rows))))


def _area(row: eligibility.AreaRow) -> str:
    if row.place_id:
        return lookup.rows()[row.place_id].name
    return lookup.areas()[row.area_id].name if row.area_id else ""


def _reports(criteria: Iterable[CriterionRow], kind: Kind) -> str:
    answers = (row.answer for row in criteria if row.kind == kind)
    return SAID_AS.get(Answer(next(answers, Answer.UNKNOWN)), "unknown")


def stated_cells(statement: Statement) -> dict[str, str]:
    """Return the cells of a service, without those that mean the same as a blank."""
    return {
        name: text for name, text in cells(statement).items() if text not in SILENT.get(name, {""})
    }


def is_echo(read: Mapping[str, str], statement: Statement) -> bool:
    """Return whether a row repeats our own values of a service and adds nothing.
    Missing columns are not compared."""
    stated = cells(statement)
    return all(
        (text == stated[column].strip()) if column in stated else not text
        for column, text in read.items()
        if column != COARSE
    )


def can_say(criterion: Mapping[str, Any]) -> bool:
    """Return whether a column can hold a criterion: then a blank cell deletes it."""
    kind = criterion["kind"]
    stated = (criterion["operator"], tuple(criterion["values"]))
    if kind in {Kind.TELLS_POLICE, Kind.TELLS_MIGRATION}:
        return criterion["answer"] in SAID_AS
    if kind == Kind.AGE:
        return bool(criterion["operator"] == Operator.RANGE)
    return stated in SAYINGS.get(kind, ())
