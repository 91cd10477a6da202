"""Papers from the desk: posters and directories, by country and language."""

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
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
from protect.directory.access import must_keep
from protect.directory.facts import LABELS
from protect.findhelp import access, addresses, errors
from protect.findhelp.answers.cards import fresh_text
from protect.findhelp.enums import Kind
from protect.findhelp.paper import books, leaflets
from protect.findhelp.paper.content import Book, Pathway, card_pdf, pathway_pdf
from protect.kernel.ids import stable_uuid
from protect.matching import published, questions
from protect.matching.services.rows import ServiceRow
from protect.orgs.scope import Scope
from protect.reference import vocabulary, wording
from protect.reference.lookup import store
from protect.reference.lookup.fold import fold

SUGGESTED = 5  # languages that are ticked at first
PUBLIC = settings.ROOT_URLCONF  # addresses on paper lead to the public site
POSTER, DIRECTORY = "directory.publish_poster", "directory.print_directory"  # in the audit

# Translators: on paper that is for members: other people must not read it. Keep it short.
FOR_PROFESSIONALS = _("For professionals only")

type File = tuple[str, bytes]


def printable() -> list[str]:
    """Return the languages that paper can be written in, in their order. BCP 47."""
    return [tag for tag in access.languages() if leaflets.written_in(tag) == tag]


def suggested(spot: addresses.Spot) -> list[str]:
    """Return the languages that most services there speak, filled up in their own order."""
    tongues = ({each.language for each in row.languages} for row in rows_in(spot))
    spoken = Counter(tongue for spoken_here in tongues for tongue in spoken_here)
    offered = printable()
    return sorted(offered, key=lambda tag: (-spoken[tag], offered.index(tag)))[:SUGGESTED]


def rows_in(spot: addresses.Spot) -> list[ServiceRow]:
    country, area = region_of(spot)
    return [row for row in published.rows() if books.is_in(row, country, area)]


def region_of(spot: addresses.Spot) -> tuple[str, str]:
    """Return the country of a place, and its own area; "" for a whole country."""
    country = addresses.country_of(spot) or ""
    if spot.kind is Kind.PLACE:
        return country, store.rows()[int(spot.key)].area
    return country, spot.key if spot.key in store.areas() else ""


def candidates(typed: str, country: str) -> list[addresses.Spot]:
    """Return the places that a typed name may mean: country, areas, settlements. Best first."""
    wanted = fold(typed)
    if not wanted or addresses.country_named(typed) == country or wanted == fold(country):
        return [addresses.whole(country)]
    areas = [
        addresses.whole(area.code, area.name)
        for area in store.areas().values()
        if area.country_id == country
        and wanted in {fold(each) for each in (area.name, area.code, *area.names.split("|"))}
    ]
    matches = addresses.search(typed, country)
    return [*areas, *(addresses.place_spot(place.id) for place in matches.best)]


def area_named(typed: str) -> addresses.Spot:
    """Return the one country, region or town that is meant. Errors: findhelp_place_unknown."""
    code = addresses.country_named(typed) or typed.upper()
    if code in vocabulary.countries():
        return addresses.whole(code)
    if area := store.areas().get(typed.upper()):
        return addresses.whole(area.code, area.name)
    named = [each for each in store.areas().values() if fold(each.name) == fold(typed)]
    if len(named) == 1:
        return addresses.whole(named[0].code, named[0].name)
    raise errors.FindHelpRefusal("findhelp_place_unknown", name=typed[:60])


def whereabouts(spot: addresses.Spot) -> str:
    """Return in which district and region a place lies, to tell it from others of its name."""
    if spot.kind is Kind.PLACE:
        inside = store.chain(store.rows()[int(spot.key)].area)
    else:
        inside = store.chain(spot.key)[1:] if spot.key in store.areas() else ()
    return " · ".join(store.areas()[code].name for code in inside)


def answers_of(search: access.Search, tag: str, at: datetime) -> questions.Answers:
    return published.pathway(addresses.where(search.spot), search.need.code, language=tag, at=at)


def poster(search: access.Search, answers: questions.Answers, tag: str, at: datetime) -> Pathway:
    """Return the pathway of a place and a need on paper."""
    asked = [tag, search.spot.code, search.need.short, ""]
    return leaflets.pathway_of(
        answers,
        addresses.name_in(search.spot, tag),
        wording.name_of(wording.NEED_NAMES, search.need),
        addresses.country_of(search.spot),
        tag,
        settings.PUBLIC_URL + reverse("findhelp:results", PUBLIC, asked),
        at,
    )


