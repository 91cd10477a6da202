"""Recognises texts that contain an address or a link to a map. It prefers false alarms to misses.
Pure: words and text come in, a truth goes out. What it looks for stands in address_words.toml."""

import re
from collections.abc import Callable, Collection
from functools import cache
from itertools import takewhile
from typing import NamedTuple
from urllib.parse import unquote

from protect.kernel import tables
from protect.reference.lookup.fold import fold

BETWEEN = 5  # words of a street's name between its kind and its number
SHORTEST_STEM = 3  # letters before an ending: "weg" alone is no street
TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|[_\n]")
SENTENCE_END = frozenset(".!?:;\n")
GLUED = frozenset("'’-/.,(„“”«»\"")  # within a street's name or between it and its number
ABBREVIATED = re.compile(r"(?i)\b(c|avd|av|pl|ul|ctra)[./]\s*(?=\w)")
YEARS = range(1900, 2100)
WITHHELD = "…"

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
# "4000 Liège": digits before a name that begins with a capital. Years of our time tell nothing,
# unless a comma, a line or the beginning of the text stands before them.
DIGITS_AND_TOWN = re.compile(r"(?P<before>^|[,\n(]\s*|\S\s+|\s)(?P<code>\d{4,5}),?\s+(?P<town>\w+)")

# What leads away from the page, or to a person. A missing blank after a full stop is no link.
LINK = re.compile(
    r"(?i)\w+://|\bwww\.|[\w.+-]+@[\w-]+\.\w|\b[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,18})/\S"
    r"|\b[\w-]+\.(?:com|org|net|eu|info|io|me|app|link|ly|gl|be|bg|es|gr|hr|hu|ie|it|mt|nl|pl|si)\b"
)
NUMBER = re.compile(r"\+?\d(?:[\s()./-]{0,2}\d){6,}")  # seven digits or more

WORD = re.compile(r"\S+")
HOST = re.compile(r"^\w+://[^/?#]*|@\S*$")  # the host of a web or e-mail address
SIGNS_IN_LINKS = re.compile(r"[/._+?&=#-]+")
# A stop before a digit ends no sentence: it is that of “Str. 77” or of “35.1”.
SENTENCE = re.compile(r".+?(?:[.!?;]+(?=\s+[^\W\d])|\n|\Z)\s*", re.DOTALL)
PART_OF_A_NAME = re.compile(r"\s*[,(|–—]\s*|\s-\s")
NUMBER_FIRST = re.compile(r"^\d{3,6}\s+(?=\D)")  # "15900 helpline"


class Words(tables.Record):
    words: list[str]


class Token(NamedTuple):
    raw: str
    folded: str
    starts: bool  # first word of a sentence
    is_glued: bool  # no blank before it: the letters of "1st", the letter of "52A"

    @property
    def is_word(self) -> bool:
        return self.raw[0].isalpha()

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name is: with a capital, and more than that."""
        return self.is_word and self.raw[0].isupper() and self.folded not in words("stops")


type Sign = Callable[[list[Token], int], bool]


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind, folded. Errors: DataError."""
    return frozenset(
        fold(each) for each in tables.load("directory", "address_words", Words)[kind].words
    )


def resembles(text: str, signs: tuple[Sign, ...] = ()) -> bool:
    """Return whether a text contains an address. `signs`: those looked for, all if none."""
    signs = signs or SIGNS
    if _is_map(text) or any(each.search(text) for each in FORMS) or _has_postcode(text):
        return True
    tokens = _tokens(ABBREVIATED.sub(lambda found: f"{_whole(found[1])} ", text))
    places = [place for place, token in enumerate(tokens) if token.is_word]
    return any(sign(tokens, place) for place in places for sign in signs)


def without_maps(text: str, instead: str = "") -> str:
    """Return a text with every link to a known map replaced."""
    if not _is_map(text):
        return text
    return WORD.sub(lambda found: instead if _is_map(found[0]) else found[0], text)


def resembles_link(text: str) -> bool:
    """Return whether a web or e-mail address reveals a place.
    Of the host only map services count; the rest of the address is checked as text."""
    if _is_map(text) or COORDINATES.search(text) or PLUS_CODE.search(text):
        return True
    readable = HOST.sub("", unquote(text))
    return resembles(SIGNS_IN_LINKS.sub(" ", readable))


