"""How people write days, times and what joins them, by language: hours_words.toml."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from protect.kernel import tables
from protect.reference.lookup.fold import fold

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ANY = "any"  # the section of what is written alike in every language
FULL_NAME = 5  # letters; a shorter name of a day may be another day in another language

# One letter for each kind of token, so that a text has a shape that a regular expression reads.
DAY, LETTER, UNTIL, EVERY, TIME, TO, JOIN, CUT, CLOSED = "DLUETtjcx"
MARKS = {"-": TO, ",": JOIN, "/": JOIN, "&": JOIN, "+": JOIN, ";": CUT, "|": CUT, "\n": CUT}
DASHES = re.compile(r"\s*(?:->|[\u2010-\u2015\u2212\u2192-])\s*")
END_OF_SENTENCE = re.compile(r"\.\s+[^\W\d_]")
INITIALS = re.compile(r"(?<![^\W\d_])[^\W\d_](?:\.[^\W\d_])+\.?(?![^\W_])")  # p.m., t.e.m.
CLOCK = re.compile(
    r"(?P<hour>[01]\d|2[0-4])(?P<minute>00|15|30|45)(?:h(?![^\W\d_]))?(?!\d)"
    r"|(?P<h>\d{1,2})(?:[:.hu](?P<m>\d{2})(?::00)?)?(?:h(?![^\W\d_]))?(?!\d)"
)


class Words(tables.Record):
    """The words of one language. A text that has another word is not read in it."""

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
    articles: tuple[str, ...] = ()  # written before a name with a hyphen
    twelve_hours: bool = False  # whether 5 may be five in the afternoon


class Clock(NamedTuple):
    hour: int
    minute: int
    half: str = ""  # "am", "pm"; "" where it is not written
    has_zero: bool = False  # 09, which is a morning


class Token(NamedTuple):
    kind: str  # of a phrase also "" for what is left out, "am" and "pm"
    days: str = ""  # of days, in OpenStreetMap's syntax
    clock: Clock | None = None


class Text(NamedTuple):
    """The tokens of a text in which every word is known in one language."""

    tokens: tuple[Token, ...]
    is_full: bool  # whether it names every day by its full name

    @property
    def has_letters(self) -> bool:
        return LETTER in self.shape

    @property
    def shape(self) -> str:
        return "".join(token.kind for token in self.tokens)


@cache
def languages() -> Mapping[str, Words]:
    by_code = tables.load("interchange", "hours_words", Words)
    return {code: words for code, words in by_code.items() if code != ANY}


def is_always(text: str) -> bool:
    return plain(text).rstrip(" .") in _always()


def tokenize(text: str, language: str) -> Text | None:
    """Return the tokens of a text in a language; None if a word is unknown."""
    plain_text, phrases = plain(text), _phrases(language)
    if articles := "|".join(languages()[language].articles):
        plain_text = re.sub(rf"(?<![^\W_])({articles})-(?=[^\W\d_])", r"\1 ", plain_text)
    tokens: list[Token] = []
    is_full, at = True, 0
    while at < len(plain_text):
        if phrase := _pattern(language).match(plain_text, at):
            meaning, at = phrases[phrase[1]], phrase.end()
            is_full &= meaning.kind not in {DAY, LETTER} or len(phrase[1]) >= FULL_NAME
            is_known = _take(tokens, meaning)
        elif clock := CLOCK.match(plain_text, at):
            hour, minute = clock["hour"] or clock["h"], clock["minute"] or clock["m"] or "0"
            time = Clock(int(hour), int(minute), has_zero=hour.startswith("0"))
            tokens.append(Token(TIME, clock=time))
            is_known, at = True, clock.end()
        else:
            is_known, at = _take_mark(tokens, plain_text, at), at + 1
        if not is_known:
            return None
    return Text(tuple(tokens), is_full)


def plain(text: str) -> str:
    """Return a text in lower case without accents, with one kind of dash, its marks kept."""
    folded = re.sub(r"[^\W_]+", lambda word: fold(word[0]), text.strip().replace("\u2019", "'"))
    return INITIALS.sub(lambda found: found[0].replace(".", ""), DASHES.sub("-", folded))


def _take(tokens: list[Token], phrase: Token) -> bool:
    """Add a phrase to the tokens; return whether it is allowed there."""
    if phrase.kind in {"am", "pm"}:
        last = tokens[-1].clock if tokens else None
        if last is None or last.half or not 0 < last.hour <= 12:
            return False
        tokens[-1] = tokens[-1]._replace(clock=last._replace(half=phrase.kind))
    elif phrase.kind:
        tokens.append(phrase)
    return True


def _take_mark(tokens: list[Token], text: str, at: int) -> bool:
    """Add the token of a punctuation mark; return whether it is allowed there."""
    mark, is_after_time = text[at], bool(tokens) and tokens[-1].kind == TIME
    if mark in MARKS:
        tokens.append(Token(MARKS[mark]))
    elif mark == "." and is_after_time:
        if END_OF_SENTENCE.match(text, at) and tokens[-2:][0].kind == TO:
            tokens.append(Token(CUT))  # “8. do 16. ure” has none
    elif mark == ":":
        return bool(tokens) and not is_after_time  # Mo-Fr: 9-17
    return mark in MARKS or mark in " \t.:"


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Return what finds the longest phrase of a language, its dot included."""
    phrases = sorted(_phrases(language), key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, phrases))})(?![^\W_])\.?(?!\d)")


@cache
def _phrases(language: str) -> Mapping[str, Token]:
    """Return the phrases of a language, plain. Errors: DataError for one of two meanings."""
    meanings: dict[str, Token] = {}
    for name, phrase in _listed(languages()[language]):
        if meanings.setdefault(plain(name), phrase) != phrase:
            raise tables.bad_row(
                "interchange",
                "hours_words",
                language,
                problem=f"{name} means two things.",
                remedy="keep the one that every reader means, or none of them.",
            )
    return meanings


def _listed(words: Words) -> Iterator[tuple[str, Token]]:
    for day in DAYS:
        for name in getattr(words, day.lower()):
            yield name, Token(LETTER if len(plain(name)) == 1 else DAY, day)
        yield from ((name, Token(UNTIL, day)) for name in getattr(words, f"until_{day.lower()}"))
    several = {"Mo-Su": words.every_day, "Mo-Fr": words.weekdays, "Sa-Su": words.weekend}
    for days, names in several.items():
        yield from ((name, Token(EVERY, days)) for name in names)
    yield from ((name, Token(TIME, clock=Clock(12, 0, "pm"))) for name in words.noon)
    kinds = {TO: words.to, JOIN: words.joins, CLOSED: words.closed, "": words.fillers}
    for kind, names in {**kinds, "am": words.am, "pm": words.pm}.items():
        yield from ((name, Token(kind)) for name in names)


@cache
def _always() -> frozenset[str]:
    records = tables.load("interchange", "hours_words", Words).values()
    return frozenset(plain(text) for words in records for text in words.always)
