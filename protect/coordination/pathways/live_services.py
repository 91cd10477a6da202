"""What the directory says now of the services of a pathway: their numbers, hours, whom they take,
whether they ask for papers and whom they tell. Nothing of it is stored with a pathway, and no
address that is protected is read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from django.conf import settings

from protect.coordination.pathways.audiences import stated_limit
from protect.coordination.pathways.enums import Branch, Who
from protect.coordination.pathways.models import Pathway
from protect.coordination.pathways.rules import NIGHT_HOUR, ServiceCheck
from protect.directory import access, hours
from protect.directory.enums import (
    Channel,
    Cost,
    CriterionKind,
    CriterionOperator,
    Fact,
    Freshness,
    PhoneKind,
    Status,
)
from protect.directory.hours.answers import state_at
from protect.directory.models import Service
from protect.kernel.text import plain_isolated_number
from protect.matching import published
from protect.matching.explanation import explain
from protect.matching.questions import (
    Match,
    Person,
    PersonLocation,
    Question,
    Reason,
    build_query,
    freshness_at,
)
from protect.matching.services.rows import ServiceRow
from protect.matching.wording import reason_text
from protect.reference import catalogue, formats, wording
from protect.reference.lookup import store as lookup

CHILD_AGE = 12  # years; for whom the part for children is drawn up
NIGHTS = 7  # next nights; a service answers at night if it is open in all of them
CHECKED_STATES = frozenset({Freshness.FRESH, Freshness.DUE})
# Answers about hours and distance: pages and papers have a week, or the state of this moment.
HOURS_CODES = ("hours", "open", "closed", "by_app", "answer", "distance", "place", "phone", "area")
OPENING_CODES = ("hours", "open", "closed", "by_app", "answer")
STATED = {CriterionOperator.ONLY, CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
PERSONS: Mapping[Branch, Person] = {
    Branch.CHILDREN: Person(age=CHILD_AGE),
    Branch.MEN: Person(gender="m"),
    Branch.LGBTQI: Person(groups=frozenset({"lgbtqi"})),
    Branch.UNDOCUMENTED: Person(legal_status="undocumented", documents=frozenset()),
}
WITHOUT_PAPERS = PERSONS[Branch.UNDOCUMENTED]


@dataclass(frozen=True, slots=True)
class LiveService:
    """A service of a pathway as it is in the directory now. `row` is None while it is suspended,
    withdrawn, not published yet or no longer there."""

    key: UUID  # by which the pathway refers to it
    name: str
    organisation: str
    status: Status | None  # None: no longer there
    is_for_professionals: bool
    row: ServiceRow | None

    @property
    def is_reachable(self) -> bool:
        """Return whether it is published with a way to reach it."""
        row = self.row
        return row is not None and bool(row.phones or row.email or row.website or row.points)

    def check(self, at: datetime) -> ServiceCheck:
        at_night = opens_at_night(self.row, at) if self.row else False
        return ServiceCheck(self.name, self.row is not None, self.is_reachable, at_night)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a service, as a page or paper shows it."""

    value: str  # as the directory stores it
    text: str  # as its country writes it
    kind: PhoneKind
    is_free: bool
    is_checked: bool  # recently enough to be relied upon
    can_call: bool  # whether a page may link it: never in the demonstration


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """A service in the words of one language. `failing`: why it is not for the person; else ""."""

    key: UUID
    name: str
    organisation: str
    kinds: str
    is_available: bool
    is_for_professionals: bool
    numbers: tuple[Number, ...] = ()
    email: str = ""
    website: str = ""
    hours: tuple[str, ...] = ()
    opening: str = ""  # the state at the moment of the question
    is_open: bool = False  # at the moment of the question
    is_closed: bool = False  # the same; neither: not known
    is_care: bool = False  # doctors work there
    where: str = ""
    caution: str = ""
    lines: tuple[str, ...] = ()
    failing: str = ""  # shown beside the person whom it concerns


def read_services(keys: Iterable[UUID]) -> dict[UUID, LiveService]:
    """Return the services by the keys that a pathway holds, also those that are gone. An entry that
    was merged into another one is read there. Errors: django.db.Error, before the first
    snapshot."""
    wanted = list(dict.fromkeys(keys))
    rows = Service.objects.filter(pk__in=wanted).select_related("organisation", "merged_into")
    stored = {row.pk: access.follow_merges(row) for row in rows}
    professional = _professional_rows(stored.values())
    return {key: _live(key, stored.get(key), professional) for key in wanted}


