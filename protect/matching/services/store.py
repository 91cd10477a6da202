"""Read every published service that the public may see from the database, in few queries."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from hashlib import sha256
from uuid import UUID

from django.db.models import Prefetch

from protect.directory import enums, models, rules, service_models
from protect.directory.facts import FACTS, TABLES, eligibility, message_hours, restrictions
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.facts.base.tables import Values, json_values
from protect.directory.hours import DAY_AND_NIGHT, BadHours, Hours, calendars, parse
from protect.directory.protection import addresses, text_checks
from protect.matching.services import rows
from protect.reference import vocabulary
from protect.reference.lookup import index, place_names, store as lookup

CHUNK = 2000  # services read from the database at a time
SEXUAL_VIOLENCE = {"sexual-violence-centre", "sexual-violence-counselling"}
# If it is a helpline with one of these, it also gets `crisis-line`.
LASTING_HELP = {"psychosocial", "case-management", "shelter"}
# A service of these categories with hours 24/7 also gets the category `survivors-day-and-night`.
SURVIVORS = {"gender-based-violence", *SEXUAL_VIOLENCE}
# Fields that a row copies from the service under the same name.
COPIED_FIELDS = (
    *("short", "name", "email", "website", "area_note", "description"),
    *("audience_note", "how_to_access", "admission_conditions"),
)
INFORMATIVE_VERDICTS = frozenset({enums.Verdict.CONFIRMED, enums.Verdict.CHANGED})
MERGED_OPERATORS = frozenset({enums.CriterionOperator.INCLUDES, enums.CriterionOperator.EXCLUDES})
type ChecksByFact = dict[enums.Fact, list[models.FactCheck]]
# Relations that are read together with a chunk of services.
PREFETCHED = ("categories", *(name for name in TABLES if name != "capacity"), "texts")
# Facts with a line of their own on the public page of a service, such as cost.
PUBLIC_LINE_FACTS = {code: fact for code, fact in FACTS.items() if fact.public_label is not None}
PUBLIC_LINE_TABLES = {table.related for f in PUBLIC_LINE_FACTS.values() for table in f.tables}


def version() -> int:
    """Return the current version of the directory; 0 before its first change."""
    numbers = models.DirectoryVersion.objects.values_list("number", flat=True)
    return numbers.order_by("pk").first() or 0


def stamps() -> dict[UUID, service_models.Stamp]:
    """Return a stamp, new after each change, for every published service open to the public."""
    return models.Service.objects.published().for_public().stamps()


def read(ids: Iterable[UUID] | None) -> Iterator[rows.ServiceRow]:
    """Yield the rows of services that the public may see: all, or only those among `ids`."""
    services = models.Service.objects.published().for_public()
    yield from _build_rows(services if ids is None else services.filter(pk__in=list(ids)))


def read_professional(country: str) -> Iterator[rows.ServiceRow]:
    """Yield the services of a country that only professionals may see, for marked papers."""
    services = models.Service.objects.published()
    yield from _build_rows(services.filter(country=country, professionals_only=True))


def _build_rows(services: service_models.ServiceQuerySet) -> Iterator[rows.ServiceRow]:
    """Yield rows, with a fixed number of queries for each CHUNK of services."""
    checks = models.FactCheck.objects.order_by("-at", "pk")
    sites = addresses.public_locations().select_related("location").order_by("pk")
    services = services.select_related("organisation", "capacity").prefetch_related(
        *PREFETCHED, Prefetch("checks", checks), Prefetch("at_locations", sites)
    )
    for service in services.order_by("pk").iterator(chunk_size=CHUNK):
        text_checks.redact_loaded_service(service)
        yield _build_row(service)


def forget() -> None:
    """Drop the cached places after the reference tables were reloaded."""
    addresses.main_town_of_area.cache_clear()
    _coarse_point.cache_clear()


def _build_row(service: models.Service) -> rows.ServiceRow:
    zone, region = _zone_and_region(service)
    hours = partial(_parse_hours, zone, service.country_id, region)
    checks, capacity = _checks_by_fact(service), getattr(service, "capacity", None)
    acts = [rows.MedicalAct(act.act, act.window_hours) for act in service.clinical.all()]
    stated = message_hours.stated_message_hours(service.how_to_access, service.description)
    return rows.ServiceRow(
        id=service.id,
        organisation=service.organisation.name,
        country=service.country_id,
        categories=_categories(service),
        zone=zone,
        scope=enums.ServiceScope(service.scope),
        modes=frozenset(map(enums.Mode, service.modes)),
        points=tuple(_build_points(service)),
        opening_hours=_opening_hours(service, hours),
        writing_hours=hours(stated.hours) if stated.hours else None,
        phones=tuple(_phone_numbers(service, stated.numbers_for)),
        languages=tuple(_language_offers(service, hours)),
        areas=tuple(map(_served_area, _stated_areas(service))),
        conditions=_conditions(service),
        documents=_required_documents(service),
        public_lines=_public_line_by_fact(service),
        access=_access(service, stated.numbers_for),
        capacity=capacity and rows.Capacity(capacity.available, capacity.expires_at),
        rooms=tuple(_all_family_rooms(service)),
        clinical=tuple(acts),
        checks={fact: tuple(map(_check_summary, of_fact)) for fact, of_fact in checks.items()},
        last_checks=_last_informative_checks(checks),
        **{name: getattr(service, name) for name in COPIED_FIELDS},
        restrictions=_uncoded_restrictions(service),
        text_language=service.text_language_id or "en",
        official_name=_official_name(service),
        official_organisation=_official_name(service.organisation),
        translations=translations_of(service),
    )


def _official_name(named: models.Service | models.Organisation) -> rows.OfficialName:
    return rows.OfficialName(named.official_name, named.official_language_id or "")


def _check_summary(check: models.FactCheck) -> rules.CheckSummary:
    return rules.CheckSummary(check.verdict, check.at, check.next_check)


def _zone_and_region(service: models.Service) -> tuple[str, str | None]:
    """Return zone and holiday region of the first public location, else the country's zone."""
    if site := next(iter(service.at_locations.all()), None):
        place = site.location.place_id
        area = lookup.place_rows()[place].area if place else ""
        region = calendars.first_region_with_holidays(service.country_id, lookup.area_chain(area))
        return site.location.zone, region
    return vocabulary.countries()[service.country_id].zone, None


