"""What a person types about somebody who takes part, and about a registration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from protect.directory.saying import language_name
from protect.orgs import languages
from protect.orgs.models import Organisation
from protect.reference import vocabulary
from protect.reference.formats import country_name
from protect.trainings.enums import Sex
from protect.trainings.forms.editions import REASON_LENGTH
from protect.trainings.models import Sender
from protect.ui.forms import DeskForm


class PersonForm(DeskForm):
    """Somebody who is to take part."""

    mended_at = {"trainings_already_registered": "email"}
    sent_key = forms.UUIDField(widget=forms.HiddenInput)
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
        help_text=_("They get a link of their own: to say yes or no, and to withdraw."),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    sender = forms.ModelChoiceField(
        # Translators: the organisation that sends somebody to a training.
        label=_("Sent by"),
        queryset=Sender.objects.none(),
        required=False,
        # Translators: somebody comes to a training by themselves.
        empty_label=_("Nobody: they come by themselves"),
    )
    country = forms.ChoiceField(
        # Translators: the country in which a participant works.
        label=_("Country they work in")
    )
    language = forms.ChoiceField(
        # Translators: the language in which a participant gets mail.
        label=_("Language of their mail")
    )
    sex = forms.ChoiceField(
        # Translators: what a participant says of themselves.
        label=_("Sex, if they say it"),
        choices=Sex.choices,
        initial=Sex.UNDISCLOSED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tag = get_language() or "en"
        named = {code: country_name(code, tag) for code in vocabulary.countries()}
        self.fields["country"].choices = sorted(named.items(), key=lambda pair: pair[1])  # type: ignore[attr-defined]
        known = [(each, language_name(each)) for each in languages.of_mail()]
        self.fields["language"].choices = known  # type: ignore[attr-defined]
        if host is not None:
            rows = Sender.objects.filter(kept_by=host).order_by("name", "pk")
            self.fields["sender"].queryset = rows  # type: ignore[attr-defined]


class ApproveForm(DeskForm):
    """A yes; a reason is needed only where all seats are taken."""

    mended_at = {"trainings_room_full": "reason", "trainings_overbooking_needs_reason": "reason"}
    reason = forms.CharField(
        # Translators: why one more person is confirmed than there are seats.
        label=_("Why, if all seats are taken"),
        help_text=_("Without a reason they wait in line."),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class PlaceForm(DeskForm):
    """Another place in the line."""

    mended_at = {"trainings_reason_missing": "reason"}
    priority = forms.IntegerField(
        # Translators: who goes first in a waiting list; the smaller number does.
        label=_("Priority"),
        help_text=_("0 is usual. The smaller number goes first: −1 before everybody else."),
        min_value=-100,
        max_value=100,
    )
    reason = forms.CharField(
        # Translators: why somebody gets another place in a waiting list.
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
