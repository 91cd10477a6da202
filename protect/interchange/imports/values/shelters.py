"""Remove the location of a shelter from a row before it is stored. Pure. The location columns are
emptied. All other texts lose every mention of them, links to maps, and any other text that looks
like an address. Only the coarse area, which may be shown, is kept in a column of its own."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, ProblemCode
from protect.directory.protection import address_patterns, erasure, text_checks
from protect.interchange.imports.values.names import NAMES
from protect.interchange.imports.values.place_names import Atlas
from protect.reference.lookup.fold import fold

COARSE_AREA = "coarse_area"  # a column that files do not have; staging writes it
NAME_COLUMNS = ("service", "organisation", *NAMES)
# Columns that a stored row of a shelter does not have: the pages of some sources print places.
DROPPED_COLUMNS = (*erasure.PLACE_COLUMNS, "fact_sources")
IDENTIFYING_COLUMNS = ("source_id", *NAME_COLUMNS)  # an address in one is refused
MIN_LETTERS = 4  # of a town's name, or of an ending of street names; shorter ones are in many words
MAX_TOWN_WORDS = 4  # in the name of a town


def without_location[C: Cells](cells: C, other_addresses: Collection[str] = ()) -> C:
    """Return the row of a shelter without its location, and only with the troubles found here.
    `other_addresses` come from columns that are not ours. They are also removed from the texts."""
    changed = [column for column in erasure.PLACE_COLUMNS if cells[column]]
    location_texts = [cells[column] for column in erasure.PLACE_COLUMNS if column != "city"]
    texts_to_remove = [*filter(None, chain(location_texts, other_addresses))]
    texts = {}
    for column, text in cells.texts.items():
        if column in DROPPED_COLUMNS:
            continue
        texts[column] = _remove_addresses(column, text, texts_to_remove)
        if texts[column] != text:
            changed.append(column)
    revealing = [column for column in IDENTIFYING_COLUMNS if _reveals_address(column, texts)]
    texts |= dict.fromkeys(revealing, "")
    cleaned_row = replace(cells, texts=texts, troubles=[], is_protected=True)
    message = _("The location of a shelter is never stored.")
    if changed:
        advice = _(
            "nothing now. Next time, leave the address and the coordinates out of these "
            "columns of the file."
        )
        cleaned_row.warn(ProblemCode.SHELTER_PLACE_DROPPED, ", ".join(changed), message, advice)
    advice = _("use a name that does not reveal the location.")  # For translators: of a shelter
    for column in revealing:
        cleaned_row.refuse(ProblemCode.SHELTER_NAME_TELLS, column, message, advice)
    return cleaned_row


def warn_about_revealing_names(cells: Cells, atlas: Atlas, country: str) -> None:
    """Warn if the name of a shelter contains a town or a street, without repeating it."""
    towns = atlas.town_names(country)
    for column in NAME_COLUMNS:
        words = fold(cells[column]).split()
        has_town = any(sequence in towns for sequence in _word_sequences(words))
        if has_town or any(map(_is_street_word, words)):
            message = _(
                "This name may reveal where the shelter is: it seems to contain a town or a street."
            )
            advice = _("ask the shelter whether the name may be shown, or use another name.")
            cells.warn(ProblemCode.SHELTER_NAME_PLACE, column, message, advice)


def _remove_addresses(column: str, text: str, addresses: Collection[str]) -> str:
    """Return a text without these addresses, map links, and other text like an address."""
    text = address_patterns.replace_address_parts(text, addresses)
    text = address_patterns.replace_map_links(text)
    # Digits and hyphens of an id read like a postcode.
    if column in {COARSE_AREA, "source_id"} or not address_patterns.resembles_address(text):
        return text
    if column in NAME_COLUMNS:
        return address_patterns.name_without_address(text)
    return text_checks.drop_address_sentences(text)


def _reveals_address(column: str, texts: Mapping[str, str]) -> bool:
    text = texts.get(column, "")
    is_id = column == "source_id"
    return is_id_like_address(text) if is_id else address_patterns.name_resembles_address(text)


def is_id_like_address(text: str) -> bool:
    """Return whether an id looks like an address. Digits and hyphens alone do not."""
    is_address = " " in text and address_patterns.resembles_address(text)
    return is_address or address_patterns.has_street(text)


def _word_sequences(words: list[str]) -> Iterator[str]:
    """Yield every sequence of words that is long enough for the name of a town."""
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + MAX_TOWN_WORDS, len(words)) + 1):
            if len(run := " ".join(words[begin:end])) >= MIN_LETTERS:
                yield run


def _is_street_word(word: str) -> bool:
    names, endings = _street_words()
    return word in names or any(word.endswith(end) and len(word) >= len(end) + 3 for end in endings)


@cache
def _street_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return words that name streets, and endings of such words."""
    words = address_patterns.word_list
    names = (words("before") | words("after")) - words("capital") - words("numbered")
    endings = frozenset(end for end in words("endings") if len(end) >= MIN_LETTERS)
    return frozenset(word for word in names if len(word) > 2), endings  # “St” is a saint as well
