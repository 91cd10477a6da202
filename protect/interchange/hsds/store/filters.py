"""What a reader asks for: every condition holds at once, and the order of rows only grows.

Services stand in the order in which the public first saw them. None ever leaves what is known
outside, and a new one comes last, so that whoever turns pages while rows come and go misses none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import (
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import (
    ASin,
    Coalesce,
    Cos,
    Least,
    Power,
    Radians,
    Replace,
    Sin,
    Sqrt,
    Upper,
)
from django.db.models.lookups import LessThanOrEqual

from protect.directory.enums import Audience, Status
from protect.directory.models import Organisation, Schedule, Service, ServiceArea, ServiceAtLocation
from protect.directory.queries import ServiceQuerySet
from protect.interchange.hsds import terms
from protect.interchange.hsds.store.search import saying, says
from protect.interchange.hsds.terms import Scheme, Term
from protect.reference.lookup import store as lookup

EARTH_M = 6_371_008.8  # mean radius
TOWN_RADIUS_KM = 10  # of an area that names a town and no radius: the same as in matching
SHOWN = (Status.PUBLISHED, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for. None and "" are no condition."""

    search: str = ""
    taxonomy_term: UUID | None = None
    taxonomy: UUID | None = None
    organisation: UUID | None = None
    modified_after: datetime | None = None
    postcode: str = ""
    proximity_m: float | None = None  # metres from the middle of the postcode


@dataclass(frozen=True, slots=True)
class _Spot:
    """A point that a postcode may mean, and the areas that it lies in."""

    latitude: float
    longitude: float
    country: str
    areas: tuple[str, ...]


def services(asked: Asked) -> ServiceQuerySet:
    """Return the services that the public knows and that answer to every condition."""
    found = Service.objects.known_outside()
    if asked.search:  # what was taken off the site says nothing of its text any more
        found = saying(found.published(), asked.search)
    if asked.organisation:
        found = found.filter(organisation=asked.organisation)
    if asked.modified_after:
        found = found.filter(last_modified__gte=asked.modified_after)
    for wanted in _wanted(asked):
        found = found.filter(_carrying(wanted))
    return found.order_by("released_at", "pk")


def service_sites(asked: Asked) -> QuerySet[ServiceAtLocation]:
    """Return services at the places that the public may know of."""
    of_service = replace(asked, postcode="", proximity_m=None)
    found = ServiceAtLocation.objects.filter(
        location__audience=Audience.PUBLIC,
        service__address_audience=Audience.PUBLIC,
        service__in=services(of_service).order_by().values("pk"),
    )
    if asked.postcode:  # what was taken off the site does not say any more where it was
        open_now = found.filter(service__status=Status.PUBLISHED)
        found = _near(open_now, asked.postcode, asked.proximity_m)
    return found.order_by("service__released_at", "pk")


def organisations(asked: Asked) -> QuerySet[Organisation]:
    """Return those who run a service that the public knows, `is_open` unless all are withdrawn."""
    of_service = replace(asked, search="")
    known = Service.objects.known_outside().filter(organisation=OuterRef("pk")).order_by()
    first = known.values("organisation").annotate(first=Min("released_at")).values("first")
    found = Organisation.objects.annotate(
        first=Subquery(first), is_open=Exists(known.filter(status__in=SHOWN))
    ).filter(Exists(services(of_service).order_by().filter(organisation=OuterRef("pk"))))
    if asked.search:
        found = found.filter(says(asked.search, "name", "description"), is_open=True)
    return found.order_by("first", "pk")


def _wanted(asked: Asked) -> list[tuple[Term, ...]]:
    """Return groups of terms: of each group a service must carry one."""
    groups: list[tuple[Term, ...]] = []
    if asked.taxonomy_term:
        term = terms.by_id().get(asked.taxonomy_term)
        groups.append((term,) if term else ())
    if asked.taxonomy:
        groups.append(tuple(each for each in terms.every() if each.taxonomy_id == asked.taxonomy))
    return groups


def _carrying(wanted: Collection[Term]) -> Q:
    """Return the condition that a service carries one of these terms; of none, nobody does."""
    return reduce(or_, (CARRIED[term.scheme](term) for term in wanted), Q(pk__in=[]))


def _in_category(term: Term) -> Q:
    return _categories(term.categories)


def _for_need(term: Term) -> Q:
    return _categories(term.categories) & ~_categories(term.never)


def _by_detail(term: Term) -> Q:
    return Q(pk__in=_WITH_DETAIL[term.code]().values("service"))


