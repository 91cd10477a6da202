"""Attendance is recorded once, by permitted staff; a refusal changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.trainings.attendance.actions import attendance, sign_in_sheets
from protect.trainings.attendance.actions.attendance import AttendanceEntry
from protect.trainings.attendance.actions.sign_in_sheets import sign_in_sheet
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.lists import AttendanceShare, shares_of
from protect.trainings.attendance.models import Attendance
from protect.trainings.editions.actions import plan
from protect.trainings.registrations.actions import decisions
from tests.refusals import refuses
from tests.trainings.attending import (
    MINUTES,
    first_session,
    make_filled_edition,
    minutes_into,
    recorded_attendance,
)
from tests.trainings.planning import AT, make_edition

PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT = AttendanceState
LIST, SCAN, SHEET = AttendanceMethod


@pytest.fixture
def edition(planners):
    return make_filled_edition(planners.host)[0]


@pytest.fixture
def people(edition):
    return [*edition.registrations.order_by("applied_at")]


@pytest.fixture
def tom(planners):
    return planners.scope("tom")


def actions() -> list[str]:
    rows = Entry.objects.filter(action__startswith="trainings.attendance").order_by("n")
    return list(rows.values_list("action", flat=True))


def test_trainer_records_attendance_and_minutes(tom, edition, people):
    session = first_session(edition)
    entries = [
        AttendanceEntry(people[0].pk, PRESENT),
        AttendanceEntry(people[1].pk, LATE, 150),
        AttendanceEntry(people[2].pk, ABSENT),
    ]
    attendance.record_attendance(tom, session, entries, LIST, at=minutes_into(session))

    assert recorded_attendance(session) == {
        people[0].pk: (PRESENT, MINUTES),
        people[1].pk: (LATE, 150),
        people[2].pk: (ABSENT, 0),
    }
    assert {*actions()} == {
        "trainings.attendance_present",
        "trainings.attendance_late",
        "trainings.attendance_absent",
    }


@pytest.mark.parametrize("name", ["otto", "chidi"])
def test_user_without_a_role_in_the_session_cannot_record_attendance(
    planners, edition, people, name
):
    session, scope = first_session(edition), planners.scope(name)
    for refused in (
        lambda: attendance.record_attendance(
            scope, session, [AttendanceEntry(people[0].pk, PRESENT)], LIST, at=AT
        ),
        lambda: attendance.record_all_present(scope, session, uuid4(), at=AT),
        lambda: attendance.undo_all_present(scope, session, uuid4(), at=AT),
        lambda: sign_in_sheets.print_sheet(scope, session, at=AT),
    ):
        with pytest.raises(PermissionDenied):
            refused()

    assert recorded_attendance(session) == {}


def test_one_invalid_entry_rejects_the_whole_list(tom, edition, people):
    session = first_session(edition)
    entries = [AttendanceEntry(people[0].pk, PRESENT), AttendanceEntry(people[1].pk, LATE, MINUTES)]
    with refuses("trainings_attendance_minutes_wrong"):
        attendance.record_attendance(tom, session, entries, LIST, at=minutes_into(session))

    assert recorded_attendance(session) == {}


def test_participant_without_a_seat_cannot_be_recorded(tom, edition, people):
    session = first_session(edition)
    decisions.withdraw(people[0], at=AT)
    with refuses("trainings_not_confirmed"):
        attendance.record_attendance(
            tom, session, [AttendanceEntry(people[0].pk, PRESENT)], LIST, at=minutes_into(session)
        )

    assert recorded_attendance(session) == {}


@pytest.mark.parametrize("state", [PRESENT, ABSENT, LATE])
def test_only_excuses_are_recorded_before_the_session(tom, edition, people, state):
    session = first_session(edition)
    early = session.starts_at - timedelta(hours=1, seconds=1)
    with refuses("trainings_session_not_on"):
        attendance.record_attendance(
            tom, session, [AttendanceEntry(people[0].pk, state, 5)], LIST, at=early
        )
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, EXCUSED)], LIST, at=early
    )

    assert recorded_attendance(session) == {people[0].pk: (EXCUSED, 0)}


def test_cancelled_session_refuses_attendance(planners, edition, people):
    session, pia = first_session(edition), planners.scope("pia")
    plan.cancel_session(pia, session, at=AT)
    with refuses("trainings_session_not_on"):
        attendance.record_attendance(
            pia, session, [AttendanceEntry(people[0].pk, EXCUSED)], LIST, at=minutes_into(session)
        )

    assert recorded_attendance(session) == {}


def test_entry_sent_twice_is_recorded_once(tom, edition, people):
    session, tick = first_session(edition), AttendanceEntry(people[0].pk, PRESENT)
    assert (
        len(attendance.record_attendance(tom, session, [tick], SCAN, at=minutes_into(session))) == 1
    )
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, LATE, 100)], LIST, at=minutes_into(session)
    )

    assert attendance.record_attendance(tom, session, [tick], SCAN, at=minutes_into(session)) == []
    assert recorded_attendance(session) == {people[0].pk: (LATE, 100)}


def test_scan_keeps_the_minutes_of_a_late_participant(tom, edition, people):
    session = first_session(edition)
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, LATE, 100)], LIST, at=minutes_into(session)
    )
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, PRESENT)], SCAN, at=minutes_into(session)
    )

    assert recorded_attendance(session) == {people[0].pk: (LATE, 100)}


def test_outdated_entry_does_not_overwrite_a_newer_one(planners, tom, edition, people):
    session = first_session(edition)
    attendance.record_attendance(
        tom,
        session,
        [AttendanceEntry(people[0].pk, ABSENT, before="")],
        LIST,
        at=minutes_into(session),
    )
    entries = [AttendanceEntry(people[0].pk, PRESENT, before="")]
    with refuses("trainings_edit_conflict"):
        attendance.record_attendance(
            planners.scope("pia"), session, entries, LIST, at=minutes_into(session)
        )

    assert recorded_attendance(session) == {people[0].pk: (ABSENT, 0)}


def test_marking_all_others_present_can_be_undone(tom, edition, people):
    session, key = first_session(edition), uuid4()
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, EXCUSED)], LIST, at=AT
    )
    for _ in range(2):
        attendance.record_all_present(tom, session, key, at=minutes_into(session))
    assert [*recorded_attendance(session).values()].count((PRESENT, MINUTES)) == 2
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[1].pk, LATE, 90)], LIST, at=minutes_into(session)
    )

    assert attendance.undo_all_present(tom, session, key, at=minutes_into(session, 9)) == 1
    assert recorded_attendance(session) == {people[0].pk: (EXCUSED, 0), people[1].pk: (LATE, 90)}
    assert actions().count("trainings.attendance_all") == 1


def test_marking_cannot_be_undone_after_ten_minutes(tom, edition):
    session, key = first_session(edition), uuid4()
    attendance.record_all_present(tom, session, key, at=minutes_into(session, 0))
    with refuses("trainings_taken_back_too_late"):
        attendance.undo_all_present(tom, session, key, at=minutes_into(session, 11))

    assert len(recorded_attendance(session)) == 3


def test_make_up_session_counts_once(planners, tom, edition, people):
    session = first_session(edition)
    sibling = make_edition(planners.host, course_version=edition.course_version)
    there = first_session(sibling)
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, LATE, 60)], LIST, at=minutes_into(session)
    )
    for _ in range(2):
        attendance.record_make_up(tom, people[0], session, there, at=minutes_into(there))

    share = shares_of(edition, [people[0].pk])[people[0].pk]
    assert share == AttendanceShare(2 * MINUTES, MINUTES, 50, is_no_show=False)
    assert Attendance.objects.filter(makes_up=session).count() == 1


def test_make_up_must_be_in_another_edition_of_the_same_course(planners, tom, edition, people):
    session, second = first_session(edition), edition.sessions.get(number=2)
    stranger = first_session(make_edition(planners.host))
    for wrong in (second, stranger):
        with refuses("trainings_make_up_elsewhere"):
            attendance.record_make_up(tom, people[0], session, wrong, at=minutes_into(second))

    assert not Attendance.objects.exists()


def test_make_up_session_replaces_only_one_session(planners, tom, edition, people):
    session, second = first_session(edition), edition.sessions.get(number=2)
    there = first_session(make_edition(planners.host, course_version=edition.course_version))
    attendance.record_make_up(tom, people[0], session, there, at=minutes_into(second))
    with refuses("trainings_make_up_elsewhere"):
        attendance.record_make_up(tom, people[0], second, there, at=minutes_into(second))

    assert Attendance.objects.get().makes_up == session


def test_cancelled_session_does_not_count_in_the_percentage(planners, tom, edition, people):
    session, second = first_session(edition), edition.sessions.get(number=2)
    attendance.record_attendance(
        tom, session, [AttendanceEntry(people[0].pk, PRESENT)], LIST, at=minutes_into(session)
    )
    attendance.record_attendance(
        tom, second, [AttendanceEntry(people[0].pk, ABSENT)], LIST, at=minutes_into(second)
    )
    assert shares_of(edition, [people[0].pk])[people[0].pk].percentage == 50
    plan.cancel_session(planners.scope("pia"), second, at=minutes_into(second))

    assert shares_of(edition, [people[0].pk])[people[0].pk].percentage == 100


def test_participant_absent_from_all_sessions_is_a_no_show(tom, edition, people):
    for session in edition.sessions.order_by("number"):
        entries = [AttendanceEntry(people[0].pk, ABSENT), AttendanceEntry(people[1].pk, EXCUSED)]
        attendance.record_attendance(tom, session, entries, LIST, at=minutes_into(session))
    shares = shares_of(edition, [person.pk for person in people])

    assert [shares[person.pk].is_no_show for person in people] == [True, False, False]


def test_sign_in_sheet_is_shown_after_a_listed_participant_is_erased(tom, edition, people):
    session = first_session(edition)
    printed = sign_in_sheets.print_sheet(tom, session, at=AT)
    gone = next(person for person in people if str(person.pk) == printed.registrations[0])
    gone.delete()

    names = [person.name for person in sign_in_sheet(printed, session, "en").people]
    others = {person.participant.name for person in people if person != gone}
    assert names[0] == ""  # rows keep their numbers
    assert {*names[1:]} == others


def test_sign_in_sheet_is_new_only_if_its_participants_changed(tom, edition, people):
    session = first_session(edition)
    printed = sign_in_sheets.print_sheet(tom, session, at=AT)
    assert sign_in_sheets.print_sheet(tom, session, at=AT) == printed
    decisions.withdraw(people[0], at=AT)
    later = sign_in_sheets.print_sheet(tom, session, at=AT)

    assert (later.code != printed.code, len(later.registrations)) == (True, 2)
