"""Which services and checks a user sees and changes. The people of the organisation that offers a
service see its own page and its checks, as do the coordinators of its country. The peer
organisation of a check sees that check."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.audit.context import AuditContext
from protect.coordination.adaptations.models import (
    Adaptation,
    AdaptationQuerySet,
    AdaptationStep,
    AdaptationStepQuerySet,
    ServiceOrganisation,
)
from protect.coordination.base.access import coordinated_countries
from protect.directory.models import Service
from protect.directory.service_models import ServiceQuerySet
from protect.orgs.access import get_row
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.scope import Scope


def own_services(scope: Scope) -> ServiceQuerySet:
    """Return the services that the user's organisations offer."""
    rows = ServiceOrganisation.objects.filter(organisation__in=scope.organisations)
    return Service.objects.filter(pk__in=rows.values("service"), merged_into=None)


def visible_services(scope: Scope) -> ServiceQuerySet:
    """Return the services whose own page the user may see."""
    countries = coordinated_countries(scope)
    own = ServiceOrganisation.objects.filter(organisation__in=scope.organisations)
    return Service.objects.filter(Q(country__in=countries) | Q(pk__in=own.values("service")))


def get_service(scope: Scope, pk: UUID) -> Service:
    """Return a service whose own page the user may see, its organisation of the directory loaded.
    Errors: Http404."""
    return get_row(visible_services(scope).select_related("organisation"), pk=pk)


def get_coordinated_service(scope: Scope, pk: UUID) -> Service:
    """Return a service of a country that the user coordinates. Errors: Http404, if the user may not
    see its page; PermissionDenied."""
    service = get_service(scope, pk)
    if not may_coordinate(scope, service):
        raise PermissionDenied
    return service


def organisation_of(service: Service) -> Organisation | None:
    """Return the organisation at the desk that offers a service; None if none was named."""
    rows = ServiceOrganisation.objects.filter(service=service).select_related("organisation")
    row = rows.first()
    return row.organisation if row else None


def may_coordinate(scope: Scope, service: Service) -> bool:
    return service.country_id in coordinated_countries(scope)


def visible_checks(scope: Scope) -> AdaptationQuerySet:
    """Return the checks that the user may see, closed ones included."""
    if scope.user_id is None:
        return Adaptation.objects.none()
    own = Q(organisation__in=scope.organisations) | Q(peer__in=scope.organisations)
    return Adaptation.objects.filter(own | Q(service__country__in=coordinated_countries(scope)))


def get_check(scope: Scope, pk: UUID) -> Adaptation:
    """Return a check that the user may see, with service and organisations. Errors: Http404."""
    rows = visible_checks(scope).select_related("service__organisation", "organisation", "peer")
    check: Adaptation = get_row(rows.prefetch_related("reviews__organisation"), pk=pk)
    return check


def get_step(scope: Scope, pk: UUID) -> AdaptationStep:
    """Return a step of a check that the user may see, with check and service. Errors: Http404."""
    rows = AdaptationStep.objects.filter(adaptation__in=visible_checks(scope))
    related = ("adaptation__service__organisation", "adaptation__organisation", "correction")
    step: AdaptationStep = get_row(rows.select_related(*related, "owner"), pk=pk)
    return step


def is_own(scope: Scope, check: Adaptation) -> bool:
    """Return whether the user works for the organisation of the service."""
    return check.organisation_id in scope.organisations


def may_answer(scope: Scope, check: Adaptation) -> bool:
    """Return whether the user may answer topics: with the service, or as its peer."""
    return may_plan(scope, check) or check.peer_id in scope.organisations


def may_plan(scope: Scope, check: Adaptation) -> bool:
    """Return whether the user may change the plan: people of the service, and coordinators."""
    return is_own(scope, check) or may_coordinate(scope, check.service)


def may_review(scope: Scope, check: Adaptation) -> bool:
    """Return whether the user may review the plan: people of the peer, and of no other part."""
    return check.peer_id in scope.organisations and not is_own(scope, check)


def must_answer(scope: Scope, check: Adaptation) -> None:
    if not may_answer(scope, check):
        raise PermissionDenied


def must_plan(scope: Scope, check: Adaptation) -> None:
    """Require that the user may change the plan. Errors: PermissionDenied."""
    if not may_plan(scope, check):
        raise PermissionDenied


def must_decide(scope: Scope, check: Adaptation) -> None:
    """Require that the user coordinates the country of the service. Errors: PermissionDenied."""
    if not may_coordinate(scope, check.service):
        raise PermissionDenied


def visible_steps(scope: Scope) -> AdaptationStepQuerySet:
    """Return the steps of open checks that the user may change."""
    checks = Adaptation.objects.open().filter(
        Q(organisation__in=scope.organisations)
        | Q(service__country__in=coordinated_countries(scope))
    )
    return AdaptationStep.objects.filter(adaptation__in=checks)


def people_of(organisation: UUID) -> QuerySet[User]:
    """Return the people with a role in an organisation, by name."""
    rows = Membership.objects.active().filter(organisation=organisation)
    return User.objects.filter(pk__in=rows.values("user")).order_by("name", "pk")


def peers_of(organisation: UUID) -> QuerySet[Organisation]:
    """Return the organisations that can be the peer of one, by country and name."""
    return Organisation.objects.active().exclude(pk=organisation).order_by("country", "name", "pk")


def check_context(scope: Scope, check: Adaptation, *, at: datetime) -> AuditContext:
    """Return the audit context of an action in a check, of the organisation of the service."""
    return scope.audit(check.organisation_id, at=at)
