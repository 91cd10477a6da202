"""What people type about organisations and the people in them."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy as _

from protect.orgs import accounts, enums
from protect.orgs.actions import Profile, details
from protect.orgs.models import Organisation
from protect.orgs.roles import role_hint, role_name
from protect.reference import formats, vocabulary
from protect.ui.forms import DeskForm

REGIONS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


class ProposalForm(DeskForm):
    mended_at = {"name_taken": "name", "detail_invalid": "name"}
    name = forms.CharField(
        # Translators: the name of an organisation.
        label=_("Name of the organisation"),
        help_text=_("As others know it. Name no street and no house."),
        max_length=details.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        # Translators: what kind of organisation it is.
        label=_("What it is"),
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
        help_text=_("Times on its screens are shown in it."),
        required=False,
        choices=lambda: [("", _("As in its country")), *((each, each) for each in zone_names())],
    )

    def profile(self) -> Profile:
        """Return what was typed; the zone is the country's where none was chosen."""
        data = self.cleaned_data
        zone = data["zone"] or vocabulary.countries()[data["country"]].zone
        return Profile(data["name"], data["kind"], data["country"], zone)


class VouchForm(DeskForm):
    by = forms.ChoiceField(
        # Translators: an organisation gives its word for another one.
        label=_("Which of your organisations gives its word?"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, mine: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mine = {str(each.pk): each for each in mine}
        field = self.fields["by"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(pk, each.name) for pk, each in self._mine.items()]
            if len(self._mine) == 1:
                field.initial, field.widget = next(iter(self._mine)), forms.HiddenInput()

    def chosen(self) -> Organisation:
        return self._mine[str(self.cleaned_data["by"])]


class SameNameForm(DeskForm):
    name = forms.CharField(
        label=_("Type the name of the organisation"),
        max_length=details.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wanted = wanted

    def clean_name(self) -> str:
        typed = " ".join(str(self.cleaned_data["name"]).split())
        if typed.casefold() != self._wanted.casefold():
            raise forms.ValidationError(_("This is another name. Nothing was changed."))
        return typed


class FirstForm(DeskForm):
    mended_at = {"detail_invalid": "email", "already_member": "email"}
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own address at work: it stands for one person."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = accounts.mail_language_field()


class RoleForm(DeskForm):
    mended_at = {"role_unknown": "role", "already_member": "role", "last_administrator": "role"}
    role = forms.ChoiceField(
        # Translators: what a person will be in a team or organisation.
        label=_("Role"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, shape = self.fields["role"], "<span>{}<small>{}</small></span>"
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (code, format_html(shape, role_name(code), role_hint(code))) for code in roles
            ]


class InvitationForm(RoleForm, FirstForm):
    field_order = ("email", "role", "language")
    mended_at = FirstForm.mended_at | {"role_unknown": "role"}


def country_choices() -> list[tuple[str, str]]:
    tag = get_language() or "en"
    named = [(code, formats.country_name(code, tag)) for code in vocabulary.countries()]
    return sorted(named, key=lambda each: each[1])


def zone_names() -> list[str]:
    """Return the time zones of places; aliases of machines are left out."""
    return sorted(each for each in available_timezones() if each.partition("/")[0] in REGIONS)
