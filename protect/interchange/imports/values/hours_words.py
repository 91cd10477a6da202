"""Tokenize opening hours with the words of each language for days and times: hours_words.toml."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from protect.kernel import tables
from protect.reference.lookup.fold import fold

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ANY_LANGUAGE = "any"  # the section of hours_words.toml for all languages
MIN_FULL_NAME = 5  # letters of a name of a day; shorter ones differ in meaning between languages

# One letter for each kind of token, so that regular expressions can match the shape of a text.
DAY, LETTER, UNTIL, EVERY, TIME, TO, JOIN, RULE_END, CLOSED = "DLUETtjcx"
TOKEN_BY_MARK = {"-": TO} | dict.fromkeys(",/&+", JOIN) | dict.fromkeys(";|\n", RULE_END)
DASHES = re.compile(r"\s*(?:->|[\u2010-\u2015\u2212\u2192-])\s*")
END_OF_SENTENCE = re.compile(r"\.\s+[^\W\d_]")
INITIALS = re.compile(r"(?<![^\W\d_])[^\W\d_](?:\.[^\W\d_])+\.?(?![^\W_])")  # p.m., t.e.m.
CLOCK_TIME = re.compile(
    r"(?P<hour>[01]\d|2[0-4])(?P<minute>00|15|30|45)(?:h(?![^\W\d_]))?(?!\d)"
    r"|(?P<h>\d{1,2})(?:[:.hu](?P<m>\d{2})(?::00)?)?(?:h(?![^\W\d_]))?(?!\d)"
)


class Words(tables.Record):
    """The words of one language. A text with any other word is not read in that language."""

    mo: tuple[str, ...] = ()
    tu: tuple[str, ...] = ()
    we: tuple[str, ...] = ()
    th: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    sa: tuple[str, ...] = ()
    su: tuple[str, ...] = ()
    until_mo: tuple[str, ...] = ()
    until_tu: tuple[str, ...] = ()
    until_we: tuple[str, ...] = ()
    until_th: tuple[str, ...] = ()
    until_fr: tuple[str, ...] = ()
    until_sa: tuple[str, ...] = ()
    until_su: tuple[str, ...] = ()
    every_day: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    weekend: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    am: tuple[str, ...] = ()
    pm: tuple[str, ...] = ()
    noon: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()  # joined to a name with a hyphen
    twelve_hours: bool = False  # whether 5 may mean 17:00


class Clock(NamedTuple):
    """A time of day as it is written, possibly without “am” or “pm”."""

    hour: int
    minute: int
    half: str = ""  # "am", "pm"; "" if not written
    has_zero: bool = False  # written like 09, so it is in the morning


class Token(NamedTuple):
    kind: str  # for phrases also "am", "pm", and "" for words to ignore
    days: str = ""  # days, in OpenStreetMap's syntax
    clock: Clock | None = None


class TokenizedText(NamedTuple):
    """The tokens of a text in which every word is known in one language."""

    tokens: tuple[Token, ...]
    has_full_day_names: bool  # whether each day that it names is written in full

    @property
    def has_single_letters(self) -> bool:
        return LETTER in self.shape

    @property
    def shape(self) -> str:
        """The kinds of the tokens as one text, which patterns match."""
        return "".join(token.kind for token in self.tokens)


@cache
def languages() -> Mapping[str, Words]:
    """Return the words of each language, by its code."""
    by_code = tables.load("interchange", "hours_words", Words)
    return {code: words for code, words in by_code.items() if code != ANY_LANGUAGE}


def is_always(text: str) -> bool:
    """Return whether a text says that a service is open at all hours."""
    return normalise(text).rstrip(" .") in _always_phrases()


def tokenize(text: str, language: str) -> TokenizedText | None:
    """Return the tokens of a text in a language; None if a word or mark is unknown or misplaced."""
    plain_text, phrases = normalise(text), _token_by_phrase(language)
    if articles := "|".join(languages()[language].articles):
        plain_text = re.sub(rf"(?<![^\W_])({articles})-(?=[^\W\d_])", r"\1 ", plain_text)
    tokens: list[Token] = []
    has_full_day_names, position = True, 0
    while position < len(plain_text):
        if phrase := _phrase_pattern(language).match(plain_text, position):
            meaning, position = phrases[phrase[1]], phrase.end()
            is_day = meaning.kind in {DAY, LETTER}
            has_full_day_names &= not is_day or len(phrase[1]) >= MIN_FULL_NAME
            is_allowed = _add_phrase(tokens, meaning)
        elif clock := CLOCK_TIME.match(plain_text, position):
            hour, minute = clock["hour"] or clock["h"], clock["minute"] or clock["m"] or "0"
            time = Clock(int(hour), int(minute), has_zero=hour.startswith("0"))
            tokens.append(Token(TIME, clock=time))
            is_allowed, position = True, clock.end()
        else:
            is_allowed, position = _add_mark(tokens, plain_text, position), position + 1
        if not is_allowed:
            return None
    return TokenizedText(tuple(tokens), has_full_day_names)


def normalise(text: str) -> str:
    """Return a text in lower case, without accents and dots of initials; each dash or arrow
    becomes “-” without spaces."""
    folded = re.sub(r"[^\W_]+", lambda word: fold(word[0]), text.strip().replace("\u2019", "'"))
    return INITIALS.sub(lambda found: found[0].replace(".", ""), DASHES.sub("-", folded))


def _add_phrase(tokens: list[Token], phrase: Token) -> bool:
    """Add a phrase, or am/pm to the last time; return whether it is allowed at this position."""
    if phrase.kind in {"am", "pm"}:
        last = tokens[-1].clock if tokens else None
        if last is None or last.half or not 0 < last.hour <= 12:
            return False
        tokens[-1] = tokens[-1]._replace(clock=last._replace(half=phrase.kind))
    elif phrase.kind:
        tokens.append(phrase)
    return True


def _add_mark(tokens: list[Token], text: str, position: int) -> bool:
    """Add the token of a punctuation mark and return whether it is allowed at this position."""
    mark, is_after_time = text[position], bool(tokens) and tokens[-1].kind == TIME
    if mark in TOKEN_BY_MARK:
        tokens.append(Token(TOKEN_BY_MARK[mark]))
    elif mark == "." and is_after_time:
        if END_OF_SENTENCE.match(text, position) and tokens[-2:][0].kind == TO:
            tokens.append(Token(RULE_END))  # not in “8. do 16. ure”
    elif mark == ":":
        return bool(tokens) and not is_after_time  # Mo-Fr: 9-17
    return mark in TOKEN_BY_MARK or mark in " \t.:"


@cache
def _phrase_pattern(language: str) -> re.Pattern[str]:
    """Return a pattern of a language's phrases, the longest first. A dot may follow a phrase."""
    phrases = sorted(_token_by_phrase(language), key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, phrases))})(?![^\W_])\.?(?!\d)")


