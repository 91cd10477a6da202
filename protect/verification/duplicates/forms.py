"""Which of two entries remains, and which version of each fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory import labels
from protect.directory.enums import Audience, Fact, Status
from protect.directory.facts.fact_view import FactView, fact_view
from protect.directory.facts.freshness import Standing, standing_from, standing_of
from protect.directory.models import Service
from protect.directory.services.forms.texts import choose
from protect.directory.services.service_page import ORDER
from protect.kernel.text import plain_name
from protect.ui.forms import DeskForm
from protect.verification.duplicates.merges import Choice
from protect.verification.enums import PairState
from protect.verification.models import DuplicatePair
from protect.verification.reports.forms import NarrowingForm

FIRST, SECOND = "first", "second"
NEVER = datetime.min.replace(tzinfo=UTC)
SIDES: dict[str, Promise] = {
    # Translators: one of two entries that stand side by side.
    FIRST: _("The first"),
    # Translators: one of two entries that stand side by side.
    SECOND: _("The second"),
}


class Line(NamedTuple):
    fact: Fact
    first: FactView
    second: FactView
    fresher: str  # FIRST or SECOND

    @property
    def is_same(self) -> bool:
        return self.first.mark == self.second.mark


class Sides(NamedTuple):
    lines: list[Line]
    keep: str  # which one to keep by default
    is_protected: bool  # one never stores its address: the result does not either

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if not line.is_same]

    @property
    def same(self) -> Mapping[Fact, str]:
        """Return for each fact with equal values the entry that has the fresher checks."""
        return {line.fact: line.fresher for line in self.lines if line.is_same}


def side_by_side(first: Service, second: Service, *, at: datetime) -> Sides:
    """Return the values of both entries for every fact that one of them has."""
    one, other = standing_of(first, at), standing_of(second, at)
    is_protected = Audience.NEVER_STORED in {first.address_audience, second.address_audience}
    lines = []
    for fact in Fact:
        if (fact in one or fact in other) and not (fact == Fact.ADDRESS and is_protected):
            a, b = (each.get(fact) or standing_from(fact, [], at) for each in (one, other))
            views = fact_view(first, a), fact_view(second, b)
            lines.append(Line(fact, *views, fresher=_fresher(a, b, *views)))
    return Sides(lines, _keep(first, second, lines), is_protected)


def _fresher(one: Standing, other: Standing, first: FactView, second: FactView) -> str:
    """Return the better version: one with a value, then by state, then by date."""
    left, right = (
        (not view.is_known, ORDER.index(each.state), NEVER - getattr(each.check, "at", NEVER))
        for each, view in ((one, first), (other, second))
    )
    return FIRST if left <= right else SECOND


def _keep(first: Service, second: Service, lines: list[Line]) -> str:
    """Return the one that the public sees; of two, the one of which more is fresh."""
    shown = [each.status == Status.PUBLISHED for each in (first, second)]
    if shown[0] != shown[1]:
        return FIRST if shown[0] else SECOND
    better = sum(line.fresher == FIRST for line in lines)
    return FIRST if better * 2 >= len(lines) else SECOND


class MergeForm(DeskForm):
    # Translators: a page: two entries of the directory become one.
    page = _("Merge two entries")
    mended_at = {"verification_merge_hides_published": "keep"}
    keep = forms.ChoiceField(
        # Translators: over a choice between two entries of the directory.
        label=_("Which entry remains?"),
        help_text=_("Its name and its words stay. The page of the other one leads to it."),
        choices=list(SIDES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which entry remains.")},
    )

    def __init__(
        self, *args: Any, facts: Iterable[Fact] = Fact, names: Sequence[str] = (), **kwargs: Any
    ) -> None:
        """`facts`: those with different values; `names`: of both entries, in order."""
        super().__init__(*args, **kwargs)
        named = zip(SIDES.items(), names, strict=False)
        choices = [(side, f"{words}: {plain_name(name)}") for (side, words), name in named]
        choose(self, "keep", list(choices or SIDES.items()))
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"is_{fact.value}"] = forms.ChoiceField(
                label=str(labels.FACTS[fact]),
                choices=list(SIDES.items()),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which version stays.")},
            )

    def choice(self, pair: DuplicatePair, same: Mapping[Fact, str]) -> Choice:
        """Return the choice; `same`: the entry that keeps its checks, by fact with equal values."""
        data = self.cleaned_data
        keys = {FIRST: pair.first_id, SECOND: pair.second_id}
        sides = {fact: data[f"is_{fact.value}"] for fact in self.facts} | dict(same)
        return Choice(
            keep=keys[data["keep"]],
            taken=frozenset(fact for fact, side in sides.items() if side != data["keep"]),
        )


class PairFilter(NarrowingForm):
    def __init__(self, data: Mapping[str, str], countries: Iterable[str]) -> None:
        super().__init__(data, countries, PairState.PROPOSED.value)
        choose(self, "state", PairState.choices)
