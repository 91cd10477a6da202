"""A choice among things that have a name: the name is what people read, never an id."""

from __future__ import annotations

from typing import Any

from django import forms


class NamedField(forms.ModelChoiceField[Any]):
    """A choice whose options are called by their name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)
