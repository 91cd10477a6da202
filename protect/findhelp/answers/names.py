"""The names of a service that a reader sees, each with its language."""

from collections.abc import Iterator
from typing import NamedTuple

from protect.matching.services.rows import OfficialName, ServiceRow
from protect.reference import vocabulary

WORKING_LANGUAGE = "en"  # of most working names, which editors give


class NameView(NamedTuple):
    text: str
    tag: str  # BCP 47; "" = not known


def name_views(row: ServiceRow, tag: str) -> tuple[NameView, ...]:
    """Return the names of a service, then that of its organisation unless a name contains it. An
    English working name is left out if a reader of another language can read an official one."""
    names = list(_service_names(row, tag))
    organisation = _organisation_name(row)
    if not any(organisation.text in name.text for name in names):
        names.append(organisation)
    return tuple(names)


def main_name(row: ServiceRow, tag: str) -> NameView:
    """Return the first name of a service, by which papers and links call it."""
    return name_views(row, tag)[0]


def _service_names(row: ServiceRow, tag: str) -> Iterator[NameView]:
    """Yield the reviewed translation of a service's name, and its official name; without one, the
    working name if its language is that of the reader or of the country, or not English, or if its
    organisation has no official name either."""
    if translated := row.translations.get("name", {}).get(tag):
        yield NameView(translated, tag)
    if row.official_name.text:
        yield _official_view(row.official_name)
    elif not translated and (_is_readable(row, tag) or not row.official_organisation.text):
        yield NameView(row.name, row.text_language)


def _is_readable(row: ServiceRow, tag: str) -> bool:
    """Return whether the working name of a service may stand on a page in a language."""
    readable = {tag, *vocabulary.countries()[row.country].languages}
    return row.text_language != WORKING_LANGUAGE or WORKING_LANGUAGE in readable


def _organisation_name(row: ServiceRow) -> NameView:
    """Return the official name of an organisation, else its working name, of no known language."""
    named = row.official_organisation
    return _official_view(named if named.text else OfficialName(row.organisation))


def _official_view(name: OfficialName) -> NameView:
    return NameView(name.text, name.language)
