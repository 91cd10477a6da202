"""An ordinary week in words, as pages and paper print opening hours and language hours."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from protect.directory import hours
from protect.findhelp.answers.sentences import language_week_text, reason_text
from protect.findhelp.answers.topics import LANGUAGE_WINDOW_CODE
from protect.matching.questions import Match
from protect.reference.formats import cldr_locale, time_text

WEEKS_COMPARED = 5  # a weekday gets the hours that it has most often in these weeks
SHOWN_STATES = frozenset({hours.State.OPEN, hours.State.BY_APPOINTMENT})
RANGE_DASH = "–"  # between the first and the last day of a range
ALL_DAY = ("00:00–24:00",)  # all spans of a day that is open all day

type Spans = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Days with the same opening hours, and these hours, both in words."""

    days: tuple[str, ...]  # "Mon–Fri", "Sun"; empty = every day
    spans: tuple[str, ...]  # "09:00–17:00"


def week_of(opening_hours: hours.Hours, tag: str, at: datetime) -> tuple[Times, ...]:
    """Return the open days of an ordinary week in groups of equal hours; () if none is known."""
    if not opening_hours.expression:
        return ()
    monday = at.date() - timedelta(at.weekday())
    by_spans: dict[Spans, list[int]] = {}
    for weekday, spans in enumerate(_ordinary_days(opening_hours, monday, tag)):
        if spans:
            by_spans.setdefault(spans, []).append(weekday)
    if by_spans == {ALL_DAY: [*range(7)]}:
        return (Times((), (hours.DAY_AND_NIGHT,)),)
    return tuple(Times(tuple(_day_ranges(days, tag)), spans) for spans, days in by_spans.items())


def week_text(times: Iterable[Times], tag: str) -> str:
    """Return a week in one line, such as "Mon, Tue 09:00–11:00; Fri 10:00–12:00"."""
    comma = cldr_locale(tag).list_patterns["standard"]["middle"].format("", "")
    parts = [(comma.join(entry.days), comma.join(entry.spans)) for entry in times]
    return "; ".join(" ".join(filter(None, part)) for part in parts)


def language_window_text(answer: Match, tag: str, at: datetime) -> str:
    """Return in which hours of the week the visitor's language is spoken, if not now; else ""."""
    window = next((each for each in answer.reasons if each.code == LANGUAGE_WINDOW_CODE), None)
    if window is None:
        return ""
    spoken = (window.facts or {}).get("language")
    offers = [each.window for each in answer.row.languages if each.language == spoken]
    week = [entry for offer in offers if offer for entry in week_of(offer, tag, at)]
    if not week:
        return reason_text(window, tag)
    return language_week_text(str(spoken), week_text(week, tag), tag)


def _ordinary_days(opening_hours: hours.Hours, monday: date, tag: str) -> Iterator[Spans]:
    """Yield the commonest hours of each weekday, from Monday, in WEEKS_COMPARED weeks."""
    mondays = [monday + timedelta(weeks=number) for number in range(WEEKS_COMPARED)]
    weeks = [hours.week(opening_hours, monday) for monday in mondays]
    for days in zip(*weeks, strict=True):
        yield Counter(tuple(_shown_span_texts(day.spans, tag)) for day in days).most_common(1)[0][0]


def _shown_span_texts(spans: Iterable[hours.Span], tag: str) -> Iterator[str]:
    for span in spans:
        if span.state in SHOWN_STATES:
            end = "24:00" if span.end == time() else time_text(span.end, tag)
            yield f"{time_text(span.start, tag)}–{end}"


def _day_ranges(weekdays: list[int], tag: str) -> Iterator[str]:
    names = cldr_locale(tag).days["stand-alone"]["abbreviated"]
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        if len(run) > 2:
            yield f"{names[run[0]]}{RANGE_DASH}{names[run[-1]]}"
        else:
            yield from (names[day] for day in run)
