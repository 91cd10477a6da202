import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.services.forms import set_choices
from protect.orgs.models import Membership, Organisation, User
from protect.outreach import enums, labels
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MATERIAL_CODE = re.compile(r"[A-Za-z0-9-]{1,40}")  # each match in a typed list is a code


class ProfileForm(DeskForm):
    supervisor = fields.NamedField(
        label=_("Supervisor"),  # For translators: looks after an ambassador, is called when needed
        help_text=_("Gets an email at once when the ambassador asks for help."),
        queryset=User.objects.none(),
        empty_label="–",
    )
    phone = fields.text_field(
        _("Phone of the organisation"),  # For translators: to reach an ambassador: never their own
        40,
        _("Not the ambassador’s own number."),
        is_required=False,
        dir="ltr",
        inputmode="tel",
    )
    # Translators: where an ambassador can go.
    region = fields.text_field(_("Region"), 24, is_required=False)
    # Translators: what an ambassador can do.
    skills = forms.MultipleChoiceField(
        label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple
    )
    materials = fields.text_field(
        # Translators: films and posters with an ambassador's name, picture or voice.
        _("Materials with their name, picture or voice"),
        400,
        _("Enter the codes of the materials, separated by commas."),
        is_required=False,
        dir="ltr",
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = [(code, labels.SKILL_LABELS.get(code, code)) for code in labels.load_skills()]
        set_choices(self, "skills", skills)
        if organisation is not None:
            members = Membership.objects.active().filter(organisation=organisation).values("user")
            people = User.objects.filter(pk__in=members, is_active=True).order_by("name")
            self.fields["supervisor"].queryset = people  # type: ignore[attr-defined]

    def clean_materials(self) -> list[str]:
        return MATERIAL_CODE.findall(self.cleaned_data["materials"])


class PermissionsForm(DeskForm):
    may_name = fields.checkbox(_("My name may be used"))  # For translators: an ambassador ticks it
    may_picture = fields.checkbox(_("My picture may be used"))  # For translators: ambassador ticks
    may_voice = fields.checkbox(_("My voice may be used"))  # For translators: an ambassador ticks


class SafetyPlanForm(DeskForm):
    plan = forms.CharField(
        label=_("My safety plan"),  # For translators: how an ambassador stays safe: their own note
        help_text=_(
            "Only you can open it. Your supervisor and the people who run this tool cannot."
        ),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"dir": "auto", "class": "long"}),
    )


class DebriefForm(DeskForm):
    # Translators: how an ambassador feels after a session that they held.
    mood = fields.radio_buttons(_("How do you feel after the session?"), enums.Mood.choices)
    wants_call = fields.checkbox(_("I would like a call"))  # For translators: box: after a session

    def clean_mood(self) -> enums.Mood:
        return enums.Mood(self.cleaned_data["mood"])


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: how an ambassador is after a session.
    "outreach:info_debrief": DraftPage(_("After the session"), DebriefForm),
    # Translators: a page: who answers for an ambassador.
    "outreach:ambassador": DraftPage(_("Ambassador"), ProfileForm),
    # Translators: a page: what an ambassador agrees to.
    "outreach:ambassador_agree": DraftPage(_("My permissions"), PermissionsForm),
    # Translators: a page: an ambassador's own safety plan.
    "outreach:ambassador_plan": DraftPage(_("My safety plan"), SafetyPlanForm),
}
