"""Hours as recurrence rules, for systems that know no other form, and back.
A public holiday about which nothing is said is unknown (docs/adr/0004-opening-hours.md); a rule
that runs through it would say "open". So rows are dated: they end before such a day and begin again
after it, and speak of one year."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from protect.directory.hours import calendars, days
from protect.directory.hours.syntax import DAY, OPEN, BadHours, Codes, Rule, State, rules

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WINDOW = timedelta(days=365)  # of which rows speak, from their start on
MOST_ROWS = 60  # more would be a list of days, not a rule
FEW_OPENINGS = 60  # in a year: may be monthly; two openings a week cannot
WEEKLY, MONTHLY = "WEEKLY", "MONTHLY"

Span = tuple[int, int]  # minutes from 00:00 of a day; at most 24 hours long
Label = Callable[[date], str]  # the part of BYDAY that names a day


class Recurrence(NamedTuple):
    """A recurring opening, as in RFC 5545 and a schedule of HSDS.
    Units: times on the wall of the zone of the hours, HH:MM. A `closes_at` that is not after
    `opens_at` lies on the next day, so 00:00 to 00:00 is a whole day. Both dates are included and
    name the day on which an opening begins; None is for ever."""

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
        days = (begin + timedelta(offset) for offset in range(WINDOW.days))
        return next(filter(self.includes, days), None)


@lru_cache(maxsize=32768)
def recurrences_of(
    expression: str, zone: str, country: str, region: str | None = None, *, start: date
) -> tuple[Recurrence, ...] | None:
    """Return rows that open when these hours are stated to be open in a year from `start` on.
    The year is that of the days on which openings begin. Where a public holiday is unknown no row
    speaks of it. Rows are the same for one `start`: take the first day of a month or a year, or
    they change every day. `zone` has no part in it: rows are in its wall time. None: no rows can
    say it. Nothing is stated; a comment, an appointment or an open end leaves doubt; school
    holidays, which are not known beyond this year; more than MOST_ROWS rows; or the text cannot be
    read. Then only the text itself travels."""
    text = expression.strip()
    try:
        all_rules = rules(text)
    except BadHours:
        return None
    if not all_rules or any(_is_doubtful(rule) for rule in all_rules):
        return None
    if all_rules[-1].is_always and all_rules[-1].replaces:
        return (Recurrence(WEEKLY, WEEKDAYS, "00:00", "00:00"),)
    rows = [
        row._replace(opens_at=_clock(span[0]), closes_at=_clock(span[1]))
        for span, opens in sorted(
            _openings(text, calendars.country_code(country), region or None, start).items()
        )
        for row in _fewest(opens, start)
    ]
    return tuple(rows) if 0 < len(rows) <= MOST_ROWS else None


def _is_doubtful(rule: Rule) -> bool:
    return (
        rule.state not in {State.OPEN, State.CLOSED}
        or bool(rule.tails)
        or any(holiday.kind == "SH" for holiday in rule.holidays)
    )


def _openings(text: str, country: str, region: str | None, start: date) -> dict[Span, bytearray]:
    """Return for each span on which days from `start` on it opens: a byte each, 0 or 1.
    What is unknown there is a holiday, and left out."""
    window = _window(start)
    years = {day.year: days.strips(text, country, region, day.year) for day in window}
    firsts = {year: days.Frame.of(year).first for year in years}
    distinct = {id(strip): strip for strips in years.values() for strip in strips}  # a few
    spans = {key: list(_spans(strip)) for key, strip in distinct.items()}
    openings: dict[Span, bytearray] = {}
    for number, day in enumerate(window):
        strip = years[day.year][(day - firsts[day.year]).days]
        for begin, end in spans[id(strip)]:
            later = begin // DAY  # what begins after midnight begins on the next day
            span = begin % DAY, end - later * DAY
            if number + later < len(window):
                openings.setdefault(span, bytearray(len(window)))[number + later] = 1
    return openings


def _spans(strip: Codes) -> Iterator[Span]:
    """Yield when a day is open, in pieces of at most 24 hours."""
    is_open = np.concatenate(([False], strip == OPEN, [False])).astype(np.int8)
    changes = np.flatnonzero(np.diff(is_open)).tolist()
    for begin, end in zip(changes[::2], changes[1::2], strict=True):
        for piece in range(begin, end, DAY):
            yield piece, min(piece + DAY, end)


def _fewest(opens: bytearray, start: date) -> list[Recurrence]:
    """Return the rows that need the least words for these days, without their times."""
    choices = [list(_runs(opens, start, WEEKLY, _weekday))]
    if len(choices[0]) > 1 and sum(opens) <= FEW_OPENINGS:
        choices += [
            list(_runs(opens, start, MONTHLY, label)) for label in (_from_first, _from_last)
        ]
    return min(choices, key=len)


def _runs(opens: bytearray, start: date, freq: str, label: Label) -> Iterator[Recurrence]:
    """Yield a row for each season; a day that differs interrupts it if it is closed, and stands
    beside it if it is open."""
    names = _labels(start, label)
    usual = _usual(opens, start, label)
    for season in _seasons(usual, names):
        byday = sorted({names[day] for day in season if usual[day]}, key=in_week)
        closed = {day for day in season if usual[day] and not opens[day]}
        for is_closed, group in groupby(season, closed.__contains__):
            run = list(group)
            if not is_closed and any(usual[day] for day in run):
                yield _row(freq, byday, start, run[0], run[-1])
        for day in season:
            if opens[day] and not usual[day]:
                yield _row(WEEKLY, [_weekday(start + timedelta(day))], start, day, day)


def _usual(opens: bytearray, start: date, label: Label) -> bytearray:
    """Return for each day what most of it, the two before and the two after of its label do."""
    usual = bytearray(len(opens))
    for group in _groups(start, label):
        seen = [opens[day] for day in group]
        last = max(len(seen) - 5, 0)
        for index, day in enumerate(group):
            near = seen[(first := max(0, min(index - 2, last))) : first + 5]
            usual[day] = 2 * sum(near) > len(near)
    return usual


def _seasons(usual: bytearray, names: tuple[str, ...]) -> Iterator[range]:
    """Yield the days of a window in parts in which each label keeps its answer."""
    answers: dict[str, int] = {}
    begin = 0
    for day, (name, answer) in enumerate(zip(names, usual, strict=True)):
        if answers.setdefault(name, answer) != answer:
            yield range(begin, day)
            answers, begin = {name: answer}, day
    yield range(begin, len(usual))


@lru_cache(maxsize=64)
def _window(start: date) -> tuple[date, ...]:
    return tuple(start + timedelta(offset) for offset in range(WINDOW.days))


@lru_cache(maxsize=64)
def _labels(start: date, label: Label) -> tuple[str, ...]:
    return tuple(map(label, _window(start)))


@lru_cache(maxsize=64)
def _groups(start: date, label: Label) -> tuple[tuple[int, ...], ...]:
    days_by_label: dict[str, list[int]] = {}
    for day, name in enumerate(_labels(start, label)):
        days_by_label.setdefault(name, []).append(day)
    return tuple(map(tuple, days_by_label.values()))


def in_week(name: str) -> tuple[int, str]:
    """Return what puts parts of BYDAY in the order of a week."""
    return WEEKDAYS.index(name[-2:]), name


def _row(freq: str, byday: list[str], start: date, first: int, last: int) -> Recurrence:
    begin, end = start + timedelta(first), start + timedelta(last)
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
