"""Converts opening hours into recurrence rules, for systems that know no other form. A public
holiday that the hours do not mention is unknown (docs/adr/0004-opening-hours.md), but a rule that
continued through it would say "open". So every row, except for 24/7, has dates: it ends before
such a day, another begins after it, and all rows together cover one year."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from protect.directory.hours import calendars, days
from protect.directory.hours.syntax import DAY, OPEN, BadHours, Codes, Rule, State, parse_rules

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
COVERED_PERIOD = timedelta(days=365)  # covered by the rows, from `start` on
MAXIMUM_ROWS = 60  # a longer result would be a list of days, not a rule
MAXIMUM_MONTHLY_OPENINGS = 60  # in a year; more openings cannot follow a monthly rule
WEEKLY, MONTHLY = "WEEKLY", "MONTHLY"

Span = tuple[int, int]  # minutes from 00:00 of a day; at most 24 hours long
DayLabel = Callable[[date], str]  # returns the BYDAY value of a day


class Recurrence(NamedTuple):
    """A recurring opening, as in RFC 5545 and a schedule of HSDS.
    Units: wall time in the zone of the hours, HH:MM. A `closes_at` that is not after `opens_at` is
    on the next day, so 00:00 to 00:00 is a whole day. `valid_from` and `valid_to` are included and
    refer to the day on which an opening begins; None means without limit."""

    freq: str  # WEEKLY or MONTHLY
    byday: tuple[str, ...]  # MO … SU; monthly with a number: 2WE, -1FR
    opens_at: str
    closes_at: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def rule(self) -> str:
        """The recurrence rule in RFC 5545 syntax, without an end date."""
        return f"FREQ={self.freq};BYDAY={','.join(self.byday)}"

    def includes(self, day: date) -> bool:
        """Return whether an opening begins on this day."""
        if (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to):
            return False
        if self.freq == WEEKLY:
            return _weekday_label(day) in self.byday
        numbers = {_label_from_month_start(day), _label_from_month_end(day)}
        return not numbers.isdisjoint(self.byday)

    def first_opening(self, start: date) -> date | None:
        """Return the first day from `start` on with an opening; None: none within a year."""
        begin = max(start, self.valid_from or start)
        days = (begin + timedelta(offset) for offset in range(COVERED_PERIOD.days))
        return next(filter(self.includes, days), None)


@lru_cache(maxsize=32768)
def recurrences_of(
    expression: str, zone: str, country: str, region: str | None = None, *, start: date
) -> tuple[Recurrence, ...] | None:
    """Return recurrence rules for the stated openings of a year from `start` on.
    The year counts the days on which openings begin. Rows leave out public holidays that
    are unknown. They depend on `start`: pass the first day of a month or year, or the rows
    change every day. They are in wall time, so `zone` does not change them. None, when
    rules cannot express the hours: nothing is stated, or no opening; a comment (also “by
    appointment”) or an open end leaves doubt; school holidays, unknown beyond this year; more
    than MAXIMUM_ROWS rows; or the text cannot be read. Callers then export the text only."""
    text = expression.strip()
    try:
        all_rules = parse_rules(text)
    except BadHours:
        return None
    if not all_rules or any(_is_doubtful(rule) for rule in all_rules):
        return None
    if all_rules[-1].is_always and all_rules[-1].replaces:
        return (Recurrence(WEEKLY, WEEKDAYS, "00:00", "00:00"),)
    openings = _openings(text, calendars.country_code(country), region or None, start)
    rows = [
        row._replace(opens_at=_format_time_of_day(span[0]), closes_at=_format_time_of_day(span[1]))
        for span, opens in sorted(openings.items())
        for row in _shortest_rows(opens, start)
    ]
    return tuple(rows) if 0 < len(rows) <= MAXIMUM_ROWS else None


def _is_doubtful(rule: Rule) -> bool:
    """Return whether a rule has uncertain hours or depends on school holidays."""
    has_school_holiday = any(holiday.kind == "SH" for holiday in rule.holidays)
    return (
        rule.state not in {State.OPEN, State.CLOSED}
        or bool(rule.unknown_spans)
        or has_school_holiday
    )


def _openings(text: str, country: str, region: str | None, start: date) -> dict[Span, bytearray]:
    """Return for each span the days from `start` on when it opens: one byte a day, 0 or 1.
    Unknown time is an unstated holiday, and left out."""
    window = _covered_days(start)
    years = {day.year: days.codes_by_day(text, country, region, day.year) for day in window}
    firsts = {year: days.Frame.of(year).first for year in years}
    distinct = {
        id(codes): codes for codes_by_day in years.values() for codes in codes_by_day
    }  # a few
    spans = {key: list(_open_spans(codes)) for key, codes in distinct.items()}
    openings: dict[Span, bytearray] = {}
    for number, day in enumerate(window):
        codes = years[day.year][(day - firsts[day.year]).days]
        for begin, end in spans[id(codes)]:
            later = begin // DAY  # a span after midnight belongs to the next day
            span = begin % DAY, end - later * DAY
            if number + later < len(window):
                openings.setdefault(span, bytearray(len(window)))[number + later] = 1
    return openings


def _open_spans(codes: Codes) -> Iterator[Span]:
    """Yield the open times in the codes of 48 hours, in pieces of at most 24 hours."""
    is_open = np.concatenate(([False], codes == OPEN, [False])).astype(np.int8)
    changes = np.flatnonzero(np.diff(is_open)).tolist()
    for begin, end in zip(changes[::2], changes[1::2], strict=True):
        for piece in range(begin, end, DAY):
            yield piece, min(piece + DAY, end)


def _shortest_rows(opens: bytearray, start: date) -> list[Recurrence]:
    """Return the shortest list of rows for these days, weekly or monthly, without times."""
    choices = [list(_season_rows(opens, start, WEEKLY, _weekday_label))]
    if len(choices[0]) > 1 and sum(opens) <= MAXIMUM_MONTHLY_OPENINGS:
        labels = (_label_from_month_start, _label_from_month_end)
        choices += [list(_season_rows(opens, start, MONTHLY, label)) for label in labels]
    return min(choices, key=len)


def _season_rows(opens: bytearray, start: date, freq: str, label: DayLabel) -> Iterator[Recurrence]:
    """Yield a row for each season. A closed day splits its row; an extra day gets its own row."""
    names = _labels_of_covered_days(start, label)
    usual = _usual_openings(opens, start, label)
    for season in _runs_of_same_week(usual, names):
        byday = sorted({names[day] for day in season if usual[day]}, key=weekday_key)
        closed = {day for day in season if usual[day] and not opens[day]}
        for is_closed, group in groupby(season, closed.__contains__):
            run = list(group)
            if not is_closed and any(usual[day] for day in run):
                yield _dated_row(freq, byday, start, run[0], run[-1])
        for day in season:
            if opens[day] and not usual[day]:
                yield _dated_row(WEEKLY, [_weekday_label(start + timedelta(day))], start, day, day)


def _usual_openings(opens: bytearray, start: date, label: DayLabel) -> bytearray:
    """Return for each day the majority of five days with its label: itself and two each side."""
    usual = bytearray(len(opens))
    for group in _group_days_by_label(start, label):
        openings = [opens[day] for day in group]
        last = max(len(openings) - 5, 0)
        for index, day in enumerate(group):
            neighbours = openings[(first := max(0, min(index - 2, last))) : first + 5]
            usual[day] = 2 * sum(neighbours) > len(neighbours)
    return usual


def _runs_of_same_week(usual: bytearray, names: tuple[str, ...]) -> Iterator[range]:
    """Yield seasons: runs of days in which each label is always open or always closed."""
    answers: dict[str, int] = {}
    begin = 0
    for day, (name, answer) in enumerate(zip(names, usual, strict=True)):
        if answers.setdefault(name, answer) != answer:
            yield range(begin, day)
            answers, begin = {name: answer}, day
    yield range(begin, len(usual))


@lru_cache(maxsize=64)
def _covered_days(start: date) -> tuple[date, ...]:
    return tuple(start + timedelta(offset) for offset in range(COVERED_PERIOD.days))


@lru_cache(maxsize=64)
def _labels_of_covered_days(start: date, label: DayLabel) -> tuple[str, ...]:
    return tuple(map(label, _covered_days(start)))


@lru_cache(maxsize=64)
def _group_days_by_label(start: date, label: DayLabel) -> tuple[tuple[int, ...], ...]:
    """Return groups of the covered days with equal labels, as numbers of days after `start`."""
    days_by_label: dict[str, list[int]] = {}
    for day, name in enumerate(_labels_of_covered_days(start, label)):
        days_by_label.setdefault(name, []).append(day)
    return tuple(map(tuple, days_by_label.values()))


def weekday_key(name: str) -> tuple[int, str]:
    """Return the sort key that puts BYDAY values into the order of the week."""
    return WEEKDAYS.index(name[-2:]), name


def _dated_row(freq: str, byday: list[str], start: date, first: int, last: int) -> Recurrence:
    """Return a row without times; `first` and `last` are numbers of days after `start`."""
    begin, end = start + timedelta(first), start + timedelta(last)
    return Recurrence(freq, tuple(byday), "", "", begin, end)


def _weekday_label(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _label_from_month_start(day: date) -> str:
    """Return the weekday with its number in the month: 2WE for a second Wednesday."""
    return f"{(day.day - 1) // 7 + 1}{_weekday_label(day)}"


def _label_from_month_end(day: date) -> str:
    """Return the weekday with its number from the month's end: -1FR for a last Friday."""
    next_month = (day.replace(day=28) + timedelta(4)).replace(day=1)
    return f"-{((next_month - day).days - 1) // 7 + 1}{_weekday_label(day)}"


def _format_time_of_day(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"
