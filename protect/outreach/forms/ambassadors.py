"""Forms about ambassadors: for planners, and for themselves."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from protect.orgs.models import Membership, Organisation, User
from protect.outreach import labels
from protect.outreach.enums import Mood
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

CODE = re.compile(r"[A-Za-z0-9-]{1,40}")


class ProfileForm(DeskForm):
    supervisor = forms.ModelChoiceField(
        # Translators: who looks after an ambassador and is called when something happens.
        label=_("Supervisor"),
        help_text=_("Gets a mail at once when the ambassador asks for help."),
        queryset=User.objects.none(),
        empty_label="–",
    )
    phone = forms.CharField(
        # Translators: under which an ambassador is reached: never their own number.
        label=_("Phone of the organisation"),
        help_text=_("Never the ambassador’s own number."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel"}),
    )
    region = forms.CharField(
        # Translators: where an ambassador can go.
        label=_("Region"),
        required=False,
        max_length=24,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    skills = forms.MultipleChoiceField(
        # Translators: what an ambassador can do.
        label=_("Skills"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    materials = forms.CharField(
        # Translators: films and posters with an ambassador's name, picture or voice.
        label=_("Materials with their name, picture or voice"),
        help_text=_("Codes, with commas between them."),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = [(code, labels.SKILLS.get(code, code)) for code in labels.skills()]
        self.fields["skills"].choices = skills  # type: ignore[attr-defined]
        if organisation is not None:
            members = Membership.objects.active().filter(organisation=organisation).values("user")
            field = self.fields["supervisor"]
            field.queryset = User.objects.filter(pk__in=members, is_active=True).order_by("name")  # type: ignore[attr-defined]
            field.label_from_instance = lambda person: person.name  # type: ignore[attr-defined]

    def clean_materials(self) -> list[str]:
        return CODE.findall(self.cleaned_data["materials"])


class AgreedForm(DeskForm):
    # Translators: a box to tick, by an ambassador.
    may_name = forms.BooleanField(label=_("My name may be used"), required=False)
    # Translators: a box to tick, by an ambassador.
    may_picture = forms.BooleanField(label=_("My picture may be used"), required=False)
    # Translators: a box to tick, by an ambassador.
    may_voice = forms.BooleanField(label=_("My voice may be used"), required=False)


class PlanForm(DeskForm):
    plan = forms.CharField(
        # Translators: what somebody does to stay safe: written for themselves alone.
        label=_("My safety plan"),
        help_text=_("Only you can open it: not your supervisor, not whoever runs this tool."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"dir": "auto", "class": "long"}),
    )


class DebriefForm(DeskForm):
    mood = forms.ChoiceField(
        # Translators: how somebody feels after a session that they held.
        label=_("How are you after the session?"),
        choices=Mood.choices,
        widget=forms.RadioSelect,
    )
    # Translators: a box to tick: somebody wants to talk after a session.
    wants_call = forms.BooleanField(label=_("I want to be called"), required=False)


# Forms that are kept while their author is locked, by name of an address.
PAGES: dict[str, Page] = {
    # Translators: a page: how somebody is after a session.
    "outreach:info_debrief": Page(gettext_lazy("After the session"), DebriefForm),
    # Translators: a page: who answers for an ambassador.
    "outreach:ambassador": Page(gettext_lazy("Ambassador"), ProfileForm),
    # Translators: a page: what an ambassador agrees to.
    "outreach:ambassador_agree": Page(gettext_lazy("What I agree to"), AgreedForm),
    # Translators: a page: an ambassador's own safety plan.
    "outreach:ambassador_plan": Page(gettext_lazy("My safety plan"), PlanForm),
}
