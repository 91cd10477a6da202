"""Minutes by two secretaries, decisions numbered for good, actions, approval and correction."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups.actions import end_member
from protect.coordination.groups.enums import MemberRole
from protect.coordination.minutes import access, actions
from protect.coordination.minutes.enums import ActionState
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.minutes.lists import search_decisions
from protect.coordination.minutes.models import ActionPoint, Decision
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


@pytest.fixture
def bela(cast, group):
    """Return the member that bela is in the group."""
    return group.members.get(user=cast.people["bela"])


def test_two_secretaries_never_overwrite_each_other(cast, item, bela):
    bela.role = MemberRole.SECRETARY
    bela.save()
    actions.save_line(cast.scope(), item, "Text of Amal", 0, at=AT)

    with pytest.raises(LineChanged):
        actions.save_line(cast.scope("bela"), item, "Text of Bela", 0, at=AT)

    item.refresh_from_db()
    assert (item.text, item.version, item.edited_by) == ("Text of Amal", 1, cast.people["amal"])
    actions.save_line(cast.scope("bela"), item, "Text of both", 1, at=AT)
    item.refresh_from_db()
    assert (item.text, item.version) == ("Text of both", 2)


def test_the_same_text_twice_is_no_conflict(cast, item):
    actions.save_line(cast.scope(), item, "Text", 0, at=AT)

    assert actions.save_line(cast.scope(), item, "Text", 0, at=AT).version == 1


@pytest.mark.parametrize(("name", "error"), [("bela", PermissionDenied), ("chidi", Http404)])
def test_others_do_not_write_minutes(cast, item, name, error):
    for act in (actions.record_decision, lambda *args, at: actions.save_line(*args, 0, at=at)):
        with pytest.raises(error):
            act(cast.scope(name), item, "Demo", at=AT)

    item.refresh_from_db()
    assert (item.text, Decision.objects.count()) == ("", 0)


def test_the_number_of_a_withdrawn_decision_is_not_used_again(cast, group, item):
    first = actions.record_decision(cast.scope(), item, "Demo one", at=AT)
    actions.withdraw_decision(cast.scope(), first, at=AT)

    second = actions.record_decision(cast.scope(), item, "Demo two", at=AT)

    assert (first.number, second.number) == (1, 2)
    other = make_item(cast, make_meeting(cast, make_group(cast), day=AT.date() - timedelta(7)))
    assert actions.record_decision(cast.scope(), other, "Demo", at=AT).number == 1


def test_a_decision_before_the_meeting_needs_a_confirmation(cast, group):
    item = make_item(cast, make_meeting(cast, group, day=date(2026, 12, 10)))
    with pytest.raises(CoordinationRefusal) as refusal:
        actions.record_decision(cast.scope(), item, "Demo one", at=AT)
    assert refusal.value.code == "coordination_meeting_not_begun"
    assert not Decision.objects.exists()

    actions.record_decision(cast.scope(), item, "Demo one", at=AT, is_early=True)
    actions.record_decision(cast.scope(), item, "Demo two", at=item.meeting.starts_at)

    assert Decision.objects.count() == 2


def test_the_owner_ends_an_action_and_other_members_do_not(cast, group, item, bela):
    action = make_action(cast, item, bela)
    member = make_member(cast, group, "chidi@demo.example")
    with pytest.raises(PermissionDenied):
        actions.set_action_state(cast.scope("chidi"), action, ActionState.DONE, at=AT)
    assert member.user == cast.people["chidi"]

    actions.set_action_state(cast.scope("bela"), action, ActionState.DONE, at=AT)

    action.refresh_from_db()
    assert (action.state, action.ended_at) == (ActionState.DONE, AT)


def test_an_action_of_a_person_who_left_is_handed_over(cast, group, item, bela):
    action = make_action(cast, item, bela)
    end_member(cast.scope(), bela, at=AT)
    assert not access.own_actions(cast.scope("bela")).exists()
    values = {"text": action.text, "owner": bela, "due_on": action.due_on}

    with pytest.raises(CoordinationRefusal) as refusal:
        actions.change_action(cast.scope(), action, values, at=AT)
    assert refusal.value.code == "coordination_owner_left"

    amal = group.members.get(user=cast.people["amal"])
    actions.change_action(cast.scope(), action, values | {"owner": amal}, at=AT)
    assert list(access.own_actions(cast.scope())) == [action]


def test_an_action_is_not_given_to_a_member_of_another_group(cast, item):
    stranger = make_group(cast).members.get(user=cast.people["bela"])

    with pytest.raises(CoordinationRefusal):
        make_action(cast, item, stranger)

    assert not ActionPoint.objects.exists()


def test_approved_minutes_do_not_change_and_a_correction_is_a_new_version(cast, group, item):
    actions.save_line(cast.scope(), item, "First text", 0, at=AT)
    meeting, later = item.meeting, make_meeting(cast, group, day=AT.date() - timedelta(1))
    actions.approve_minutes(cast.scope(), meeting, later, at=AT)

    with pytest.raises(CoordinationRefusal) as refusal:
        actions.save_line(cast.scope(), item, "Second text", 1, at=AT)
    assert refusal.value.code == "coordination_minutes_approved"

    actions.correct_minutes(cast.scope(), meeting, at=AT)
    actions.save_line(cast.scope(), item, "Second text", 1, at=AT)
    actions.approve_minutes(cast.scope(), meeting, later, at=AT)
    texts = {row.number: row.lines[0]["text"] for row in meeting.versions.all()}
    assert texts == {1: "First text", 2: "Second text"}


def test_minutes_are_approved_only_at_a_later_meeting_of_the_group(cast, group, item):
    future = make_meeting(cast, group, day=date(2026, 12, 10))
    elsewhere = make_meeting(cast, make_group(cast), day=AT.date() - timedelta(1))

    for other in (item.meeting, future, elsewhere):
        with pytest.raises(CoordinationRefusal) as refusal:
            actions.approve_minutes(cast.scope(), item.meeting, other, at=AT)
        assert refusal.value.code == "coordination_not_approved_there"
    assert not item.meeting.versions.exists()


def test_decisions_and_minutes_are_found_in_own_groups_only(cast, item):
    decision = actions.record_decision(cast.scope(), item, "The Šibenik shelter opens", at=AT)
    actions.save_line(cast.scope(), item, "Long talk about interpreters", 0, at=AT)

    assert search_decisions(cast.scope("bela"), "sibenik shel").decisions == [decision]
    assert search_decisions(cast.scope("bela"), "interpret").lines == [item]
    assert search_decisions(cast.scope("bela"), "").decisions == [decision]
    assert search_decisions(cast.scope("chidi"), "sibenik") == ([], [])


@pytest.mark.parametrize("typed", ["2", "decision 2", "Decision 2"])
def test_a_decision_is_found_by_its_number(cast, item, typed):
    texts = ("Demo one", "Demo two")
    rows = [actions.record_decision(cast.scope(), item, text, at=AT) for text in texts]

    assert search_decisions(cast.scope("bela"), typed).decisions == [rows[1]]
    assert not search_decisions(cast.scope("chidi"), typed).decisions
