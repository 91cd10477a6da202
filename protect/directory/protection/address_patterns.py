"""Recognises texts with an address or a map link; it prefers false alarms to misses.
The functions use no database. The words that they look for are in address_words.toml."""

import re
from collections.abc import Callable, Collection
from functools import cache
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import unquote

from protect.kernel import tables
from protect.reference.lookup.fold import fold

MAXIMUM_WORDS_BETWEEN = 5  # words between the kind of a street and the house number
SHORTEST_STEM = 3  # letters before an ending, because "weg" alone is no street
TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|[_\n]")
SENTENCE_END = frozenset(".!?:;\n")
NAME_PUNCTUATION = frozenset("'’-/.,(„“”«»\"")  # within a street's name or before its number
ABBREVIATION = re.compile(r"(?i)\b(c|avd|av|pl|ul|ctra)[./]\s*(?=\w)")  # a street kind: expanded
YEARS = range(1900, 2100)  # numbers that are years, not house numbers
REPLACEMENT = "…"  # in place of an address

COORDINATES = re.compile(
    r"[-+]?\d{1,2}[.,]\d{3,}°?\s*[NSns]?[\s,;/]+[-+]?\d{1,3}[.,]\d{3,}"
    r"|\d{1,3}\s*°\s*\d{1,2}"
    r"|\b[NS]\s?\d{1,2}[.,]\d{3,}"
)
PLUS_CODE = re.compile(r"(?i)\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b")
# Three words of four letters or more, as what3words writes them, in any script.
THREE_WORDS = re.compile(r"(?<![\w.@])/{0,3}[^\W\d_]{4,}\.[^\W\d_]{4,}\.[^\W\d_]{4,}(?!\w|\.\w)")
SLASHED_WORDS = re.compile(r"///\s?[^\W\d_]+\.[^\W\d_]+\.[^\W\d_]+")
POSTCODES = re.compile(
    r"\b[1-9]\d{3} ?[A-Z]{2}\b(?! ?\d)"  # NL
    r"|\b(?:[AC-FHKNPRTV-Y]\d[0-9W]|D6W) ?[0-9AC-FHKNPRTV-Y]{4}\b"  # IE
    r"|\b[A-ZĦĠŻ]{3} ?\d{4}\b"  # MT
    r"|\b\d{2}-\d{3}\b(?![-\d])"  # PL
    r"|\b(?:B|BE|BG|H|HU|HR|SI|SLO|ES|E|IT|I|GR|PL|NL)-\d{4,5}\b"
    r"|(?<!\d )(?<![\d+./])\b\d{3} \d{2},? [^\W\d_]{3,}"  # GR
)
# A year from 1900 on counts only after a comma, a bracket, or at the beginning of a line or text.
# "4000 Liège": digits before a capitalised name, perhaps a postcode and its town.
DIGITS_AND_TOWN = re.compile(r"(?P<before>^|[,\n(]\s*|\S\s+|\s)(?P<code>\d{4,5}),?\s+(?P<town>\w+)")

# Web and e-mail addresses. A missing blank after a full stop does not make a link.
LINK = re.compile(
    r"(?i)\w+://|\bwww\.|[\w.+-]+@[\w-]+\.\w|\b[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,18})/\S"
    r"|\b[\w-]+\.(?:com|org|net|eu|info|io|me|app|link|ly|gl|be|bg|es|gr|hr|hu|ie|it|mt|nl|pl|si)\b"
)
PHONE_NUMBER = re.compile(r"\+?\d(?:[\s()./-]{0,2}\d){6,}")  # perhaps one: 7 digits or more

WORD = re.compile(r"\S+")
HOST = re.compile(r"^\w+://[^/?#]*|@\S*$")  # the host of a web or e-mail address
LINK_PUNCTUATION = re.compile(r"[/._+?&=#-]+")
# A full stop before a digit does not end a sentence: “Str. 77”, “35.1”.
SENTENCE = re.compile(r".+?(?:[.!?;]+(?=\s+[^\W\d])|\n|\Z)\s*", re.DOTALL)
NAME_SEPARATOR = re.compile(r"\s*[,(|–—]\s*|\s-\s")  # in names of services and organisations
LEADING_NUMBER = re.compile(r"^\d{3,6}\s+(?=\D)")  # "15900 helpline"


