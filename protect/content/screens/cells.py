"""Marks that say what the texts of a page need next in a language."""

from django.urls import reverse
from django.utils.translation import get_language

from protect.content import access
from protect.content.drafts import page_files
from protect.content.enums import TranslationState
from protect.content.models import Page, PageState
from protect.reference import formats, vocabulary
from protect.reference.vocabulary import Language
from protect.ui.templatetags.ui import STATE_ICONS

# From the state of a cell that asks for most work to the one that asks for least.
BY_WORK = (
    TranslationState.WITHDRAWN,
    TranslationState.MISSING,
    TranslationState.BEHIND,
    TranslationState.UNREVIEWED,
    TranslationState.CARRIED,
    TranslationState.CURRENT,
)
STATE_KINDS = {  # colour of the mark of a state
    TranslationState.WITHDRAWN: "alarm",
    TranslationState.MISSING: "ended",
    TranslationState.BEHIND: "caution",
    TranslationState.UNREVIEWED: "caution",
    TranslationState.CARRIED: "good",
    TranslationState.CURRENT: "good",
}


def text_languages() -> list[Language]:
    """Return the languages that have texts, by their name in the language of the desk."""
    return [vocabulary.languages()[tag] for tag, _name in access.language_choices()]


def language_name(language: Language) -> str:
    return formats.language_name(language.tag, get_language() or "en")


def page_cell(
    page: Page, language: Language, counts: dict[str, dict[str, int]]
) -> dict[str, object]:
    """Return the cell of a page and a language, with the address of the texts."""
    is_source = language.tag == page_files.SOURCE_TAG
    name, parts = (
        ("source", [page.code]) if is_source else ("translation", [page.code, language.tag])
    )
    url = reverse(f"content:{name}", args=parts)
    return {**cell(counts.get(language.tag, {})), "tag": language.tag, "url": url}


def cell(counts: dict[str, int]) -> dict[str, object]:
    """Return what a cell of the matrix shows: the state that asks for most work, and how many
    segments have it."""
    state = next((each for each in BY_WORK if counts.get(each.value)), TranslationState.MISSING)
    number = counts.get(state.value, 0)
    return {
        "state": state,
        "kind": STATE_KINDS[state],
        "shape": STATE_ICONS[STATE_KINDS[state]],
        "number": number,
        "is_whole": number == sum(counts.values()),
    }


def counts_by_language() -> dict[str, dict[str, int]]:
    """Return how many segments of all pages have each state, by language."""
    sums: dict[str, dict[str, int]] = {}
    for tag, counts in PageState.objects.values_list("language_id", "counts"):
        of_language = sums.setdefault(tag, {})
        for state, number in counts.items():
            of_language[state] = of_language.get(state, 0) + number
    return sums
