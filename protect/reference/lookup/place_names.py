"""The names of settlements and areas in the script of a reader."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA

from protect.reference import vocabulary
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow
from protect.reference.lookup.romanise import romanise
from protect.reference.models import Area

AREA_NAMES = Path(__file__).parent.parent / "data" / "area_names.tsv"
LATIN = "Latn"  # ISO 15924
# Beginnings of the Unicode names of letters, by ISO 15924 code.
LETTER_NAMES = {
    LATIN: "LATIN",
    "Arab": "ARABIC",
    "Beng": "BENGALI",
    "Cyrl": "CYRILLIC",
    "Ethi": "ETHIOPIC",
    "Grek": "GREEK",
    "Hans": "CJK",
}
# Letters of languages that share a script; GeoNames does not say of which language a name is.
PERSIAN = "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
ALPHABETS = {
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويى",
    "fa": PERSIAN,
    "prs": PERSIAN,
    "ps": PERSIAN + "ټځڅډړږښګڼۍېي",
    "ur": PERSIAN + "ٹڈڑںھہےۓ",
    "ckb": "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "el": "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ",
}
ALEF_MAKSURA = "ى"  # in Arabic the last letter of a word only
MAX_COMPARED = 8  # Latin spellings of a name that are compared with the main name


def is_written_in(script: str, text: str) -> bool:
    """Return whether a text has letters, all of them of a script of LETTER_NAMES."""
    letters = list(filter(str.isalpha, text))
    beginning = LETTER_NAMES.get(script)
    if beginning is None or not letters:
        return False
    return all(unicodedata.name(letter, "").startswith(beginning) for letter in letters)


def place_name(place: PlaceRow, tag: str) -> str:
    """Return the name of a settlement for readers of a language: in their script if it is known,
    and where the country does not use that language also as its signs have it."""
    return _name_for_readers(place.name, (place.local_names, place.names), place.country, tag)


def area_name(area: Area, tag: str) -> str:
    """Return the name of an area for readers of a language, as `place_name` does."""
    chain = vocabulary.fallback_chain(tag)
    known = (_area_names().get((area.code, candidate), "") for candidate in chain)
    pools = (tuple(area.names.split("|")), (next(filter(None, known), ""),))
    is_official = tag in vocabulary.countries()[area.country_id].languages
    return _name_for_readers(area.name, pools if is_official else pools[::-1], area.country_id, tag)


@cache
def areas_by_folded_name() -> Mapping[str, frozenset[str]]:
    """Return the codes of areas by each of their names, in any language, folded."""
    codes: dict[str, set[str]] = {}
    for area in Area.objects.all():
        for name in filter(None, (area.name, *area.names.split("|"))):
            codes.setdefault(fold(name), set()).add(area.code)
    for (code, _), name in _area_names().items():
        codes.setdefault(fold(name), set()).add(code)
    return {name: frozenset(of_name) for name, of_name in codes.items()}


@cache
def _area_names() -> Mapping[tuple[str, str], str]:
    """Return the names of regions in CLDR by the code of the region and the tag of a language."""
    lines = AREA_NAMES.read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {(code, tag): name for code, tag, name in rows}


def _name_for_readers(main: str, pools: Iterable[tuple[str, ...]], country: str, tag: str) -> str:
    if vocabulary.languages()[tag].script == LATIN:
        return main
    name = next(filter(None, (_best_name(pool, main, tag) for pool in pools)), "")
    is_official = tag in vocabulary.countries()[country].languages
    return name if name and is_official else f"{name} ({main})" if name else main


@lru_cache(maxsize=8192)
def _best_name(names: tuple[str, ...], main: str, tag: str) -> str:
    """Return the name in a language's script with fewest foreign letters, then the one that
    sounds most like the main name, then the shortest; "" if there is none."""
    script = vocabulary.languages()[tag].script
    written = [name for name in names if is_written_in(script, name)]
    if len(written) < 2:
        return "".join(written)
    return min(written, key=lambda name: (_foreign(name, tag), -_likeness(name, main), len(name)))


def _foreign(name: str, tag: str) -> int:
    """Return how many letters of a name its language does not have, or not at that place."""
    alphabet = ALPHABETS.get(tag)
    foreign = (
        sum(char not in alphabet for char in name.lower() if char.isalpha()) if alphabet else 0
    )
    return foreign + sum(ALEF_MAKSURA in word[:-1] for word in name.split())


def _likeness(name: str, main: str) -> float:
    spellings = romanise(name)[:MAX_COMPARED]
    return max(OSA.normalized_similarity(spelling, fold(main)) for spelling in spellings)
