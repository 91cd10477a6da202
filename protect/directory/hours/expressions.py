"""Recurrence rules as opening hours: the way back from schedules of other systems."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from protect.directory.hours.recurrences import MONTHLY, WEEKDAYS, WEEKLY, Recurrence, in_week

SHORT_GAP = timedelta(days=8)  # a week without, and what is single about it: not a season
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_DAY = date(1900, 1, 1)  # the first that the syntax can name


def expression_of(rows: Iterable[Recurrence], *, on_holidays: bool = False) -> str:
    """Return the hours that such rows state, in the syntax of OpenStreetMap; blank for none.
    Rules of other sources usually ignore public holidays: unless `on_holidays`, those days are
    unknown, but for rows of a single day. The text may be longer than is stored."""
    named = {row._replace(byday=tuple(sorted(set(row.byday), key=in_week))) for row in rows}
    ordered = sorted(named, key=_in_order)
    whole_day = (None, None, "00:00", "00:00")
    for row in ordered:
        is_daily = set(row.byday) == set(WEEKDAYS)
        if is_daily and (row.valid_from, row.valid_to, row.opens_at, row.closes_at) == whole_day:
            return "24/7"
    singles = [row for row in ordered if row.valid_from and row.valid_from == row.valid_to]
    whole = list(_hulls(row for row in ordered if row not in singles))
    ruled = [*_ruled(whole, on_holidays=on_holidays)]
    exceptions = [*_exceptions(ordered, whole)]
    joint = "; " if _is_apart(whole) and not on_holidays else ", "
    return "; ".join(filter(None, [joint.join(ruled), *exceptions]))


def _in_order(row: Recurrence) -> tuple[object, ...]:
    first_day = WEEKDAYS.index(row.byday[0][-2:]) if row.byday else 0
    begins = row.valid_from or date.min
    return (row.freq == MONTHLY, first_day, row.byday, row.opens_at, row.closes_at, begins)


def _hulls(rows: Iterable[Recurrence]) -> Iterator[Recurrence]:
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


def _ruled(rows: Sequence[Recurrence], *, on_holidays: bool) -> Iterator[str]:
    parts: dict[tuple[str, str], list[Recurrence]] = {}
    for row in rows:
        parts.setdefault((_within(row), _days(row)), []).append(row)
    for (within, days), group in parts.items():
        yield f"{within}{days} {_times(group)}"
        if on_holidays:
            yield f"{within}PH {days} {_times(group)}"


def _exceptions(rows: Sequence[Recurrence], whole: Sequence[Recurrence]) -> Iterator[str]:
    """Yield what replaces the rules on days that differ from them."""
    dates: dict[str, list[date]] = {}
    for day in sorted(_bounded(rows)):
        times = _times([row for row in rows if row.includes(day)])
        if times != _times([row for row in whole if row.includes(day)]):
            dates.setdefault(times, []).append(day)
    for times, days in dates.items():
        yield f"{','.join(map(_date, days))} {times or 'off'}"


def _bounded(rows: Sequence[Recurrence]) -> set[date]:
    """Return the days from the first to the last of rows that end."""
    return {
        row.valid_from + timedelta(offset)
        for row in _hulls(sorted(rows, key=_in_order))
        if row.valid_from and row.valid_to
        for offset in range((row.valid_to - row.valid_from).days + 1)
    }


def _is_apart(rows: Sequence[Recurrence]) -> bool:
    """Return whether no two rules share a weekday, so that none replaces another."""
    days = {(_within(row), _days(row)): row.byday for row in rows}
    named = [name[-2:] for byday in days.values() for name in {each[-2:] for each in byday}]
    return len(named) == len(set(named))


def _within(row: Recurrence) -> str:
    if row.valid_from is None and row.valid_to is None:
        return ""
    begins = _date(row.valid_from or FIRST_DAY)
    return f"{begins}-{_date(row.valid_to)} " if row.valid_to else f"{begins}+ "


def _date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def _days(row: Recurrence) -> str:
    """Return weekdays: ranges of three and more, or which of a month."""
    if row.freq != WEEKLY:
        return ",".join(f"{name[-2:].title()}[{name[:-2]}]" for name in row.byday)
    numbers = sorted({WEEKDAYS.index(name) for name in row.byday})
    parts: list[str] = []
    for _, run in groupby(numbers, key=lambda number: number - numbers.index(number)):
        names = [WEEKDAYS[number].title() for number in run]
        parts += [f"{names[0]}-{names[-1]}"] if len(names) > 2 else names
    return ",".join(parts)


def _times(rows: Sequence[Recurrence]) -> str:
    return ",".join(
        f"{opens}-{'24:00' if closes == '00:00' else closes}"
        for opens, closes in sorted({(row.opens_at, row.closes_at) for row in rows})
    )
