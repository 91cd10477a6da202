"""What may be counted of trainings and sessions: facts by name, as cells, never as rows.
Indicators name a fact and filter its cells; totals are their sum. The functions know no person:
people who count once stand in the ledger under a keyed hash."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from protect.audit import models, rules
from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.rules import THERE
from protect.trainings.base.facts import UNKNOWN, Cell, FactQuery, Figure, Value, summed
from protect.trainings.registrations.facts import late_offers, people_trained
from protect.trainings.registrations.fields import AXES
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition, Session

__all__ = ["FACTS", "KEPT", "Cell", "FactQuery", "Figure", "Value", "kept_at", "late_offers"]

KEPT = "trainings.keep"  # action in the audit: a night's work without a failure
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
        return (self.country, str(self.organisation))


def editions(query: FactQuery) -> Figure:
    """Return editions whose last session was held in the period, once each."""
    held = list(editions_in(query))
    return Figure(
        unit="event",
        axes=("country", "organisation", "delivery"),
        cells=summed(((each.country_id, str(each.host_id), each.delivery), 1) for each in held),
        evidence=tuple(each.code for each in held),
    )


def sessions(query: FactQuery) -> Figure:
    """Return sessions of trainings that were held."""
    return sessions_figure(list(held_in(query)))


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


def attendances(query: FactQuery) -> Figure:
    """Return confirmed attendances of sessions: a participant at three of them counts thrice."""
    held, rows = _attended(query)
    return Figure(
        unit="attendance",
        axes=("country", "organisation", *AXES),
        cells=summed((cell, 1) for cell, _minutes in rows),
        evidence=codes_of(held),
    )


def hours(query: FactQuery) -> Figure:
    """Return attended hours: confirmed minutes over 60, divided last."""
    held, rows = _attended(query)
    minutes = summed((cell, minutes) for cell, minutes in rows)
    return Figure(
        unit="hour",
        axes=("country", "organisation", *AXES),
        cells={cell: Value(value.numerator, HOUR) for cell, value in minutes.items()},
        evidence=codes_of(held),
    )


def editions_in(query: FactQuery) -> Iterator[Edition]:
    """Yield editions whose last session was held in the period, by code."""
    last = Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None))
    rows: QuerySet[Edition] = Edition.objects.exclude(state=EditionState.CANCELLED)
    rows = query.narrow(rows, "country", "host")
    first, after = query.around()
    held = rows.annotate(last=last).filter(last__gte=first, last__lt=after, last__lte=query.at)
    for each in held.select_related("course_version").order_by("code"):
        if query.has(each.last, each.zone):
            yield each


def held_in(query: FactQuery) -> Iterator[Held]:
    """Yield sessions that took place in the period: not cancelled, and over at `asked.at`."""
    first, after = query.around()
    rows = Session.objects.standing().filter(
        ~Q(edition__state=EditionState.CANCELLED),
        edition__isnull=False,
        ends_at__gte=first,
        ends_at__lt=after,
        ends_at__lte=query.at,
    )
    for row in rows.select_related("edition").order_by("starts_at", "pk"):
        edition = row.training
        each = Held(row.pk, row.kind, "", edition.country_id, edition.host_id, edition.code)
        if query.has(row.ends_at, row.zone) and is_asked(each, query):
            yield each


def _attended(query: FactQuery) -> tuple[list[Held], list[tuple[Cell, int]]]:
    held = {each.pk: each for each in held_in(query)}
    rows = Attendance.objects.filter(session__in=held, state__in=THERE).order_by("session", "pk")
    values = rows.values_list(
        "session", "minutes", *(f"registration__participant__{each}" for each in AXES)
    )
    counted = [
        ((*held[session].place, *(each or UNKNOWN for each in codes)), minutes)
        for session, minutes, *codes in values
    ]
    return list(held.values()), counted


def is_asked(each: Held, query: FactQuery) -> bool:
    is_country = not query.countries or each.country in query.countries
    return is_country and (not query.organisations or each.organisation in query.organisations)


def codes_of(held: Iterable[Held]) -> tuple[str, ...]:
    return tuple(sorted({each.code for each in held}))


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "trainings.editions": editions,
    "trainings.sessions": sessions,
    "trainings.attendances": attendances,
    "trainings.hours": hours,
    "trainings.people_trained": people_trained,
}


def kept_at() -> datetime | None:
    """Return when a night's work was last done without a failure; None if it never was."""
    entries = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=KEPT)
    return entries.order_by("-n").values_list("at", flat=True).first()
