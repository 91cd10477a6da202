"""Filters of the HSDS API. Services are ordered by first publication and stay in the list, and
new services come last, so that a client that pages misses none while rows change."""

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

from protect.directory import enums
from protect.directory.facts.eligibility import TOWN_RADIUS_KM
from protect.directory.models import Organisation, Schedule, Service, ServiceArea, ServiceAtLocation
from protect.directory.protection import addresses, text_checks
from protect.directory.service_models import ServiceQuerySet
from protect.interchange.hsds import terms, texts
from protect.reference.lookup import store as lookup

EARTH_M = 6_371_008.8  # mean radius of the earth
# An organisation with a public service in one of these statuses is annotated as `is_open`.
NOT_WITHDRAWN_STATUSES = (enums.Status.PUBLISHED, enums.Status.SUSPENDED)
SEARCH_COLUMNS = ("name", "description", "organisation__name")
UPPER_POSTCODE = functions.Upper("location__postal_code")
POSTCODE_WITHOUT_SPACES = functions.Replace(UPPER_POSTCODE, Value(" "), Value(""))


class Conditions(NamedTuple):
    """The conditions of a request; all must hold. None and "" mean no condition."""

    search: str = ""
    taxonomy_term: UUID | None = None
    taxonomy: UUID | None = None
    organisation: UUID | None = None
    modified_after: datetime | None = None
    postcode: str = ""
    proximity_m: float | None = None  # metres from the middle of the postcode


class _PostcodePoint(NamedTuple):
    latitude: float
    longitude: float
    country: str
    areas: tuple[str, ...]


def services(conditions: Conditions) -> ServiceQuerySet:
    """Return services that meet all but the postcode; with `search`, only published ones."""
    rows = Service.objects.known_to_public()
    if conditions.search:  # the text of a withdrawn service must not be searchable
        rows = filter_by_words(rows.published(), conditions.search)
    if conditions.organisation:
        rows = rows.filter(organisation=conditions.organisation)
    if conditions.modified_after:
        rows = rows.filter(last_modified__gte=conditions.modified_after)
    return rows.filter(*_taxonomy_conditions(conditions)).order_by("released_at", "pk")


def service_sites(conditions: Conditions) -> QuerySet[ServiceAtLocation]:
    """Return the services at public locations that meet every condition."""
    visible = services(conditions._replace(postcode="", proximity_m=None)).order_by().values("pk")
    sites = addresses.public_locations().filter(service__in=visible)
    if conditions.postcode:  # the location of a withdrawn service must not be searchable
        open_sites = sites.filter(service__status=enums.Status.PUBLISHED)
        sites = _filter_by_postcode(open_sites, conditions.postcode, conditions.proximity_m)
    return sites.order_by("service__released_at", "pk")


def organisations(conditions: Conditions) -> QuerySet[Organisation]:
    """Return organisations with `search` in their texts and a service that meets the rest."""
    is_owner = Q(organisation=OuterRef("pk"))
    visible = Service.objects.known_to_public().filter(is_owner).order_by()
    first_releases = visible.values("organisation").annotate(first=models.Min("released_at"))
    matching = services(conditions._replace(search="")).order_by().filter(is_owner)
    rows = Organisation.objects.annotate(
        first=models.Subquery(first_releases.values("first")),
        is_open=models.Exists(visible.filter(status__in=NOT_WITHDRAWN_STATUSES)),
    ).filter(models.Exists(matching))
    if conditions.search:
        rows = rows.filter(contains_words(conditions.search, "name", "description"), is_open=True)
    return rows.order_by("first", "pk")


def _taxonomy_conditions(conditions: Conditions) -> Iterator[Q]:
    """Yield a condition for each group of terms, of which a service must carry at least one."""
    for name, value in (("id", conditions.taxonomy_term), ("taxonomy_id", conditions.taxonomy)):
        if value:
            group = (term for term in terms.all_terms() if getattr(term, name) == value)
            yield reduce(or_, map(_carries_term, group), Q(pk__in=[]))


def _carries_term(term: terms.Term) -> Q:
    """Return the condition that a service carries a term: a detail of its hours or categories."""
    if term.scheme is terms.Scheme.DETAILS:
        is_appointment = term.code == terms.BY_APPOINTMENT
        has_detail = Q(by_appointment=True) if is_appointment else ~Q(expression="")
        return Q(pk__in=Schedule.objects.filter(has_detail).values("service"))
    return _has_any_category(term.categories) & ~_has_any_category(term.excluding_categories)


def _has_any_category(codes: Collection[str]) -> Q:
    links = Service.categories.through.objects.filter(category__in=codes)
    return Q(pk__in=links.values("service"))


