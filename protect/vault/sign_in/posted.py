"""Forms of desk pages, by which a draft can show its fields with their labels. A draft of a page
that is not registered here is kept and sent as well, but without labels."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.ui.forms import DeskForm

type Fields = Mapping[str, list[str]]


class DraftPage(NamedTuple):
    """The title of a desk page and the form on it, for showing a draft of that form."""

    title: Promise
    form: Callable[[], DeskForm]
    # Whether the page can show the form filled in from a draft: its view saves only a valid form,
    # and the page sends no fields besides those of the form.
    can_resume: bool = False


# By URL name. Each package adds its own pages when it is loaded.
DRAFT_PAGES: dict[str, DraftPage] = {}
# A digest or an id, which pages put into hidden fields that no form names.
MACHINE_VALUE = re.compile(r"[0-9a-f]{32,128}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def page_title(name: str) -> str:
    """Return the title of a page by its URL name, "" for an unknown page."""
    page = DRAFT_PAGES.get(name)
    return str(page.title) if page else ""


def can_resume_form(name: str) -> bool:
    """Return whether the page with this URL name can show its form filled in from a draft."""
    page = DRAFT_PAGES.get(name)
    return page is not None and page.can_resume


def typed_texts(name: str, fields: Fields) -> list[tuple[str, str]]:
    """Return label and text of each filled field, in the order of the form.
    Hidden fields stay hidden. Fields that the form does not know come last."""
    page = DRAFT_PAGES.get(name)
    form = page.form() if page else DeskForm()
    pairs = [pair for field in form.visible_fields() for pair in _labelled_texts(field, fields)]
    label = _("What you typed")  # For translators: before a text typed on a page that is now gone
    unknown = [
        text
        for field, values in fields.items()
        if field not in form.fields and not field.startswith(form.untyped_prefixes)
        for text in values
        if text.strip() and not MACHINE_VALUE.fullmatch(text)
    ]
    return [*pairs, *((label, text) for text in unknown)]


def _labelled_texts(bound: forms.BoundField, fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield label and text of a field: for a choice the label of the option, never its code."""
    for text in fields.get(bound.name, []):
        if isinstance(bound.field, forms.ChoiceField):
            pairs: Any = bound.field.choices if text else ()  # no form here groups its choices
            shown_text = {str(value): str(label) for value, label in pairs}.get(text, "")
        else:
            shown_text = text
        if shown_text.strip():
            yield str(bound.label), shown_text
