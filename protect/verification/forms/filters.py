"""What somebody looks for in a list of things to decide: it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.services.forms.texts import choose

# Translators: in a filter: nothing is left out.
EVERYTHING = ("", _("All"))


class NarrowingForm(forms.Form):
    """Country and state. Whoever decides for one country alone is not asked for it."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    is_narrow = False  # whether something is looked for

    def __init__(self, data: Mapping[str, str], countries: Iterable[tuple[str, str]]) -> None:
        given = {name: data.get(name, "") for name in self.base_fields}
        super().__init__({**given, **self.unasked(given)})
        self.is_narrow = any(given.values())
        known = list(countries)
        choose(self, "country", [EVERYTHING, *known])
        if len(known) < 2:
            self.fields["country"].widget = forms.HiddenInput()

    def unasked(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return what is looked for where nothing was chosen."""
        return {}

    def chosen(self) -> dict[str, Any]:
        """Return what is looked for, by field; a word that nobody knows is left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