def _filter_by_postcode(
    sites: QuerySet[ServiceAtLocation], postcode: str, metres: float | None
) -> QuerySet[ServiceAtLocation]:
    """Keep the sites that serve a postcode and lie within `metres` of its middle. A service
    without areas serves the postcode of its address or, if `metres` is given, every postcode."""
    postcode = "".join(postcode.split()).upper()
    sites = sites.annotate(
        compact_postcode=POSTCODE_WITHOUT_SPACES,
        latitude=functions.Coalesce("location__latitude", "location__place__latitude"),
        longitude=functions.Coalesce("location__longitude", "location__place__longitude"),
    )
    points = _postcode_points(postcode)
    if not points:
        return sites.none()
    areas = ServiceArea.objects.filter(service=OuterRef("service"))
    covered = reduce(or_, (_covers_point(point) for point in points))
    is_near, is_here = Q(), Q(compact_postcode=postcode)
    if metres is not None:
        distances = (_distance_metres(point, "latitude", "longitude") for point in points)
        is_near = reduce(
            or_, (Q(LessThanOrEqual(distance, Value(metres))) for distance in distances)
        )
        is_here = Q()
    is_served = models.Exists(areas.filter(covered)) | (~models.Exists(areas) & is_here)
    return sites.filter(is_served, is_near)


def _postcode_points(postcode: str) -> list[_PostcodePoint]:
    """Return the middle of the public addresses with a postcode, one point for each country."""
    visible = Service.objects.known_to_public().published().values("pk")
    public = addresses.public_locations().filter(service__in=visible, location__place__isnull=False)
    sites = public.annotate(compact_postcode=POSTCODE_WITHOUT_SPACES).filter(
        compact_postcode=postcode
    )
    columns = ("location__place", "location__latitude", "location__longitude")
    by_country: dict[str, list[tuple[int, float, float]]] = {}
    for place, latitude, longitude in sites.order_by("pk").values_list(*columns):
        row = lookup.place_rows()[place]
        if latitude is None or longitude is None:
            latitude, longitude = row.latitude, row.longitude
        by_country.setdefault(row.country, []).append((place, latitude, longitude))
    points = []
    for country, values in by_country.items():
        places, latitudes, longitudes = zip(*values, strict=True)
        latitude, longitude = sum(latitudes) / len(values), sum(longitudes) / len(values)
        areas = lookup.area_chain(lookup.place_rows()[places[0]].area)
        points.append(_PostcodePoint(latitude, longitude, country, areas))
    return points


def _covers_point(point: _PostcodePoint) -> Q:
    """Return the condition that an area of a service contains a point."""
    radius = functions.Coalesce(F("radius_km"), Value(TOWN_RADIUS_KM)) * Value(1000.0)
    distance = _distance_metres(point, "place__latitude", "place__longitude")
    is_round = LessThanOrEqual(distance, models.ExpressionWrapper(radius, models.FloatField()))
    return Q(country=point.country) | Q(area__in=point.areas) | Q(is_round, place__isnull=False)


def _distance_metres(point: _PostcodePoint, latitude: str, longitude: str) -> Combinable:
    """Return the distance from a point to two columns of degrees. Source: haversine formula."""
    radians, sin, cos = functions.Radians, functions.Sin, functions.Cos
    here, there = radians(Value(point.latitude)), radians(F(latitude))
    north = functions.Power(sin((there - here) / 2.0), 2)
    longitude_difference = radians(F(longitude)) - radians(Value(point.longitude))
    east = functions.Power(sin(longitude_difference / 2.0), 2)
    part = functions.Least(Value(1.0), north + cos(here) * cos(there) * east)
    distance = functions.ASin(functions.Sqrt(part)) * Value(2 * EARTH_M)
    return models.ExpressionWrapper(distance, models.FloatField())


def filter_by_words(services: ServiceQuerySet, search: str) -> ServiceQuerySet:
    """Keep services with every word in a name or description; hidden texts are not searched."""
    matches = services.filter(contains_words(search, *SEARCH_COLUMNS))
    protected = matches.exclude(address_audience=enums.AddressReaders.PUBLIC).order_by("pk")
    excluded_ids = []
    patterns = [re.compile(re.escape(word), re.IGNORECASE) for word in search.split()]
    for key, name, description, organisation in protected.values_list("pk", *SEARCH_COLUMNS):
        visible_texts = (name, text_checks.drop_address_sentences(description), organisation)
        text = "\n".join(map(texts.strip_markup, visible_texts))
        if not all(pattern.search(text) for pattern in patterns):
            excluded_ids.append(key)
    return matches.exclude(pk__in=excluded_ids)


def contains_words(search: str, *columns: str) -> Q:
    """Return the condition that these columns together contain every word, in any case."""
    condition = Q()
    for word in map(re.escape, search.split()):
        condition &= reduce(or_, (Q(**{f"{name}__iregex": word}) for name in columns))
    return condition
