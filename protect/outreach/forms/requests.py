from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.directory.services.forms import set_choices
from protect.orgs import languages
from protect.outreach import enums, models
from protect.outreach.actions import request_form
from protect.outreach.labels import REQUEST_FIELD_LABELS
from protect.reference import vocabulary
from protect.reference.lookup import index, store
from protect.trainings.base import fields, labels, vocabulary as tables
from protect.trainings.base.pages.frame import conflicting_values
from protect.ui.forms import DeskForm

YES_NO_FIELDS = ("teacher_present", "accepts_protocol", "has_private_room")
# Values of an asker's answer to a yes-or-no question in a form.
YES_NO_CHOICES = (("", _("Not known yet")), ("yes", _("Yes")), ("no", _("No")))


def optional_yes_no_field(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=REQUEST_FIELD_LABELS[name],
        choices=YES_NO_CHOICES,
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )


class FurtherAnswersForm(DeskForm):
    """What an asker adds or changes later, by their own link. RequestForm, with which they ask
    at first, and PhoneAnswersForm extend it."""

    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)
    said = fields.text_area(
        _("What has changed"),  # For translators: written by the person who asked for a session
        1000,
        3,
        _("Do not write names of pupils or other people, or personal stories."),
    )
    # Translators: on which days an information session could be.
    dates = fields.text_field(_("Days and times that suit you"), 400, is_required=False)
    expected = fields.number_field(
        _("Number of people"),  # For translators: how many people will come to a session
        1,
        2000,
        is_required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    # Translators: languages in which a session should be held.
    languages = fields.languages_field(_("Languages that people understand"), is_required=False)
    # Translators: the name of the person to talk to.
    contact_name = fields.text_field(_("Your name"), 120, autocomplete="off")
    contact_phone = fields.text_field(
        _("Work phone"),  # For translators: of the person who asks for a session, at work
        40,
        is_required=False,
        dir="ltr",
        inputmode="tel",
        autocomplete="off",
    )
    class_level = forms.ChoiceField(label=REQUEST_FIELD_LABELS["class_level"], required=False)
    teacher_present = optional_yes_no_field("teacher_present")
    safeguarding_lead = fields.text_field(
        REQUEST_FIELD_LABELS["safeguarding_lead"],
        120,
        _("The person responsible for child protection at your school."),
        is_required=False,
        autocomplete="off",
    )
    accepts_protocol = optional_yes_no_field("accepts_protocol")
    has_private_room = optional_yes_no_field("has_private_room")
    SCHOOL_FIELDS = ("class_level", "teacher_present", "safeguarding_lead", "accepts_protocol")
    OTHER_FIELDS = ("has_private_room",)  # for all settings except schools

    def __init__(self, *args: Any, setting: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(code, labels.GRADE_LABELS.get(code, code)) for code in tables.grades()]
        set_choices(self, "class_level", [("", _("Not known yet")), *grades])
        country = self.initial.get("country", "")
        set_choices(self, "languages", fields.language_choices(vocabulary.languages(), country))
        if setting:
            unused = self.OTHER_FIELDS if setting == enums.Setting.SCHOOL else self.SCHOOL_FIELDS
            for name in unused:
                del self.fields[name]


class RequestForm(FurtherAnswersForm):
    sent_key = forms.UUIDField(widget=forms.HiddenInput)
    # Translators: where an information session is to be held.
    setting = fields.radio_buttons(_("Which place or group is it for?"), enums.Setting.choices)
    # Translators: the name of the school, centre or group that asks for a session.
    asker = fields.text_field(_("School, centre or group"), 160, autocomplete="off")
    country = forms.ChoiceField(label=_("Country"))  # For translators: in which a session is held
    # Translators: label above a field; where a session is to be held.
    place = fields.text_field(_("Town or village"), 80, autocomplete="off")
    which = forms.ChoiceField(
        label=_("Which place do you mean?"),  # For translators: several places have the typed name
        required=False,
        widget=forms.HiddenInput,
    )
    # Translators: how old the people are who will come to a session.
    band = forms.ChoiceField(label=_("Age of most people"), required=False)
    contact_email = forms.EmailField(
        label=_("Work email address"),  # For translators: of the person who asks for a session
        help_text=_(
            "We send you a link to this request. Your address is erased twelve months "
            "after the last step of the request."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    # Translators: the language in which the person who asks for a session gets mail.
    contact_language = forms.ChoiceField(label=_("Language of our emails to you"))
    field_order = [
        *("sent_key", "setting", "asker", "country", "place", "which", "band", "expected"),
        *("languages", "dates", "contact_name", "contact_email", "contact_phone"),
        *("contact_language", "safeguarding_lead"),
    ]
    OWN_PAGE_FIELDS = ("edited", "said", "class_level", *YES_NO_FIELDS)  # not in this form

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.OWN_PAGE_FIELDS:
            del self.fields[name]
        set_choices(self, "country", [("", "–"), *fields.country_choices()])
        codes = (*tables.grades(), *tables.age_bands())
        bands = ((code, labels.age_band_name(code)) for code in codes)
        set_choices(self, "band", [("", _("Not known yet")), *bands])
        mail = [(language, language_name(language)) for language in languages.languages_with_mail()]
        set_choices(self, "contact_language", mail)

    def clean(self) -> dict[str, Any] | None:
        """Store the typed place as `place_id`; if several or only similar ones match, ask."""
        data = super().clean()
        typed, country = self.cleaned_data.get("place"), self.cleaned_data.get("country")
        if not typed or not country:
            return data
        matches = store.place_index().find(typed, country=country)
        chosen = [row for row in matches.best if str(row.id) == self.data.get("which")]
        if chosen or (matches.exact and not matches.ambiguous):
            self.cleaned_data["place_id"] = (chosen or matches.best)[0].id
            self.errors.pop("which", None)
        elif matches.best:
            self._ask_which_place(matches.best)
        else:
            self.add_error("place", _("We do not know this place. Try a larger town nearby."))
        return data

    def _ask_which_place(self, rows: Iterable[index.PlaceRow]) -> None:
        self.fields["which"].widget = forms.RadioSelect()
        set_choices(self, "which", [(str(row.id), _place_with_area(row)) for row in rows])
        self.errors.pop("which", None)
        self.add_error("which", _("Several places have this name or a similar one. Choose one."))


def _place_with_area(row: index.PlaceRow) -> str:
    area = store.areas().get(row.area)
    return f"{row.name} ({area.name})" if area else row.name


def edit_conflicts(form: FurtherAnswersForm, row: models.SessionRequest) -> list[tuple[str, str]]:
    """Return label and saved value of each field that an outdated form would overwrite."""
    initial = initial_request_values(row)
    current_values = initial | {name: getattr(row, name) for name in YES_NO_FIELDS}
    order = [code for code, _name in form.fields["languages"].choices]  # type: ignore[attr-defined]
    current_values["languages"] = sorted(initial["languages"], key=order.index)
    return conflicting_values(form, current_values, row.edited)


def initial_request_values(session_request: models.SessionRequest) -> dict[str, Any]:
    initial = {name: getattr(session_request, name) for name in request_form.LATER_FIELDS}
    for name in YES_NO_FIELDS:
        initial[name] = {True: "yes", False: "no", None: ""}[initial[name]]
    languages = session_request.languages.order_by("pk").values_list("pk", flat=True)
    initial |= {"said": session_request.said, "edited": session_request.edited}
    return initial | {"country": session_request.country_id, "languages": list(languages)}
