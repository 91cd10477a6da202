"""Posters and printed directories for staff, by country and language."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.directory import enums, labels
from protect.directory.access import require_maintainer
from protect.directory.facts import FACT_LABELS
from protect.findhelp import access, addresses, errors
from protect.findhelp.answers import cards, limits, names, order, topics
from protect.findhelp.enums import SpotKind
from protect.findhelp.paper import books, leaflets
from protect.findhelp.paper.content import Book, Pathway, card_pdf, pathway_pdf
from protect.findhelp.paper.leaflets import MAX_NATIONAL
from protect.kernel.ids import stable_uuid
from protect.matching import published
from protect.matching.questions import Answers, Match, Question, freshness_at
from protect.matching.services.rows import ServiceRow
from protect.orgs.scope import Scope
from protect.reference import vocabulary, wording
from protect.reference.lookup import store
from protect.reference.lookup.fold import fold

SUGGESTED_LANGUAGES = 5  # number of languages ticked at first
PUBLIC_URLCONF = settings.ROOT_URLCONF  # URLs on paper lead to the public site
# Audit actions: a poster was printed; a directory was printed.
POSTER_ACTION, DIRECTORY_ACTION = "directory.publish_poster", "directory.print_directory"

FOR_PROFESSIONALS = _("For professionals only")  # For translators: on paper for members; be brief

type File = tuple[str, bytes]


def printable_languages() -> list[str]:
    """Return the languages that can be printed, in their order. BCP 47."""
    return [tag for tag in access.languages() if leaflets.printed_language(tag) == tag]


def suggested_languages(spot: addresses.Spot) -> list[str]:
    """Return the five printable languages that most services there speak; ties in site order."""
    by_service = ({offer.language for offer in row.languages} for row in services_in(spot))
    spoken = Counter(language for languages in by_service for language in languages)
    offered = printable_languages()
    return sorted(offered, key=lambda tag: (-spoken[tag], offered.index(tag)))[:SUGGESTED_LANGUAGES]


def services_in(spot: addresses.Spot) -> list[ServiceRow]:
    """Return the public services for which `is_for_area` holds; for a town, of its area."""
    country, area = country_and_area(spot)
    return [row for row in published.rows() if books.is_for_area(row, country, area)]


def country_and_area(spot: addresses.Spot) -> tuple[str, str]:
    """Return the country and the area of a spot; "" in place of the area of a whole country."""
    country = addresses.country_of(spot) or ""
    if spot.kind is SpotKind.PLACE:
        return country, store.place_rows()[int(spot.key)].area
    return country, spot.key if spot.key in store.areas() else ""


def matching_spots(typed: str, country: str) -> list[addresses.Spot]:
    """Return the areas and towns that a text may name; the whole country for "" or its name."""
    wanted = fold(typed)
    if not wanted or addresses.country_named(typed) == country or wanted == fold(country):
        return [addresses.anywhere_in(country)]
    areas = [
        addresses.anywhere_in(area.code, area.name)
        for area in store.areas().values()
        if area.country_id == country
        and wanted in {fold(name) for name in (area.name, area.code, *area.names.split("|"))}
    ]
    places = store.place_index().find(typed, country).best
    return [*areas, *(addresses.place_spot(place.id) for place in places)]


def area_named(typed: str) -> addresses.Spot:
    """Return the one country or region that was typed. Errors: findhelp_place_unknown."""
    code = addresses.country_named(typed) or typed.upper()
    if code in vocabulary.countries():
        return addresses.anywhere_in(code)
    if area := store.areas().get(typed.upper()):
        return addresses.anywhere_in(area.code, area.name)
    matching_areas = [
        area_row for area_row in store.areas().values() if fold(area_row.name) == fold(typed)
    ]
    if len(matching_areas) == 1:
        return addresses.anywhere_in(matching_areas[0].code, matching_areas[0].name)
    raise errors.FindHelpRefusal("findhelp_place_unknown", name=typed[:60])


def whereabouts(spot: addresses.Spot) -> str:
    """Return the areas around a place or an area, to tell it from others with its name."""
    if spot.kind is SpotKind.PLACE:
        inside = store.area_chain(store.place_rows()[int(spot.key)].area)
    else:
        inside = store.area_chain(spot.key)[1:] if spot.key in store.areas() else ()
    return " · ".join(store.areas()[code].name for code in inside)


def poster_answers(search: access.Search, tag: str, at: datetime) -> Answers:
    where = addresses.location_of(search.spot)
    needs, limit = (search.need.code,), published.PATHWAY_LIMIT
    question = Question(needs, at, where, (tag,), limit=limit)
    return speakers_first(order.match_in_order(question), question, tag)


def speakers_first(answers: Answers, question: Question, tag: str) -> Answers:
    """Return the answers in the order of a paper. A service for all that speaks its language moves
    before services that do not and that tell the authorities as much or more; if an injured person
    needs care at once, not before services made for this."""
    is_urgent = any(vocabulary.needs()[code].go_there for code in question.needs)

    def arrange(matches: Sequence[Match]) -> tuple[Match, ...]:
        arranged: list[Match] = []
        for match in matches:
            overtakes = _speaks(match.row, tag) and not limits.is_for_others(match.row, question)
            index = len(arranged)
            while overtakes and index:
                if not _may_overtake(match, arranged[index - 1], tag, is_urgent=is_urgent):
                    break
                index -= 1
            arranged.insert(index, match)
        return tuple(arranged)

    return replace(answers, answers=arrange(answers.answers), national=arrange(answers.national))


def _may_overtake(match: Match, other: Match, tag: str, *, is_urgent: bool) -> bool:
    """Return whether a match that speaks a language may overtake another one that does not."""
    key, other_key = match.key, other.key
    return (
        not _speaks(other.row, tag)
        and key.is_beyond <= other_key.is_beyond
        and key.disclosure_group <= other_key.disclosure_group
        and (key.generality == 0 or other_key.generality > 0 or not is_urgent)
    )


def _speaks(row: ServiceRow, tag: str) -> bool:
    return tag in topics.languages_of_region(row) or any(
        offer.language == tag for offer in row.languages
    )


def build_poster(search: access.Search, answers: Answers, tag: str, at: datetime) -> Pathway:
    """Return the pathway of a place and a need, for printing."""
    place, country = addresses.spot_name(search.spot, tag), addresses.country_of(search.spot)
    need = wording.display_name(wording.NEED_NAMES, search.need)
    url_parts = [tag, search.spot.code, search.need.short, ""]
    url = settings.PUBLIC_URL + reverse("findhelp:results", PUBLIC_URLCONF, url_parts)
    wanted = frozenset(search.need.categories)
    pathway = leaflets.build_pathway(answers, place, need, country, tag, url, at, wanted)
    is_urgent = search.need.first_hours
    return leaflets.with_first_hours(pathway, tag, country) if is_urgent else pathway


def poster_files(
    search: access.Search, tags: Sequence[str], at: datetime, *, with_cards: bool = False
) -> Iterator[File]:
    """Yield file names, which reveal nothing, and PDFs for each language; cards if asked for."""
    for tag in tags:
        answers = poster_answers(search, tag, at)
        yield f"info-{tag}.pdf", pathway_pdf(build_poster(search, answers, tag, at))
        if with_cards:
            for row in services_on_cards(answers):
                address = reverse("findhelp:page", PUBLIC_URLCONF, args=[tag, row.short, ""])
                card = leaflets.build_card(row, tag, settings.PUBLIC_URL + address, at)
                yield f"info-{tag}-{row.short}.pdf", card_pdf(card)


def services_on_cards(answers: Answers) -> list[ServiceRow]:
    """Return the local and national services of answers, each once."""
    shown = (*answers.within_reach, *answers.national)
    return [*{match.row.short: match.row for match in shown}.values()]


def build_directory(spot: addresses.Spot, tag: str, at: datetime, *, members: bool = False) -> Book:
    """Return a directory; `members` adds services that only professionals may see.
    Errors: findhelp_book_too_large; findhelp_language_not_printed."""
    if tag not in printable_languages():
        known = ", ".join(printable_languages())
        raise errors.FindHelpRefusal("findhelp_language_not_printed", name=tag, known=known)
    country, area = country_and_area(spot)
    all_professional = published.professional_rows(country) if members else ()
    professional_rows = [row for row in all_professional if books.is_for_area(row, country, area)]
    with translation.override(tag):
        mark = str(FOR_PROFESSIONALS) if members else ""
    name, path = addresses.spot_name(spot, tag), [tag, spot.code, ""]
    url = settings.PUBLIC_URL + reverse("findhelp:page", PUBLIC_URLCONF, path)
    options = books.BookOptions(country, area, name, tag, url, professionals=mark)
    return books.build_book(services_in(spot), options, at, professional_rows)


class FactState(NamedTuple):
    name: Promise
    word: Promise
    shape: str  # of its chip
    text: str  # as visitors read it
    is_sure: bool  # whether the fact is fresh enough to print


class PosterService(NamedTuple):
    """A service on a poster. `is_old`: the service has to be called before printing."""

    service: UUID
    name: str
    facts: list[FactState]
    is_old: bool
    has_number: bool  # whether a number will be printed


class PosterServices(NamedTuple):
    steps: list[PosterService]
    lines: list[PosterService]  # national services
    old_count: int  # services with an old or unchecked fact
    total: int  # all services


def poster_services(
    search: access.Search, answers: Answers, tag: str, at: datetime
) -> PosterServices:
    """Return the services on a poster, if all steps fit."""
    selected = leaflets.select_services(answers, tag, at, frozenset(search.need.categories))
    printed = zip(selected.lines, selected.repeated_from, strict=True)
    national = [line for line, count in printed if count > len(selected.steps)]
    steps = [_poster_service(service.answer.row, tag, at) for service in selected.steps]
    lines = [_poster_service(line.answer.row, tag, at) for line in national][:MAX_NATIONAL]
    services = [*steps, *lines]
    return PosterServices(steps, lines, sum(service.is_old for service in services), len(services))


def _poster_service(row: ServiceRow, tag: str, at: datetime) -> PosterService:
    facts = [_fact_state(row, fact, tag, at) for fact in leaflets.printed_facts(row)]
    is_old = not all(fact.is_sure for fact in facts)
    is_printed = leaflets.is_printed(freshness_at(row, enums.Fact.PHONE, at))
    return PosterService(
        row.id, names.main_name(row, tag).text, facts, is_old, bool(row.phones) and is_printed
    )


def _fact_state(row: ServiceRow, fact: enums.Fact, tag: str, at: datetime) -> FactState:
    state = freshness_at(row, fact, at)
    return FactState(
        name=FACT_LABELS[fact],
        word=labels.FRESHNESS[state],
        shape=labels.FRESHNESS_SHAPES[state],
        text=cards.last_check_text(row, fact, tag, at),
        is_sure=state in leaflets.PRINTABLE_STATES,
    )


@transaction.atomic
def record_printing(scope: Scope, action: str, country: str, *codes: str, at: datetime) -> None:
    """Record a printing; `codes`: place, need; or area, language. Errors: PermissionDenied."""
    organisation = require_maintainer(scope, country)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=organisation)
    audit.record(action, paper_audit_subject(*codes))


def paper_audit_subject(*codes: str) -> str:
    """Return the audit subject of a paper: a UUID derived from its codes."""
    return f"paper:{stable_uuid('paper', *codes)}"


def last_printed_at(scope: Scope, country: str, *codes: str) -> datetime | None:
    """Return when the user's organisation last printed this paper. Errors: PermissionDenied."""
    organisation = require_maintainer(scope, country)
    entries = Entry.objects.of_organisation(organisation).of_target(paper_audit_subject(*codes))
    return entries.newest_first().values_list("at", flat=True).first()
