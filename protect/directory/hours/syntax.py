"""Parses opening hours into rules. A library reads the syntax; this module defines the meaning."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache
from http import HTTPStatus

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from opening_hours import OpeningHours, ParserError as LibraryError  # type: ignore[attr-defined] # ParserError is not in the stub

from protect.kernel.errors import ProtectError

DAY = 24 * 60  # minutes
DAY_AND_NIGHT = "24/7"  # in OpenStreetMap syntax
MAX_LENGTH = 500  # characters; OpenStreetMap itself stops at 255


class State(StrEnum):
    """The state of opening hours at an instant, weakest first. The order has a meaning: of two
    hours that must both hold (a phone line, a language), the weaker state wins; of two that each
    suffice (last night's hours, today's hours), the stronger."""

    CLOSED = "closed"
    UNKNOWN = "unknown"
    ANSWERPHONE = "answerphone"
    BY_APPOINTMENT = "by_appointment"
    OPEN = "open"


STATES: tuple[State, ...] = tuple(State)
STATE_CODES: dict[State, int] = {state: code for code, state in enumerate(STATES)}
CLOSED = STATE_CODES[State.CLOSED]
UNKNOWN = STATE_CODES[State.UNKNOWN]
BY_APPOINTMENT = STATE_CODES[State.BY_APPOINTMENT]  # a number, as in `Codes`
OPEN = STATE_CODES[State.OPEN]
Codes = NDArray[np.uint8]  # one code of a State for each minute


class BadHours(ProtectError):
    """Not OpenStreetMap opening hours, or an unsupported part; `position` counts from 1."""

    code = "directory.bad_hours"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {expression} is what was typed, for example "Mo-Fr 9-17".
    message = _("These opening hours cannot be read from character {position} on: {expression}")


class RuleOperator(Enum):
    """How a rule combines with earlier rules, on the days to which it applies."""

    NORMAL = "; "  # replaces earlier rules
    ADDITIONAL = ", "  # adds to earlier rules
    FALLBACK = " || "  # fills times that earlier rules leave closed


@dataclass(frozen=True, slots=True)
class Holiday:
    """Public (PH) or school (SH) holidays in a rule, moved by `offset` days."""

    kind: str  # PH public, SH school
    offset: int  # days after the holiday itself


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the days and minutes to which it applies, and their state.
    Units: spans in minutes from 00:00 of the day on which they begin, up to 48:00."""

    operator: RuleOperator
    days: str | None  # selector of ordinary days; "" selects all days, None no day
    holidays: tuple[Holiday, ...]
    holidays_within: str  # selector that limits the holidays
    spans: tuple[tuple[int, int], ...]
    unknown_spans: tuple[tuple[int, int], ...]  # unknown time after an open end
    state: State
    is_off: bool  # closed: removes only its own minutes from earlier rules

    @property
    def replaces(self) -> bool:
        """Whether the rule replaces earlier rules on its days."""
        return self.operator is RuleOperator.NORMAL and not self.is_off

    @property
    def is_always(self) -> bool:
        """Whether the rule covers every minute, holidays included. A fallback only fills gaps."""
        covers = self.days in {"", "Mo-Su"} and self.spans in {((0, DAY),), ((0, 2 * DAY),)}
        return covers and not (
            self.holidays or self.unknown_spans or self.operator is RuleOperator.FALLBACK
        )

    @property
    def is_dated(self) -> bool:
        """Whether it names single dates, or is off in a dated period: it includes holidays."""
        if not self.days:
            return False
        return bool(DATES.fullmatch(self.days) or (self.is_off and DATE.search(self.days)))


_WD = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_OFFSET = r"(?: [+-]?\d+ days?)?"
_WEEKDAY = rf"{_WD}(?:-{_WD})?(?:\[[-\d,]+\])?{_OFFSET}"
_HOLIDAY = rf"(?:PH|SH){_OFFSET}"
_ITEM = rf"(?:{_WEEKDAY}|{_HOLIDAY})"
_TIME = r"\d\d:\d\d(?:-\d\d:\d\d)?\+?"
_DATE = rf"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d+|easter{_OFFSET})"

