"""What a person types about a service that is no fact of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory import enums, labels, service_models
from protect.directory.fact_records.forms import kept_form
from protect.directory.facts import sentences
from protect.reference import formats, vocabulary
from protect.reference.lookup import store
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

MOST_DAYS = 3650
NAME_LENGTH, WEB_LENGTH = 240, 400
SCOPES: Mapping[str, Promise] = {
    # Translators, of each below: whom a service is for.
    enums.Scope.LOCAL: _("Some towns or regions"),
    enums.Scope.NATIONAL: _("The whole country"),
}


def kinds() -> list[tuple[str, str | Promise]]:
    return [
        (code, labels.kind_of(code))
        for code, term in vocabulary.categories().items()
        if not term.reference_only and term.until is None
    ]


def _long(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=service_models.TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )


def _days(label: Any, least: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


def _seen(*, required: bool = False) -> forms.CharField:
    """Return a hidden field for the mark of what stood when the form was opened."""
    return forms.CharField(widget=forms.HiddenInput, required=required, max_length=64)


class TextsForm(DeskForm):
    mended_at = {"directory_tells_where": "description"}
    seen = _seen()
    name = forms.CharField(
        # Translators: the name of a service.
        label=_("Name of the service"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    organisation = forms.CharField(
        # Translators: the name of the provider of a service.
        label=_("Organisation that runs it"),
        help_text=_("Write it as it stands at other services of the same organisation."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "organisations"}),
    )
    categories = forms.MultipleChoiceField(
        # Translators: kinds of a service: helpline, shelter and so on.
        label=_("Kinds"),
        help_text=_("A shelter never has an address here. It is deleted when you tick that."),
        widget=forms.CheckboxSelectMultiple,
    )
    scope = forms.ChoiceField(
        # Translators: whom a service is for, by where they are.
        label=_("For people of"),
        choices=list(SCOPES.items()),
        widget=forms.RadioSelect,
    )
    modes = forms.MultipleChoiceField(
        # Translators: how people get help: in person, by phone and so on.
        label=_("How help is given"),
        help_text=_("Leave empty if it is not known."),
        choices=list(labels.MODES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    professionals_only = forms.BooleanField(
        # Translators: a box to tick.
        label=_("Only for professionals"),
        help_text=_("The public does not see it at all."),
        required=False,
    )
    text_language = forms.ChoiceField(
        # Translators: in which language the texts of a service are written.
        label=_("Language of these texts")
    )
    description = _long(_("What it does"))
    audience_note = _long(_("For whom, in its own words"))
    how_to_access = _long(_("How to get help"))
    restrictions = _long(_("Limits, in its own words"))
    area_note = _long(_("Area, in its own words"), _("Only what “Who can use it” cannot say."))
    email = forms.EmailField(
        # Translators: of a service.
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    website = forms.URLField(
        # Translators: of a service.
        label=_("Website"),
        required=False,
        max_length=WEB_LENGTH,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    referral_route = _long(
        # Translators: how a professional gets a client into a service.
        _("How professionals refer a person"),
        _("Members see it. The public does not."),
    )
    # Translators: how long a service takes to answer a professional.
    reply_days = _days(_("Answers within so many days"), 0)
    # Translators: how long a resident can stay in a shelter.
    maximum_stay_days = _days(_("Longest stay, in days"), 1)
    admission_conditions = _long(_("Before admission"), _("What must be done first."))
    desk_notes = _long(
        # Translators: notes about an entry of the directory.
        _("Notes of the desk"),
        _("They are not shown outside the desk. Do not name a person who was helped."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "categories", kinds())
        choose(self, "text_language", sentences.languages_by_name())

    def values(self) -> dict[str, Any]:
        values = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        return values | {key: sorted(values[key]) for key in ("modes", "categories")}


class NewServiceForm(TextsForm):
    country = forms.ChoiceField(
        # Translators: of a service.
        label=_("Country")
    )
    field_order = ("country",)

    def __init__(self, *args: Any, countries: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tag = get_language() or "en"
        names = [(code, formats.country_name(code, tag)) for code in sorted(countries)]
        choose(self, "country", names)

    def values(self) -> dict[str, Any]:
        return {key: value for key, value in super().values().items() if key != "country"}


def choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Offer these choices in a field of a form."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


class ProtectForm(DeskForm):
    area = forms.ChoiceField(
        # Translators: a list of regions; one of them is told instead of a secret address.
        label=_("Region to show instead of the address"),
        help_text=_(
            "Only regions of 20 kilometres and 100,000 people at least. Choose by what may be "
            "known, never by what is nearest."
        ),
        required=False,
    )

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = ((code, sentences.area_name(code)) for code in store.coarse_areas(country))
        # Translators: in a list of regions: none of them, only the country is told.
        nothing = ("", _("– (only the country)"))
        choose(self, "area", [nothing, *sentences.by_name(areas)])


class TranslationForm(DeskForm):
    mended_at = {"directory_tells_where": "text"}
    seen = _seen()
    text = _long(
        # Translators: a text of a service in another language.
        _("Translation"),
        _("Say the same, in everyday words. Leave it empty to take it away."),
    )


class ReviewForm(DeskForm):
    seen = _seen(required=True)


# What is kept of these while a session is locked, by name of an address: `vault.sign_in.posted`.
PAGES: dict[str, Page] = {
    # Translators: a page: one fact of a service is written anew.
    "directory:service_fact": Page(_("Edit a fact"), kept_form),
    # Translators: a page: name and texts of a service are written anew.
    "directory:service_texts": Page(_("Edit name, kinds and words"), TextsForm),
    # Translators: a page: a service is begun.
    "directory:service_new": Page(_("New service"), NewServiceForm),
    # Translators: a page: the address of a service is deleted for good.
    "directory:service_protect": Page(_("Never store an address"), ProtectForm),
    # Translators: a page: a text of a service is written in another language.
    "directory:service_translation": Page(_("Write a translation"), TranslationForm),
}
