"""From text to rules. The library reads and spells out the text; the meaning of a rule is ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache
from http import HTTPStatus

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from opening_hours import (  # type: ignore[attr-defined] # ParserError is not in the stub
    OpeningHours,
    ParserError as LibraryError,
)

from protect.kernel.errors import ProtectError

DAY = 24 * 60  # minutes
MAX_LENGTH = 500  # characters; OpenStreetMap itself stops at 255


class State(StrEnum):
    """The state of opening hours at an instant, weakest first.

    The order carries meaning: two things that must both hold (a line, a language) are in the
    weaker of their states; of two that each suffice (last night's shift, today's), the stronger.
    """

    CLOSED = "closed"
    UNKNOWN = "unknown"
    ANSWERPHONE = "answerphone"
    BY_APPOINTMENT = "by_appointment"
    OPEN = "open"


BY_CODE: tuple[State, ...] = tuple(State)
CODES: dict[State, int] = {state: code for code, state in enumerate(BY_CODE)}
CLOSED = CODES[State.CLOSED]
UNKNOWN = CODES[State.UNKNOWN]
BY_APPOINTMENT = CODES[State.BY_APPOINTMENT]
OPEN = CODES[State.OPEN]
Codes = NDArray[np.uint8]  # one code of a State for each minute


class BadHours(ProtectError):
    """The text is not the opening-hours syntax of OpenStreetMap, or a part that we do not judge.
    `position` counts characters from 1."""

    code = "directory.bad_hours"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {expression} is what was typed, for example "Mo-Fr 9-17".
    message = _("These opening hours cannot be read from character {position} on: {expression}")


class Operator(Enum):
    """How a rule joins the rules before it, on the days that it applies to."""

    NORMAL = "; "  # replaces them
    ADDITIONAL = ", "  # adds to them
    FALLBACK = " || "  # fills what they leave closed


@dataclass(frozen=True, slots=True)
class Holiday:
    kind: str  # PH public, SH school
    offset: int  # days after the holiday itself


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: on which days, at which minutes, in which state.
    Units: spans in minutes from 00:00 of the day that they begin on, up to 48:00."""

    operator: Operator
    days: str | None  # selector of ordinary days; "" is every day, None none
    holidays: tuple[Holiday, ...]
    holidays_within: str  # selector that the holidays must meet as well
    spans: tuple[tuple[int, int], ...]
    tails: tuple[tuple[int, int], ...]  # after an open end: unknown
    state: State
    is_off: bool  # said to be closed; takes only its own minutes away from earlier rules

    @property
    def replaces(self) -> bool:
        return self.operator is Operator.NORMAL and not self.is_off

    @property
    def is_always(self) -> bool:
        """Whether the rule covers every minute, holidays included. A fallback only fills gaps."""
        return (
            self.days in {"", "Mo-Su"}
            and self.spans in {((0, DAY),), ((0, 2 * DAY),)}
            and not (self.holidays or self.tails or self.operator is Operator.FALLBACK)
        )

    @property
    def is_dated(self) -> bool:
        """Names its dates, so that a holiday among them is meant. A season does not."""
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

DATE = re.compile(_DATE)
DATES = re.compile(rf"(?:\d{{4}} )?{_DATE}(?:,(?:\d{{4}} )?{_DATE})*")
HOLIDAY = re.compile(r"(PH|SH)(?: ([+-]?\d+) days?)?")
HOLIDAYS = re.compile(rf"{_HOLIDAY}(?:,{_HOLIDAY})*")
# "PH Mo-Fr", with a space: the holidays that fall on these weekdays. "PH,Mo-Fr" is both.
JOINED_AFTER, JOINED_BEFORE = re.compile(rf" +{_WD}"), re.compile(rf"{_WEEKDAY} +$")
WITH_HOLIDAYS = re.compile(rf"(?:(?P<wide>.+?) )?(?P<items>{_ITEM}(?:,{_ITEM})*)")
RULE = re.compile(
    rf"(?P<days>.*?)(?:^| |$)(?P<times>{_TIME}(?:,{_TIME})*)?"
    r" ?(?P<modifier>closed|unknown)?"
    r' ?(?:"(?P<comment>\d+)")?'
)
NOT_DAYS = re.compile(r"[:(]|sun(?:rise|set)|dawn|dusk", re.IGNORECASE)
YEAR = re.compile(r"\b(\d{4})(?=[A-Z])")  # the library writes 2026Jul-Aug, and misreads it
SEPARATOR = re.compile(r"(; |, | \|\| )")
QUOTED = re.compile(r'("[^"]*")')
NEGATED = re.compile(r"\b(?:no|not|without)\b", re.IGNORECASE)
WORDS = {
    State.BY_APPOINTMENT: re.compile(r"appointment", re.IGNORECASE),
    State.ANSWERPHONE: re.compile(r"answer(?:phone|ing machine)|voice ?mail", re.IGNORECASE),
}


