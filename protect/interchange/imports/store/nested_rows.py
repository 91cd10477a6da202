"""What a draft says in rows of its own: numbers, hours, languages, conditions, costs and areas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from protect.directory.enums import Channel, Kind
from protect.directory.facts import store, tables
from protect.directory.facts.tables import Nested, Values, values_of
from protect.directory.models import Schedule
from protect.interchange.imports.rows import statements
from protect.interchange.imports.rows.drafts import Draft
from protect.interchange.imports.values.places import TOWN_RADIUS_KM

CRITERIA = tables.criteria(())  # of every kind
MANY = frozenset({Kind.GROUP})  # of the others a service has one criterion at most


def write(drafts: Mapping[UUID, Draft], taken: Collection[UUID]) -> None:
    """Let services say what their drafts do.

    Whoever was edited here and is `taken` from the file all the same keeps what no column of a
    file can hold: conditions of other kinds, the hours of the other door, who interprets.
    """
    for nested, values in PARTS:
        store.write(nested, {key: list(values(draft)) for key, draft in drafts.items()})
    standing = _standing(taken)
    store.write(
        CRITERIA,
        {
            key: [*_criteria(draft), *_left(standing.get(key, ()), draft)]
            for key, draft in drafts.items()
        },
    )
    _write_hours(drafts, taken)


def _write_hours(drafts: Mapping[UUID, Draft], taken: Collection[UUID]) -> None:
    """Write the hours of the door that a file tells of; of what was not edited here, of both."""
    doors = _doors(taken)
    for channel in Channel:
        wanted = {
            key: [{**draft.opening._asdict(), "channel": channel.value}]
            if draft.opening and draft.opening.channel == channel
            else []
            for key, draft in drafts.items()
            if key not in taken or channel == _door_of(draft, doors.get(key, ()))
        }
        store.write(tables.hours(channel), wanted)


def _doors(services: Collection[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    rows = Schedule.objects.filter(service__in=services).order_by("pk")
    for key, channel in rows.values_list("service_id", "channel"):
        found.setdefault(key, set()).add(channel)
    return found


def _door_of(draft: Draft, standing: Collection[str]) -> Channel:
    """Return which hours a file tells of: where it says none, those that a file of ours shows."""
    if draft.opening:
        return draft.opening.channel
    return Channel.VISIT if Channel.VISIT in standing else Channel.PHONE


def _standing(services: Collection[UUID]) -> dict[UUID, list[Values]]:
    found: dict[UUID, list[Values]] = {}
    for row in store.rows_of(services, CRITERIA):
        found.setdefault(row.service_id, []).append(values_of(row, CRITERIA))
    return found


def _left(standing: Sequence[Values], draft: Draft) -> Iterator[Values]:
    """Yield the conditions of which a file says nothing, because no column can."""
    said = {condition.kind for condition in draft.conditions} - MANY
    for each in standing:
        if each["kind"] not in said and not statements.can_say(each):
            yield each


def _phones(draft: Draft) -> Iterator[Values]:
    for phone in draft.phones:
        yield {"number": phone.number, "kind": phone.kind.value}


def _languages(draft: Draft) -> Iterator[Values]:
    for spoken in draft.languages:
        yield {"language": spoken.language, "window": spoken.window}


def _criteria(draft: Draft) -> Iterator[Values]:
    for condition in draft.conditions:
        given = {**condition._asdict(), "values": list(condition.values)}
        if not condition.note:
            del given["note"]  # a file without one leaves ours
        yield given


def _costs(draft: Draft) -> Iterator[Values]:
    if draft.price:
        yield draft.price._asdict()


def _areas(draft: Draft) -> Iterator[Values]:
    for reach in draft.areas:
        yield {
            "country": reach.country,
            "area": reach.area,
            "place": reach.place,
            "radius_km": TOWN_RADIUS_KM if reach.place else None,
        }


PARTS: tuple[tuple[Nested, Callable[[Draft], Iterable[Values]]], ...] = (
    (tables.PHONES._replace(known_by=("number", "kind")), _phones),
    (tables.LANGUAGES._replace(known_by=("language", "window")), _languages),
    (tables.COSTS, _costs),
    (
        tables.AREAS._replace(known_by=("country", "area", "place"), at_first=("radius_km",)),
        _areas,
    ),
)