def resembles_in_name(text: str) -> bool:
    """Return whether a name contains an address.
    A hospital may be what runs a service, and a name may begin with its short number."""
    name = NUMBER_FIRST.sub("", text.strip())
    return resembles(name, tuple(sign for sign in SIGNS if sign is not _landmark))


def has_street(text: str) -> bool:
    """Return whether the words of an id, joined by signs, hold a street, its name and a number."""
    tokens = _tokens(SIGNS_IN_LINKS.sub(" ", text))
    kinds = (words("before") | words("after")) - words("capital")
    plain = [each.folded for each in tokens if each.is_word]
    has_kind = any(
        (each in kinds and (len(each) > SHORTEST_STEM or each in {"rue", "via", "ul"}))
        or any(each.endswith(end) and len(each) > len(end) + 2 for end in words("endings"))
        for each in plain
    )
    return has_kind and len(plain) > 1 and any(each.folded.isdigit() for each in tokens)


def has_link(text: str) -> bool:
    """Return whether a text holds a web or e-mail address."""
    return LINK.search(text) is not None


def has_number(text: str) -> bool:
    """Return whether a text holds what may be a telephone number, in the digits of any script."""
    return NUMBER.search(text) is not None


def _whole(short: str) -> str:
    full = {"c": "calle", "avd": "avda"}.get(short.lower(), short)
    return full.capitalize() if short[0].isupper() else full


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    starts = True
    end = -1
    for match in TOKEN.finditer(text):
        raw = match[0]
        tokens.append(Token(raw, fold(raw) or raw, starts, match.start() == end))
        end = match.end()
        starts = raw in SENTENCE_END or (starts and not raw[0].isalnum())
    return tokens


def _is_map(text: str) -> bool:
    return _sites().search(text) is not None


@cache
def _sites() -> re.Pattern[str]:
    """Return the pattern for links to maps. In the table a dot matches any character."""
    names = tables.load("directory", "address_words", Words)["sites"].words
    return re.compile("|".join(rf"(?<![\w-]){name}" for name in names), re.IGNORECASE)


def _has_postcode(text: str) -> bool:
    if POSTCODES.search(text):
        return True
    for match in DIGITS_AND_TOWN.finditer(text):
        is_year = len(match["code"]) == 4 and int(match["code"]) in YEARS
        is_alone = match["before"].strip() in {"", ",", "("} and match["before"] != " "
        town = match["town"]
        is_town = town[0].isupper() and len(town) > 2 and fold(town) not in words("units")
        is_code = len(match["code"]) == 5 or match["code"][0] != "0"
        if is_town and is_code and (is_alone or not is_year):
            return True
    tokens = _tokens(text)
    codes = [at for at, each in enumerate(tokens) if each.folded in words("codes")]
    near = (each.folded for at in codes for each in tokens[at + 1 : at + 4])
    return any(text.isdigit() and len(text) in {4, 5} for text in near)


def _number_at(tokens: list[Token], at: int) -> bool:
    """Return whether there is a house number at a position: no year, time, price or count."""
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
    return not (after and (_is_ordinal(tokens, at) or after.folded in words("units")))


