"""Recurrence rules expanded by an independent library, for every minute of a year."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from dateutil.rrule import rrulestr

from protect.directory.hours import Recurrence, State, parse
from protect.directory.hours.answers import state_at

START = date(2026, 2, 1)
DAY = 24 * 60  # minutes
DAYS = 363  # compared: the first night may have begun before, the last day ends elsewhere sooner
WALL_DAYS = 367  # of the year's openings and the nights that they run into
BEGIN = datetime.combine(START + timedelta(1), time(12), UTC)
PLACES = {
    "Brussels": ("Europe/Brussels", "BE", None),
    "Barcelona": ("Europe/Madrid", "ES", "ES-CT"),
    "Ceuta": ("Africa/Ceuta", "ES", "ES-CE"),
    "Canaries": ("Atlantic/Canary", "ES", "ES-CN"),
    "Athens": ("Europe/Athens", "GR", None),
    "Rome": ("Europe/Rome", "IT", "IT-RM"),
}


def expanded(rows: Iterable[Recurrence], zone: str) -> np.ndarray:
    """Return for each minute (UTC) from BEGIN whether a rule opens."""
    wall = np.zeros(WALL_DAYS * DAY, dtype=np.bool_)
    for row in rows:
        begin = row.valid_from or START
        rule = rrulestr(row.rule, dtstart=datetime.combine(begin, _time(row.opens_at)))
        last = row.valid_to or START + timedelta(364)
        length = _minute(row.closes_at) - _minute(row.opens_at)
        for opens in rule.between(
            datetime.combine(begin, time.min), datetime.combine(last, time.max), inc=True
        ):
            first = (opens.date() - START).days * DAY + opens.hour * 60 + opens.minute
            wall[first : first + (length if length > 0 else length + DAY)] = True
    return wall[_wall_minutes(zone)]


def stated(expression: str, place: tuple[str, str, str | None]) -> np.ndarray:
    """Return for each minute (UTC) from BEGIN whether the stated hours are open."""
    hours = parse(expression, *place)
    found = np.zeros(DAYS * DAY, dtype=np.bool_)
    minute = 0
    while minute < len(found):
        now = state_at(hours, BEGIN + timedelta(minutes=minute))
        until = len(found)
        if now.until:
            until = int((now.until.astimezone(UTC) - BEGIN).total_seconds()) // 60
        found[minute:until] = now.state is State.OPEN
        minute = until
    return found


@cache
def _wall_minutes(zone: str) -> np.ndarray:
    """Return for each minute from BEGIN the minute since START that a local clock shows."""
    there = ZoneInfo(zone)
    origin = datetime.combine(START, time.min)
    hours = [
        (BEGIN + timedelta(hours=hour)).astimezone(there).replace(tzinfo=None) - origin
        for hour in range(DAYS * 24)
    ]
    starts = np.array([int(each.total_seconds()) // 60 for each in hours])
    return (starts[:, None] + np.arange(60)).ravel()


def _time(clock: str) -> time:
    return time.fromisoformat(clock)


def _minute(clock: str) -> int:
    return _time(clock).hour * 60 + _time(clock).minute
