"""Hours as recurrence rules, for systems that know no other form, and back.

A public holiday about which nothing is said is unknown (docs/adr/0004-opening-hours.md); a rule
that runs through it would say "open". So rows are dated: they end before such a day and begin again
after it, and speak of one year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from protect.directory.hours import calendars, days
from protect.directory.hours.errors import BadHours
from protect.directory.hours.states import OPEN, Codes, State
from protect.directory.hours.syntax import DAY, Rule, rules

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WINDOW = timedelta(days=365)  # of which rows speak, from their start on
MOST_ROWS = 60  # more would be a list of days, not a rule
FEW_OPENINGS = 60  # in a year: may be monthly; two openings a week cannot
WEEKLY, MONTHLY = "WEEKLY", "MONTHLY"

Span = tuple[int, int]  # minutes from 00:00 of a day; at most 24 hours long
Label = Callable[[date], str]  # the part of BYDAY that names a day


class Recurrence(NamedTuple):
    """Openings that recur, as RFC 5545 and a schedule of HSDS say it.

    Units: times on the wall of the zone of the hours, HH:MM. A `closes_at` that is not after
    `opens_at` lies on the next day, so 00:00 to 00:00 is a whole day. Both dates are included and
    name the day on which an opening begins; None is for ever.
    """

    freq: str  # WEEKLY or MONTHLY
    byday: tuple[str, ...]  # MO … SU; monthly with a number: 2WE, -1FR
    opens_at: str
    closes_at: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def rule(self) -> str:
        """The recurrence as RFC 5545 writes it, without its end."""
        return f"FREQ={self.freq};BYDAY={','.join(self.byday)}"

    def includes(self, day: date) -> bool:
        """Return whether an opening begins on a day."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        if self.freq == WEEKLY:
            return _weekday(day) in self.byday
        return _from_first(day) in self.byday or _from_last(day) in self.byday

    def first(self, start: date) -> date | None:
        """Return the first day from `start` on when an opening begins; None: not within a year."""
        begin = max(start, self.valid_from or start)
        found = (begin + timedelta(offset) for offset in range(WINDOW.days))
        return next(filter(self.includes, found), None)


@lru_cache(maxsize=32768)
def recurring(
    expression: str, zone: str, country: str, region: str | None = None, *, start: date
) -> tuple[Recurrence, ...] | None:
    """Return rows that open when these hours are stated to be open in a year from `start` on.

    The year is that of the days on which openings begin. Where a public holiday is unknown no row
    speaks of it. Rows are the same for one `start`: take the first day of a month or a year, or
    they change every day. `zone` has no part in it: rows are in its wall time.
    None: no rows can say it. Nothing is stated; a comment, an appointment or an open end leaves
    doubt; school holidays, which are not known beyond this year; more than MOST_ROWS rows; or the
    text cannot be read. Then only the text itself travels.
    """
    text = expression.strip()
    try:
        found = rules(text)
    except BadHours:
        return None
    if not found or any(_is_doubtful(rule) for rule in found):
        return None
    if found[-1].is_always and found[-1].replaces:
        return (Recurrence(WEEKLY, WEEKDAYS, "00:00", "00:00"),)
    window = [start + timedelta(offset) for offset in range(WINDOW.days)]
    openings = _openings(text, calendars.country_code(country), region or None, window)
    rows = [
        Recurrence(row.freq, row.byday, _clock(span[0]), _clock(span[1]), *row[4:])
        for span, opens_on in sorted(openings.items())
        for row in _fewest(frozenset(opens_on), window)
    ]
    return tuple(rows) if 0 < len(rows) <= MOST_ROWS else None


def _is_doubtful(rule: Rule) -> bool:
    return (
        rule.state not in {State.OPEN, State.CLOSED}
        or bool(rule.tails)
        or any(holiday.kind == "SH" for holiday in rule.holidays)
    )


