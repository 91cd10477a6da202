"""The opening hours of each day of a year, in wall time. An uncertain holiday makes two possible
worlds, with and without it. A state that all worlds share is certain, any other unknown."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from opening_hours import OpeningHours, State as LibraryState

from protect.directory.hours import calendars, syntax
from protect.directory.hours.syntax import DAY, Codes, Rule

Mask = NDArray[np.bool_]  # whether each day of a frame is selected
HolidayWorld = dict[str, frozenset[date]]  # by kind: its certain or all its possible holidays


@dataclass(frozen=True, slots=True)
class Frame:
    """A year, with two days before it and one after it, because hours may cross midnight."""

    first: date
    days: int  # number of days, `first` included

    @classmethod
    def of(cls, year: int) -> "Frame":
        first = date(year, 1, 1) - timedelta(2)
        return cls(first, (date(year + 1, 1, 2) - first).days)

    def index(self, day: date) -> int:
        return (day - self.first).days

    def mask(self, dates: frozenset[date]) -> Mask:
        mask = np.zeros(self.days, dtype=np.bool_)
        mask[[index for index in map(self.index, dates) if 0 <= index < self.days]] = True
        return mask


type Pattern = bytes  # for each world: which rules apply, and if the day is an unstated holiday
type Changes = tuple[NDArray[np.int64], Codes]  # minutes of the changes, new states


@lru_cache(maxsize=1024)
def codes_by_day(expression: str, country: str, region: str | None, year: int) -> tuple[Codes, ...]:
    """Return the states of every day in the frame of a year, one array for each day.
    Units: one state for each of 48 × 60 minutes, because hours may continue on the next day."""
    patterns = _patterns(expression, country, region, year)
    return tuple(_agreed_codes(expression, pattern) for pattern in patterns)


def wall_time_changes(expression: str, country: str, region: str | None, year: int) -> Changes:
    """Return the changes of state from 31 December before the year to 1 January after it. Hours
    that began the day before count beside those of the day itself: the stronger state wins. Units:
    minutes since that 31 December. Every day begins with a change, perhaps to the same state."""
    nights = list(pairwise(_patterns(expression, country, region, year)))
    numbers = {night: number for number, night in enumerate(dict.fromkeys(nights))}
    changes = [_changes_of_day(expression, *night) for night in numbers]
    kinds = np.array([numbers[night] for night in nights])
    counts = np.array([len(minutes) for minutes, _ in changes])
    before = (np.cumsum(counts) - counts)[kinds]  # each day's changes, among those of all kinds
    counts = counts[kinds]
    chosen = np.arange(counts.sum()) + np.repeat(before - np.cumsum(counts) + counts, counts)
    minutes, codes = map(np.concatenate, zip(*changes, strict=True))
    return minutes[chosen] + np.repeat(np.arange(len(nights)) * DAY, counts), codes[chosen]


def _patterns(expression: str, country: str, region: str | None, year: int) -> tuple[Pattern, ...]:
    """Return for each day of the frame which rules apply, in each possible world."""
    all_rules = syntax.parse_rules(expression)
    if not all_rules:
        return (b"",) * Frame.of(year).days
    worlds = [
        row
        for world in _possible_worlds(all_rules, country, region, year)
        for row in (
            *(_days_of_rule(rule, world, year) for rule in all_rules),
            _unstated_holidays(all_rules, world, year),
        )
    ]
    flags, width = np.vstack(worlds).T.tobytes(), len(worlds)  # day after day
    return tuple([flags[day : day + width] for day in range(0, len(flags), width)])


@lru_cache(maxsize=4096)
def _agreed_codes(expression: str, pattern: Pattern) -> Codes:
    """Return the states of 48 hours from a day's start; unknown where the worlds disagree."""
    all_rules = syntax.parse_rules(expression)
    if not all_rules:
        return _make_read_only(_unknown_day())
    worlds = np.frombuffer(pattern, dtype=np.bool_).reshape(-1, len(all_rules) + 1)
    first, *others = [_apply_rules(all_rules, world) for world in worlds]
    is_agreed = np.all([other == first for other in (first, *others)], axis=0)
    return _make_read_only(np.where(is_agreed, first, np.uint8(syntax.UNKNOWN)))


