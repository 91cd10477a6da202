from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext, gettext_lazy as _

from protect.campaigns.base import enums
from protect.campaigns.base.log_entries import MAX_EXPLANATION
from protect.campaigns.base.rules import last_day_begun
from protect.campaigns.distribution.actions import Given
from protect.campaigns.materials.models import Consent
from protect.campaigns.materials.templates_table import PressTemplate, press_templates
from protect.campaigns.plans.actions import ActionInput
from protect.campaigns.plans.models import Campaign
from protect.campaigns.press.models import PressFile
from protect.campaigns.press.page_texts import find_page
from protect.directory.services.forms import set_choices
from protect.kernel import clock
from protect.orgs.models import Organisation
from protect.reference import formats, vocabulary
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.ui.press import SCRIPTS
from protect.vault.sign_in.posted import DraftPage

MAX_COPIES = 1_000_000
WITH_COPIES, WITHOUT_COPIES = "copies", "none"  # what the log says of an order that was sent
MAX_PEOPLE = 100_000_000
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
        set_choices(self, "country", [("", _("The whole region")), *_countries(countries)])
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
        set_choices(self, "countries", _countries(countries))
        noted = [(tag, name, _text_note(template, tag)) for tag, name in printable_languages()]
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


class OrderForm(DeskForm):
    country = forms.ChoiceField(label=_("Country"))
    language = forms.ChoiceField(label=_("Language"))
    size = forms.ChoiceField(label=_("Size"), choices=enums.PaperSize.choices)
    copies = fields.number_field(_("Copies"), 1, MAX_COPIES)  # For translators: how many posters
    # Translators: a field: where posters are sent to.
    destination = fields.text_field(_("Send to"), 160, _("A centre or an office, not a person."))
    # Translators: a field: the day on which posters must have arrived.
    needed_by = fields.date_field(_("Needed by"))

    def __init__(
        self,
        *args: Any,
        countries: Iterable[str] = (),
        template: PressTemplate | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        codes, languages = list(countries), printable_languages()
        official = [tag for code in codes for tag in vocabulary.countries()[code].languages]
        self.fields["needed_by"].required = False
        set_choices(self, "country", _countries(codes))
        set_choices(self, "language", sorted(languages, key=lambda row: row[0] not in official))
        if template:  # else the material is made elsewhere, in any size
            set_choices(self, "size", [(size.value, size.label) for size in template.sizes])


def past_day_field() -> forms.DateField:
    """Return the field of a day on which something happened: today or earlier."""
    field = fields.date_field(_("Day"))
    field.validators.append(_must_have_come)
    return field


def _must_have_come(day: date) -> None:
    """Errors: ValidationError for a day that has begun in none of the twelve countries."""
    if day > last_day_begun(clock.now()):
        raise forms.ValidationError(_("This day has not come yet. Enter only what has happened."))


class RunForm(DeskForm):
    # Translators: a field: whether posters were printed here or came from others.
    source = forms.ChoiceField(label=_("Where they come from"), choices=enums.CopySource.choices)
    copies = fields.number_field(_("Copies"), 1, MAX_COPIES)
    day = past_day_field()


class GivenForm(DeskForm):
    """Copies that were given out; 0 takes an entry back."""

    field_by_error_code = {"campaigns_copies_exceed": "copies"}
    copies = fields.number_field(_("Copies"), 0, MAX_COPIES)
    day = past_day_field()
    place = fields.text_field(_("Place"), 160, _("A centre or a street, not a person."))
    place_kind = forms.ChoiceField(
        label=_("Kind of place"),  # For translators: of a place with posters
        choices=[("", _("Choose")), *enums.PlaceKind.choices],
    )
    explanation = fields.text_field(
        # Translators: a field: why more posters were given out than were printed.
        _("Note"),
        MAX_EXPLANATION,
        _("If there were more copies than the log has, say why."),
        is_required=False,
    )

    def to_given(self) -> Given:
        data = self.cleaned_data
        kind = enums.PlaceKind(data["place_kind"])
        return Given(data["copies"], data["day"], data["place"], data["explanation"], kind)


class SendForm(GivenForm):
    """An order that was sent, with the entry of the log that it proposes."""

    field_by_error_code = {
        **GivenForm.field_by_error_code,
        "campaigns_file_of_other_order": "file",
    }
    # Translators: a field: which version of a poster was sent.
    file = forms.ModelChoiceField(label=_("Copies of"), queryset=PressFile.objects.none())
    log = fields.radio_buttons(
        # Translators: a field: what the log of copies says of an order that was sent.
        _("Log of copies"),
        [
            (WITH_COPIES, _("Enter these copies as given out; the order is then complete")),
            (WITHOUT_COPIES, _("Enter no copies yet; the order stays open until you do")),
        ],
        initial=WITH_COPIES,
    )
    field_order = ("file", "log", "copies", "day", "place", "place_kind", "explanation")

    def __init__(self, *args: Any, files: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if files is not None:
            fields.set_choices(self, "file", files, file_label)
        self.fields["copies"].help_text = _("As ordered; change what was different.")
        if self.data.get("log") == WITHOUT_COPIES:
            for name in ("copies", "day", "place", "place_kind"):
                self.fields[name].required = False

    @property
    def is_logged(self) -> bool:
        return bool(self.cleaned_data["log"] == WITH_COPIES)


class RunCorrectionForm(DeskForm):
    field_by_error_code = {"campaigns_fewer_than_distributed": "copies"}
    copies = fields.number_field(_("Copies"), 0, MAX_COPIES)
    explanation = fields.text_field(
        _("Note"),
        MAX_EXPLANATION,
        _("If there were more copies than the log has, say why."),
        is_required=False,
    )


class ReachForm(DeskForm):
    country = forms.ChoiceField(label=_("Country"))
    # Translators: a field: how the people that a campaign reached were counted.
    method = forms.ChoiceField(label=_("Counted by"), choices=enums.ReachMethod.choices)
    people = fields.number_field(_("People"), 0, MAX_PEOPLE)
    day = past_day_field()
    # Translators: a field: a report, an article, a letter.
    evidence = fields.text_field(_("Where the figure comes from"), 200)
    explanation = fields.text_field(_("Note"), MAX_EXPLANATION, is_required=False)

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "country", _countries(countries))


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


def printable_languages() -> Choices:
    """Return the languages of the public site in a script that the press has, by their names."""
    rows = vocabulary.languages()
    public = vocabulary.published_languages("demo" if settings.IS_DEMO else "live")
    tags = [tag for tag in public if rows[tag].script in SCRIPTS]
    named = [(tag, formats.language_name(tag, get_language() or "en")) for tag in tags]
    return sorted(named, key=lambda pair: pair[1])


def _text_note(template: PressTemplate | None, tag: str) -> str:
    """Return that a language has no text of a template, or which language replaces it; else ""."""
    page = find_page(template.code, tag) if template else None
    if page is None:
        return f" ({gettext('no text yet')})"  # For translators: of a language, in brackets
    others = [each.language for each in page.segments if each.language != tag]
    if not others:
        return ""
    language = formats.language_name(others[0], get_language() or "en")
    if page.title.language == tag:
        # Translators: of a language, in brackets: some texts of a poster are in {language}.
        return f" ({gettext('partly in {language}').format(language=language)})"
    # Translators: of a language, in brackets: posters have no text in it and are in {language}.
    return f" ({gettext('text in {language}').format(language=language)})"


def file_label(file: PressFile) -> str:
    """Return the name of a press file, such as "French · A4 · 2", and the language of its texts if
    this is another one."""
    tag = get_language() or "en"
    language = formats.language_name(file.language_id, tag)
    if file.written_in_id != file.language_id:
        written = formats.language_name(file.written_in_id, tag)
        language = f"{language} ({gettext('text in {language}').format(language=written)})"
    return f"{language} · {enums.PaperSize(file.size).label} · {file.version}"


def _consent_label(consent: Consent) -> str:
    return str(consent.reference)


def _consent_with_organisation(consent: Consent) -> str:
    return f"{consent.reference} · {consent.organisation.name}"


def _countries(codes: Iterable[str]) -> Choices:
    tag = get_language() or "en"
    return sorted(((code, formats.country_name(code, tag)) for code in codes), key=lambda x: x[1])


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "campaigns:campaign_new": DraftPage(_("New campaign"), CampaignForm),
    "campaigns:campaign_edit": DraftPage(_("Campaign"), CampaignForm),
    "campaigns:campaign_plan": DraftPage(_("New action"), ActionForm),  # of a calendar
    "campaigns:action_edit": DraftPage(_("Edit the action"), ActionForm),
    "campaigns:campaign_reach": DraftPage(_("People reached"), ReachForm),
    "campaigns:material_new": DraftPage(_("New material"), MaterialForm),
    "campaigns:material_edit": DraftPage(_("Material"), MaterialForm),
    "campaigns:material_down": DraftPage(_("Take down"), TakeDownForm),
    "campaigns:material_order": DraftPage(_("Order copies"), OrderForm),
    "campaigns:material_print": DraftPage(_("Print"), PrintForm),
    "campaigns:order_send": DraftPage(_("Mark as sent"), SendForm),
    "campaigns:press_copies": DraftPage(_("Copies printed or received"), RunForm),
    "campaigns:press_distribute": DraftPage(_("Copies given out"), GivenForm),
    "campaigns:consent_new": DraftPage(_("New consent"), ConsentForm),
    "campaigns:run_correct": DraftPage(_("Correct the entry"), RunCorrectionForm),
}
