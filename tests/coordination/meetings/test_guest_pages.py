"""A guest answers by the mailed link, until the membership ends."""

import pytest
from django.test import Client

from protect.coordination.groups.actions import end_member
from protect.coordination.groups.guest_links import make_token
from protect.coordination.meetings.actions import invite_members
from protect.coordination.meetings.models import Answer
from protect.kernel import clock
from tests.coordination.cast import AT, make_group, make_meeting, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_connection")]


@pytest.fixture
def browser():
    with clock.frozen(AT):
        yield Client(headers={"host": "127.0.0.1"})


def test_a_guest_answers_and_takes_the_date_into_the_calendar(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    meeting = make_meeting(cast, group)
    invite_members(cast.scope(), meeting, at=AT)
    page = f"/trainings/en/groups/{make_token(guest.pk)}"

    assert "Demo hall" in browser.get(page).text
    answer = browser.post(page, {"meeting": str(meeting.pk), "reply": "maybe"})

    assert answer.status_code == 303
    assert Answer.objects.get(member=guest).reply == "maybe"
    assert browser.get(f"{page}/{meeting.pk}/calendar.ics").content.startswith(b"BEGIN:VCALENDAR")


def test_the_link_of_a_former_guest_opens_nothing(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    meeting = make_meeting(cast, group)
    invite_members(cast.scope(), meeting, at=AT)
    end_member(cast.scope(), guest, at=AT)
    page = f"/trainings/en/groups/{make_token(guest.pk)}"

    answer = browser.post(page, {"meeting": str(meeting.pk), "reply": "yes"})

    assert (browser.get(page).status_code, answer.status_code) == (404, 404)
    assert not Answer.objects.exists()


def test_a_guest_does_not_answer_for_another_group(cast, browser):
    guest = make_member(cast, make_group(cast), "police@demo.example")
    other = make_meeting(cast, make_group(cast))
    invite_members(cast.scope(), other, at=AT)

    page = f"/trainings/en/groups/{make_token(guest.pk)}"
    answer = browser.post(page, {"meeting": str(other.pk), "reply": "yes"})

    assert answer.status_code == 404
    assert not Answer.objects.exists()
