"""Create editions that have taken place, with attendance, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from protect.orgs.models import Organisation, User
from protect.trainings.attendance.models import Attendance
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from tests.trainings.planning import make_course, make_edition, make_participant

BEGAN = datetime(2026, 10, 1, 8, tzinfo=UTC)


AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


LATER = AT + timedelta(days=2)


PLANNED = 360  # minutes, in two sessions


def make_done_edition(host: Organisation, *, assessment: str = "none", **given: Any) -> Edition:
    """Return an edition that has taken place, with two sessions of three hours."""
    version = make_course(
        host,
        assessment=assessment,
        title="Protection in practice: first conversations",
        short_title="Demo course A",
    )
    edition = make_edition(host, course_version=version, state=EditionState.DONE, **given)
    for number, row in enumerate(edition.sessions.order_by("number")):
        row.starts_at = BEGAN + timedelta(days=number)
        row.ends_at = row.starts_at + timedelta(hours=3)
        row.save(update_fields=["starts_at", "ends_at"])
    return edition


def attend(edition: Edition, minutes: int, by: User, *, name: str = "") -> Registration:
    """Return a confirmed registration with `minutes` of attendance."""
    row = Registration.objects.create(
        edition=edition,
        participant=make_participant(edition.host, name),
        source=Source.APPLIED,
        applied_at=BEGAN - timedelta(days=30),
        state=RegistrationState.CONFIRMED,
        sent_key=uuid4(),
        token_hash=uuid4().hex,
    )
    record_minutes(row, minutes, by)
    return row


def record_minutes(row: Registration, minutes: int, by: User) -> None:
    """Record `minutes` of attendance, filling the first session first."""
    Attendance.objects.filter(registration=row).delete()
    for session in row.edition.sessions.order_by("number"):
        here = min(minutes, 180)
        minutes -= here
        Attendance.objects.create(
            session=session,
            registration=row,
            state={0: "absent", 180: "present"}.get(here, "left_early"),
            minutes=here,
            method="list",
            confirmed_by=by,
            confirmed_at=AT,
            nonce=uuid4(),
        )