def _categories(codes: Collection[str]) -> Q:
    rows = Service.categories.through.objects.filter(category__in=codes)
    return Q(pk__in=rows.values("service"))


CARRIED: Mapping[Scheme, Callable[[Term], Q]] = {
    Scheme.CATEGORIES: _in_category,
    Scheme.NEEDS: _for_need,
    Scheme.OPEN_ELIGIBILITY: _in_category,
    Scheme.DETAILS: _by_detail,
}
_WITH_DETAIL: Mapping[str, Callable[[], QuerySet[Schedule]]] = {
    terms.OSM_HOURS: lambda: Schedule.objects.exclude(expression=""),
    terms.TIME_ZONE: lambda: Schedule.objects.exclude(expression=""),
    terms.BY_APPOINTMENT: lambda: Schedule.objects.filter(by_appointment=True),
}


def _near(
    found: QuerySet[ServiceAtLocation], postcode: str, metres: float | None
) -> QuerySet[ServiceAtLocation]:
    """Keep what serves a postcode, and what lies within so many metres of its middle.

    The postcodes that are known are those of the public addresses of this directory.
    """
    code = "".join(postcode.split()).upper()
    found = found.annotate(
        squeezed=Replace(Upper("location__postal_code"), Value(" "), Value("")),
        latitude=Coalesce("location__latitude", "location__place__latitude"),
        longitude=Coalesce("location__longitude", "location__place__longitude"),
    )
    spots = _spots(code)
    if not spots:
        return found.none()
    areas = ServiceArea.objects.filter(service=OuterRef("service"))
    covered = reduce(or_, (_covers(spot) for spot in spots))
    is_near = Q() if metres is None else _within(spots, metres)
    is_here = Q(squeezed=code) if metres is None else Q()
    return found.filter(Exists(areas.filter(covered)) | (~Exists(areas) & is_here), is_near)


def _spots(code: str) -> list[_Spot]:
    """Return where the public addresses with a postcode are: one point for each country."""
    public = ServiceAtLocation.objects.filter(
        location__audience=Audience.PUBLIC,
        service__address_audience=Audience.PUBLIC,
        service__in=Service.objects.known_outside().published().values("pk"),
        location__place__isnull=False,
    ).annotate(squeezed=Replace(Upper("location__postal_code"), Value(" "), Value("")))
    listed = (
        public.filter(squeezed=code)
        .order_by("pk")
        .values_list("location__place", "location__latitude", "location__longitude")
    )
    by_country: dict[str, list[tuple[int, float, float]]] = {}
    for place, latitude, longitude in listed:
        row = lookup.rows()[place]
        if latitude is None or longitude is None:
            latitude, longitude = row.latitude, row.longitude
        by_country.setdefault(row.country, []).append((place, latitude, longitude))
    return [_middle(country, points) for country, points in by_country.items()]


def _middle(country: str, points: list[tuple[int, float, float]]) -> _Spot:
    return _Spot(
        latitude=sum(point[1] for point in points) / len(points),
        longitude=sum(point[2] for point in points) / len(points),
        country=country,
        areas=terms.chain(lookup.rows()[points[0][0]].area),
    )


def _covers(spot: _Spot) -> Q:
    """Return the condition that an area of a service holds a spot."""
    radius = Coalesce(F("radius_km"), Value(TOWN_RADIUS_KM)) * Value(1000.0)
    distance = _metres(spot, "place__latitude", "place__longitude")
    is_round = LessThanOrEqual(distance, ExpressionWrapper(radius, FloatField()))
    return Q(country=spot.country) | Q(area__in=spot.areas) | Q(is_round, place__isnull=False)


def _within(spots: list[_Spot], metres: float) -> Q:
    """Return the condition that a place lies within so many metres of one of these spots."""
    distances = (_metres(spot, "latitude", "longitude") for spot in spots)
    return reduce(or_, (Q(LessThanOrEqual(each, Value(metres))) for each in distances))


def _metres(spot: _Spot, latitude: str, longitude: str) -> Combinable:
    """Return the way over the sphere from a spot to two columns. Source: haversine formula."""
    here, there = Radians(Value(spot.latitude)), Radians(F(latitude))
    north = Power(Sin((there - here) / 2.0), 2)
    east = Power(Sin((Radians(F(longitude)) - Radians(Value(spot.longitude))) / 2.0), 2)
    part = north + Cos(here) * Cos(there) * east
    return ExpressionWrapper(ASin(Sqrt(Least(Value(1.0), part))) * Value(2 * EARTH_M), FloatField())
