"""Converts recurrence rules of other systems into opening hours in OpenStreetMap syntax."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from protect.directory.hours.recurrences import MONTHLY, WEEKDAYS, WEEKLY, Recurrence, weekday_key
from protect.directory.hours.syntax import DAY_AND_NIGHT

SHORT_GAP = timedelta(days=8)  # a shorter gap is an exception, not the end of a season
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EARLIEST_DATE = date(1900, 1, 1)  # the earliest of the syntax: begin of hours with only an end


def expression_of(rows: Iterable[Recurrence], *, on_holidays: bool = False) -> str:
    """Return the opening hours of recurrence rows in OpenStreetMap syntax; blank for none.
    Rules of other sources usually ignore public holidays. So holidays are unknown, except for
    24/7, rows of a single day, or with `on_holidays`. The text may be too long to be stored."""
    rows = {row._replace(byday=tuple(sorted(set(row.byday), key=weekday_key))) for row in rows}
    ordered = sorted(rows, key=_weekday_sort_key)
    whole_day = (None, None, "00:00", "00:00")
    for row in ordered:
        is_daily = set(row.byday) == set(WEEKDAYS)
        if is_daily and (row.valid_from, row.valid_to, row.opens_at, row.closes_at) == whole_day:
            return DAY_AND_NIGHT
    single_day_rows = [row for row in ordered if row.valid_from and row.valid_from == row.valid_to]
    joined_rows = list(_join_close_periods(row for row in ordered if row not in single_day_rows))
    rule_texts = [*_rule_texts(joined_rows, on_holidays=on_holidays)]
    exceptions = [*_exceptions(ordered, joined_rows)]
    separator = "; " if _share_no_weekday(joined_rows) and not on_holidays else ", "
    return "; ".join(filter(None, [separator.join(rule_texts), *exceptions]))


def _weekday_sort_key(row: Recurrence) -> tuple[object, ...]:
    first_day = WEEKDAYS.index(row.byday[0][-2:]) if row.byday else 0
    begins = row.valid_from or date.min
    return (row.freq == MONTHLY, first_day, row.byday, row.opens_at, row.closes_at, begins)


def _join_close_periods(rows: Iterable[Recurrence]) -> Iterator[Recurrence]:
    """Join sorted rows of equal days and times whose periods are at most SHORT_GAP apart."""
    for _, group in groupby(rows, key=lambda row: row[:4]):
        last, *later = group
        for row in later:
            if last.valid_to and row.valid_from and row.valid_from - last.valid_to <= SHORT_GAP:
                ends = row.valid_to and max(row.valid_to, last.valid_to)
                last = last._replace(valid_to=ends)
            else:
                yield last
                last = row
        yield last


def _rule_texts(rows: Sequence[Recurrence], *, on_holidays: bool) -> Iterator[str]:
    """Yield the rules; with `on_holidays`, each a second time for public holidays."""
    parts: dict[tuple[str, str], list[Recurrence]] = {}
    for row in rows:
        parts.setdefault((_period_prefix(row), _format_weekdays(row)), []).append(row)
    for (within, days), group in parts.items():
        yield f"{within}{days} {_join_formatted_times(group)}"
        if on_holidays:
            yield f"{within}PH {days} {_join_formatted_times(group)}"


def _exceptions(rows: Sequence[Recurrence], joined_rows: Sequence[Recurrence]) -> Iterator[str]:
    """Yield rules for single days on which the hours differ from the regular rules."""
    dates: dict[str, list[date]] = {}
    for day in sorted(_days_of_dated_rows(rows)):
        times = _join_formatted_times([row for row in rows if row.includes(day)])
        if times != _join_formatted_times([row for row in joined_rows if row.includes(day)]):
            dates.setdefault(times, []).append(day)
    for times, days in dates.items():
        yield f"{','.join(map(_format_date, days))} {times or 'off'}"


def _days_of_dated_rows(rows: Sequence[Recurrence]) -> set[date]:
    """Return all days of rows with a first and a last day, and of short gaps between these."""
    return {
        row.valid_from + timedelta(offset)
        for row in _join_close_periods(sorted(rows, key=_weekday_sort_key))
        if row.valid_from and row.valid_to
        for offset in range((row.valid_to - row.valid_from).days + 1)
    }


def _share_no_weekday(rows: Sequence[Recurrence]) -> bool:
    """Return whether no two rules share a weekday, so that no rule replaces another."""
    days = {(_period_prefix(row), _format_weekdays(row)): row.byday for row in rows}
    named = [day[-2:] for byday in days.values() for day in {label[-2:] for label in byday}]
    return len(named) == len(set(named))


def _period_prefix(row: Recurrence) -> str:
    if row.valid_from is None and row.valid_to is None:
        return ""
    begins = _format_date(row.valid_from or EARLIEST_DATE)
    return f"{begins}-{_format_date(row.valid_to)} " if row.valid_to else f"{begins}+ "


def _format_date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def _format_weekdays(row: Recurrence) -> str:
    """Return a row's weekdays: three or more in sequence as a range, monthly ones as We[2]."""
    if row.freq != WEEKLY:
        return ",".join(f"{name[-2:].title()}[{name[:-2]}]" for name in row.byday)
    numbers = sorted({WEEKDAYS.index(name) for name in row.byday})
    parts: list[str] = []
    for _, run in groupby(numbers, key=lambda number: number - numbers.index(number)):
        names = [WEEKDAYS[number].title() for number in run]
        parts += [f"{names[0]}-{names[-1]}"] if len(names) > 2 else names
    return ",".join(parts)


def _join_formatted_times(rows: Sequence[Recurrence]) -> str:
    return ",".join(
        f"{opens}-{'24:00' if closes == '00:00' else closes}"
        for opens, closes in sorted({(row.opens_at, row.closes_at) for row in rows})
    )
