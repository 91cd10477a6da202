"""A plain week: hours for each weekday and for public holidays, to and from the syntax.
Most services have no other hours. What a plain week cannot say has none: `week_of` returns None."""

import re
from collections.abc import Mapping

from protect.directory.hours.syntax import DAY, BadHours, Holiday, Operator, Rule, State, rules

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAY = "PH"
ALWAYS = "24/7"
ITEM = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))?")
CLOSED = frozenset({"closed", "off", "-", "–"})
SPAN = re.compile(
    r"(?P<from>\d{1,2})(?:[:.h](?P<from_minute>\d{2})?)?\s*(?:-|–|—|to)\s*"
    r"(?P<to>\d{1,2})(?:[:.h](?P<to_minute>\d{2})?)?"
)
BETWEEN = re.compile(r"\s*(?:,|;|\band\b|\+|/)\s*|(?<=\d)\s+(?=\d)")

EVENING = 16 * 60  # minutes: hours that begin before hardly go over midnight

type Span = tuple[int, int]  # minutes from 00:00; an end after midnight is above 1440
type Week = dict[str, tuple[Span, ...]]  # WEEKDAYS and HOLIDAY; () is closed, a missing day unsaid


def week_of(expression: str) -> Week | None:
    """Return the plain week of an expression, None where it holds more than that.
    Errors: BadHours."""
    week: Week = {}
    for rule in rules(expression):
        days = _days(rule)
        if days is None or (HOLIDAY in week and days != [HOLIDAY]):
            return None  # a later rule takes back what was said of holidays
        week |= dict.fromkeys(days, () if rule.is_off else rule.spans)
    return {day: spans for day, spans in week.items() if spans or day == HOLIDAY}


def expression_of(week: Mapping[str, tuple[Span, ...]]) -> str:
    """Return a plain week in OpenStreetMap syntax, days with equal hours joined: "" for none."""
    parts: list[tuple[list[str], tuple[Span, ...]]] = []
    for day in WEEKDAYS:
        spans = week.get(day, ())
        days = parts[-1][0] if parts else []
        if days and parts[-1][1] == spans and WEEKDAYS.index(day) - WEEKDAYS.index(days[-1]) == 1:
            days.append(day)
        elif spans:
            parts.append(([day], spans))
    selectors = []
    for runs, spans in _joined(parts):
        days = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
        selectors.append(f"{','.join(days)} {typed_of(spans, ',')}")
    if HOLIDAY in week:
        selectors.append(f"{HOLIDAY} {typed_of(week[HOLIDAY], ',') or 'off'}")
    return "; ".join(selectors)


def spans_of(text: str) -> tuple[Span, ...] | None:
    """Return the hours that were typed for a day: "9-12, 13:30–17"; None for a blank.
    "closed" gives no span. Errors: BadHours, at the first part that is no span, or with an end that
    may be meant by a 12-hour clock: "9-5"."""
    typed = text.strip()
    if not typed:
        return None
    if typed.casefold() in CLOSED:
        return ()
    spans: list[Span] = []
    for part in filter(None, BETWEEN.split(typed)):
        span = _span(part)
        if span is None or (spans and span[0] < spans[-1][1]):
            raise BadHours(position=typed.find(part) + 1, expression=text)
        spans.append(span)
    return tuple(spans)


def typed_of(spans: tuple[Span, ...], comma: str = ", ") -> str:
    """Return the hours of a day as people type them."""
    return comma.join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _days(rule: Rule) -> list[str] | None:
    """Return the days of a rule, None if no plain week can hold it."""
    is_plain = (
        rule.operator is Operator.NORMAL
        and not (rule.tails or rule.holidays_within)
        and rule.state in {State.OPEN, State.CLOSED}
        and all(each == Holiday(HOLIDAY, 0) for each in rule.holidays)
    )
    if not is_plain or (rule.is_off and rule.spans != ((0, 2 * DAY),)):
        return None
    items = [] if rule.days is None else _weekdays(rule.days)
    return None if items is None else items + [HOLIDAY] * bool(rule.holidays)


def _weekdays(selector: str) -> list[str] | None:
    if not selector:
        return None  # every day, holidays included: no plain week says that
    days: list[str] = []
    for item in selector.split(","):
        named = ITEM.fullmatch(item)
        if named is None:
            return None
        first = WEEKDAYS.index(named[1])
        last = WEEKDAYS.index(named[2] or named[1])
        days += [WEEKDAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
    return days


def _joined(
    parts: list[tuple[list[str], tuple[Span, ...]]],
) -> list[tuple[list[list[str]], tuple[Span, ...]]]:
    """Join runs of days with equal hours: Mo-Tu and Th."""
    days_by_spans: dict[tuple[Span, ...], list[list[str]]] = {}
    for days, spans in parts:
        days_by_spans.setdefault(spans, []).append(days)
    return [(days, spans) for spans, days in days_by_spans.items()]


def _clock(minute: int) -> str:
    within = minute if minute <= DAY else minute - DAY
    return f"{within // 60:02}:{within % 60:02}"


def _span(text: str) -> Span | None:
    match = SPAN.fullmatch(text.strip())
    if match is None:
        return None
    minutes = [int(match[each] or 0) for each in ("from_minute", "to_minute")]
    start, end = int(match["from"]) * 60 + minutes[0], int(match["to"]) * 60 + minutes[1]
    if start >= DAY or end > DAY or max(minutes) > 59:
        return None
    if start >= end and start < EVENING and not (match["from_minute"] or match["to_minute"]):
        return None
    return (start, end if end > start else end + DAY)
