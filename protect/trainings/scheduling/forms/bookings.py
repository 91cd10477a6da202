"""The form of a booking for a half day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.reference import vocabulary as terms
from protect.trainings.scheduling.actions.bookings import Wanted
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.forms.conflicts import ClashForm
from protect.trainings.scheduling.forms.resources import clock
from protect.trainings.scheduling.models import Session
from protect.trainings.scheduling.pages.candidates import Candidate
from protect.trainings.scheduling.rules.conflicts import TEACHING


class BookForm(ClashForm):
    """A booking of a resource for a half day; each candidate is shown with its conflicts."""

    mended_at = {**ClashForm.mended_at, "trainings_clash_blocks": "resource"}
    resource = forms.ChoiceField(
        # Translators: who or what is booked for a session.
        label=_("Who or what"),
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        # Translators: the language that an interpreter is booked for.
        label=_("Interprets"),
        required=False,
    )
    quantity = forms.IntegerField(
        # Translators: for how many children or people something is booked.
        label=_("For how many"),
        min_value=1,
        max_value=1000,
        initial=1,
        required=False,
    )
    clock_from = clock(_("From what time"), _("Leave empty: the whole half day."))
    clock_to = clock(_("Until what time"), _("Leave empty: the whole half day."))
    field_order = ["resource", "language", "quantity", "clock_from", "clock_to", "reason"]

    def __init__(
        self,
        *args: Any,
        session: Session | None = None,
        role: BookingRole = BookingRole.INTERPRETER,
        candidates: Iterable[Candidate] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.role = session, role
        candidates = [*candidates]
        self.resources = {str(each.resource.pk): each.resource for each in candidates}
        choices = [(str(each.resource.pk), described(each)) for each in candidates]
        self.fields["resource"].choices = choices  # type: ignore[attr-defined]
        if role == BookingRole.INTERPRETER:
            language_choices = [(each, language_name(each)) for each in terms.languages()]
            language_choices.sort(key=lambda pair: pair[1])
            self.fields["language"].choices = [("", "–"), *language_choices]  # type: ignore[attr-defined]
        else:
            del self.fields["language"]
        if role in TEACHING | {BookingRole.INTERPRETER}:
            del self.fields["quantity"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.role == BookingRole.INTERPRETER and not self.cleaned_data.get("language"):
            self.add_error("language", _("Choose the language."))
        if self.session is not None:
            self.starts_at = self._at("clock_from") or self.session.starts_at
            self.ends_at = self._at("clock_to") or self.session.ends_at
            if not self.session.starts_at <= self.starts_at < self.ends_at <= self.session.ends_at:
                self.add_error("clock_from", _("These times are not within the half day."))
        return cleaned

    def wanted(self) -> Wanted:
        """Return the booking that the form asks for, as the action takes it."""
        values = self.cleaned_data
        return Wanted(
            self.resources[values["resource"]],
            self.role,
            values.get("language") or None,
            values.get("quantity") or 1,
            self.starts_at,
            self.ends_at,
        )

    def _at(self, name: str) -> datetime | None:
        typed: time | None = self.cleaned_data.get(name)
        if typed is None or self.session is None:
            return None
        zone = ZoneInfo(self.session.zone)
        return datetime.combine(self.session.starts_at.astimezone(zone), typed, tzinfo=zone)


def described(each: Candidate) -> SafeString:
    """Return a candidate as a choice: name, languages and conflicts.

    Of a co-host's resource only the owner and the availability are shown.
    """
    # Translators: somebody or something has nothing else at the time of a session.
    availability = each.findings or gettext("Free at that time")
    if each.co_host:
        return _choice(each.resource.name, each.co_host, availability)
    spoken = ", ".join(sorted(language_name(row.pk) for row in each.resource.languages.all()))
    return _choice(each.resource.name, availability, spoken)


def _choice(name: str, *words: str) -> SafeString:
    details = " · ".join(filter(None, words))
    return format_html("<span><bdi>{}</bdi><small>{}</small></span>", name, details)