class WordList(tables.Record):
    words: list[str]


class Token(NamedTuple):
    raw: str
    folded: str
    is_sentence_start: bool  # first word of a sentence
    is_glued: bool  # no blank before it: the letters of "1st", the letter of "52A"

    @property
    def is_word(self) -> bool:
        return self.raw[0].isalpha()

    @property
    def is_name(self) -> bool:
        """Whether the word is written like a name: capitalised and no stop word."""
        return self.is_word and self.raw[0].isupper() and self.folded not in word_list("stops")


type SignCheck = Callable[[list[Token], int], bool]


@cache
def word_list(kind: str) -> frozenset[str]:
    """Return the words of one list of address_words.toml, folded. Errors: DataError."""
    return frozenset(map(fold, tables.load("directory", "address_words", WordList)[kind].words))


def resembles_address(text: str, signs: tuple[SignCheck, ...] = ()) -> bool:
    """Return whether a text may hold an address or map link. `signs`: street checks; () = all."""
    signs = signs or ADDRESS_SIGNS
    if (
        _has_map_link(text)
        or any(pattern.search(text) for pattern in FORMATS)
        or _has_postcode(text)
    ):
        return True
    tokens = _tokenise(ABBREVIATION.sub(lambda found: f"{_expand_abbreviation(found[1])} ", text))
    places = [place for place, token in enumerate(tokens) if token.is_word]
    return any(sign(tokens, place) for place in places for sign in signs)


def replace_map_links(text: str, instead: str = "") -> str:
    """Return a text with every link to a known map replaced."""
    if not _has_map_link(text):
        return text
    return WORD.sub(lambda found: instead if _has_map_link(found[0]) else found[0], text)


def link_reveals_place(text: str) -> bool:
    """Return whether a web or e-mail address reveals a place.
    The host counts only if it is a map service; the rest is checked like a text."""
    if _has_map_link(text) or COORDINATES.search(text) or PLUS_CODE.search(text):
        return True
    return resembles_address(LINK_PUNCTUATION.sub(" ", HOST.sub("", unquote(text))))


def name_resembles_address(text: str) -> bool:
    """Return whether a name contains an address. Landmarks such as hospitals are allowed in names,
    and so is a short number at the beginning."""
    name = LEADING_NUMBER.sub("", text.strip())
    signs = tuple(sign for sign in ADDRESS_SIGNS if sign is not _is_landmark)
    return resembles_address(name, signs)


def has_street(text: str) -> bool:
    """Return whether an id from a source holds an address: a street kind, a name, a number."""
    tokens = _tokenise(LINK_PUNCTUATION.sub(" ", text))
    street_kinds = (word_list("before") | word_list("after")) - word_list("capital")
    words = [token.folded for token in tokens if token.is_word]
    has_kind = any(
        (word in street_kinds and (len(word) > SHORTEST_STEM or word in {"rue", "via", "ul"}))
        or any(word.endswith(end) and len(word) > len(end) + 2 for end in word_list("endings"))
        for word in words
    )
    return has_kind and len(words) > 1 and any(token.folded.isdigit() for token in tokens)


def has_link(text: str) -> bool:
    """Return whether a text contains a web or e-mail address."""
    return LINK.search(text) is not None


def has_number(text: str) -> bool:
    """Return whether a text may contain a phone number, in the digits of any script."""
    return PHONE_NUMBER.search(text) is not None


def has_person_name(text: str) -> bool:
    """Return whether a text plainly names a person: a title such as “Ms” or “gospođa” with a
    capitalised word after it; in a script without capitals, with any word. Names without a title
    are not recognised."""
    tokens = _tokenise(text)
    for place, token in enumerate(tokens):
        if token.folded in word_list("titles") and not token.is_glued:
            after = next((each for each in tokens[place + 1 : place + 3] if each.raw != "."), None)
            if after and after.is_word and not after.raw[0].islower():
                return True
    return False


def _expand_abbreviation(short: str) -> str:
    """Return "calle" for "c" and "avda" for "avd", with its capital letter; else unchanged."""
    full = {"c": "calle", "avd": "avda"}.get(short.lower(), short)
    return full.capitalize() if short[0].isupper() else full


