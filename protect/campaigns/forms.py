from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.campaigns.base import enums
from protect.campaigns.log_forms import country_choices, printable_languages, text_note
from protect.campaigns.materials.models import Consent
from protect.campaigns.materials.templates_table import PressTemplate, press_templates
from protect.campaigns.plans.actions import ActionInput
from protect.campaigns.plans.models import Campaign
from protect.directory.services.forms import set_choices
from protect.orgs.models import Organisation
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

type Choices = list[tuple[str, str]]


class CampaignForm(DeskForm):
    field_by_error_code = {"campaigns_code_taken": "code", "campaigns_period_reversed": "ends_on"}
    organisation = fields.NamedField(label=_("Organisation"), queryset=Organisation.objects.none())
    # Translators: a field: a short name of a campaign or material, in lists and addresses.
    code = forms.SlugField(label=_("Code"), help_text=_("Small letters and hyphens."))
    name = fields.text_field(_("Name"), 120)
    country = forms.ChoiceField(label=_("Country"), required=False)
    # Translators: a field: whom a campaign wants to reach.
    audience = fields.text_field(_("For whom"), 200)
    starts_on = fields.date_field(_("First day"))
    ends_on = fields.date_field(_("Last day"))
    # Translators: a field: what a campaign says.
    messages = fields.text_area(_("Messages"), 2000, 4)
    channels = forms.MultipleChoiceField(
        # Translators: a field: posters, radio and so on.
        label=_("Channels"),
        choices=enums.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        is_new = kwargs.pop("is_new", True)
        organisations = kwargs.pop("organisations", Organisation.objects.none())
        super().__init__(*args, **kwargs)
        fields.set_choices(self, "organisation", organisations, lambda each: str(each.name))
        # Translators: a choice in place of a country: a campaign of all countries.
        set_choices(self, "country", [("", _("The whole region")), *country_choices(countries)])
        if not is_new:
            del self.fields["organisation"], self.fields["code"]

    def clean_country(self) -> str | None:
        return self.cleaned_data["country"] or None


class ActionForm(DeskForm):
    field_by_error_code = {
        "campaigns_action_reversed": "ends_on",
        "campaigns_preset_planned": "starts_on",
    }
    starts_on = fields.date_field(_("First day"))
    ends_on = fields.date_field(_("Last day"), _("Empty: it takes one day."))
    # Translators: a field: what a campaign does on a day.
    title = fields.text_field(_("What happens"), 160)
    place = fields.text_field(_("Place"), 120, is_required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False

    def to_action(self) -> ActionInput:
        data = self.cleaned_data
        last = data["ends_on"] or data["starts_on"]
        return ActionInput(data["title"], data["starts_on"], last, data["place"])


class MaterialForm(DeskForm):
    field_by_error_code = {"campaigns_code_taken": "code", "campaigns_consent_missing": "consents"}
    organisation = fields.NamedField(label=_("Owner"), queryset=Organisation.objects.none())
    campaign = fields.NamedField(label=_("Campaign"), queryset=Campaign.objects.none())
    code = forms.SlugField(label=_("Code"), help_text=_("Small letters and hyphens."))
    title = fields.text_field(_("Title"), 120)
    kind = forms.ChoiceField(label=_("Kind"), choices=enums.MaterialKind.choices)
    template = forms.ChoiceField(
        # Translators: a field: a poster that the site can print.
        label=_("Printed by this site from"),
        help_text=_("Its texts are written and translated under Pages."),
        required=False,
    )
    licence = forms.ChoiceField(label=_("Licence"), choices=enums.Licence.choices)
    alternative_text = fields.text_field(
        # Translators: a field: a picture in words.
        _("Alternative text"),
        400,
        _("What people who do not see it hear instead."),
    )
    consents = forms.ModelMultipleChoiceField(
        # Translators: a field: references of signed consents.
        label=_("Consents of the people it shows"),
        queryset=Consent.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, rows: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """`rows`: querysets by the names of the fields that choose among rows."""
        is_new = kwargs.pop("is_new", True)
        super().__init__(*args, **kwargs)
        # A new material may belong to any of the user's organisations, and its consents are those
        # of its owner: each is named with its organisation.
        several = is_new and rows is not None and rows["organisation"].count() > 1
        labels = {"consents": _consent_with_organisation if several else _consent_label}
        for name, queryset in (rows or {}).items():
            fields.set_choices(self, name, queryset, labels.get(name, lambda each: str(each.name)))
        codes = [(code, code) for code in press_templates()]
        # Translators: a choice: this site cannot print the material.
        set_choices(self, "template", [("", _("It is made elsewhere")), *codes])
        if not is_new:
            for name in ("organisation", "campaign", "code"):
                del self.fields[name]


class PrintForm(DeskForm):
    countries = forms.MultipleChoiceField(label=_("Countries"), widget=forms.CheckboxSelectMultiple)
    languages = fields.languages_field(_("Languages"))
    sizes = forms.MultipleChoiceField(
        label=_("Size"),  # For translators: a field: the size of the paper
        widget=forms.CheckboxSelectMultiple,
    )
    has_bleed = fields.checkbox(
        # Translators: for a printing house: the colour runs over the edge, lines show where to cut.
        _("Bleed of 3 mm and crop marks"),
        _("Only for a printing house."),
    )

    def __init__(
        self,
        *args: Any,
        countries: Iterable[str] = (),
        template: PressTemplate | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        sizes = template.sizes if template else ()
        set_choices(self, "countries", country_choices(countries))
        noted = [(tag, name, text_note(template, tag)) for tag, name in printable_languages()]
        noted.sort(key=lambda row: bool(row[2]))  # first those that have a text of their own
        set_choices(self, "languages", [(tag, f"{name}{note}") for tag, name, note in noted])
        set_choices(self, "sizes", [(each.value, each.label) for each in sizes])


class PrintCheckForm(PrintForm):
    """What was chosen, after the user has seen what would be printed. `languages`: those that are
    still ticked; `chosen`: all that were looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tags = cast(forms.MultipleChoiceField, self.fields["languages"]).choices
        self.fields["languages"].error_messages["required"] = _("Tick at least one language.")
        self.fields["chosen"] = forms.MultipleChoiceField(choices=tags)


class TakeDownForm(DeskForm):
    reason = fields.text_field(_("Reason"), fields.REASON_LENGTH)


class ConsentForm(DeskForm):
    field_by_error_code = {"campaigns_code_taken": "reference"}
    organisation = fields.NamedField(label=_("Organisation"), queryset=Organisation.objects.none())
    # Translators: a field: the number on a signed paper.
    reference = fields.text_field(_("Reference"), 40, _("The number of the paper, not a name."))
    kind = forms.ChoiceField(label=_("Of"), choices=enums.ConsentKind.choices)
    # Translators: a field: the day on which a consent was signed.
    given_on = fields.date_field(_("Given on"))

    def __init__(self, *args: Any, organisations: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations is not None:
            fields.set_choices(self, "organisation", organisations, lambda each: str(each.name))


def _consent_label(consent: Consent) -> str:
    return str(consent.reference)


def _consent_with_organisation(consent: Consent) -> str:
    return f"{consent.reference} · {consent.organisation.name}"


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "campaigns:campaign_new": DraftPage(_("New campaign"), CampaignForm),
    "campaigns:campaign_edit": DraftPage(_("Campaign"), CampaignForm),
    "campaigns:campaign_plan": DraftPage(_("New action"), ActionForm),  # of a calendar
    "campaigns:action_edit": DraftPage(_("Edit the action"), ActionForm),
    "campaigns:material_new": DraftPage(_("New material"), MaterialForm),
    "campaigns:material_edit": DraftPage(_("Material"), MaterialForm),
    "campaigns:material_down": DraftPage(_("Take down"), TakeDownForm),
    "campaigns:material_print": DraftPage(_("Print"), PrintForm),
    "campaigns:consent_new": DraftPage(_("New consent"), ConsentForm),
}
