"""The attendance list of a session, and how much of an edition each participant attended."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.trainings.attendance import models, rules
from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.base.labels import StateLabel, labelled
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition, Session

attendance_state = labelled(
    {
        AttendanceState.PRESENT: "good",
        AttendanceState.LATE: "info",
        AttendanceState.LEFT_EARLY: "info",
        AttendanceState.EXCUSED: "plain",
        AttendanceState.ABSENT: "ended",
    }
)
# Translators: it is not noted yet whether a participant was there.
NOT_NOTED = StateLabel(_("Not noted yet"), "open")


class Line(NamedTuple):
    """A participant with a seat. `row` is their number on a printed list; `state`: "" for none."""

    registration: Registration
    row: int | None
    attendance: models.Attendance | None
    excuse: models.Excuse | None

    @property
    def key(self) -> str:
        return self.registration.pk.hex

    @property
    def state(self) -> str:
        return self.attendance.state if self.attendance else ""

    @property
    def minutes(self) -> int | None:
        return self.attendance.minutes if self.attendance else None

    @property
    def label(self) -> StateLabel | None:
        return attendance_state(self.attendance.state) if self.attendance else None

    @property
    def waits(self) -> bool:
        return self.excuse is not None and self.attendance is None


def pictured(lines: Iterable[Line]) -> list[str]:
    """Return the names of participants with consent to pictures, in the order of the list."""
    people = (line.registration for line in lines if line.registration.is_pictured)
    return [row.participant.name for row in people]


def confirmed_by_name(edition: Edition) -> list[Registration]:
    rows = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    return list(rows.select_related("participant", "sender").order_by("participant__name", "pk"))


def lines_of(session: Session, printed: models.PrintedList | None = None) -> list[Line]:
    """Return the list by name; that of a printed list by its rows, later people at its end."""
    attendances = {row.registration_id: row for row in session.attendances.order_by("pk")}
    excuses = {row.registration_id: row for row in session.excuses.order_by("received_at", "pk")}
    numbers = {UUID(pk): row for row, pk in enumerate(printed.registrations, 1)} if printed else {}

    def order(row: Registration) -> tuple[int, str, UUID]:
        return numbers.get(row.pk, len(numbers) + 1), row.participant.name.casefold(), row.pk

    return [
        Line(row, numbers.get(row.pk), attendances.get(row.pk), excuses.get(row.pk))
        for row in sorted(confirmed_by_name(session.training), key=order)
    ]


def counted(lines: list[Line]) -> Iterator[tuple[StateLabel, int]]:
    """Yield each state with how many people it is noted of, the open ones last."""
    states = [line.state for line in lines]
    for state in AttendanceState:
        if number := states.count(state):
            yield attendance_state(state), number
    if number := states.count(""):
        yield NOT_NOTED, number


class Share(NamedTuple):
    """A participant's attendance. Units: minutes; whole percent, None where nothing is planned."""

    planned: int
    attended: int
    percentage: int | None
    is_no_show: bool


def minutes_planned(session: Session) -> int:
    return (session.ends_at - session.starts_at) // timedelta(minutes=1)


def shares_of(edition: Edition, registrations: Collection[UUID]) -> dict[UUID, Share]:
    """Return by registration of an edition what each attended, make-ups included. Two queries."""
    rows = edition.sessions.standing().order_by("number")
    planned = {session.pk: minutes_planned(session) for session in rows}
    attended: dict[UUID, list[rules.Attended]] = defaultdict(list)
    for registration, session, makes_up, state, minutes in (
        models.Attendance.objects.filter(registration__in=registrations)
        .order_by("pk")
        .values_list("registration", "session", "makes_up", "state", "minutes")
    ):
        record = rules.Attended(makes_up or session, AttendanceState(state), minutes)
        attended[registration].append(record)
    return {
        each: Share(
            planned=sum(planned.values()),
            attended=rules.attended_minutes(planned, attended[each]),
            percentage=rules.percentage(planned, attended[each]),
            is_no_show=rules.is_no_show(planned, attended[each]),
        )
        for each in registrations
    }
