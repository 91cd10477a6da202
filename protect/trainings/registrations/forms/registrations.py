"""Forms about a participant, and about a registration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.orgs.models import Organisation
from protect.trainings.base.fields import REASON_LENGTH, NamedField, moment
from protect.trainings.registrations.forms.name_lists import countries, mail_languages
from protect.trainings.registrations.forms.person_facts import CountedForm
from protect.trainings.registrations.models import Sender
from protect.ui.forms import DeskForm


class KnownForm(CountedForm):
    """A participant's data."""

    name = forms.CharField(
        # Translators: the name of a participant.
        label=_("Name"),
        help_text=_("As it shall stand on the certificate."),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        # Translators: of a participant.
        label=_("E-mail address"),
        help_text=_("One person for each address."),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(
        # Translators: the country in which a participant works.
        label=_("Country they work in")
    )
    language = forms.ChoiceField(
        # Translators: the language in which a participant gets mail.
        label=_("Language of their mail")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self.fields["language"].choices = mail_languages()  # type: ignore[attr-defined]


class PersonForm(KnownForm):
    """A participant to register."""

    mended_at = {"trainings_already_registered": "email"}
    sent_key = forms.UUIDField(widget=forms.HiddenInput)
    sender = NamedField(
        # Translators: the organisation that sends somebody to a training.
        label=_("Sent by"),
        queryset=Sender.objects.none(),
        required=False,
        # Translators: somebody comes to a training by themselves.
        empty_label=_("Nobody: they come by themselves"),
    )
    field_order = ["name", "email", "sender"]

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if host is not None:
            rows = Sender.objects.filter(kept_by=host).order_by("name", "pk")
            self.fields["sender"].queryset = rows  # type: ignore[attr-defined]


class CorrectForm(KnownForm):
    """A correction of a participant's data."""

    mended_at = {"trainings_address_taken": "email"}
    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "If you change it, links that went to the other address end, and this one gets a mail."
        )

    def field_values(self) -> dict[str, Any]:
        """Return the model fields of the participant, as the action takes them."""
        data = self.cleaned_data
        same = ("name", "email", "sex", "profession", "sector", "age_band")
        return {name: data[name] for name in same} | {
            "country_id": data["country"],
            "language_id": data["language"],
        }


APPROVE, REFUSE, OVER, PLACE = "approve", "refuse", "over", "place"
# What is done for somebody who phones; nothing is typed for it.
PROVE, ACCEPT, RENEW, WITHDRAW, MAIL = "prove", "accept", "renew", "withdraw", "mail"
# What the reason of a decision is for, by decision.
REASONS = {
    # Translators: why one more person is confirmed than there are seats.
    APPROVE: (_("Why, if all seats are taken"), _("Without a reason they wait in line.")),
    # Translators: why somebody is refused.
    REFUSE: (_("Reason"), _("They read it on the page to which a mail leads them.")),
    # Translators: why somebody is confirmed before others who wait longer.
    OVER: (_("Reason"), _("It stays in the history of the line.")),
    # Translators: why somebody gets another place in a waiting list.
    PLACE: (_("Reason"), _("It stays in the history of the line.")),
}


class QuotaForm(DeskForm):
    """Seats that are kept for an organisation."""

    mended_at = dict.fromkeys(
        ("trainings_quota_below_confirmed", "trainings_quotas_above_seats"), "seats"
    )
    sender = NamedField(
        # Translators: the organisation for which seats of a training are kept.
        label=_("Organisation"),
        queryset=Sender.objects.none(),
        # Translators: in a list of organisations: none is chosen yet.
        empty_label=_("Choose an organisation"),
    )
    seats = forms.IntegerField(
        # Translators: how many seats of a training are kept for an organisation.
        label=_("Seats kept for it"),
        help_text=_("0 keeps none any more."),
        min_value=0,
        max_value=100_000,
    )
    released_at = moment(
        # Translators: from when on kept seats of a training are for everybody.
        _("Free for everybody from"),
        _("By the clock of the training. Leave empty: never."),
    )

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if host is not None:
            rows = Sender.objects.filter(kept_by=host).order_by("name", "pk")
            self.fields["sender"].queryset = rows  # type: ignore[attr-defined]


class DecideForm(DeskForm):
    """A decision about a registration, `action`, with its reason."""

    mended_at = dict.fromkeys(
        ("trainings_room_full", "trainings_overbooking_needs_reason", "trainings_reason_missing"),
        "reason",
    )
    priority = forms.IntegerField(
        # Translators: who goes first in a waiting list; the larger number does.
        label=_("Priority"),
        help_text=_("0 is usual. The larger number goes first."),
        min_value=0,
        max_value=100,
    )
    reason = forms.CharField(
        max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, action: str = PLACE, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{action}_%s", **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.help_text = REASONS[action]
        reason.required = action != APPROVE
        if action != PLACE:
            del self.fields["priority"]
