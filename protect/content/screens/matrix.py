"""The matrix of pages and languages: thousands of cells, of which few kinds differ. The template of
a cell is rendered once for each kind; each cell then gets its own address."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from protect.content import access
from protect.content.drafts import page_files
from protect.content.enums import TranslationState
from protect.content.models import Page, PageState
from protect.reference import formats, vocabulary
from protect.reference.vocabulary import Language
from protect.ui.icons import ICON_PATHS
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
ANY_PAGE, ANY_URL = "page-code", "cell-url"  # stand for a code and an address until these are known


class Cell(NamedTuple):
    """What a page needs in a language: the state that asks for most work, and how many segments
    have it."""

    state: TranslationState
    number: int
    is_whole: bool  # whether all segments have this state

    @property
    def kind(self) -> str:
        return STATE_KINDS[self.state]

    @property
    def shape(self) -> str:
        return STATE_ICONS[self.kind]


type Counts = Mapping[str, int]  # how many segments have each state


def text_languages() -> list[Language]:
    """Return the languages that have texts, by their name in the language of the desk."""
    return [vocabulary.languages()[tag] for tag, _name in access.language_choices()]


def language_name(language: Language) -> str:
    return formats.language_name(language.tag, get_language() or "en")


def cell_of(counts: Counts) -> Cell:
    state = next((each for each in BY_WORK if counts.get(each.value)), TranslationState.MISSING)
    number = counts.get(state.value, 0)
    return Cell(state, number, is_whole=number == sum(counts.values()))


def cell_url(page: Page, tag: str) -> str:
    """Return the address of the texts of a page in a language."""
    if tag == page_files.SOURCE_TAG:
        return reverse("content:source", args=[page.code])
    return reverse("content:translation", args=[page.code, tag])


def read_counts(tags: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the counts of each page in languages, by the page's code and the tag. Counts are JSON:
    many cells have the same."""
    rows = PageState.objects.filter(language__in=list(tags)).order_by()
    by_page: dict[str, dict[str, str]] = {}
    columns = ("page__code", "language_id", Cast("counts", TextField()))
    for code, tag, counts in rows.values_list(*columns):
        by_page.setdefault(code, {})[tag] = counts
    return by_page


class MatrixRow(NamedTuple):
    """A page in the matrix. `states`: in how many languages a state asks for most work, the most
    urgent first; `cells`: as HTML."""

    page: Page
    title: str
    states: list[tuple[TranslationState, int]]
    cells: SafeString


def render_rows(pages: Iterable[tuple[Page, str]], tags: Iterable[str]) -> Iterator[MatrixRow]:
    """Yield the row of each page."""
    columns = [(tag, _url_around_code(tag)) for tag in tags]
    by_page = read_counts(tag for tag, _url in columns)
    render = cache(_render_cell)  # for this page of the desk, in its language
    for page, title in pages:
        counts = by_page.get(page.code, {})
        cells = []
        states: dict[TranslationState, int] = {}
        for tag, (url_before, url_after) in columns:
            cell = render(counts.get(tag, "{}"))
            cells.append(f"<td>{cell.before}{url_before}{page.code}{url_after}{cell.after}</td>")
            states[cell.state] = states.get(cell.state, 0) + 1
        urgent_first = [(state, states[state]) for state in BY_WORK if state in states]
        html = mark_safe("".join(cells))  # noqa: S308 - codes are slugs
        yield MatrixRow(page, title, urgent_first, html)


def _url_around_code(tag: str) -> tuple[str, str]:
    before, _, after = cell_url(Page(code=ANY_PAGE), tag).partition(ANY_PAGE)
    return before, after


class RenderedCell(NamedTuple):
    """The HTML of a cell before and after its address."""

    state: TranslationState
    before: str
    after: str


def _render_cell(counts: str) -> RenderedCell:
    cell = cell_of(json.loads(counts))
    html = render_to_string("content/_matrix_cell.html", {"cell": cell, "url": ANY_URL})
    before, _, after = html.strip().replace("\n", " ").partition(ANY_URL)
    return RenderedCell(cell.state, before, after)


def mark_shapes() -> list[tuple[str, str]]:
    """Return the kinds of marks with the paths of their icons, which a page has once."""
    kinds = dict.fromkeys(STATE_KINDS.values())
    return [(kind, ICON_PATHS[STATE_ICONS[kind]]) for kind in kinds]


def counts_by_language() -> dict[str, dict[str, int]]:
    """Return how many segments of all pages have each state, by language."""
    sums: dict[str, dict[str, int]] = {}
    for tag, counts in PageState.objects.values_list("language_id", "counts"):
        of_language = sums.setdefault(tag, {})
        for state, number in counts.items():
            of_language[state] = of_language.get(state, 0) + number
    return sums
