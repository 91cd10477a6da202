from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy as _

from protect.orgs import accounts, enums
from protect.orgs.actions import NewOrganisation, details
from protect.orgs.models import Organisation
from protect.orgs.roles import role_hint, role_name
from protect.reference import formats, vocabulary
from protect.ui.forms import DeskForm

ZONE_REGIONS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


class ProposalForm(DeskForm):
    field_by_error_code = {"name_taken": "name", "detail_invalid": "name"}
    name = forms.CharField(
        label=_("Name of the organisation"),  # For translators: the name of an organisation
        help_text=_("The name by which others know it. Do not include a street or building."),
        max_length=details.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What it is"),  # For translators: what kind of organisation it is
        choices=enums.OrganisationKind.choices,
        widget=forms.RadioSelect,
    )
    # Translators: the first line of a list of countries.
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose a country")), *country_choices()]
    )
    # Translators: the first line of a list of time zones.
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Times on its screens are shown in this time zone."),
        required=False,
        choices=lambda: [
            ("", _("The time zone of its country")),
            *((each, each) for each in regional_time_zone_names()),
        ],
    )

    def to_profile(self) -> NewOrganisation:
        """Return the typed profile; if no time zone was chosen, with that of the country."""
        data = self.cleaned_data
        zone = data["zone"] or vocabulary.countries()[data["country"]].zone
        return NewOrganisation(data["name"], data["kind"], data["country"], zone)


class VouchForm(DeskForm):
    by = forms.ChoiceField(
        # Translators: an organisation gives its word for another one.
        label=_("Which of your organisations vouches for it?"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._organisations = {str(each.pk): each for each in organisations}
        field = self.fields["by"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (pk, organisation.name) for pk, organisation in self._organisations.items()
            ]
            if len(self._organisations) == 1:
                field.initial, field.widget = next(iter(self._organisations)), forms.HiddenInput()

    def vouching_organisation(self) -> Organisation:
        return self._organisations[str(self.cleaned_data["by"])]


class ConfirmNameForm(DeskForm):
    name = forms.CharField(
        label=_("Type the name of the organisation"),
        max_length=details.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._expected_name = expected

    def clean_name(self) -> str:
        typed = " ".join(str(self.cleaned_data["name"]).split())
        if typed.casefold() != self._expected_name.casefold():
            raise forms.ValidationError(_("The name differs. Type it exactly as shown above."))
        return typed


class InviteeForm(DeskForm):
    field_by_error_code = {"detail_invalid": "email", "already_member": "email"}
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their personal work address, not a shared one."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = accounts.mail_language_field()


class RoleForm(DeskForm):
    field_by_error_code = {
        "role_unknown": "role",
        "already_member": "role",
        "last_administrator": "role",
    }
    role = forms.ChoiceField(
        label=_("Role"),  # For translators: what a person will be in a team or organisation
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, label_markup = self.fields["role"], "<span>{}<small>{}</small></span>"
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (code, format_html(label_markup, role_name(code), role_hint(code)))
                for code in roles
            ]


class InvitationForm(RoleForm, InviteeForm):
    field_order = ("email", "role", "language")
    field_by_error_code = InviteeForm.field_by_error_code | {"role_unknown": "role"}


def country_choices() -> list[tuple[str, str]]:
    """Return code and name of each country, by name, without an empty choice."""
    language = get_language() or "en"
    pairs = [(code, formats.country_name(code, language)) for code in vocabulary.countries()]
    return sorted(pairs, key=lambda pair: pair[1])


def regional_time_zone_names() -> list[str]:
    return sorted(zone for zone in available_timezones() if zone.partition("/")[0] in ZONE_REGIONS)
