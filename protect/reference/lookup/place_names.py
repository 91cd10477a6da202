"""The names of settlements and areas in the script of a reader."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA

from protect.reference import models, vocabulary
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow
from protect.reference.lookup.romanise import romanise

DATA_FOLDER = Path(__file__).parent.parent / "data"
SIGN = "*"  # in place of a language: the name on signs, for readers of Latin letters
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
# Letters of Arabic names as each language writes them, and of Persian names in Arabic.
OWN_FORMS = {
    **dict.fromkeys(("fa", "prs"), str.maketrans("يكىة", "یکیه")),
    "ar": str.maketrans("یک", "يك"),
    "ps": str.maketrans("كىة", "کیه"),
    "ur": str.maketrans("يكىةه", "یکیہہ"),
    "ckb": str.maketrans("يكىة", "یکیە"),
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
    """Return the name of a settlement for readers of a language: in their language if it is known,
    else in their script; if the country does not use that script, with the name on its signs.
    Readers of Latin letters get the name in their language, else that on the signs: Varsovie,
    else Warszawa."""
    known = _known_name("town_names", str(place.id), tag)
    if _script(tag) == LATIN:
        return known or sign_name(place)
    pools = ((known,),) if known else (place.local_names, place.names)
    return _name_for_readers(sign_name(place), pools, place.country, tag)


def sign_name(place: PlaceRow) -> str:
    """Return the name of a settlement on its signs in Latin letters."""
    return names_of("town_names", str(place.id)).get(SIGN, place.name)


def with_local_script(place: PlaceRow, name: str) -> str:
    """Return a name in Latin letters, with the local name in another script: "Patras (Πάτρα)"."""
    if not is_written_in(LATIN, name):
        return name
    other = next((local for local in place.local_names if not is_written_in(LATIN, local)), None)
    return f"{name} ({other})" if other else name


def camp_name(camp: vocabulary.Camp, place: PlaceRow, tag: str) -> str:
    """Return the name of a camp. Before it stands its name in the script of the reader or, if the
    camp lies in its settlement `place`, the name of the settlement in that script, if known."""
    if _script(tag) == LATIN:
        return camp.name
    own = _best_name(camp.names, place.name, tag)
    if not own and not camp.is_near:
        own = place_name(place, tag).partition(" (")[0]
    is_new = is_written_in(_script(tag), own) and own not in camp.name
    return f"{own} · {camp.name}" if is_new else camp.name


def area_name(area: models.Area, tag: str) -> str:
    """Return the name of an area for readers of a language, as `place_name` does; in Latin letters
    areas have one name."""
    pools = (tuple(area.names.split("|")), (_known_name("area_names", area.code, tag),))
    is_official = tag in vocabulary.countries()[area.country_id].languages
    return _name_for_readers(area.name, pools if is_official else pools[::-1], area.country_id, tag)


def names_of(file: str, code: str) -> Mapping[str, str]:
    """Return the names of a settlement or area in a file of names, by the tag of a language."""
    return _names_by_code(file).get(code, {})


@cache
def areas_by_folded_name() -> Mapping[str, frozenset[str]]:
    """Return the codes of areas by each of their names, in any language, folded."""
    codes: dict[str, set[str]] = {}
    for area in models.Area.objects.all():
        for name in filter(None, (area.name, *area.names.split("|"))):
            codes.setdefault(fold(name), set()).add(area.code)
    for code, by_tag in _names_by_code("area_names").items():
        for name in by_tag.values():
            codes.setdefault(fold(name), set()).add(code)
    return {name: frozenset(of_name) for name, of_name in codes.items()}


@cache
def _names_by_code(file: str) -> Mapping[str, Mapping[str, str]]:
    """Return the names in a file by the code of the place, then by the tag of a language."""
    lines = (DATA_FOLDER / f"{file}.tsv").read_text(encoding="utf-8").splitlines()
    _heading, *rows = (line.split("\t") for line in lines if not line.startswith("#"))
    names: dict[str, dict[str, str]] = {}
    for code, tag, name in rows:
        names.setdefault(code, {})[tag] = name
    return names


def _known_name(file: str, code: str, tag: str) -> str:
    """Return the name in a language; for scripts other than Latin, also the name in a language that
    replaces it, such as Persian for Dari; "" if there is none."""
    names, script = names_of(file, code), _script(tag)
    chain = (tag,) if script == LATIN else vocabulary.fallback_chain(tag)
    return next((names[each] for each in chain if each in names and _script(each) == script), "")


def _script(tag: str) -> str:
    return vocabulary.languages()[tag].script


def _name_for_readers(main: str, pools: Iterable[tuple[str, ...]], country: str, tag: str) -> str:
    if _script(tag) == LATIN:
        return main
    name = next(filter(None, (_best_name(pool, main, tag) for pool in pools)), "")
    is_official = tag in vocabulary.countries()[country].languages
    return name if name and is_official else f"{name} ({main})" if name else main


@lru_cache(maxsize=8192)
def _best_name(names: tuple[str, ...], main: str, tag: str) -> str:
    """Return the name in a language's script with fewest foreign letters, then the one that
    sounds most like the main name, then the shortest; "" if there is none."""
    written = [name for name in names if is_written_in(_script(tag), name)]
    best = min(
        written,
        key=lambda name: (
            _count_foreign_letters(name, tag),
            -_sound_similarity(name, main),
            len(name),
        ),
        default="",
    )
    return best.translate(OWN_FORMS.get(tag, {}))


def _count_foreign_letters(name: str, tag: str) -> int:
    """Return how many letters of a name its language does not have, or not at that place."""
    alphabet = ALPHABETS.get(tag)
    foreign = (
        sum(char not in alphabet for char in name.lower() if char.isalpha()) if alphabet else 0
    )
    return foreign + sum(ALEF_MAKSURA in word[:-1] for word in name.split())


def _sound_similarity(name: str, main: str) -> float:
    spellings = romanise(name)[:MAX_COMPARED]
    return max(OSA.normalized_similarity(spelling, fold(main)) for spelling in spellings)
