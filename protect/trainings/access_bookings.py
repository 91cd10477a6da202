"""Who may open and change whom and what sessions book, and bookings; links without account, too.

Foreign and missing things give one and the same 404, as in `access`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.access import hosts_where, the_one, token_hash
from protect.trainings.enums import BookingState, ResourceKind
from protect.trainings.models import Booking, Registration, Resource
from protect.trainings.queries import BookingQuerySet
from protect.trainings.rules.counting import COUNTED_FOR


def resources_of(scope: Scope) -> QuerySet[Resource]:
    """Return whom and what somebody can book, venues loaded."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    rows = Resource.objects.filter(organisation__in=hosts)
    return rows.select_related("organisation", "user", "venue__place")


def get_resource(scope: Scope, pk: UUID, kind: str = "") -> Resource:
    """Return somebody or something, of a kind if it matters. Errors: Http404."""
    found = resources_of(scope).filter(pk=pk).first()
    if found is None or (kind and found.kind != kind):
        raise Http404
    return found


def get_booking(scope: Scope, pk: UUID) -> Booking:
    """Return a booking of a half day for which this person plans, all loaded. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return the_one(_booked().filter(pk=pk, session__edition__host__in=hosts))


def own_bookings(scope: Scope) -> BookingQuerySet:
    """Return what somebody is booked for themselves, all loaded."""
    return _booked().filter(resource__user=scope.user_id, resource__is_active=True)


def own_resources(scope: Scope) -> QuerySet[Resource]:
    """Return as whom somebody can be booked themselves: once in each organisation."""
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


def get_registration_by_feed(token: str) -> Registration:
    """Return whose half days a calendar's link holds. Errors: Http404."""
    rows = Registration.objects.select_related("edition__host", "edition__course_version")
    return the_one(rows.filter(feed_hash=token_hash(token)))


def bookings_by_link(resource: Resource) -> BookingQuerySet:
    """Return what somebody whom a link shows is booked for, all loaded."""
    return _booked().filter(resource=resource)


def held_by_link(resource: Resource, *, at: datetime) -> BookingQuerySet:
    """Return the information sessions of whom a link shows: to come, now, and until days after."""
    rows = bookings_by_link(resource).live().filter(session__request__isnull=False)
    return rows.filter(session__ends_at__gt=at - COUNTED_FOR)


def get_held_by_link(token: str, pk: UUID, *, at: datetime) -> Booking:
    """Return such a session as its booking, all loaded. Errors: Http404."""
    rows = held_by_link(get_resource_by_link(token), at=at)
    return the_one(rows.select_related("session__request__place").filter(pk=pk))


def people_beside(booking: Booking) -> QuerySet[Resource]:
    """Return who else comes to a session; nobody for whom has not said yes themselves."""
    come = booking.session.bookings.filter(state=BookingState.ACCEPTED)
    rows = Resource.objects.filter(kind=ResourceKind.PERSON, bookings__in=come)
    rows = rows.exclude(pk=booking.resource_id).distinct().order_by("name", "pk")
    return rows if booking.state == BookingState.ACCEPTED else rows.none()


def get_among(rows: BookingQuerySet, typed: str) -> Booking:
    """Return the booking that a form names, among those that it may. Errors: Http404."""
    try:
        return the_one(rows.filter(pk=UUID(typed)))
    except ValueError:
        raise Http404 from None


def _booked() -> BookingQuerySet:
    return Booking.objects.select_related(
        "resource",
        "language",
        "session__edition__course_version",
        "session__edition__host",
        "session__request",
        "session__venue__resource",
        "session__venue__place",
    )
