"""Reminders: of actions that are due, and to members who were away from a meeting. Running them
again on the same day mails nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.coordination.groups.enums import RUNNING_ROLES
from protect.coordination.groups.models import Member
from protect.coordination.meetings.models import Meeting
from protect.coordination.minutes import rules
from protect.coordination.minutes.models import ActionPoint
from protect.notices.enums import Template
from protect.orgs.access import notify
from protect.orgs.models import Membership, User

AWAY_WITHIN = timedelta(days=14)  # after a meeting; later its members have read or forgotten it
ACTIONS_PATH = "/groups/actions"


class Reminders(NamedTuple):
    """What a run has mailed. Units: people reminded of actions, and people told of minutes."""

    actions: int
    away: int


def send_reminders(*, at: datetime) -> Reminders:
    """Mail owners of due actions, and members who were away from a meeting whose attendance was
    recorded. The secretary and the chair get the mail for an owner without an account in use: a
    guest, or a person who left."""
    return Reminders(remind_of_actions(at=at), tell_the_absent(at=at))


@transaction.atomic
def remind_of_actions(*, at: datetime) -> int:
    """Mail each person once for all due actions; return how many people."""
    today, due = at.date(), []
    rows = ActionPoint.objects.open().filter(meeting__group__closed_at=None)
    for action in rows.select_for_update(of=("self",)).select_related("owner__user", "meeting"):
        if rules.must_remind(action.due_on, action.reminded_on, today):
            action.reminded_on = today
            due.append(action)
    ActionPoint.objects.bulk_update(due, ["reminded_on"])
    users = _active_users()
    people: dict[UUID, User] = {}
    for action in due:
        owner = action.owner
        if owner.left_at is None and owner.user_id in users:
            receivers = [owner.user_id]
        else:
            receivers = _runners_of(action.meeting.group_id)
        people |= {key: users[key] for key in receivers if key in users}
    notify(people.values(), Template.WORK_WAITING, at=at, path=ACTIONS_PATH)
    return len(people)


@transaction.atomic
def tell_the_absent(*, at: datetime) -> int:
    """Mail members who were away that there are minutes, once for each meeting; return how many
    mails. Guests who were away get none: minutes are read at the desk."""
    count, users = 0, _active_users()
    meetings = Meeting.objects.filter(
        ends_at__lt=at,
        ends_at__gt=at - AWAY_WITHIN,
        cancelled_at=None,
        away_told_at=None,
        attendance__isnull=False,
    ).distinct()
    for meeting in meetings.order_by("starts_at", "pk"):
        present = meeting.attendance.values("member")
        away = Member.objects.current().filter(
            group=meeting.group_id, joined_at__lt=meeting.ends_at, user__in=users
        )
        keys = away.exclude(pk__in=present).values_list("user", flat=True)
        path = f"/groups/meetings/{meeting.pk}/minutes"
        people = [users[key] for key in keys]
        notify(people, Template.WORK_WAITING, at=at, path=path)
        count += len(people)
        Meeting.objects.filter(pk=meeting.pk).update(away_told_at=at)
    return count


def _active_users() -> dict[UUID, User]:
    """Return the members of groups whose accounts are in use, by id."""
    keys = Member.objects.current().filter(user__in=Membership.objects.active().values("user"))
    return {user.pk: user for user in User.objects.filter(pk__in=keys.values("user"))}


def _runners_of(group: UUID) -> list[UUID]:
    rows = Member.objects.current().filter(group=group, role__in=RUNNING_ROLES)
    return [key for key in rows.values_list("user", flat=True) if key]
