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
from protect.vault.records.notes import clean_upload
from protect.vault.sign_in.posted import DraftPage

type Choices = Sequence[tuple[UUID, str]]


class AttendanceLineFields(NamedTuple):
    line: lists.AttendanceLine
    state: forms.BoundField
    minutes: forms.BoundField
    before: forms.BoundField  # hidden: the state that the page showed


class AttendanceForm(DeskForm):
    untyped_prefixes: ClassVar = ("b",)  # with the key of a line: the state that the page showed

    """A form with the attendance of each participant. `planned`: the session's minutes."""

    def __init__(
        self, *args: Any, lines: Sequence[lists.AttendanceLine] = (), planned: int = 0, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.lines = lines
        for line in lines:
            self._add_line_fields(line, planned)

    def clean(self) -> None:
        for line in self.lines:
            state, name = self.cleaned_data.get(f"s{line.key}"), f"m{line.key}"
            if state in rules.PARTIAL_STATES and self.cleaned_data.get(name, 0) is None:
                # Translators: of a participant who came late or left early.
                self.add_error(name, _("Write how many minutes they were there."))

    def changes(self) -> Iterator[AttendanceEntry]:
        """Yield the entries that differ from the states on the user's screen."""
        for line in self.lines:
            state, minutes, before = (self.cleaned_data.get(f"{name}{line.key}") for name in "smb")
            is_new = state != before or (state in rules.PARTIAL_STATES and minutes != line.minutes)
            if state and is_new:
                new_state = enums.AttendanceState(state)
                yield AttendanceEntry(line.registration.pk, new_state, minutes, before or "")

    def line_fields(self) -> list[AttendanceLineFields]:
        return [
            AttendanceLineFields(line, *(self[f"{letter}{line.key}"] for letter in "smb"))
            for line in self.lines
        ]

    def accept_current_states(self, lines: Sequence[lists.AttendanceLine]) -> None:
        """Mark states that another user recorded meanwhile as seen; keep what this user typed."""
        data = cast("QueryDict", self.data).copy()
        for line in lines:
            data[f"b{line.key}"] = line.state
        self.data = data

    def _add_line_fields(self, line: lists.AttendanceLine, planned_minutes: int) -> None:
        name = line.registration.participant.name
        empty = [] if line.state else [("", "–")]
        choices = [*empty, *enums.AttendanceState.choices]
        self.fields[f"s{line.key}"] = forms.ChoiceField(
            label=name, choices=choices, initial=line.state, required=False
        )
        self.fields[f"m{line.key}"] = forms.IntegerField(
            label=_("Minutes: {name}").format(name=name),  # For translators: {name}: a participant
            initial=line.minutes if line.state in rules.PARTIAL_STATES else None,
            min_value=1,
            max_value=max(planned_minutes - 1, 1),
            required=False,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
        )
        before = forms.CharField(initial=line.state, required=False, widget=forms.HiddenInput)
        self.fields[f"b{line.key}"] = before


class SheetCodeForm(forms.Form):
    use_required_attribute = False

    list = forms.CharField(
        label=_("Code of the list"),  # For translators: the code printed on a list people signed
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "class": "short"}),
    )


class MakeUpForm(DeskForm):
    field_by_error_code = {
        "trainings_make_up_elsewhere": "session",
        "trainings_session_not_on": "session",
    }
    # Translators: the session of a training that a participant missed.
    missed_session = forms.ChoiceField(label=_("Session that they missed"))
    session = forms.ChoiceField(
        label=_("Session that they attended instead")  # For translators: in another training
    )

    def __init__(self, *args: Any, missed: Choices = (), others: Choices = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["missed_session"].choices = missed  # type: ignore[attr-defined]
        self.fields["session"].choices = others  # type: ignore[attr-defined]


class ScanForm(DeskForm):
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code of the row, or on their phone"),  # For translators: row of a printed list
        max_length=80,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autofocus": True, "class": "short"}
        ),
    )


class SignedSheetForm(FileForm):
    field_by_error_code: ClassVar = dict.fromkeys(
        ("upload_refused", "parsers_busy", "trainings_needs_not_asked"), "file"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Translators: a picture of the paper that people signed.
        self.fields["file"].label = _("Scan of the signed list")

    def clean_document(self) -> CleanDocument:
        """Return the file, scanned and re-encoded. Errors: UploadRefused; ParsersBusy."""
        return clean_upload(self.uploaded_file())


class OwnExcuseForm(forms.Form):
    sent_key = forms.UUIDField()
    session = forms.UUIDField()


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: a participant made up for a session in another training.
    "trainings:registration_make_up": DraftPage(_("Record a make-up session"), MakeUpForm),
    # Translators: a page: staff scan who comes to a session.
    "trainings:attendance_scan": DraftPage(_("Scan codes at the door"), ScanForm),
    # Translators: a page: pictures of the list that people signed.
    "trainings:attendance_sheets": DraftPage(_("Scans of the signed list"), SignedSheetForm),
    # Translators: a page: who was there in a session.
    "trainings:attendance": DraftPage(_("Who was there"), AttendanceForm),
}