def _build_points(service: models.Service) -> Iterator[rows.Point]:
    """Yield the public points; for a protected address, the main town of its coarse area."""
    if service.coarse_area_id:
        yield _coarse_point(service.coarse_area_id)
    for site in service.at_locations.all():  # only public ones were loaded
        if point := _location_point(site.location):
            yield point


def _location_point(location: models.Location) -> rows.Point | None:
    """Return a location's point, or that of its settlement; None if it has neither."""
    place = lookup.place_rows().get(location.place_id or 0)
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
        areas=lookup.area_chain(place.area) if place else (),
        is_exact=location.is_exact,
        address=location.address,
        postal_code=location.postal_code,
    )


@cache
def _coarse_point(code: str) -> rows.Point:
    """Return the main town of a coarse area, shown instead of a protected address in the area."""
    town = addresses.main_town_of_area(code)
    inside = [row for row in lookup.place_rows().values() if code in lookup.area_chain(row.area)]
    areas = {area for area in lookup.areas() if code in lookup.area_chain(area)} - {code}
    return rows.Point(
        latitude=town.latitude,
        longitude=town.longitude,
        name=place_name(town),
        areas=lookup.area_chain(code),
        is_coarse=True,
        inner_places=frozenset(areas | {str(row.id) for row in inside}),
    )


def _categories(service: models.Service) -> frozenset[str]:
    """Return the codes of a service's categories, with those that are derived from its facts."""
    codes = frozenset(category.code for category in service.categories.all())
    is_always_open = any(
        schedule.expression.strip() == DAY_AND_NIGHT and not schedule.by_appointment
        for schedule in service.schedules.all()
    )
    # No person answers at a service of category "information", at any hour.
    is_derived = is_always_open and not codes.isdisjoint(SURVIVORS) and "information" not in codes
    if not is_derived:
        return codes
    is_crisis_line = "helpline" in codes and not codes.isdisjoint(LASTING_HELP)
    is_crisis_line = is_crisis_line and codes.isdisjoint(SEXUAL_VIOLENCE)
    return codes | {"survivors-day-and-night"} | ({"crisis-line"} if is_crisis_line else set())


