"""The conditions of a request: all must hold, and the order of rows only grows.

Services stand in the order of their first publication. Published ones stay in the list for ever and
new ones come last, so that a client that pages while rows change misses none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import and_, or_
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
from protect.directory.protection.text_checks import silent
from protect.directory.queries import ServiceQuerySet
from protect.interchange.hsds import terms
from protect.interchange.hsds.terms import Scheme, Term
from protect.interchange.hsds.texts import plain
from protect.reference.lookup import store as lookup

EARTH_M = 6_371_008.8  # mean radius
TOWN_RADIUS_KM = 10  # of an area that names a town and no radius: the same as in matching
SHOWN = (Status.PUBLISHED, Status.SUSPENDED)
COLUMNS = ("name", "description", "organisation__name")


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a request. None and "" are no condition."""

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


def services(conditions: Conditions) -> ServiceQuerySet:
    """Return the public services that meet every condition."""
    rows = Service.objects.known_outside()
    if conditions.search:  # what was taken off the site says nothing of its text any more
        rows = saying(rows.published(), conditions.search)
    if conditions.organisation:
        rows = rows.filter(organisation=conditions.organisation)
    if conditions.modified_after:
        rows = rows.filter(last_modified__gte=conditions.modified_after)
    for wanted in _wanted(conditions):
        rows = rows.filter(_carrying(wanted))
    return rows.order_by("released_at", "pk")


def service_sites(conditions: Conditions) -> QuerySet[ServiceAtLocation]:
    """Return services at the places that the public may know of."""
    of_service = replace(conditions, postcode="", proximity_m=None)
    sites = ServiceAtLocation.objects.filter(
        location__audience=Audience.PUBLIC,
        service__address_audience=Audience.PUBLIC,
        service__in=services(of_service).order_by().values("pk"),
    )
    if conditions.postcode:  # what was taken off the site does not say any more where it was
        open_now = sites.filter(service__status=Status.PUBLISHED)
        sites = _near(open_now, conditions.postcode, conditions.proximity_m)
    return sites.order_by("service__released_at", "pk")


def organisations(conditions: Conditions) -> QuerySet[Organisation]:
    """Return the organisations with public services, `is_open` unless all are withdrawn."""
    of_service = replace(conditions, search="")
    services_of_row = Service.objects.known_outside().filter(organisation=OuterRef("pk")).order_by()
    first = (
        services_of_row.values("organisation").annotate(first=Min("released_at")).values("first")
    )
    rows = Organisation.objects.annotate(
        first=Subquery(first), is_open=Exists(services_of_row.filter(status__in=SHOWN))
    ).filter(Exists(services(of_service).order_by().filter(organisation=OuterRef("pk"))))
    if conditions.search:
        rows = rows.filter(says(conditions.search, "name", "description"), is_open=True)
    return rows.order_by("first", "pk")


def _wanted(conditions: Conditions) -> list[tuple[Term, ...]]:
    """Return groups of terms: of each group a service must carry one."""
    groups: list[tuple[Term, ...]] = []
    if conditions.taxonomy_term:
        term = terms.by_id().get(conditions.taxonomy_term)
        groups.append((term,) if term else ())
    if conditions.taxonomy:
        groups.append(
            tuple(each for each in terms.every() if each.taxonomy_id == conditions.taxonomy)
        )
    return groups


def _carrying(wanted: Collection[Term]) -> Q:
    """Return the condition that a service carries one of these terms; without terms none does."""
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
    sites: QuerySet[ServiceAtLocation], postcode: str, metres: float | None
) -> QuerySet[ServiceAtLocation]:
    """Keep what serves a postcode, and what lies within so many metres of its middle.

    The postcodes that are known are those of the public addresses of this directory.
    """
    code = "".join(postcode.split()).upper()
    sites = sites.annotate(
        squeezed=Replace(Upper("location__postal_code"), Value(" "), Value("")),
        latitude=Coalesce("location__latitude", "location__place__latitude"),
        longitude=Coalesce("location__longitude", "location__place__longitude"),
    )
    spots = _spots(code)
    if not spots:
        return sites.none()
    areas = ServiceArea.objects.filter(service=OuterRef("service"))
    covered = reduce(or_, (_covers(spot) for spot in spots))
    is_near = Q() if metres is None else _within(spots, metres)
    is_here = Q(squeezed=code) if metres is None else Q()
    return sites.filter(Exists(areas.filter(covered)) | (~Exists(areas) & is_here), is_near)


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


def saying(services: ServiceQuerySet, search: str) -> ServiceQuerySet:
    """Keep the services with every word in name, description or organisation name.

    Withheld texts of a protected service are not searched.
    """
    matches = services.filter(says(search, *COLUMNS))
    protected = matches.exclude(address_audience=Audience.PUBLIC).order_by("pk")
    withheld = [
        key
        for key, name, description, organisation in protected.values_list("pk", *COLUMNS)
        if not _shows(search, (plain(name), plain(silent(description)), plain(organisation)))
    ]
    return matches.exclude(pk__in=withheld)


def says(search: str, *columns: str) -> Q:
    """Return the condition that these columns contain every word, in any case."""
    return reduce(
        and_,
        (
            reduce(or_, (Q(**{f"{name}__iregex": re.escape(word)}) for name in columns))
            for word in search.split()
        ),
        Q(),
    )


def _shows(search: str, texts: Iterable[str]) -> bool:
    shown = "\n".join(texts)
    return all(re.search(re.escape(word), shown, re.IGNORECASE) for word in search.split())
