from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.coordination.groups.models import Member
from protect.coordination.meetings.enums import MeetingKind, Reply
from protect.coordination.meetings.models import Meeting
from protect.trainings.base import fields
from protect.trainings.scheduling.clocks import session_times
from protect.trainings.scheduling.errors import ClockRefused
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage


class TimesForm(DeskForm):
    """A day and its hours by the clock on the wall: hours stay when clocks change between two
    dates."""

    day = fields.date_field(_("Day"))
    clock_from = fields.time_field(_("From what time"), is_required=True)
    clock_to = fields.time_field(_("Until what time"), is_required=True)

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if {"day", "clock_from", "clock_to"} <= values.keys():
            clocks = (values["day"], values["clock_from"], values["clock_to"])
            try:
                values["starts_at"], values["ends_at"] = session_times(*clocks, self.zone)
            except ClockRefused as refused:
                self.add_error(fields.FIELD_BY_CLOCK_PART.get(refused.where), refused.text())
        return values


class MeetingForm(TimesForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices)
    # Translators: a field: what a meeting is about; it may stay empty.
    title = fields.text_field(_("Subject"), 120, is_required=False)
    place = fields.text_field(_("Place"), 160, is_required=False)
    # Translators: a field: the address of an online meeting.
    link = forms.URLField(label=_("Link to join online"), required=False, max_length=400)
    field_order = ("kind", "title", "day", "clock_from", "clock_to", "place", "link")


def initial_meeting(meeting: Meeting) -> Mapping[str, Any]:
    """Return the values of a meeting's form, by the clock of its zone."""
    starts_at, ends_at = (
        moment.astimezone(ZoneInfo(meeting.zone)) for moment in (meeting.starts_at, meeting.ends_at)
    )
    clocks = {"day": starts_at.date(), "clock_from": starts_at.time(), "clock_to": ends_at.time()}
    return clocks | {name: getattr(meeting, name) for name in ("kind", "title", "place", "link")}


class ItemForm(DeskForm):
    # Translators: a field: what an item of an agenda is about.
    title = fields.text_field(_("Agenda item"), 160)


class ReplyForm(DeskForm):
    reply = forms.ChoiceField(choices=Reply.choices)


class AttendanceForm(DeskForm):
    members = forms.MultipleChoiceField(
        # Translators: a field: a list of people who were at a meeting.
        label=_("Who was there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, members: Iterable[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [  # type: ignore[attr-defined]
            (str(member.pk), f"{member.organisation_name} · {member.person}") for member in members
        ]


class PaperForm(DeskForm):
    field_by_error_code = dict.fromkeys(("upload_refused", "parsers_busy"), "file")
    file = forms.FileField(
        # Translators: a field: a document for an item of an agenda.
        label=_("Paper"),
        help_text=_("PDF or a scanned page, up to 20 MB."),
        allow_empty_file=True,  # the cleaning code refuses an empty file with a reason
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:group_meeting_new": DraftPage(_("New meeting"), MeetingForm),
    "coordination:meeting_edit": DraftPage(_("Meeting"), MeetingForm),
    "coordination:meeting_item_new": DraftPage(_("New agenda item"), ItemForm),
    "coordination:meeting_attendance": DraftPage(_("Attendance"), AttendanceForm),
    "coordination:item_paper_new": DraftPage(_("Paper"), PaperForm),
}
