"""A printed directory: every service of an area in one language, by need and town. A service is
printed in full at the first need that it answers; the other needs refer to its page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import translation

from protect.directory.enums import Fact, Freshness, ServiceScope
from protect.findhelp.answers import cards
from protect.findhelp.answers.cards import OLD_STATES, SHARED_CAUTIONS
from protect.findhelp.answers.contacts import NUMBER_NOTES
from protect.findhelp.answers.names import category_names, main_name
from protect.findhelp.errors import FindHelpRefusal
from protect.findhelp.paper import content, leaflets
from protect.findhelp.paper.leaflets import printed_language, service_cautions
from protect.matching import questions
from protect.matching.services.rows import Point, ServedArea, ServiceRow
from protect.matching.wording import STALE_SENTENCES, reason_text
from protect.reference import formats, vocabulary, wording
from protect.reference.lookup import store

MOST = 2000  # services in one file: about 200 pages and 20 seconds
CREDITS = "GeoNames.org · CC BY 4.0"  # source of place names, the same in every language
STATE_MARKS = {Freshness.UNVERIFIED: "?", **dict.fromkeys(OLD_STATES, "!")}  # of numbers


def is_for_area(row: ServiceRow, country: str, area: str) -> bool:
    """Return whether a service is in an area or, without a known place, may serve it. National
    services of the country are always included. `area` is "" for the whole country."""
    if row.country != country:
        return False
    if not area or row.scope is ServiceScope.NATIONAL:
        return True
    if row.points:
        return town_in_area(row, area) is not None
    return not row.areas or any(_overlaps_area(reach, area) for reach in row.areas)


def town_in_area(row: ServiceRow, area: str) -> Point | None:
    """Return the first point of a service in an area, or in any area for ""; None without one."""
    return next((point for point in row.points if not area or area in point.areas), None)


def _overlaps_area(served: ServedArea, area: str) -> bool:
    """Return whether `served` (for a circle: its centre) is in or around `area`, or a whole
    country."""
    if served.area is None and served.radius_km is None:
        return True
    return area in {served.area, *served.containing_areas} or served.area in store.area_chain(area)


class BookOptions(NamedTuple):
    """Area, language and readers of a printed directory; `area` is "" for a whole country."""

    country: str
    area: str
    name: str  # in the reader's language
    tag: str
    url: str  # what its QR code opens
    professionals: str = ""  # mark of entries for professionals only; "" = none asked for


class _ChapterDraft(NamedTuple):
    """A chapter: entries by town, and `also`: code and name of entries in other chapters."""

    towns: dict[tuple[int, str], list[content.Entry]]
    also: list[tuple[str, str]]


def build_book(
    rows: Sequence[ServiceRow],
    options: BookOptions,
    at: datetime,
    professional_rows: Sequence[ServiceRow] = (),
) -> content.Book:
    """Return a directory; `professional_rows` are marked. Errors: findhelp_book_too_large."""
    all_rows = [*rows, *professional_rows]
    if len(all_rows) > MOST:
        raise FindHelpRefusal("findhelp_book_too_large", found=len(all_rows), limit=MOST)
    paper_tag = printed_language(options.tag)
    local_time = at.astimezone(ZoneInfo(vocabulary.countries()[options.country].zone))
    with translation.override(paper_tag):
        professional_codes = {row.short for row in professional_rows}
        return content.Book(
            frame=leaflets.build_frame(options.tag, options.country, options.url, local_time),
            area=options.name,
            only=options.professionals,
            cautions=tuple(_shared_cautions(all_rows, paper_tag, at)),
            legend=tuple(_freshness_legend_rows()),
            chapters=tuple(_chapters_by_need(all_rows, professional_codes, options, at)),
            call_first=str(content.CALL_FIRST),
            credits=CREDITS,
        )


def _chapters_by_need(
    rows: Iterable[ServiceRow], professional_codes: set[str], options: BookOptions, at: datetime
) -> Iterator[content.Chapter]:
    needs = [need for need in vocabulary.needs().values() if need.public and need.categories]
    drafts: dict[str, _ChapterDraft] = {need.code: _ChapterDraft({}, []) for need in needs}
    queries = {code: questions.build_query(questions.Question((code,), at)) for code in drafts}
    by_name = sorted((main_name(row, options.tag).text.casefold(), row.short, row) for row in rows)
    for _name, _short, row in by_name:
        answered = _answered_needs(row, queries)
        if answered:  # programmes for perpetrators answer no need
            only = options.professionals if row.short in professional_codes else ""
            entries = drafts[answered[0]].towns.setdefault(_town_heading(row, options), [])
            entries.append(_entry(row, options, at, only))
        for code in answered[1:]:
            drafts[code].also.append((row.short, main_name(row, options.tag).text))
    for need in needs:
        draft = drafts[need.code]
        if draft.towns or draft.also:
            name = str(wording.display_name(wording.NEED_NAMES, need))
            towns = sorted(draft.towns.items())  # by name; national services come last
            chapter_towns = tuple(
                content.Town(town, tuple(entries)) for (_, town), entries in towns
            )
            yield content.Chapter(need.code, name, chapter_towns, tuple(draft.also))


def _answered_needs(row: ServiceRow, queries: Mapping[str, questions.Query]) -> list[str]:
    """Return the needs that a service answers; needs for which it is a last resort come last."""
    matches = {code: questions.match_needs(row, query) for code, query in queries.items()}
    codes = [code for code, match in matches.items() if match.categories and not match.is_barred]
    return sorted(codes, key=lambda code: matches[code].is_last_resort)


def _town_heading(row: ServiceRow, options: BookOptions) -> tuple[int, str]:
    """Return sort position and heading of a service: its town, country or “whole country”."""
    if point := town_in_area(row, options.area):
        return 0, point.name
    if row.scope is ServiceScope.NATIONAL and row.has_voice_number:
        return 2, str(content.WHOLE_COUNTRY)
    return 1, formats.country_name(row.country, printed_language(options.tag))


def _entry(row: ServiceRow, options: BookOptions, at: datetime, readers_mark: str) -> content.Entry:
    paper_tag = printed_language(options.tag)
    facts, cautions = leaflets.service_facts(row, paper_tag, at), service_cautions(row, at)
    own_cautions = [caution for caution in cautions if caution.code not in SHARED_CAUTIONS]
    state = questions.freshness_at(row, Fact.PHONE, at)
    if row.phones and not facts.numbers and state in STALE_SENTENCES:
        # The number is not printed; print how old its check is instead.
        check_text = cards.last_check_text(row, Fact.PHONE, paper_tag, at)
        facts = replace(facts, fresh=f"{facts.fresh} · {check_text}")
    return content.Entry(
        key=row.short,
        service=leaflets.with_sentences(facts, row, paper_tag, own_cautions),
        kinds=" · ".join(category_names(row, paper_tag)),
        mark=STATE_MARKS.get(state, "") if row.phones else "",
        only=readers_mark,
    )


def _shared_cautions(rows: Iterable[ServiceRow], paper_tag: str, at: datetime) -> Iterator[str]:
    """Yield the texts of cautions that concern many services and are printed once per book."""
    codes = {caution.code for row in rows for caution in service_cautions(row, at)}
    for code in sorted(codes & SHARED_CAUTIONS):
        yield reason_text(questions.Reason(code), paper_tag)


def _freshness_legend_rows() -> Iterator[tuple[str, str]]:
    """Yield each mark with what it means. Each number says itself when and how it was checked."""
    yield STATE_MARKS[Freshness.UNVERIFIED], str(STALE_SENTENCES[Freshness.UNVERIFIED])
    meanings = (NUMBER_NOTES[state] for state in OLD_STATES)
    yield STATE_MARKS[Freshness.OVERDUE], " · ".join(dict.fromkeys(map(str, meanings)))