def _professional_rows(services: Iterable[Service]) -> dict[UUID, ServiceRow]:
    countries = {row.country_id for row in services if row.professionals_only}
    return {row.id: row for code in countries for row in published.professional_rows(code)}


def _live(
    key: UUID, service: Service | None, professional: Mapping[UUID, ServiceRow]
) -> LiveService:
    if service is None:
        return LiveService(key, "", "", None, is_for_professionals=False, row=None)
    row = None
    if service.status == Status.PUBLISHED:
        row = professional.get(service.pk) or published.service_by_code(service.short)
    return LiveService(
        key=key,
        name=service.name,
        organisation=service.organisation.name,
        status=Status(service.status),
        is_for_professionals=service.professionals_only,
        row=row,
    )


def opens_at_night(row: ServiceRow, at: datetime) -> bool | None:
    """Return whether a service is open at NIGHT_HOUR in each of the next nights, by one way at
    least; None if its hours are not known."""
    first, clock = at.astimezone(ZoneInfo(row.zone)).date(), time(NIGHT_HOUR)
    nights = [
        datetime.combine(first + timedelta(days), clock, ZoneInfo(row.zone))
        for days in range(1, NIGHTS + 1)
    ]
    states = [
        [state_at(each.hours, night).state for night in nights]
        for each in row.opening_hours.values()
        if each.hours.expression
    ]
    if any(set(channel) == {hours.State.OPEN} for channel in states):
        return True
    doubtful = {hours.State.UNKNOWN, hours.State.BY_APPOINTMENT}
    return None if not states or any(doubtful & {*channel} for channel in states) else False


def location_of(pathway: Pathway) -> PersonLocation:
    """Return where a pathway is for: a town, a region or a country."""
    if pathway.place_id is not None:
        return PersonLocation.at_place(lookup.place_rows()[pathway.place_id])
    if pathway.area_id is not None:
        return PersonLocation(pathway.country_id, areas=lookup.area_chain(pathway.area_id))
    return PersonLocation(pathway.country_id)


def person_for(who: Who | None, *, has_papers: bool) -> Person:
    """Return the person of a question by what a colleague says of her. `who` None: not said."""
    papers = {} if has_papers else {"legal_status": "undocumented", "documents": frozenset[str]()}
    match who:
        case Who.WOMAN:
            return Person(gender="f", **papers)  # type: ignore[arg-type]
        case Who.MAN:
            return Person(gender="m", **papers)  # type: ignore[arg-type]
        case Who.CHILD:
            return Person(age=CHILD_AGE, **papers)  # type: ignore[arg-type]
        case Who.LGBTQI:
            return Person(groups=frozenset({"lgbtqi"}), **papers)  # type: ignore[arg-type]
        case None:
            return Person(**papers)  # type: ignore[arg-type]


def describe(
    service: LiveService,
    question: Question,
    tag: str,
    *,
    is_paper: bool = False,
    is_adult: bool = False,
) -> ServiceWords:
    """Return a service in words for the person of a question. On paper, only numbers that may be
    printed, and the hours of the week in place of the state of a moment. `is_adult`: services for
    children only are not for the person. `tag`: BCP 47."""
    row = service.row
    if row is None:
        return _words_of_absent(service)
    match = explain(row, build_query(question))
    opening = _opening(match, tag)
    return ServiceWords(
        key=service.key,
        name=row.translated_text("name", tag)[0],
        organisation=row.official_organisation.text or row.organisation,
        kinds=_kinds(row, tag),
        is_available=True,
        is_for_professionals=service.is_for_professionals,
        numbers=tuple(_numbers(row, question.at, is_paper=is_paper)),
        email=row.email,
        website=row.website,
        hours=tuple(_weeks(row, tag, question.at)),
        opening="" if is_paper else opening,
        is_open=match.open.state == hours.State.OPEN,
        is_closed=match.open.state == hours.State.CLOSED,
        is_care=not row.categories.isdisjoint(published.DOCTORS),
        where=_where(row, tag),
        caution=reason_text(match.caution, tag) if match.caution else "",
        lines=tuple(_lines(row, match, tag)),
        failing=_failing(row, match, question, tag, is_adult=is_adult),
    )


def _words_of_absent(service: LiveService) -> ServiceWords:
    return ServiceWords(
        key=service.key,
        name=service.name,
        organisation=service.organisation,
        kinds="",
        is_available=False,
        is_for_professionals=service.is_for_professionals,
    )


def general_question(pathway: Pathway, at: datetime) -> Question:
    """Return the question by which a pathway describes its services to everyone: without papers,
    because who has none must know what is asked for."""
    return Question((pathway.need,), at, location_of(pathway), person=WITHOUT_PAPERS)


