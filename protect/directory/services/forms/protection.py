"""The form for the region that is shown instead of a secret address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory.facts import sentences
from protect.directory.services.forms.texts import choose
from protect.reference.lookup import store
from protect.ui.forms import DeskForm


class ProtectForm(DeskForm):
    area = forms.ChoiceField(
        # Translators: a list of regions; one of them is told instead of a secret address.
        label=gettext_lazy("Region that may be told instead"),
        help_text=gettext_lazy(
            "Only regions of 20 kilometres and 100,000 people at least. Choose by what may be "
            "known, never by what is nearest."
        ),
        required=False,
    )

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(code, sentences.area_name(code)) for code in store.coarse_areas(country)]
        # Translators: in a list of regions: none of them, only the country is told.
        nothing = ("", _("– (no more than the country)"))
        choose(self, "area", [nothing, *sorted(areas, key=lambda each: each[1].casefold())])
