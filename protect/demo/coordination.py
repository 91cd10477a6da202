"""Demo data: an invented working group in Croatia with four meetings, decisions and actions."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction

from protect.coordination.groups import actions as groups
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings import actions as meetings
from protect.coordination.meetings.enums import MeetingKind, Reply
from protect.coordination.meetings.models import Meeting
from protect.coordination.minutes import actions as minutes
from protect.coordination.minutes.enums import ActionState
from protect.demo.consortium import Counts, pk_of
from protect.demo.procedures import build_procedure
from protect.orgs.access import scope_for
from protect.orgs.scope import Scope
from protect.trainings.scheduling.clocks import session_times

ZONE = "Europe/Zagreb"
MEMBERS = {  # accounts of the demo, and what they do in the group
    "hajna@demo.example": MemberRole.SECRETARY,
    "neza@demo.example": MemberRole.MEMBER,
    "tiba@demo.example": MemberRole.OBSERVER,
}
GUESTS = {  # mailboxes without an account: organisation and function
    "contact.point@demo.example": ("Demo police directorate", "Contact officer"),
    "night.line@demo.example": ("Demo night line", "Head of the line"),
}
HELD = (  # days ago; items with what the minutes say, decisions, and actions with days from now
    (
        98,
        "Who opens at night",
        "The night line answers until 22:00.",
        "The line opens all night",
        (),
    ),
    (63, "Men without papers", "Two shelters take men.", "Shelters say so in the directory", (-9,)),
    (28, "Interpreters", "Dari is missing on weekends.", "Dari by telephone on weekends", (4, 18)),
)
NEXT_IN = 13  # days


@transaction.atomic
def build_groups(*, at: datetime) -> Counts:
    """Create the demo's working group with its meetings, unless it is there. Return the number of
    new rows by table."""
    office = pk_of("organisation", "office_hr")
    if Group.objects.filter(organisation=office).exists():
        return Counter()
    scope = scope_for(pk_of("user", "orso"))
    group = _build_group(scope, at)
    held = [_build_meeting(scope, group, number, at) for number in range(len(HELD))]
    for earlier, later in pairwise(held):
        minutes.approve_minutes(scope, earlier, later, at=at)
    _build_next_meeting(scope, group, at)
    procedures = build_procedure(scope, group, at=at)
    return Counter(group=1, meeting=len(HELD) + 1, procedure_version=procedures)


def _build_group(scope: Scope, at: datetime) -> Group:
    values = {
        "name": "Demo working group Croatia",
        "purpose": "Demo: agree on whom to call, by day and by night, and close the gaps.",
        "country_id": "HR",
        "language": "en",
    }
    group = groups.create_group(scope, pk_of("organisation", "office_hr"), values, at=at)
    for email, role in MEMBERS.items():
        _add_member(scope, group, email, role, ("", ""), at)
    for email, words in GUESTS.items():
        _add_member(scope, group, email, MemberRole.MEMBER, words, at)
    chair = group.members.get(user=pk_of("user", "orso"))
    chair_values = {"role": MemberRole.CHAIR, "position": "", "mailbox": "chair@demo.example"}
    groups.change_member(scope, chair, chair_values, at=at)
    return group


def _add_member(
    scope: Scope, group: Group, email: str, role: str, words: tuple[str, str], at: datetime
) -> Member:
    organisation, position = words
    values = {
        "email": email,
        "organisation_name": organisation,
        "position": position,
        "role": role,
        "mailbox": "",
        "language": "en",
    }
    return groups.add_member(scope, group, values, at=at)


def _build_meeting(scope: Scope, group: Group, number: int, at: datetime) -> Meeting:
    days, title, text, decision, actions = HELD[number]
    kind = MeetingKind.ROUND_TABLE if number == 1 else MeetingKind.REGULAR
    meeting = _plan_meeting(scope, group, at.date() - timedelta(days), kind, at)
    item = meetings.add_item(scope, meeting, f"Demo: {title}", at=at)
    meetings.add_item(scope, meeting, "Demo: any other business", at=at)
    minutes.save_line(scope, item, f"Demo: {text}", 0, at=at)
    minutes.record_decision(scope, item, f"Demo: {decision}", at=at)
    members = list(group.members.order_by("joined_at", "pk"))
    for place, day in enumerate(actions):
        values = {
            "text": "Demo: ask the services and change their entries",
            "owner": next(each for each in members if each.role == MemberRole.SECRETARY),
            "due_on": at.date() + timedelta(day),
        }
        action = minutes.agree_action(scope, item, values, at=at)
        if place:
            minutes.set_action_state(scope, action, ActionState.DONE, at=at)
    keys = [member.pk for member in members[: 3 + number]]
    meetings.record_attendance(scope, meeting, keys, at=at)
    return meeting


def _build_next_meeting(scope: Scope, group: Group, at: datetime) -> None:
    meeting = _plan_meeting(
        scope, group, at.date() + timedelta(NEXT_IN), MeetingKind.ROUND_TABLE, at
    )
    meetings.add_item(scope, meeting, "Demo: minutes of the last meeting", at=at)
    meetings.invite_members(scope, meeting, at=at)
    meetings.answer_invitation(scope, meeting, Reply.YES, at=at)


def _plan_meeting(
    scope: Scope, group: Group, day: date, kind: MeetingKind, at: datetime
) -> Meeting:
    starts_at, ends_at = session_times(day, time(10), time(12), ZONE)
    values = {
        "kind": kind,
        "title": "",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": "Demo hall, Zagreb",
        "link": "",
    }
    return meetings.plan_meeting(scope, group, values, at=at)
