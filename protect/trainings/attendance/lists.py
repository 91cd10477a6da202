"""The attendance list of a session, and each participant's share of an edition."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.trainings.attendance import enums, models, rules
from protect.trainings.base.labels import StateLabel, make_state_labeller
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition, Session

attendance_label = make_state_labeller(
    {
        enums.AttendanceState.PRESENT: "good",
        enums.AttendanceState.LATE: "info",
        enums.AttendanceState.LEFT_EARLY: "info",
        enums.AttendanceState.EXCUSED: "plain",
        enums.AttendanceState.ABSENT: "ended",
    }
)
NOT_RECORDED = StateLabel(_("Not recorded yet"), "open")  # For translators: attendance of a person


class AttendanceLine(NamedTuple):
    """A participant's line. `row` is the row on a printed sheet; `state` is "" without a record."""

    registration: Registration
    row: int | None
    attendance: models.Attendance | None
    excuse: models.Excuse | None

    @property
    def key(self) -> str:
        """Return the id that the names of this line's form fields contain."""
        return self.registration.pk.hex

    @property
    def state(self) -> str:
        return self.attendance.state if self.attendance else ""

    @property
    def minutes(self) -> int | None:
        return self.attendance.minutes if self.attendance else None

    @property
    def label(self) -> StateLabel | None:
        return attendance_label(self.attendance.state) if self.attendance else None

    @property
    def is_excuse_pending(self) -> bool:
        return self.excuse is not None and self.attendance is None


def picture_consent_names(lines: Iterable[AttendanceLine]) -> list[str]:
    people = (line.registration for line in lines if line.registration.is_pictured)
    return [row.participant.name for row in people]


def confirmed_in_name_order(edition: Edition) -> list[Registration]:
    rows = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    return list(rows.select_related("participant", "sender").order_by("participant__name", "pk"))


def lines_of(session: Session, printed: models.PrintedList | None = None) -> list[AttendanceLine]:
    """Return a line per confirmed participant, by row of `printed` if given, then by name."""
    attendances = {row.registration_id: row for row in session.attendances.order_by("pk")}
    excuses = {row.registration_id: row for row in session.excuses.order_by("received_at", "pk")}
    rows = printed.registrations if printed else []
    row_numbers = {UUID(pk): row for row, pk in enumerate(rows, 1)}

    def order(row: Registration) -> tuple[int, str, UUID]:
        number = row_numbers.get(row.pk, len(row_numbers) + 1)
        return number, row.participant.name.casefold(), row.pk

    return [
        AttendanceLine(row, row_numbers.get(row.pk), attendances.get(row.pk), excuses.get(row.pk))
        for row in sorted(confirmed_in_name_order(session.training), key=order)
    ]


def count_states(lines: list[AttendanceLine]) -> Iterator[tuple[StateLabel, int]]:
    """Yield each state and how many participants have it, those without a state last."""
    states = [line.state for line in lines]
    for state in enums.AttendanceState:
        if number := states.count(state):
            yield attendance_label(state), number
    if number := states.count(""):
        yield NOT_RECORDED, number


class AttendanceShare(NamedTuple):
    """What a participant attended. Units: minutes; whole percent, None if nothing is planned."""

    planned: int
    attended: int
    percentage: int | None
    is_no_show: bool


def planned_minutes(session: Session) -> int:
    return (session.ends_at - session.starts_at) // timedelta(minutes=1)


def shares_of(edition: Edition, registrations: Collection[UUID]) -> dict[UUID, AttendanceShare]:
    """Return by registration id how much of an edition a participant attended or made up."""
    sessions = edition.sessions.not_cancelled().order_by("number")
    planned = {session.pk: planned_minutes(session) for session in sessions}
    attended: dict[UUID, list[rules.AttendanceRecord]] = defaultdict(list)
    rows = models.Attendance.objects.filter(registration__in=registrations).order_by("pk")
    columns = rows.values_list("registration", "session", "makes_up", "state", "minutes")
    for registration, session, makes_up, state, minutes in columns:
        record = rules.AttendanceRecord(makes_up or session, enums.AttendanceState(state), minutes)
        attended[registration].append(record)
    return {
        pk: AttendanceShare(
            planned=sum(planned.values()),
            attended=rules.attended_minutes(planned, attended[pk]),
            percentage=rules.percentage(planned, attended[pk]),
            is_no_show=rules.is_no_show(planned, attended[pk]),
        )
        for pk in registrations
    }
