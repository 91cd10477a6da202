"""`protect coordination remind`: each person once, again only a week later."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from protect.coordination.groups.actions import end_member
from protect.coordination.meetings import actions as meetings
from protect.coordination.minutes.reminders import remind_of_actions, tell_the_absent
from protect.notices.models import Outgoing
from protect.orgs.models import Membership
from tests.coordination.cast import (
    AT,
    make_action,
    make_group,
    make_item,
    make_meeting,
    make_member,
)


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def item(cast, group):
    return make_item(cast, make_meeting(cast, group, day=AT.date() - timedelta(7)))


def mailed():
    return sorted(Outgoing.objects.values_list("to", flat=True))


def test_the_owner_gets_one_mail_for_two_actions_and_none_on_the_second_run(cast, group, item):
    bela, due = group.members.get(user=cast.people["bela"]), AT.date() + timedelta(3)
    for _ in range(2):
        make_action(cast, item, bela, due_on=due)
    make_action(cast, item, bela, due_on=due + timedelta(30))

    assert (remind_of_actions(at=AT), remind_of_actions(at=AT)) == (1, 0)

    assert mailed() == ["bela@demo.example"]
    assert remind_of_actions(at=AT + timedelta(7)) == 1


def test_a_guest_is_reminded_by_their_own_link(cast, group, item):
    guest = make_member(cast, group, "police@demo.example")
    make_action(cast, item, guest, due_on=AT.date())

    assert remind_of_actions(at=AT) == 1
    assert mailed() == ["police@demo.example"]


@pytest.mark.parametrize("cause", ["left the group", "left the platform"])
def test_the_secretary_is_told_of_an_action_without_a_reachable_owner(cast, group, item, cause):
    owner = group.members.get(user=cast.people["bela"])
    make_action(cast, item, owner, due_on=AT.date())
    if cause == "left the group":
        end_member(cast.scope(), owner, at=AT)
    if cause == "left the platform":
        Membership.objects.filter(user=owner.user).update(
            state="left", ended_at=AT, end_reason="own_wish"
        )

    assert remind_of_actions(at=AT) == 1
    assert mailed() == ["amal@demo.example"]


def test_members_who_were_away_are_told_once(cast, group, item):
    amal = group.members.get(user=cast.people["amal"])
    group.members.update(joined_at=AT - timedelta(60))
    meetings.record_attendance(cast.scope(), item.meeting, [amal.pk], at=AT)

    assert (tell_the_absent(at=AT), tell_the_absent(at=AT)) == (1, 0)
    assert mailed() == ["bela@demo.example"]


def test_nobody_is_told_before_attendance_is_recorded(cast, group, item):
    assert tell_the_absent(at=AT) == 0
    assert mailed() == []


def test_the_command_prints_what_it_sent(cast, capsys):
    call_command("coordination", "remind")

    lines = ["reminded of actions: 0", "told of minutes: 0", "reminded of steps: 0"]
    assert capsys.readouterr().out.splitlines() == lines
