"""Languages to choose from, several at once: those of the country first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from protect.directory.saying import language_name
from protect.reference import vocabulary
from protect.ui.boxes import LongBoxes


def languages_field(
    label: Any, hint: Any = "", *, is_asked: bool = True
) -> forms.MultipleChoiceField:
    """Return a field for several languages. `is_asked`: at least one is needed."""
    return forms.MultipleChoiceField(
        label=label, help_text=hint, required=is_asked, widget=LongBoxes
    )


def by_name(tags: Iterable[str], country: str) -> list[tuple[str, str]]:
    """Return languages as choices, by their names; those that a country speaks come first."""
    known = vocabulary.countries()
    own = known[country].languages if country in known else []
    named = {tag: language_name(tag) for tag in tags}
    return sorted(named.items(), key=lambda pair: (pair[0] not in own, pair[1]))