def _is_ordinal(tokens: list[Token], at: int) -> bool:
    """Whether letters hang on a number: "1er", "1st", "12h30"; one letter may be a house's."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_more = after is not None and after.is_word and after.is_glued and len(after.raw) > 1
    return tokens[at].raw.isdigit() and is_more


def _names(tokens: list[Token], at: int, step: int) -> list[int]:
    """Return the places of the words of a name, going on from `at` in one direction."""
    positions: list[int] = []
    at += step
    while 0 <= at < len(tokens) and len(positions) <= BETWEEN:
        token = tokens[at]
        is_suffix = token.is_glued and tokens[at - 1].raw.isdigit()
        is_part = token.is_word and (is_suffix or token.folded not in words("stops"))
        if not (is_part or token.raw in GLUED or _is_ordinal(tokens, at)):
            break
        if token.is_word:
            positions.append(at)
        at += step
    return positions


def _follows_number(tokens: list[Token], at: int, step: int) -> bool:
    """Return whether a house number stands at the end of a name that goes on from `at`."""
    for reached in [at, *_names(tokens, at, step)]:
        near = reached + step
        while 0 <= near < len(tokens) and tokens[near].raw in GLUED:
            near += step
        if step < 0 and 0 < near < len(tokens) and len(tokens[near].raw) == 1:
            near -= tokens[near].is_word  # the letter of "52A"
        if _number_at(tokens, near):
            return True
    return False


def _is_street(tokens: list[Token], at: int, kind: str) -> bool:
    token = tokens[at]
    if token.folded not in words(kind) or (token.is_glued and tokens[at - 1].raw.isdigit()):
        return False
    return token.folded not in words("capital") or token.raw[0].isupper()


def _street_before(tokens: list[Token], at: int) -> bool:
    """ "rue Haute 320", "12, rue Haute", "rue Haute"."""
    if not _is_street(tokens, at, "before"):
        return False
    if _follows_number(tokens, at, 1) or _follows_number(tokens, at, -1):
        return True
    is_named = any(tokens[name].is_name for name in _names(tokens, at, 1)[:4])
    return is_named and tokens[at].folded not in words("numbered")


def _street_after(tokens: list[Token], at: int) -> bool:
    """ "57 Stournari Street", "Wesselényi utca 18", "Tuam Road"."""
    if not _is_street(tokens, at, "after"):
        return False
    if _follows_number(tokens, at, -1) or _follows_number(tokens, at, 1):
        return True
    if tokens[at].folded in words("numbered") or not at:
        return False
    name = tokens[at - 1]
    return name.is_name and (tokens[at].raw[0].isupper() or not name.starts or at == 1)


def _compound(tokens: list[Token], at: int) -> bool:
    """ "Van Maerlantstraat 56"."""
    folded = tokens[at].folded
    return any(
        folded.endswith(end) and len(folded) >= len(end) + SHORTEST_STEM for end in words("endings")
    ) and _number_at(tokens, at + 1)


def _surname(tokens: list[Token], at: int) -> bool:
    """ "Maksimirska 51", "S. S. Kranjčevića 6", "Hoogoord 187a"."""
    if not tokens[at].is_name or not _number_at(tokens, at + 1):
        return False
    folded, letter = tokens[at].folded, tokens[at + 2 : at + 3]
    if any(folded.endswith(end) and len(folded) >= 6 for end in words("surnames")):
        return True
    return bool(letter) and re.fullmatch("[a-gA-G]", letter[0].raw) is not None


def _landmark(tokens: list[Token], at: int) -> bool:
    """ "Midland Regional Hospital", "Ospedale Maggiore", "rear car park"."""
    if tokens[at].folded not in words("landmarks"):
        return False
    after = [tokens[name].is_name for name in _names(tokens, at, 1)[:1]]
    before = takewhile(lambda name: tokens[name].is_name, _names(tokens, at, -1)[:2])
    return any(after) or any(not tokens[name].starts or name == 0 for name in before)


FORMS = (COORDINATES, PLUS_CODE, THREE_WORDS, SLASHED_WORDS)
SIGNS: tuple[Sign, ...] = (_street_before, _street_after, _compound, _surname, _landmark)


def without_spots(text: str, spots: Collection[str]) -> str:
    """Return a text with every mention of the given addresses replaced by an ellipsis.
    Case and the width of blanks do not matter. Nothing shorter than four characters is looked for:
    a house number alone stands in every text."""
    for spot in sorted(spots, key=len, reverse=True):
        words = [re.escape(word) for word in spot.split()]
        if len(spot.strip()) >= 4:
            text = re.sub(r"\s+".join(words), WITHHELD, text, flags=re.IGNORECASE)
    return text


def name_without_place(text: str) -> str:
    """Return a name without the parts that read like an address; whole where it has no parts.
    A name that begins with its number (“15900 helpline”) reads like a postcode."""
    parts = PART_OF_A_NAME.split(text)
    kept = [part.strip() for part in parts if part and not resembles(part)]
    return ", ".join(kept) or text if len(parts) > 1 else text
