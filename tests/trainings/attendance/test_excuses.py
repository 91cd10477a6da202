"""Participants send excuses; staff confirm them; retention deletes them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.actions.attendance import AttendanceEntry
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance, Excuse
from protect.trainings.registrations.actions import decisions
from tests.refusals import refuses
from tests.trainings.attending import (
    MINUTES,
    first_session,
    make_filled_edition,
    minutes_into,
    recorded_attendance,
)
from tests.trainings.planning import AT


@pytest.fixture
def edition(planners):
    return make_filled_edition(planners.host)[0]


@pytest.fixture
def people(edition):
    return [*edition.registrations.order_by("applied_at")]


def test_excuse_has_no_effect_until_staff_confirm(planners, edition, people):
    session = first_session(edition)
    attendance.record_excuse(people[0], session, uuid4(), at=AT)
    assert not Attendance.objects.exists()
    attendance.confirm_excuses(planners.scope("pia"), session, at=AT)
    with refuses("trainings_excuse_late"):
        attendance.record_excuse(people[1], session, uuid4(), at=session.starts_at)

    assert recorded_attendance(session) == {people[0].pk: (AttendanceState.EXCUSED, 0)}


def test_excuse_after_a_recorded_absence_changes_nothing(planners, edition, people):
    session, tom = first_session(edition), planners.scope("tom")
    attendance.record_excuse(people[0], session, uuid4(), at=AT)
    entries = [AttendanceEntry(people[0].pk, AttendanceState.ABSENT)]
    attendance.record_attendance(
        tom, session, entries, AttendanceMethod.LIST, at=minutes_into(session)
    )
    attendance.confirm_excuses(tom, session, at=minutes_into(session))

    assert recorded_attendance(session) == {people[0].pk: (AttendanceState.ABSENT, 0)}


def test_repeated_excuse_is_stored_once(edition, people):
    session, nonce = first_session(edition), uuid4()
    for key in (nonce, nonce, uuid4()):
        attendance.record_excuse(people[0], session, key, at=AT)

    assert Excuse.objects.count() == 1


def test_an_excuse_of_a_participant_who_withdrew_is_not_recorded(planners, edition, people):
    session = first_session(edition)
    attendance.record_excuse(people[0], session, uuid4(), at=AT)
    decisions.withdraw(people[0], at=AT)
    attendance.confirm_excuses(planners.scope("pia"), session, at=AT)

    assert recorded_attendance(session) == {}


def test_excused_participant_that_comes_is_present(planners, edition, people):
    session, tom = first_session(edition), planners.scope("tom")
    attendance.record_excuse(people[0], session, uuid4(), at=AT)
    attendance.confirm_excuses(tom, session, at=AT)
    scans = [attendance.Scan(uuid4(), str(people[0].pk))]
    attendance.record_scans(tom, session, scans, at=minutes_into(session))

    assert recorded_attendance(session) == {people[0].pk: (AttendanceState.PRESENT, MINUTES)}


@pytest.mark.parametrize("name", ["otto", "chidi"])
def test_only_staff_of_the_host_confirm_excuses(planners, edition, people, name):
    session = first_session(edition)
    attendance.record_excuse(people[0], session, uuid4(), at=AT)
    with pytest.raises(PermissionDenied):
        attendance.confirm_excuses(planners.scope(name), session, at=AT)

    assert recorded_attendance(session) == {}


def test_excuses_are_deleted_30_days_after_the_session(edition, people):
    session = first_session(edition)
    attendance.record_excuse(people[0], session, uuid4(), at=AT)

    assert attendance.delete_old_excuses(at=session.ends_at + timedelta(days=29)) == 0
    assert attendance.delete_old_excuses(at=session.ends_at + timedelta(days=30)) == 1
    assert not Excuse.objects.exists()