def _parse_hours(
    zone: str, country: str, region: str | None, expression: str, *, by_appointment: bool = False
) -> Hours:
    """Return parsed hours; an expression that cannot be parsed gives unknown hours."""
    try:
        return parse(expression, zone, country, region, by_appointment=by_appointment)
    except BadHours:
        return parse("", zone, country, region, by_appointment=by_appointment)


def _opening_hours(
    service: models.Service, parse_hours: Callable[..., Hours]
) -> Mapping[enums.Channel, rows.OpeningHours]:
    """Return the hours by channel. Phone hours are stated as unknown if a known sentence limits
    hours day and night to visits."""
    stated = {
        enums.Channel(schedule.channel): rows.OpeningHours(
            parse_hours(schedule.expression, by_appointment=schedule.by_appointment), schedule.note
        )
        for schedule in service.schedules.all()
    }
    visits = stated.get(enums.Channel.VISIT)
    if visits and visits.hours.expression == DAY_AND_NIGHT:
        sentences = restrictions.known_sentences(service.restrictions)
        if any(sentence.channel is enums.Channel.VISIT for sentence in sentences):
            stated.setdefault(enums.Channel.PHONE, rows.OpeningHours(parse_hours("")))
    return stated


def _phone_numbers(
    service: models.Service, need: enums.AccessibilityKind | None
) -> Iterator[rows.PhoneNumber]:
    """Yield the numbers. `need`: if given, message numbers are only for people with this need."""
    for phone in service.phones.all():
        cost, kind = enums.Cost(phone.cost) if phone.cost else None, enums.PhoneKind(phone.kind)
        is_written = kind in rows.WRITTEN_PHONE_KINDS
        yield rows.PhoneNumber(phone.number, kind, cost, need if is_written else None)


def _access(
    service: models.Service, need: enums.AccessibilityKind | None
) -> dict[enums.AccessibilityKind, enums.Answer]:
    """Return which access needs a service meets; `need`: one that has its own message number."""
    stated = {} if need is None else {need: enums.Answer.YES}
    return stated | {
        enums.AccessibilityKind(entry.kind): enums.Answer(entry.answer)
        for entry in service.accessibility.all()
    }


def _language_offers(
    service: models.Service, parse_hours: Callable[..., Hours]
) -> Iterator[rows.LanguageOffer]:
    for offer in service.languages.all():
        yield rows.LanguageOffer(
            language=offer.language_id,
            how=enums.LanguageMode(offer.how),
            window=parse_hours(offer.window) if offer.window else None,
            interpreter_gender=offer.interpreter_gender,
        )


def _stated_areas(service: models.Service) -> list[Values]:
    """Return the areas that a service serves, coarse ones if its address is not public."""
    areas = [json_values(area, TABLES["areas"]) for area in service.areas.all()]
    is_public = service.address_audience == enums.AddressReaders.PUBLIC
    return areas if is_public else eligibility.widen_areas(areas)


def _served_area(area: Values) -> rows.ServedArea:
    if area["place"]:
        place = lookup.place_rows()[area["place"]]
        return rows.ServedArea(
            place.country,
            latitude=place.latitude,
            longitude=place.longitude,
            radius_km=area["radius_km"] or eligibility.TOWN_RADIUS_KM,
            containing_areas=lookup.area_chain(place.area),
        )
    if area["area"]:
        region = lookup.areas()[area["area"]]
        within = lookup.area_chain(region.parent_id)
        return rows.ServedArea(region.country_id, area=region.code, containing_areas=within)
    return rows.ServedArea(area["country"] or "")


