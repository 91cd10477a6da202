"""Which polls of dates a user or a guest may see: those of their groups."""

from uuid import UUID

from django.db.models import QuerySet

from protect.coordination.groups import access as groups
from protect.coordination.groups.models import Member
from protect.coordination.polls.models import DatePoll, DatePollQuerySet, ProposedDate
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_polls(scope: Scope) -> DatePollQuerySet:
    return DatePoll.objects.filter(group__in=groups.visible_groups(scope))


def get_poll(scope: Scope, pk: UUID) -> DatePoll:
    """Return a poll that the user may see, its group loaded. Errors: Http404."""
    poll: DatePoll = get_row(visible_polls(scope).select_related("group__organisation"), pk=pk)
    return poll


def get_run_poll(scope: Scope, pk: UUID) -> DatePoll:
    """Return a poll of a group that the user runs. Errors: Http404; PermissionDenied."""
    poll = get_poll(scope, pk)
    groups.must_run(scope, poll.group)
    return poll


def get_run_date(scope: Scope, pk: UUID) -> ProposedDate:
    """Return a date of a poll of a group that the user runs, with poll and group.
    Errors: Http404; PermissionDenied."""
    rows: QuerySet[ProposedDate] = ProposedDate.objects.filter(poll__in=visible_polls(scope))
    date = get_row(rows.select_related("poll__group__organisation"), pk=pk)
    groups.must_run(scope, date.poll.group)
    return date


def guest_polls(guest: Member) -> DatePollQuerySet:
    """Return the open polls of a guest's group."""
    rows: DatePollQuerySet = DatePoll.objects.open().filter(group=guest.group_id)
    return rows


def get_poll_of_guest(guest: Member, pk: UUID) -> DatePoll:
    """Return an open poll of a guest's group. Errors: Http404."""
    poll: DatePoll = get_row(guest_polls(guest), pk=pk)
    return poll
