"""A long list of boxes to tick: those that are ticked stand on top, the list scrolls."""

from __future__ import annotations

from typing import Any

from django import forms


class LongBoxes(forms.CheckboxSelectMultiple):
    """Boxes of which there are many. With js/choosing.js a field above them finds one by its name.

    The page loads it: ui/_choosing.html.
    """

    template_name = "ui/long_boxes.html"

    def optgroups(
        self, name: str, value: list[Any], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        groups = super().optgroups(name, value, attrs)
        return sorted(groups, key=lambda group: not any(each["selected"] for each in group[1]))
