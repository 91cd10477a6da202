from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory import enums, labels, service_models
from protect.directory.fact_records.forms import all_facts_form
from protect.directory.facts import sentences
from protect.reference import formats, vocabulary
from protect.reference.lookup import store
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAXIMUM_DAYS = 3650  # of a reply or a stay
NAME_LENGTH, WEB_LENGTH = 240, 400
SCOPE_LABELS: Mapping[str, Promise] = {
    # Translators, of each below: whom a service is for.
    enums.ServiceScope.LOCAL: _("Some towns or regions"),
    enums.ServiceScope.NATIONAL: _("The whole country"),
}


def category_choices() -> list[tuple[str, str | Promise]]:
    """Return code and label of the categories that an editor may choose for a service."""
    return [
        (code, labels.category_label(code))
        for code, term in vocabulary.categories().items()
        if term.is_choosable and term.until is None
    ]


def _text_area(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=service_models.TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )


def _days_field(label: Any, minimum: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=minimum,
        max_value=MAXIMUM_DAYS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


def _fingerprint_field(*, required: bool = False) -> forms.CharField:
    """Return a hidden field with the fingerprint of the values that the form was opened with."""
    return forms.CharField(widget=forms.HiddenInput, required=required, max_length=64)


class TextsForm(DeskForm):
    field_by_error_code = {"directory_tells_where": "description"}
    seen = _fingerprint_field()
    name = forms.CharField(
        label=_("Name of the service"),  # For translators: the name of a service
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    official_name = forms.CharField(
        label=_("Official name in its own language"),  # For translators: of a service
        help_text=_("As the service writes it, in its own script. Visitors read this name."),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    # Translators: in which language the official name of a service is.
    official_language = forms.ChoiceField(label=_("Language of the official name"), required=False)
    organisation = forms.CharField(
        label=_("Organisation that runs it"),  # For translators: the name of a service's provider
        help_text=_(
            "Write the name exactly as it is written at other services of the same organisation."
        ),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "organisations"}),
    )
    categories = forms.MultipleChoiceField(
        label=_("Kinds"),  # For translators: kinds of a service: helpline, shelter and so on
        help_text=_(
            "The address of a shelter is never stored. If you tick that kind, the address "
            "is deleted."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    scope = forms.ChoiceField(
        label=_("Area served"),  # For translators: whom a service is for, by where they are
        choices=list(SCOPE_LABELS.items()),
        widget=forms.RadioSelect,
    )
    modes = forms.MultipleChoiceField(
        label=_("How help is given"),  # For translators: how people get help: in person, by phone
        help_text=_("Leave empty if it is not known."),
        choices=list(labels.MODES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    professionals_only = forms.BooleanField(
        label=_("Only for professionals"),  # For translators: a box to tick
        help_text=_("The public does not see the service at all."),
        required=False,
    )
    # Translators: in which language the texts of a service are written.
    text_language = forms.ChoiceField(label=_("Language of these texts"))
    description = _text_area(_("What it does"))
    audience_note = _text_area(_("For whom, in its own words"))
    how_to_access = _text_area(_("How to get help"))
    restrictions = _text_area(_("Limits, in its own words"))
    area_note = _text_area(
        _("Area, in its own words"), _("Only what you cannot enter under “Who can use it”.")
    )
    email = forms.EmailField(
        label=_("E-mail address"),  # For translators: of a service
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    website = forms.URLField(
        label=_("Website"),  # For translators: of a service
        required=False,
        max_length=WEB_LENGTH,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    referral_route = _text_area(
        _("How professionals refer people"),  # For translators: how a client gets into a service
        _("Signed-in users see this. The public does not."),
    )
    reply_days = _days_field(_("Time to answer, in days"), 0)  # For translators: of a referral
    maximum_stay_days = _days_field(_("Longest stay, in days"), 1)  # For translators: in a shelter
    admission_conditions = _text_area(_("Before admission"), _("What a person must do first."))
    desk_notes = _text_area(
        _("Internal notes"),  # For translators: notes about an entry of the directory
        _("They are not shown outside the desk. Do not name any person who received help."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "categories", category_choices())
        languages = sentences.languages_by_name()
        set_choices(self, "text_language", languages)
        set_choices(self, "official_language", [("", _("Not known")), *languages])

    def values(self) -> dict[str, Any]:
        """Return the values of the fields as `texts_of` returns stored ones."""
        values = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        values["official_language"] = values["official_language"] or None
        return values | {key: sorted(values[key]) for key in ("modes", "categories")}


class NewServiceForm(TextsForm):
    country = forms.ChoiceField(label=_("Country"))  # For translators: of a service
    field_order = ("country",)

    def __init__(self, *args: Any, countries: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tag = get_language() or "en"
        names = [(code, formats.country_name(code, tag)) for code in sorted(countries)]
        set_choices(self, "country", names)

    def values(self) -> dict[str, Any]:
        """Return the values without the country, which is no text of a service."""
        return {key: value for key, value in super().values().items() if key != "country"}


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


class ProtectForm(DeskForm):
    """Confirms that no address is ever stored, and takes the region to show instead."""

    area = forms.ChoiceField(
        label=_("Region to show instead of the address"),  # For translators: list; secret address
        help_text=_(
            "Only regions of at least 20 kilometres and 100,000 people. Choose a region"
            " that may be known to everyone, not the nearest one."
        ),
        required=False,
    )

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = ((code, sentences.area_name(code)) for code in store.coarse_areas(country))
        nothing = ("", _("– (only the country)"))  # For translators: list of regions: none is told
        set_choices(self, "area", [nothing, *sentences.sort_by_name(areas)])


class TranslationForm(DeskForm):
    field_by_error_code = {"directory_tells_where": "text"}
    seen = _fingerprint_field()
    text = _text_area(
        _("Translation"),  # For translators: a text of a service in another language
        _("Say the same in everyday words. To delete the translation, leave this empty."),
    )


class ReviewForm(DeskForm):
    """Confirms a translation. `seen`: fingerprint of the version that the user read."""

    seen = _fingerprint_field(required=True)


# Forms whose input is kept while a session is locked, by URL name: `vault.sign_in.posted`.
PAGES: dict[str, DraftPage] = {
    # Translators: a page: one fact of a service is written anew.
    "directory:service_fact": DraftPage(_("Edit a fact"), all_facts_form),
    # Translators: a page: name and texts of a service are written anew.
    "directory:service_texts": DraftPage(_("Edit name, kinds and texts"), TextsForm),
    # Translators: a page: a service is begun.
    "directory:service_new": DraftPage(_("New service"), NewServiceForm),
    # Translators: a page: the address of a service is deleted for good.
    "directory:service_protect": DraftPage(_("Never store an address"), ProtectForm),
    # Translators: a page: a text of a service is written in another language.
    "directory:service_translation": DraftPage(_("Write a translation"), TranslationForm),
}
