"""What somebody else saved between a form's opening and its sending, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from protect.ui import moments
from protect.ui.forms import DeskForm


def theirs(form: DeskForm, stands: Mapping[str, Any], edited: int) -> list[tuple[str, str]]:
    """Return labels and values of what stands now, where it differs from what was typed.

    `stands` is by field; `edited` is raised by each save, and the form sends what its page showed.
    """
    if not form.is_bound or form.data.get("edited") == str(edited):
        return []
    return [
        (str(field.label), said(field, stands[name]))
        for name, field in form.fields.items()
        if name in stands
        and name != "edited"
        and name in form.cleaned_data
        and form.cleaned_data[name] != stands[name]
    ]


def said(field: forms.Field, value: Any) -> str:
    """Return a value as the page of its form says it."""
    if isinstance(value, list):
        return ", ".join(said(field, each) for each in value) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moments.exact(value)
    if value is None or value == "":
        return "–"
    if isinstance(value, Model) and isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    known = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return known.get(str(value), str(value))
