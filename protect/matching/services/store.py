"""Rows out of the database: every published service that the public may see, in few queries."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from hashlib import sha256
from uuid import UUID

from django.db.models import Prefetch

from protect.directory import enums, models, rules, service_models
from protect.directory.facts import FACTS, TABLES, eligibility
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.hours import BadHours, Hours, parse
from protect.directory.hours.calendars import region_of
from protect.directory.protection import addresses, text_checks
from protect.matching.services import rows
from protect.reference import vocabulary
from protect.reference.lookup import index, store as lookup

CHUNK = 2000  # services read at a time
# What a row has under the name of the column.
COPIED = (
    *("short", "name", "email", "website", "area_note", "description"),
    *("audience_note", "how_to_access", "restrictions", "admission_conditions"),
)
LEARNT = frozenset({enums.Verdict.CONFIRMED, enums.Verdict.CHANGED})
MERGED = frozenset({enums.Operator.INCLUDES, enums.Operator.EXCLUDES})
RELATED = ("categories", *(name for name in TABLES if name != "capacity"), "texts")
TOLD = {
    table.related
    for fact in FACTS.values()
    if fact.public_label is not None
    for table in fact.tables
}


def version() -> int:
    """Return the number of the directory's last change."""
    return (
        models.DirectoryVersion.objects.values_list("number", flat=True).order_by("pk").first() or 0
    )


def stamps() -> dict[UUID, service_models.Stamp]:
    """Return a stamp for each visible service that changes with it."""
    return models.Service.objects.published().for_public().stamps()


def read(ids: Iterable[UUID] | None) -> Iterator[rows.ServiceRow]:
    """Yield the rows of these services, or of all, without those that the public may not see."""
    services = models.Service.objects.published().for_public()
    yield from _rows(services if ids is None else services.filter(pk__in=list(ids)))


def hidden(country: str) -> Iterator[rows.ServiceRow]:
    """Yield what only professionals may see of a country: for papers that are marked so."""
    yield from _rows(
        models.Service.objects.published().filter(country=country, professionals_only=True)
    )


def _rows(services: service_models.ServiceQuerySet) -> Iterator[rows.ServiceRow]:
    """Yield rows, in a fixed number of queries for each CHUNK services."""
    checks = models.FactCheck.objects.order_by("-at", "pk")
    sites = addresses.public_sites().select_related("location").order_by("pk")
    services = services.select_related("organisation", "capacity").prefetch_related(
        *RELATED, Prefetch("checks", checks), Prefetch("at_locations", sites)
    )
    for service in services.order_by("pk").iterator(chunk_size=CHUNK):
        text_checks.silence(service)
        yield _row(service)


def forget() -> None:
    """Drop the cached places, after the tables were reloaded."""
    addresses.town_instead.cache_clear()
    _cell.cache_clear()


def _row(service: models.Service) -> rows.ServiceRow:
    zone, region = _clock(service)
    hours = partial(_hours, zone, service.country_id, region)
    checks, room = _checks(service), getattr(service, "capacity", None)
    return rows.ServiceRow(
        id=service.id,
        organisation=service.organisation.name,
        country=service.country_id,
        categories=frozenset(category.code for category in service.categories.all()),
        zone=zone,
        scope=enums.Scope(service.scope),
        modes=frozenset(map(enums.Mode, service.modes)),
        points=tuple(_points(service)),
        doors=_doors(service, hours),
        phones=tuple(_numbers(service)),
        languages=tuple(_languages(service, hours)),
        areas=tuple(map(_reach, service.areas.all())),
        conditions=_conditions(service),
        documents=_documents(service),
        public_lines=_public_lines(service),
        access={
            enums.Access(each.kind): enums.Answer(each.answer)
            for each in service.accessibility.all()
        },
        capacity=rows.Capacity(room.available, room.expires_at) if room else None,
        rooms=tuple(_rooms(service)),
        clinical=tuple(rows.Act(each.act, each.window_hours) for each in service.clinical.all()),
        checks={
            fact: tuple(rules.CheckSeen(each.verdict, each.at, each.next_check) for each in of_fact)
            for fact, of_fact in checks.items()
        },
        last_seen=_last_seen(checks),
        **{name: getattr(service, name) for name in COPIED},
        text_language=service.text_language_id or "en",
        translations=translations_of(service),
    )


