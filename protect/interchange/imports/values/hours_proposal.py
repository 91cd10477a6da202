"""Opening hours in words, proposed in OpenStreetMap's syntax. A person decides; nothing is taken.

A wrong proposal is worse than none. A text is read in one language as a whole; where two readings
differ, there is no proposal. None passes midnight.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from protect.directory import hours
from protect.interchange.imports.values import hours_words
from protect.interchange.imports.values.hours import DOUBTS, wrong_at
from protect.interchange.imports.values.hours_words import DAYS, TO, UNTIL, Clock, Text, Token
from protect.reference import vocabulary

LONGEST = 200  # characters: more is a story
ENGLISH = "en"  # read everywhere, with the days of OpenStreetMap
ALWAYS = "24/7"

# Minutes from 00:00. What a time without “am”, “pm” or a zero before it may mean.
EARLIEST, EVENING, LATEST = 6 * 60, 17 * 60, 22 * 60
LONGEST_GUESS, LONGEST_DAY = 12 * 60, 16 * 60
HALF_DAY, WHOLE_DAY = 12 * 60, 24 * 60

# The shapes of rules, in the letters of hours_words.
ITEM = "(?:[DL](?:t[DL]|t?U)?|E)"
WORD = "(?:D(?:tD|t?U)?|E)"  # no single letter: behind a time it may be a unit, as in 8-16 h
SPANS = "TtT(?:j?TtT)*"
OFF = rf"(?P<shut>{ITEM}(?:j?{ITEM})*)x|x(?P<closed>{WORD}(?:j?{WORD})*)"
WAYS = (
    re.compile(rf"(?P<days>{ITEM}(?:j?{ITEM})*)j?(?P<times>{SPANS})|{OFF}"),
    re.compile(rf"(?P<times>{SPANS})(?P<days>{WORD}(?:j?{WORD})*)|{OFF}"),
)
BETWEEN = re.compile("[jc]+")

type Span = tuple[int, int]  # minutes from 00:00


class Ambiguous(Exception):
    """A text is understood, and may mean more than one thing or none that is likely."""


def propose_hours(text: str, country: str) -> str:
    """Return the hours that a text with days can only mean, "" for none."""
    if not text or len(text) > LONGEST or country not in vocabulary.countries():
        return ""
    if hours_words.is_always(text):
        return ALWAYS
    try:
        expression = _read(text, country)
    except Ambiguous:
        return ""
    return expression if _can_be_parsed(expression, country) else ""


def _read(text: str, country: str) -> str:
    """Return the hours in a text, by the languages of its country, else by any. Errors: Ambiguous.
    Where a country has several languages, a letter alone names no day: D is dinsdag or dimanche."""
    all_words = hours_words.languages()
    own = all_words.keys() & set(vocabulary.countries()[country].languages)
    has_letters = len(own - {ENGLISH}) == 1
    texts = {each: hours_words.tokenize(text, each) for each in all_words}
    readings = {
        _reading(tokens, language)
        for language, tokens in texts.items()
        if tokens and language in own | {ENGLISH} and (has_letters or not tokens.has_letters)
    }
    if not readings - {""}:
        names = {
            language: tokens for language, tokens in texts.items() if tokens and tokens.is_full
        }
        readings = {_reading(tokens, language) for language, tokens in names.items()}
    if len(readings - {""}) > 1:
        raise Ambiguous
    return max(readings, default="")


def _reading(tokens: Text, language: str) -> str:
    shape = tokens.shape.rstrip("jc")
    for way in WAYS:
        if rules := list(_matches(way, shape)):
            return _expression(rules, tokens.tokens, language)
    return ""


def _matches(way: re.Pattern[str], shape: str) -> Iterator[re.Match[str]]:
    """Yield the rules of a shape, none where anything of it is left over."""
    rules, at = [], 0
    while rule := way.match(shape, at):
        rules.append(rule)
        between = BETWEEN.match(shape, rule.end())
        at = between.end() if between else rule.end()
        if not between:
            break
    if at == len(shape):
        yield from rules


def _expression(rules: Sequence[re.Match[str]], tokens: Sequence[Token], language: str) -> str:
    """Return rules in OpenStreetMap's syntax. Errors: Ambiguous, also for a day named twice."""
    clocks = [token.clock for token in tokens if token.clock]
    is_24 = any(not clock.half and (clock.hour > 12 or clock.has_zero) for clock in clocks)
    is_twelve = hours_words.languages()[language].twelve_hours and not is_24
    named: list[int] = []
    written = []
    for rule in rules:
        part = next(name for name in ("days", "shut", "closed") if rule[name])
        days = _days(tokens[slice(*rule.span(part))])
        named += [day for item in days for day in _numbers(item)]
        times = tokens[slice(*rule.span("times"))] if rule["times"] else ()
        hours = _spans(times, is_twelve=is_twelve) if times else "off"
        written.append(f"{','.join(days)} {hours}")
    if len(named) != len(set(named)) or all(each.endswith("off") for each in written):
        raise Ambiguous
    return "; ".join(written)


