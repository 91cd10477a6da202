"""Who may open ambassadors, what they keep of themselves, and their calls."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.orgs.enums import Permission
from protect.orgs.holders import holders
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.outreach.models import Ambassador, Debrief, InformationSession, SessionRequest
from protect.outreach.queries import InformationSessionQuerySet, RequestQuerySet
from protect.outreach.rules import COUNTED_FOR
from protect.trainings.base.access import hosts_where, must_plan, the_one, token_hash
from protect.trainings.scheduling.access import bookings_by_link, get_resource_by_link
from protect.trainings.scheduling.enums import BookingState, ResourceKind
from protect.trainings.scheduling.models import Booking, Resource
from protect.trainings.scheduling.queries import BookingQuerySet


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
    supervised = Ambassador.objects.filter(supervisor=scope.user_id)
    answered_for = Ambassador.objects.filter(supervisor__is_active=True)
    is_theirs = Q(resource__in=supervised.values("pk"))
    has_nobody = ~Q(resource__in=answered_for.values("pk"))
    is_nobodys = has_nobody & Q(resource__organisation__in=mine)
    waits = Q(wants_call=True) | Q(incident_at__isnull=False)
    return Debrief.objects.filter(is_theirs | is_nobodys, waits, called_at=None)


def get_debrief(scope: Scope, pk: int) -> Debrief:
    """Return a call that waits for this person. Errors: Http404."""
    return the_one(calls_of(scope).select_related("resource").filter(pk=pk))


def requests_of(scope: Scope) -> RequestQuerySet:
    """Return the requests that somebody answers: those taken, and the free ones of the country."""
    mine = hosts_where(scope, Permission.PLAN_TRAININGS)
    countries = Organisation.objects.filter(pk__in=mine).values_list("country", flat=True)
    return SessionRequest.objects.visible_to(mine, set(countries.order_by("country")))


def get_request(scope: Scope, pk: UUID) -> SessionRequest:
    """Return a request that this person answers, all loaded. Errors: Http404."""
    rows = requests_of(scope).select_related("organisation", "place", "country")
    return the_one(rows.filter(pk=pk))


def get_asked(token: str) -> SessionRequest:
    """Return the request to which the asker's own link leads. Errors: Http404."""
    rows = SessionRequest.objects.select_related("organisation", "place")
    return the_one(rows.filter(token_hash=token_hash(token)))


def must_answer(scope: Scope, request: SessionRequest) -> UUID:
    """Return the organisation for which somebody answers a request: who took it, or takes it now.

    Errors: PermissionDenied.
    """
    if request.organisation_id is not None:
        return must_plan(scope, request.organisation_id)
    mine = Organisation.objects.filter(
        pk__in=hosts_where(scope, Permission.PLAN_TRAININGS), country=request.country_id
    )
    first = mine.order_by("created", "pk").first()
    if first is None:
        raise PermissionDenied
    return first.pk


def may_answer(scope: Scope, request: SessionRequest) -> bool:
    """Return whether somebody plans for the organisation that answers a request."""
    return request.organisation_id in hosts_where(scope, Permission.PLAN_TRAININGS)


def sessions_of(scope: Scope) -> InformationSessionQuerySet:
    """Return the information sessions that somebody plans, or is booked for."""
    is_booked = Q(
        bookings__resource__user=scope.user_id,
        bookings__state__in=[BookingState.ASKED, BookingState.ACCEPTED],
    )
    is_planned = Q(request__organisation__in=hosts_where(scope, Permission.PLAN_TRAININGS))
    found = InformationSession.objects.filter(is_planned | is_booked)
    return found.distinct()


def planned_sessions(scope: Scope) -> InformationSessionQuerySet:
    """Return the information sessions that somebody plans."""
    mine = hosts_where(scope, Permission.PLAN_TRAININGS)
    return InformationSession.objects.filter(request__organisation__in=mine)


def get_session(scope: Scope, pk: UUID) -> InformationSession:
    """Return an information session that this person plans or holds. Errors: Http404."""
    rows = sessions_of(scope).select_related("request__place", "venue__resource", "venue__place")
    return the_one(rows.filter(pk=pk))


def own_part(scope: Scope, session: InformationSession) -> Resource:
    """Return as what somebody holds a session themselves. Errors: Http404."""
    live = [BookingState.ASKED, BookingState.ACCEPTED]
    rows = Resource.objects.filter(
        user=scope.user_id, bookings__session=session, bookings__state__in=live
    )
    return the_one(rows.order_by("pk") if scope.user_id else rows.none())


def session_of(booking: Booking) -> InformationSession:
    """Return the information session of a booking, its request loaded. Errors: Http404."""
    rows = InformationSession.objects.select_related("request__place")
    return the_one(rows.filter(pk=booking.session_id))


def held_by_link(resource: Resource, *, at: datetime) -> BookingQuerySet:
    """Return the information sessions of whom a link shows: to come, now, and until days after."""
    rows = (
        bookings_by_link(resource)
        .live()
        .filter(session__in=InformationSession.objects.values("pk"))
    )
    return rows.filter(session__ends_at__gt=at - COUNTED_FOR)


def get_held_by_link(token: str, pk: UUID, *, at: datetime) -> Booking:
    """Return such a session as its booking, all loaded. Errors: Http404."""
    rows = held_by_link(get_resource_by_link(token), at=at)
    return the_one(rows.filter(pk=pk))