def _failing(row: ServiceRow, match: Match, question: Question, tag: str, *, is_adult: bool) -> str:
    """Return why a service is not for the person: for whom it is, where it says so."""
    with catalogue.active_language(tag):
        if limit := stated_limit(row, question.person.gender, is_adult=is_adult):
            return str(limit)
    return reason_text(match.failing, tag) if match.failing else ""


def _opening(match: Match, tag: str) -> str:
    found = next((each for each in match.reasons if each.code.startswith(OPENING_CODES)), None)
    return reason_text(found, tag) if found else ""


def _kinds(row: ServiceRow, tag: str) -> str:
    with catalogue.active_language(tag):
        names = [wording.CATEGORY_NAMES.get(code) for code in sorted(row.categories)]
        return " · ".join(str(name) for name in names if name)


def _numbers(row: ServiceRow, at: datetime, *, is_paper: bool) -> Iterator[Number]:
    """Yield the numbers that everyone may call: on paper those that were checked in time; the
    demonstration also those that were never checked, marked."""
    freshness = freshness_at(row, Fact.PHONE, at)
    is_checked = freshness in CHECKED_STATES
    is_demo_number = settings.IS_DEMO and freshness == Freshness.UNVERIFIED
    if is_paper and not is_checked and not is_demo_number:
        return
    for phone in row.phones:
        if phone.need is None:
            yield Number(
                value=phone.number,
                text=formats.format_number(phone.number, row.country),
                kind=phone.kind,
                is_free=phone.cost == Cost.FREE,
                is_checked=is_checked,
                can_call=not settings.IS_DEMO and phone.kind == PhoneKind.VOICE,
            )


def _lines(row: ServiceRow, match: Match, tag: str) -> Iterator[str]:
    """Yield whom a service takes and what it asks for, each sentence once, without its hours."""
    reasons = [
        *_stated_genders(row),
        *(each for each in match.reasons if not each.code.startswith(HOURS_CODES)),
    ]
    caution = reason_text(match.caution, tag) if match.caution else ""
    sentences = dict.fromkeys(reason_text(each, tag) for each in reasons)
    yield from (sentence for sentence in sentences if sentence != caution)


def _stated_genders(row: ServiceRow) -> Iterator[Reason]:
    for condition in row.conditions.get(CriterionKind.GENDER, ()):
        if condition.operator == CriterionOperator.ALL:
            yield Reason("gender_everyone")
        elif condition.operator in STATED:
            yield from (Reason(f"gender_{value}") for value in sorted(condition.values))


def _where(row: ServiceRow, tag: str) -> str:
    """Return where people go: an address that the public may read, or the town in whose area a
    protected service is."""
    if not row.points:
        return ""
    point = row.points[0]
    if point.is_coarse:
        return reason_text(Reason("distance_around", facts={"place": point.name}), tag)
    return point.address_line


def _weeks(row: ServiceRow, tag: str, at: datetime) -> Iterator[str]:
    """Yield the hours of this week: those of calls first."""
    monday = at.astimezone(ZoneInfo(row.zone)).date()
    monday -= timedelta(monday.weekday())
    for channel in (Channel.PHONE, Channel.VISIT):
        stated = row.opening_hours.get(channel)
        if stated is None:
            continue
        if stated.hours.expression == hours.DAY_AND_NIGHT:
            yield plain_isolated_number(hours.DAY_AND_NIGHT)
        elif text := week_text(hours.week(stated.hours, monday), tag):
            yield text


def week_text(week: Iterable[hours.Day], tag: str) -> str:
    """Return the days with equal hours, such as “Mon–Fri 09:00–17:00”."""
    names = get_day_names("abbreviated", locale=formats.cldr_locale(tag))
    by_spans: dict[str, list[int]] = {}
    for day in week:
        spans = [
            f"{formats.time_text(span.start, tag)}–{formats.time_text(span.end, tag)}"
            for span in day.spans
            if span.state == hours.State.OPEN
        ]
        if spans:
            text = ", ".join(map(plain_isolated_number, spans))
            by_spans.setdefault(text, []).append(day.weekday)
    return "; ".join(f"{_day_ranges(days, names)} {text}" for text, days in by_spans.items())


def _day_ranges(days: list[int], names: Mapping[int, str]) -> str:
    ranges: list[list[int]] = []
    for day in days:
        if ranges and day == ranges[-1][-1] + 1:
            ranges[-1].append(day)
        else:
            ranges.append([day])
    return ", ".join(
        names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}" for run in ranges
    )
