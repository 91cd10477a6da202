"""Names of languages and places, and lines of the desk, as facts say them."""

from collections.abc import Iterable

from django.utils.translation import get_language

from protect.kernel.text import plain_name
from protect.reference import formats, vocabulary
from protect.reference.lookup import store as lookup


def language_name(tag: str) -> str:
    """Return the name of a language in the language of the page, else its own."""
    languages = vocabulary.languages()
    locale = formats.locale_of(get_language() or "en")
    name = locale.languages.get(tag.replace("-", "_"))
    return str(name or (languages[tag].english if tag in languages else tag))


def by_name(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return codes with their names, in the order of the names."""
    return sorted(names, key=lambda each: each[1].casefold())


def countries_by_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    tag = get_language() or "en"
    return by_name((code, formats.country_name(code, tag)) for code in codes)


def languages_by_name() -> list[tuple[str, str]]:
    return by_name((tag, language_name(tag)) for tag in vocabulary.languages())


def place_name(key: int | None) -> str:
    """Return the name of a settlement."""
    row = lookup.rows().get(key) if key else None
    return row.name if row else ""


def area_name(code: str | None) -> str:
    """Return the name of a region, with its main town where users may look for that."""
    area = lookup.areas().get(code) if code else None
    return area.name if area else ""


def quoted(text: str) -> str:
    """Return words of a service for a line of the desk; nothing for none."""
    return plain_name(text) if text else ""


def line(parts: Iterable[object]) -> str:
    """Return the parts that say something, in one line."""
    return " · ".join(str(part) for part in parts if part)
