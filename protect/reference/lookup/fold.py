"""One spelling for what people type alike: case, accents, letter variants, digits, punctuation."""

import unicodedata

# Letters that Unicode does not decompose, and letters of one sound that people type for another.
LETTERS = {
    # Latin
    **dict(zip("łøđðħŧıŋĸ", "loddhtink", strict=True)),
    **dict(zip("æœþ", ("ae", "oe", "th"), strict=True)),
    # Arabic script: Persian, Kurdish, Urdu and Pashto forms, and what a hurried writer leaves out
    **dict.fromkeys("یىۍېێےۑ", "ي"),
    **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys("ةەہھۃ", "ه"),
    **dict.fromkeys("ۆۇۈۊۋ", "و"),
    **dict.fromkeys("ٱٲٳ", "ا"),
    **dict(zip("ڕڵڤ", "رلف", strict=True)),
    **dict.fromkeys("ءٴـ", ""),  # hamza alone, high hamza, tatweel
    **dict.fromkeys("ʹʺʻʼʽʾʿˈˊˋ", " "),  # apostrophes that Unicode calls letters
    # Catalan l·l is one letter; variation selectors and joiners are no letters
    **dict.fromkeys("·\u034f", ""),
    **dict.fromkeys(map(chr, range(0xFE00, 0xFE10)), ""),
}

# Ethiopic: letters that sound alike in Amharic and Tigrinya, in each of their seven orders.
ETHIOPIC_ORDERS = 7
ETHIOPIC_ALIKE = {"ሐ": "ሀ", "ኀ": "ሀ", "ሠ": "ሰ", "ዐ": "አ", "ፀ": "ጸ"}
ETHIOPIC_FOURTH = {"ሃ": "ሀ", "ሓ": "ሀ", "ኃ": "ሀ", "ኣ": "አ", "ዓ": "አ"}  # first order, written fourth

REMEMBERED = 4096  # characters; strangers type here, so memory stays bounded
VIRAMA = 9  # combining class: the sign that joins consonants of Indic scripts is spelling


def fold(text: str) -> str:
    """Return lower-case letters and ASCII digits: alike for spellings of one name, and stable."""
    plain = unicodedata.normalize("NFKD", text)
    plain = unicodedata.normalize("NFKD", plain.casefold())
    return " ".join(plain.translate(_TABLE).split())


class _Table(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < REMEMBERED:
            self[code] = folded
        return folded


def _folded(char: str) -> str:
    category = unicodedata.category(char)
    if unicodedata.combining(char) not in (0, VIRAMA) or category in {"Cf", "Me"}:
        return ""  # accents, harakat, joiners, marks of direction
    if category == "Nd":
        return str(unicodedata.digit(char))
    return " " if category[0] in "PSZC" else char


def _ethiopic() -> dict[str, str]:
    orders = {
        chr(ord(letter) + order): chr(ord(like) + order)
        for letter, like in ETHIOPIC_ALIKE.items()
        for order in range(ETHIOPIC_ORDERS)
    }
    return orders | ETHIOPIC_FOURTH


_TABLE = _Table({ord(char): like for char, like in (LETTERS | _ethiopic()).items()})
