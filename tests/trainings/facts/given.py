"""Two editions and three sessions for facts, counted by hand."""

from datetime import date, timedelta
from uuid import uuid4

from protect.orgs.models import Organisation, User
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.facts import FactQuery
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.models import Participant, Registration
from protect.trainings.scheduling.models import Edition
from tests.trainings.planning import AT, FIRST_DAY, make_edition, make_participant

AFTER = FIRST_DAY + timedelta(days=90)  # when everything is over
YEAR = FactQuery(date(2027, 1, 1), date(2028, 1, 1), AFTER)


def make_confirmed_registration(edition: Edition, **given) -> Registration:
    """Return a confirmed registration of a new participant."""
    return confirm_participant(edition, make_participant(edition.host, **given))


def confirm_participant(edition: Edition, person: Participant) -> Registration:
    return Registration.objects.create(
        edition=edition,
        participant=person,
        source=Source.APPLIED,
        applied_at=AT,
        state=RegistrationState.CONFIRMED,
        sent_key=uuid4(),
        token_hash=uuid4().hex,
    )


def record_attendance(row: Registration, by: User, number: int, minutes: int = 180) -> Attendance:
    """Record the minutes of a participant in a session; 0: absent."""
    state = AttendanceState.PRESENT if minutes == 180 else AttendanceState.LATE
    return Attendance.objects.create(
        session=row.edition.sessions.get(number=number),
        registration=row,
        state=state if minutes else AttendanceState.ABSENT,
        minutes=minutes,
        method=AttendanceMethod.LIST,
        confirmed_by=by,
        confirmed_at=AFTER,
        nonce=uuid4(),
    )


def plain_cells(figure) -> dict[tuple[str, ...], float]:
    """Return the cells of a figure without the organisation, as plain numbers."""
    at = figure.axes.index("organisation") if "organisation" in figure.axes else None
    return {
        tuple(part for n, part in enumerate(cell) if n != at): value.numerator / value.denominator
        for cell, value in figure.cells.items()
    }


def make_unlimited_edition(host: Organisation, **given) -> Edition:
    return make_edition(host, seat_limit=None, **given)
