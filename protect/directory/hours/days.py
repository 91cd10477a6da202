"""What each day of a year looks like, in wall time.
A holiday that is not certain makes two worlds, one with it and one without. What all worlds agree
on is stated; the rest is unknown."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from opening_hours import OpeningHours, State as LibraryState

from protect.directory.hours import calendars
from protect.directory.hours.syntax import CLOSED, CODES, DAY, UNKNOWN, Codes, Operator, Rule, rules

Mask = NDArray[np.bool_]  # one answer for each day of a frame
World = dict[str, frozenset[date]]  # the holidays of each kind


@dataclass(frozen=True, slots=True)
class Frame:
    """A year with two days before it (31 December may begin the night before) and one after."""

    first: date
    days: int

    @classmethod
    def of(cls, year: int) -> "Frame":
        first = date(year, 1, 1) - timedelta(2)
        return cls(first, (date(year + 1, 1, 2) - first).days)

    def index(self, day: date) -> int:
        return (day - self.first).days

    def mask(self, dates: frozenset[date]) -> Mask:
        mask = np.zeros(self.days, dtype=np.bool_)
        inside = [index for index in map(self.index, dates) if 0 <= index < self.days]
        mask[inside] = True
        return mask


type Pattern = bytes  # of a day: whether each rule applies, in each of the worlds
type Changes = tuple[NDArray[np.int64], Codes]  # at these minutes, to these states


@lru_cache(maxsize=1024)
def strips(expression: str, country: str, subdivision: str | None, year: int) -> tuple[Codes, ...]:
    """Return the hours of each day of the year's frame.
    Units: a state for each of 48 × 60 minutes: a day's hours may run into the next."""
    patterns = _patterns(expression, country, subdivision, year)
    return tuple(_strip(expression, pattern) for pattern in patterns)


def wall(expression: str, country: str, subdivision: str | None, year: int) -> Changes:
    """Return the changes of state from 31 December before the year to 1 January after it.
    Hours that began yesterday count besides today's: the stronger state stands. Units: minutes
    since that 31 December; each day begins with a change, perhaps to the same."""
    nights = list(pairwise(_patterns(expression, country, subdivision, year)))
    numbers = {night: number for number, night in enumerate(dict.fromkeys(nights))}
    changes = [_changes(expression, *night) for night in numbers]
    kinds = np.array([numbers[night] for night in nights])
    counts = np.array([len(minutes) for minutes, _ in changes])
    before = (np.cumsum(counts) - counts)[kinds]  # each day's changes, among those of all kinds
    counts = counts[kinds]
    chosen = np.arange(counts.sum()) + np.repeat(before - np.cumsum(counts) + counts, counts)
    minutes, codes = map(np.concatenate, zip(*changes, strict=True))
    return minutes[chosen] + np.repeat(np.arange(len(nights)) * DAY, counts), codes[chosen]


def _patterns(
    expression: str, country: str, subdivision: str | None, year: int
) -> tuple[Pattern, ...]:
    all_rules = rules(expression)
    if not all_rules:
        return (b"",) * Frame.of(year).days
    worlds = [
        row
        for world in _worlds(all_rules, country, subdivision, year)
        for row in (
            *(_applies(rule, world, year) for rule in all_rules),
            _unstated(all_rules, world, year),
        )
    ]
    flags, width = np.vstack(worlds).T.tobytes(), len(worlds)  # day after day
    return tuple([flags[day : day + width] for day in range(0, len(flags), width)])


@lru_cache(maxsize=4096)
def _strip(expression: str, pattern: Pattern) -> Codes:
    """Return a day on which these rules apply, as far as all worlds agree."""
    all_rules = rules(expression)
    if not all_rules:
        return _frozen(_unknown_day())
    worlds = np.frombuffer(pattern, dtype=np.bool_).reshape(-1, len(all_rules) + 1)
    first, *others = [_laid(all_rules, world) for world in worlds]
    is_agreed = np.all([other == first for other in (first, *others)], axis=0)
    return _frozen(np.where(is_agreed, first, np.uint8(UNKNOWN)))


