"""Who may open ambassadors, what they keep of themselves, and their calls."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from protect.orgs.enums import Permission
from protect.orgs.holders import holders
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.trainings.access import hosts_where, the_one
from protect.trainings.enums import ResourceKind
from protect.trainings.models import Ambassador, Debrief, Resource


def ambassadors_of(scope: Scope) -> QuerySet[Ambassador]:
    """Return the ambassadors of the organisations for which somebody plans."""
    mine = hosts_where(scope, Permission.PLAN_TRAININGS)
    return Ambassador.objects.filter(resource__organisation__in=mine)


def get_person(scope: Scope, pk: UUID) -> Resource:
    """Return somebody who can be booked, for who plans there. Errors: Http404."""
    mine = hosts_where(scope, Permission.PLAN_TRAININGS)
    rows = Resource.objects.filter(kind=ResourceKind.PERSON, organisation__in=mine)
    return the_one(rows.select_related("organisation").filter(pk=pk))


def own_ambassadors(scope: Scope) -> QuerySet[Ambassador]:
    """Return what each organisation for which somebody speaks keeps of them as an ambassador."""
    rows = Ambassador.objects.select_related("resource__organisation", "supervisor")
    own = rows.filter(resource__user=scope.user_id) if scope.user_id else rows.none()
    return own.order_by("pk")


def own_ambassador(scope: Scope) -> Ambassador:
    """Return what is kept of oneself as an ambassador. Errors: Http404, for who is none."""
    return the_one(own_ambassadors(scope))


def supervisor_of(resource: Resource) -> User | None:
    """Return the named supervisor of an ambassador, as long as they can sign in."""
    profile = Ambassador.objects.filter(pk=resource.pk, supervisor__is_active=True)
    found = profile.select_related("supervisor").first()
    return found.supervisor if found else None


def number_of(resource: Resource) -> str:
    """Return the number of their organisation under which an ambassador calls; "" for none."""
    rows = Ambassador.objects.filter(pk=resource.pk)
    return rows.values_list("phone", flat=True).first() or ""


def who_answers(resource: Resource) -> list[User]:
    """Return who answers for somebody: the supervisor, or without one those who plan."""
    supervisor = supervisor_of(resource)
    planners = holders(Permission.PLAN_TRAININGS, organisation=resource.organisation_id)
    return [supervisor] if supervisor else list(planners)


def calls_of(scope: Scope) -> QuerySet[Debrief]:
    """Return who waits for a call of this person: whom they supervise, and who has nobody else.

    A supervisor who cannot sign in any more is nobody: those who plan are asked instead.
    """
    mine = hosts_where(scope, Permission.PLAN_TRAININGS)
    is_theirs = Q(resource__ambassador__supervisor=scope.user_id)
    has_nobody = Q(resource__ambassador=None) | Q(resource__ambassador__supervisor__is_active=False)
    is_nobodys = has_nobody & Q(resource__organisation__in=mine)
    waits = Q(wants_call=True) | Q(incident_at__isnull=False)
    return Debrief.objects.filter(is_theirs | is_nobodys, waits, called_at=None)


def get_debrief(scope: Scope, pk: int) -> Debrief:
    """Return a call that waits for this person. Errors: Http404."""
    return the_one(calls_of(scope).select_related("resource").filter(pk=pk))
