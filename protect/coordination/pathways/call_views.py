"""Whom do I call? The part of a published pathway that suits a person, with numbers to call."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.coordination.pathways import access, forms, pathway_pages, rules
from protect.coordination.pathways.enums import Branch, Who
from protect.coordination.pathways.followed_procedures import followed_link
from protect.coordination.pathways.live_services import (
    CHILD_AGE,
    LiveService,
    ServiceWords,
    describe,
    person_for,
)
from protect.coordination.pathways.models import Pathway, PathwayEdition
from protect.coordination.pathways.pathway_papers import emergency_number
from protect.coordination.pathways.place_names import PlaceChoice, pathway_name
from protect.coordination.pathways.proposals import next_night
from protect.directory.access import home_country
from protect.directory.enums import Status
from protect.kernel import clock
from protect.matching import published
from protect.matching.questions import PersonLocation, Question
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup
from protect.ui.pages import render_form_page

DIRECTORY_ANSWERS = 8  # services that the directory answers where no pathway was agreed


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """Whom to call first, whom not now and why, and the other parts of the pathway."""

    edition: PathwayEdition | None  # None: no pathway was agreed, the directory answers
    name: str
    branch: Branch | None
    first: tuple[ServiceWords, ...]
    notes: tuple[str, ...]
    others: tuple[ServiceWords, ...]
    parts: tuple[pathway_pages.ShownPart, ...]
    changed: frozenset[UUID]
    tests: pathway_pages.TestState | None
    is_damaged: bool = False  # the pathway was changed in the database, so the directory answers


@require_safe
def pathway_call(request: HttpRequest) -> HttpResponse:
    scope, now = scope_of(request), clock.now()
    country = home_country(scope) or next(iter(vocabulary.countries()))
    zone = ZoneInfo(vocabulary.countries()[country].zone)
    night = rules.is_night(now.astimezone(zone).hour)
    defaults = {
        "country": country,
        "need": "safe-place",
        "who": Who.WOMAN.value,
        "papers": "no",
        "when": forms.NIGHT if night else forms.DAY,
    }
    form = forms.CallForm(request.GET.dict(), defaults)
    answer = None
    if form.is_asked and form.is_valid() and (place := form.find_place()) is not None:
        answer = find_answer(scope, form.cleaned_data, place, now)
    edition = answer.edition if answer else None
    context = {
        "answer": answer,
        "procedure": followed_link(scope, edition.pathway, now.date()) if edition else None,
        "is_asked": form.is_asked,
        "emergency": emergency_number(form["country"].value() or country)
        if form["country"].value() in vocabulary.countries()
        else emergency_number(country),
        "child_age": CHILD_AGE if form["who"].value() == Who.CHILD else None,
        "form": form,
    }
    return render_form_page(request, "coordination/pathways/call.html", None, context)


def find_answer(
    scope: Scope, data: Mapping[str, str], place: PlaceChoice, now: datetime
) -> CallAnswer:
    """Return whom to call for what a colleague said: from the pathway of the smallest area around
    the place, else from the directory."""
    where = _location(data["country"], place)
    is_night = data["when"] == forms.NIGHT
    at = _night_moment(where, now) if is_night else now
    has_papers = data["papers"] == "yes"
    person = person_for(Who(data["who"]), has_papers=has_papers)
    question = Question((data["need"],), at, where, person=person, limit=DIRECTORY_ANSWERS)
    pathway = _pathway_for(scope, data["need"], where)
    edition = access.edition_in_force(pathway) if pathway else None
    if pathway is None or edition is None or not edition.is_sealed():
        answer = _directory_answer(question, now, is_night=is_night)
        return replace(answer, is_damaged=edition is not None)
    branches = rules.branches_for(Who(data["who"]), has_papers=has_papers, is_night=is_night)
    return _pathway_answer(pathway, branches, question, now, is_night=is_night)


def _location(country: str, place: PlaceChoice) -> PersonLocation:
    if place.place is not None:
        return PersonLocation.at_place(lookup.place_rows()[place.place])
    areas = lookup.area_chain(place.area) if place.area else ()
    return PersonLocation(country, areas=areas)


def _night_moment(where: PersonLocation, now: datetime) -> datetime:
    """Return this moment if it is night there, else the middle of the next night."""
    country = vocabulary.countries()[where.country or ""]
    is_now = rules.is_night(now.astimezone(ZoneInfo(country.zone)).hour)
    return now if is_now else next_night(where, now)


def _pathway_for(scope: Scope, need: str, where: PersonLocation) -> Pathway | None:
    """Return the published pathway of a town, else of the smallest area around it, else of the
    country."""
    rows = Pathway.objects.in_force().filter(country=where.country, need=need)
    visible = access.visible_pathways(scope).filter(pk__in=rows.values("pk"))
    places = [where.place, *where.areas, None]

    def rank(row: Pathway) -> int:
        key = row.place_id or row.area_id
        return places.index(key) if key in places else len(places)

    found = min(visible.order_by("created_at", "pk"), key=rank, default=None)
    return found if found is not None and rank(found) < len(places) else None


def _pathway_answer(
    pathway: Pathway,
    branches: tuple[Branch, ...],
    question: Question,
    now: datetime,
    *,
    is_night: bool,
) -> CallAnswer:
    edition = access.get_edition(pathway)
    found = pathway_pages.words_of(pathway_pages.edition_keys(edition), question)
    words = {key: _as_of_question(each, question, now) for key, each in found.items()}
    changed = frozenset(each.key for each in pathway_pages.changes_of(edition))
    parts = pathway_pages.edition_parts(edition, words, changed)
    by_branch = {part.branch: part for part in parts}
    own = [by_branch[branch] for branch in branches if branch in by_branch]
    chosen = next((part for part in own if _good(part, is_night=is_night)), own[0] if own else None)
    services = _services(chosen) if chosen else []
    first = _good(chosen, is_night=is_night) if chosen else []
    rest = [part for part in (*own, *parts) if chosen is None or part.branch != chosen.branch]
    return CallAnswer(
        edition=edition,
        name=pathway_name(pathway),
        branch=chosen.branch if chosen else None,
        first=tuple(first),
        notes=tuple(step.note for step in chosen.steps if step.note) if chosen else (),
        others=tuple(each for each in services if each not in first),
        parts=tuple({part.branch: part for part in rest}.values()),
        changed=changed,
        tests=pathway_pages.test_state(pathway, clock.now().date()),
    )


def _as_of_question(service: ServiceWords, question: Question, now: datetime) -> ServiceWords:
    """Return a service without “open now”, if the question is about another moment."""
    return service if question.at == now else replace(service, opening="")


def _services(part: pathway_pages.ShownPart) -> list[ServiceWords]:
    """Return the services of a part in their order, each once."""
    words = [service.words for step in part.steps for service in step.services]
    return list({each.key: each for each in words}.values())


def _good(part: pathway_pages.ShownPart, *, is_night: bool) -> list[ServiceWords]:
    """Return the services of a part that take the person, at night those that are open then."""
    return [
        each
        for each in _services(part)
        if each.is_available and not each.failing and (each.is_open or not is_night)
    ]


def _directory_answer(question: Question, now: datetime, *, is_night: bool) -> CallAnswer:
    """Return what the directory answers; at night what is open first."""
    answers, tag = published.match(question), get_language() or "en"
    matches = [*answers.within_reach, *answers.national][:DIRECTORY_ANSWERS]
    words = []
    for match in matches:
        row = match.row
        service = LiveService(
            row.id,
            row.name,
            row.organisation,
            Status.PUBLISHED,
            is_for_professionals=False,
            row=row,
        )
        words.append(_as_of_question(describe(service, question, tag), question, now))
    first = [each for each in words if each.is_open or not is_night]
    return CallAnswer(
        edition=None,
        name="",
        branch=None,
        first=tuple(first),
        notes=(),
        others=tuple(each for each in words if each not in first),
        parts=(),
        changed=frozenset(),
        tests=None,
    )
