"""Whom to call for a person: what a published pathway or, without one, the directory answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext as _

from protect.coordination.pathways import access, pathway_pages, rules
from protect.coordination.pathways.audiences import stated_limit
from protect.coordination.pathways.enums import Branch, Outcome, When, Who
from protect.coordination.pathways.live_services import (
    LiveService,
    ServiceWords,
    describe,
    person_for,
)
from protect.coordination.pathways.models import Pathway, PathwayEdition, PathwayTest
from protect.coordination.pathways.place_names import (
    PlaceChoice,
    pathway_name,
    place_name,
    towns_around,
)
from protect.coordination.pathways.proposals import is_for_others
from protect.directory.enums import Status
from protect.matching import published
from protect.matching.questions import LARGEST_LIMIT, Match, PersonLocation, Question, Reason
from protect.matching.wording import reason_text
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

DIRECTORY_ANSWERS = 8  # services that the directory answers where no pathway was agreed
# Categories of national lines that are shown also if they do not answer the need.
LINES = frozenset({"helpline", "crisis-line"})


@dataclass(frozen=True, slots=True)
class Call:
    """What a colleague asks: for whom, when. `who` None: not said. `at` is the moment of the call:
    `now`, or a later one."""

    scope: Scope
    question: Question
    who: Who | None
    has_papers: bool
    now: datetime

    @property
    def at(self) -> datetime:
        return self.question.at

    @property
    def is_night(self) -> bool:
        return rules.is_night(self.at.hour)

    @property
    def is_adult(self) -> bool:
        """Return whether the person is an adult, who asks for no help for a child."""
        needs = (vocabulary.needs()[code] for code in self.question.needs)
        return self.who != Who.CHILD and not any(need.for_children for need in needs)

    @property
    def part(self) -> Branch:
        """Return the part of pathways for people like the person."""
        own = rules.BRANCH_OF_PERSON.get(self.who) if self.who else None
        return own or Branch.EVERYONE if self.is_adult else Branch.CHILDREN

    @property
    def is_for_care(self) -> bool:
        """Return whether the person needs a doctor."""
        return any(vocabulary.needs()[code].go_there for code in self.question.needs)

    def answers_then(self, service: ServiceWords) -> bool:
        """Return whether a service takes the person, and answers at the moment of the call: at
        night only if that is known."""
        is_open = service.is_open if self.is_night else not service.is_closed
        return service.is_available and not service.failing and is_open


@dataclass(frozen=True, slots=True)
class CalledService:
    """A service with the parts of the pathway in which it stands, their notes, whether it changed
    since it was agreed, and what the latest test of the pathway found there."""

    words: ServiceWords
    branches: tuple[Branch, ...] = ()
    notes: tuple[str, ...] = ()
    is_changed: bool = False
    outcome: Outcome | None = None
    test: PathwayTest | None = None


@dataclass(frozen=True, slots=True)
class EmergencyCare:
    """Where to go if no doctor is known: what signs of hospitals call the emergency department, by
    language, and the nearest place with doctors; None: no place is known."""

    signs: tuple[tuple[str, str], ...]
    nearest: ServiceWords | None


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """Whom to call first, whom not and why, and the parts of the pathway that do not fit."""

    at: datetime  # by the clock of the country
    is_night: bool
    first: tuple[CalledService, ...]
    others: tuple[CalledService, ...]
    care: EmergencyCare | None  # None: a doctor is among the first, or none was asked for
    edition: PathwayEdition | None = None  # None: no pathway was agreed, the directory answers
    name: str = ""
    parts: tuple[pathway_pages.ShownPart, ...] = ()
    tests: pathway_pages.TestState | None = None
    is_damaged: bool = False  # the pathway was changed in the database, so the directory answers


def find_answer(
    scope: Scope, data: Mapping[str, str], place: PlaceChoice, now: datetime
) -> CallAnswer:
    """Return whom to call for what a colleague said: from the pathway of the smallest area around
    the place, else from the directory."""
    call = _call_of(scope, data, place, now)
    pathway = _pathway_for(call)
    edition = access.edition_in_force(pathway) if pathway else None
    if pathway is None or edition is None or not edition.is_sealed():
        return replace(_directory_answer(call), is_damaged=edition is not None)
    return _pathway_answer(call, pathway, edition)


def towns_with_pathway(scope: Scope, country: str, need: str) -> list[PlaceChoice]:
    """Return the towns and regions of a country that have a published pathway for a need."""
    rows = [row for row in _visible_rows(scope, country, need) if row.place_id or row.area_id]
    tag = get_language() or "en"
    found = (PlaceChoice(row.area_id, row.place_id, place_name(row, tag)) for row in rows)
    return sorted(dict.fromkeys(found), key=lambda place: place.label)


def _call_of(scope: Scope, data: Mapping[str, str], place: PlaceChoice, now: datetime) -> Call:
    where = _location(data["country"], place)
    zone = ZoneInfo(vocabulary.countries()[data["country"]].zone)
    at = rules.moment_for(When(data["when"]), now.astimezone(zone))
    who, has_papers = Who(data["who"]) if data["who"] else None, data["papers"] == "yes"
    person = person_for(who, has_papers=has_papers)
    question = Question((data["need"],), at, where, person=person, limit=LARGEST_LIMIT)
    return Call(scope, question, who, has_papers, now)


def _location(country: str, place: PlaceChoice) -> PersonLocation:
    if place.place is not None:
        return PersonLocation.at_place(lookup.place_rows()[place.place])
    areas = lookup.area_chain(place.area) if place.area else ()
    return PersonLocation(country, areas=areas)


def _visible_rows(scope: Scope, country: str | None, need: str) -> Iterable[Pathway]:
    rows = Pathway.objects.in_force().filter(country=country, need=need)
    visible = access.visible_pathways(scope).filter(pk__in=rows.values("pk"))
    return visible.order_by("created_at", "pk")


def _pathway_for(call: Call) -> Pathway | None:
    """Return the published pathway of a town, else of the town of which it is a part, else of the
    smallest area around it, else of the country."""
    where, (need,) = call.question.where or PersonLocation(), call.question.needs
    part_of = lookup.town_of_part(where.place) if where.place else None
    towns = towns_around(where.areas[0]) if where.areas else []
    places = [where.place, part_of, *towns, *where.areas, None]

    def rank(row: Pathway) -> int:
        key = row.place_id or row.area_id
        return places.index(key) if key in places else len(places)

    found = min(_visible_rows(call.scope, where.country, need), key=rank, default=None)
    return found if found is not None and rank(found) < len(places) else None


def _pathway_answer(call: Call, pathway: Pathway, edition: PathwayEdition) -> CallAnswer:
    keys = pathway_pages.edition_keys(edition)
    found = pathway_pages.words_of(keys, call.question, is_adult=call.is_adult)
    words = {key: _as_of_call(each, call) for key, each in found.items()}
    changed = {each.key for each in pathway_pages.changes_of(edition)}
    parts = pathway_pages.edition_parts(edition, words, changed)
    fitting = rules.branches_for(call.who, has_papers=call.has_papers, is_night=call.is_night)
    by_branch = {part.branch: part for part in parts}
    tests = pathway_pages.test_state(pathway, call.now.date())
    own = [by_branch[branch] for branch in fitting if branch in by_branch]
    joined = [replace(each, test=tests.test) for each in _join(own)]
    return replace(
        _sorted_answer(call, joined),
        edition=edition,
        name=pathway_name(pathway),
        parts=tuple(part for part in parts if part.branch not in fitting),
        tests=replace(tests, counts=()),
    )


def _join(parts: Iterable[pathway_pages.ShownPart]) -> list[CalledService]:
    """Return the services of parts in their order, each once, with the parts and their notes."""
    joined: dict[UUID, CalledService] = {}
    for part in parts:
        for step in part.steps:
            for shown in step.services:
                known = joined.get(shown.words.key) or CalledService(
                    shown.words, is_changed=shown.is_changed, outcome=shown.outcome
                )
                notes = (*known.notes, *filter(None, [step.note]))
                joined[shown.words.key] = replace(
                    known,
                    branches=tuple(dict.fromkeys((*known.branches, part.branch))),
                    notes=tuple(dict.fromkeys(notes)),
                )
    return list(joined.values())


def _sorted_answer(call: Call, services: Sequence[CalledService]) -> CallAnswer:
    """Return the answer of services in the order of the group or of matching: those that take the
    person and answer then; of them first those with a number, before them doctors if the person
    needs one."""

    def rank(each: CalledService) -> tuple[bool, bool]:
        return not (call.is_for_care and each.words.is_care), not each.words.numbers

    ordered = sorted(services, key=rank)
    first = tuple(each for each in ordered if call.answers_then(each.words))
    care = _emergency_care(call, first)
    shown = {each.words.key for each in first}
    if care and care.nearest:
        shown.add(care.nearest.key)
    others = tuple(each for each in ordered if each.words.key not in shown)
    return CallAnswer(call.at, call.is_night, first, others, care)


def _as_of_call(service: ServiceWords, call: Call) -> ServiceWords:
    """Return a service with its state at the moment of the call instead of “open now”."""
    if call.at == call.now or not service.is_available:
        return service
    if service.is_open:
        return replace(service, opening=_("Open then"))
    return replace(service, opening=_("Closed then") if service.is_closed else _("Hours not known"))


def _emergency_care(call: Call, first: Iterable[CalledService]) -> EmergencyCare | None:
    """Return where to go for a need of care for which no doctor is among the first services."""
    where, is_known = call.question.where, any(each.words.is_care for each in first)
    if is_known or not call.is_for_care or where is None or where.country is None:
        return None
    signs = vocabulary.countries()[where.country].emergency_department
    return EmergencyCare(tuple(signs.items()), next(_nearest_doctors(call), None))


def _nearest_doctors(call: Call) -> Iterator[ServiceWords]:
    tag, gender = get_language() or "en", call.question.person.gender
    for match in published.nearest_doctors(call.question):
        if stated_limit(match.row, gender, is_adult=call.is_adult) is None:
            service = _words(match, call)
            metres = Reason("distance_far", facts={"distance": match.distance_m or 0})
            where = " · ".join(filter(None, (service.where, reason_text(metres, tag))))
            yield replace(service, where=where)


def _words(match: Match, call: Call) -> ServiceWords:
    row = match.row
    service = LiveService(
        row.id,
        row.name,
        row.organisation,
        Status.PUBLISHED,
        is_for_professionals=False,
        row=row,
    )
    tag = get_language() or "en"
    return _as_of_call(describe(service, call.question, tag, is_adult=call.is_adult), call)


def _directory_answer(call: Call) -> CallAnswer:
    """Return what the directory answers, without services for other people, and national lines."""
    answers = published.match(call.question)
    lines = (each for each in answers.national if not each.row.categories.isdisjoint(LINES))
    matches = (
        each for each in (*answers.within_reach, *lines) if not is_for_others(each, call.part)
    )
    words = (_words(match, call) for match in matches)
    answer = _sorted_answer(call, [CalledService(each) for each in words if not each.failing])
    return replace(
        answer, first=answer.first[:DIRECTORY_ANSWERS], others=answer.others[:DIRECTORY_ANSWERS]
    )
