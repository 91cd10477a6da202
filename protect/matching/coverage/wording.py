"""Texts of the coverage atlas for staff."""

from collections.abc import Mapping, Sequence
from datetime import date

from babel.numbers import format_decimal, format_percent
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, ngettext

from protect.directory.facts import sentences
from protect.kernel.text import plain_isolated_name, plain_isolated_number
from protect.matching.coverage.atlas import persons
from protect.matching.coverage.atlas.slices import Gap, Slice
from protect.reference import formats, vocabulary, wording

ACROSS_CODE = "across"  # layer of the map: settlements whose nearest help lies across water
LANGUAGES_SHOWN = 4  # languages named in a line; two or more others are only counted
# Where settlements and their inhabitants come from, and when: reference/data/places/README.md.
CREDIT, DATA_DATE = "GeoNames (geonames.org), CC BY 4.0", date(2026, 11, 25)

PERSON_NAMES: Mapping[str, Promise] = {
    # Translators, of each below: for whom help is looked for.
    "anyone": _("A person who says nothing about themselves"),  # nothing is known of the person
    "woman": _("A woman alone"),  # no children come along
    # Translators: for whom help is looked for; the numbers are ages in years.
    "woman-children": _("A woman with a daughter of 6 and a son of 14"),
    "man": _("A man alone"),  # no children come along
    "girl": _("A girl of 16, alone"),  # For translators: for whom help is looked for; age in years
    "boy": _("A boy of 16, alone"),  # For translators: for whom help is looked for; age in years
    "lgbtqi": _("An LGBTQI+ person"),
    "no-papers": _("A woman without papers"),  # no residence papers
}
GAP_NAMES: Mapping[Gap, Promise] = {
    # Translators: of a settlement: a service within reach takes this person, as far as was checked.
    Gap.FITS: _("A service that fits"),
    # Translators: of a settlement: a service within reach may take this person: call it first.
    Gap.ASK: _("Only services to ask first"),
    Gap.BEYOND: _("Beyond reach"),  # For translators: of a settlement: a service is too far to go
    Gap.NOTHING: _("None"),  # For translators: of a settlement: no service is for this person
}
ACROSS_WATER = _("Across water")  # For translators: of a settlement: its service is over the sea


def person_name(code: str) -> Promise | str:
    """Return the name of a person type; for a removed type, its code."""
    own = persons.person_types().get(code)
    return PERSON_NAMES.get(code) or (own.name if own else code)


def need_name(code: str) -> Promise | str:
    """Return the name of a need; for a removed need, its code."""
    need = vocabulary.needs().get(code)
    if need is None or not need.name:
        return wording.CATEGORY_NAMES.get(code, code)
    return wording.display_name(wording.NEED_NAMES, need)


def language_name(tag: str) -> str:
    """Return the name of a language in the language of the page; "" is any language."""
    if not tag:
        # Translators: in a filter: which language is spoken does not matter.
        return gettext("Any language")
    return sentences.language_name(tag)


def language_list(tags: Sequence[str]) -> str:
    """Return a list of languages; two or more beyond LANGUAGES_SHOWN are only counted."""
    names, others_count = [language_name(tag) for tag in tags], len(tags) - LANGUAGES_SHOWN
    if others_count <= 1:
        return ", ".join(names)
    # Translators: after a list of languages: how many more there are.
    others = ngettext("{named} and {count} more", "{named} and {count} more", others_count)
    named = ", ".join(names[:LANGUAGES_SHOWN])
    return others.format(named=named, count=plain_isolated_number(others_count))


def travel_text(metres: int) -> str:
    """Return a distance in words; `metres` as in Slice.metres."""
    if metres < 0:
        return gettext("none")  # For translators: in a table: there is no service, so no distance
    if metres == 0:
        # Translators: in a table of distances: help by phone, in writing, or that comes.
        return gettext("no travel")
    return gettext("{km} km").format(  # For translators: a distance in kilometres
        km=plain_isolated_number(formats.distance_text(metres, get_language() or "en"))
    )


def number_text(number: int) -> str:
    return format_decimal(number, locale=formats.cldr_locale(get_language() or "en"))


def share_text(share: float) -> str:
    """Return a share from 0 to 1 in per cent with one decimal; only none is 0 %, only all 100 %."""
    rounded = round(share, 3)
    if 0 < share < 1:
        rounded = min(max(rounded, 0.001), 0.999)
    locale = formats.cldr_locale(get_language() or "en")
    return format_percent(rounded, locale=locale, decimal_quantization=False)


def change_text(number: int) -> str:
    """Return the change of a number with its sign: +, − or, for no change, ±."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{number_text(abs(number))}"


def slice_summary(coverage_slice: Slice) -> str:
    """Return a slice as sentences, for the page and as text alternative of the map."""
    figures = coverage_slice.figures
    # Translators: over a map; numbers of settlements. "Ask first": call before going there.
    first = gettext(
        "{fits} of {all} settlements have a service within reach that fits. {asks} have"
        " only services to ask first."
    ).format(
        fits=plain_isolated_number(number_text(figures.fits)),
        all=plain_isolated_number(number_text(figures.settlements)),
        asks=plain_isolated_number(number_text(figures.asks)),
    )
    if not figures.gaps:
        # Translators: after a sentence on settlements: each has a service within reach.
        return f"{first} {gettext('No settlement is without a service.')}"
    gaps = plain_isolated_number(number_text(figures.gaps))
    if figures.gap_people is None:
        # Translators: after a sentence on settlements; {share} is a number of per cent.
        second = gettext("{gaps} have none within reach: {share} of all settlements.").format(
            gaps=gaps, share=plain_isolated_number(share_text(figures.gap_share))
        )
    else:
        # Translators: after a sentence on settlements; the second number is of inhabitants.
        second = gettext("{gaps} have none within reach; {people} people live there.").format(
            gaps=gaps, people=plain_isolated_number(number_text(figures.gap_people))
        )
    return f"{first} {second}"


def slice_title(coverage_slice: Slice) -> str:
    slice_key, tag = coverage_slice.key, get_language() or "en"
    # Translators: over a map: a country, what is needed, the language, the person.
    return gettext("{country}: {need}, {language}, {person}").format(
        country=plain_isolated_name(formats.country_name(slice_key.country, tag)),
        need=plain_isolated_name(need_name(slice_key.need)),
        language=plain_isolated_name(language_name(slice_key.language)),
        person=plain_isolated_name(person_name(slice_key.person)),
    )
