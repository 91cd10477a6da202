"""Languages to choose from, several at once: those that are spoken most first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from protect.directory.facts.sentences import language_name
from protect.reference import vocabulary
from protect.reference.lookup.fold import fold
from protect.ui.forms import LongBoxes


def languages_field(
    label: Any, hint: Any = "", *, is_asked: bool = True
) -> forms.MultipleChoiceField:
    """Return a field for several languages. `is_asked`: at least one is needed."""
    return forms.MultipleChoiceField(
        label=label, help_text=hint, required=is_asked, widget=LongBoxes
    )


def by_name(tags: Iterable[str], country: str) -> list[tuple[str, str]]:
    """Return languages as choices, by their names.

    Those that a country speaks come first, then those that our public pages speak: whoever flees
    reads them most.
    """
    countries, known = vocabulary.countries(), vocabulary.languages()
    own = countries[country].languages if country in countries else ()
    named = {tag: language_name(tag) for tag in tags}

    def place(pair: tuple[str, str]) -> tuple[bool, bool, str]:
        tag, name = pair
        return tag not in own, not known[tag].has_text, fold(name)

    return sorted(named.items(), key=place)
