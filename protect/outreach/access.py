"""Access of users and link holders to ambassadors, calls, requests and information sessions."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.kernel.ids import hash_token
from protect.orgs.access import users_with
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.outreach import models, rules
from protect.outreach.models import Ambassador, Debrief, InformationSession, SessionRequest
from protect.trainings.base.access import first_or_404, must_plan, planned_hosts
from protect.trainings.scheduling import access as scheduling_access, enums, queries
from protect.trainings.scheduling.models import Booking, Resource

LIVE_STATES = [enums.BookingState.ASKED, enums.BookingState.ACCEPTED]  # of a booking

# Of debriefs: the ambassador waits for a call.
AWAITS_CALL = (Q(wants_call=True) | Q(incident_at__isnull=False)) & Q(called_at=None)


def visible_ambassadors(scope: Scope) -> QuerySet[Ambassador]:
    """Return the ambassadors of the organisations for which this user plans trainings."""
    return Ambassador.objects.filter(resource__organisation__in=planned_hosts(scope))


def get_person(scope: Scope, pk: UUID) -> Resource:
    """Return a bookable person of an organisation for which this user plans. Errors: Http404."""
    rows = Resource.objects.filter(organisation__in=planned_hosts(scope), pk=pk)
    return first_or_404(rows.filter(kind=enums.ResourceKind.PERSON).select_related("organisation"))


def own_ambassadors(scope: Scope) -> QuerySet[Ambassador]:
    """Return this user's ambassador records, one for each organisation."""
    rows = Ambassador.objects.select_related("resource__organisation", "supervisor")
    own = rows.filter(resource__user=scope.user_id) if scope.user_id else rows.none()
    return own.order_by("pk")


def get_own_ambassador(scope: Scope) -> Ambassador:
    """Return this user's first ambassador record. Errors: Http404, without one."""
    return first_or_404(own_ambassadors(scope))


def get_active_supervisor(resource: Resource) -> User | None:
    """Return the supervisor of an ambassador; None if none is named or the account is closed."""
    profile = Ambassador.objects.filter(pk=resource.pk, supervisor__is_active=True)
    ambassador = profile.select_related("supervisor").first()
    return ambassador.supervisor if ambassador else None


def get_organisation_phone(resource: Resource) -> str:
    """Return the phone number of an ambassador's organisation; "" without one."""
    return Ambassador.objects.filter(pk=resource.pk).values_list("phone", flat=True).first() or ""


def responsible_users(resource: Resource) -> list[User]:
    """Return the users responsible for an ambassador: the supervisor, or else the planners."""
    supervisor = get_active_supervisor(resource)
    planners = users_with(Permission.PLAN_TRAININGS, organisation=resource.organisation_id)
    return [supervisor] if supervisor else list(planners)


def debriefs_awaiting_call(scope: Scope) -> QuerySet[Debrief]:
    """Return debriefs that wait for this user to call, as supervisor or, if none, as planner."""
    supervised = Ambassador.objects.filter(supervisor=scope.user_id)
    with_supervisor = Ambassador.objects.filter(supervisor__is_active=True)
    is_supervised = Q(resource__in=supervised.values("pk"))
    lacks_supervisor = ~Q(resource__in=with_supervisor.values("pk"))
    is_unsupervised = lacks_supervisor & Q(resource__organisation__in=planned_hosts(scope))
    return Debrief.objects.filter(is_supervised | is_unsupervised, AWAITS_CALL)


def get_debrief_awaiting_call(scope: Scope, pk: int) -> Debrief:
    """Return a debrief that waits for a call from this user. Errors: Http404."""
    return first_or_404(debriefs_awaiting_call(scope).select_related("resource").filter(pk=pk))


def visible_requests(scope: Scope) -> models.RequestQuerySet:
    """Return the requests that this user can answer: those that their organisations took, and
    requests of their countries that no organisation took."""
    hosts = planned_hosts(scope)
    countries = Organisation.objects.filter(pk__in=hosts).values_list("country", flat=True)
    return SessionRequest.objects.visible_to(hosts, set(countries.order_by("country")))


