"""Attendance at the desk: list, mark all others, undo, signed sheet, paper."""

import pytest

from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.attendance.models import Attendance, PrintedList
from protect.trainings.registrations.actions.decisions import record_picture_consent
from tests.orgs.conftest import make_organisation
from tests.trainings.attending import (
    MINUTES,
    first_session,
    make_filled_edition,
    recorded_attendance,
    start_session_at,
)
from tests.trainings.documents.paper.demo import text_by_poppler
from tests.trainings.planning import AT, make_edition
from tests.vault.views.desk import words

PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT = AttendanceState


@pytest.fixture
def edition(host):
    return make_filled_edition(host)[0]


@pytest.fixture
def session(edition):
    return start_session_at(first_session(edition), AT)


@pytest.fixture
def people(edition):
    return [*edition.registrations.order_by("applied_at")]


def page(session, rest: str = "") -> str:
    return f"/trainings/sessions/{session.pk}/attendance{rest}"


def typed(person, state="", minutes="", before="") -> dict[str, str]:
    key = person.pk.hex
    return {f"s{key}": state, f"m{key}": minutes, f"b{key}": before}


def test_exceptions_are_entered_and_all_others_marked_present(desk_of, session, people):
    desk = desk_of("tom", "trainer")
    desk.post(page(session), **typed(people[0], "late", "90"), **typed(people[1], "absent"))
    response = desk.post(page(session, "/all"), key="11111111-1111-4111-8111-111111111111")

    assert recorded_attendance(session) == {
        people[0].pk: (LATE, 90),
        people[1].pk: (ABSENT, 0),
        people[2].pk: (PRESENT, MINUTES),
    }
    assert "undo=11111111" in response.headers["Location"]
    shown = desk.get(response.headers["Location"])
    assert "Attendance was recorded for 1 person." in words(shown)
    desk.post(page(session, "/back"), key="11111111-1111-4111-8111-111111111111")
    assert people[2].pk not in recorded_attendance(session)


def test_list_marks_participants_that_may_be_photographed(desk_of, session, people):
    desk = desk_of("tom", "trainer")
    assert "Take no pictures" in words(desk.get(page(session)))
    record_picture_consent(people[1], is_allowed=True, at=AT)
    response = desk.get(page(session))

    assert response.context["pictured"] == [people[1].participant.name]
    assert "Take pictures only of these people." in words(response)


def test_mistake_is_shown_in_its_line_and_nothing_is_recorded(desk_of, session, people):
    response = desk_of().post(
        page(session), **typed(people[0], "late"), **typed(people[1], "present")
    )

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {f"m{people[0].pk.hex}"}
    assert recorded_attendance(session) == {}


def test_newer_record_of_a_colleague_is_shown_and_not_overwritten(desk_of, session, people):
    desk = desk_of()
    desk.post(page(session), **typed(people[0], "absent"))
    response = desk.post(page(session), **typed(people[0], "present"))

    assert response.status_code == 409
    assert "Current record: Absent" in words(response)
    assert recorded_attendance(session) == {people[0].pk: (ABSENT, 0)}
    desk.post(page(session), **typed(people[0], "present", before="absent"))
    assert recorded_attendance(session) == {people[0].pk: (PRESENT, MINUTES)}


def test_page_before_the_session_records_only_excuses(desk_of, edition, people):
    session, desk = first_session(edition), desk_of()
    assert (
        "This session has not begun. Until an hour before it begins, you can only record excuses."
        in words(desk.get(page(session)))
    )
    assert desk.post(page(session), **typed(people[0], "present")).status_code == 409
    desk.post(page(session), **typed(people[0], "excused"))

    assert recorded_attendance(session) == {people[0].pk: (EXCUSED, 0)}


def test_signed_sheet_is_entered_by_its_row_numbers(desk_of, session, people):
    desk = desk_of()
    desk.post(f"/trainings/sessions/{session.pk}/list")
    code = PrintedList.objects.get().code
    response = desk.get(page(session, f"?list={code.upper()}"))
    rows = [entry.line.row for entry in response.context["typed"]]
    desk.post(page(session, f"?list={code}"), **typed(people[0], "present"))

    assert rows == [1, 2, 3]
    assert Attendance.objects.get().method == "sheet"
    assert "No list of this session has that code" in words(desk.get(page(session, "?list=zzz")))


def test_first_button_of_a_session_prints_the_sign_in_sheet(desk_of, edition, session, people):
    edition.grant_number = "GA 101000000"
    edition.save()
    desk = desk_of("tom", "trainer")
    ways = words(desk.get(f"/trainings/{edition.pk}"))
    response = desk.get(desk.post(f"/trainings/sessions/{session.pk}/list")["Location"])
    text = text_by_poppler(response.content)

    assert ways.index("Sign-in sheet") < ways.index("Attendance list")
    assert response.headers["Content-Type"] == "application/pdf"
    assert all(row.participant.name in text for row in people)
    assert edition.grant_number in text
    assert edition.course_version.title in text


def test_session_of_another_organisation_is_not_found(desk_of, session):
    desk = desk_of("otto", "coordinator", make_organisation("Demo Elsewhere", "MT"))
    for address in (page(session), page(session, "/all"), page(session, "/back")):
        assert desk.post(address).status_code == 404, address
    assert desk.post(f"/trainings/sessions/{session.pk}/list").status_code == 404

    assert recorded_attendance(session) == {}


def test_overview_shows_percentages_with_make_up_sessions(desk_of, edition, session, people):
    desk = desk_of("tom", "trainer")
    desk.post(page(session), **typed(people[0], "late", "90"), **typed(people[1], "absent"))
    sibling = make_edition(edition.host, course_version=edition.course_version)
    there = start_session_at(first_session(sibling), AT)
    address = f"/trainings/registrations/{people[1].pk}/make-up"
    assert desk.post(address, missed_session=session.pk, session=session.pk).status_code == 422
    desk.post(address, missed_session=session.pk, session=there.pk)

    shares = {row.pk: share for row, share in desk.get(overview(edition)).context["people"]}
    assert shares[people[0].pk].percentage == 25
    assert shares[people[1].pk].percentage == 50
    assert "25 %" in words(desk.get(overview(edition)))


def overview(edition) -> str:
    return f"/trainings/{edition.pk}/attendance"


def test_overview_without_participants_explains_itself(desk_of, host):
    session = first_session(make_edition(host))

    assert "No confirmed participants" in words(desk_of().get(page(session)))
