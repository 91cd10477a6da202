"""Who may open and change what of trainings. Foreign and missing things give one and the same 404.

Whoever plans or trains for an organisation sees what it hosts, alone or with others; only who
plans for the host changes it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope
from protect.trainings.enums import BookingState
from protect.trainings.models import (
    Edition,
    Participant,
    PersonDoubt,
    Registration,
    Resource,
    Sender,
    Session,
    SessionRequest,
    Venue,
)
from protect.trainings.queries import (
    EditionQuerySet,
    RegistrationQuerySet,
    RequestQuerySet,
    SessionQuerySet,
)

# Whoever holds one of these sees the trainings of the organisation.
TAKING_PART = (Permission.PLAN_TRAININGS, Permission.TRAIN)


def hosts_where(scope: Scope, *permissions: Permission) -> frozenset[UUID]:
    """Return the active organisations for which somebody may do one of these things."""
    held = frozenset[UUID]().union(*map(scope.organisations_where, permissions))
    if not held:
        return frozenset()
    rows = Organisation.objects.filter(pk__in=held, state=OrganisationState.ACTIVE)
    return frozenset(rows.order_by("pk").values_list("pk", flat=True))


def the_one[M: Model](rows: QuerySet[M]) -> M:
    """Return the first of some rows. Errors: Http404, for none: foreign or missing is all one."""
    found = rows.first()
    if found is None:
        raise Http404
    return found


def editions_of(scope: Scope) -> EditionQuerySet:
    """Return the editions that somebody may see."""
    return Edition.objects.hosted_by(hosts_where(scope, *TAKING_PART))


def get_edition(scope: Scope, pk: UUID) -> Edition:
    """Return an edition that this person may see, host and course loaded. Errors: Http404."""
    rows = editions_of(scope).select_related("host", "course_version__course", "country")
    return the_one(rows.filter(pk=pk))


def get_half_day(scope: Scope, pk: UUID) -> Session:
    """Return a half day of an edition for which this person plans. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    rows = Session.objects.select_related("edition__host", "venue")
    return the_one(rows.filter(pk=pk, edition__host__in=hosts))


def registrations_of(scope: Scope) -> RegistrationQuerySet:
    """Return the registrations about which somebody decides."""
    return Registration.objects.filter(
        edition__host__in=hosts_where(scope, Permission.PLAN_TRAININGS)
    )


def get_registration(scope: Scope, pk: UUID) -> Registration:
    """Return a registration about which this person decides, all loaded. Errors: Http404."""
    rows = registrations_of(scope).select_related(
        "edition__host", "edition__course_version", "participant", "sender"
    )
    return the_one(rows.filter(pk=pk))


def get_participant(scope: Scope, pk: UUID) -> Participant:
    """Return somebody of the trainings for which this person plans. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return the_one(Participant.objects.filter(pk=pk, host__in=hosts, erased_at=None))


def doubts_of(scope: Scope) -> QuerySet[PersonDoubt]:
    """Return the pairs about which somebody decides whether they are one person."""
    return PersonDoubt.objects.filter(first__host__in=hosts_where(scope, Permission.PLAN_TRAININGS))


def get_doubt(scope: Scope, pk: UUID) -> PersonDoubt:
    """Return a pair about which this person decides. Errors: Http404."""
    return the_one(doubts_of(scope).filter(pk=pk))


def get_own(token: str) -> Registration:
    """Return the registration to which somebody's own link leads. Errors: Http404."""
    rows: QuerySet[Registration] = Registration.objects.select_related(
        "edition__host", "edition__course_version", "participant", "sender"
    )
    return the_one(rows.filter(token_hash=token_hash(token)))


def token_hash(token: str) -> str:
    """Return what the database keeps of a link's token: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


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


def sessions_of(scope: Scope) -> SessionQuerySet:
    """Return the information sessions that somebody plans, or is booked for."""
    is_booked = Q(
        bookings__resource__user=scope.user_id,
        bookings__state__in=[BookingState.ASKED, BookingState.ACCEPTED],
    )
    is_planned = Q(request__organisation__in=hosts_where(scope, Permission.PLAN_TRAININGS))
    found = Session.objects.filter(is_planned | is_booked, request__isnull=False)
    return found.distinct()


def planned_sessions(scope: Scope) -> SessionQuerySet:
    """Return the information sessions that somebody plans."""
    mine = hosts_where(scope, Permission.PLAN_TRAININGS)
    return Session.objects.filter(request__organisation__in=mine)


def get_session(scope: Scope, pk: UUID) -> Session:
    """Return an information session that this person plans or holds. Errors: Http404."""
    rows = sessions_of(scope).select_related("request__place", "venue__resource", "venue__place")
    return the_one(rows.filter(pk=pk))


def own_part(scope: Scope, session: Session) -> Resource:
    """Return as what somebody holds a session themselves. Errors: Http404."""
    live = [BookingState.ASKED, BookingState.ACCEPTED]
    rows = Resource.objects.filter(
        user=scope.user_id, bookings__session=session, bookings__state__in=live
    )
    return the_one(rows.order_by("pk") if scope.user_id else rows.none())


def request_of(session: Session) -> SessionRequest:
    """Return the request of an information session. Errors: Http404, for a half day."""
    if session.request is None:
        raise Http404
    return session.request


def must_plan(scope: Scope, organisation: UUID) -> UUID:
    """Return the organisation, for which this person plans. Errors: PermissionDenied."""
    if organisation not in hosts_where(scope, Permission.PLAN_TRAININGS):
        raise PermissionDenied
    return organisation


def planner_context(scope: Scope, organisation: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a planner. Errors: PermissionDenied."""
    planned_for = must_plan(scope, organisation)
    return AuditContext(at=at, actor=scope.user_id, organisation=planned_for)


def link_context(organisation: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a participant or nominating organisation that uses a link."""
    return AuditContext(at=at, actor=None, organisation=organisation)


def planner_or_link_context(
    scope: Scope | None, organisation: UUID, *, at: datetime
) -> AuditContext:
    """Return the audit context of a planner, or without a scope of the holder of a link.

    Errors: PermissionDenied.
    """
    if scope is None:
        return link_context(organisation, at=at)
    return planner_context(scope, organisation, at=at)


def must_be_of(organisation: UUID | None, *owned: Resource | Venue | Sender | Team | None) -> None:
    """Refuse what is another organisation's. Forms offer none of it. Errors: PermissionDenied."""
    if any(owner_of(each) != organisation for each in owned if each is not None):
        raise PermissionDenied


def owner_of(owned: Resource | Venue | Sender | Team) -> UUID:
    """Return the organisation to which something belongs."""
    if isinstance(owned, Sender):
        return owned.kept_by_id
    return (owned.resource if isinstance(owned, Venue) else owned).organisation_id


def must_plan_somewhere(scope: Scope) -> frozenset[UUID]:
    """Return the organisations for which this person plans. Errors: PermissionDenied for none."""
    found = hosts_where(scope, Permission.PLAN_TRAININGS)
    if not found:
        raise PermissionDenied
    return found
