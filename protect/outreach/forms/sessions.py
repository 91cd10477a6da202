"""Desk forms about a request for an information session."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.orgs.models import Organisation
from protect.outreach.forms.candidates import askable, people_of
from protect.outreach.forms.requests import TellForm
from protect.outreach.models import Ambassador, InformationSession, SessionRequest
from protect.trainings.base.fields import REASON_LENGTH
from protect.trainings.editions.forms.editions import HalfDayForm
from protect.trainings.scheduling.forms.conflicts import ClashForm
from protect.trainings.scheduling.models import Resource, Venue
from protect.ui.forms import DeskForm


class NoteForm(TellForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["said"]


class DeclineForm(DeskForm):
    mended_at = {"trainings_reason_missing": "reason"}
    reason = forms.CharField(
        # Translators: why something is done; whoever it concerns reads it.
        label=_("Reason"),
        help_text=_("Whoever asked reads it."),
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    alternative = forms.CharField(
        # Translators: what somebody can do whose request is declined.
        label=_("What they can do instead"),
        help_text=_("Another date, another organisation, or the school pack."),
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class SessionForm(HalfDayForm):
    mended_at = {**HalfDayForm.mended_at, "outreach_ambassador_alone": "ambassadors"}

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if host is None:
            return
        self.zone = host.zone
        rows = Venue.objects.filter(resource__organisation=host, resource__is_active=True)
        field = self.fields["venue"]
        field.queryset = rows.select_related("resource").order_by("resource__name")  # type: ignore[attr-defined]
        field.label_from_instance = lambda venue: venue.resource.name  # type: ignore[attr-defined]
        self.fields["link"].help_text = _("Whoever asked gets it, and nobody else.")


class PeopleForm(ClashForm):
    mended_at = {
        **ClashForm.mended_at,
        "trainings_clash_blocks": "ambassadors",
        "outreach_ambassador_alone": "ambassadors",
    }
    ambassadors = forms.ModelMultipleChoiceField(
        # Translators: migrants who speak about the programme.
        label=_("Ambassadors"),
        help_text=_("Nobody is alone at their first session."),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trainers = forms.ModelMultipleChoiceField(
        # Translators: those who hold a session together with ambassadors.
        label=_("Trainers"),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    payment = forms.CharField(
        # Translators: what an ambassador is paid for a session.
        label=_("Payment for each ambassador"),
        help_text=_("For example: 50 € and the train."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    field_order = ["ambassadors", "trainers", "payment", "reason"]

    def __init__(
        self,
        *args: Any,
        host: Organisation | None = None,
        session: InformationSession | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer(host, session.request if session else None, session)

    def offer(
        self,
        host: Organisation | None,
        request: SessionRequest | None = None,
        session: InformationSession | None = None,
    ) -> None:
        if host is None:
            return
        people = people_of(host)
        for name, rows in (
            ("ambassadors", people.filter(pk__in=Ambassador.objects.values("pk"))),
            ("trainers", people.exclude(pk__in=Ambassador.objects.values("pk"))),
        ):
            candidates = askable(rows, request, session)
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.choices = [(each.candidate.resource.pk, each.words) for each in candidates]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not any(self.cleaned_data.get(name) for name in ("ambassadors", "trainers")):
            self.add_error("ambassadors", _("Choose who is to hold it."))
        return data


class ScheduleForm(SessionForm, PeopleForm):
    field_order = [
        *("day", "clock_from", "clock_to", "reading", "venue", "link"),
        *("ambassadors", "trainers", "payment", "reason"),
    ]

    def __init__(
        self,
        *args: Any,
        host: Organisation | None = None,
        request: SessionRequest | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, host=host, **kwargs)
        self.offer(host, request)