def _openings(
    text: str, country: str, region: str | None, window: list[date]
) -> dict[Span, list[date]]:
    """Return on which days each span opens. What is unknown there is a holiday, and left out."""
    years = {day.year: days.strips(text, country, region, day.year) for day in window}
    firsts = {year: days.Frame.of(year).first for year in years}
    distinct = {id(strip): strip for strips in years.values() for strip in strips}  # a few
    spans = {key: list(_spans(strip)) for key, strip in distinct.items()}
    openings: dict[Span, list[date]] = {}
    for day in window:
        strip = years[day.year][(day - firsts[day.year]).days]
        for begin, end in spans[id(strip)]:
            later = begin // DAY  # what begins after midnight begins on the next day
            openings.setdefault((begin % DAY, end - later * DAY), []).append(day + timedelta(later))
    return openings


def _spans(strip: Codes) -> Iterator[Span]:
    """Yield when a day is open, in pieces of at most 24 hours."""
    is_open = np.concatenate(([False], strip == OPEN, [False])).astype(np.int8)
    changes = np.flatnonzero(np.diff(is_open)).tolist()
    for begin, end in zip(changes[::2], changes[1::2], strict=True):
        for piece in range(begin, end, DAY):
            yield piece, min(piece + DAY, end)


def _fewest(opens_on: frozenset[date], window: list[date]) -> list[Recurrence]:
    """Return the rows that need the least words for these days, without their times."""
    choices = [list(_runs(opens_on, window, WEEKLY, _weekday))]
    if len(opens_on) <= FEW_OPENINGS:
        choices += [
            list(_runs(opens_on, window, MONTHLY, label)) for label in (_from_first, _from_last)
        ]
    return min(choices, key=len)


def _runs(
    opens_on: frozenset[date], window: list[date], freq: str, label: Label
) -> Iterator[Recurrence]:
    """Yield a row for each season; a day that differs interrupts it if it is closed, and stands
    beside it if it is open.
    """
    usual = _usual(opens_on, window, label)
    for season in _seasons(usual, window, label):
        byday = sorted({label(day) for day in season if usual[day]}, key=in_week)
        for run in _uninterrupted(season, {day for day in season if usual[day]} - opens_on):
            if any(usual[day] for day in run):
                yield _row(freq, byday, run[0], run[-1])
        for day in season:
            if day in opens_on and not usual[day]:
                yield _row(WEEKLY, [_weekday(day)], day, day)


def _uninterrupted(season: list[date], closed: set[date]) -> Iterator[list[date]]:
    for is_closed, run in groupby(season, closed.__contains__):
        if not is_closed:
            yield list(run)


def _usual(opens_on: frozenset[date], window: list[date], label: Label) -> dict[date, bool]:
    """Return for each day what most of it, the two before and the two after of its label do."""
    days_of: dict[str, list[date]] = {}
    for day in window:
        days_of.setdefault(label(day), []).append(day)
    usual = {}
    for found in days_of.values():
        for index, day in enumerate(found):
            first = max(0, min(index - 2, len(found) - 5))
            near = found[first : first + 5]
            usual[day] = 2 * sum(each in opens_on for each in near) > len(near)
    return usual


def _seasons(usual: dict[date, bool], window: list[date], label: Label) -> Iterator[list[date]]:
    """Yield the days of a window in parts in which each label keeps its answer."""
    answers: dict[str, bool] = {}
    season: list[date] = []
    for day in window:
        if answers.setdefault(label(day), usual[day]) != usual[day]:
            yield season
            answers, season = {label(day): usual[day]}, []
        season.append(day)
    yield season


def in_week(name: str) -> tuple[int, str]:
    """Return what puts parts of BYDAY in the order of a week."""
    return WEEKDAYS.index(name[-2:]), name


def _row(freq: str, byday: list[str], begin: date, end: date) -> Recurrence:
    return Recurrence(freq, tuple(byday), "", "", begin, end)


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _from_first(day: date) -> str:
    return f"{(day.day - 1) // 7 + 1}{_weekday(day)}"


def _from_last(day: date) -> str:
    next_month = (day.replace(day=28) + timedelta(4)).replace(day=1)
    return f"-{((next_month - day).days - 1) // 7 + 1}{_weekday(day)}"


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"
