"""Scans of participant codes and of row codes on signed lists."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.trainings.attendance.actions import attendance as actions_scans, sign_in_sheets
from protect.trainings.attendance.actions.attendance import Scan
from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.attendance.models import Attendance, SignedSheet
from protect.uploads.clean_documents import CleanDocument
from protect.vault.models import Record
from protect.vault.records import inbound
from tests.refusals import refuses
from tests.trainings.attending import (
    MINUTES,
    first_session,
    make_filled_edition,
    minutes_into,
    recorded_attendance,
)
from tests.trainings.logistics import assign_logistics_team
from tests.trainings.planning import AT

PAPER = CleanDocument(content=b"PLANTED scan", media_type="application/pdf", name="PLANTED.pdf")


@pytest.fixture
def edition(planners):
    return make_filled_edition(planners.host)[0]


@pytest.fixture
def session(edition):
    return first_session(edition)


@pytest.fixture
def people(edition):
    return [*edition.registrations.order_by("participant__name")]


@pytest.fixture
def tom(planners):
    return planners.scope("tom")


def test_row_code_and_participant_code_record_presence(tom, session, people):
    printed = sign_in_sheets.print_sheet(tom, session, at=AT)
    scans = [
        Scan(uuid4(), f"{printed.code.upper()}-002"),
        Scan(uuid4(), str(people[0].pk).upper()),
        Scan(uuid4(), f"{printed.code}-009"),
        Scan(uuid4(), "anything"),
    ]
    done = actions_scans.record_scans(tom, session, scans, at=minutes_into(session))

    second = people[1]
    assert [str(result.registration and result.registration.pk) for result in done] == [
        printed.registrations[1],
        str(people[0].pk),
        "None",
        "None",
    ]
    assert recorded_attendance(session) == {
        second.pk: (AttendanceState.PRESENT, MINUTES),
        people[0].pk: (AttendanceState.PRESENT, MINUTES),
    }
    assert {*Attendance.objects.values_list("method", flat=True)} == {"scan"}


def test_late_and_repeated_scans_are_recorded_once(tom, session, people):
    scans = [Scan(uuid4(), str(people[0].pk)), Scan(uuid4(), str(people[0].pk))]
    for _ in range(2):
        actions_scans.record_scans(tom, session, scans, at=minutes_into(session, 600))

    assert Attendance.objects.count() == 1


def test_row_code_of_another_session_is_unknown(tom, edition, session):
    printed = sign_in_sheets.print_sheet(tom, edition.sessions.get(number=2), at=AT)
    done = actions_scans.record_scans(
        tom, session, [Scan(uuid4(), f"{printed.code}-001")], at=minutes_into(session)
    )

    assert [result.registration for result in done] == [None]
    assert recorded_attendance(session) == {}


def test_scan_by_another_user_or_before_the_session_is_refused(planners, tom, session, people):
    scans = [Scan(uuid4(), str(people[0].pk))]
    with pytest.raises(PermissionDenied):
        actions_scans.record_scans(planners.scope("otto"), session, scans, at=minutes_into(session))
    with refuses("trainings_session_not_on"):
        actions_scans.record_scans(tom, session, scans, at=AT)

    assert recorded_attendance(session) == {}


def test_scanned_sign_in_sheet_is_encrypted_and_stored_once(tom, edition, session):
    lena = assign_logistics_team(edition)
    session.refresh_from_db()
    kept = [sign_in_sheets.store_scan(tom, session, PAPER, at=AT) for _ in range(2)]
    about, content = inbound.open_file(lena.unlocked(), kept[0].record, at=AT)

    assert kept[0] == kept[1]
    assert (about.name, content) == (PAPER.name, PAPER.content)
    assert b"PLANTED" not in bytes(kept[0].record.files.get().ct)


def test_scanned_sheet_without_a_team_is_refused(tom, session):
    with refuses("trainings_needs_not_asked"):
        sign_in_sheets.store_scan(tom, session, PAPER, at=AT)

    assert not SignedSheet.objects.exists()
    assert not Record.objects.exists()
