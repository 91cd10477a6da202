"""Inputs that Django has none for: places of a ranking, lines of a matrix, steps of a scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

type Choices = Iterable[tuple[str, str | SafeString]]


class Lines(forms.Widget):
    use_fieldset = True

    def __init__(self, lines: Choices, choices: Choices) -> None:
        super().__init__()
        self.lines, self.choices = [*lines], [*choices]

    def id_for_label(self, id_: str) -> str:
        return ""  # a legend names it

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {code: data.get(f"{name}-{code}", "") for code, _label in self.lines}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        values = value if isinstance(value, Mapping) else {}
        root = context["widget"]["attrs"].get("id", "")
        context["widget"]["lines"] = [
            {
                "name": f"{name}-{code}",
                "id": f"{root}_{at}",
                "label": label,
                "value": str(values.get(code, "")),
            }
            for at, (code, label) in enumerate(self.lines)
        ]
        context["widget"]["choices"] = [(str(code), label) for code, label in self.choices]
        return context


class Places(Lines):
    template_name = "questionnaires/widgets/places.html"


class Grid(Lines):
    template_name = "questionnaires/widgets/grid.html"


class Steps(forms.RadioSelect):
    def __init__(self, count: int, low: str | SafeString, high: str | SafeString) -> None:
        ends = {1: low, count: high}
        super().__init__(
            attrs={"class": "steps-row"},
            choices=[
                (str(at), format_html("<span>{} <small>{}</small></span>", at, ends.get(at, "")))
                for at in range(1, count + 1)
            ],
        )
