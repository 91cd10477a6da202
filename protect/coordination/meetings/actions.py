"""Meetings of a group: plan, move, cancel, invite, answer; their agenda and attendance."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from protect.audit.context import AuditContext
from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.groups.mail import mail_members
from protect.coordination.groups.models import Group, Member, MemberQuerySet
from protect.coordination.meetings import access
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.models import AgendaItem, Answer, Attendance, Meeting, Paper
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope
from protect.uploads.clean_documents import CleanDocument

MEETING_FIELDS = ("kind", "title", "starts_at", "ends_at", "place", "link")
TIMES = ("starts_at", "ends_at")
INVITATION_FIELDS = ("invited_at", "invited_count", "reminded_at", "reminded_count")


@transaction.atomic
def plan_meeting(scope: Scope, group: Group, values: Mapping[str, Any], *, at: datetime) -> Meeting:
    """Plan the next meeting of a group, in the time zone of the organisation that runs it.
    `values`: by the names of MEETING_FIELDS. Errors: Http404; PermissionDenied;
    coordination_group_closed."""
    row = lock_group(scope, group)
    last = row.meetings.aggregate(last=Max("number"))["last"]
    meeting = Meeting.objects.create(
        group=row,
        number=(last or 0) + 1,
        zone=row.organisation.zone,
        changed_at=at,
        **{name: values[name] for name in MEETING_FIELDS},
    )
    groups.group_context(scope, row, at=at).record("coordination.plan_meeting", meeting)
    return meeting


@transaction.atomic
def change_meeting(
    scope: Scope, meeting: Meeting, values: Mapping[str, Any], *, at: datetime
) -> Meeting:
    """Change a meeting. If its time changes, earlier answers no longer count, and members who were
    invited are asked again. Errors: as `plan_meeting`; coordination_meeting_cancelled."""
    row = lock_meeting(scope, meeting)
    is_moved = any(getattr(row, name) != values[name] for name in TIMES)
    for name in MEETING_FIELDS:
        setattr(row, name, values[name])
    row.sequence, row.changed_at = row.sequence + 1, at
    row.save(update_fields=[*MEETING_FIELDS, "sequence", "changed_at"])
    verb = "move" if is_moved else "change"
    groups.group_context(scope, row.group, at=at).record(f"coordination.{verb}_meeting", row)
    if is_moved:
        row.answers.all().delete()
        if row.invited_at:
            _invite(row, at)
    return row


@transaction.atomic
def cancel_meeting(scope: Scope, meeting: Meeting, *, at: datetime) -> Meeting:
    """Cancel a meeting and tell the invited members. One that is cancelled does not change.
    Errors: Http404; PermissionDenied; coordination_group_closed."""
    row = _lock(scope, meeting)
    if row.cancelled_at is None:
        row.cancelled_at = row.changed_at = at
        row.sequence += 1
        row.save(update_fields=["cancelled_at", "changed_at", "sequence"])
        groups.group_context(scope, row.group, at=at).record("coordination.cancel_meeting", row)
        if row.invited_at:
            _mail(row, waiting_members(row), at)
    return row


@transaction.atomic
def invite_members(scope: Scope, meeting: Meeting, *, at: datetime) -> int:
    """Mail the invitation to all members; if it went out already, a reminder to those that have not
    answered. Return how many. Errors: Http404; PermissionDenied; coordination_group_closed;
    coordination_meeting_cancelled."""
    row = lock_meeting(scope, meeting)
    if row.invited_at is None:
        groups.group_context(scope, row.group, at=at).record("coordination.invite_members", row)
        return _invite(row, at)
    row.reminded_at, row.reminded_count = at, _mail(row, waiting_members(row), at)
    row.save(update_fields=["reminded_at", "reminded_count"])
    groups.group_context(scope, row.group, at=at).record("coordination.remind_members", row)
    return row.reminded_count


@transaction.atomic
def answer_invitation(scope: Scope, meeting: Meeting, reply: Reply, *, at: datetime) -> Answer:
    """Store the user's own answer; a later one replaces it. Errors: Http404; PermissionDenied, if
    the user is not a member; coordination_meeting_cancelled."""
    found = access.get_meeting(scope, meeting.pk)
    member = groups.own_member(scope, found.group)
    if member is None:
        raise PermissionDenied
    answer = _store_answer(found, member, reply, at)
    groups.group_context(scope, found.group, at=at).record("coordination.answer", answer)
    return answer


@transaction.atomic
def answer_as_guest(guest: Member, meeting: Meeting, reply: Reply, *, at: datetime) -> Answer:
    """Store the answer of a guest, whose link the view has checked.
    Errors: coordination_meeting_cancelled."""
    answer = _store_answer(meeting, guest, reply, at)
    organisation = meeting.group.organisation_id
    audit = AuditContext(at=at, actor=None, organisation=organisation)
    audit.record("coordination.answer_as_guest", answer)
    return answer


@transaction.atomic
def add_item(scope: Scope, meeting: Meeting, title: str, *, at: datetime) -> AgendaItem:
    """Add an item at the end of the agenda. Errors: as `invite_members`."""
    row = lock_meeting(scope, meeting)
    last = row.agenda.aggregate(last=Max("position"))["last"]
    item = AgendaItem.objects.create(meeting=row, position=(last or 0) + 1, title=title)
    groups.group_context(scope, row.group, at=at).record("coordination.add_item", item)
    return item


@transaction.atomic
def add_paper(scope: Scope, item: AgendaItem, document: CleanDocument, *, at: datetime) -> Paper:
    """Add a document to an item of the agenda. Errors: as `invite_members`."""
    found = access.get_run_item(scope, item.pk)
    row = lock_meeting(scope, found.meeting)
    paper = Paper.objects.create(
        item=found,
        name=document.name,
        media_type=document.media_type,
        content=document.content,
        added_at=at,
        added_by_id=must_be_signed_in(scope),
    )
    groups.group_context(scope, row.group, at=at).record("coordination.add_paper", paper)
    return paper


@transaction.atomic
def record_attendance(
    scope: Scope, meeting: Meeting, members: Collection[UUID], *, at: datetime
) -> int:
    """Store which current members were at a meeting, in place of what was stored before; return how
    many organisations they came from. Errors: as `invite_members`."""
    row = lock_meeting(scope, meeting)
    present = row.group.members.current().filter(pk__in=members)
    row.attendance.filter(member__left_at=None).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=row, member=member, organisation_name=member.organisation_name)
        for member in present
    )
    groups.group_context(scope, row.group, at=at).record("coordination.record_attendance", row)
    names = row.attendance.order_by("organisation_name")
    return names.values("organisation_name").distinct().count()


def lock_meeting(scope: Scope, meeting: Meeting) -> Meeting:
    """Return a meeting that takes place, locked until the transaction ends. Errors: Http404;
    PermissionDenied; coordination_group_closed; coordination_meeting_cancelled;
    coordination_minutes_approved, as approved minutes and their meeting do not change."""
    row = _lock(scope, meeting)
    _must_take_place(row)
    if row.minutes_approved_at is not None:
        raise CoordinationRefusal("coordination_minutes_approved")
    return row


def _lock(scope: Scope, meeting: Meeting) -> Meeting:
    found = access.get_run_meeting(scope, meeting.pk)
    lock_group(scope, found.group)
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("group__organisation").get(pk=found.pk)


def _must_take_place(meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise CoordinationRefusal("coordination_meeting_cancelled")


def _store_answer(meeting: Meeting, member: Member, reply: Reply, at: datetime) -> Answer:
    _must_take_place(meeting)
    values = {"reply": reply, "answered_at": at}
    answer, _is_new = Answer.objects.update_or_create(
        meeting=meeting, member=member, defaults=values
    )
    return answer


def waiting_members(meeting: Meeting) -> MemberQuerySet:
    """Return the members that have not answered the invitation to a meeting."""
    rows: MemberQuerySet = meeting.group.members.current()
    return rows.exclude(pk__in=meeting.answers.values("member"))


def _invite(meeting: Meeting, at: datetime) -> int:
    """Mail the invitation to the present time of a meeting to all members; return how many."""
    meeting.invited_at, meeting.invited_count = (
        at,
        _mail(meeting, meeting.group.members.current(), at),
    )
    meeting.reminded_at, meeting.reminded_count = None, 0
    meeting.save(update_fields=INVITATION_FIELDS)
    return meeting.invited_count


def _mail(meeting: Meeting, members: MemberQuerySet, at: datetime) -> int:
    path = f"/groups/meetings/{meeting.pk}"
    return mail_members(members.select_related("user"), path, at=at)
