"""The filter of a list of decisions. Its values are part of the URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.services.forms import choose

# Translators: in a filter: nothing is left out.
EVERYTHING = ("", _("All"))


class NarrowingForm(forms.Form):
    """Country and state. A user with one country alone does not see the field."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    is_narrow = False  # whether something is looked for

    def __init__(self, data: Mapping[str, str], countries: Iterable[tuple[str, str]]) -> None:
        chosen = {name: data.get(name, "") for name in self.base_fields}
        super().__init__({**chosen, **self.unasked(chosen)})
        self.is_narrow = any(chosen.values())
        listed = list(countries)
        choose(self, "country", [EVERYTHING, *listed])
        if len(listed) < 2:
            self.fields["country"].widget = forms.HiddenInput()

    def unasked(self, chosen: Mapping[str, str]) -> Mapping[str, str]:
        """Return the default filter."""
        return {}

    def chosen(self) -> dict[str, Any]:
        """Return the chosen values by field, without unknown codes."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