@lru_cache(maxsize=16384)
def _changes_of_day(expression: str, yesterday: Pattern, today: Pattern) -> Changes:
    """Return the changes of state on a day, including hours that began the day before."""
    night = _agreed_codes(expression, yesterday)[DAY:]
    codes = np.maximum(night, _agreed_codes(expression, today)[:DAY])
    minutes = np.flatnonzero(np.diff(codes, prepend=np.uint8(255)))
    return minutes, codes[minutes]


@lru_cache(maxsize=4096)
def selected_days(selector: str, year: int) -> Mask:
    """Return which days of a year's frame match a selector such as `Jul We[2]`; all for ""."""
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


def _possible_worlds(
    all_rules: tuple[Rule, ...], country: str, region: str | None, year: int
) -> list[HolidayWorld]:
    """Return up to four worlds: of each kind, the certain holidays or all possible ones."""
    public_calendar = calendars.public_holidays(country, region, year)
    school_calendar = calendars.Calendar(frozenset(), frozenset())
    if any(holiday.kind == "SH" for rule in all_rules for holiday in rule.holidays):
        school_calendar = calendars.school_holidays(country, region, year)
    pairs = product(dict.fromkeys(public_calendar), dict.fromkeys(school_calendar))
    return [{"PH": holidays, "SH": breaks} for holidays, breaks in pairs]


def _days_of_rule(rule: Rule, world: HolidayWorld, year: int) -> Mask:
    holidays = _holidays(rule, world, year)
    return holidays if rule.days is None else holidays | selected_days(rule.days, year)


def _holidays(
    rule: Rule, world: HolidayWorld, year: int, *, only_public_days: bool = False
) -> Mask:
    """Return the days of a rule's holidays. `only_public_days`: those that are public holidays
    themselves, so no school holidays and no days before or after a holiday."""
    dates = frozenset(
        day + timedelta(holiday.offset)
        for holiday in rule.holidays
        if not only_public_days or (holiday.kind, holiday.offset) == ("PH", 0)
        for day in world[holiday.kind]
    )
    return Frame.of(year).mask(dates) & selected_days(rule.holidays_within, year)


def _unstated_holidays(all_rules: tuple[Rule, ...], world: HolidayWorld, year: int) -> Mask:
    """Return the public holidays for which the rules say nothing or contradict each other."""
    frame = Frame.of(year)
    stated = np.zeros(frame.days, dtype=np.bool_)
    for rule in all_rules:
        if rule.replaces:
            stated &= ~_days_of_rule(rule, world, year)
        stated |= _holidays(rule, world, year, only_public_days=True)
        if rule.is_dated or rule.is_always:
            stated |= _days_of_rule(rule, world, year)
    return frame.mask(world["PH"]) & ~stated


def _apply_rules(all_rules: tuple[Rule, ...], applied_rules: Mask) -> Codes:
    """Return the states of one day and its night. `applied_rules` says for each rule whether it
    applies; its last value says whether the day is an unstated holiday."""
    codes = _closed_day()
    for rule, is_applied in zip(all_rules, applied_rules[:-1], strict=True):
        if not is_applied:
            continue
        if rule.operator is syntax.RuleOperator.FALLBACK:
            codes = np.where(codes == syntax.CLOSED, _apply_rule(rule, _closed_day()), codes)
        else:
            codes = _apply_rule(rule, _closed_day() if rule.replaces else codes)
    if applied_rules[-1]:  # an unstated holiday: no state of this day and its night is certain
        return np.maximum(_unknown_day(), np.minimum(codes, syntax.UNKNOWN))
    return codes


def _apply_rule(rule: Rule, codes: Codes) -> Codes:
    """Write the states of a rule's hours into `codes` in place, and return it."""
    for start, end in rule.unknown_spans:
        codes[start:end] = syntax.UNKNOWN
    for start, end in rule.spans:
        codes[start:end] = syntax.STATE_CODES[rule.state]
    return codes


def _closed_day() -> Codes:
    """Return the states of a day and the next, closed in each of the 48 × 60 minutes."""
    return np.full(2 * DAY, syntax.CLOSED, dtype=np.uint8)


def _unknown_day() -> Codes:
    """Return the states of a day and the next: the day unknown, the next day closed."""
    codes = _closed_day()
    codes[:DAY] = syntax.UNKNOWN
    return codes


def _make_read_only(codes: Codes) -> Codes:
    codes.flags.writeable = False  # the cache returns the same array to every caller
    return codes
