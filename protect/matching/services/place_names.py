"""What a settlement is called where people of every script may look for it."""

from __future__ import annotations

import unicodedata

from protect.reference.lookup.index import PlaceRow


def place_name(place: PlaceRow) -> str:
    """Return the English name and the one on the signs: "Patras (Πάτρα)"."""
    if not _is_latin(place.name):
        return place.name
    other = next((name for name in place.local_names if not _is_latin(name)), None)
    return f"{place.name} ({other})" if other else place.name


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(each, "").startswith("LATIN") for each in name if each.isalpha())
