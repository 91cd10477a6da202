"""The public forms of a request for an information session."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.directory.services.forms import choose
from protect.orgs import languages
from protect.outreach import enums, models
from protect.outreach.actions import request_form
from protect.outreach.labels import REQUEST_FIELDS
from protect.reference import vocabulary
from protect.reference.lookup import index, store
from protect.trainings.base import fields, labels, vocabulary as tables
from protect.trainings.base.pages.frame import conflicting_values
from protect.ui.forms import DeskForm

TICKS = ("teacher_present", "accepts_protocol", "has_private_room")
# How an asker's answer to a question of yes or no stands in a form.
YES_NO = (("", _("Not known yet")), ("yes", _("Yes")), ("no", _("No")))


def tick(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=REQUEST_FIELDS[name],
        choices=YES_NO,
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )


class TellForm(DeskForm):
    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)
    said = fields.area(
        # Translators: the person who asked for a session writes what is different now.
        _("What has changed"),
        1000,
        3,
        _("Write no names of pupils or other people, and no personal story."),
    )
    # Translators: on which days an information session could be.
    dates = fields.text(_("Days and times that suit you"), 400, is_asked=False)
    expected = fields.number(
        # Translators: how many people will come to a session.
        _("How many people"),
        1,
        2000,
        is_asked=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    # Translators: languages in which a session should be held.
    languages = fields.languages_field(_("Languages people understand"), is_asked=False)
    # Translators: the name of the person to talk to.
    contact_name = fields.text(_("Your name"), 120, autocomplete="off")
    contact_phone = fields.text(
        # Translators: of the person who asks for a session, at work.
        _("Phone at work"),
        40,
        is_asked=False,
        dir="ltr",
        inputmode="tel",
        autocomplete="off",
    )
    class_level = forms.ChoiceField(label=REQUEST_FIELDS["class_level"], required=False)
    teacher_present = tick("teacher_present")
    safeguarding_lead = fields.text(
        REQUEST_FIELDS["safeguarding_lead"],
        120,
        _("The person responsible for child protection at your school."),
        is_asked=False,
        autocomplete="off",
    )
    accepts_protocol = tick("accepts_protocol")
    has_private_room = tick("has_private_room")
    # What only schools, and what only others are asked.
    SCHOOL = ("class_level", "teacher_present", "safeguarding_lead", "accepts_protocol")
    OTHERS = ("has_private_room",)

    def __init__(self, *args: Any, setting: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(code, labels.GRADES.get(code, code)) for code in tables.grades()]
        choose(self, "class_level", [("", _("Not known yet")), *grades])
        country = self.initial.get("country", "")
        choose(self, "languages", fields.by_name(vocabulary.languages(), country))
        if setting:
            for name in self.OTHERS if setting == enums.Setting.SCHOOL else self.SCHOOL:
                del self.fields[name]


class AskForm(TellForm):
    sent_key = forms.UUIDField(widget=forms.HiddenInput)
    # Translators: where an information session is to be held.
    setting = fields.radio(_("Which place or group is it for?"), enums.Setting.choices)
    # Translators: the name of the school, centre or group that asks for a session.
    asker = fields.text(_("School, centre or group"), 160, autocomplete="off")
    # Translators: in which country a session is to be held.
    country = forms.ChoiceField(label=_("Country"))
    # Translators: label above a field; where a session is to be held.
    place = fields.text(_("Town or village"), 80, autocomplete="off")
    which = forms.ChoiceField(
        # Translators: several places have the name that was typed.
        label=_("Which one do you mean?"),
        required=False,
        widget=forms.HiddenInput,
    )
    # Translators: how old the people are who will come to a session.
    band = forms.ChoiceField(label=_("Age of most people"), required=False)
    contact_email = forms.EmailField(
        # Translators: of the person who asks for a session.
        label=_("E-mail address at work"),
        help_text=_("We send you a link to this request. It is erased after twelve months."),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    # Translators: the language in which the person who asks for a session gets mail.
    contact_language = forms.ChoiceField(label=_("Language of our mail to you"))
    field_order = [
        *("sent_key", "setting", "asker", "country", "place", "which", "band", "expected"),
        *("languages", "dates", "contact_name", "contact_email", "contact_phone"),
        *("contact_language", "safeguarding_lead"),
    ]
    # Asked for on the asker's own page, once a coordinator answers.
    LATER = (
        *("edited", "said", "class_level", "teacher_present", "accepts_protocol"),
        "has_private_room",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.LATER:
            del self.fields[name]
        choose(self, "country", [("", "–"), *fields.countries()])
        bands = ((code, labels.band_name(code)) for code in (*tables.grades(), *tables.age_bands()))
        choose(self, "band", [("", _("Not known yet")), *bands])
        mail = [(each, language_name(each)) for each in languages.of_mail()]
        choose(self, "contact_language", mail)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        typed, country = self.cleaned_data.get("place"), self.cleaned_data.get("country")
        if not typed or not country:
            return data
        matches = store.places().find(typed, country=country)
        chosen = [row for row in matches.best if str(row.id) == self.data.get("which")]
        if chosen or (matches.exact and not matches.ambiguous):
            self.cleaned_data["place_id"] = (chosen or matches.best)[0].id
            self.errors.pop("which", None)
        elif matches.best:
            self._offer(matches.best)
        else:
            self.add_error("place", _("We do not know this place. Try a larger town nearby."))
        return data

    def _offer(self, rows: Iterable[index.PlaceRow]) -> None:
        self.fields["which"].widget = forms.RadioSelect()
        choose(self, "which", [(str(row.id), _whereabouts(row)) for row in rows])
        self.errors.pop("which", None)
        self.add_error("which", _("Several places have this name, or one like it. Choose one."))


def _whereabouts(row: index.PlaceRow) -> str:
    area = store.areas().get(row.area)
    return f"{row.name} ({area.name})" if area else row.name


def conflicting_fields(
    form: TellForm, session_request: models.SessionRequest
) -> list[tuple[str, str]]:
    initial = request_values(session_request)
    stands = initial | {name: getattr(session_request, name) for name in TICKS}
    order = [code for code, _name in form.fields["languages"].choices]  # type: ignore[attr-defined]
    stands["languages"] = sorted(initial["languages"], key=order.index)
    return conflicting_values(form, stands, session_request.edited)


def request_values(session_request: models.SessionRequest) -> dict[str, Any]:
    initial = {name: getattr(session_request, name) for name in request_form.COMPLETED}
    for name in TICKS:
        initial[name] = {True: "yes", False: "no", None: ""}[initial[name]]
    languages = session_request.languages.order_by("pk").values_list("pk", flat=True)
    initial |= {"said": session_request.said, "edited": session_request.edited}
    return initial | {"country": session_request.country_id, "languages": list(languages)}