def _clock(service: models.Service) -> tuple[str, str | None]:
    """Return the zone and the region for holidays, as far as the public may know."""
    if site := next(iter(service.at_locations.all()), None):
        place = site.location.place_id
        area = lookup.rows()[place].area if place else ""
        return site.location.zone, region_of(service.country_id, lookup.chain(area))
    return vocabulary.countries()[service.country_id].zone, None


def _points(service: models.Service) -> Iterator[rows.Point]:
    """Yield public places; of a protected address no more than the cell that its editor chose."""
    if service.coarse_area_id:
        yield _cell(service.coarse_area_id)
    for site in service.at_locations.all():  # the public ones alone were loaded
        if point := _point(site.location):
            yield point


def _point(location: models.Location) -> rows.Point | None:
    place = lookup.rows().get(location.place_id) if location.place_id else None
    latitude, longitude = location.latitude, location.longitude
    if latitude is None or longitude is None:
        if place is None:
            return None
        latitude, longitude = place.latitude, place.longitude
    return rows.Point(
        latitude=latitude,
        longitude=longitude,
        name=place_name(place) if place else location.city,
        place=location.place_id,
        areas=lookup.chain(place.area) if place else (),
        is_exact=location.is_exact,
        address=location.address,
        postal_code=location.postal_code,
    )


@cache
def _cell(code: str) -> rows.Point:
    """Return the main town of a coarse cell, shown instead of every address in it."""
    town = addresses.town_instead(code)
    inside = [row for row in lookup.rows().values() if code in lookup.chain(row.area)]
    areas = {area for area in lookup.areas() if code in lookup.chain(area)} - {code}
    return rows.Point(
        latitude=town.latitude,
        longitude=town.longitude,
        name=place_name(town),
        areas=lookup.chain(code),
        is_coarse=True,
        inside=frozenset(areas | {str(row.id) for row in inside}),
    )


def _hours(
    zone: str, country: str, region: str | None, expression: str, *, by_appointment: bool = False
) -> Hours:
    """Return hours; unreadable ones are unknown."""
    try:
        return parse(expression, zone, country, region, by_appointment=by_appointment)
    except BadHours:
        return parse("", zone, country, region, by_appointment=by_appointment)


def _doors(
    service: models.Service, hours: Callable[..., Hours]
) -> Mapping[enums.Channel, rows.Door]:
    return {
        enums.Channel(each.channel): rows.Door(
            hours(each.expression, by_appointment=each.by_appointment), each.note
        )
        for each in service.schedules.all()
    }


def _numbers(service: models.Service) -> Iterator[rows.Number]:
    for phone in service.phones.all():
        yield rows.Number(
            number=phone.number,
            kind=enums.PhoneKind(phone.kind),
            cost=enums.Cost(phone.cost) if phone.cost else None,
        )


def _languages(service: models.Service, hours: Callable[[str], Hours]) -> Iterator[rows.Spoken]:
    for offer in service.languages.all():
        yield rows.Spoken(
            language=offer.language_id,
            how=enums.How(offer.how),
            window=hours(offer.window) if offer.window else None,
            interpreter_gender=offer.interpreter_gender,
        )


def _reach(area: models.ServiceArea) -> rows.Reach:
    if area.place_id:
        place = lookup.rows()[area.place_id]
        return rows.Reach(
            place.country,
            latitude=place.latitude,
            longitude=place.longitude,
            radius_km=area.radius_km or eligibility.TOWN_RADIUS_KM,
            within=lookup.chain(place.area),
        )
    if area.area_id:
        region = lookup.areas()[area.area_id]
        within = lookup.chain(region.parent_id)
        return rows.Reach(region.country_id, area=area.area_id, within=within)
    return rows.Reach(area.country_id or "")


