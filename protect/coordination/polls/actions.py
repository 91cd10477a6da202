"""Find the date of a meeting: ask members which dates suit them, and plan it on one of these."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.groups.mail import mail_members
from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings.actions import invite_members, plan_meeting
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.models import Answer, Meeting
from protect.coordination.polls import access
from protect.coordination.polls.models import DateAnswer, DatePoll, ProposedDate
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope

POLL_FIELDS = ("kind", "title", "place", "link")
type Dates = Sequence[tuple[datetime, datetime]]


@transaction.atomic
def open_poll(
    scope: Scope, group: Group, values: Mapping[str, Any], dates: Dates, *, at: datetime
) -> DatePoll:
    """Ask the members of a group for a date, and mail them. `values`: by the names of POLL_FIELDS;
    `dates`: start and end of each date. Errors: Http404; PermissionDenied;
    coordination_group_closed; coordination_date_past."""
    row = lock_group(scope, group)
    poll = DatePoll.objects.create(
        group=row,
        zone=row.organisation.zone,
        opened_at=at,
        opened_by_id=must_be_signed_in(scope),
        **{name: values[name] for name in POLL_FIELDS},
    )
    for date in dict.fromkeys(dates):
        _add_date(poll, date, at)
    groups.group_context(scope, row, at=at).record("coordination.open_poll", poll)
    _mail_members(poll, at)
    return poll


@transaction.atomic
def add_date(
    scope: Scope, poll: DatePoll, date: tuple[datetime, datetime], *, at: datetime
) -> None:
    """Add a date to a poll; members are asked again. A date that it has already changes nothing.
    Errors: as `open_poll`; coordination_poll_ended."""
    row = _lock(scope, poll)
    if row.dates.filter(starts_at=date[0], ends_at=date[1]).exists():
        return
    _add_date(row, date, at)
    groups.group_context(scope, row.group, at=at).record("coordination.add_date", row)
    _mail_members(row, at)


@transaction.atomic
def choose_date(scope: Scope, date: ProposedDate, *, at: datetime) -> Meeting:
    """Plan the meeting on a date and end the poll. What members said of the date is their answer to
    the invitation, which all get. Errors: as `add_date`."""
    poll = _lock(scope, date.poll)
    chosen = poll.dates.get(pk=date.pk)
    if chosen.starts_at <= at:
        raise CoordinationRefusal("coordination_date_past")
    times = {"starts_at": chosen.starts_at, "ends_at": chosen.ends_at}
    values = times | {name: getattr(poll, name) for name in POLL_FIELDS}
    meeting = plan_meeting(scope, poll.group, values, at=at)
    answers = chosen.answers.filter(member__left_at=None)
    Answer.objects.bulk_create(
        Answer(meeting=meeting, member_id=each.member_id, reply=each.reply, answered_at=at)
        for each in answers
    )
    poll.ended_at, poll.meeting = at, meeting
    poll.save(update_fields=["ended_at", "meeting"])
    groups.group_context(scope, poll.group, at=at).record("coordination.choose_date", poll)
    invite_members(scope, meeting, at=at)
    return meeting


@transaction.atomic
def withdraw_poll(scope: Scope, poll: DatePoll, *, at: datetime) -> DatePoll:
    """End a poll without a meeting. Errors: as `add_date`."""
    row = _lock(scope, poll)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    groups.group_context(scope, row.group, at=at).record("coordination.withdraw_poll", row)
    return row


@transaction.atomic
def answer_poll(
    scope: Scope, poll: DatePoll, replies: Mapping[UUID, Reply], *, at: datetime
) -> None:
    """Store what the user says of dates, by their ids; later answers replace earlier ones.
    Errors: Http404; PermissionDenied, if the user is not a member; coordination_group_closed;
    coordination_poll_ended."""
    found = access.get_poll(scope, poll.pk)
    member = groups.own_member(scope, found.group)
    if member is None:
        raise PermissionDenied
    _store_replies(found, member, replies, at)
    groups.group_context(scope, found.group, at=at).record("coordination.answer_poll", found)


@transaction.atomic
def answer_poll_as_guest(
    guest: Member, poll: DatePoll, replies: Mapping[UUID, Reply], *, at: datetime
) -> None:
    """Store what a guest, whose link the view has checked, says of dates.
    Errors: coordination_group_closed; coordination_poll_ended."""
    _store_replies(poll, guest, replies, at)
    audit = AuditContext(at=at, actor=None, organisation=guest.group.organisation_id)
    audit.record("coordination.answer_poll_as_guest", poll)


def _add_date(poll: DatePoll, date: tuple[datetime, datetime], at: datetime) -> None:
    starts_at, ends_at = date
    if starts_at <= at:
        raise CoordinationRefusal("coordination_date_past")
    ProposedDate.objects.create(poll=poll, starts_at=starts_at, ends_at=ends_at)


def _store_replies(
    poll: DatePoll, member: Member, replies: Mapping[UUID, Reply], at: datetime
) -> None:
    rows = DatePoll.objects.select_for_update(of=("self",))
    row = rows.get(pk=poll.pk)
    if row.ended_at is not None:
        raise CoordinationRefusal("coordination_poll_ended")
    if poll.group.closed_at is not None:
        raise CoordinationRefusal("coordination_group_closed")
    for date in row.dates.filter(pk__in=replies):
        values = {"reply": replies[date.pk], "answered_at": at}
        DateAnswer.objects.update_or_create(date=date, member=member, defaults=values)


def _lock(scope: Scope, poll: DatePoll) -> DatePoll:
    """Return an open poll, locked until the transaction ends. Errors: Http404; PermissionDenied;
    coordination_group_closed; coordination_poll_ended."""
    found = access.get_run_poll(scope, poll.pk)
    lock_group(scope, found.group)
    rows = DatePoll.objects.select_for_update(of=("self",)).select_related("group__organisation")
    row: DatePoll = rows.get(pk=found.pk)
    if row.ended_at is not None:
        raise CoordinationRefusal("coordination_poll_ended")
    return row


def _mail_members(poll: DatePoll, at: datetime) -> None:
    """Mail the members that have not answered for each date, but not the one who asks."""
    count = poll.dates.count()
    done = [
        member.pk
        for member in poll.group.members.current()
        if DateAnswer.objects.filter(date__poll=poll, member=member).count() == count
    ]
    members = poll.group.members.current().exclude(pk__in=done).exclude(user=poll.opened_by_id)
    mail_members(members.select_related("user"), f"/groups/polls/{poll.pk}", at=at)
