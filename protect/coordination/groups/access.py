"""Which groups a user may see and run. Members see their groups and no others; the coordinators
of the organisation that runs a group run it, as do its chair and its secretary."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.coordination.base import access
from protect.coordination.groups.enums import RUNNING_ROLES
from protect.coordination.groups.models import Group, Member, TermsOfReference
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_groups(scope: Scope) -> QuerySet[Group]:
    """Return the groups that the user runs or is a member of."""
    if scope.user_id is None or not scope.held:
        return Group.objects.none()
    own = Member.objects.current().filter(user=scope.user_id)
    return Group.objects.filter(Q(pk__in=own.values("group")) | _is_coordinated(scope))


def run_groups(scope: Scope) -> QuerySet[Group]:
    """Return the groups that the user may change."""
    if scope.user_id is None or not scope.held:
        return Group.objects.none()
    running = Member.objects.current().filter(user=scope.user_id, role__in=RUNNING_ROLES)
    return Group.objects.filter(Q(pk__in=running.values("group")) | _is_coordinated(scope))


def get_group(scope: Scope, pk: UUID) -> Group:
    """Return a group that the user may see, its organisation loaded. Errors: Http404."""
    return get_row(visible_groups(scope).select_related("organisation"), pk=pk)


def get_run_group(scope: Scope, pk: UUID) -> Group:
    """Return a group that the user may change. Errors: Http404, if the user may not see it;
    PermissionDenied, if the user is a member and does not run it."""
    group = get_group(scope, pk)
    must_run(scope, group)
    return group


def must_run(scope: Scope, group: Group) -> None:
    """Require that the user runs a group. Errors: PermissionDenied."""
    if not may_run(scope, group):
        raise PermissionDenied


def may_run(scope: Scope, group: Group) -> bool:
    return run_groups(scope).filter(pk=group.pk).exists()


def get_run_member(scope: Scope, pk: UUID) -> Member:
    """Return a current member of a group that the user runs, with the group.
    Errors: Http404; PermissionDenied, as `get_run_group`."""
    rows = Member.objects.current().filter(group__in=visible_groups(scope))
    member: Member = get_row(rows.select_related("group", "user"), pk=pk)
    must_run(scope, member.group)
    return member


def get_terms(scope: Scope, pk: UUID) -> TermsOfReference:
    """Return the newest terms of reference of a group. Errors: Http404, also if it has none."""
    terms = get_group(scope, pk).terms.first()
    if terms is None:
        raise Http404
    return terms


def own_member(scope: Scope, group: Group) -> Member | None:
    """Return the user's own entry in a group; None if the user only coordinates it."""
    rows = group.members.current().filter(user=scope.user_id)
    return rows.first()


def group_context(scope: Scope, group: Group, *, at: datetime) -> AuditContext:
    """Return the audit context of an action in a group, of the organisation that runs it."""
    return scope.audit(group.organisation_id, at=at)


def _is_coordinated(scope: Scope) -> Q:
    return Q(organisation__in=access.coordinating_organisations(scope))
