"""Fold spelling variants of a name into one: case, accents, letters, digits, punctuation."""

import unicodedata

# Letters that Unicode does not decompose, and letters that people type for one another.
LETTER_FORMS = {
    # Latin
    **dict(zip("łøđðħŧıŋĸ", "loddhtink", strict=True)),
    **dict(zip("æœþ", ("ae", "oe", "th"), strict=True)),
    # Arabic script: Persian, Kurdish, Urdu and Pashto forms; marks that writers often leave out
    **dict.fromkeys("یىۍېێےۑ", "ي"),
    **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys("ةەہھۃ", "ه"),
    **dict.fromkeys("ۆۇۈۊۋ", "و"),
    **dict.fromkeys("ٱٲٳ", "ا"),
    **dict(zip("ڕڵڤ", "رلف", strict=True)),
    **dict.fromkeys("ءٴـ", ""),  # hamza alone, high hamza, tatweel
    **dict.fromkeys("ʹʺʻʼʽʾʿˈˊˋ", " "),  # apostrophes that Unicode calls letters
    # The dot of Catalan l·l, joiners and variation selectors are removed.
    **dict.fromkeys("·\u034f", ""),
    **dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), ""),
}

# Ethiopic letters that sound alike in Amharic and Tigrinya, in each of the seven vowel orders.
ETHIOPIC_ORDERS = 7  # forms of each consonant, one for each vowel
ETHIOPIC_SAME_SOUND = {"ሐ": "ሀ", "ኀ": "ሀ", "ሠ": "ሰ", "ዐ": "አ", "ፀ": "ጸ"}
ETHIOPIC_FOURTH_ORDER = {"ሃ": "ሀ", "ሓ": "ሀ", "ኃ": "ሀ", "ኣ": "አ", "ዓ": "አ"}  # sound like the first

MAX_CACHED_CHARACTERS = 4096  # bounded, because the public types the text
VIRAMA = 9  # combining class of the Indic sign that joins consonants; it is kept


def fold(text: str) -> str:
    """Return a name in lower case and ASCII digits, without accents; its script is kept."""
    plain = unicodedata.normalize("NFKD", text)
    plain = unicodedata.normalize("NFKD", plain.casefold())
    return " ".join(plain.translate(_TABLE).split())


class _FoldTable(dict[int, str]):
    """A translation table that computes the folded form of a character when it first occurs."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < MAX_CACHED_CHARACTERS:
            self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    """Return "" for a mark, " " for a separator or symbol, a digit in ASCII, else `char`."""
    category = unicodedata.category(char)
    if unicodedata.combining(char) not in (0, VIRAMA) or category in {"Cf", "Me"}:
        return ""  # accents, harakat, joiners, direction marks
    if category == "Nd":
        return str(unicodedata.digit(char))
    return " " if category[0] in "PSZC" else char


def _ethiopic_forms() -> dict[str, str]:
    """Return, for each Ethiopic letter to replace, the letter of the same sound."""
    forms = {
        chr(ord(letter) + order): chr(ord(like) + order)
        for letter, like in ETHIOPIC_SAME_SOUND.items()
        for order in range(ETHIOPIC_ORDERS)
    }
    return forms | ETHIOPIC_FOURTH_ORDER


_TABLE = _FoldTable({ord(char): like for char, like in (LETTER_FORMS | _ethiopic_forms()).items()})