@lru_cache(maxsize=4096)
def rules(expression: str) -> tuple[Rule, ...]:
    """Return the rules of an expression, in order; none for a blank one.
    Errors: BadHours for what the library cannot read, and for times of the sun and repetitions,
    which would have to be guessed."""
    if not expression:
        return ()
    must_be_readable(expression)
    text, comments = _coded(expression)
    joined = _joined(text)
    operator = Operator.NORMAL
    parsed = []
    for part in SEPARATOR.split(YEAR.sub(r"\1 ", str(OpeningHours(text)))):
        if SEPARATOR.fullmatch(part):
            operator = Operator(part)
        else:
            parsed.append(_rule(operator, part, comments, joined))
    return tuple(parsed)


def must_be_readable(expression: str) -> None:
    """Refuse what is too long, no opening hours, or hours by the sun or at intervals.
    Errors: BadHours, naming the first character that is wrong."""
    if len(expression) > MAX_LENGTH:
        raise BadHours(position=MAX_LENGTH + 1, expression=expression[:MAX_LENGTH])
    try:
        OpeningHours(expression)
    except LibraryError as error:
        at = re.search(r"--> \d+:(\d+)", str(error))
        raise BadHours(position=int(at[1]) if at else 1, expression=expression) from None
    unquoted = QUOTED.sub(lambda found: " " * len(found[0]), expression)
    refused = re.search(r"sunrise|sunset|dawn|dusk|:\d\d ?/", unquoted, re.IGNORECASE)
    if refused:
        raise BadHours(position=refused.start() + 1, expression=expression)


def _coded(expression: str) -> tuple[str, list[tuple[str, bool]]]:
    """Return the text with each comment replaced by its number, and the comments.
    The library drops `open` before a comment, and `open "women only"` says more than `"women
    only"`; so each comment carries whether `open` stood before it."""
    comments: list[tuple[str, bool]] = []
    parts = QUOTED.split(expression)
    for index in range(1, len(parts), 2):
        is_open = parts[index - 1].rstrip().lower().endswith("open")
        comments.append((parts[index], is_open))
        parts[index] = f'"{len(comments) - 1}"'
    return "".join(parts), comments


def _joined(text: str) -> Iterator[bool]:
    """Yield for each PH and SH whether a space joins it to weekdays; the library drops that."""
    for match in HOLIDAYS.finditer(text):
        is_joined = bool(JOINED_AFTER.match(text, match.end())) or bool(
            JOINED_BEFORE.search(text[: match.start()])
        )
        yield from [is_joined] * len(HOLIDAY.findall(match[0]))


def _rule(
    operator: Operator, text: str, comments: list[tuple[str, bool]], joined: Iterator[bool]
) -> Rule:
    parts = RULE.fullmatch(text)
    if parts is None or NOT_DAYS.search(parts["days"]):
        raise BadHours(position=1, expression=text)
    days, holidays, within = _days(parts["days"].removeprefix("24/7"), joined)
    modifier = parts["modifier"]
    spans, tails = _spans(parts["times"])
    if modifier == "closed" and not parts["times"]:
        spans = ((0, 2 * DAY),)  # the night that begins on a day off is off as well
    comment, is_open = comments[int(parts["comment"])] if parts["comment"] else ("", True)
    return Rule(
        operator=operator,
        days=days,
        holidays=holidays,
        holidays_within=within,
        spans=spans,
        tails=tails,
        state=_state(modifier, comment, is_open=is_open),
        is_off=modifier == "closed",
    )


def _days(text: str, joined: Iterator[bool]) -> tuple[str | None, tuple[Holiday, ...], str]:
    """Return the selector of ordinary days, the holidays and the selector that limits these.
    Takes from `joined` one answer for each holiday."""
    parts = WITH_HOLIDAYS.fullmatch(text)
    holidays = tuple(
        Holiday(kind, int(offset or 0)) for kind, offset in HOLIDAY.findall(text if parts else "")
    )
    if parts is None or not holidays:
        return text, (), ""
    wide = parts["wide"] or ""
    weekdays = ",".join(re.findall(_WEEKDAY, HOLIDAY.sub("", parts["items"])))
    both = f"{wide} {weekdays}".strip()
    is_joined = [next(joined) for _ in holidays]  # all of a sequence alike
    if is_joined[0]:
        return None, holidays, both
    return (both if weekdays else None), holidays, wide


def _spans(times: str | None) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return what is stated, and what follows each open end until that day is over."""
    if times is None:
        return ((0, DAY),), ()
    spans, tails = [], []
    for time in times.split(","):
        first, _, last = time.rstrip("+").partition("-")
        start = end = _minutes(first)
        if last:
            end = _minutes(last)
            end += DAY if end <= start else 0
            spans.append((start, end))
        if time.endswith("+"):
            tails.append((end, min((end // DAY + 1) * DAY, 2 * DAY)))
    return tuple(spans), tuple(tails)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _state(modifier: str | None, comment: str, *, is_open: bool) -> State:
    """Return the state of a rule. A comment without `open` means: it depends on the comment."""
    if not NEGATED.search(comment):
        for state, words in WORDS.items():
            if words.search(comment):
                return state
    if modifier == "closed":
        return State.CLOSED
    return State.OPEN if is_open and modifier is None else State.UNKNOWN
