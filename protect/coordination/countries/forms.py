import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])")
QUARTERS_OFFERED = 8
MONTHS, MONTHS_OF_QUARTER = 12, 3


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a calendar year; `number` from 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, (day.month - 1) // MONTHS_OF_QUARTER + 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return a quarter from a text such as 2026-Q4. Errors: ValueError."""
        found = QUARTER.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]))

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def starts(self) -> date:
        return date(self.year, (self.number - 1) * MONTHS_OF_QUARTER + 1, 1)

    @property
    def ends(self) -> date:
        """Return the first day after the quarter."""
        return self.next().starts

    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def previous(self) -> "Quarter":
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


def last_quarters(today: date) -> list[Quarter]:
    """Return the quarter of a day and those before it, the newest first."""
    quarters = [Quarter.of(today)]
    while len(quarters) < QUARTERS_OFFERED:
        quarters.append(quarters[-1].previous())
    return quarters


class BriefForm(DeskForm):
    """Which brief to print. It is sent by GET, so that its address can be kept."""

    # Translators: a quarter of a year, such as 2026-Q4.
    quarter = forms.ChoiceField(label=_("Quarter"))
    language = forms.ChoiceField(label=_("Language"))

    def __init__(
        self,
        data: Any = None,
        *,
        quarters: Sequence[Quarter] = (),
        languages: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data, initial={"language": get_language() or "en"})
        choices = {
            "quarter": [(each.code, f"{each.year} · Q{each.number}") for each in quarters],
            "language": list(languages),
        }
        for name, pairs in choices.items():
            self.fields[name].choices = pairs  # type: ignore[attr-defined]

    def chosen(self) -> tuple[Quarter, str]:
        """Return quarter and language of a valid form."""
        return Quarter.parse(self.cleaned_data["quarter"]), self.cleaned_data["language"]


PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:country": DraftPage(_("Coordination brief"), BriefForm),
}
