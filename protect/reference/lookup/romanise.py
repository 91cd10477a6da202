"""Latin spellings of a name typed in another script, and its consonants. Few places have a name in
Arabic (8 %) or Ethiopic (1 %) script, so names typed in these scripts are also spelt in Latin
letters. Each table entry is a letter or a group of letters and its spellings, likeliest first; `-`
means that it is not spelt. The letters are those that `fold` returns. Greek follows ELOT 743 and
Cyrillic the Bulgarian law of 2009; common other spellings come after those."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import islice, product

from protect.reference.lookup.fold import fold

MAX_LETTERS = 80  # of a typed name: `romanise` drops the rest; a longer one is not searched
MAX_SPELLINGS = 64  # Latin spellings kept of one name, likeliest first
MAX_COMPARED = 24  # spellings of one name whose consonants are compared
MAX_SKELETONS = 16  # consonant-only readings of one Latin spelling

type Table = dict[str, tuple[str, ...]]


def romanise(text: str) -> tuple[str, ...]:
    """Return folded Latin spellings of a text, likeliest first. Latin text is only folded."""
    letters = unicodedata.normalize("NFC", fold(text))[:MAX_LETTERS]  # composes Indic vowel signs
    if letters.isascii():
        return (letters,)
    costed_spellings = [(0, "")]
    position = 0
    while position < len(letters):
        length, spellings = _longest_letter_group(letters, position)
        costed_spellings = nsmallest(
            MAX_SPELLINGS,
            (
                (cost + rank, start + spelling)
                for cost, start in costed_spellings
                for rank, spelling in enumerate(spellings)
            ),
        )
        position += length
    return tuple(dict.fromkeys(" ".join(spelling.split()) for _, spelling in costed_spellings))


def skeletons(text: str) -> frozenset[str]:
    """Return the skeletons of a name: its consonants, a text for each way to read the name. B and
    p, f and v, and all hissing sounds count as the same; h, y and vowels are left out."""
    spellings = romanise(text)[:MAX_COMPARED]
    return frozenset(skeleton for spelling in spellings for skeleton in _skeletons(spelling))


def _longest_letter_group(letters: str, position: int) -> tuple[int, tuple[str, ...]]:
    """Return length and spellings of the longest group at `position`, or 1 and the letter."""
    for length in (3, 2, 1):
        if spellings := LETTER_SPELLINGS.get(letters[position : position + length]):
            return length, spellings
    return 1, (letters[position],)


def _skeletons(spelling: str) -> Iterator[str]:
    readings = product(*(SOUNDS[sound] for sound in _SOUND.findall(spelling)))
    for reading in islice(readings, MAX_SKELETONS):
        yield _DOUBLED_LETTER.sub(r"\1", "".join(reading))


def _parse_table(lines: str) -> Table:
    rows = (row.split() for row in lines.split(";"))
    return {letters: _drop_hyphens(spellings) for letters, *spellings in rows}


def _drop_hyphens(spellings: Iterable[str]) -> tuple[str, ...]:
    return tuple(spelling.replace("-", "") for spelling in spellings)


GREEK = _parse_table("""
α a ; αι ai e ; αυ av af au ; β v b ; γ g y ; γγ ng gg ; γκ gk g ; δ d dh ; ε e ; ει ei i ;
ευ ev ef eu ; ζ z ; η i ; θ th t ; ι i ; κ k c ; κσ x ks ; λ l ; μ m ; μπ b mp mb ; ν n ;
ντ nt d nd ; ξ x ; ο o ; οι oi i ; ου ou u ; π p ; ρ r ; σ s ; τ t ; τσ ts c ; υ y i u ; φ f ph ;
χ ch h kh x ; ψ ps ; ω o
""")

CYRILLIC = _parse_table("""
а a ; б b ; в v w ; г g h ; ґ g ; д d ; ђ dj ; дж dzh j g ; дз dz ; е e ie ; є ie ye e ;
ж zh z g j ; з z s ; и i y j ; і i ; ј j y i ; к k c ; кс x ks ; л l ; љ lj l ; м m ; н n ; њ nj n ;
о o ; п p ; р r ; с s c ; т t ; ћ c ; у u w ; ф f th ; х h kh ch ; ц ts c ; ч ch c ; џ dz ; ш sh s ;
щ sht shch ; ъ a u - ; ы y i ; ь - y ; э e ; ю yu iu u ju ; я ya ia a ja ; ия ia iya
""")

ARABIC = _parse_table("""
ا a - e ; ب b p ; پ p ; ت t ; ث th s t ; ج g j ; ح h ; خ kh ch h ; د d ; ذ d z dh ; ر r ; ز z s ;
س s c ; ش sh s ch ; ص s ; ض d ; ط t ; ظ z ; ع - a ; غ g gh ; ف f v ; ق k q c g ; ك k c ; كس x ks ;
ل l ; م m ; ن n ; ه h a e ; و o u w ; ي i e y - ; ٹ t ; ټ t ; چ ch c ; ڈ d ; ډ d ; ړ r ; ڑ r ;
ژ zh g j z ; ږ g zh ; ښ sh ch ; گ g ; ګ g ; ں n ; ڼ n
""")


def _split_cells(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The Ethiopic block has rows of eight: a consonant with each of seven vowels and with -wa.
ETHIOPIC_START = 0x1200
ETHIOPIC_ROWS = _split_cells("""
h l h m s r s sh k kw k kw b v t ch h hw n ny - k kw h hw w - z zh y d d j g gw g t ch p ts ts f p
""")
ETHIOPIC_VOWELS = ("e a", "u", "i", "a", "e ie", "- i", "o", "wa")  # of the letters of a row
ETHIOPIC_SPELLINGS = {"s": "s c", "k": "k c", "w": "w v", "zh": "zh g j", "j": "j g", "ch": "ch c"}

# In Devanagari, Bengali and Gurmukhi each letter has the same offset in its Unicode block.
INDIC_BLOCK_STARTS = (0x0900, 0x0980, 0x0A00)
INDIC_VOWELS = dict(enumerate(_split_cells("a a i i u u ri l e e e ai o o o au"), 0x05))
INDIC_CONSONANTS = dict(
    enumerate(
        _split_cells("""
        k kh g gh n ch ch j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h
        """),
        0x15,
    )
)
INDIC_SIGNS = dict(enumerate(_split_cells("a i i u u ri ri e e e ai o o o au -"), 0x3E))  # - virama
INDIC_OTHER_SIGNS = {0x01: "n", 0x02: "n", 0x03: "h", 0x4E: "t", 0x70: "n", 0x71: "-"}
INDIC_SPELLINGS = _parse_table(  # of consonants that have several
    "ph f p ; bh v b ; jh j z zh ; j j z g ; y y j ; d d r ; dh d r ; th th t ; k k c ; s s c"
)
INHERENT_VOWELS = ("", "a", "o")  # of the unwritten vowel after an Indic consonant


def _ethiopic_table() -> Table:
    return {
        chr(ETHIOPIC_START + 8 * row + order): _drop_hyphens(
            c + v
            for v in vowels.split()
            for c in ETHIOPIC_SPELLINGS.get(consonant, consonant).split()
        )
        for row, consonant in enumerate(ETHIOPIC_ROWS)
        for order, vowels in enumerate(ETHIOPIC_VOWELS)
    }


def _indic_table(block_start: int) -> Table:
    table: Table = {
        chr(block_start + offset): _drop_hyphens([spelling])
        for offset, spelling in (INDIC_VOWELS | INDIC_SIGNS | INDIC_OTHER_SIGNS).items()
    }
    for offset, consonant in INDIC_CONSONANTS.items():
        spellings = INDIC_SPELLINGS.get(consonant, (consonant,))
        letter = chr(block_start + offset)
        table[letter] = tuple(c + vowel for vowel in INHERENT_VOWELS for c in spellings)
        for sign, vowel in INDIC_SIGNS.items():
            table[letter + chr(block_start + sign)] = _drop_hyphens(c + vowel for c in spellings)
    return table


LETTER_SPELLINGS: Table = GREEK | CYRILLIC | ARABIC | _ethiopic_table()
for _first in INDIC_BLOCK_STARTS:
    LETTER_SPELLINGS |= _indic_table(_first)

# The sounds of Latin letters in all languages of the twelve countries.
SOUNDS = _parse_table("""
b b ; c k ; ce s ; ch k s ; ci s ; ck k ; cy s ; cz s ; d d ; dz ds s ; f f ; g g ; gh g ;
gli l gl ; gn n gn ; j - g k ; k k ; kh k ; l l ; m m ; n n ; p b ; ph f ; q k ; r r ; rz rs s ;
s s ; sch s sk ; sh s ; sz s ; t t ; th t ; ts s ; tch s ; tsch s ; tz s ; v f ; w - f ; x ks ;
z s ; zh s g
""")
_SOUND = re.compile("|".join(sorted(SOUNDS, key=len, reverse=True)))
_DOUBLED_LETTER = re.compile(r"(.)\1+")
