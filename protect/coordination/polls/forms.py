from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.meetings.enums import MeetingKind, Reply
from protect.coordination.meetings.forms import TimesForm
from protect.coordination.polls.models import ProposedDate
from protect.kernel import clock
from protect.trainings.base import fields
from protect.trainings.scheduling.clocks import session_times
from protect.trainings.scheduling.errors import ClockRefused
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

DAYS = tuple(f"day_{number}" for number in range(1, 7))
NEEDED_DAYS = 2  # one date is a meeting, not a question


class PollForm(DeskForm):
    """Up to six days with the same hours, by the clock on the wall."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices)
    title = fields.text_field(_("Subject"), 120, is_required=False)
    clock_from = fields.time_field(_("From what time"), is_required=True)
    clock_to = fields.time_field(_("Until what time"), is_required=True)
    place = fields.text_field(_("Place"), 160, is_required=False)
    link = forms.URLField(label=_("Link to join online"), required=False, max_length=400)

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        for number, name in enumerate(DAYS, 1):
            # Translators: a field: the first, second … day that is proposed for a meeting.
            field = fields.date_field(_("Day %(number)s") % {"number": number})
            field.required = number <= NEEDED_DAYS
            self.fields[name] = field
        self.order_fields(("kind", "title", *DAYS, "clock_from", "clock_to", "place", "link"))

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        values["dates"] = []
        if {"clock_from", "clock_to"} <= values.keys():
            for name in DAYS:
                if values.get(name):
                    self._add_times(name, values[name])
        return values

    def _add_times(self, name: str, day: date) -> None:
        values = self.cleaned_data
        try:
            times = session_times(day, values["clock_from"], values["clock_to"], self.zone)
        except ClockRefused as refused:
            field = fields.FIELD_BY_CLOCK_PART.get(refused.where)
            self.add_error(name if field == "day" else field, refused.text())
        else:
            if times[0] <= clock.now():
                self.add_error(name, CoordinationRefusal("coordination_date_past").text())
            values["dates"].append(times)


class ProposedDateForm(TimesForm):
    field_by_error_code = {"coordination_date_past": "day"}


def read_replies(posted: QueryDict, dates: Iterable[ProposedDate]) -> dict[UUID, Reply]:
    """Return what was said of dates; a date without an answer is left out."""
    replies = {each.pk: posted.get(f"reply-{each.pk}", "") for each in dates}
    return {key: Reply(reply) for key, reply in replies.items() if reply in Reply.values}


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:group_poll_new": DraftPage(_("Ask for a date"), PollForm),
    "coordination:poll_date_new": DraftPage(_("New date"), ProposedDateForm),
}