def _conditions(service: models.Service) -> dict[enums.CriterionKind, tuple[rows.Condition, ...]]:
    """Return conditions by kind, merged: of each kind, at most one INCLUDES and one EXCLUDES."""
    by_kind: dict[enums.CriterionKind, list[rows.Condition]] = {}
    for criterion in service.criteria.all():
        condition = rows.Condition(
            operator=enums.CriterionOperator(criterion.operator),
            values=frozenset(criterion.values),
            minimum=criterion.minimum,
            maximum=criterion.maximum,
            answer=enums.Answer(criterion.answer) if criterion.answer else enums.Answer.UNKNOWN,
        )
        by_kind.setdefault(enums.CriterionKind(criterion.kind), []).append(condition)
    return {kind: tuple(_merge_conditions(stated)) for kind, stated in by_kind.items()}


def _uncoded_restrictions(service: models.Service) -> str:
    """Return the restrictions without the sentences that the service's codes express completely."""
    criteria = (
        restrictions.StatedCriterion(
            enums.CriterionKind(row.kind),
            enums.CriterionOperator(row.operator),
            frozenset(row.values),
            row.answer,
            row.maximum,
        )
        for row in service.criteria.all()
    )
    codes = {category.code for category in service.categories.all()}
    return restrictions.remove_coded_sentences(service.restrictions, criteria, codes)


def _merge_conditions(conditions: list[rows.Condition]) -> Iterator[rows.Condition]:
    yield from (condition for condition in conditions if condition.operator not in MERGED_OPERATORS)
    for operator in sorted(MERGED_OPERATORS):
        if values := [
            condition.values for condition in conditions if condition.operator == operator
        ]:
            yield rows.Condition(operator, frozenset().union(*values))


def _required_documents(service: models.Service) -> frozenset[str]:
    criteria = (
        criterion.values
        for criterion in service.criteria.all()
        if criterion.kind == enums.CriterionKind.DOCUMENTS
        and criterion.operator != enums.CriterionOperator.ALL
    )
    return frozenset(required.document for required in service.documents.all()).union(*criteria)


def translations_of(service: models.Service) -> Mapping[str, Mapping[str, str]]:
    """Return the reviewed translations that match the current text. Makes no query."""
    texts: dict[str, dict[str, str]] = {}
    for row in service.texts.all():
        source: str = getattr(service, row.field)
        is_reviewed = row.state == enums.ReviewState.REVIEWED
        if is_reviewed and row.source_digest == sha256(source.encode()).hexdigest():
            texts.setdefault(row.field, {})[row.language_id] = row.text
    return texts


def _public_line_by_fact(service: models.Service) -> Mapping[enums.Fact, PublicLine]:
    """Return the public line of each fact that has one."""
    rows_of = {name: list(getattr(service, name).all()) for name in PUBLIC_LINE_TABLES}
    return {code: fact.public_line(rows_of) for code, fact in PUBLIC_LINE_FACTS.items()}


def _all_family_rooms(service: models.Service) -> Iterator[rows.Room]:
    for unit in service.units.all():
        yield rows.Room(
            adult_gender=unit.adult_gender,
            children=unit.children,
            oldest_boy=unit.oldest_boy,
            answer=enums.Answer(unit.answer),
            expires_at=unit.expires_at,
        )


def _checks_by_fact(service: models.Service) -> ChecksByFact:
    """Return by fact its checks since the last edit; none of an address that is not public."""
    by_fact: ChecksByFact = {}
    for check in service.checks.all():
        by_fact.setdefault(enums.Fact(check.fact), []).append(check)
    if service.address_audience != enums.AddressReaders.PUBLIC:
        by_fact.pop(enums.Fact.ADDRESS, None)  # the checks could reveal that the service moved
    return {fact: rules.checks_since_edit(checks) for fact, checks in by_fact.items()}


def _last_informative_checks(by_fact: ChecksByFact) -> dict[enums.Fact, rows.LastCheck]:
    newest: dict[enums.Fact, rows.LastCheck] = {}
    for fact, checks in by_fact.items():
        informative = (check for check in checks if check.verdict in INFORMATIVE_VERDICTS)
        if check := next(informative, None):
            newest[fact] = rows.LastCheck(check.at, enums.Method(check.method))
    return newest


def place_name(place: index.PlaceRow) -> str:
    """Return the name of a town with its local name in another script: "Patras (Πάτρα)", else the
    name on its signs."""
    name = place_names.with_local_script(place, place.name)
    return place_names.sign_name(place) if name == place.name else name
