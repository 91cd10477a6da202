"""The nested rows of a draft: numbers, hours, languages, conditions, costs and areas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from protect.directory.enums import Channel, Kind
from protect.directory.facts import FACTS, TABLES
from protect.directory.facts.base import tables
from protect.directory.facts.base.tables import Table, Values, values_of
from protect.directory.facts.criteria import criteria_table
from protect.directory.facts.opening_hours import hours_table
from protect.directory.models import Schedule
from protect.interchange.imports import service_cells
from protect.interchange.imports.row import Draft
from protect.interchange.imports.values.places import TOWN_RADIUS_KM

CRITERIA = criteria_table(())  # of every kind
MANY = frozenset({Kind.GROUP})  # of the others a service has one criterion at most


def write(drafts: Mapping[UUID, Draft], taken: Collection[UUID]) -> None:
    """Write the nested rows of drafts.

    A service that was edited here and is still `taken` from the file keeps what no column of a file
    can hold: conditions of other kinds, the hours of the other channel, interpreters.
    """
    for table, values in PARTS:
        tables.write(table, {key: list(values(draft)) for key, draft in drafts.items()})
    for code, fact in FACTS.items():
        for table in fact.tables if fact.columns else ():
            rows = {key: draft.facts[code][table.key] for key, draft in drafts.items()}
            tables.write(table, rows)
    standing = _standing(taken)
    tables.write(
        CRITERIA,
        {
            key: [*_criteria(draft), *_left(standing.get(key, ()), draft)]
            for key, draft in drafts.items()
        },
    )
    _write_hours(drafts, taken)


def _write_hours(drafts: Mapping[UUID, Draft], taken: Collection[UUID]) -> None:
    """Write the hours of the file's channel; of unedited services those of both channels."""
    doors = _doors(taken)
    for channel in Channel:
        wanted = {
            key: [{**draft.opening._asdict(), "channel": channel.value}]
            if draft.opening and draft.opening.channel == channel
            else []
            for key, draft in drafts.items()
            if key not in taken or channel == _door_of(draft, doors.get(key, ()))
        }
        tables.write(hours_table(channel), wanted)


def _doors(services: Collection[UUID]) -> dict[UUID, set[str]]:
    channels: dict[UUID, set[str]] = {}
    rows = Schedule.objects.filter(service__in=services).order_by("pk")
    for key, channel in rows.values_list("service_id", "channel"):
        channels.setdefault(key, set()).add(channel)
    return channels


def _door_of(draft: Draft, standing: Collection[str]) -> Channel:
    """Return the channel of the hours in a file; without hours, the one that our own files show."""
    if draft.opening:
        return draft.opening.channel
    return Channel.VISIT if Channel.VISIT in standing else Channel.PHONE


def _standing(services: Collection[UUID]) -> dict[UUID, list[Values]]:
    conditions: dict[UUID, list[Values]] = {}
    for row in tables.rows_of(services, CRITERIA):
        conditions.setdefault(row.service_id, []).append(values_of(row, CRITERIA))
    return conditions


def _left(standing: Sequence[Values], draft: Draft) -> Iterator[Values]:
    """Yield the conditions that no column of a file can hold."""
    kinds = {condition.kind for condition in draft.conditions} - MANY
    for criterion in standing:
        if criterion["kind"] not in kinds and not service_cells.can_say(criterion):
            yield criterion


def _phones(draft: Draft) -> Iterator[Values]:
    for phone in draft.phones:
        yield {"number": phone.number, "kind": phone.kind.value}


def _languages(draft: Draft) -> Iterator[Values]:
    for spoken in draft.languages:
        yield {"language": spoken.language, "window": spoken.window}


def _criteria(draft: Draft) -> Iterator[Values]:
    for condition in draft.conditions:
        values = {**condition._asdict(), "values": list(condition.values)}
        if not condition.note:
            del values["note"]  # a file without one leaves ours
        yield values


def _areas(draft: Draft) -> Iterator[Values]:
    for reach in draft.areas:
        yield {
            "country": reach.country,
            "area": reach.area,
            "place": reach.place,
            "radius_km": TOWN_RADIUS_KM if reach.place else None,
        }


PARTS: tuple[tuple[Table, Callable[[Draft], Iterable[Values]]], ...] = (
    (TABLES["phones"]._replace(known_by=("number", "kind")), _phones),
    (TABLES["languages"]._replace(known_by=("language", "window")), _languages),
    (
        TABLES["areas"]._replace(known_by=("country", "area", "place"), at_first=("radius_km",)),
        _areas,
    ),
)
