"""A guest answers by the mailed link, until the membership ends."""

from datetime import timedelta

import pytest
from django.test import Client

from protect.coordination.groups.actions import add_terms, end_member
from protect.coordination.groups.guest_links import make_token
from protect.coordination.meetings.actions import add_paper, invite_members
from protect.coordination.meetings.models import Answer, Paper
from protect.coordination.minutes.actions import (
    record_decision,
    save_line,
    withdraw_decision,
)
from protect.coordination.polls.models import DateAnswer
from protect.kernel import clock
from tests.coordination.cast import (
    AT,
    DOCUMENT,
    make_action,
    make_group,
    make_item,
    make_meeting,
    make_member,
    make_poll,
)

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


def test_a_guest_answers_a_poll_of_dates(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    poll = make_poll(cast, group)
    first = poll.dates.first()
    page = f"/trainings/en/groups/{make_token(guest.pk)}"
    assert "Which dates suit you?" in browser.get(page).text

    browser.post(page, {"poll": str(poll.pk), f"reply-{first.pk}": "yes"})

    assert DateAnswer.objects.get(member=guest).date == first
    other = make_poll(cast, make_group(cast))
    answer = browser.post(page, {"poll": str(other.pk)})
    assert answer.status_code == 404


def test_a_guest_reads_agenda_papers_and_minutes_of_own_meetings_only(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    meeting, unasked = (
        make_meeting(cast, group, day=AT.date() - timedelta(days)) for days in (7, 14)
    )
    item = make_item(cast, meeting, "Demo pathway")
    paper = add_paper(cast.scope(), item, DOCUMENT, at=AT)
    page = f"/trainings/en/groups/{make_token(guest.pk)}"
    assert browser.get(f"{page}/{meeting.pk}").status_code == 404  # nobody is invited yet
    assert browser.get(f"{page}/papers/{paper.pk}").status_code == 404

    invite_members(cast.scope(), meeting, at=AT)

    assert f"{page}/{meeting.pk}" in browser.get(page).text
    assert "Draft" not in browser.get(f"{page}/{meeting.pk}").text
    save_line(cast.scope(), item, "Demo line of the minutes", 0, at=AT)
    withdrawn = record_decision(cast.scope(), item, "Demo decision", at=AT)
    withdraw_decision(cast.scope(), withdrawn, at=AT)
    text = browser.get(f"{page}/{meeting.pk}").text
    assert "Demo line of the minutes" in text
    assert "No longer holds" in text
    assert "Draft" in text
    assert browser.get(f"{page}/papers/{paper.pk}").content == DOCUMENT.content
    assert browser.get(f"{page}/{unasked.pk}").status_code == 404


def test_a_guest_ends_own_actions_only(cast, browser):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    item = make_item(cast, make_meeting(cast, group))
    own = make_action(cast, item, guest)
    other = make_action(cast, item, group.members.get(user=cast.people["bela"]))
    page = f"/trainings/en/groups/{make_token(guest.pk)}"

    answers = [browser.post(page, {"action": str(each.pk)}) for each in (own, other)]

    assert [answer.status_code for answer in answers] == [303, 404]
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state) == ("done", "open")


def test_a_guest_who_joins_later_does_not_read_what_was_before(cast, browser):
    group = make_group(cast)
    held, coming = (make_meeting(cast, group, day=AT.date() + timedelta(day)) for day in (-7, 7))
    item = make_item(cast, held)
    paper = add_paper(cast.scope(), item, DOCUMENT, at=AT)
    save_line(cast.scope(), item, "Demo line of earlier minutes", 0, at=AT)
    for meeting in (held, coming):
        invite_members(cast.scope(), meeting, at=AT)
    guest = make_member(cast, group, "police@demo.example")
    type(guest).objects.filter(pk=guest.pk).update(joined_at=AT + timedelta(minutes=1))
    page = f"/trainings/en/groups/{make_token(guest.pk)}"

    assert str(held.pk) not in browser.get(page).text
    assert browser.get(f"{page}/{held.pk}").status_code == 404
    assert browser.get(f"{page}/{held.pk}/calendar.ics").status_code == 404
    assert browser.get(f"{page}/papers/{paper.pk}").status_code == 404
    assert browser.get(f"{page}/{coming.pk}").status_code == 200


@pytest.mark.parametrize("media_type", ["text/html", "text/javascript", "image/svg+xml"])
def test_a_paper_that_the_database_calls_a_script_is_not_sent(cast, desks, browser, media_type):
    group = make_group(cast)
    guest = make_member(cast, group, "police@demo.example")
    meeting = make_meeting(cast, group)
    invite_members(cast.scope(), meeting, at=AT)
    paper = add_paper(cast.scope(), make_item(cast, meeting), DOCUMENT, at=AT)
    Paper.objects.filter(pk=paper.pk).update(media_type=media_type, content=b"alert(1)")
    terms = add_terms(cast.scope(), group, DOCUMENT, at=AT)
    type(terms).objects.filter(pk=terms.pk).update(media_type=media_type)
    page = f"/trainings/en/groups/{make_token(guest.pk)}/papers/{paper.pk}"

    assert browser.get(page).status_code == 404
    assert desks["amal"].get(f"/groups/papers/{paper.pk}").status_code == 404
    assert desks["amal"].get(f"/groups/{group.pk}/terms").status_code == 404
