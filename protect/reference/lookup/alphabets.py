"""Sort names as the readers of a language expect: ö after z in Swedish, і after и in Ukrainian."""

import re
from functools import cache
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
    plain = normalize("NFC", name.casefold())
    return fold(pattern.sub(lambda found: forms[found[0]], plain)), name


@cache
def _letter_forms(tag: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the letters that have a place of their own, and what sorts so."""
    forms: dict[str, str] = {}
    for group in f"{ORDER_EVERYWHERE}|{vocabulary.languages()[tag].alphabet}".split("|"):
        first, *others = group.split() or [""]
        forms |= {letter: first + AFTER * place for place, letter in enumerate(others, 1)}
    letters = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile("|".join(letters)), forms
