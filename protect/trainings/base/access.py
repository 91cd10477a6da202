"""Access to trainings. Coordinators and trainers see what their organisation hosts, alone or with
others; only its coordinators change it. An object of others gives the same 404 as a missing one."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.kernel.ids import parse_uuid
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope

# A user with one of these permissions sees the trainings of the organisation.
TRAINING_PERMISSIONS = (Permission.PLAN_TRAININGS, Permission.TRAIN)


def hosts_where(scope: Scope, *permissions: Permission) -> frozenset[UUID]:
    """Return the ids of active organisations for which a user has one of these permissions."""
    organisation_ids = frozenset[UUID]().union(*map(scope.organisations_where, permissions))
    if not organisation_ids:
        return frozenset()
    rows = Organisation.objects.filter(pk__in=organisation_ids, state=OrganisationState.ACTIVE)
    return frozenset(rows.order_by("pk").values_list("pk", flat=True))


def visible_hosts(scope: Scope) -> frozenset[UUID]:
    """Return the ids of active organisations for which a user plans trainings or trains."""
    return hosts_where(scope, *TRAINING_PERMISSIONS)


def planned_hosts(scope: Scope) -> frozenset[UUID]:
    """Return the ids of active organisations for which a user plans trainings."""
    return hosts_where(scope, Permission.PLAN_TRAININGS)


def first_or_404[M: Model](rows: QuerySet[M]) -> M:
    """Return the first row. Errors: Http404 without one, the same for hidden and missing rows."""
    row = rows.first()
    if row is None:
        raise Http404
    return row


def get_chosen_row[M: Model](rows: QuerySet[M], posted_id: str) -> M:
    """Return the row with the posted id, if it is among `rows`. Errors: Http404."""
    pk = parse_uuid(posted_id)
    return first_or_404(rows.filter(pk=pk) if pk else rows.none())


def must_plan(scope: Scope, organisation_id: UUID) -> UUID:
    """Return the organisation's id if this user plans its trainings. Errors: PermissionDenied."""
    if organisation_id not in planned_hosts(scope):
        raise PermissionDenied
    return organisation_id


def planner_context(scope: Scope, organisation_id: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a user who plans for this host. Errors: PermissionDenied."""
    return scope.audit(must_plan(scope, organisation_id), at=at)


def planner_or_link_context(scope: Scope | None, host: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a planner; if `scope` is None, that of a user of a link, with no
    actor. Errors: PermissionDenied, for a user who does not plan for the host."""
    if scope is None:
        return AuditContext(at=at, actor=None, organisation=host)
    return planner_context(scope, host, at=at)


class HasOwner(Protocol):
    """An object that an organisation owns, such as a venue; `owner_id` is the organisation."""

    @property
    def owner_id(self) -> UUID: ...


def must_belong_to(organisation_id: UUID | None, related: HasOwner | Team | None) -> None:
    """Refuse `related` of another organisation, but allow None. Errors: PermissionDenied."""
    if related is not None:
        owner = related.organisation_id if isinstance(related, Team) else related.owner_id
        if owner != organisation_id:
            raise PermissionDenied


def must_plan_somewhere(scope: Scope) -> frozenset[UUID]:
    """Return the ids of hosts for which a user plans. Errors: PermissionDenied for none."""
    organisations = planned_hosts(scope)
    if not organisations:
        raise PermissionDenied
    return organisations
