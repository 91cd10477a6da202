"""Access to ambassadors, their records, their calls, session requests and sessions."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.orgs.access import holders
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.outreach import models, rules
from protect.outreach.models import Ambassador, Debrief, InformationSession, SessionRequest
from protect.trainings.base.access import hosts_where, must_plan, the_one, token_hash
from protect.trainings.scheduling import access as scheduling_access, enums, queries
from protect.trainings.scheduling.models import Booking, Resource

LIVE = [enums.BookingState.ASKED, enums.BookingState.ACCEPTED]


def _planned_by(scope: Scope) -> Collection[UUID]:
    return hosts_where(scope, Permission.PLAN_TRAININGS)


def ambassadors_of(scope: Scope) -> QuerySet[Ambassador]:
    """Return the ambassadors of the organisations for which this user plans."""
    return Ambassador.objects.filter(resource__organisation__in=_planned_by(scope))


def get_person(scope: Scope, pk: UUID) -> Resource:
    """Return a person who can be booked, for a planner of their organisation. Errors: Http404."""
    rows = Resource.objects.filter(
        kind=enums.ResourceKind.PERSON, organisation__in=_planned_by(scope)
    )
    return the_one(rows.select_related("organisation").filter(pk=pk))


def own_ambassadors(scope: Scope) -> QuerySet[Ambassador]:
    """Return this user's ambassador records, one for each organisation."""
    rows = Ambassador.objects.select_related("resource__organisation", "supervisor")
    own = rows.filter(resource__user=scope.user_id) if scope.user_id else rows.none()
    return own.order_by("pk")


def own_ambassador(scope: Scope) -> Ambassador:
    """Return this user's first ambassador record. Errors: Http404, without one."""
    return the_one(own_ambassadors(scope))


def supervisor_of(resource: Resource) -> User | None:
    """Return the named supervisor of an ambassador, as long as they can sign in."""
    profile = Ambassador.objects.filter(pk=resource.pk, supervisor__is_active=True)
    ambassador = profile.select_related("supervisor").first()
    return ambassador.supervisor if ambassador else None


def number_of(resource: Resource) -> str:
    """Return the phone number of an ambassador's organisation; "" without one."""
    return Ambassador.objects.filter(pk=resource.pk).values_list("phone", flat=True).first() or ""


def responsible_users(resource: Resource) -> list[User]:
    """Return the users responsible for an ambassador: the supervisor, else the planners."""
    supervisor = supervisor_of(resource)
    planners = holders(Permission.PLAN_TRAININGS, organisation=resource.organisation_id)
    return [supervisor] if supervisor else list(planners)


def calls_of(scope: Scope) -> QuerySet[Debrief]:
    """Return debriefs that wait for this user's call: the supervisor's, without one a planner's."""
    supervised = Ambassador.objects.filter(supervisor=scope.user_id)
    answered_for = Ambassador.objects.filter(supervisor__is_active=True)
    is_supervised = Q(resource__in=supervised.values("pk"))
    lacks_supervisor = ~Q(resource__in=answered_for.values("pk"))
    is_unsupervised = lacks_supervisor & Q(resource__organisation__in=_planned_by(scope))
    waits = Q(wants_call=True) | Q(incident_at__isnull=False)
    return Debrief.objects.filter(is_supervised | is_unsupervised, waits, called_at=None)


def get_debrief(scope: Scope, pk: int) -> Debrief:
    """Return a debrief that waits for a call from this user. Errors: Http404."""
    return the_one(calls_of(scope).select_related("resource").filter(pk=pk))


def requests_of(scope: Scope) -> models.RequestQuerySet:
    """Return the requests that this user answers: those taken, and free ones of the country."""
    mine = _planned_by(scope)
    countries = Organisation.objects.filter(pk__in=mine).values_list("country", flat=True)
    return SessionRequest.objects.visible_to(mine, set(countries.order_by("country")))


def get_request(scope: Scope, pk: UUID) -> SessionRequest:
    """Return a request that this user answers, all loaded. Errors: Http404."""
    rows = requests_of(scope).select_related("organisation", "place", "country")
    return the_one(rows.filter(pk=pk))


def get_request_by_link(token: str) -> SessionRequest:
    """Return the request to which the asker's own link leads. Errors: Http404."""
    rows = SessionRequest.objects.select_related("organisation", "place")
    return the_one(rows.filter(token_hash=token_hash(token)))


def must_answer(scope: Scope, request: SessionRequest) -> UUID:
    """Return the organisation for which this user answers a request. Errors: PermissionDenied."""
    if request.organisation_id is not None:
        return must_plan(scope, request.organisation_id)
    mine = Organisation.objects.filter(pk__in=_planned_by(scope), country=request.country_id)
    first = mine.order_by("created", "pk").first()
    if first is None:
        raise PermissionDenied
    return first.pk


def may_answer(scope: Scope, request: SessionRequest) -> bool:
    """Return whether this user plans for the organisation that answers a request."""
    return request.organisation_id in _planned_by(scope)


def sessions_of(scope: Scope) -> models.InformationSessionQuerySet:
    """Return the information sessions that this user plans, or is booked for."""
    is_booked = Q(bookings__resource__user=scope.user_id, bookings__state__in=LIVE)
    is_planned = Q(request__organisation__in=_planned_by(scope))
    return InformationSession.objects.filter(is_planned | is_booked).distinct()


def planned_sessions(scope: Scope) -> models.InformationSessionQuerySet:
    """Return the information sessions that this user plans."""
    return InformationSession.objects.filter(request__organisation__in=_planned_by(scope))


def get_session(scope: Scope, pk: UUID) -> InformationSession:
    """Return an information session that this user plans or holds. Errors: Http404."""
    rows = sessions_of(scope).select_related("request__place", "venue__resource", "venue__place")
    return the_one(rows.filter(pk=pk))


class Holder(NamedTuple):
    """The person who holds a session. `actor`: their account; None by their own link."""

    session: InformationSession
    resource: Resource
    actor: UUID | None


def holder_of(scope: Scope, session: InformationSession) -> Holder:
    """Return this user as the holder of a session. Errors: Http404, unless they hold it."""
    rows = Resource.objects.filter(
        user=scope.user_id, bookings__session=session, bookings__state__in=LIVE
    )
    own = the_one(rows.order_by("pk") if scope.user_id else rows.none())
    return Holder(session, own, scope.user_id)


def holder_by_link(booking: Booking) -> Holder:
    """Return the person of a booking as `get_held_by_link` gives it. Errors: Http404."""
    return Holder(session_of(booking), booking.resource, None)


def session_of(booking: Booking) -> InformationSession:
    """Return the information session of a booking, its request loaded. Errors: Http404."""
    rows = InformationSession.objects.select_related("request__place")
    return the_one(rows.filter(pk=booking.session_id))


def held_by_link(resource: Resource, *, at: datetime) -> queries.BookingQuerySet:
    """Return the sessions of the person of a link: future, current, and of the last days."""
    live = scheduling_access.bookings_by_link(resource).live()
    rows = live.filter(session__in=InformationSession.objects.values("pk"))
    return rows.filter(session__ends_at__gt=at - rules.COUNTED_FOR)


def get_held_by_link(token: str, pk: UUID, *, at: datetime) -> Booking:
    """Return the booking of such a session, all loaded. Errors: Http404."""
    resource = scheduling_access.get_resource_by_link(token)
    return the_one(held_by_link(resource, at=at).filter(pk=pk))