@cache
def _token_by_phrase(language: str) -> Mapping[str, Token]:
    """Return the token of each normalised phrase. Errors: DataError, if a phrase has two."""
    meanings: dict[str, Token] = {}
    for name, phrase in _known_phrase_tokens(languages()[language]):
        if meanings.setdefault(normalise(name), phrase) != phrase:
            texts = {"problem": f"{name} means two things."}
            texts["remedy"] = "keep the one that every reader means, or none of them."
            raise tables.bad_row_error("interchange", "hours_words", language, **texts)
    return meanings


def _known_phrase_tokens(words: Words) -> Iterator[tuple[str, Token]]:
    for day in DAYS:
        for name in getattr(words, day.lower()):
            yield name, Token(LETTER if len(normalise(name)) == 1 else DAY, day)
        yield from ((name, Token(UNTIL, day)) for name in getattr(words, f"until_{day.lower()}"))
    several = {"Mo-Su": words.every_day, "Mo-Fr": words.weekdays, "Sa-Su": words.weekend}
    for days, names in several.items():
        yield from ((name, Token(EVERY, days)) for name in names)
    yield from ((name, Token(TIME, clock=Clock(12, 0, "pm"))) for name in words.noon)
    kinds = {TO: words.to, JOIN: words.joins, CLOSED: words.closed, "": words.fillers}
    for kind, names in {**kinds, "am": words.am, "pm": words.pm}.items():
        yield from ((name, Token(kind)) for name in names)


@cache
def _always_phrases() -> frozenset[str]:
    records = tables.load("interchange", "hours_words", Words).values()
    return frozenset(normalise(text) for words in records for text in words.always)
