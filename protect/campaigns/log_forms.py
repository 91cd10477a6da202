"""Forms of orders, of the log of copies and of people reached, and the names of files."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext, gettext_lazy as _

from protect.campaigns.base import enums
from protect.campaigns.base.log_entries import MAX_EXPLANATION
from protect.campaigns.base.rules import last_day_begun
from protect.campaigns.distribution.actions import Given
from protect.campaigns.materials.templates_table import PressTemplate
from protect.campaigns.plans.models import CalendarAction
from protect.campaigns.press.models import PressFile, PressFileQuerySet
from protect.campaigns.press.outdated import FileState
from protect.campaigns.press.page_texts import find_page
from protect.directory.services.forms import set_choices
from protect.kernel import clock
from protect.reference import formats, vocabulary
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.ui.press import SCRIPTS
from protect.vault.sign_in.posted import DraftPage

MAX_COPIES = 1_000_000
WITH_COPIES, WITHOUT_COPIES = "copies", "none"  # what the log says of an order that was sent
MAX_PEOPLE = 100_000_000
type Choices = list[tuple[str, str]]


class OrderForm(DeskForm):
    """An order of copies. A language without a text of its own says whose text stands in."""

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
        set_choices(self, "country", country_choices(codes))
        languages.sort(key=lambda row: row[0] not in official)
        noted = [(tag, f"{name}{text_note(template, tag)}") for tag, name in languages]
        set_choices(self, "language", noted)
        if template:  # else the material is made elsewhere, in any size
            set_choices(self, "size", [(size.value, size.label) for size in template.sizes])


class OrderCorrectionForm(OrderForm):
    """An order that waits or was sent; `files`: those of which the copies may be, if it was sent.
    Its country stays."""

    field_by_error_code = {
        "campaigns_file_of_other_order": "file",
        "campaigns_file_number_wrong": "file",
    }
    file = forms.ModelChoiceField(label=_("Copies of"), queryset=PressFile.objects.none())
    field_order = ("file", "language", "size", "copies", "destination", "needed_by")

    def __init__(
        self,
        *args: Any,
        files: PressFileQuerySet | None = None,
        states: Iterable[FileState] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["country"]
        if files is None:
            del self.fields["file"]
        else:
            fields.set_choices(self, "file", files, _labels_with_states(states))

    def to_values(self) -> dict[str, Any]:
        """Return the values by the names of `actions.ORDER_FIELDS`."""
        data = self.cleaned_data
        names = ("copies", "destination", "needed_by")
        values = {name: data[name] for name in names}
        return values | {"language_id": data["language"], "size": enums.PaperSize(data["size"])}


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
        "campaigns_file_number_wrong": "file",
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

    def __init__(
        self, *args: Any, files: Any = None, states: Iterable[FileState] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if files is not None:
            fields.set_choices(self, "file", files, _labels_with_states(states))
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
    field_by_error_code = {"campaigns_reach_repeated": "is_another"}
    country = forms.ChoiceField(label=_("Country"))
    # Translators: a field: how the people that a campaign reached were counted.
    method = forms.ChoiceField(label=_("Counted by"), choices=enums.ReachMethod.choices)
    people = fields.number_field(_("People"), 0, MAX_PEOPLE)
    day = past_day_field()
    # Translators: a field: a report, an article, a letter.
    evidence = fields.text_field(_("Where the figure comes from"), 200)
    action = forms.ModelChoiceField(
        # Translators: a field: at which stand or talk of a campaign people were counted.
        label=_("Action of the calendar"),
        queryset=CalendarAction.objects.none(),
        required=False,
        # Translators: a choice: a figure, such as listeners of a radio, is about no single action.
        empty_label=_("It belongs to no action"),
    )
    explanation = fields.text_field(_("Note"), MAX_EXPLANATION, is_required=False)
    # Translators: a tick box: two figures of a campaign look the same and are not.
    is_another = fields.checkbox(_("It is another figure, not the same one again"))

    def __init__(
        self,
        *args: Any,
        countries: Iterable[str] = (),
        actions: QuerySet[CalendarAction] | None = None,
        is_new: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "country", country_choices(countries))
        if actions is not None:
            fields.set_choices(self, "action", actions, action_label)
        if not is_new:
            del self.fields["is_another"]


def printable_languages() -> Choices:
    """Return the languages of the public site in a script that the press has, by their names."""
    rows = vocabulary.languages()
    public = vocabulary.published_languages("demo" if settings.IS_DEMO else "live")
    tags = [tag for tag in public if rows[tag].script in SCRIPTS]
    named = [(tag, formats.language_name(tag, get_language() or "en")) for tag in tags]
    return sorted(named, key=lambda pair: pair[1])


def text_note(template: PressTemplate | None, tag: str) -> str:
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


def action_label(action: CalendarAction) -> str:
    """Return the title of an action with its first day."""
    return f"{action.title} · {action.starts_on:%Y-%m-%d}"


def number_words(state: FileState) -> str:
    """Return what is wrong with the numbers on a file; "" if nothing is."""
    if state.is_wrong:
        return gettext("A number is no longer right")
    return gettext("A number must be checked again.") if state.uncertain_numbers else ""


def _labels_with_states(states: Iterable[FileState]) -> Callable[[PressFile], str]:
    """Return how files are named in a choice, with what is wrong with their numbers."""
    words = {state.file.pk: number_words(state) for state in states}

    def label(file: PressFile) -> str:
        return " · ".join(filter(None, [file_label(file), words.get(file.pk, "")]))

    return label


def file_label(file: PressFile) -> str:
    """Return the name of a press file, such as "French · A4 · 2", and the language of its texts if
    this is another one."""
    tag = get_language() or "en"
    language = formats.language_name(file.language_id, tag)
    if file.written_in_id != file.language_id:
        written = formats.language_name(file.written_in_id, tag)
        language = f"{language} ({gettext('text in {language}').format(language=written)})"
    return f"{language} · {enums.PaperSize(file.size).label} · {file.version}"


def country_choices(codes: Iterable[str]) -> Choices:
    tag = get_language() or "en"
    return sorted(((code, formats.country_name(code, tag)) for code in codes), key=lambda x: x[1])


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "campaigns:campaign_reach": DraftPage(_("People reached"), ReachForm),
    "campaigns:material_order": DraftPage(_("Order copies"), OrderForm),
    "campaigns:order_correct": DraftPage(_("Correct the order"), OrderCorrectionForm),
    "campaigns:order_send": DraftPage(_("Mark as sent"), SendForm),
    "campaigns:press_copies": DraftPage(_("Copies printed or received"), RunForm),
    "campaigns:press_distribute": DraftPage(_("Copies given out"), GivenForm),
    "campaigns:run_correct": DraftPage(_("Correct the entry"), RunCorrectionForm),
}
