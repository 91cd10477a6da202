"""The filter of the service list. Its values are part of the URL, so that a reload keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from protect.directory import labels
from protect.directory.extension import extensions
from protect.directory.facts import sentences
from protect.directory.services.forms.texts import choose, kinds
from protect.directory.services.search import MINE
from protect.reference import formats, vocabulary


class ServiceFilter(forms.Form):
    """The bar over the list. What cannot be read is not looked for."""

    q = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "dir": "auto",
                "autocomplete": "off",
                "spellcheck": "false",
                "data-search": "",
            }
        ),
    )
    country = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    language = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)
    waits = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__({name: data.get(name, "") for name in self.base_fields})
        tag = get_language() or "en"
        # Translators: in a filter: nothing is left out.
        everything = ("", _("All"))
        names = {code: formats.country_name(code, tag) for code in vocabulary.countries()}
        spoken = {code: sentences.language_name(code) for code in vocabulary.languages()}
        offered: dict[str, list[tuple[str, object]]] = {
            "country": _sorted(names),
            "status": list(labels.STATUSES.items()),
            "kind": list(kinds()),
            "language": _sorted(spoken),
            "state": [pair for each in extensions() for pair in each.filter_reasons().items()],
            # Translators: in a filter: services that need something from the person at the desk.
            "waits": [(MINE, _("Waits for me"))],
        }
        for name, choices in offered.items():
            choose(self, name, [everything, *choices])

    def chosen(self) -> dict[str, str]:
        """Return the chosen values by field, without unknown codes."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _sorted(names: Mapping[str, str]) -> list[tuple[str, object]]:
    pairs = sorted(names.items(), key=lambda each: each[1].casefold())
    return [*pairs]