def posters(
    search: access.Search, tags: Sequence[str], at: datetime, *, with_cards: bool = False
) -> Iterator[File]:
    """Yield a file for each language: its name, which tells nothing, and its content."""
    for tag in tags:
        answers = answers_of(search, tag, at)
        yield f"info-{tag}.pdf", pathway_pdf(poster(search, answers, tag, at))
        if with_cards:
            for row in cards_of(answers):
                address = reverse("findhelp:page", PUBLIC, args=[tag, row.short, ""])
                card = leaflets.card_of(row, tag, settings.PUBLIC_URL + address, at)
                yield f"info-{tag}-{row.short}.pdf", card_pdf(card)


def cards_of(answers: questions.Answers) -> list[ServiceRow]:
    shown = (*answers.answers, *answers.national)
    return [*{each.row.short: each.row for each in shown}.values()]


def zipped(files: Iterable[File]) -> bytes:
    """Return files as one: a ZIP that says no more of itself than they do."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:  # PDFs are packed already
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return whole.getvalue()


def directory_of(
    spot: addresses.Spot, tag: str, at: datetime, *, for_members: bool = False
) -> Book:
    """Return a directory. Errors: findhelp_book_too_large; findhelp_language_not_printed."""
    if tag not in printable():
        raise errors.FindHelpRefusal(
            "findhelp_language_not_printed", name=tag, known=", ".join(printable())
        )
    country, area = region_of(spot)
    hidden = published.hidden(country) if for_members else ()
    with translation.override(tag):
        marked = str(FOR_PROFESSIONALS)
    edition = books.Edition(
        country=country,
        area=area,
        name=addresses.name_in(spot, tag),
        tag=tag,
        url=settings.PUBLIC_URL + reverse("findhelp:page", PUBLIC, args=[tag, spot.code, ""]),
        professionals=marked if for_members else "",
    )
    return books.book_of(
        rows_in(spot), edition, at, [row for row in hidden if books.is_in(row, country, area)]
    )


class FactState(NamedTuple):
    name: Promise
    word: Promise
    shape: str  # of a chip
    text: str  # as the public reads it
    is_sure: bool


class Step(NamedTuple):
    """A service on a poster. `is_old`: call it before printing."""

    service: UUID
    name: str
    facts: list[FactState]
    is_old: bool
    has_number: bool  # that will be printed


class Steps(NamedTuple):
    steps: list[Step]
    lines: list[Step]  # of the whole country
    old: int
    number: int


def steps_of(answers: questions.Answers, tag: str, at: datetime, most_lines: int) -> Steps:
    steps = [_step(answer.row, tag, at) for answer in answers.answers]
    lines = [_step(answer.row, tag, at) for answer in answers.national[:most_lines]]
    every = [*steps, *lines]
    return Steps(steps, lines, sum(each.is_old for each in every), len(every))


def _step(row: ServiceRow, tag: str, at: datetime) -> Step:
    facts = [_fact(row, fact, tag, at) for fact in leaflets.printed_facts(row)]
    return Step(
        service=row.id,
        name=row.name,
        facts=facts,
        is_old=not all(each.is_sure for each in facts),
        has_number=bool(row.phones)
        and leaflets.is_printed(questions.freshness_at(row, enums.Fact.PHONE, at)),
    )


def _fact(row: ServiceRow, fact: enums.Fact, tag: str, at: datetime) -> FactState:
    state = questions.freshness_at(row, fact, at)
    return FactState(
        name=LABELS[fact],
        word=labels.FRESHNESS[state],
        shape=labels.FRESHNESS_SHAPES[state],
        text=fresh_text(row, fact, tag, at),
        is_sure=state in leaflets.CHECKED,
    )


@transaction.atomic
def note_papers(scope: Scope, action: str, country: str, *of: str, at: datetime) -> None:
    """Record that papers on these codes were printed. Errors: PermissionDenied."""
    audit = AuditContext(at=at, actor=scope.user_id, organisation=must_keep(scope, country))
    audit.record(action, paper_of(*of))


def paper_of(*of: str) -> str:
    return f"paper:{stable_uuid('paper', *of)}"


def last_papers(scope: Scope, country: str, *of: str) -> datetime | None:
    """Return when the user's organisation last printed these. Errors: PermissionDenied."""
    entries = Entry.objects.of_organisation(must_keep(scope, country)).about(paper_of(*of))
    return entries.newest_first().values_list("at", flat=True).first()