def get_request(scope: Scope, pk: UUID) -> SessionRequest:
    """Return a request that this user can answer, with related rows loaded. Errors: Http404."""
    rows = visible_requests(scope).select_related("organisation", "place", "country")
    return first_or_404(rows.filter(pk=pk))


def get_request_by_link(token: str) -> SessionRequest:
    """Return the request that belongs to the token of the asker's own link. Errors: Http404."""
    rows = SessionRequest.objects.select_related("organisation", "place")
    return first_or_404(rows.filter(token_hash=hash_token(token)))


def get_answering_organisation_id(scope: Scope, request: SessionRequest) -> UUID:
    """Return the id of the organisation that took a request, or for which this user would take it.
    Errors: PermissionDenied."""
    if request.organisation_id is not None:
        return must_plan(scope, request.organisation_id)
    rows = Organisation.objects.filter(pk__in=planned_hosts(scope), country=request.country_id)
    organisation = rows.order_by("created", "pk").first()
    if organisation is None:
        raise PermissionDenied
    return organisation.pk


def may_plan_session_of(scope: Scope, request: SessionRequest) -> bool:
    """Return whether this user plans for the organisation that took a request."""
    return request.organisation_id in planned_hosts(scope)


def visible_sessions(scope: Scope) -> models.InformationSessionQuerySet:
    """Return the information sessions that this user plans, or is booked to hold."""
    is_booked = Q(bookings__resource__user=scope.user_id, bookings__state__in=LIVE_STATES)
    is_planned = Q(request__organisation__in=planned_hosts(scope))
    return InformationSession.objects.filter(is_planned | is_booked).distinct()


def planned_sessions(scope: Scope) -> models.InformationSessionQuerySet:
    """Return the information sessions that this user plans."""
    return InformationSession.objects.filter(request__organisation__in=planned_hosts(scope))


def get_session(scope: Scope, pk: UUID) -> InformationSession:
    """Return an information session that this user plans or holds. Errors: Http404."""
    rows = visible_sessions(scope).filter(pk=pk)
    return first_or_404(rows.select_related("request__place", "venue__resource", "venue__place"))


class Holder(NamedTuple):
    """A person who holds a session. `actor` is their account; None if they use their own link."""

    session: InformationSession
    resource: Resource
    actor: UUID | None


def get_holder(scope: Scope, session: InformationSession) -> Holder:
    """Return this user as a holder of a session. Errors: Http404, unless they are booked for it."""
    rows = Resource.objects.filter(bookings__session=session, bookings__state__in=LIVE_STATES)
    own = rows.filter(user=scope.user_id).order_by("pk") if scope.user_id else rows.none()
    return Holder(session, first_or_404(own), scope.user_id)


def holder_from_booking(booking: Booking) -> Holder:
    """Return the holder of a booking by link. Errors: Http404, if it is for a training."""
    return Holder(get_session_of_booking(booking), booking.resource, None)


def get_session_of_booking(booking: Booking) -> InformationSession:
    """Return a booking's information session and its request. Errors: Http404, for a training."""
    rows = InformationSession.objects.select_related("request__place")
    return first_or_404(rows.filter(pk=booking.session_id))


def recent_bookings_by_link(resource: Resource, *, at: datetime) -> queries.BookingQuerySet:
    """Return a person's bookings for information sessions until COUNTABLE_FOR after their end."""
    live = scheduling_access.bookings_of_resource(resource).live()
    rows = live.filter(session__in=InformationSession.objects.values("pk"))
    return rows.filter(session__ends_at__gt=at - rules.COUNTABLE_FOR)


def get_recent_booking_by_link(token: str, pk: UUID, *, at: datetime) -> Booking:
    """Return one booking of `recent_bookings_by_link`, with related rows. Errors: Http404."""
    resource = scheduling_access.get_resource_by_link(token)
    return first_or_404(recent_bookings_by_link(resource, at=at).filter(pk=pk))
