"""Access to resources, bookings and editions by account or secret link; a 404 if hidden."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from protect.kernel.ids import hash_token
from protect.orgs import enums, models
from protect.orgs.scope import Scope
from protect.trainings.base.access import first_or_404, must_plan, planned_hosts, visible_hosts
from protect.trainings.base.extension import extensions
from protect.trainings.scheduling.enums import BookingRole, BookingState, EditionState, ResourceKind
from protect.trainings.scheduling.models import Booking, Edition, Resource, Session
from protect.trainings.scheduling.queries import BookingQuerySet, EditionQuerySet


def resources_of(scope: Scope) -> QuerySet[Resource]:
    """Return the resources of the organisations for which a user plans, with their venues."""
    rows = Resource.objects.filter(organisation__in=planned_hosts(scope))
    return rows.select_related("organisation", "user", "venue__place")


def get_resource(scope: Scope, pk: UUID, kind: str = "") -> Resource:
    """Return one of this user's `resources_of`, of `kind` unless it is "". Errors: Http404."""
    rows = resources_of(scope).filter(pk=pk)
    return first_or_404(rows.filter(kind=kind) if kind else rows)


def get_booking(scope: Scope, pk: UUID) -> Booking:
    """Return a booking of a session that the user plans, with related rows. Errors: Http404."""
    rows = _bookings_with_relations().filter(session__edition__host__in=planned_hosts(scope))
    return first_or_404(rows.filter(pk=pk))


def own_bookings(scope: Scope) -> BookingQuerySet:
    """Return the bookings of a user's own active resources, with related rows."""
    return _bookings_with_relations().filter(resource__user=scope.user_id, resource__is_active=True)


def own_resources(scope: Scope) -> QuerySet[Resource]:
    """Return the active resources that represent a user: at most one in each organisation."""
    return Resource.objects.filter(user=scope.user_id, is_active=True).order_by("pk")


def get_own_booking(scope: Scope, pk: UUID) -> Booking:
    """Return a booking of the user's own resources. Errors: Http404."""
    return first_or_404(own_bookings(scope).filter(pk=pk))


def get_resource_by_link(token: str) -> Resource:
    """Return the person whose bookings a link shows without an account. Errors: Http404."""
    rows = Resource.objects.select_related("organisation")
    return first_or_404(rows.filter(token_hash=hash_token(token), is_active=True))


def get_resource_by_feed(token: str) -> Resource:
    """Return the person whose calendar feed a link opens. Errors: Http404."""
    rows = Resource.objects.select_related("organisation")
    return first_or_404(rows.filter(feed_hash=hash_token(token), is_active=True))


def bookings_of_resource(resource: Resource) -> BookingQuerySet:
    """Return the bookings of a resource, with related rows."""
    return _bookings_with_relations().filter(resource=resource)


def other_people_of_session(booking: Booking) -> QuerySet[Resource]:
    """Return the other people who accepted a session; none until the booked person accepts."""
    accepted = booking.session.bookings.filter(state=BookingState.ACCEPTED)
    rows = Resource.objects.filter(kind=ResourceKind.PERSON, bookings__in=accepted)
    rows = rows.exclude(pk=booking.resource_id).distinct().order_by("name", "pk")
    return rows if booking.state == BookingState.ACCEPTED else rows.none()


def _bookings_with_relations() -> BookingQuerySet:
    loaded = ("edition__course_version", "edition__host", "venue__resource", "venue__place")
    relations = (f"session__{relation}" for relation in loaded)
    return Booking.objects.select_related("resource", "language", *relations)


def editions_of(scope: Scope) -> EditionQuerySet:
    """Return the editions that a user may see."""
    return Edition.objects.hosted_by(visible_hosts(scope))


def get_edition(scope: Scope, pk: UUID) -> Edition:
    """Return an edition that a user may see, with host and course. Errors: Http404."""
    rows = editions_of(scope).select_related("host", "course_version__course", "country")
    return first_or_404(rows.filter(pk=pk))


def get_planned_edition(scope: Scope, pk: UUID) -> Edition:
    """Return an edition that the user plans. Errors: Http404; PermissionDenied."""
    edition = get_edition(scope, pk)
    must_plan(scope, edition.host_id)
    return edition


def get_planned_session(scope: Scope, pk: UUID) -> Session:
    """Return a session of an edition that the user plans. Errors: Http404."""
    rows = Session.objects.select_related("edition__host", "venue")
    return first_or_404(rows.filter(pk=pk, edition__host__in=planned_hosts(scope)))


def possible_co_hosts(edition: Edition) -> QuerySet[models.Organisation]:
    """Return all active organisations except the host: each can be invited to co-host."""
    rows = models.Organisation.objects.filter(state=enums.OrganisationState.ACTIVE)
    return rows.exclude(pk=edition.host_id).order_by("name", "pk")


def co_hosting_invitations(scope: Scope) -> EditionQuerySet:
    """Return unfinished editions that await a co-hosting answer of this user's organisations."""
    rows = Edition.objects.exclude(state__in=[EditionState.DONE, EditionState.CANCELLED])
    return rows.filter(asked_co_hosts__in=planned_hosts(scope)).distinct()


def get_co_hosted_edition(scope: Scope, pk: UUID) -> tuple[Edition, list[models.Organisation]]:
    """Return an edition of another host, and those of the user's organisations that it invited as
    co-hosts, unanswered invitations first. Errors: Http404, if none was invited."""
    edition = first_or_404(Edition.objects.select_related("host", "course_version").filter(pk=pk))
    planned = models.Organisation.objects.filter(pk__in=planned_hosts(scope)).order_by("name", "pk")
    invited = [*planned.filter(pk__in=edition.asked_co_hosts.values("pk"))]
    organisations = [*invited, *planned.filter(pk__in=edition.co_hosts.values("pk"))]
    if not organisations:
        raise Http404
    return edition, organisations


def is_invited_or_co_host(edition: Edition, organisation: models.Organisation) -> bool:
    relations = (edition.asked_co_hosts, edition.co_hosts)
    return any(rows.filter(pk=organisation.pk).exists() for rows in relations)


def bookable_resources(edition: Edition, session: Session | None = None) -> QuerySet[Resource]:
    """Return the resources, even inactive ones, for sessions of an edition: the host's, and the
    co-hosts' except ambassadors. A session keeps its booked room if its owner stops co-hosting."""
    is_bookable = Q(organisation=edition.host_id)
    lent = Resource.objects.filter(organisation__in=edition.co_hosts.values("pk"))
    for extension in extensions():
        lent = extension.without_resources_not_lent(lent)
    is_bookable |= Q(pk__in=lent.values("pk"))
    if session is not None:
        rooms = session.bookings.live().filter(role=BookingRole.ROOM)
        is_bookable |= Q(pk__in=rooms.filter(resource=session.venue_id).values("resource"))
    return Resource.objects.filter(is_bookable)
