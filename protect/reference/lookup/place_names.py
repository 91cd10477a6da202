"""The name of a settlement in the script of a reader."""

import unicodedata

from protect.reference import vocabulary
from protect.reference.lookup.index import PlaceRow

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
    script = vocabulary.languages()[tag].script
    if script == LATIN:
        return place.name
    names = (*place.local_names, *place.names)
    name = next((name for name in names if is_written_in(script, name)), None)
    if name is None:
        return place.name
    is_official = tag in vocabulary.countries()[place.country].languages
    return name if is_official else f"{name} ({place.name})"
