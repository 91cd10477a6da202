"""Head counts of a session, as its holder types them on a phone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.outreach import errors, models, rules
from protect.outreach.actions.head_counts import Declared
from protect.trainings.base import fields, labels, vocabulary
from protect.trainings.registrations.enums import Sex
from protect.trainings.scheduling.enums import SessionKind
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

MOST = 2000  # people of one cell
SEXES = {sex.value: sex.label for sex in Sex if sex != Sex.UNDISCLOSED}
SEXES |= {labels.UNKNOWN: labels.NOT_KNOWN}


def number(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return fields.number(label, 0, MOST, is_asked=False, widget=widget)


class NumbersForm(DeskForm):
    mended_at = {"outreach_tally_impossible": "could_name"}
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)  # a revision
    # Translators: how many people of a session answered a question by raising their hand.
    answered = number(_("How many answered"))
    # Translators: how many people of a session knew a service that helps.
    could_name = number(_("How many could name a service"))

    def __init__(
        self, *args: Any, session: models.InformationSession | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.is_meanwhile = False
        self.bands = bands_of(session) if session else []
        for band in self.bands:
            for sex, label in SEXES.items():
                self.fields[cell_name(band, sex)] = number(label)

    def first(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [each for each in self._rows() if each[0] in self._expected()]

    def others(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [each for each in self._rows() if each[0] not in self._expected()]

    def declared(self) -> Declared:
        data = self.cleaned_data
        cells: Mapping[rules.Cell, int] = {
            (band, sex): data.get(cell_name(band, sex)) or 0 for band in self.bands for sex in SEXES
        }
        seen = data["seen"] or 0
        return Declared(data["nonce"], cells, data["answered"], data["could_name"], seen)

    @contextmanager
    def mending(self) -> Iterator[None]:
        """As for every form. After the page has shown another person's count, it counts as seen."""
        with super().mending():
            try:
                yield
            except errors.CountedMeanwhile as error:
                self.is_meanwhile = True
                self.data = {name: self.data[name] for name in self.data}
                self.data["seen"] = str(error.stands)
                raise

    def _rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (labels.band_name(band), [self[cell_name(band, sex)] for sex in SEXES])
            for band in self.bands
        ]

    def _expected(self) -> set[str]:
        request = self.session.request if self.session else None
        bands = {request.class_level, request.band} & set(self.bands) if request else set()
        return set(map(labels.band_name, bands | {labels.UNKNOWN} if bands else self.bands))


class CountForm(NumbersForm):
    """The same form at the desk: `pass_text` lets it be sent after the login session ended."""

    pass_text = forms.CharField(widget=forms.HiddenInput)


def cell_name(band: str, sex: str) -> str:
    return f"n_{band}_{sex}"


def bands_of(session: models.InformationSession) -> list[str]:
    bands = vocabulary.grades() if session.kind == SessionKind.SCHOOL else vocabulary.age_bands()
    return [*bands, labels.UNKNOWN]


# Forms that are kept while their author is locked, by name of an address.
PAGES: dict[str, Page] = {
    # Translators: a page: how many people were at a session.
    "outreach:info_count": Page(_("Count people"), CountForm),
}