DATE = re.compile(_DATE)  # “Dec 25” or “easter +1 day”, without the year
DATES = re.compile(rf"(?:\d{{4}} )?{_DATE}(?:,(?:\d{{4}} )?{_DATE})*")
HOLIDAY = re.compile(r"(PH|SH)(?: ([+-]?\d+) days?)?")
HOLIDAYS = re.compile(rf"{_HOLIDAY}(?:,{_HOLIDAY})*")
# "PH Mo-Fr", with a space: the holidays that fall on these weekdays. "PH,Mo-Fr" is both.
WEEKDAY_AFTER, WEEKDAY_BEFORE = re.compile(rf" +{_WD}"), re.compile(rf"{_WEEKDAY} +$")
DAYS_WITH_HOLIDAYS = re.compile(rf"(?:(?P<wide>.+?) )?(?P<items>{_ITEM}(?:,{_ITEM})*)")
RULE = re.compile(
    rf"(?P<days>.*?)(?:^| |$)(?P<times>{_TIME}(?:,{_TIME})*)?"
    r" ?(?P<modifier>closed|unknown)?"
    r' ?(?:"(?P<comment>\d+)")?'
)
NOT_DAY_SELECTOR = re.compile(r"[:(]|sun(?:rise|set)|dawn|dusk", re.IGNORECASE)
YEAR_PREFIX = re.compile(r"\b(\d{4})(?=[A-Z])")  # the library writes 2026Jul-Aug, and misreads it
RULE_SEPARATOR = re.compile(r"(; |, | \|\| )")
QUOTED_COMMENT = re.compile(r'("[^"]*")')
# With one of these words, a comment names no state.
NEGATION = re.compile(r"\b(?:no|not|without)\b", re.IGNORECASE)
COMMENT_PATTERNS = {
    State.BY_APPOINTMENT: re.compile(r"appointment", re.IGNORECASE),
    State.ANSWERPHONE: re.compile(r"answer(?:phone|ing machine)|voice ?mail", re.IGNORECASE),
}


@lru_cache(maxsize=4096)
def parse_rules(expression: str) -> tuple[Rule, ...]:
    """Return the rules of an expression, in order; none for a blank one. Errors: BadHours for text
    that the library cannot read, and for times of the sun and repetitions, which are guesses."""
    if not expression:
        return ()
    check_readable(expression)
    text, comments = _number_comments(expression)
    joined = _holidays_joined_to_weekdays(text)
    operator = RuleOperator.NORMAL
    parsed = []
    for part in RULE_SEPARATOR.split(YEAR_PREFIX.sub(r"\1 ", str(OpeningHours(text)))):
        if RULE_SEPARATOR.fullmatch(part):
            operator = RuleOperator(part)
        else:
            parsed.append(_parse_rule(operator, part, comments, joined))
    return tuple(parsed)


def check_readable(expression: str) -> None:
    """Refuse text that is too long, invalid, or uses times of the sun or repetitions.
    Errors: BadHours, with the position of the first wrong character."""
    if len(expression) > MAX_LENGTH:
        raise BadHours(position=MAX_LENGTH + 1, expression=expression[:MAX_LENGTH])
    try:
        OpeningHours(expression)
    except LibraryError as error:
        at = re.search(r"--> \d+:(\d+)", str(error))
        raise BadHours(position=int(at[1]) if at else 1, expression=expression) from None
    unquoted = QUOTED_COMMENT.sub(lambda found: " " * len(found[0]), expression)
    refused = re.search(r"sunrise|sunset|dawn|dusk|:\d\d ?/", unquoted, re.IGNORECASE)
    if refused:
        raise BadHours(position=refused.start() + 1, expression=expression)


