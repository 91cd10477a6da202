"""What is asked of people to be counted. All of it can be left out."""

from __future__ import annotations

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from protect.trainings.registrations import people_words
from protect.trainings.registrations.enums import Sex
from protect.ui.forms import DeskForm

# What is not said stands first.
SEXES = sorted(Sex.choices, key=lambda pair: pair[0] != Sex.UNDISCLOSED)


class CountedForm(DeskForm):
    """A participant: required fields (`needed`), and those for statistics only (`counted`)."""

    profession = forms.ChoiceField(
        label=people_words.PROFESSION, choices=people_words.professions, required=False
    )
    sector = forms.ChoiceField(
        label=people_words.SECTOR, choices=people_words.sectors, required=False
    )
    # Translators: what somebody says of themselves.
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    age_band = forms.ChoiceField(label=people_words.AGE, choices=people_words.ages, required=False)

    def clean_sex(self) -> str:
        return self.cleaned_data["sex"] or Sex.UNDISCLOSED.value

    @property
    def counted(self) -> list[BoundField]:
        """Return the fields that stand apart."""
        return [self[name] for name in CountedForm.base_fields]

    @property
    def needed(self) -> list[BoundField]:
        """Return the other fields."""
        return [each for each in self.visible_fields() if each.name not in CountedForm.base_fields]
