"""Words of the atlas at the desk."""

from collections.abc import Mapping, Sequence
from datetime import date

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, ngettext

from protect.directory.facts import sentences
from protect.kernel.text import plain_name, plain_number
from protect.matching.coverage.atlas import persons
from protect.matching.coverage.atlas.slices import Gap, Slice
from protect.reference import formats, vocabulary
from protect.reference.wording import CATEGORY_NAMES, NEED_NAMES, name_of

ACROSS = "across"
NAMED = 4  # languages of a line, before the rest is a number
# Where settlements and their inhabitants come from, and when: reference/data/places/README.md.
CREDIT, TAKEN = "GeoNames (geonames.org), CC BY 4.0", date(2026, 11, 25)

PERSONS: Mapping[str, Promise] = {
    # Translators, of each below: for whom help is looked for.
    "anyone": _("A person who says nothing about themselves"),  # nothing is known of the person
    "woman": _("A woman alone"),  # no children come along
    # Translators: for whom help is looked for; the numbers are ages in years.
    "woman-children": _("A woman with a daughter of 6 and a son of 14"),
    "man": _("A man alone"),  # no children come along
    # Translators: for whom help is looked for; the number is an age in years.
    "girl": _("A girl of 16, alone"),
    # Translators: for whom help is looked for; the number is an age in years.
    "boy": _("A boy of 16, alone"),
    "lgbtqi": _("An LGBTQI+ person"),
    "no-papers": _("A woman without papers"),  # no residence papers
}
GAPS: Mapping[Gap, Promise] = {
    # Translators: of a settlement: a service within reach takes this person, as far as was checked.
    Gap.FITS: _("One that fits"),
    # Translators: of a settlement: a service within reach may take this person: call it first.
    Gap.ASK: _("One to ask first"),
    # Translators: of a settlement: the nearest service is farther than people go.
    Gap.BEYOND: _("Beyond reach"),
    # Translators: of a settlement: no service is for this person.
    Gap.NOTHING: _("None"),
}
# Translators: of a settlement: its nearest service lies on another island or on the mainland.
ACROSS_WATER = _("Across water")


def person_name(code: str) -> Promise | str:
    """Return what people read for a person type; of one that is gone, its code."""
    own = persons.types().get(code)
    return PERSONS.get(code) or (own.name if own else code)


def need_name(code: str) -> Promise | str:
    """Return what people read for a need, its code where there is no such need any more."""
    need = vocabulary.needs().get(code)
    if need is None or not need.name:
        return CATEGORY_NAMES.get(code, code)
    return name_of(NEED_NAMES, need)


def language_name(tag: str) -> str:
    """Return a language in the language of the page; "" is any."""
    if not tag:
        # Translators: in a filter: which language is spoken does not matter.
        return gettext("Any language")
    return sentences.language_name(tag)


def languages(tags: Sequence[str]) -> str:
    """Return several languages, those after the first few as a number."""
    names, rest = [language_name(tag) for tag in tags], len(tags) - NAMED
    if rest <= 1:
        return ", ".join(names)
    # Translators: after a list of languages: how many more there are.
    others = ngettext("{named} and {count} more", "{named} and {count} more", rest)
    return others.format(named=", ".join(names[:NAMED]), count=plain_number(rest))


def way(metres: int) -> str:
    """Return how far it is, as Slice.metres has it."""
    if metres < 0:
        # Translators: in a table: there is no service, so no distance.
        return gettext("none")
    if metres == 0:
        # Translators: in a table of distances: help by phone, in writing, or that comes.
        return gettext("no travel")
    # Translators: a distance in kilometres.
    return gettext("{km} km").format(
        km=plain_number(formats.distance_text(metres, get_language() or "en"))
    )


def count(number: int) -> str:
    return format_decimal(number, locale=formats.locale_of(get_language() or "en"))


def change(number: int) -> str:
    """Return by how much a number has changed, with its sign."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{count(abs(number))}"


def summary(coverage_slice: Slice) -> str:
    """Return a slice as sentences: beside its map, and as its text alternative."""
    figures = coverage_slice.figures
    # Translators: over a map; numbers of settlements. "Ask first": call before going there.
    first = gettext(
        "{fits} of {all} settlements have a service within reach that fits, {asks} one to ask"
        " first."
    ).format(
        fits=plain_number(count(figures.fits)),
        all=plain_number(count(figures.settlements)),
        asks=plain_number(count(figures.asks)),
    )
    if not figures.gaps:
        # Translators: after a sentence on settlements: each has a service within reach.
        return f"{first} {gettext('No settlement is without one.')}"
    # Translators: after a sentence on settlements; the second number is of inhabitants.
    second = gettext("{gaps} have none within reach; {people} people live there.").format(
        gaps=plain_number(count(figures.gaps)), people=plain_number(count(figures.gap_people))
    )
    return f"{first} {second}"


def title(coverage_slice: Slice) -> str:
    which, tag = coverage_slice.key, get_language() or "en"
    # Translators: over a map: a country, what is needed, the language, the person.
    return gettext("{country}: {need}, {language}, {person}").format(
        country=plain_name(formats.country_name(which.country, tag)),
        need=plain_name(need_name(which.need)),
        language=plain_name(language_name(which.language)),
        person=plain_name(person_name(which.person)),
    )
