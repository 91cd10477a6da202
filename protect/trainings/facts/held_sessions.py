"""What was held: editions, sessions, attendances, hours, head counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.rules.attendance import THERE
from protect.trainings.base.facts import PEOPLE, UNKNOWN, Asked, Cell, Figure, Value, summed
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition, Session

HOUR = 60  # minutes


class Held(NamedTuple):
    """A session that took place."""

    pk: UUID
    kind: str
    setting: str
    country: str
    organisation: UUID | None
    code: str

    @property
    def place(self) -> Cell:
        """Return what every cell begins with."""
        return (self.country, str(self.organisation))


def editions(asked: Asked) -> Figure:
    """Return editions whose last half day was held in the period, once each."""
    told = list(editions_in(asked))
    return Figure(
        unit="event",
        axes=("country", "organisation", "delivery"),
        cells=summed(((each.country_id, str(each.host_id), each.delivery), 1) for each in told),
        evidence=tuple(each.code for each in told),
    )


def sessions(asked: Asked) -> Figure:
    """Return half days of trainings that were held."""
    return sessions_figure(list(held_in(asked)))


def sessions_figure(held: list[Held], protected: Collection[str] = ()) -> Figure:
    """Return sessions that were held, by kind and setting; `protected` are settings."""
    return Figure(
        unit="event",
        axes=("country", "organisation", "kind", "setting"),
        cells=summed(((*each.place, each.kind, each.setting), 1) for each in held),
        protected=frozenset(
            (*each.place, each.kind, each.setting) for each in held if each.setting in protected
        ),
        evidence=codes_of(held),
    )


def attendances(asked: Asked) -> Figure:
    """Return confirmed attendances of half days: somebody at three of them counts three times."""
    held, rows = _attended(asked)
    return Figure(
        unit="attendance",
        axes=("country", "organisation", *PEOPLE),
        cells=summed((cell, 1) for cell, _minutes in rows),
        evidence=codes_of(held),
    )


def hours(asked: Asked) -> Figure:
    """Return attended hours: confirmed minutes over 60, divided last."""
    held, rows = _attended(asked)
    minutes = summed((cell, minutes) for cell, minutes in rows)
    return Figure(
        unit="hour",
        axes=("country", "organisation", *PEOPLE),
        cells={cell: Value(value.numerator, HOUR) for cell, value in minutes.items()},
        evidence=codes_of(held),
    )


def editions_in(asked: Asked) -> Iterator[Edition]:
    """Yield editions whose last half day was held in the period, by code."""
    last = Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None))
    rows = _narrowed(Edition.objects.exclude(state=EditionState.CANCELLED), asked)
    first, after = asked.around()
    held = rows.annotate(last=last).filter(last__gte=first, last__lt=after, last__lte=asked.at)
    for each in held.select_related("course_version").order_by("code"):
        if asked.has(each.last, each.zone):
            yield each


def held_in(asked: Asked) -> Iterator[Held]:
    """Yield sessions that took place in the period: not cancelled, and over at `asked.at`."""
    first, after = asked.around()
    rows = Session.objects.standing().filter(
        ~Q(edition__state=EditionState.CANCELLED),
        edition__isnull=False,
        ends_at__gte=first,
        ends_at__lt=after,
        ends_at__lte=asked.at,
    )
    for row in rows.select_related("edition").order_by("starts_at", "pk"):
        if not asked.has(row.ends_at, row.zone):
            continue
        each = _held(row)
        if is_asked(each, asked):
            yield each


def _held(row: Session) -> Held:
    edition = row.training
    return Held(row.pk, row.kind, "", edition.country_id, edition.host_id, edition.code)


def _attended(asked: Asked) -> tuple[list[Held], list[tuple[Cell, int]]]:
    """Return half days of trainings, and a cell and minutes for each confirmed attendance."""
    held = {each.pk: each for each in held_in(asked)}
    rows = Attendance.objects.filter(session__in=held, state__in=THERE).order_by("session", "pk")
    told = rows.values_list(
        "session", "minutes", *(f"registration__participant__{each}" for each in PEOPLE)
    )
    found = [
        ((*held[session].place, *(each or UNKNOWN for each in said)), minutes)
        for session, minutes, *said in told
    ]
    return list(held.values()), found


def _narrowed(rows: QuerySet[Edition], asked: Asked) -> QuerySet[Edition]:
    if asked.countries:
        rows = rows.filter(country__in=asked.countries)
    if asked.organisations:
        rows = rows.filter(host__in=asked.organisations)
    return rows


def is_asked(each: Held, asked: Asked) -> bool:
    is_country = not asked.countries or each.country in asked.countries
    return is_country and (not asked.organisations or each.organisation in asked.organisations)


def codes_of(held: Iterator[Held] | list[Held]) -> tuple[str, ...]:
    return tuple(sorted({each.code for each in held}))
