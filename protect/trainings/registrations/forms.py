from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel import clock
from protect.orgs.models import Organisation
from protect.trainings.base import fields as base
from protect.trainings.registrations import fields, name_list_rows
from protect.trainings.registrations.models import Cohort, Sender
from protect.ui.forms import DeskForm
from protect.uploads.upload_handler import content_of
from protect.vault.sign_in.posted import DraftPage

MAX_TEXT_LENGTH = 60_000  # characters of pasted names
FILE_ERROR_CODES = (  # shown at the field `file`
    *("file_too_large", "file_not_readable", "upload_refused", "parsers_busy"),
    *("trainings_roster_no_table", "trainings_roster_columns_missing", "trainings_roster_long"),
)


class SenderForm(DeskForm):
    field_by_error_code: ClassVar = {"trainings_sender_known": "name"}
    name = base.text_field(_("Name"), 160)  # For translators: of an organisation that sends people
    # Translators: the country of an organisation.
    country = forms.ChoiceField(label=_("Country"), choices=base.country_choices)
    email = forms.EmailField(
        label=_("E-mail address"),  # For translators: of an organisation that sends participants
        help_text=_("The nomination link can be mailed to this address."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    # Translators: the language in which an organisation gets mail.
    language = forms.ChoiceField(label=_("Language of its mail"), choices=base.mail_languages)
    # Translators: a box to tick: an organisation is a school whose students come by classes.
    is_school = base.checkbox(_("It is a school whose students attend as a class"))

    def field_values(self) -> dict[str, Any]:
        """Return the values by attribute of the model, such as `country_id`."""
        keys = {"country": "country_id", "language": "language_id"}
        return {keys.get(name, name): value for name, value in self.cleaned_data.items()}


class CohortForm(DeskForm):
    programme = base.text_field(_("Programme"), 120)  # For translators: studies, such as a degree
    # Translators: of a class of students.
    year = base.text_field(_("Year"), 20, _("In the school’s own words, such as 2 or 2026/27."))


def _row_default_field(name: str) -> forms.Field:
    """Return the form field for a value, such as the country, that rows without their own get."""
    field = fields.FIELD_BY_NAME[name].form_field(fields.FormKind.REGISTRATION)
    field.help_text = _("Used for rows in which the list has no value.")
    return field


class CohortField(forms.ModelChoiceField[Cohort]):
    def label_from_instance(self, obj: Cohort) -> str:
        return f"{obj.school.name} · {obj.programme} · {obj.year}"


class RosterForm(DeskForm):
    field_by_error_code: ClassVar = dict.fromkeys(FILE_ERROR_CODES, "file") | {
        "trainings_roster_empty": "names",
        "trainings_group_large": "is_together",
    }
    sender = fields.FIELD_BY_NAME["sender"].form_field(fields.FormKind.REGISTRATION)
    cohort = CohortField(
        label=_("Class"),  # For translators: a class of students
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=_("No class"),  # For translators: people of a list are not a class of students
    )
    names = forms.CharField(
        label=_("Names and e-mail addresses"),  # For translators: a field for a list of people
        help_text=_("One person on each line: name, then e-mail address."),
        required=False,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 6, "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Or a list as a file"),  # For translators: a list of people as a file
        help_text=_(
            "CSV or XLSX. The first row must contain the column names: name, email and,"
            " if you know them, other answers of the form, such as country or age."
        ),
        required=False,
    )
    country = _row_default_field("country")
    language = _row_default_field("language")
    # Translators: a box to tick: people of a list come as a group.
    is_together = base.checkbox(_("They come as a group: all get seats, or all wait"))

    def __init__(
        self, *args: Any, host: Organisation | None = None, sender: Sender | None = None, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        rows = Cohort.objects.select_related("school").order_by("school", "programme", "year")
        if sender is not None:
            del self.fields["sender"]
            rows = rows.filter(school=sender)
        elif host is not None:
            fields.set_sender_choices(self, host)
            rows = rows.filter(school__kept_by=host)
        else:
            return
        if rows.exists():
            self.fields["cohort"].queryset = rows  # type: ignore[attr-defined]
        else:
            del self.fields["cohort"]

    def clean(self) -> None:
        has_text, has_file = (
            bool(self.cleaned_data.get(field_name)) for field_name in ("names", "file")
        )
        if not self.errors and not has_text and not has_file:
            self.add_error("names", _("Enter at least one person, or choose a file."))
        if has_text and has_file:
            self.add_error("file", _("You typed names and chose a file. Remove one of them."))

    accepted_words = staticmethod(name_list_rows.accepted_words)

    def rows(self) -> list[name_list_rows.ListRow]:
        """Return the unchecked rows of the file or text. Errors: as `read_file`; UploadRefused."""
        sent = self.cleaned_data["file"]
        if sent:
            return name_list_rows.read_file(content_of(sent), today=clock.now().date())
        return name_list_rows.read_text(self.cleaned_data["names"])


# Decisions of a coordinator about a registration.
APPROVE, REFUSE, CONFIRM_AHEAD, CHANGE_PRIORITY = "approve", "refuse", "over", "place"
# Actions of a participant, or of a coordinator for one who phones; they need no form field.
CONFIRM_APPLICATION, ACCEPT_OFFER, RESUME_WAITING = "prove", "accept", "renew"
WITHDRAW, MAIL_LINK = "withdraw", "mail"  # of a participant on their own page; of a coordinator
REASON_TEXTS = {  # label and help text of the reason, by decision
    APPROVE: (
        # Translators: why one more person is confirmed than there are seats.
        _("Reason for confirming, even if all seats are taken"),
        _("If all seats are taken and you give no reason, they go on the waiting list."),
    ),
    REFUSE: (
        _("Reason"),  # For translators: why an applicant is refused
        _("The applicant reads your reason on the page to which the mail links."),
    ),
    # Translators: why a person is confirmed before others who wait longer.
    CONFIRM_AHEAD: (_("Reason"), _("The reason stays in the history of the waiting list.")),
    # Translators: why a person gets another place in a waiting list.
    CHANGE_PRIORITY: (_("Reason"), _("The reason stays in the history of the waiting list.")),
}


class QuotaForm(DeskForm):
    field_by_error_code = dict.fromkeys(
        ("trainings_quota_below_confirmed", "trainings_quotas_above_seats"), "seats"
    )
    sender = base.NamedField(
        label=_("Organisation"),  # For translators: for which seats of a training are kept
        queryset=Sender.objects.none(),
        empty_label=_("Choose an organisation"),  # For translators: in a list: none is chosen yet
    )
    # Translators: how many seats of a training are kept for an organisation.
    seats = base.number_field(
        _("Seats kept for this organisation"), 0, 100_000, _("Enter 0 to keep no seats.")
    )
    released_at = base.datetime_field(
        _("Open to all applicants from"),  # For translators: when kept seats are open to everyone
        _("In the local time of the training. Leave this empty to keep the seats."),
    )

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.set_sender_choices(self, host)


class DecideForm(DeskForm):
    field_by_error_code = dict.fromkeys(
        ("trainings_room_full", "trainings_overbooking_needs_reason", "trainings_reason_missing"),
        "reason",
    )
    # Translators: who goes first in a waiting list; the larger number does.
    priority = base.number_field(
        _("Priority"), 0, 100, _("Usually 0. People with a larger number go first.")
    )
    reason = base.text_field("", base.REASON_LENGTH)

    def __init__(self, *args: Any, action: str = CHANGE_PRIORITY, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{action}_%s", **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.help_text = REASON_TEXTS[action]
        reason.required = action != APPROVE
        if action != CHANGE_PRIORITY:
            del self.fields["priority"]


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: a coordinator enters a person for a training.
    "trainings:registration_new": DraftPage(_("Register a person"), fields.RegistrationByStaffForm),
    # Translators: a page: what is known of a participant is corrected.
    "trainings:registration_correct": DraftPage(
        _("Correct this person"), fields.CorrectParticipantForm
    ),
    # Translators: a page: several people are entered for a training.
    "trainings:roster_new": DraftPage(_("Register several people or a list"), RosterForm),
    # Translators: a page: an organisation that sends people to trainings.
    "trainings:sender_new": DraftPage(_("Add nominating organisation"), SenderForm),
    "trainings:sender_edit": DraftPage(_("Edit nominating organisation"), SenderForm),
    # Translators: a page: a class of a school is added.
    "trainings:cohort_new": DraftPage(_("Add a class"), CohortForm),
    # Translators: a page: seats of a training are kept for an organisation.
    "trainings:quota_edit": DraftPage(_("Keep seats"), QuotaForm),
    # Translators: a page: a registration is decided about.
    "trainings:registration": DraftPage(_("Decide about a registration"), DecideForm),
}
