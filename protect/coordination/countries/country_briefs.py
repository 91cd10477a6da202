"""The coordination brief of a country and quarter: figures and decisions of the quarter, and what
is open now. It names organisations and groups, no person."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import get_language

from protect.coordination.adaptations import facts as adaptation_facts
from protect.coordination.base import file_names
from protect.coordination.countries.brief_words import BriefWords, brief_words
from protect.coordination.countries.country_content import (
    CountryContent,
    PathwayState,
    Readable,
    country_content,
)
from protect.coordination.countries.forms import Quarter
from protect.coordination.mappings import facts as mapping_facts
from protect.coordination.mappings.report_files import report_pdf
from protect.coordination.mappings.report_words import Block, ReportWords, Row
from protect.coordination.meetings.enums import MeetingKind
from protect.coordination.minutes import facts as minutes_facts
from protect.coordination.minutes.models import Decision
from protect.coordination.pathways import facts as pathway_facts
from protect.coordination.pathways.place_names import need_name, place_name
from protect.coordination.presence import facts as presence_facts
from protect.coordination.procedures import facts as procedure_facts
from protect.kernel.text import plain_isolated_name
from protect.reference import formats
from protect.reference.catalogue import active_language
from protect.trainings.base.facts import FactQuery, Figure

FACTS: dict[str, Callable[[FactQuery], Figure]] = {
    **minutes_facts.FACTS,
    **mapping_facts.FACTS,
    **procedure_facts.FACTS,
    **pathway_facts.FACTS,
    **adaptation_facts.FACTS,
    **presence_facts.FACTS,
}
MEETINGS = {  # the word of each kind of meeting
    MeetingKind.REGULAR: "meetings_held",
    MeetingKind.ROUND_TABLE: "round_tables",
    MeetingKind.WORKSHOP: "workshops",
}
SUMS = (  # figures of which the brief shows the sum, by the last part of their names
    "mappings",
    "mapping_interviews",
    "procedures_developed_or_reviewed",
    "procedures_in_force",
    "pathways_published",
    "pathways_tested",
    "services_with_plan",
    "services_adapted",
)


def language_choices() -> list[tuple[str, str]]:
    """Return the languages of briefs with their names in the active language."""
    tag = get_language() or "en"
    return [(code, formats.language_name(code, tag)) for code in brief_words()]


def brief_pdf(
    readable: Readable, country: str, quarter: Quarter, tag: str, *, at: datetime
) -> bytes:
    """Return the brief as PDF. Errors: KeyError for a language without words."""
    with active_language(tag):
        return report_pdf(_brief(readable, country, quarter, tag, at=at))


def file_name(country: str, quarter: Quarter) -> str:
    """Return the name of the file of a brief, without an ending."""
    return file_names.file_name("coordination", country, quarter.code)


def brief_report(
    readable: Readable, country: str, quarter: Quarter, tag: str, *, at: datetime
) -> ReportWords:
    """Return the brief in words. Errors: KeyError for a language without words."""
    with active_language(tag):
        return _brief(readable, country, quarter, tag, at=at)


def _brief(
    readable: Readable, country: str, quarter: Quarter, tag: str, *, at: datetime
) -> ReportWords:
    words = brief_words()[tag]
    content = country_content(readable, country, at=at, rows=0)
    query = FactQuery(quarter.starts, quarter.ends, at, frozenset({country}))
    period = words.quarter.format(number=quarter.number, year=quarter.year)
    lead = [period, words.as_of.format(day=_day(at.date(), tag))]
    if settings.IS_DEMO:
        lead.append(words.demonstration)
    parts = (
        _figures(query, words),
        _mapping(content, words, tag),
        _procedures(content, words, tag),
        _pathways(content, words, tag),
        _gaps(content, words, tag),
        _decisions(readable, query, words, tag),
        _actions(content, words, tag),
        _meetings(content, words, tag),
    )
    title = f"{words.title} · {formats.country_name(country, tag)}"
    blocks = tuple(block for part in parts for block in part)
    return ReportWords(title, tuple(lead), blocks, tag)


def _day(day: date, tag: str) -> str:
    return plain_isolated_name(formats.date_text(day, tag))


def _table(title: str, head: Row, rows: Iterable[Row], words: BriefWords) -> Iterator[Block]:
    """Yield a heading and its table, or that there is nothing."""
    lines = tuple(rows)
    yield Block("heading", title)
    yield Block("table", "", head, lines) if lines else Block("text", words.none)


def _figures(query: FactQuery, words: BriefWords) -> Iterator[Block]:
    held = FACTS["coordination.meetings_held"](query)
    kind_at = held.axes.index("kind")
    rows = [
        (getattr(words, name), str(_total(held, kind_at, kind.value)))
        for kind, name in MEETINGS.items()
    ]
    attending = FACTS["coordination.organisations_attending"](query)
    rows.append((words.organisations_attending, str(_total(attending))))
    actions = FACTS["coordination.actions_done_in_time"](query)
    done = _total(actions, actions.axes.index("in_time"), "yes")
    part = words.part.format(number=done, all=_total(actions))
    rows.append((words.actions_done_in_time, part))
    for name in SUMS:
        figure = FACTS[f"coordination.{name}"](query)
        rows.append((getattr(words, name), str(_total(figure))))
    yield from _table(words.figures, (words.figure, words.number), rows, words)


def _total(figure: Figure, axis: int = 0, category: str = "") -> int:
    """Return the sum of a figure, or of the cells of one category."""
    cells = figure.cells.items()
    return int(sum(value.numerator for key, value in cells if category in {"", key[axis]}))


def _mapping(content: CountryContent, words: BriefWords, tag: str) -> Iterator[Block]:
    yield Block("heading", words.mapping)
    row = content.mapping
    if row is None:
        yield Block("text", words.none)
        return
    starts, ends = _day(row.starts_on, tag), _day(row.ends_on, tag)
    title = plain_isolated_name(row.title)
    line = words.mapping_line.format(
        title=title, starts=starts, ends=ends, asked=content.interviews
    )
    yield Block("text", f"{line} {words.closed if row.closed_at else words.open}.")
    if content.report and content.report.issued_at:
        day = _day(content.report.issued_at.date(), tag)
        yield Block("text", words.report_issued.format(day=day))


def _procedures(content: CountryContent, words: BriefWords, tag: str) -> Iterator[Block]:
    rows = (
        (
            link.version.title,
            getattr(words, link.state.value),
            _day(link.version.review_by, tag) if link.version.review_by else "–",
        )
        for link in content.procedures
    )
    yield from _table(words.procedures, (words.name, words.state, words.review_by), rows, words)


def _pathways(content: CountryContent, words: BriefWords, tag: str) -> Iterator[Block]:
    rows = (
        (
            f"{need_name(each.pathway.need, tag)} · {place_name(each.pathway, tag)}",
            _pathway_word(each, words),
            _day(each.edition.published_at.date(), tag) if each.edition else "–",
            _day(each.tested_on, tag) if each.tested_on else words.never,
        )
        for each in content.pathways
    )
    head = (words.name, words.state, words.published_on, words.tested_on)
    yield from _table(words.pathways, head, rows, words)


def _pathway_word(state: PathwayState, words: BriefWords) -> str:
    if state.edition is None:
        return words.draft
    if state.is_changed:
        return words.changed
    return words.test_old if state.is_test_old else words.published


def _gaps(content: CountryContent, words: BriefWords, tag: str) -> Iterator[Block]:
    rows = (
        (need_name(gap.need, tag), str(gap.settlements), str(gap.without), str(gap.ask_first))
        for gap in content.gaps
    )
    head = (words.need, words.settlements, words.without, words.ask_first)
    yield from _table(words.gaps, head, rows, words)
    yield Block("text", words.gaps_note)


def _decisions(
    readable: Readable, query: FactQuery, words: BriefWords, tag: str
) -> Iterator[Block]:
    first, last = query.utc_bounds()
    found = Decision.objects.filter(
        group__in=readable.groups,
        meeting__starts_at__gte=first,
        meeting__starts_at__lt=last,
        withdrawn_at=None,
    )
    rows = (
        (
            f"{row.number}. {row.text}",
            row.group.name,
            _day(row.meeting.starts_at.date(), tag),
        )
        for row in found.select_related("group", "meeting").order_by("group__name", "number")
        if query.contains(row.meeting.starts_at, row.meeting.zone)
    )
    head = (words.decision, words.group, words.day)
    yield from _table(words.decisions, head, rows, words)


def _actions(content: CountryContent, words: BriefWords, tag: str) -> Iterator[Block]:
    rows = (
        (row.text, row.owner.organisation_name, _day(row.due_on, tag)) for row in content.overdue
    )
    head = (words.action, words.organisation, words.due_on)
    yield from _table(words.actions, head, rows, words)


def _meetings(content: CountryContent, words: BriefWords, tag: str) -> Iterator[Block]:
    rows = (
        (row.title or row.group.name, _day(row.starts_at.date(), tag), row.place or "–")
        for row in content.meetings
    )
    yield from _table(words.meetings, (words.name, words.day, words.place), rows, words)