def _tokenise(text: str) -> list[Token]:
    tokens: list[Token] = []
    starts = True
    end = -1
    for match in TOKEN.finditer(text):
        raw = match[0]
        tokens.append(Token(raw, fold(raw) or raw, starts, match.start() == end))
        end = match.end()
        starts = raw in SENTENCE_END or (starts and not raw[0].isalnum())
    return tokens


def _has_map_link(text: str) -> bool:
    return _map_sites_pattern().search(text) is not None


@cache
def _map_sites_pattern() -> re.Pattern[str]:
    """Return the pattern of map links. A dot in the table matches any character."""
    names = tables.load("directory", "address_words", WordList)["sites"].words
    return re.compile("|".join(rf"(?<![\w-]){name}" for name in names), re.IGNORECASE)


def _has_postcode(text: str) -> bool:
    """Return whether a text seems to have a postcode; any capitalised word may be the town."""
    if POSTCODES.search(text):
        return True
    for match in DIGITS_AND_TOWN.finditer(text):
        is_year = len(match["code"]) == 4 and int(match["code"]) in YEARS
        is_alone = match["before"].strip() in {"", ",", "("} and match["before"] != " "
        town = match["town"]
        is_town = town[0].isupper() and len(town) > 2 and fold(town) not in word_list("units")
        is_code = len(match["code"]) == 5 or match["code"][0] != "0"
        if is_town and is_code and (is_alone or not is_year):
            return True
    tokens = _tokenise(text)
    codes = [
        position for position, token in enumerate(tokens) if token.folded in word_list("codes")
    ]
    near = (token.folded for position in codes for token in tokens[position + 1 : position + 4])
    return any(text.isdigit() and len(text) in {4, 5} for text in near)


def _is_house_number(tokens: list[Token], at: int) -> bool:
    """Return whether the token at `at` is a house number, not a year, time, price or count."""
    if not 0 <= at < len(tokens):
        return False
    digits = tokens[at].folded
    if not (digits.isdigit() and len(digits) <= 4 and digits[0] != "0") or int(digits) in YEARS:
        return False
    before = tokens[at - 1].raw if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before.isdigit() or (after and after.folded.isdigit()):
        return False  # part of a telephone number
    if before in {"+", "€", "$", ":", "£"} or (after and after.raw in {":", "%", "€", "$", "£"}):
        return False
    return not (after and (_is_ordinal(tokens, at) or after.folded in word_list("units")))


