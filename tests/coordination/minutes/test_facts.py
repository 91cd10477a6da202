"""Figures about working groups, as counted by hand."""

from datetime import date, timedelta

from protect.coordination.meetings import actions as meetings
from protect.coordination.minutes import actions, facts
from protect.coordination.minutes.enums import ActionState
from protect.trainings.base.facts import FactQuery
from tests.coordination.cast import (
    AT,
    make_action,
    make_group,
    make_item,
    make_meeting,
    make_member,
)

QUARTER = FactQuery(date(2026, 10, 1), date(2027, 1, 1), AT)


def cells(figure):
    return {cell[0::2]: value.numerator for cell, value in figure.cells.items()}


def test_meetings_count_once_they_have_begun_and_not_if_cancelled(cast):
    group = make_group(cast)
    make_meeting(cast, group, day=date(2026, 11, 3))
    make_meeting(cast, group, day=date(2026, 11, 4), kind="round_table")
    make_meeting(cast, group, day=date(2026, 9, 3))
    make_meeting(cast, group, day=date(2026, 12, 10))  # to come
    cancelled = make_meeting(cast, group, day=date(2026, 11, 5))
    meetings.cancel_meeting(cast.scope(), cancelled, at=AT)

    assert cells(facts.meetings_held(QUARTER)) == {("HR", "regular"): 1, ("HR", "round_table"): 1}


def test_an_organisation_counts_once_in_a_country(cast):
    group = make_group(cast)
    make_member(cast, group, "police@demo.example")
    everybody = [member.pk for member in group.members.all()]
    for day in (date(2026, 11, 3), date(2026, 11, 4)):
        meeting = make_meeting(cast, group, day=day)
        meetings.record_attendance(cast.scope(), meeting, everybody, at=AT)

    figure = facts.organisations_attending(QUARTER)

    assert [value.numerator for value in figure.cells.values()] == [3]
    assert figure.evidence == ("Demo office Croatia", "Demo police", "Demo shelter Zagreb")


def test_an_action_is_in_time_until_the_end_of_its_day(cast):
    item = make_item(cast, make_meeting(cast, make_group(cast), day=date(2026, 11, 3)))
    owner = item.meeting.group.members.get(user=cast.people["bela"])
    in_time, late, open_one, cancelled = (
        make_action(cast, item, owner, due_on=date(2026, 11, 30)) for _ in range(4)
    )
    end = AT.replace(hour=22)  # 23:00 in Zagreb
    for action, state, at in (
        (in_time, ActionState.DONE, end),
        (late, ActionState.DONE, end + timedelta(hours=2)),
        (cancelled, ActionState.CANCELLED, AT),
    ):
        actions.set_action_state(cast.scope(), action, state, at=at)

    later = FactQuery(QUARTER.starts, QUARTER.ends, AT + timedelta(5))
    figure = facts.actions_done_in_time(later)

    assert cells(figure) == {("HR", "yes"): 1, ("HR", "no"): 2}
    assert set(figure.evidence) == {str(each.pk) for each in (in_time, late, open_one)}
