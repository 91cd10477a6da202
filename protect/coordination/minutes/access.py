"""Which decisions and actions a user may see and change: those of the user's groups. The owner of
an action may also say that it is done."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from protect.coordination.groups import access as groups
from protect.coordination.groups.models import Member
from protect.coordination.meetings.access import visible_meetings
from protect.coordination.minutes.models import ActionPoint, ActionPointQuerySet, Decision
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_decisions(scope: Scope) -> QuerySet[Decision]:
    return Decision.objects.filter(group__in=groups.visible_groups(scope))


def visible_actions(scope: Scope) -> ActionPointQuerySet:
    return ActionPoint.objects.filter(meeting__in=visible_meetings(scope))


def own_actions(scope: Scope) -> ActionPointQuerySet:
    """Return the open actions of the user over all groups."""
    return visible_actions(scope).open().owned_by(scope.user_id)


def get_run_decision(scope: Scope, pk: UUID) -> Decision:
    """Return a decision of a group that the user runs. Errors: Http404; PermissionDenied."""
    decision = get_row(visible_decisions(scope).select_related("meeting__group"), pk=pk)
    groups.must_run(scope, decision.meeting.group)
    return decision


def get_action(scope: Scope, pk: UUID) -> ActionPoint:
    """Return an action that the user may see, with owner and group. Errors: Http404."""
    rows = visible_actions(scope).select_related("owner__user", "meeting__group", "item")
    action: ActionPoint = get_row(rows, pk=pk)
    return action


def get_run_action(scope: Scope, pk: UUID) -> ActionPoint:
    """Return an action of a group that the user runs. Errors: Http404; PermissionDenied."""
    action = get_action(scope, pk)
    groups.must_run(scope, action.meeting.group)
    return action


def get_own_action(scope: Scope, pk: UUID) -> ActionPoint:
    """Return an action that the user owns, or of a group that the user runs.
    Errors: Http404; PermissionDenied."""
    action = get_action(scope, pk)
    is_owner = action.owner.user_id == scope.user_id and action.owner.left_at is None
    if not is_owner and not groups.may_run(scope, action.meeting.group):
        raise PermissionDenied
    return action


def guest_actions(guest: Member) -> ActionPointQuerySet:
    """Return the open actions of a guest."""
    rows: ActionPointQuerySet = ActionPoint.objects.open().filter(owner=guest)
    return rows


def get_action_of_guest(guest: Member, pk: UUID) -> ActionPoint:
    """Return an open action of a guest. Errors: Http404."""
    action: ActionPoint = get_row(guest_actions(guest), pk=pk)
    return action