def _number_comments(expression: str) -> tuple[str, list[tuple[str, bool]]]:
    """Return the text with each comment replaced by its number, and the list of comments.
    The library drops `open` before a comment, but `open "women only"` says more than
    `"women only"`. So each comment is stored with whether `open` preceded it."""
    comments: list[tuple[str, bool]] = []
    parts = QUOTED_COMMENT.split(expression)
    for index in range(1, len(parts), 2):
        comments.append((parts[index], parts[index - 1].rstrip().lower().endswith("open")))
        parts[index] = f'"{len(comments) - 1}"'
    return "".join(parts), comments


def _holidays_joined_to_weekdays(text: str) -> Iterator[bool]:
    """Yield for each PH and SH whether a space joins it to weekdays, which the library drops."""
    for match in HOLIDAYS.finditer(text):
        before = text[: match.start()]
        is_joined = bool(WEEKDAY_AFTER.match(text, match.end()) or WEEKDAY_BEFORE.search(before))
        yield from [is_joined] * len(HOLIDAY.findall(match[0]))


def _parse_rule(
    operator: RuleOperator, text: str, comments: list[tuple[str, bool]], joined: Iterator[bool]
) -> Rule:
    """Parse one rule. `joined`: for each PH and SH of all rules, if a space joins it to days."""
    parts = RULE.fullmatch(text)
    if parts is None or NOT_DAY_SELECTOR.search(parts["days"]):
        raise BadHours(position=1, expression=text)
    days, holidays, within = _parse_days(parts["days"].removeprefix(DAY_AND_NIGHT), joined)
    modifier = parts["modifier"]
    spans, unknown_spans = _parse_times(parts["times"])
    if modifier == "closed" and not parts["times"]:
        spans = ((0, 2 * DAY),)  # a closed day includes the night that follows it
    comment, is_open = comments[int(parts["comment"])] if parts["comment"] else ("", True)
    return Rule(
        operator=operator,
        days=days,
        holidays=holidays,
        holidays_within=within,
        spans=spans,
        unknown_spans=unknown_spans,
        state=_parse_state(modifier, comment, is_open=is_open),
        is_off=modifier == "closed",
    )


def _parse_days(text: str, joined: Iterator[bool]) -> tuple[str | None, tuple[Holiday, ...], str]:
    """Return the selector of ordinary days, the holidays, and the selector that limits them.
    It takes one value from `joined` for each holiday."""
    parts = DAYS_WITH_HOLIDAYS.fullmatch(text)
    pairs = HOLIDAY.findall(text if parts else "")
    holidays = tuple(Holiday(kind, int(offset or 0)) for kind, offset in pairs)
    if parts is None or not holidays:
        return text, (), ""
    wide = parts["wide"] or ""
    weekdays = ",".join(re.findall(_WEEKDAY, HOLIDAY.sub("", parts["items"])))
    both = f"{wide} {weekdays}".strip()
    is_joined = [next(joined) for _ in holidays]  # the same for all holidays of a sequence
    if is_joined[0]:
        return None, holidays, both
    return (both if weekdays else None), holidays, wide


def _parse_times(
    text: str | None,
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return the spans (all day for None), and unknown time from open ends to the day's end."""
    if text is None:
        return ((0, DAY),), ()
    spans, unknown_spans = [], []
    for time in text.split(","):
        first, _, last = time.rstrip("+").partition("-")
        start = end = _parse_minutes(first)
        if last:
            end = _parse_minutes(last)
            end += DAY if end <= start else 0
            spans.append((start, end))
        if time.endswith("+"):
            unknown_spans.append((end, min((end // DAY + 1) * DAY, 2 * DAY)))
    return tuple(spans), tuple(unknown_spans)


def _parse_minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _parse_state(modifier: str | None, comment: str, *, is_open: bool) -> State:
    """Return the state that the comment names, else the modifier; else open only if `is_open`."""
    if not NEGATION.search(comment):
        for state, words in COMMENT_PATTERNS.items():
            if words.search(comment):
                return state
    if modifier == "closed":
        return State.CLOSED
    return State.OPEN if is_open and modifier is None else State.UNKNOWN