def _is_ordinal(tokens: list[Token], at: int) -> bool:
    """Return whether letters follow a number without a blank: "1er", "1st", "12h30".
    One letter alone may belong to a house number."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_more = after is not None and after.is_word and after.is_glued and len(after.raw) > 1
    return tokens[at].raw.isdigit() and is_more


def _name_positions(tokens: list[Token], at: int, step: int) -> list[int]:
    """Return positions of words next to `at`, in any case, that may be a name; `step`: ±1."""
    positions: list[int] = []
    at += step
    while 0 <= at < len(tokens) and len(positions) <= MAXIMUM_WORDS_BETWEEN:
        token = tokens[at]
        is_suffix = token.is_glued and tokens[at - 1].raw.isdigit()
        is_part = token.is_word and (is_suffix or token.folded not in word_list("stops"))
        if not (is_part or token.raw in NAME_PUNCTUATION or _is_ordinal(tokens, at)):
            break
        if token.is_word:
            positions.append(at)
        at += step
    return positions


def _has_house_number_beyond(tokens: list[Token], at: int, step: int) -> bool:
    """Return whether a house number follows `at` or the name next to it, in direction `step`."""
    for reached in [at, *_name_positions(tokens, at, step)]:
        near = reached + step
        while 0 <= near < len(tokens) and tokens[near].raw in NAME_PUNCTUATION:
            near += step
        if step < 0 and 0 < near < len(tokens) and len(tokens[near].raw) == 1:
            near -= tokens[near].is_word  # the letter of "52A"
        if _is_house_number(tokens, near):
            return True
    return False


def _is_street_word(tokens: list[Token], at: int, kind: str) -> bool:
    """Return whether a word is in the list `kind`; if in the list `capital`, only capitalised."""
    token = tokens[at]
    if token.folded not in word_list(kind) or (token.is_glued and tokens[at - 1].raw.isdigit()):
        return False
    return token.folded not in word_list("capital") or token.raw[0].isupper()


def _is_street_with_kind_first(tokens: list[Token], at: int) -> bool:
    """Return whether a street begins with its kind: "rue Haute 320", "12, rue Haute"."""
    if not _is_street_word(tokens, at, "before"):
        return False
    if _has_house_number_beyond(tokens, at, 1) or _has_house_number_beyond(tokens, at, -1):
        return True
    is_named = any(tokens[name].is_name for name in _name_positions(tokens, at, 1)[:4])
    return is_named and tokens[at].folded not in word_list("numbered")


def _is_street_with_kind_last(tokens: list[Token], at: int) -> bool:
    """Return whether a street ends with its kind: "57 Stournari Street", "Tuam Road"."""
    if not _is_street_word(tokens, at, "after"):
        return False
    if _has_house_number_beyond(tokens, at, -1) or _has_house_number_beyond(tokens, at, 1):
        return True
    if tokens[at].folded in word_list("numbered") or not at:
        return False
    name = tokens[at - 1]
    is_line_start = at == 1 or tokens[at - 2].raw == "\n"
    is_marked = tokens[at].raw[0].isupper() or not name.is_sentence_start or is_line_start
    return name.is_name and is_marked


def _is_compound_street(tokens: list[Token], at: int) -> bool:
    """Return whether a street is one word with its kind: "Van Maerlantstraat 56"."""
    folded = tokens[at].folded
    endings = (end for end in word_list("endings") if folded.endswith(end))
    is_compound = any(len(folded) >= len(end) + SHORTEST_STEM for end in endings)
    return is_compound and _is_house_number(tokens, at + 1)


def _is_street_named_by_ending(tokens: list[Token], at: int) -> bool:
    """Return whether a typical ending or a house letter marks a street: "Maksimirska 51"."""
    if not tokens[at].is_name or not _is_house_number(tokens, at + 1):
        return False
    folded, letter = tokens[at].folded, tokens[at + 2 : at + 3]
    if any(folded.endswith(end) and len(folded) >= 6 for end in word_list("surnames")):
        return True
    return bool(letter) and re.fullmatch("[a-gA-G]", letter[0].raw) is not None


def _is_landmark(tokens: list[Token], at: int) -> bool:
    """Return whether a word is the kind in a landmark's name: Hospital in "Midland Hospital"."""
    if tokens[at].folded not in word_list("landmarks"):
        return False
    after = [tokens[name].is_name for name in _name_positions(tokens, at, 1)[:1]]
    before = takewhile(lambda name: tokens[name].is_name, _name_positions(tokens, at, -1)[:2])
    return any(after) or any(not tokens[name].is_sentence_start or name == 0 for name in before)


FORMATS = (COORDINATES, PLUS_CODE, THREE_WORDS, SLASHED_WORDS)
ADDRESS_SIGNS: tuple[SignCheck, ...] = (
    _is_street_with_kind_first,
    _is_street_with_kind_last,
    _is_compound_street,
    _is_street_named_by_ending,
    _is_landmark,
)


def replace_address_parts(text: str, parts: Collection[str]) -> str:
    """Return a text with every mention of the given address parts replaced by an ellipsis.
    Case and the number of blanks do not matter. Parts shorter than four characters are
    ignored: a house number alone occurs in every text."""
    for spot in sorted(parts, key=len, reverse=True):
        words = [re.escape(word) for word in spot.split()]
        if len(spot.strip()) >= 4:
            text = re.sub(r"\s+".join(words), REPLACEMENT, text, flags=re.IGNORECASE)
    return text


def name_without_address(text: str) -> str:
    """Return a name without its parts that look like an address. A name of one part or without
    any other is unchanged: the number of “15900 helpline” would look like a postcode."""
    parts = NAME_SEPARATOR.split(text)
    remaining_parts = [part.strip() for part in parts if part and not resembles_address(part)]
    return ", ".join(remaining_parts) or text if len(parts) > 1 else text
