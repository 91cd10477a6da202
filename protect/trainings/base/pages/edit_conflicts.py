"""Values that another user saved between a form's opening and its sending, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from protect.ui import moments
from protect.ui.forms import DeskForm


def conflicting_values(
    form: DeskForm, current: Mapping[str, Any], edited: int
) -> list[tuple[str, str]]:
    """Return labels and current values of the fields where they differ from the submitted ones.

    `current` is by field. Each save raises `edited`, and the form sends the number of its page.
    """
    if not form.is_bound or form.data.get("edited") == str(edited):
        return []
    return [
        (str(field.label), display_value(field, current[name]))
        for name, field in form.fields.items()
        if name in current
        and name != "edited"
        and name in form.cleaned_data
        and form.cleaned_data[name] != current[name]
    ]


def display_value(field: forms.Field, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(display_value(field, each) for each in value) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moments.exact(value)
    if value is None or value == "":
        return "–"
    if isinstance(value, Model) and isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))
