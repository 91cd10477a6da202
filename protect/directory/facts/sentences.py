"""Names of languages, towns and areas, and helpers for lines of the desk."""

from collections.abc import Iterable

from django.utils.translation import get_language

from protect.kernel.text import plain_isolated_name
from protect.reference import formats, vocabulary
from protect.reference.lookup import store as lookup


def language_name(tag: str) -> str:
    """Return a language's name in the active language, else in English, else the tag."""
    languages = vocabulary.languages()
    locale = formats.cldr_locale(get_language() or "en")
    name = locale.languages.get(tag.replace("-", "_"))
    return str(name or (languages[tag].english if tag in languages else tag))


def sort_by_name(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pairs of code and name, sorted by name."""
    return sorted(names, key=lambda pair: pair[1].casefold())


def countries_by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    tag = get_language() or "en"
    return sort_by_name((code, formats.country_name(code, tag)) for code in codes)


def languages_by_name() -> list[tuple[str, str]]:
    return sort_by_name((tag, language_name(tag)) for tag in vocabulary.languages())


def place_name(key: int | None) -> str:
    """Return the name of a town; "" for None or an unknown id."""
    row = lookup.place_rows().get(key) if key else None
    return row.name if row else ""


def area_name(code: str | None) -> str:
    """Return the one stored name of a region or district; "" for None or an unknown code."""
    area = lookup.areas().get(code) if code else None
    return area.name if area else ""


def isolate_text(text: str) -> str:
    """Return a text isolated from the writing direction around it, not escaped; "" for none."""
    return plain_isolated_name(text) if text else ""


def join_parts(parts: Iterable[object]) -> str:
    """Join the parts that are not empty into one line, with " · " between the parts."""
    return " · ".join(str(part) for part in parts if part)
