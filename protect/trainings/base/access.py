"""Access to trainings. Foreign and missing things give one and the same 404.
Planners and trainers of an organisation see what it hosts, alone or with others; only planners of
the host change it."""

import hashlib
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.kernel.ids import typed_uuid
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope

# A holder of one of these sees the trainings of the organisation.
TAKING_PART = (Permission.PLAN_TRAININGS, Permission.TRAIN)


def hosts_where(scope: Scope, *permissions: Permission) -> frozenset[UUID]:
    """Return the active organisations for which a user has one of these permissions."""
    held = frozenset[UUID]().union(*map(scope.organisations_where, permissions))
    if not held:
        return frozenset()
    rows = Organisation.objects.filter(pk__in=held, state=OrganisationState.ACTIVE)
    return frozenset(rows.order_by("pk").values_list("pk", flat=True))


def seen_hosts(scope: Scope) -> frozenset[UUID]:
    """Return the active organisations for which a user plans or trains."""
    return hosts_where(scope, *TAKING_PART)


def planned_hosts(scope: Scope) -> frozenset[UUID]:
    """Return the active organisations for which a user plans trainings."""
    return hosts_where(scope, Permission.PLAN_TRAININGS)


def the_one[M: Model](rows: QuerySet[M]) -> M:
    """Return the first of some rows. Errors: Http404, for none: foreign or missing is all one."""
    row = rows.first()
    if row is None:
        raise Http404
    return row


def get_among[M: Model](rows: QuerySet[M], typed: str) -> M:
    """Return the row that a form names, among those that it may. Errors: Http404."""
    key = typed_uuid(typed)
    return the_one(rows.filter(pk=key) if key else rows.none())


def token_hash(token: str) -> str:
    """Return the stored hash of a link's token: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def must_plan(scope: Scope, organisation: UUID) -> UUID:
    """Return the organisation, for which this person plans. Errors: PermissionDenied."""
    if organisation not in planned_hosts(scope):
        raise PermissionDenied
    return organisation


def planner_context(scope: Scope, organisation: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a planner. Errors: PermissionDenied."""
    must_plan(scope, organisation)
    return AuditContext(at=at, actor=scope.user_id, organisation=organisation)


def planner_or_link_context(
    scope: Scope | None, organisation: UUID, *, at: datetime
) -> AuditContext:
    """Return the audit context of a planner, or of a link's holder. Errors: PermissionDenied."""
    if scope is None:
        return AuditContext(at=at, actor=None, organisation=organisation)
    return planner_context(scope, organisation, at=at)


class Owned(Protocol):
    @property
    def owner_id(self) -> UUID: ...


def must_be_of(organisation: UUID | None, owned: Owned | Team | None) -> None:
    """Refuse an object of another organisation, which no form offers. Errors: PermissionDenied."""
    if owned is not None:
        owner = owned.organisation_id if isinstance(owned, Team) else owned.owner_id
        if owner != organisation:
            raise PermissionDenied


def must_plan_somewhere(scope: Scope) -> frozenset[UUID]:
    """Return the organisations for which a user plans. Errors: PermissionDenied for none."""
    organisations = planned_hosts(scope)
    if not organisations:
        raise PermissionDenied
    return organisations
