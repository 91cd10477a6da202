"""Scans at the desk, with and without the script, and scanned sign-in sheets."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from protect.trainings.attendance.models import SignedSheet
from tests.orgs.conftest import make_organisation
from tests.trainings.attending import (
    first_session,
    make_filled_edition,
    recorded_attendance,
    start_session_at,
)
from tests.trainings.logistics import assign_logistics_team
from tests.trainings.planning import AT
from tests.vault.cast import serve
from tests.vault.views.desk import Desk, words


@pytest.fixture
def edition(host):
    return make_filled_edition(host)[0]


@pytest.fixture
def session(edition):
    return start_session_at(first_session(edition), AT)


@pytest.fixture
def row(edition):
    return edition.registrations.order_by("applied_at").first()


def picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    return SimpleUploadedFile("sheet.png", drawn.getvalue(), content_type="image/png")


def test_codes_are_entered_one_by_one_without_javascript(desk_of, session, row):
    desk, address = desk_of("tom", "trainer"), f"/trainings/sessions/{session.pk}/scan"
    response = desk.post(address, nonce=uuid4(), code=str(row.pk))

    assert row.participant.name in words(response)
    assert "No participant here has this code" in words(
        desk.post(address, nonce=uuid4(), code="zzz")
    )
    assert [*recorded_attendance(session)] == [row.pk]


def test_queued_scans_of_a_phone_are_answered_one_by_one(desk_of, session, row):
    desk, address = desk_of("tom", "trainer"), f"/trainings/sessions/{session.pk}/scan"
    nonces = [str(uuid4()), str(uuid4())]
    response = desk.post(address, by="script", nonce=nonces, code=[str(row.pk), "zzz"])

    assert [result["nonce"] for result in response.json()["done"]] == nonces
    assert [*recorded_attendance(session)] == [row.pk]


def test_scan_before_the_session_is_refused_with_a_message(desk_of, edition, row):
    session = first_session(edition)
    response = desk_of().post(
        f"/trainings/sessions/{session.pk}/scan", nonce=uuid4(), code=str(row.pk)
    )

    assert response.status_code == 409
    assert recorded_attendance(session) == {}


def test_script_gets_the_reason_for_a_scan_before_the_session(desk_of, edition, row):
    session = first_session(edition)
    address = f"/trainings/sessions/{session.pk}/scan"
    response = desk_of().post(address, by="script", nonce=uuid4(), code=str(row.pk))

    assert response.status_code == 409
    assert response.json()["code"] == "trainings_session_not_on"
    assert response.json()["title"].startswith("Attendance can be recorded from an hour before")
    assert recorded_attendance(session) == {}


def test_scanned_sheet_is_uploaded_by_staff_and_opened_by_the_team(desk_of, edition, session):
    lena = assign_logistics_team(edition)
    desk, address = desk_of(), f"/trainings/sessions/{session.pk}/attendance/files"
    assert "No scan yet" in words(desk.get(address))
    assert desk.post(address, file=picture()).status_code == 302
    sheet = SignedSheet.objects.get()

    assert desk.get(f"/trainings/sheets/{sheet.pk}").status_code == 404
    serve(lena, edition.host, "trainer")
    fetched = Desk(at=AT).let_in(lena).get(f"/trainings/sheets/{sheet.pk}")
    assert fetched.headers["Content-Type"] == "image/png"
    assert fetched.content.startswith(b"\x89PNG")


def test_upload_that_is_no_picture_is_refused_and_not_stored(desk_of, edition, session):
    assign_logistics_team(edition)
    wrong = SimpleUploadedFile("sheet.png", b"no picture", content_type="image/png")
    response = desk_of().post(f"/trainings/sessions/{session.pk}/attendance/files", file=wrong)

    assert response.status_code in (415, 422)
    assert not SignedSheet.objects.exists()


def test_scans_of_another_organisation_are_not_found(desk_of, session):
    desk = desk_of("otto", "coordinator", make_organisation("Demo Elsewhere", "MT"))
    for address in ("scan", "attendance/files"):
        assert desk.get(f"/trainings/sessions/{session.pk}/{address}").status_code == 404
