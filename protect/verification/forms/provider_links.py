"""What a service says of itself, by the link in its mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protect.directory.enums import Fact, Method
from protect.verification.actions.checks import Heard
from protect.verification.forms.checks import RIGHT, AnswersForm


class EntryForm(AnswersForm):
    """A choice for each fact. Who answers, and from where, is not asked."""

    def heard(self, changed: Mapping[Fact, Mapping[str, Any]]) -> Heard:
        """Return what the service says; `changed` comes from the forms of single facts."""
        return Heard(
            method=Method.PROVIDER, right=self.marked(RIGHT), changed=changed, marks=self.marks
        )
