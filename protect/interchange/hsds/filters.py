"""The conditions of a request: all must hold, and the order of rows only grows.

Services stand in the order of their first publication. Published ones stay in the list for ever and
new ones come last, so that a client that pages while rows change misses none.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Value, functions
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThanOrEqual

from protect.directory import enums, service_models
from protect.directory.facts.eligibility import TOWN_RADIUS_KM
from protect.directory.models import Organisation, Schedule, Service, ServiceArea, ServiceAtLocation
from protect.directory.protection import addresses, text_checks
from protect.interchange.hsds import terms, texts
from protect.reference.lookup import store as lookup

EARTH_M = 6_371_008.8  # mean radius
SHOWN = (enums.Status.PUBLISHED, enums.Status.SUSPENDED)
COLUMNS = ("name", "description", "organisation__name")
SQUEEZED = functions.Replace(functions.Upper("location__postal_code"), Value(" "), Value(""))


class Conditions(NamedTuple):
    """The conditions of a request. None and "" are no condition."""

    search: str = ""
    taxonomy_term: UUID | None = None
    taxonomy: UUID | None = None
    organisation: UUID | None = None
    modified_after: datetime | None = None
    postcode: str = ""
    proximity_m: float | None = None  # metres from the middle of the postcode


class _Spot(NamedTuple):
    latitude: float
    longitude: float
    country: str
    areas: tuple[str, ...]


def services(conditions: Conditions) -> service_models.ServiceQuerySet:
    """Return the public services that meet every condition."""
    rows = Service.objects.known_outside()
    if conditions.search:  # what was taken off the site says nothing of its text any more
        rows = saying(rows.published(), conditions.search)
    if conditions.organisation:
        rows = rows.filter(organisation=conditions.organisation)
    if conditions.modified_after:
        rows = rows.filter(last_modified__gte=conditions.modified_after)
    return rows.filter(*_carrying(conditions)).order_by("released_at", "pk")


def service_sites(conditions: Conditions) -> QuerySet[ServiceAtLocation]:
    """Return services at the places that the public may know of."""
    of_service = conditions._replace(postcode="", proximity_m=None)
    visible = services(of_service).order_by().values("pk")
    sites = addresses.public_sites().filter(service__in=visible)
    if conditions.postcode:  # what was taken off the site does not say any more where it was
        open_now = sites.filter(service__status=enums.Status.PUBLISHED)
        sites = _near(open_now, conditions.postcode, conditions.proximity_m)
    return sites.order_by("service__released_at", "pk")


def organisations(conditions: Conditions) -> QuerySet[Organisation]:
    """Return the organisations with public services, `is_open` unless all are withdrawn."""
    of_service = conditions._replace(search="")
    services_of_row = Service.objects.known_outside().filter(organisation=OuterRef("pk")).order_by()
    dated = services_of_row.values("organisation").annotate(first=models.Min("released_at"))
    rows = Organisation.objects.annotate(
        first=models.Subquery(dated.values("first")),
        is_open=models.Exists(services_of_row.filter(status__in=SHOWN)),
    ).filter(models.Exists(services(of_service).order_by().filter(organisation=OuterRef("pk"))))
    if conditions.search:
        rows = rows.filter(says(conditions.search, "name", "description"), is_open=True)
    return rows.order_by("first", "pk")


def _carrying(conditions: Conditions) -> Iterator[Q]:
    """Yield a condition for each group of terms of which a service must carry one."""
    for name, value in (("id", conditions.taxonomy_term), ("taxonomy_id", conditions.taxonomy)):
        if value:
            group = (term for term in terms.every() if getattr(term, name) == value)
            yield reduce(or_, map(_carries, group), Q(pk__in=[]))


def _carries(term: terms.Term) -> Q:
    if term.scheme is terms.Scheme.DETAILS:
        is_appointment = term.code == terms.BY_APPOINTMENT
        said = Q(by_appointment=True) if is_appointment else ~Q(expression="")
        return Q(pk__in=Schedule.objects.filter(said).values("service"))
    return _categories(term.categories) & ~_categories(term.never)


def _categories(codes: Collection[str]) -> Q:
    rows = Service.categories.through.objects.filter(category__in=codes)
    return Q(pk__in=rows.values("service"))


def _near(
    sites: QuerySet[ServiceAtLocation], postcode: str, metres: float | None
) -> QuerySet[ServiceAtLocation]:
    """Keep what serves a postcode of a public address, and lies within metres of its middle."""
    code = "".join(postcode.split()).upper()
    sites = sites.annotate(
        squeezed=SQUEEZED,
        latitude=functions.Coalesce("location__latitude", "location__place__latitude"),
        longitude=functions.Coalesce("location__longitude", "location__place__longitude"),
    )
    spots = _spots(code)
    if not spots:
        return sites.none()
    areas = ServiceArea.objects.filter(service=OuterRef("service"))
    covered = reduce(or_, (_covers(spot) for spot in spots))
    is_near, is_here = Q(), Q(squeezed=code)
    if metres is not None:
        ways = (_metres(spot, "latitude", "longitude") for spot in spots)
        is_near = reduce(or_, (Q(LessThanOrEqual(way, Value(metres))) for way in ways))
        is_here = Q()
    return sites.filter(
        models.Exists(areas.filter(covered)) | (~models.Exists(areas) & is_here), is_near
    )


def _spots(code: str) -> list[_Spot]:
    """Return where the public addresses with a postcode are: one point for each country."""
    visible = Service.objects.known_outside().published().values("pk")
    public = addresses.public_sites().filter(service__in=visible, location__place__isnull=False)
    here = public.annotate(squeezed=SQUEEZED).filter(squeezed=code).order_by("pk")
    columns = ("location__place", "location__latitude", "location__longitude")
    by_country: dict[str, list[tuple[int, float, float]]] = {}
    for place, latitude, longitude in here.values_list(*columns):
        row = lookup.rows()[place]
        if latitude is None or longitude is None:
            latitude, longitude = row.latitude, row.longitude
        by_country.setdefault(row.country, []).append((place, latitude, longitude))
    return [
        _Spot(
            latitude=sum(point[1] for point in points) / len(points),
            longitude=sum(point[2] for point in points) / len(points),
            country=country,
            areas=lookup.chain(lookup.rows()[points[0][0]].area),
        )
        for country, points in by_country.items()
    ]


def _covers(spot: _Spot) -> Q:
    """Return the condition that an area of a service holds a spot."""
    radius = functions.Coalesce(F("radius_km"), Value(TOWN_RADIUS_KM)) * Value(1000.0)
    distance = _metres(spot, "place__latitude", "place__longitude")
    is_round = LessThanOrEqual(distance, models.ExpressionWrapper(radius, models.FloatField()))
    return Q(country=spot.country) | Q(area__in=spot.areas) | Q(is_round, place__isnull=False)


def _metres(spot: _Spot, latitude: str, longitude: str) -> Combinable:
    """Return the way over the sphere from a spot to two columns. Source: haversine formula."""
    radians, sin, cos = functions.Radians, functions.Sin, functions.Cos
    here, there = radians(Value(spot.latitude)), radians(F(latitude))
    north = functions.Power(sin((there - here) / 2.0), 2)
    turn = radians(F(longitude)) - radians(Value(spot.longitude))
    east = functions.Power(sin(turn / 2.0), 2)
    part = functions.Least(Value(1.0), north + cos(here) * cos(there) * east)
    way = functions.ASin(functions.Sqrt(part)) * Value(2 * EARTH_M)
    return models.ExpressionWrapper(way, models.FloatField())


def saying(services: service_models.ServiceQuerySet, search: str) -> service_models.ServiceQuerySet:
    """Keep services with every word in a name or description; withheld texts are not searched."""
    matches = services.filter(says(search, *COLUMNS))
    protected = matches.exclude(address_audience=enums.Audience.PUBLIC).order_by("pk")
    withheld = []
    for key, name, description, organisation in protected.values_list("pk", *COLUMNS):
        shown = "\n".join(map(texts.plain, (name, text_checks.silent(description), organisation)))
        if not all(re.search(re.escape(word), shown, re.IGNORECASE) for word in search.split()):
            withheld.append(key)
    return matches.exclude(pk__in=withheld)


def says(search: str, *columns: str) -> Q:
    """Return the condition that these columns contain every word, in any case."""
    condition = Q()
    for word in map(re.escape, search.split()):
        condition &= reduce(or_, (Q(**{f"{name}__iregex": word}) for name in columns))
    return condition
