"""The form of an edition's co-hosts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from protect.orgs.models import Organisation
from protect.reference.formats import country_name
from protect.trainings.scheduling.access import could_co_host
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm


class CoHostsForm(DeskForm):
    """Organisations that host a training together with its host."""

    co_hosts = forms.ModelMultipleChoiceField(
        # Translators: organisations that host a training together.
        label=_("Co-hosts"),
        help_text=_("Each is asked. Who says yes sees the training and its people."),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, edition: Edition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if edition is not None:
            field = self.fields["co_hosts"]
            field.queryset = could_co_host(edition)  # type: ignore[attr-defined]
            field.label_from_instance = described  # type: ignore[attr-defined]


def described(each: Organisation) -> SafeString:
    """Return an organisation as a choice: name and country."""
    country = country_name(each.country, get_language() or "en")
    return format_html("<span><bdi>{}</bdi><small>{}</small></span>", each.name, country)
