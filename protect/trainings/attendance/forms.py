"""Forms in which staff record attendance, and participants excuse themselves."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from protect.trainings.attendance import enums, lists, rules
from protect.trainings.attendance.actions.attendance import AttendanceEntry
from protect.ui.forms import DeskForm
from protect.uploads.clean_documents import CleanDocument
from protect.vault.records.forms import FileForm
from protect.vault.records.notes import cleaned
from protect.vault.sign_in.posted import Page


class TypedLine(NamedTuple):
    line: lists.Line
    state: forms.BoundField
    minutes: forms.BoundField
    before: forms.BoundField


class ListForm(DeskForm):
    def __init__(
        self, *args: Any, lines: Sequence[lists.Line] = (), planned: int = 0, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.lines = lines
        for each in lines:
            self._add(each, planned)

    def clean(self) -> None:
        for each in self.lines:
            state, name = self.cleaned_data.get(f"s{each.key}"), f"m{each.key}"
            if state in rules.IN_PART and self.cleaned_data.get(name, 0) is None:
                # Translators: of a participant who came late or left early.
                self.add_error(name, _("Write how many minutes they were there."))

    def changes(self) -> Iterator[AttendanceEntry]:
        for each in self.lines:
            state, minutes, before = (self.cleaned_data.get(f"{name}{each.key}") for name in "smb")
            is_new = state != before or (state in rules.IN_PART and minutes != each.minutes)
            if state and is_new:
                new_state = enums.AttendanceState(state)
                yield AttendanceEntry(each.registration.pk, new_state, minutes, before or "")

    def typed(self) -> list[TypedLine]:
        return [
            TypedLine(each, *(self[f"{letter}{each.key}"] for letter in "smb"))
            for each in self.lines
        ]

    def go_on_after(self, lines: Sequence[lists.Line]) -> None:
        """Take what another user recorded meanwhile as the state on screen; typed values stay."""
        data = cast("QueryDict", self.data).copy()
        for each in lines:
            data[f"b{each.key}"] = each.state
        self.data = data

    def _add(self, each: lists.Line, planned: int) -> None:
        name = each.registration.participant.name
        empty = [] if each.state else [("", "–")]
        choices = [*empty, *enums.AttendanceState.choices]
        self.fields[f"s{each.key}"] = forms.ChoiceField(
            label=name, choices=choices, initial=each.state, required=False
        )
        self.fields[f"m{each.key}"] = forms.IntegerField(
            # Translators: how long a participant was there. {name} is the participant.
            label=_("Minutes: {name}").format(name=name),
            initial=each.minutes if each.state in rules.IN_PART else None,
            min_value=1,
            max_value=max(planned - 1, 1),
            required=False,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
        )
        before = forms.CharField(initial=each.state, required=False, widget=forms.HiddenInput)
        self.fields[f"b{each.key}"] = before


class SheetCodeForm(forms.Form):
    use_required_attribute = False

    list = forms.CharField(
        # Translators: the code printed on a list that people signed.
        label=_("Code of the list"),
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "class": "short"}),
    )


class MakeUpForm(DeskForm):
    mended_at = {"trainings_make_up_elsewhere": "session", "trainings_half_day_not_on": "session"}
    # Translators: the half day of a training that a participant missed.
    half_day = forms.ChoiceField(label=_("Half day that they missed"))
    session = forms.ChoiceField(
        # Translators: in which half day of another training a participant made up.
        label=_("Half day that they attended instead")
    )

    def __init__(
        self,
        *args: Any,
        missed: Sequence[tuple[UUID, str]] = (),
        instead: Sequence[tuple[UUID, str]] = (),
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["half_day"].choices = missed  # type: ignore[attr-defined]
        self.fields["session"].choices = instead  # type: ignore[attr-defined]


class ScanForm(DeskForm):
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        # Translators: the code of a row of a printed list, or on a participant's phone.
        label=_("Code of the row, or on their phone"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autofocus": True, "class": "short"}
        ),
    )


class SheetForm(FileForm):
    mended_at: ClassVar = dict.fromkeys(
        ("upload_refused", "parsers_busy", "trainings_needs_not_asked"), "file"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Translators: a picture of the paper that people signed.
        self.fields["file"].label = _("Scan of the signed list")

    def cleaned(self) -> CleanDocument:
        """Return the file scanned and written anew. Takes seconds. Errors: UploadRefused."""
        return cleaned(self.sent())


class ExcuseForm(forms.Form):
    sent_key = forms.UUIDField()
    session = forms.UUIDField()


PAGES: dict[str, Page] = {
    # Translators: a page: a participant made up for a half day in another training.
    "trainings:registration_make_up": Page(_("Made up elsewhere"), MakeUpForm),
    # Translators: a page: staff scan who comes to a half day.
    "trainings:attendance_scan": Page(_("Scan at the door"), ScanForm),
    # Translators: a page: pictures of the list that people signed.
    "trainings:attendance_sheets": Page(_("Scans of the signed list"), SheetForm),
    # Translators: a page: who was there in a half day.
    "trainings:attendance": Page(_("Who was there"), ListForm),
}
