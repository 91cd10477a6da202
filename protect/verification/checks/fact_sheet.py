"""The facts of a service on a page where they are confirmed or changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest

from protect.directory.enums import Fact
from protect.directory.facts.fact_view import FactView, fact_view, marks_of
from protect.directory.facts.forms import FactForm, form_of
from protect.directory.facts.freshness import standing_of
from protect.directory.models import Service
from protect.kernel import clock
from protect.verification.checks.checks import Heard
from protect.verification.checks.forms import AnswersForm


class FactSheet[F: AnswersForm]:
    """What the page needs to know, read once."""

    def __init__(
        self, request: HttpRequest, service: Service, facts: Collection[Fact] = frozenset(Fact)
    ) -> None:
        self.request, self.service, self.at = request, service, clock.now()
        self.views: dict[Fact, FactView] = {
            fact: fact_view(service, standing)
            for fact, standing in standing_of(service, self.at).items()
            if fact in facts
        }

    @property
    def unknown(self) -> list[Fact]:
        return [fact for fact, view in self.views.items() if not view.is_known]

    def edits(self, form: F) -> dict[Fact, FactForm]:
        """Return a form for each fact, bound to the submitted values if it is marked as changed."""
        typed, sent = form.typed, self.request.POST
        return {
            fact: form_of(fact, self.service, sent if fact in typed else None)
            for fact in self.views
        }

    def heard(self, form: F, edits: Mapping[Fact, FactForm]) -> Heard | None:
        """Return what was marked, with what is new of it; None where something is mistaken."""
        changed = {fact: edits[fact] for fact in form.typed}
        if not form.is_valid() or form.mistaken(changed.values()):
            return None
        return form.heard({fact: each.values() for fact, each in changed.items()})

    def context(self, form: F, edits: Mapping[Fact, FactForm] | None = None) -> dict[str, Any]:
        """Return what the template shows. Facts that changed since are asked again."""
        shown = form.marks if form.is_bound else {}
        stale = {
            fact for fact, view in self.views.items() if shown.get(fact, view.mark) != view.mark
        }
        form.forget(stale)
        edits = edits or self.edits(form)
        return {
            "had": marks_of(self.views.values()),
            "had_known": marks_of(view for view in self.views.values() if view.is_known),
            "opened": " ".join(edits),
            "rows": [
                {
                    "view": view,
                    "field": form[f"is_{fact.value}"],
                    "edit": edits[fact],
                    "is_new": fact in stale,
                }
                for fact, view in self.views.items()
            ],
        }
