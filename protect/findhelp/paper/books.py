"""A printed directory: every service of an area in one language, by need and town.

A service stands in full once, at the first need that it answers; elsewhere its name and page do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import translation

from protect.directory.enums import Fact, Freshness, Scope
from protect.findhelp.answers.cards import COMMON, OLD, fresh_text, kinds_of
from protect.findhelp.errors import FindHelpRefusal
from protect.findhelp.paper import content
from protect.findhelp.paper.leaflets import cautions_of, facts_of, frame_of, written_in
from protect.matching import questions
from protect.matching.services.rows import Point, Reach, ServiceRow
from protect.matching.wording import CHECKED, STALE, reason_text
from protect.reference import formats, vocabulary, wording
from protect.reference.lookup import store

MOST = 2000  # services in one file: some 200 pages and 20 s; a region or a district has fewer
CREDITS = "GeoNames.org · CC BY 4.0"  # names of places; in every language the same
MARKS = {Freshness.UNVERIFIED: "?", **dict.fromkeys(OLD, "!")}
DATE = "…"  # in the place of a date in the legend


def is_in(row: ServiceRow, country: str, area: str) -> bool:
    """Return whether a service is for people in an area: it is there, or serves it from elsewhere.
    `area` is "" for the whole country. A service without a known place is always included."""
    if row.country != country:
        return False
    if not area or row.scope is Scope.NATIONAL:
        return True
    if row.points:
        return town_of(row, area) is not None
    return not row.areas or any(_reaches(reach, area) for reach in row.areas)


def town_of(row: ServiceRow, area: str) -> Point | None:
    return next((each for each in row.points if not area or area in each.areas), None)


def _reaches(reach: Reach, area: str) -> bool:
    if reach.area is None and reach.radius_km is None:
        return True
    return area in {reach.area, *reach.within} or reach.area in store.chain(area)


class Edition(NamedTuple):
    """Area, language and readers of a printed directory. `area` is "" for a whole country."""

    country: str
    area: str
    name: str  # in the reader's language
    tag: str
    url: str  # what its QR code opens
    professionals: str = ""  # how what only professionals may see is marked; "": there is none


class _Shelf(NamedTuple):
    towns: dict[tuple[int, str], list[content.Entry]]
    also: list[tuple[str, str]]


def book_of(
    rows: Sequence[ServiceRow], edition: Edition, at: datetime, hidden: Sequence[ServiceRow] = ()
) -> content.Book:
    """Return a directory; `hidden` are for professionals. Errors: findhelp_book_too_large."""
    if len(rows) + len(hidden) > MOST:
        raise FindHelpRefusal("findhelp_book_too_large", found=len(rows) + len(hidden), limit=MOST)
    written = written_in(edition.tag)
    zone = ZoneInfo(vocabulary.countries()[edition.country].zone)
    with translation.override(written):
        chapters = tuple(_chapters([*rows, *hidden], {row.short for row in hidden}, edition, at))
        return content.Book(
            frame=frame_of(edition.tag, edition.country, edition.url, at.astimezone(zone)),
            area=edition.name,
            only=edition.professionals,
            cautions=tuple(_common(rows, written, at)),
            legend=tuple(_legend()),
            chapters=chapters,
            call_first=str(content.CALL_FIRST),
            credits=CREDITS,
        )


def _chapters(
    rows: Iterable[ServiceRow], hidden: set[str], edition: Edition, at: datetime
) -> Iterator[content.Chapter]:
    needs = [need for need in vocabulary.needs().values() if need.public and need.categories]
    shelves: dict[str, _Shelf] = {need.code: _Shelf({}, []) for need in needs}
    asked = {code: questions.prepare(questions.Question((code,), at)) for code in shelves}
    for row in sorted(rows, key=lambda row: (row.name.casefold(), row.short)):
        answered = _answered(row, asked)
        if answered:  # a programme for people who use violence answers no need
            only = edition.professionals if row.short in hidden else ""
            entries = shelves[answered[0]].towns.setdefault(_heading(row, edition), [])
            entries.append(_entry(row, edition, at, only))
        for code in answered[1:]:
            shelves[code].also.append((row.short, row.name))
    for need in needs:
        shelf = shelves[need.code]
        if shelf.towns or shelf.also:
            name = str(wording.name_of(wording.NEED_NAMES, need))
            towns = sorted(shelf.towns.items())  # by name; what serves from everywhere comes last
            named = tuple(content.Town(town, tuple(entries)) for (_, town), entries in towns)
            yield content.Chapter(name, named, tuple(shelf.also))


def _answered(row: ServiceRow, asked: Mapping[str, questions.PreparedQuestion]) -> list[str]:
    """Return the needs that a service answers; those where it ranks last come at the end."""
    verdicts = {code: questions.meets(row, question) for code, question in asked.items()}
    codes = [code for code, each in verdicts.items() if each.categories and not each.is_barred]
    return sorted(codes, key=lambda code: verdicts[code].is_last)


def _heading(row: ServiceRow, edition: Edition) -> tuple[int, str]:
    """Return under which town a service stands, and whether before or after the others."""
    if point := town_of(row, edition.area):
        return 0, point.name
    if row.scope is Scope.NATIONAL and row.takes_calls:
        return 2, str(content.WHOLE_COUNTRY)
    return 1, formats.country_name(row.country, written_in(edition.tag))


def _entry(row: ServiceRow, edition: Edition, at: datetime, only: str) -> content.Entry:
    written = written_in(edition.tag)
    facts = facts_of(row, written, at)
    own = [each for each in cautions_of(row, at) if each.code not in COMMON]
    state = questions.freshness_at(row, Fact.PHONE, at)
    if row.phones and not facts.numbers and state in STALE:
        # The number is withheld: say since when it is doubtful.
        doubtful_since = fresh_text(row, Fact.PHONE, written, at)
        facts = replace(facts, fresh=f"{facts.fresh} · {doubtful_since}")
    return content.Entry(
        key=row.short,
        service=replace(facts, cautions=tuple(reason_text(each, written) for each in own)),
        kinds=kinds_of(row, written),
        mark=MARKS.get(state, "") if row.phones else "",
        only=only,
    )


def _common(rows: Iterable[ServiceRow], written: str, at: datetime) -> Iterator[str]:
    codes = {each.code for row in rows for each in cautions_of(row, at)} & COMMON
    yield from (reason_text(questions.Reason(code), written) for code in sorted(codes))


def _legend() -> Iterator[tuple[str, str]]:
    for state, mark in MARKS.items():
        yield mark, str(STALE[state]).format(date=DATE)
    for sentence in dict.fromkeys(map(str, CHECKED.values())):
        yield "", sentence.format(date=DATE)
