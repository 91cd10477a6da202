"""Propose opening hours in OpenStreetMap's syntax from words. The user decides.
A wrong proposal is worse than none: a text is read in one language as a whole, and
two different readings yield no proposal. No proposal extends beyond midnight."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from protect.directory import hours
from protect.interchange.imports.values import hours_words
from protect.interchange.imports.values.hours import DOUBTFUL_WARNINGS, unreadable_position
from protect.interchange.imports.values.hours_words import DAYS, TO, UNTIL, Clock, Token
from protect.reference import vocabulary

MAX_TEXT_LENGTH = 200  # characters; a longer text is more than hours
ENGLISH = "en"  # read in every country, with OpenStreetMap's names of days

# Minutes from 00:00. Limits for times without “am”, “pm” or a leading zero.
EARLIEST_OPENING, EVENING_START, LATEST_CLOSING = 6 * 60, 17 * 60, 22 * 60
MAX_GUESSED_MINUTES, MAX_OPENING_MINUTES = 12 * 60, 16 * 60  # of a guessed span, of another span
HALF_DAY_MINUTES, WHOLE_DAY_MINUTES = 12 * 60, 24 * 60  # added for pm; the latest time

# Patterns of rules, in the token letters of hours_words.
DAY_ITEM = "(?:[DL](?:t[DL]|t?U)?|E)"
DAY_WORD = "(?:D(?:tD|t?U)?|E)"  # DAY_ITEM without L: a letter after a time may be a unit: 8-16 h
TIME_SPANS = "TtT(?:j?TtT)*"
CLOSED_DAYS = rf"(?P<shut>{DAY_ITEM}(?:j?{DAY_ITEM})*)x|x(?P<closed>{DAY_WORD}(?:j?{DAY_WORD})*)"
RULE_PATTERNS = (  # with the days before the times, and after them
    re.compile(rf"(?P<days>{DAY_ITEM}(?:j?{DAY_ITEM})*)j?(?P<times>{TIME_SPANS})|{CLOSED_DAYS}"),
    re.compile(rf"(?P<times>{TIME_SPANS})(?P<days>{DAY_WORD}(?:j?{DAY_WORD})*)|{CLOSED_DAYS}"),
)
RULE_SEPARATOR = re.compile("[jc]+")  # between two rules: tokens JOIN and RULE_END

type Span = tuple[int, int]  # minutes from 00:00


class Ambiguous(Exception):
    """The words of a text are known, but it has several likely meanings or none."""


def propose_hours(text: str, country: str) -> str:
    """Return the only hours that a text can mean, "" if there are none or several."""
    if not text or len(text) > MAX_TEXT_LENGTH or country not in vocabulary.countries():
        return ""
    if hours_words.is_always(text):
        return hours.DAY_AND_NIGHT
    try:
        expression = _read_for_country(text, country)
    except Ambiguous:
        return ""
    return expression if _is_plausible_expression(expression, country) else ""


def _read_for_country(text: str, country: str) -> str:
    """Return the hours of a text in OpenStreetMap's syntax; "" if unreadable. The languages of the
    country and English are tried first. In a country of several languages no single letter is
    read as a day: in Belgium D is dinsdag or dimanche. Errors: Ambiguous."""
    all_words = hours_words.languages()
    country_languages = all_words.keys() & set(vocabulary.countries()[country].languages)
    can_read_letters = len(country_languages - {ENGLISH}) == 1
    texts = ((language, hours_words.tokenize(text, language)) for language in all_words)
    readable = [(language, tokens) for language, tokens in texts if tokens]
    readings = {
        _read_in_language(tokens, language)
        for language, tokens in readable
        if language in country_languages | {ENGLISH}
        and (can_read_letters or not tokens.has_single_letters)
    }
    if not readings - {""}:
        full = ((language, tokens) for language, tokens in readable if tokens.has_full_day_names)
        readings = {_read_in_language(tokens, language) for language, tokens in full}
    if len(readings - {""}) > 1:
        raise Ambiguous
    return max(readings, default="")


def _read_in_language(tokens: hours_words.TokenizedText, language: str) -> str:
    """Return the hours in OpenStreetMap's syntax; "" if the words fit no known pattern."""
    shape = tokens.shape.rstrip("jc")
    for pattern in RULE_PATTERNS:
        if rules := list(_match_rules(pattern, shape)):
            return _build_expression(rules, tokens.tokens, language)
    return ""


def _match_rules(pattern: re.Pattern[str], shape: str) -> Iterator[re.Match[str]]:
    """Yield the rules that a text's shape consists of; none if a part of it is left over."""
    rules, position = [], 0
    while rule := pattern.match(shape, position):
        rules.append(rule)
        separator = RULE_SEPARATOR.match(shape, rule.end())
        position = separator.end() if separator else rule.end()
        if not separator:
            break
    if position == len(shape):
        yield from rules


