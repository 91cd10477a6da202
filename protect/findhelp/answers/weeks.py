"""An ordinary week in words: how pages and paper print opening hours and language windows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from protect.directory import hours
from protect.reference.formats import locale_of, time_text

WEEKS = 5  # an ordinary week is what most of these agree on: no holiday, nothing monthly
STATED = frozenset({hours.State.OPEN, hours.State.BY_APPOINTMENT})
DAYS = "–"  # between the first and the last of several days
ALL_DAY = ("00:00–24:00",)
ALWAYS = "24/7"

type Spans = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    days: tuple[str, ...]  # "Mon–Fri", "Sun"; none for every day
    spans: tuple[str, ...]  # "09:00–17:00"


def week_of(stated: hours.Hours, tag: str, at: datetime) -> tuple[Times, ...]:
    """Return an ordinary week, days of the same hours together; empty where it is not known."""
    if not stated.expression:
        return ()
    monday = at.date() - timedelta(at.weekday())
    by_spans: dict[Spans, list[int]] = {}
    for weekday, spans in enumerate(_ordinary(stated, monday, tag)):
        if spans:
            by_spans.setdefault(spans, []).append(weekday)
    if by_spans == {ALL_DAY: [*range(7)]}:
        return (Times((), (ALWAYS,)),)
    return tuple(Times(tuple(_days(weekdays, tag)), spans) for spans, weekdays in by_spans.items())


def _ordinary(stated: hours.Hours, monday: date, tag: str) -> Iterator[Spans]:
    weeks = [hours.week(stated, monday + timedelta(weeks=week)) for week in range(WEEKS)]
    for days in zip(*weeks, strict=True):
        yield Counter(tuple(_spans(day.spans, tag)) for day in days).most_common(1)[0][0]


def _spans(spans: Iterable[hours.Span], tag: str) -> Iterator[str]:
    for span in spans:
        if span.state in STATED:
            end = "24:00" if span.end == time() else time_text(span.end, tag)
            yield f"{time_text(span.start, tag)}–{end}"


def _days(weekdays: list[int], tag: str) -> Iterator[str]:
    names = locale_of(tag).days["stand-alone"]["abbreviated"]
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        if len(run) > 2:
            yield f"{names[run[0]]}{DAYS}{names[run[-1]]}"
        else:
            yield from (names[day] for day in run)
