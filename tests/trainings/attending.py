"""Create editions with participants for tests, and read their attendance."""

from datetime import datetime, timedelta

from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition, Session
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import fill

MINUTES = 180  # of each session of planning.make_edition


def make_filled_edition(host, number: int = 3, **given) -> tuple[Edition, list[Registration]]:
    """Return an edition with `number` confirmed participants."""
    edition = make_edition(host, seat_limit=number, **given)
    return edition, fill(edition, number)


def first_session(edition: Edition) -> Session:
    return edition.sessions.get(number=1)


def minutes_into(session: Session, minutes: int = 5):
    return session.starts_at + timedelta(minutes=minutes)


def start_session_at(session: Session, at: datetime) -> Session:
    """Move a session so that it began five minutes before `at`, the clock of the tests."""
    session.starts_at, session.ends_at = at - timedelta(minutes=5), at + timedelta(minutes=175)
    session.save()
    return session


def recorded_attendance(session: Session) -> dict:
    """Return state and minutes by registration with recorded attendance."""
    rows = Attendance.objects.filter(session=session).order_by("pk")
    return {row.registration_id: (AttendanceState(row.state), row.minutes) for row in rows}