def _conditions(service: models.Service) -> Mapping[enums.Kind, tuple[rows.Condition, ...]]:
    """Return conditions by kind, those that include or exclude merged into one of each."""
    conditions_by_kind: dict[enums.Kind, list[rows.Condition]] = {}
    for criterion in service.criteria.all():
        condition = rows.Condition(
            operator=enums.Operator(criterion.operator),
            values=frozenset(criterion.values),
            minimum=criterion.minimum,
            maximum=criterion.maximum,
            answer=enums.Answer(criterion.answer) if criterion.answer else enums.Answer.UNKNOWN,
        )
        conditions_by_kind.setdefault(enums.Kind(criterion.kind), []).append(condition)
    return {kind: tuple(_merged(conditions)) for kind, conditions in conditions_by_kind.items()}


def _merged(conditions: list[rows.Condition]) -> Iterator[rows.Condition]:
    yield from (each for each in conditions if each.operator not in MERGED)
    for operator in sorted(MERGED):
        values = [each.values for each in conditions if each.operator == operator]
        if values:
            yield rows.Condition(operator, frozenset().union(*values))


def _documents(service: models.Service) -> frozenset[str]:
    criteria = (
        criterion.values
        for criterion in service.criteria.all()
        if criterion.kind == enums.Kind.DOCUMENTS and criterion.operator != enums.Operator.ALL
    )
    return frozenset(each.document for each in service.documents.all()).union(*criteria)


def translations_of(service: models.Service) -> Mapping[str, Mapping[str, str]]:
    """Return what the public reads: what a second person has read, of today's text. No query."""
    texts: dict[str, dict[str, str]] = {}
    for row in service.texts.all():
        source: str = getattr(service, row.field)
        is_read = row.state == enums.ReviewState.REVIEWED
        if is_read and row.source_digest == sha256(source.encode()).hexdigest():
            texts.setdefault(row.field, {})[row.language_id] = row.text
    return texts


def _public_lines(service: models.Service) -> Mapping[enums.Fact, PublicLine]:
    rows_of = {name: list(getattr(service, name).all()) for name in TOLD}
    public = {code: fact for code, fact in FACTS.items() if fact.public_label is not None}
    return {code: fact.public_line(rows_of) for code, fact in public.items()}


def _rooms(service: models.Service) -> Iterator[rows.Rooms]:
    for unit in service.units.all():
        yield rows.Rooms(
            adult_gender=unit.adult_gender,
            children=unit.children,
            oldest_boy=unit.oldest_boy,
            answer=enums.Answer(unit.answer),
            expires_at=unit.expires_at,
        )


def _checks(service: models.Service) -> dict[enums.Fact, list[models.FactCheck]]:
    checks_by_fact: dict[enums.Fact, list[models.FactCheck]] = {}
    for check in service.checks.all():
        checks_by_fact.setdefault(enums.Fact(check.fact), []).append(check)
    if service.address_audience != enums.Audience.PUBLIC:
        checks_by_fact.pop(enums.Fact.ADDRESS, None)  # a check would reveal that it may have moved
    return {fact: rules.since_edit(each) for fact, each in checks_by_fact.items()}


def _last_seen(
    checks: Mapping[enums.Fact, list[models.FactCheck]],
) -> dict[enums.Fact, rows.LastSeen]:
    learnt = (
        (fact, next((check for check in checks_of_fact if check.verdict in LEARNT), None))
        for fact, checks_of_fact in checks.items()
    )
    return {
        fact: rows.LastSeen(check.at, enums.Method(check.method)) for fact, check in learnt if check
    }


def place_name(place: index.PlaceRow) -> str:
    """Return the English name and the one on the signs: "Patras (Πάτρα)"."""
    if not _is_latin(place.name):
        return place.name
    other = next((name for name in place.local_names if not _is_latin(name)), None)
    return f"{place.name} ({other})" if other else place.name


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(each, "").startswith("LATIN") for each in name if each.isalpha())
