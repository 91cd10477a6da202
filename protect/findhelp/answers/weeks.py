"""An ordinary week in words, as pages and paper print opening hours and language hours."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from protect.directory import hours
from protect.directory.enums import Fact
from protect.findhelp.answers import calls
from protect.findhelp.answers.sentences import language_week_text, reason_text
from protect.findhelp.answers.topics import LANGUAGE_WINDOW_CODE
from protect.kernel.text import plain_isolated_number
from protect.matching.costs import HOURS_FACTS
from protect.matching.explanation import HOURS_STATED
from protect.matching.questions import Match, Reason
from protect.matching.services.rows import ServiceRow
from protect.reference.formats import cldr_locale, time_text

WEEKS_COMPARED = 5  # a weekday gets the hours that it has most often in these weeks
SHOWN_STATES = frozenset({hours.State.OPEN, hours.State.BY_APPOINTMENT})
RANGE_DASH = "–"  # between the first and the last day of a range, and the times of a span
JOINER = "\u2060"  # no line breaks beside it
ALL_DAY = ("00:00–24:00",)  # all spans of a day that is open all day
# A card adds no week to “Opens at 08:00” if the service is open at least so long each day: most
# calls at other times are answered, too.
LONG_DAY = timedelta(hours=8)
CHANNELS = {fact: channel for channel, fact in HOURS_FACTS.items()}

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
    return _week_from(opening_hours, tag, at.date() - timedelta(at.weekday()))


@lru_cache(maxsize=4096)  # the same service stands on many pages
def _week_from(opening_hours: hours.Hours, tag: str, monday: date) -> tuple[Times, ...]:
    by_spans: dict[Spans, list[int]] = {}
    for weekday, spans in enumerate(_ordinary_days(opening_hours, monday, tag)):
        if spans:
            by_spans.setdefault(spans, []).append(weekday)
    if by_spans == {ALL_DAY: [*range(7)]}:
        return (Times((), (hours.DAY_AND_NIGHT,)),)
    return tuple(Times(tuple(_day_ranges(days, tag)), spans) for spans, days in by_spans.items())


def shown_weeks(opening_hours: hours.Hours, monday: date) -> tuple[object, ...]:
    """Return all of which the texts of a week are made: its hours, and those of an ordinary one.
    Texts of two weeks with the same differ in no language."""
    this_week = tuple(tuple(day.spans) for day in hours.week(opening_hours, monday))
    return this_week, tuple(_ordinary_days(opening_hours, monday, "en"))


def week_text(times: Iterable[Times], tag: str) -> str:
    """Return a week in one line, such as "Mon, Tue 09:00–11:00; Fri 10:00–12:00". Each span runs
    left to right, and no line breaks within it."""
    comma = cldr_locale(tag).list_patterns["standard"]["middle"].format("", "")
    parts = [(comma.join(entry.days), comma.join(map(_unbroken, entry.spans))) for entry in times]
    return "; ".join(" ".join(filter(None, part)) for part in parts)


def _unbroken(span: str) -> str:
    return plain_isolated_number(span.replace(RANGE_DASH, f"{JOINER}{RANGE_DASH}{JOINER}"))


def card_week_text(state: Reason | None, answer: Match, tag: str, at: datetime) -> str:
    """Return the week that a card shows: of hours that are closed now, or of an answer that is read
    at an unknown time of day. `state`: the opening state on the card."""
    closed = closed_week_text(state, answer.row, tag, at)
    return closed or stated_week_text(answer, tag, at)


def closed_week_text(state: Reason | None, row: ServiceRow, tag: str, at: datetime) -> str:
    """Return the week of the hours of which a card shows the `state`, if they are closed; "" if
    they are open for LONG_DAY or more on each day."""
    if state is None or state.code not in calls.CLOSED_CODES:
        return ""
    if opening := _hours_of(state.fact, row):
        return _short_week_text(opening, tag, at.astimezone(ZoneInfo(row.zone)).date())
    return ""


def stated_week_text(answer: Match, tag: str, at: datetime) -> str:
    """Return the week of the hours of an answer that is read at an unknown time of day; "" without
    hours, and for an answer with an opening state."""
    stated = next((reason for reason in answer.reasons if reason.code == HOURS_STATED), None)
    opening = _hours_of(stated.fact, answer.row) if stated else None
    if opening is None:
        return ""
    week = week_text(week_of(opening, tag, at.astimezone(ZoneInfo(answer.row.zone))), tag)
    appointment = reason_text(Reason("by_appointment"), tag) if opening.by_appointment else ""
    return " · ".join(filter(None, (week, appointment)))


def _hours_of(fact: Fact | None, row: ServiceRow) -> hours.Hours | None:
    """Return the hours that a fact states; None stands for those of writing."""
    if fact is None:
        return row.writing_hours
    stated = row.opening_hours.get(CHANNELS[fact]) if fact in CHANNELS else None
    return stated.hours if stated else None


@lru_cache(maxsize=4096)
def _short_week_text(opening: hours.Hours, tag: str, day: date) -> str:
    monday = day - timedelta(day.weekday())
    week = hours.week(opening, monday)
    if all(sum(map(_length, each.spans), timedelta()) >= LONG_DAY for each in week):
        return ""
    return week_text(week_of(opening, tag, datetime.combine(day, time())), tag)


def _length(span: hours.Span) -> timedelta:
    """Return how long a span lasts; one that ends at its start lasts a day."""
    start, end = (timedelta(hours=at.hour, minutes=at.minute) for at in (span.start, span.end))
    return (end - start) % timedelta(days=1) or timedelta(days=1)


def language_window_text(answer: Match, tag: str, at: datetime) -> str:
    """Return in which hours of the week the visitor's language is spoken, if not now; else ""."""
    window = next(
        (reason for reason in answer.reasons if reason.code == LANGUAGE_WINDOW_CODE), None
    )
    if window is None:
        return ""
    spoken = (window.facts or {}).get("language")
    offers = [language.window for language in answer.row.languages if language.language == spoken]
    week = [entry for offer in offers if offer for entry in week_of(offer, tag, at)]
    if not week:
        return reason_text(window, tag) if "day" in (window.facts or {}) else ""
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
            yield f"{time_text(span.start, tag)}{RANGE_DASH}{end}"


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
