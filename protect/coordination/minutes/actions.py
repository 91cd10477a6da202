"""Minutes of a meeting: their lines, decisions, actions, and their approval."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.audit.context import AuditContext
from protect.content.enums import SearchKind
from protect.content.search.entries import key_of_row, store_entries
from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings import access as meetings
from protect.coordination.meetings.actions import lock_meeting
from protect.coordination.meetings.models import AgendaItem, Meeting
from protect.coordination.minutes import access, rules
from protect.coordination.minutes.enums import ActionState
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.minutes.models import ActionPoint, Decision, MinutesVersion
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope

ACTION_FIELDS = ("text", "owner", "due_on")


@transaction.atomic
def save_line(
    scope: Scope, item: AgendaItem, text: str, version: int, *, at: datetime
) -> AgendaItem:
    """Save what the minutes say about an item, if `version` is the one that the text was written
    on. The same text again changes nothing. Errors: Http404; PermissionDenied; LineChanged;
    coordination_minutes_approved, and others of `lock_meeting`."""
    meeting = lock_meeting(scope, item.meeting)
    row = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if row.text == text:
        return row
    if row.version != version:
        raise LineChanged
    row.text, row.version = text, row.version + 1
    row.edited_at, row.edited_by_id = at, must_be_signed_in(scope)
    row.save(update_fields=["text", "version", "edited_at", "edited_by"])
    groups.group_context(scope, meeting.group, at=at).record("coordination.save_line", row)
    store_entries(SearchKind.MINUTES, {key_of_row(row.pk): [row.title, row.text]})
    return row


@transaction.atomic
def record_decision(
    scope: Scope, item: AgendaItem, text: str, *, at: datetime, is_early: bool = False
) -> Decision:
    """Record a decision under the next number of the group, which stays for good. `is_early`: the
    user confirms that the group decided before the meeting, such as in writing.
    Errors: as `lock_meeting`; coordination_meeting_not_begun, without that."""
    meeting = lock_meeting(scope, item.meeting)
    if meeting.starts_at > at and not is_early:
        raise CoordinationRefusal("coordination_meeting_not_begun")
    group = Group.objects.select_for_update(of=("self",)).get(pk=meeting.group_id)
    last = Decision.objects.filter(group=group).aggregate(last=Max("number"))["last"]
    decision = Decision.objects.create(
        group=group,
        number=(last or 0) + 1,
        meeting=meeting,
        item=item,
        text=text,
        recorded_at=at,
        recorded_by_id=must_be_signed_in(scope),
    )
    groups.group_context(scope, group, at=at).record("coordination.record_decision", decision)
    store_entries(SearchKind.DECISION, {key_of_row(decision.pk): [item.title, text]})
    return decision


@transaction.atomic
def withdraw_decision(scope: Scope, decision: Decision, *, at: datetime) -> Decision:
    """Withdraw a decision; it stays in the list under its number. One that is withdrawn does not
    change. Errors: Http404; PermissionDenied; coordination_group_closed."""
    found = access.get_run_decision(scope, decision.pk)
    group = lock_group(scope, found.meeting.group)
    row = Decision.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        groups.group_context(scope, group, at=at).record("coordination.withdraw_decision", row)
    return row


@transaction.atomic
def agree_action(
    scope: Scope, item: AgendaItem, values: Mapping[str, Any], *, at: datetime
) -> ActionPoint:
    """Record an action. `values`: by the names of ACTION_FIELDS. Errors: as `lock_meeting`;
    coordination_owner_left."""
    meeting = lock_meeting(scope, item.meeting)
    _must_be_member(meeting.group, values["owner"])
    fields = {name: values[name] for name in ACTION_FIELDS}
    action = ActionPoint.objects.create(meeting=meeting, item=item, agreed_at=at, **fields)
    groups.group_context(scope, meeting.group, at=at).record("coordination.agree_action", action)
    return action


@transaction.atomic
def change_action(
    scope: Scope, action: ActionPoint, values: Mapping[str, Any], *, at: datetime
) -> ActionPoint:
    """Change text, owner or day of an action, such as when its owner has left; also after the
    minutes were approved, which keep what was agreed. Errors: Http404; PermissionDenied;
    coordination_group_closed; coordination_owner_left."""
    found = access.get_run_action(scope, action.pk)
    group = lock_group(scope, found.meeting.group)
    _must_be_member(group, values["owner"])
    rows = ActionPoint.objects.select_for_update(of=("self",))
    row: ActionPoint = rows.get(pk=found.pk)
    for name in ACTION_FIELDS:
        setattr(row, name, values[name])
    row.reminded_on = None  # the new owner, or the new day
    row.save(update_fields=[*ACTION_FIELDS, "reminded_on"])
    groups.group_context(scope, group, at=at).record("coordination.change_action", row)
    return row


@transaction.atomic
def set_action_state(
    scope: Scope, action: ActionPoint, state: ActionState, *, at: datetime
) -> ActionPoint:
    """Say that an action is done, cancelled or open again. One that is so already does not change.
    Errors: Http404; PermissionDenied, if the user neither owns it nor runs the group."""
    found = access.get_own_action(scope, action.pk)
    rows = ActionPoint.objects.select_for_update(of=("self",))
    row: ActionPoint = rows.get(pk=found.pk)
    if row.state != state:
        _store_state(row, state, at, scope.user_id)
        audit = groups.group_context(scope, found.meeting.group, at=at)
        audit.record(f"coordination.action_{state.value}", row)
    return row


@transaction.atomic
def end_action_as_guest(guest: Member, action: ActionPoint, *, at: datetime) -> None:
    """Say for a guest, whose link the view has checked, that their own action is done. One that has
    ended does not change."""
    rows = ActionPoint.objects.open().filter(pk=action.pk, owner=guest)
    row = rows.select_for_update(of=("self",)).first()
    if row is not None:
        _store_state(row, ActionState.DONE, at, None)
        audit = AuditContext(at=at, actor=None, organisation=guest.group.organisation_id)
        audit.record("coordination.end_action_as_guest", row)


@transaction.atomic
def approve_minutes(
    scope: Scope, meeting: Meeting, approved_in: Meeting, *, at: datetime
) -> MinutesVersion:
    """Approve the minutes of a meeting at a later one, and keep a copy that never changes.
    Errors: as `lock_meeting`; coordination_not_approved_there."""
    row = lock_meeting(scope, meeting)
    other = meetings.get_meeting(scope, approved_in.pk)
    is_same_group = other.group_id == row.group_id and other.cancelled_at is None
    if not is_same_group or not rules.may_approve_there(row.starts_at, other.starts_at, at):
        raise CoordinationRefusal("coordination_not_approved_there")
    last = row.versions.aggregate(last=Max("number"))["last"]
    version = MinutesVersion.objects.create(
        meeting=row,
        number=(last or 0) + 1,
        lines=[_line(item) for item in row.agenda.all()],
        approved_in=other,
        approved_at=at,
        approved_by_id=must_be_signed_in(scope),
    )
    row.minutes_approved_at = at
    row.save(update_fields=["minutes_approved_at"])
    groups.group_context(scope, row.group, at=at).record("coordination.approve_minutes", version)
    return version


@transaction.atomic
def correct_minutes(scope: Scope, meeting: Meeting, *, at: datetime) -> Meeting:
    """Open approved minutes for a correction; the approved version stays, and the correction counts
    once it is approved as the next one. Errors: Http404; PermissionDenied;
    coordination_group_closed."""
    found = meetings.get_run_meeting(scope, meeting.pk)
    lock_group(scope, found.group)
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.minutes_approved_at is not None:
        row.minutes_approved_at = None
        row.save(update_fields=["minutes_approved_at"])
        groups.group_context(scope, found.group, at=at).record("coordination.correct_minutes", row)
    return row


def _line(item: AgendaItem) -> dict[str, Any]:
    """Return an item as approved minutes keep it."""
    decisions = item.decisions.order_by("number")
    actions = item.actions.select_related("owner__user")
    return {
        "title": item.title,
        "text": item.text,
        "decisions": [[row.number, row.text] for row in decisions if row.withdrawn_at is None],
        "actions": [
            [row.text, row.owner.person, row.owner.organisation_name, row.due_on.isoformat()]
            for row in actions
        ],
    }


def _store_state(
    action: ActionPoint, state: ActionState, at: datetime, user_id: UUID | None
) -> None:
    """Store a state, with the day and the user who ended the action; None for a guest."""
    is_open = state == ActionState.OPEN
    action.state = state
    action.ended_at = None if is_open else at
    action.ended_by_id = None if is_open else user_id
    action.save(update_fields=["state", "ended_at", "ended_by"])


def _must_be_member(group: Group, owner: Member) -> None:
    if not Member.objects.current().filter(pk=owner.pk, group=group).exists():
        raise CoordinationRefusal("coordination_owner_left")
