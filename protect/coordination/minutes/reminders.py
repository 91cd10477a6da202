"""Reminders: of actions that are due, and to members who were away from a meeting. Running them
again on the same day mails nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from protect.coordination.groups.enums import RUNNING_ROLES
from protect.coordination.groups.mail import mail_members
from protect.coordination.groups.models import Member, MemberQuerySet
from protect.coordination.meetings.models import Meeting
from protect.coordination.minutes import rules
from protect.coordination.minutes.models import ActionPoint
from protect.orgs.models import Membership

AWAY_WITHIN = timedelta(days=14)  # after a meeting; later its members have read or forgotten it
ACTIONS_PATH = "/groups/actions"


class Reminders(NamedTuple):
    """What a run has mailed. Units: people reminded of actions, and people told of minutes."""

    actions: int
    away: int


def send_reminders(*, at: datetime) -> Reminders:
    """Mail owners of due actions, and members who were away from a meeting whose attendance was
    recorded. The secretary and the chair get the mail for an owner who left the group or the
    platform."""
    return Reminders(remind_of_actions(at=at), tell_the_absent(at=at))


@transaction.atomic
def remind_of_actions(*, at: datetime) -> int:
    """Mail each person once for all due actions; return how many people."""
    today, due = at.date(), []
    rows = ActionPoint.objects.open().filter(meeting__group__closed_at=None)
    for action in rows.select_for_update(of=("self",)).select_related("owner", "meeting"):
        if rules.must_remind(action.due_on, action.reminded_on, today):
            action.reminded_on = today
            due.append(action)
    ActionPoint.objects.bulk_update(due, ["reminded_on"])
    reachable = _reachable_members()
    receivers: set[Member] = set()
    for action in due:
        owner = reachable.filter(pk=action.owner_id)
        runners = reachable.filter(group=action.meeting.group_id, role__in=RUNNING_ROLES)
        receivers.update(owner or runners)
    return mail_members(_once_each(receivers), ACTIONS_PATH, at=at)


@transaction.atomic
def tell_the_absent(*, at: datetime) -> int:
    """Mail members who were away that there are minutes, once for each meeting; return how many
    mails."""
    count = 0
    meetings = Meeting.objects.filter(
        ends_at__lt=at,
        ends_at__gt=at - AWAY_WITHIN,
        cancelled_at=None,
        away_told_at=None,
        attendance__isnull=False,
    ).distinct()
    for meeting in meetings.order_by("starts_at", "pk"):
        away = _reachable_members().filter(group=meeting.group_id, joined_at__lt=meeting.ends_at)
        if meeting.invited_at is None:
            away = away.exclude(user=None)  # the page of a guest has no meeting without invitation
        away = away.exclude(pk__in=meeting.attendance.values("member"))
        count += mail_members(away, f"/groups/meetings/{meeting.pk}/minutes", at=at)
        Meeting.objects.filter(pk=meeting.pk).update(away_told_at=at)
    return count


def _reachable_members() -> MemberQuerySet:
    """Return the guests, and the members whose accounts are in use."""
    in_use = Q(user=None) | Q(user__in=Membership.objects.active().values("user"))
    rows: MemberQuerySet = Member.objects.current().filter(in_use).select_related("user")
    return rows


def _once_each(members: Iterable[Member]) -> list[Member]:
    """Return one member for each account: a person of several groups gets one mail."""
    by_person = {member.user_id or member.pk: member for member in members}
    return sorted(by_person.values(), key=lambda member: member.pk)
