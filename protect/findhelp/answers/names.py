"""The names of a service that a reader sees, each with its language, and what kind it is."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from protect.directory.protection.addresses import main_town_of_area
from protect.findhelp.answers.limits import CATEGORIES_OF_PEOPLE, made_for
from protect.findhelp.answers.row_caches import cached_by_row
from protect.matching.questions import FOR_SURVIVORS
from protect.matching.services.rows import OfficialName, Point, ServiceRow
from protect.reference import vocabulary
from protect.reference.catalogue import active_language
from protect.reference.lookup import store
from protect.reference.lookup.place_names import place_name, with_local_script
from protect.reference.wording import CATEGORY_NAMES

WORKING_LANGUAGE = "en"  # of most working names, which editors give
# Categories that say how a service helps. Headings name what it does before these.
CATEGORIES_WITHOUT_PURPOSE = {"helpline", "information", "survivors-day-and-night", "crisis-line"}
# Categories that many kinds of services have, too: a shelter with them is named a shelter first.
COMMON_CATEGORIES = {"psychosocial", "case-management"}
CENTRE = "sexual-violence-centre"  # category of services that give medical care after violence
SEXUAL_VIOLENCE = frozenset({CENTRE, "sexual-violence-counselling"})
DOMESTIC_VIOLENCE = "domestic-violence"  # code of a category
SHELTER, HEALTH, LEGAL = "shelter", "health", "legal"  # codes of categories


class NameView(NamedTuple):
    text: str
    tag: str  # BCP 47; "" = not known


@cached_by_row
def name_views(row: ServiceRow, tag: str) -> tuple[NameView, ...]:
    """Return the names of a service, then that of its organisation unless a name contains it. An
    English working name is left out if a reader of another language can read an official one."""
    names = list(_service_names(row, tag))
    organisation = organisation_name(row)
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


def organisation_name(row: ServiceRow) -> NameView:
    """Return the official name of an organisation, else its working name without a language."""
    named = row.official_organisation
    return _official_view(named if named.text else OfficialName(row.organisation))


def _official_view(name: OfficialName) -> NameView:
    return NameView(name.text, name.language)


def town_name(point: Point, tag: str) -> str:
    """Return the name of a point's town in a language, for readers of Latin with its local script;
    of a protected address, the name of the main town of its area."""
    if point.place is not None:
        place = store.place_rows()[point.place]
    elif point.is_coarse and point.areas:
        place = main_town_of_area(point.areas[0])
    else:
        return point.name
    return with_local_script(place, place_name(place, tag))


def category_names(
    row: ServiceRow, tag: str, wanted: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the names of a service's categories: those of its heading, then what else it does."""
    return tuple(chain(*heading_and_other_names(row, tag, wanted)))


def heading_and_other_names(
    row: ServiceRow, tag: str, wanted: frozenset[str] = frozenset()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names for the heading of a service (its main kind, the violence after which it
    helps, the people it is made for), and the names of what else it does. Wanted categories come
    first; categories that say how a service helps come last."""
    heading, others = _heading_codes(row.categories, made_for(row), wanted)
    return _names_of(heading, tag), _names_of(others, tag)


def _names_of(categories: Iterable[str], tag: str) -> tuple[str, ...]:
    return tuple(_name_of(code, tag) for code in categories)


@lru_cache(maxsize=4096)
def _name_of(category: str, tag: str) -> str:
    with active_language(tag):
        return str(CATEGORY_NAMES[category])


@lru_cache(maxsize=4096)
def _heading_codes(
    categories: frozenset[str], people: frozenset[str], wanted: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    is_narrower = not categories.isdisjoint({DOMESTIC_VIOLENCE, *SEXUAL_VIOLENCE})
    named = categories - {FOR_SURVIVORS} if is_narrower else categories
    codes = [code for code in CATEGORY_NAMES if code in named] or ["information"]
    is_shelter = SHELTER in categories and "helpline" not in categories  # lines lead to shelters
    is_line_or_for_survivors = not categories.isdisjoint({FOR_SURVIVORS, "helpline"})
    codes.sort(
        key=lambda code: (
            code in CATEGORIES_WITHOUT_PURPOSE,
            code not in wanted or (code == HEALTH and SHELTER in categories),  # no clinic
            code != SHELTER and is_shelter,
            code == SHELTER and not is_shelter,
            code in CATEGORIES_OF_PEOPLE,
            code in COMMON_CATEGORIES or (code == LEGAL and is_line_or_for_survivors),
            code == LEGAL,
        )
    )
    violence = _violence_codes(codes)
    says_little = codes[0] in COMMON_CATEGORIES and bool(violence)
    first = [*([] if says_little else codes[:1]), *violence]
    first += [code for code in codes if code in people and code not in first]
    others = [code for code in codes if code not in first]
    people_codes = (code for code in others[1:] if code in CATEGORIES_OF_PEOPLE)
    return tuple(first), (*others[:1], *people_codes)


def _violence_codes(codes: Sequence[str]) -> list[str]:
    """Return the categories that name a kind of violence, without the first of `codes`: at most one
    for sexual violence; the one for any violence only if the service is no shelter."""
    sexual = [code for code in codes if code in SEXUAL_VIOLENCE]
    named = {DOMESTIC_VIOLENCE, *sexual[:1]} | ({FOR_SURVIVORS} if codes[0] != SHELTER else set())
    return [code for code in codes[1:] if code in named]
