"""Access to resources and bookings, by account or by a person's own link. All else is a 404."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from protect.orgs.enums import OrganisationState
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.access import must_plan, planned_hosts, seen_hosts, the_one, token_hash
from protect.trainings.base.extension import extensions
from protect.trainings.scheduling.enums import BookingRole, BookingState, EditionState, ResourceKind
from protect.trainings.scheduling.models import Booking, Edition, Resource, Session
from protect.trainings.scheduling.queries import BookingQuerySet, EditionQuerySet


def resources_of(scope: Scope) -> QuerySet[Resource]:
    """Return the resources that a user can book, venues loaded."""
    rows = Resource.objects.filter(organisation__in=planned_hosts(scope))
    return rows.select_related("organisation", "user", "venue__place")


def get_resource(scope: Scope, pk: UUID, kind: str = "") -> Resource:
    """Return a resource, of a kind if one is given. Errors: Http404."""
    rows = resources_of(scope).filter(pk=pk)
    return the_one(rows.filter(kind=kind) if kind else rows)


def get_booking(scope: Scope, pk: UUID) -> Booking:
    """Return a booking of a half day for which this person plans, all loaded. Errors: Http404."""
    return the_one(_booked().filter(pk=pk, session__edition__host__in=planned_hosts(scope)))


def own_bookings(scope: Scope) -> BookingQuerySet:
    """Return the bookings of a user's own resources, all loaded."""
    return _booked().filter(resource__user=scope.user_id, resource__is_active=True)


def own_resources(scope: Scope) -> QuerySet[Resource]:
    """Return the resources that stand for a user: at most one in each organisation."""
    return Resource.objects.filter(user=scope.user_id, is_active=True).order_by("pk")


def get_own_booking(scope: Scope, pk: UUID) -> Booking:
    """Return a booking of this person themselves. Errors: Http404."""
    return the_one(own_bookings(scope).filter(pk=pk))


def get_resource_by_link(token: str) -> Resource:
    """Return whose bookings a link without account shows. Errors: Http404."""
    rows = Resource.objects.select_related("organisation")
    return the_one(rows.filter(token_hash=token_hash(token), is_active=True))


def get_resource_by_feed(token: str) -> Resource:
    """Return whose calendar a link holds. Errors: Http404."""
    rows = Resource.objects.select_related("organisation")
    return the_one(rows.filter(feed_hash=token_hash(token), is_active=True))


def bookings_by_link(resource: Resource) -> BookingQuerySet:
    """Return the bookings of the person whom a link belongs to, all loaded."""
    return _booked().filter(resource=resource)


def people_beside(booking: Booking) -> QuerySet[Resource]:
    """Return the other people of a session; none to a person who has not accepted yet."""
    come = booking.session.bookings.filter(state=BookingState.ACCEPTED)
    rows = Resource.objects.filter(kind=ResourceKind.PERSON, bookings__in=come)
    rows = rows.exclude(pk=booking.resource_id).distinct().order_by("name", "pk")
    return rows if booking.state == BookingState.ACCEPTED else rows.none()


def _booked() -> BookingQuerySet:
    of_session = ("edition__course_version", "edition__host", "venue__resource", "venue__place")
    names = (f"session__{each}" for each in of_session)
    return Booking.objects.select_related("resource", "language", *names)


def editions_of(scope: Scope) -> EditionQuerySet:
    """Return the editions that a user may see."""
    return Edition.objects.hosted_by(seen_hosts(scope))


def get_edition(scope: Scope, pk: UUID) -> Edition:
    """Return an edition that this person may see, host and course loaded. Errors: Http404."""
    rows = editions_of(scope).select_related("host", "course_version__course", "country")
    return the_one(rows.filter(pk=pk))


def get_planned(scope: Scope, pk: UUID) -> Edition:
    """Return an edition for whose host this person plans. Errors: Http404; PermissionDenied."""
    edition = get_edition(scope, pk)
    must_plan(scope, edition.host_id)
    return edition


def get_half_day(scope: Scope, pk: UUID) -> Session:
    """Return a half day of an edition for which this person plans. Errors: Http404."""
    rows = Session.objects.select_related("edition__host", "venue")
    return the_one(rows.filter(pk=pk, edition__host__in=planned_hosts(scope)))


def could_co_host(edition: Edition) -> QuerySet[Organisation]:
    """Return the organisations that can be asked to host an edition together with its host."""
    rows = Organisation.objects.filter(state=OrganisationState.ACTIVE)
    return rows.exclude(pk=edition.host_id).order_by("name", "pk")


def asked_to_host(scope: Scope) -> EditionQuerySet:
    """Return the editions of other hosts which a user's organisations are invited to co-host."""
    rows = Edition.objects.exclude(state__in=[EditionState.DONE, EditionState.CANCELLED])
    return rows.filter(asked_co_hosts__in=planned_hosts(scope)).distinct()


def get_hosted(scope: Scope, pk: UUID) -> tuple[Edition, list[Organisation]]:
    """Return an edition of another host, and the organisations for which the user may answer.
    Organisations without an answer come first. Errors: Http404, where none was invited."""
    edition = the_one(Edition.objects.select_related("host", "course_version").filter(pk=pk))
    own = Organisation.objects.filter(pk__in=planned_hosts(scope)).order_by("name", "pk")
    rows = (edition.asked_co_hosts, edition.co_hosts)
    organisations = [each for some in rows for each in own.filter(pk__in=some.values("pk"))]
    if not organisations:
        raise Http404
    return edition, organisations


def is_asked(edition: Edition, organisation: Organisation) -> bool:
    """Return whether an organisation was asked to host an edition, or does."""
    both = (edition.asked_co_hosts, edition.co_hosts)
    return any(rows.filter(pk=organisation.pk).exists() for rows in both)


def offered_to(edition: Edition, session: Session | None = None) -> QuerySet[Resource]:
    """Return what sessions of an edition can book: resources of the host and the co-hosts.
    Ambassadors are not lent. A session keeps its booked room, even if its owner no longer hosts."""
    offered = Q(organisation=edition.host_id)
    lent = Resource.objects.filter(organisation__in=edition.co_hosts.values("pk"))
    for extension in extensions():
        lent = extension.lent(lent)
    offered |= Q(pk__in=lent.values("pk"))
    if session is not None:
        rooms = session.bookings.live().filter(role=BookingRole.ROOM)
        offered |= Q(pk__in=rooms.filter(resource=session.venue_id).values("resource"))
    return Resource.objects.filter(offered)
