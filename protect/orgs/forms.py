"""What people type about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from protect.orgs.actions.details import NAME_LENGTH
from protect.reference import vocabulary
from protect.ui.forms import DeskForm


def name_field() -> forms.CharField:
    """Return a field for somebody's own name."""
    return forms.CharField(
        label=_("Your name"),
        help_text=_("As colleagues know you. Survivors and other organisations do not see it."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def language_field(now: str = "") -> forms.ChoiceField:
    """Return a choice of the languages of screens, each by its own name.

    `now` is offered too: whoever has a language that is not published any more keeps it.
    """
    offered = vocabulary.published_languages("demo" if settings.IS_DEMO else "live")
    known = {now: vocabulary.languages()[now]} if now in vocabulary.languages() else {}
    choices = [(tag, each.endonym) for tag, each in {**offered, **known}.items()]
    return forms.ChoiceField(label=_("Language of your screens and mail"), choices=choices)


class AccountForm(DeskForm):
    mended_at = {"detail_invalid": "name"}
    name = name_field()
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(str(self.initial.get("language", "")))
