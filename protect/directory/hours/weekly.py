"""Plain weeks: hours for each weekday and for public holidays, parsed and written. Most services
have no other hours. `parse_week` returns None for hours that a plain week cannot hold."""

import re
from collections.abc import Mapping

from protect.directory.hours import syntax
from protect.directory.hours.syntax import DAY, BadHours, Holiday, Rule

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAY = "PH"
WEEKDAY_RANGE = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))?")
CLOSED_WORDS = frozenset({"closed", "off", "-", "–"})
SPAN_PATTERN = re.compile(
    r"(?P<from>\d{1,2})(?:[:.h](?P<from_minute>\d{2})?)?\s*(?:-|–|—|to)\s*"
    r"(?P<to>\d{1,2})(?:[:.h](?P<to_minute>\d{2})?)?"
)
SPAN_SEPARATOR = re.compile(r"\s*(?:,|;|\band\b|\+|/)\s*|(?<=\d)\s+(?=\d)")

EVENING_START = 16 * 60  # minutes; a span of whole hours from before it past midnight is refused

type Span = tuple[int, int]  # minutes from 00:00; an end after midnight is above 1440
type Week = dict[str, tuple[Span, ...]]  # () or a missing weekday: closed; no HOLIDAY: unknown


def parse_week(expression: str) -> Week | None:
    """Return an expression's plain week; None for 24/7 and if more complex. Errors: BadHours."""
    week: Week = {}
    for rule in syntax.parse_rules(expression):
        days = _days_of_rule(rule)
        if days is None or (HOLIDAY in week and days != [HOLIDAY]):
            return None  # a later rule overrides the rule for holidays
        week |= dict.fromkeys(days, () if rule.is_off else rule.spans)
    return {day: spans for day, spans in week.items() if spans or day == HOLIDAY}


def format_week(week: Mapping[str, tuple[Span, ...]]) -> str:
    """Return a plain week in OpenStreetMap syntax, days with equal hours joined; "" for none."""
    parts: list[tuple[list[str], tuple[Span, ...]]] = []
    for day in WEEKDAYS:
        spans = week.get(day, ())
        days = parts[-1][0] if parts else []
        if days and parts[-1][1] == spans and WEEKDAYS.index(day) - WEEKDAYS.index(days[-1]) == 1:
            days.append(day)
        elif spans:
            parts.append(([day], spans))
    selectors = []
    for runs, spans in _group_days_with_equal_hours(parts):
        days = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
        selectors.append(f"{','.join(days)} {format_day(spans, ',')}")
    if HOLIDAY in week:
        selectors.append(f"{HOLIDAY} {format_day(week[HOLIDAY], ',') or 'off'}")
    return "; ".join(selectors)


def parse_day(text: str) -> tuple[Span, ...] | None:
    """Return the hours that were typed for a day: "9-12, 13:30–17"; None for a blank.
    "closed" gives no span. Errors: BadHours, at the first part that is not a span, begins
    before the previous one ends, or may be meant on a 12-hour clock: "9-5"."""
    typed = text.strip()
    if not typed:
        return None
    if typed.casefold() in CLOSED_WORDS:
        return ()
    spans: list[Span] = []
    for part in filter(None, SPAN_SEPARATOR.split(typed)):
        span = _parse_span(part)
        if span is None or (spans and span[0] < spans[-1][1]):
            raise BadHours(position=typed.find(part) + 1, expression=text)
        spans.append(span)
    return tuple(spans)


def format_day(spans: tuple[Span, ...], comma: str = ", ") -> str:
    """Return the hours of a day as text, in the form that `parse_day` reads."""
    return comma.join(f"{_to_clock_time(start)}-{_to_clock_time(end)}" for start, end in spans)


def _days_of_rule(rule: Rule) -> list[str] | None:
    """Return the days of a rule of hours, such as Mo, PH; None if no plain week can express it."""
    is_plain = (
        rule.operator is syntax.RuleOperator.NORMAL
        and not (rule.unknown_spans or rule.holidays_within)
        and rule.state in {syntax.State.OPEN, syntax.State.CLOSED}
        and all(holiday == Holiday(HOLIDAY, 0) for holiday in rule.holidays)
    )
    if not is_plain or (rule.is_off and rule.spans != ((0, 2 * DAY),)):
        return None
    items = [] if rule.days is None else _parse_weekdays(rule.days)
    return None if items is None else items + [HOLIDAY] * bool(rule.holidays)


def _parse_weekdays(selector: str) -> list[str] | None:
    """Return weekdays, such as “Mo”; None for others and for "", which includes holidays."""
    if not selector:
        return None  # every day, holidays included, which a plain week cannot express
    days: list[str] = []
    for item in selector.split(","):
        named = WEEKDAY_RANGE.fullmatch(item)
        if named is None:
            return None
        first = WEEKDAYS.index(named[1])
        last = WEEKDAYS.index(named[2] or named[1])
        days += [WEEKDAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
    return days


def _group_days_with_equal_hours(
    parts: list[tuple[list[str], tuple[Span, ...]]],
) -> list[tuple[list[list[str]], tuple[Span, ...]]]:
    """Group runs of days that have equal hours, such as Mo-Tu and Th."""
    days_by_spans: dict[tuple[Span, ...], list[list[str]]] = {}
    for days, spans in parts:
        days_by_spans.setdefault(spans, []).append(days)
    return [(days, spans) for spans, days in days_by_spans.items()]


def _to_clock_time(minute: int) -> str:
    minute_of_day = minute if minute <= DAY else minute - DAY
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"


def _parse_span(text: str) -> Span | None:
    """Return the span that was typed; None if it is none, or perhaps on a 12-hour clock."""
    match = SPAN_PATTERN.fullmatch(text.strip())
    if match is None:
        return None
    minutes = [int(match[group] or 0) for group in ("from_minute", "to_minute")]
    start, end = int(match["from"]) * 60 + minutes[0], int(match["to"]) * 60 + minutes[1]
    if start >= DAY or end > DAY or max(minutes) > 59:
        return None
    if start >= end and start < EVENING_START and not (match["from_minute"] or match["to_minute"]):
        return None
    return (start, end if end > start else end + DAY)
