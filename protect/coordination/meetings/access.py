"""Which meetings a user may see: those of the user's groups."""

from uuid import UUID

from django.db.models import Q, QuerySet

from protect.coordination.groups import access as groups
from protect.coordination.groups.models import Member
from protect.coordination.meetings.models import AgendaItem, Meeting, Paper
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_meetings(scope: Scope) -> QuerySet[Meeting]:
    return Meeting.objects.filter(group__in=groups.visible_groups(scope))


def get_meeting(scope: Scope, pk: UUID) -> Meeting:
    """Return a meeting that the user may see, its group loaded. Errors: Http404."""
    return get_row(visible_meetings(scope).select_related("group__organisation"), pk=pk)


def later_meetings(meeting: Meeting) -> QuerySet[Meeting]:
    """Return the meetings of the group after this one that take place, the last first."""
    rows = Meeting.objects.filter(group=meeting.group_id, starts_at__gt=meeting.starts_at)
    return rows.filter(cancelled_at=None)


def get_run_meeting(scope: Scope, pk: UUID) -> Meeting:
    """Return a meeting of a group that the user runs. Errors: Http404; PermissionDenied."""
    meeting = get_meeting(scope, pk)
    groups.must_run(scope, meeting.group)
    return meeting


def get_run_item(scope: Scope, pk: UUID) -> AgendaItem:
    """Return an item of the agenda of a group that the user runs, with meeting and group.
    Errors: Http404; PermissionDenied."""
    rows = AgendaItem.objects.filter(meeting__in=visible_meetings(scope))
    item = get_row(rows.select_related("meeting__group", "edited_by"), pk=pk)
    groups.must_run(scope, item.meeting.group)
    return item


def get_paper(scope: Scope, pk: UUID) -> Paper:
    """Return a paper of a meeting that the user may see. Errors: Http404."""
    return get_row(Paper.objects.filter(item__meeting__in=visible_meetings(scope)), pk=pk)


def guest_meetings(guest: Member) -> QuerySet[Meeting]:
    """Return the meetings to which a guest was invited with the group: the invitation or the end of
    the meeting came after the guest had joined. Earlier minutes were written among others."""
    joined = guest.joined_at
    own = Q(invited_at__gte=joined) | Q(invited_at__isnull=False, ends_at__gt=joined)
    rows = Meeting.objects.filter(own, group=guest.group_id)
    return rows.select_related("group")


def get_meeting_of_guest(guest: Member, pk: UUID) -> Meeting:
    """Return a meeting to which a guest was invited. Errors: Http404."""
    return get_row(guest_meetings(guest), pk=pk)


def get_paper_of_guest(guest: Member, pk: UUID) -> Paper:
    """Return a paper of a meeting to which a guest was invited. Errors: Http404."""
    return get_row(Paper.objects.filter(item__meeting__in=guest_meetings(guest)), pk=pk)
