"""Sort names as the readers of a language expect: č after c in Croatian, і after и in Ukrainian."""

import re
from collections.abc import Collection, Iterable
from functools import cache
from itertools import groupby
from unicodedata import normalize

from protect.reference import vocabulary
from protect.reference.lookup.fold import fold

# Letters in every language, each group in order: the first has the place that Unicode gives it, the
# others follow it. Source: CLDR 48, root collation. Letters that `fold` makes one are not here.
ORDER_EVERYWHERE = (
    "г ґ|е є|и і ї й|"  # Cyrillic
    "ب پ|ت ٹ ټ|ج چ ځ څ|د ڈ ډ|ر ڑ ړ|ز ژ ږ|س ښ|ك ګ گ|ن ں ڼ"  # Arabic script
)
AFTER = (
    "\U0003134a"  # the last character that `fold` keeps: sorts behind the letters of all scripts
)


def sort_key(name: str, tag: str) -> tuple[str, str]:
    """Return the key that sorts a name among others for readers of a language. Letters of other
    scripts and alphabets come in the order of Unicode, or beside the letter without its accent."""
    pattern, forms = _letter_forms(tag)
    plain = _without_accents(name, forms)
    return fold(pattern.sub(lambda match: forms[match[0]], plain)), name


def group_by_letter[T](
    named: Iterable[tuple[str, T]], tag: str
) -> list[tuple[str, list[tuple[str, T]]]]:
    """Return pairs that start with a name, sorted by `sort_key`, in groups, each with its
    first letter: Č has its own group in Croatian, and in English stands with C."""
    groups = []
    for key, pairs in groupby(named, key=lambda pair: _first_letter(pair[0], tag)[0]):
        group = list(pairs)
        letters = [_first_letter(name, tag)[1] for name, _value in group]
        groups.append((key if key in letters else letters[0], group))
    return groups


def _first_letter(name: str, tag: str) -> tuple[str, str]:
    """Return the first letter of a name as it sorts, and as it is written; "" if it has none."""
    pattern, forms = _letter_forms(tag)
    letters = re.sub(r"^[\W\d_]+", "", _without_accents(name, forms))
    if letter := pattern.match(letters):
        return letter[0].capitalize(), letter[0].capitalize()
    return fold(letters)[:1].upper(), letters[:1].upper()


def _without_accents(name: str, kept: Collection[str]) -> str:
    """Return a name in lower case, each accented letter as its base; letters of `kept` stay."""
    letters = normalize("NFC", name.casefold())
    if letters.isascii():  # most names
        return letters
    return "".join(char if char in kept else normalize("NFD", char)[:1] for char in letters)


@cache
def _letter_forms(tag: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the letters of all groups, and what sorts like each of them."""
    forms: dict[str, str] = {}
    for group in f"{ORDER_EVERYWHERE}|{vocabulary.languages()[tag].alphabet}".split("|"):
        letters = group.split()
        forms |= {letter: letters[0] + AFTER * place for place, letter in enumerate(letters)}
    longest_first = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile("|".join(longest_first)), forms
