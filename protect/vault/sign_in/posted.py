"""What was posted to a page, in the words of that page: for what was kept while it was locked.
A page that is not listed here is still kept and sent; only its own words are missing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.ui.forms import DeskForm

type Fields = Mapping[str, list[str]]


class Page(NamedTuple):
    """What a page is called, and the form that stands on it."""

    title: Promise
    form: Callable[[], DeskForm]
    # Whether a person can go on writing there: its view saves nothing but what its form calls
    # valid, and everything that the page sends stands in that form.
    can_go_on: bool = False


# By name of an address. Each package adds its own pages when it is loaded.
PAGES: dict[str, Page] = {}


def title_of(name: str) -> str:
    """Return what a page is called, "" where nothing is known of it."""
    page = PAGES.get(name)
    return str(page.title) if page else ""


def can_go_on(name: str) -> bool:
    """Return whether the page of an address shows its form filled in from a draft."""
    page = PAGES.get(name)
    return page is not None and page.can_go_on


def typed(name: str, fields: Fields) -> list[tuple[str, str]]:
    """Return label and text of each filled field, as the form shows it.
    What the form hides stays hidden. What it does not know stands last."""
    page = PAGES.get(name)
    form = page.form() if page else DeskForm()
    pairs = [pair for field in form.visible_fields() for pair in _labelled(field, fields)]
    # Translators: stands before a text that a user typed on a page that is not there any more.
    label = _("What you typed")
    strange = [values for field_name, values in fields.items() if field_name not in form.fields]
    return [*pairs, *((label, text) for values in strange for text in values if text.strip())]


def _labelled(bound: forms.BoundField, fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield what stands in a field: of a choice its words, never its code."""
    for text in fields.get(bound.name, []):
        if isinstance(bound.field, forms.ChoiceField):
            words = dict(_choices(bound.field)).get(text, "") if text else ""
        else:
            words = text
        if words.strip():
            yield str(bound.label), words


def _choices(field: forms.ChoiceField) -> Iterator[tuple[str, str]]:
    offered: Any = field.choices  # an iterable of pairs: no form of ours has groups of choices
    for value, words in offered:
        yield str(value), str(words)
