from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.outreach import errors, models, rules
from protect.outreach.actions.head_counts import Declaration
from protect.trainings.base import fields, labels, vocabulary
from protect.trainings.registrations.enums import Sex
from protect.trainings.scheduling.enums import SessionKind
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_PEOPLE_IN_CELL = 2000  # upper limit of one number
SEX_LABELS = {sex.value: sex.label for sex in Sex if sex != Sex.UNDISCLOSED}
SEX_LABELS |= {labels.UNKNOWN: labels.UNKNOWN_LABEL}


def count_field(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return fields.number_field(label, 0, MAX_PEOPLE_IN_CELL, is_required=False, widget=widget)


class HeadCountForm(DeskForm):
    """The form on the holder's own page; the desk has `DeskHeadCountForm`."""

    field_by_error_code = {"outreach_tally_impossible": "could_name"}
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)  # a revision
    answered = count_field(_("Number who answered"))  # For translators: said yes or no
    could_name = count_field(_("Number who could name a service"))  # For translators: of a session

    def __init__(
        self, *args: Any, session: models.InformationSession | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.has_count_conflict = False
        self.bands = bands_for_session(session) if session else []
        for band in self.bands:
            for sex, label in SEX_LABELS.items():
                self.fields[cell_field_name(band, sex)] = count_field(label)

    def expected_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return label and fields of the bands that the request names and “unknown”, else all."""
        return [row for row in self._band_rows() if row[0] in self._requested_band_labels()]

    def other_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return label and fields of the bands that `expected_rows` leaves out."""
        return [row for row in self._band_rows() if row[0] not in self._requested_band_labels()]

    def to_declaration(self) -> Declaration:
        data = self.cleaned_data
        keys = ((band, sex) for band in self.bands for sex in SEX_LABELS)
        cells: dict[rules.Cell, int] = {key: data.get(cell_field_name(*key)) or 0 for key in keys}
        seen = data["seen"] or 0
        return Declaration(data["nonce"], cells, data["answered"], data["could_name"], seen)

    @contextmanager
    def showing_refusals(self) -> Iterator[None]:
        """Show refusals in the form. After a conflict, sending again replaces the other count."""
        with super().showing_refusals():
            try:
                yield
            except errors.HeadCountConflict as error:
                self.has_count_conflict = True
                self.data = {name: self.data[name] for name in self.data}
                self.data["seen"] = str(error.current_revision)
                raise

    def _band_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        rows = (
            (band, [self[cell_field_name(band, sex)] for sex in SEX_LABELS]) for band in self.bands
        )
        return [(labels.age_band_name(band), fields) for band, fields in rows]

    def _requested_band_labels(self) -> set[str]:
        """Return the labels of the bands that the request names and of “unknown”, else of all."""
        request = self.session.request if self.session else None
        bands = {request.class_level, request.band} & set(self.bands) if request else set()
        return set(map(labels.age_band_name, bands | {labels.UNKNOWN} if bands else self.bands))


class DeskHeadCountForm(HeadCountForm):
    """The form at the desk. `pass_text` lets it be sent after the login session ended."""

    pass_text = forms.CharField(widget=forms.HiddenInput)


def cell_field_name(band: str, sex: str) -> str:
    return f"n_{band}_{sex}"


def bands_for_session(session: models.InformationSession) -> list[str]:
    """Return the class levels at a school, else the age bands, as codes, then “unknown”."""
    bands = vocabulary.grades() if session.kind == SessionKind.SCHOOL else vocabulary.age_bands()
    return [*bands, labels.UNKNOWN]


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: how many people were at a session.
    "outreach:info_count": DraftPage(_("Count people"), DeskHeadCountForm)
}
