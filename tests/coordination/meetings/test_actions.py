"""Meetings: a moved date keeps its hours, answers belong to a date, guests answer by link."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups.models import Member
from protect.coordination.meetings import access, actions
from protect.coordination.meetings.calendars import meeting_calendar
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.models import Answer
from protect.notices.models import Outgoing
from tests.coordination.cast import (
    AT,
    make_group,
    make_item,
    make_meeting,
    make_member,
    meeting_values,
)
from tests.vault.views.desk import words

SUMMER, WINTER = date(2026, 10, 20), date(2026, 10, 27)  # clocks change on the 25th


def test_meetings_of_a_group_are_numbered(cast):
    group = make_group(cast)

    assert [make_meeting(cast, group).number for _ in range(2)] == [1, 2]
    assert make_meeting(cast, make_group(cast)).number == 1


def test_a_meeting_moved_over_the_end_of_summer_time_keeps_its_hours(cast):
    meeting = make_meeting(cast, make_group(cast), day=SUMMER)
    assert "DTSTART;TZID=Europe/Brussels:20261020T100000" in meeting_calendar(meeting).decode()

    moved = actions.change_meeting(cast.scope(), meeting, meeting_values(day=WINTER), at=AT)

    calendar = meeting_calendar(moved).decode()
    assert "DTSTART;TZID=Europe/Brussels:20261027T100000" in calendar
    assert (meeting.starts_at.hour, moved.starts_at.hour) == (8, 9)  # UTC
    assert ("SEQUENCE:1" in calendar, f"UID:{meeting.pk}" in calendar) == (True, True)


def test_moving_a_meeting_deletes_answers_and_asks_the_invited_again(cast):
    meeting = make_meeting(cast, make_group(cast))
    actions.invite_members(cast.scope(), meeting, at=AT)
    actions.answer_invitation(cast.scope("bela"), meeting, Reply.YES, at=AT)
    Outgoing.objects.all().delete()

    actions.change_meeting(cast.scope(), meeting, meeting_values(day=WINTER), at=AT)

    assert not Answer.objects.exists()
    assert Outgoing.objects.count() == 2


def test_another_place_keeps_answers(cast):
    meeting = make_meeting(cast, make_group(cast))
    actions.answer_invitation(cast.scope("bela"), meeting, Reply.YES, at=AT)

    actions.change_meeting(cast.scope(), meeting, meeting_values(place="Demo room"), at=AT)

    assert Answer.objects.count() == 1


def test_an_invitation_reaches_all_and_a_reminder_those_who_have_not_answered(cast):
    group = make_group(cast)
    make_member(cast, group, "police@demo.example")
    meeting = make_meeting(cast, group)
    actions.answer_invitation(cast.scope("bela"), meeting, Reply.NO, at=AT)

    assert actions.invite_members(cast.scope(), meeting, at=AT) == 3

    links = dict(Outgoing.objects.values_list("to", "link"))
    assert set(links) == {"amal@demo.example", "bela@demo.example", "police@demo.example"}
    assert "/groups/" in links["police@demo.example"]
    Outgoing.objects.all().delete()
    later = AT + timedelta(days=1)
    assert actions.invite_members(cast.scope(), meeting, at=later) == 2
    assert "bela@demo.example" not in Outgoing.objects.values_list("to", flat=True)
    meeting.refresh_from_db()
    assert (meeting.invited_at, meeting.invited_count) == (AT, 3)
    assert (meeting.reminded_at, meeting.reminded_count) == (later, 2)


def test_the_page_says_when_the_invitation_went_out_and_who_answered(cast, desks):
    meeting = make_meeting(cast, make_group(cast))
    page = f"/groups/meetings/{meeting.pk}"
    assert "Invite 2 members" in words(desks["amal"].get(page))

    desks["amal"].post(f"{page}/invite")
    actions.answer_invitation(cast.scope("bela"), meeting, Reply.YES, at=AT)

    shown = words(desks["amal"].get(page))
    assert "Invitation to 2 members: 30 Nov 2026" in shown
    assert "Remind 1 who has not answered" in shown
    assert "Invite 2 members" not in shown
    actions.answer_invitation(cast.scope(), meeting, Reply.MAYBE, at=AT)
    shown = words(desks["amal"].get(page))
    assert "All have answered." in shown
    assert "Remind" not in shown


def test_only_members_answer(cast):
    group = make_group(cast, members=())
    meeting = make_meeting(cast, group)
    Member.objects.update(left_at=AT)  # amal still coordinates the group

    with pytest.raises(PermissionDenied):
        actions.answer_invitation(cast.scope(), meeting, Reply.YES, at=AT)
    with pytest.raises(Http404):
        actions.answer_invitation(cast.scope("chidi"), meeting, Reply.YES, at=AT)
    assert not Answer.objects.exists()


def test_a_cancelled_meeting_takes_no_answer(cast):
    meeting = make_meeting(cast, make_group(cast))
    actions.cancel_meeting(cast.scope(), meeting, at=AT)

    with pytest.raises(CoordinationRefusal) as refusal:
        actions.answer_invitation(cast.scope("bela"), meeting, Reply.YES, at=AT)

    assert refusal.value.code == "coordination_meeting_cancelled"
    assert not Answer.objects.exists()
    meeting.refresh_from_db()
    assert "STATUS:CANCELLED" in meeting_calendar(meeting).decode()


def test_attendance_counts_organisations(cast):
    group = make_group(cast)
    guests = [make_member(cast, group, f"demo.{name}@demo.example") for name in ("a", "b")]
    meeting = make_meeting(cast, group)
    bela = group.members.get(user=cast.people["bela"])
    keys = [bela.pk, *(guest.pk for guest in guests)]

    assert actions.record_attendance(cast.scope(), meeting, keys, at=AT) == 2
    assert actions.record_attendance(cast.scope(), meeting, keys[:1], at=AT) == 1
    assert meeting.attendance.count() == 1


@pytest.mark.parametrize(("name", "error"), [("bela", PermissionDenied), ("chidi", Http404)])
def test_others_do_not_change_a_meeting(cast, name, error):
    meeting = make_meeting(cast, make_group(cast))

    with pytest.raises(error):
        actions.cancel_meeting(cast.scope(name), meeting, at=AT)
    with pytest.raises(error):
        access.get_run_item(cast.scope(name), make_item(cast, meeting).pk)

    meeting.refresh_from_db()
    assert meeting.cancelled_at is None
