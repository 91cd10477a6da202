"""Plausible Latin spellings of a name typed in another script, and its consonants.

Few places carry a name in Arabic (8 %) or Ethiopic (1 %) script, so what a person types is also
spelt in Latin letters. Each entry of a table is a letter, or letters, and its spellings, likeliest
first; `-` is silence. Letters are those that `fold` leaves. Greek follows ELOT 743 and Cyrillic
the Bulgarian law of 2009, then come what others write.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import islice, product

from protect.reference.lookup.fold import fold

LONGEST = 80  # letters of a name that are read; strangers type here
SPELLINGS = 64  # kept of one name, likeliest first
HEARD = 24  # spellings whose consonants are taken
SKELETONS = 16  # kept of one spelling

type Table = dict[str, tuple[str, ...]]


def romanise(text: str) -> tuple[str, ...]:
    """Return folded Latin spellings of `text`, likeliest first; Latin text is only folded."""
    letters = unicodedata.normalize("NFC", fold(text))[:LONGEST]  # Indic vowel signs in one
    if letters.isascii():
        return (letters,)
    candidates = [(0, "")]
    at = 0
    while at < len(letters):
        length, spellings = _next(letters, at)
        candidates = nsmallest(
            SPELLINGS,
            (
                (cost + rank, start + spelling)
                for cost, start in candidates
                for rank, spelling in enumerate(spellings)
            ),
        )
        at += length
    return tuple(dict.fromkeys(" ".join(spelling.split()) for _, spelling in candidates))


def skeletons(text: str) -> frozenset[str]:
    """Return the consonants of `text` as an ear sorts them, for every way to read it.
    Voiced b and p, f and v, and all hissing sounds are one; h, y and vowels are silent. Two names
    that share a skeleton may be the same name, spelt by people who heard it."""
    return frozenset(
        skeleton for spelling in romanise(text)[:HEARD] for skeleton in _skeletons(spelling)
    )


def _next(letters: str, at: int) -> tuple[int, tuple[str, ...]]:
    for length in (3, 2, 1):
        if spellings := LETTERS.get(letters[at : at + length]):
            return length, spellings
    return 1, (letters[at],)


def _skeletons(spelling: str) -> Iterator[str]:
    readings = product(*(SOUNDS[sound] for sound in _SOUND.findall(spelling)))
    for reading in islice(readings, SKELETONS):
        yield _DOUBLE.sub(r"\1", "".join(reading))


def _table(lines: str) -> Table:
    rows = (row.split() for row in lines.split(";"))
    return {letters: _spellings(spellings) for letters, *spellings in rows}


def _spellings(spellings: Iterable[str]) -> tuple[str, ...]:
    return tuple(spelling.replace("-", "") for spelling in spellings)


GREEK = _table("""
α a ; αι ai e ; αυ av af au ; β v b ; γ g y ; γγ ng gg ; γκ gk g ; δ d dh ; ε e ; ει ei i ;
ευ ev ef eu ; ζ z ; η i ; θ th t ; ι i ; κ k c ; κσ x ks ; λ l ; μ m ; μπ b mp mb ; ν n ;
ντ nt d nd ; ξ x ; ο o ; οι oi i ; ου ou u ; π p ; ρ r ; σ s ; τ t ; τσ ts c ; υ y i u ; φ f ph ;
χ ch h kh x ; ψ ps ; ω o
""")

CYRILLIC = _table("""
а a ; б b ; в v w ; г g h ; ґ g ; д d ; ђ dj ; дж dzh j g ; дз dz ; е e ie ; є ie ye e ;
ж zh z g j ; з z s ; и i y j ; і i ; ј j y i ; к k c ; кс x ks ; л l ; љ lj l ; м m ; н n ; њ nj n ;
о o ; п p ; р r ; с s c ; т t ; ћ c ; у u w ; ф f th ; х h kh ch ; ц ts c ; ч ch c ; џ dz ; ш sh s ;
щ sht shch ; ъ a u - ; ы y i ; ь - y ; э e ; ю yu iu u ju ; я ya ia a ja ; ия ia iya
""")

ARABIC = _table("""
ا a - e ; ب b p ; پ p ; ت t ; ث th s t ; ج g j ; ح h ; خ kh ch h ; د d ; ذ d z dh ; ر r ; ز z s ;
س s c ; ش sh s ch ; ص s ; ض d ; ط t ; ظ z ; ع - a ; غ g gh ; ف f v ; ق k q c g ; ك k c ; كس x ks ;
ل l ; م m ; ن n ; ه h a e ; و o u w ; ي i e y - ; ٹ t ; ټ t ; چ ch c ; ڈ d ; ډ d ; ړ r ; ڑ r ;
ژ zh g j z ; ږ g zh ; ښ sh ch ; گ g ; ګ g ; ں n ; ڼ n
""")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The Ethiopic block in rows of eight: one consonant with each of seven vowels, and with -wa.
ETHIOPIC_FIRST = 0x1200
ETHIOPIC_ROWS = _words("""
h l h m s r s sh k kw k kw b v t ch h hw n ny - k kw h hw w - z zh y d d j g gw g t ch p ts ts f p
""")
ETHIOPIC_VOWELS = ("e a", "u", "i", "a", "e ie", "- i", "o", "wa")
ETHIOPIC_HEARD = {"s": "s c", "k": "k c", "w": "w v", "zh": "zh g j", "j": "j g", "ch": "ch c"}

# Devanagari, Bengali and Gurmukhi keep one letter at one distance from the start of their block.
INDIC_FIRST = (0x0900, 0x0980, 0x0A00)
INDIC_VOWELS = dict(enumerate(_words("a a i i u u ri l e e e ai o o o au"), 0x05))
INDIC_CONSONANTS = dict(
    enumerate(
        _words("""
        k kh g gh n ch ch j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h
        """),
        0x15,
    )
)
INDIC_SIGNS = dict(enumerate(_words("a i i u u ri ri e e e ai o o o au -"), 0x3E))  # - is virama
INDIC_OTHER = {0x01: "n", 0x02: "n", 0x03: "h", 0x4E: "t", 0x70: "n", 0x71: "-"}
INDIC_HEARD = _table(
    "ph f p ; bh v b ; jh j z zh ; j j z g ; y y j ; d d r ; dh d r ; th th t ; k k c ; s s c"
)
INDIC_INHERENT = ("", "a", "o")  # the vowel that no sign shows


def _ethiopic() -> Table:
    return {
        chr(ETHIOPIC_FIRST + 8 * row + order): _spellings(
            c + v for v in vowels.split() for c in ETHIOPIC_HEARD.get(consonant, consonant).split()
        )
        for row, consonant in enumerate(ETHIOPIC_ROWS)
        for order, vowels in enumerate(ETHIOPIC_VOWELS)
    }


def _indic(first: int) -> Table:
    table: Table = {
        chr(first + at): _spellings([spelling])
        for at, spelling in (INDIC_VOWELS | INDIC_SIGNS | INDIC_OTHER).items()
    }
    for at, consonant in INDIC_CONSONANTS.items():
        heard = INDIC_HEARD.get(consonant, (consonant,))
        letter = chr(first + at)
        table[letter] = tuple(c + vowel for vowel in INDIC_INHERENT for c in heard)
        for sign, vowel in INDIC_SIGNS.items():
            table[letter + chr(first + sign)] = _spellings(c + vowel for c in heard)
    return table


LETTERS: Table = GREEK | CYRILLIC | ARABIC | _ethiopic()
for _first in INDIC_FIRST:
    LETTERS |= _indic(_first)

# What an ear takes Latin letters for, in the languages of the twelve countries together.
SOUNDS = _table("""
b b ; c k ; ce s ; ch k s ; ci s ; ck k ; cy s ; cz s ; d d ; dz ds s ; f f ; g g ; gh g ;
gli l gl ; gn n gn ; j - g k ; k k ; kh k ; l l ; m m ; n n ; p b ; ph f ; q k ; r r ; rz rs s ;
s s ; sch s sk ; sh s ; sz s ; t t ; th t ; ts s ; tch s ; tsch s ; tz s ; v f ; w - f ; x ks ;
z s ; zh s g
""")
_SOUND = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))
_DOUBLE = re.compile(r"(.)\1+")
