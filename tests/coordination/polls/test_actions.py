"""A poll of dates: answers, the choice of a date, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups.actions import close_group, end_member
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.models import Answer, Meeting
from protect.coordination.polls import actions
from protect.coordination.polls.models import DateAnswer, DatePoll
from protect.notices.models import Outgoing
from tests.coordination.cast import AT, make_group, make_member, make_poll


@pytest.fixture
def poll(cast):
    return make_poll(cast, make_group(cast))


def mailed():
    return sorted(Outgoing.objects.values_list("to", flat=True))


def test_members_are_asked_and_the_asking_user_is_not(cast, poll):
    assert mailed() == ["bela@demo.example"]


def test_the_chosen_date_becomes_the_meeting_with_what_was_said_of_it(cast, poll):
    guest = make_member(cast, poll.group, "police@demo.example")
    first, second = poll.dates.all()
    replies = {first.pk: Reply.NO, second.pk: Reply.YES}
    actions.answer_poll(cast.scope("bela"), poll, replies, at=AT)
    Outgoing.objects.all().delete()

    meeting = actions.choose_date(cast.scope(), second, at=AT)

    assert (meeting.starts_at, meeting.ends_at) == (second.starts_at, second.ends_at)
    assert [(each.member.user, each.reply) for each in Answer.objects.all()] == [
        (cast.people["bela"], "yes")
    ]
    assert mailed() == ["amal@demo.example", "bela@demo.example", guest.email]
    poll.refresh_from_db()
    assert (poll.meeting, poll.ended_at) == (meeting, AT)


def test_hours_stay_on_the_clock_when_it_changes_between_two_dates(cast):
    poll = make_poll(cast, make_group(cast), date(2027, 3, 26), date(2027, 3, 29))

    assert [each.starts_at.hour for each in poll.dates.all()] == [9, 8]  # 10:00 in Brussels


@pytest.mark.parametrize("way", ["choose", "withdraw"])
def test_an_ended_poll_takes_no_answers_and_no_dates(cast, poll, way):
    chosen = poll.dates.first()
    if way == "choose":
        actions.choose_date(cast.scope(), chosen, at=AT)
    else:
        actions.withdraw_poll(cast.scope(), poll, at=AT)
    count = Meeting.objects.count()

    times = (chosen.starts_at + timedelta(1), chosen.ends_at + timedelta(1))
    for refused in (
        lambda: actions.answer_poll(cast.scope("bela"), poll, {chosen.pk: Reply.YES}, at=AT),
        lambda: actions.add_date(cast.scope(), poll, times, at=AT),
        lambda: actions.choose_date(cast.scope(), chosen, at=AT),
    ):
        with pytest.raises(CoordinationRefusal) as error:
            refused()
        assert error.value.code == "coordination_poll_ended"
    assert (DateAnswer.objects.count(), Meeting.objects.count()) == (0, count)


def test_a_date_in_the_past_is_neither_proposed_nor_chosen(cast, poll):
    with pytest.raises(CoordinationRefusal) as error:
        make_poll(cast, poll.group, date(2026, 11, 2), date(2026, 12, 10))
    assert error.value.code == "coordination_date_past"
    assert DatePoll.objects.count() == 1

    with pytest.raises(CoordinationRefusal) as error:
        actions.choose_date(cast.scope(), poll.dates.first(), at=AT + timedelta(30))
    assert error.value.code == "coordination_date_past"
    assert not Meeting.objects.exists()


def test_a_member_answers_and_does_not_choose(cast, poll):
    date = poll.dates.first()
    with pytest.raises(PermissionDenied):
        actions.choose_date(cast.scope("bela"), date, at=AT)
    with pytest.raises(Http404):
        actions.answer_poll(cast.scope("chidi"), poll, {date.pk: Reply.YES}, at=AT)

    assert not DateAnswer.objects.exists()


def test_answers_of_a_former_member_are_not_taken_over(cast, poll):
    date = poll.dates.first()
    actions.answer_poll(cast.scope("bela"), poll, {date.pk: Reply.YES}, at=AT)
    end_member(cast.scope(), poll.group.members.get(user=cast.people["bela"]), at=AT)

    actions.choose_date(cast.scope(), date, at=AT)

    assert not Answer.objects.exists()


def test_nobody_answers_in_a_closed_group(cast, poll):
    guest = make_member(cast, poll.group, "police@demo.example")
    close_group(cast.scope(), poll.group, is_closed=True, at=AT)
    replies = {poll.dates.first().pk: Reply.YES}
    poll.refresh_from_db()

    for answer in (
        lambda: actions.answer_poll(cast.scope("bela"), poll, replies, at=AT),
        lambda: actions.answer_poll_as_guest(guest, poll, replies, at=AT),
    ):
        with pytest.raises(CoordinationRefusal) as error:
            answer()
        assert error.value.code == "coordination_group_closed"
    assert not DateAnswer.objects.exists()
