"""Facts about trainings, for the indicators of reports: counts by cell, a combination of
categories. An indicator names a fact and adds up its cells. No function returns a person:
people who are counted once are stored under a keyed hash."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from protect.audit import models, rules
from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.rules import PRESENT_STATES
from protect.trainings.base.facts import UNKNOWN, Cell, FactQuery, Figure, Value, sum_cells
from protect.trainings.registrations.facts import count_late_offers, people_trained
from protect.trainings.registrations.fields import STATISTICS_AXES
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition, Session

__all__ = ["FACTS", "KEPT", "Cell", "FactQuery", "Figure", "Value"]
__all__ += ["count_late_offers", "last_nightly_success"]

KEPT = "trainings.keep"  # audit action of a night without failed steps
MINUTES_PER_HOUR = 60


class HeldSession(NamedTuple):
    """A session that took place. `code`: of its edition or of its session request."""

    pk: UUID
    kind: str
    setting: str  # of an information session; "" for one of an edition
    country: str
    organisation: UUID | None  # the host; None: no organisation plans the request
    code: str

    @property
    def country_and_organisation(self) -> Cell:
        return (self.country, str(self.organisation))


def editions(query: FactQuery) -> Figure:
    """Return how many editions had their last session in the period."""
    ended = list(editions_ended_in(query))
    return Figure(
        unit="event",
        axes=("country", "organisation", "delivery"),
        cells=sum_cells(
            ((edition.country_id, str(edition.host_id), edition.delivery), 1) for edition in ended
        ),
        evidence=tuple(edition.code for edition in ended),
    )


def sessions(query: FactQuery) -> Figure:
    """Return how many sessions of editions took place in the period."""
    return sessions_figure(list(sessions_held_in(query)))


def sessions_figure(held_sessions: list[HeldSession], protected: Collection[str] = ()) -> Figure:
    """Return numbers of sessions. Cells of `protected` settings may be shown only coarsely."""
    cells = [
        (*session.country_and_organisation, session.kind, session.setting)
        for session in held_sessions
    ]
    return Figure(
        unit="event",
        axes=("country", "organisation", "kind", "setting"),
        cells=sum_cells((cell, 1) for cell in cells),
        protected=frozenset(cell for cell in cells if cell[-1] in protected),
        evidence=evidence_codes(held_sessions),
    )


def attendances(query: FactQuery) -> Figure:
    """Return how many attendances the sessions of the period had: one per person and session."""
    held_sessions, rows = _attendance_cells(query)
    return Figure(
        unit="attendance",
        axes=("country", "organisation", *STATISTICS_AXES),
        cells=sum_cells((cell, 1) for cell, _minutes in rows),
        evidence=evidence_codes(held_sessions),
    )


def hours(query: FactQuery) -> Figure:
    """Return the attended hours in the period: confirmed minutes, divided by 60 at the end."""
    held_sessions, rows = _attendance_cells(query)
    minutes = sum_cells((cell, minutes) for cell, minutes in rows)
    return Figure(
        unit="hour",
        axes=("country", "organisation", *STATISTICS_AXES),
        cells={cell: Value(value.numerator, MINUTES_PER_HOUR) for cell, value in minutes.items()},
        evidence=evidence_codes(held_sessions),
    )


def editions_ended_in(query: FactQuery) -> Iterator[Edition]:
    """Yield editions, not cancelled, with a last session that ended in the period, by code."""
    last_end = Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None))
    rows: QuerySet[Edition] = Edition.objects.exclude(state=EditionState.CANCELLED)
    rows = query.narrow(rows, "country", "host")
    first, after = query.utc_bounds()
    ended = rows.annotate(last=last_end).filter(last__gte=first, last__lt=after, last__lte=query.at)
    for edition in ended.select_related("course_version").order_by("code"):
        if query.contains(edition.last, edition.zone):
            yield edition


def sessions_held_in(query: FactQuery) -> Iterator[HeldSession]:
    """Yield sessions of editions held in the period: not cancelled, and over at `query.at`."""
    first, after = query.utc_bounds()
    rows = Session.objects.not_cancelled().filter(
        ~Q(edition__state=EditionState.CANCELLED),
        edition__isnull=False,
        ends_at__gte=first,
        ends_at__lt=after,
        ends_at__lte=query.at,
    )
    for row in rows.select_related("edition").order_by("starts_at", "pk"):
        edition = row.training
        country, host = edition.country_id, edition.host_id
        session = HeldSession(row.pk, row.kind, "", country, host, edition.code)
        if query.contains(row.ends_at, row.zone) and matches_query(session, query):
            yield session


def _attendance_cells(query: FactQuery) -> tuple[list[HeldSession], list[tuple[Cell, int]]]:
    """Return the held sessions, and the cell and minutes of each attendance in them."""
    held_sessions = {held.pk: held for held in sessions_held_in(query)}
    rows = Attendance.objects.filter(session__in=held_sessions, state__in=PRESENT_STATES)
    axes = [f"registration__participant__{axis}" for axis in STATISTICS_AXES]
    cells = []
    values = rows.order_by("session", "pk").values_list("session", "minutes", *axes)
    for session, minutes, *codes in values:
        place = held_sessions[session].country_and_organisation
        cells.append(((*place, *(code or UNKNOWN for code in codes)), minutes))
    return list(held_sessions.values()), cells


def matches_query(session: HeldSession, query: FactQuery) -> bool:
    """Return whether a query includes a session's country and organisation; ignore its period."""
    if query.countries and session.country not in query.countries:
        return False
    return not query.organisations or session.organisation in query.organisations


def evidence_codes(held_sessions: Iterable[HeldSession]) -> tuple[str, ...]:
    return tuple(sorted({session.code for session in held_sessions}))


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "trainings.editions": editions,
    "trainings.sessions": sessions,
    "trainings.attendances": attendances,
    "trainings.hours": hours,
    "trainings.people_trained": people_trained,
}


def last_nightly_success() -> datetime | None:
    """Return when all nightly steps last succeeded; None if they never did."""
    entries = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=KEPT)
    return entries.order_by("-n").values_list("at", flat=True).first()
