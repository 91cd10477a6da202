"""Which of two entries remains, and which version of each fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Fact
from protect.directory.facts import LABELS
from protect.directory.services.forms import choose
from protect.kernel.text import plain_name
from protect.ui.forms import DeskForm
from protect.verification import labels as verification_labels
from protect.verification.duplicates.comparison import FIRST, SECOND
from protect.verification.duplicates.merges import Choice
from protect.verification.enums import PairState
from protect.verification.models import DuplicatePair
from protect.verification.reports.filters import NarrowingForm

SIDES: dict[str, Promise] = {
    # Translators: one of two entries that stand side by side.
    FIRST: _("The first"),
    # Translators: one of two entries that stand side by side.
    SECOND: _("The second"),
}


class MergeForm(DeskForm):
    """A choice for the entry, and one for each fact."""

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
        self,
        *args: Any,
        facts: Iterable[Fact] = Fact,
        names: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """`facts`: those with different values; `names`: of both entries, in order."""
        super().__init__(*args, **kwargs)
        named = zip(SIDES.items(), names, strict=False)
        choices = [(side, f"{words}: {plain_name(name)}") for (side, words), name in named]
        choose(self, "keep", list(choices or SIDES.items()))
        self.facts = list(facts)
        for fact in self.facts:
            self.fields[f"is_{fact.value}"] = forms.ChoiceField(
                label=str(LABELS[fact]),
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
    """The filter of possible duplicates: by default the undecided ones."""

    def __init__(self, data: Mapping[str, str], countries: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, countries)
        choose(self, "state", list(verification_labels.PAIR_STATES.items()))

    def unasked(self, chosen: Mapping[str, str]) -> Mapping[str, str]:
        return {"state": chosen["state"] or PairState.PROPOSED.value}