@lru_cache(maxsize=16384)
def _changes(expression: str, last: Pattern, today: Pattern) -> Changes:
    codes = np.maximum(_strip(expression, last)[DAY:], _strip(expression, today)[:DAY])
    minutes = np.flatnonzero(np.diff(codes, prepend=np.uint8(255)))
    return minutes, codes[minutes]


@lru_cache(maxsize=4096)
def selected(selector: str, year: int) -> Mask:
    """Return which days of the year's frame a selector such as `Mo-Fr` or `Jul We[2]` names."""
    frame = Frame.of(year)
    if not selector:
        return np.ones(frame.days, dtype=np.bool_)
    mask = np.zeros(frame.days, dtype=np.bool_)
    start = datetime.combine(frame.first, time())
    intervals = OpeningHours(selector).intervals(start, start + timedelta(frame.days))
    for begin, end, state, _ in intervals:
        if state == LibraryState.OPEN:
            mask[frame.index(begin.date()) : frame.index(end.date())] = True
    return mask


def _worlds(
    all_rules: tuple[Rule, ...], country: str, subdivision: str | None, year: int
) -> list[World]:
    public = calendars.public(country, subdivision, year)
    school = calendars.Calendar(frozenset(), frozenset())
    if any(holiday.kind == "SH" for rule in all_rules for holiday in rule.holidays):
        school = calendars.school(country, subdivision, year)
    pairs = product(dict.fromkeys(public), dict.fromkeys(school))
    return [{"PH": holidays, "SH": breaks} for holidays, breaks in pairs]


def _applies(rule: Rule, world: World, year: int) -> Mask:
    holidays = _holidays(rule, world, year)
    return holidays if rule.days is None else holidays | selected(rule.days, year)


def _holidays(rule: Rule, world: World, year: int, *, stated: bool = False) -> Mask:
    """Return the days that a rule names as holidays; only public ones themselves if `stated`."""
    dates = frozenset(
        day + timedelta(holiday.offset)
        for holiday in rule.holidays
        if not stated or (holiday.kind, holiday.offset) == ("PH", 0)
        for day in world[holiday.kind]
    )
    return Frame.of(year).mask(dates) & selected(rule.holidays_within, year)


def _unstated(all_rules: tuple[Rule, ...], world: World, year: int) -> Mask:
    """Return the public holidays that the rules leave open or contradict."""
    frame = Frame.of(year)
    stated = np.zeros(frame.days, dtype=np.bool_)
    for rule in all_rules:
        if rule.replaces:
            stated &= ~_applies(rule, world, year)
        stated |= _holidays(rule, world, year, stated=True)
        if rule.is_dated or rule.is_always:
            stated |= _applies(rule, world, year)
    return frame.mask(world["PH"]) & ~stated


def _laid(all_rules: tuple[Rule, ...], column: Mask) -> Codes:
    """Return one day: the rules that apply to it, laid over each other in order."""
    strip = _blank()
    for rule, applies in zip(all_rules, column[:-1], strict=True):
        if not applies:
            continue
        if rule.operator is Operator.FALLBACK:
            strip = np.where(strip == CLOSED, _painted(rule, _blank()), strip)
        else:
            strip = _painted(rule, _blank() if rule.replaces else strip)
    if column[-1]:  # a holiday: anything may be true today, and so may a night that begins today
        return np.maximum(_unknown_day(), np.minimum(strip, UNKNOWN))
    return strip


def _painted(rule: Rule, strip: Codes) -> Codes:
    for start, end in rule.tails:
        strip[start:end] = UNKNOWN
    for start, end in rule.spans:
        strip[start:end] = CODES[rule.state]
    return strip


def _blank() -> Codes:
    return np.full(2 * DAY, CLOSED, dtype=np.uint8)


def _unknown_day() -> Codes:
    strip = _blank()
    strip[:DAY] = UNKNOWN
    return strip


def _frozen(codes: Codes) -> Codes:
    codes.flags.writeable = False  # shared by every caller of the cache
    return codes