def _days(tokens: Sequence[Token]) -> list[str]:
    """Return the items of a list of days: a day, or a first and a last one."""
    items: list[str] = []
    is_range = False
    for token in tokens:
        if token.kind == UNTIL or (is_range and token.days):
            items[-1] += f"-{token.days}"
        elif token.days:
            items.append(token.days)
        is_range = token.kind == TO
    return items


def _numbers(item: str) -> Iterator[int]:
    first, _dash, last = item.partition("-")
    begin = DAYS.index(first)
    length = (DAYS.index(last or first) - begin) % len(DAYS) + 1
    yield from ((begin + step) % len(DAYS) for step in range(length))


def _spans(tokens: Sequence[Token], *, is_twelve: bool) -> str:
    clocks = [token.clock for token in tokens if token.clock]
    pairs = zip(clocks[::2], clocks[1::2], strict=True)
    spans = [_span(opens, closes, is_twelve=is_twelve) for opens, closes in pairs]
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise Ambiguous
    return ",".join(f"{_written(opens)}-{_written(closes)}" for opens, closes in spans)


def _span(opens: Clock, closes: Clock, *, is_twelve: bool) -> Span:
    """Return the one likely meaning of two times. Errors: Ambiguous.
    “9-5” is 9 to 17 where people count to twelve, and nothing where they count to 24."""
    if opens.hour == opens.minute == 0 and closes.hour == 24:
        return 0, WHOLE_DAY
    is_twelve = is_twelve or bool(opens.half or closes.half)
    is_guess = is_twelve and (_may_be_afternoon(opens) or _may_be_afternoon(closes))
    begins, ends = (_minutes(clock, is_twelve=is_twelve) for clock in (opens, closes))
    longest = LONGEST_GUESS if is_guess else LONGEST_DAY
    likely = [
        (begin, end)
        for begin, end in product(begins, ends)
        if begin < end <= begin + longest
        and not (begin < EARLIEST and _may_be_afternoon(opens))
        and not (is_guess and end > LATEST and _may_be_afternoon(closes))
    ]
    if len(likely) != 1 or (not is_twelve and _may_be_evening(opens, closes)):
        raise Ambiguous
    return likely[0]


def _minutes(clock: Clock, *, is_twelve: bool) -> list[int]:
    """Return what a time may mean; nothing for what is no time. Midnight is 24:00 alone."""
    minutes = clock.hour * 60 + clock.minute
    if not 0 < minutes <= WHOLE_DAY or clock.minute >= 60:
        return []
    if clock.half:
        minutes = minutes % HALF_DAY + HALF_DAY * (clock.half == "pm")
        return [minutes] if minutes >= 60 else []  # 12 am: midnight, or noon by mistake
    return [minutes, minutes + HALF_DAY] if is_twelve and _may_be_afternoon(clock) else [minutes]


def _may_be_afternoon(clock: Clock) -> bool:
    return 0 < clock.hour < 12 and not (clock.half or clock.has_zero)


def _may_be_evening(opens: Clock, closes: Clock) -> bool:
    if not (_may_be_afternoon(opens) and _may_be_afternoon(closes)):
        return False
    begin, end = _minutes(opens, is_twelve=True)[-1], _minutes(closes, is_twelve=True)[-1]
    return begin >= EVENING and end <= LATEST


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _can_be_parsed(expression: str, country: str) -> bool:
    is_read = bool(expression) and not wrong_at(expression, country)
    return is_read and not DOUBTS & set(hours.warnings(expression))