def _build_expression(rules: list[re.Match[str]], tokens: Sequence[Token], language: str) -> str:
    """Return rules in OpenStreetMap's syntax. Errors: Ambiguous, also for a day named twice."""
    clocks = [token.clock for token in tokens if token.clock]
    is_24_hour = any(not clock.half and (clock.hour > 12 or clock.has_zero) for clock in clocks)
    is_12_hour = hours_words.languages()[language].twelve_hours and not is_24_hour
    day_numbers: list[int] = []
    rule_texts = []
    for rule in rules:
        part = next(name for name in ("days", "shut", "closed") if rule[name])
        days = _day_items(tokens[slice(*rule.span(part))])
        day_numbers += [day for item in days for day in _day_numbers(item)]
        times = tokens[slice(*rule.span("times"))] if rule["times"] else ()
        hours = _format_spans(times, is_12_hour=is_12_hour) if times else "off"
        rule_texts.append(f"{','.join(days)} {hours}")
    has_repeats = len(day_numbers) != len(set(day_numbers))
    if has_repeats or all(text.endswith("off") for text in rule_texts):
        raise Ambiguous
    return "; ".join(rule_texts)


def _day_items(tokens: Sequence[Token]) -> list[str]:
    """Return the items of a list of days: single days and ranges."""
    items: list[str] = []
    is_range = False
    for token in tokens:
        if token.kind == UNTIL or (is_range and token.days):
            items[-1] += f"-{token.days}"
        elif token.days:
            items.append(token.days)
        is_range = token.kind == TO
    return items


def _day_numbers(item: str) -> Iterator[int]:
    first, _dash, last = item.partition("-")
    begin = DAYS.index(first)
    length = (DAYS.index(last or first) - begin) % len(DAYS) + 1
    yield from ((begin + step) % len(DAYS) for step in range(length))


def _format_spans(tokens: Sequence[Token], *, is_12_hour: bool) -> str:
    """Return times, in pairs, in OpenStreetMap's syntax. Errors: Ambiguous, also for overlaps."""
    clocks = [token.clock for token in tokens if token.clock]
    pairs = zip(clocks[::2], clocks[1::2], strict=True)
    spans = [_likely_span(opens, closes, is_12_hour=is_12_hour) for opens, closes in pairs]
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise Ambiguous
    return ",".join(f"{_format_time(opens)}-{_format_time(closes)}" for opens, closes in spans)


def _likely_span(opens: Clock, closes: Clock, *, is_12_hour: bool) -> Span:
    """Return the only likely meaning of two times. Errors: Ambiguous.
    “9-5” means 9 to 17 where people use the 12-hour clock, and is ambiguous elsewhere."""
    if opens.hour == opens.minute == 0 and closes.hour == 24:
        return 0, WHOLE_DAY_MINUTES
    is_12_hour = is_12_hour or bool(opens.half or closes.half)
    is_guess = is_12_hour and (_may_be_afternoon(opens) or _may_be_afternoon(closes))
    possible_minutes = (_day_minutes(clock, is_12_hour=is_12_hour) for clock in (opens, closes))
    longest = MAX_GUESSED_MINUTES if is_guess else MAX_OPENING_MINUTES
    likely = [
        (begin, end)
        for begin, end in product(*possible_minutes)
        if begin < end <= begin + longest
        and not (begin < EARLIEST_OPENING and _may_be_afternoon(opens))
        and not (is_guess and end > LATEST_CLOSING and _may_be_afternoon(closes))
    ]
    if len(likely) != 1 or (not is_12_hour and _may_both_be_evening(opens, closes)):
        raise Ambiguous
    return likely[0]


def _day_minutes(clock: Clock, *, is_12_hour: bool) -> list[int]:
    """Return the minutes from 00:00 that a time may mean: none (as for 00:00), one or two."""
    minutes = clock.hour * 60 + clock.minute
    if not 0 < minutes <= WHOLE_DAY_MINUTES or clock.minute >= 60:
        return []
    if clock.half:
        minutes = minutes % HALF_DAY_MINUTES + HALF_DAY_MINUTES * (clock.half == "pm")
        return [minutes] if minutes >= 60 else []  # 12 am may be midnight, or noon by mistake
    has_two_meanings = is_12_hour and _may_be_afternoon(clock)
    return [minutes, minutes + HALF_DAY_MINUTES] if has_two_meanings else [minutes]


def _may_be_afternoon(clock: Clock) -> bool:
    """Return whether a time such as 3:00, without am, pm or a leading zero, may mean 15:00."""
    return 0 < clock.hour < 12 and not (clock.half or clock.has_zero)


def _may_both_be_evening(opens: Clock, closes: Clock) -> bool:
    if not (_may_be_afternoon(opens) and _may_be_afternoon(closes)):
        return False
    begin, end = (_day_minutes(clock, is_12_hour=True)[-1] for clock in (opens, closes))
    return begin >= EVENING_START and end <= LATEST_CLOSING


def _format_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _is_plausible_expression(expression: str, country: str) -> bool:
    is_readable = bool(expression) and not unreadable_position(expression, country)
    return is_readable and not DOUBTFUL_WARNINGS & set(hours.warnings(expression))
