"""What a person types about a registration, quotas, nominating organisations and their lists."""

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
from protect.vault.sign_in.posted import Page

LONGEST_TEXT = 60_000  # characters
MISTAKEN_FILES = (
    *("file_too_large", "file_not_readable", "upload_refused", "parsers_busy"),
    *("trainings_roster_no_table", "trainings_roster_columns_missing", "trainings_roster_long"),
)


class SenderForm(DeskForm):
    mended_at: ClassVar = {"trainings_sender_known": "name"}
    # Translators: the name of an organisation that sends people to trainings.
    name = base.text(_("Name"), 160)
    # Translators: the country of an organisation.
    country = forms.ChoiceField(label=_("Country"), choices=base.countries)
    email = forms.EmailField(
        # Translators: of an organisation that sends people to trainings.
        label=_("E-mail address"),
        help_text=_("Its link for naming people can be mailed there."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    # Translators: the language in which an organisation gets mail.
    language = forms.ChoiceField(label=_("Language of its mail"), choices=base.mail_languages)
    # Translators: a box to tick: an organisation is a school whose students come by classes.
    is_school = base.tick(_("It is a school: students come as a class"))

    def field_values(self) -> dict[str, Any]:
        keys = {"country": "country_id", "language": "language_id"}
        return {keys.get(name, name): value for name, value in self.cleaned_data.items()}


class CohortForm(DeskForm):
    # Translators: what students of a school learn, such as: Bachelor of social work.
    programme = base.text(_("Programme"), 120)
    # Translators: of a class of students.
    year = base.text(_("Year"), 20, _("As the school calls it, such as 2 or 2026/27."))


def _unless_listed(name: str) -> forms.Field:
    field = fields.BY_NAME[name].form_field(fields.FormKind.REGISTRATION)
    field.help_text = _("Unless the list says it.")
    return field


class CohortField(forms.ModelChoiceField[Cohort]):
    def label_from_instance(self, obj: Cohort) -> str:
        return f"{obj.school.name} · {obj.programme} · {obj.year}"


class RosterForm(DeskForm):
    mended_at: ClassVar = dict.fromkeys(MISTAKEN_FILES, "file") | {
        "trainings_roster_empty": "names",
        "trainings_group_large": "is_together",
    }
    sender = fields.BY_NAME["sender"].form_field(fields.FormKind.REGISTRATION)
    cohort = CohortField(
        # Translators: a class of students.
        label=_("Class"),
        queryset=Cohort.objects.none(),
        required=False,
        # Translators: people of a list are not from a class of students.
        empty_label=_("No class"),
    )
    names = forms.CharField(
        # Translators: where a coordinator or organisation types a list of people.
        label=_("Names and e-mail addresses"),
        help_text=_("One person on each line: name, then e-mail address."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 6, "autocomplete": "off"}),
    )
    file = forms.FileField(
        # Translators: a list of people as a file.
        label=_("Or a list as a file"),
        help_text=_(
            "CSV or XLSX. The first row says what stands where: name, email and, if you know them, "
            "country, language, sex, age, profession, sector."
        ),
        required=False,
    )
    country = _unless_listed("country")
    language = _unless_listed("language")
    # Translators: a box to tick: people of a list come as a group.
    is_together = base.tick(_("They come together: all get seats, or all wait"))

    def __init__(
        self,
        *args: Any,
        host: Organisation | None = None,
        sender: Sender | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = Cohort.objects.select_related("school").order_by("school", "programme", "year")
        if sender is not None:
            del self.fields["sender"]
            rows = rows.filter(school=sender)
        elif host is not None:
            fields.offer_senders(self, host)
            rows = rows.filter(school__kept_by=host)
        else:
            return
        if rows.exists():
            self.fields["cohort"].queryset = rows  # type: ignore[attr-defined]
        else:
            del self.fields["cohort"]

    def clean(self) -> None:
        has_text, has_file = (bool(self.cleaned_data.get(each)) for each in ("names", "file"))
        if not self.errors and not has_text and not has_file:
            self.add_error("names", _("Enter at least one person, or choose a file."))
        if has_text and has_file:
            self.add_error("file", _("Choose one: what you typed, or the file."))

    understood = staticmethod(name_list_rows.understood)

    def rows(self) -> list[name_list_rows.Row]:
        """Return the rows as they came. Errors: of `tables`; UploadRefused."""
        sent = self.cleaned_data["file"]
        if sent:
            return name_list_rows.of_file(content_of(sent), today=clock.now().date())
        return name_list_rows.of_text(self.cleaned_data["names"])


APPROVE, REFUSE, OVER, PLACE = "approve", "refuse", "over", "place"
# What a coordinator does for a participant who phones; nothing is typed for it.
PROVE, ACCEPT, RENEW, WITHDRAW, MAIL = "prove", "accept", "renew", "withdraw", "mail"
# What the reason of a decision is for, by decision.
REASONS = {
    # Translators: why one more person is confirmed than there are seats.
    APPROVE: (_("Why, if all seats are taken"), _("Without a reason they go on the waiting list.")),
    # Translators: why an applicant is refused.
    REFUSE: (_("Reason"), _("They read it on the page to which a mail leads them.")),
    # Translators: why a person is confirmed before others who wait longer.
    OVER: (_("Reason"), _("It stays in the history of the waiting list.")),
    # Translators: why a person gets another place in a waiting list.
    PLACE: (_("Reason"), _("It stays in the history of the waiting list.")),
}


class QuotaForm(DeskForm):
    mended_at = dict.fromkeys(
        ("trainings_quota_below_confirmed", "trainings_quotas_above_seats"), "seats"
    )
    sender = base.NamedField(
        # Translators: the organisation for which seats of a training are kept.
        label=_("Organisation"),
        queryset=Sender.objects.none(),
        # Translators: in a list of organisations: none is chosen yet.
        empty_label=_("Choose an organisation"),
    )
    # Translators: how many seats of a training are kept for an organisation.
    seats = base.number(_("Seats kept for it"), 0, 100_000, _("0 keeps none any more."))
    released_at = base.moment(
        # Translators: from when on kept seats of a training are open to all applicants.
        _("Free for all applicants from"),
        _("By the clock of the training. Leave empty: never."),
    )

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.offer_senders(self, host)


class DecideForm(DeskForm):
    mended_at = dict.fromkeys(
        ("trainings_room_full", "trainings_overbooking_needs_reason", "trainings_reason_missing"),
        "reason",
    )
    # Translators: who goes first in a waiting list; the larger number does.
    priority = base.number(_("Priority"), 0, 100, _("0 is usual. The larger number goes first."))
    reason = base.text("", base.REASON_LENGTH)

    def __init__(self, *args: Any, action: str = PLACE, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{action}_%s", **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.help_text = REASONS[action]
        reason.required = action != APPROVE
        if action != PLACE:
            del self.fields["priority"]


PAGES: dict[str, Page] = {
    # Translators: a page: a coordinator enters a person for a training.
    "trainings:registration_new": Page(_("Enter a person"), fields.PersonForm),
    # Translators: a page: what is known of a participant is corrected.
    "trainings:registration_correct": Page(_("Correct this person"), fields.CorrectForm),
    # Translators: a page: several people are entered for a training.
    "trainings:roster_new": Page(_("Enter several, or a list"), RosterForm),
    # Translators: a page: an organisation that sends people to trainings.
    "trainings:sender_new": Page(_("Add who sends people"), SenderForm),
    "trainings:sender_edit": Page(_("Edit who sends people"), SenderForm),
    # Translators: a page: a class of a school is added.
    "trainings:cohort_new": Page(_("Add a class"), CohortForm),
    # Translators: a page: seats of a training are kept for an organisation.
    "trainings:quota_edit": Page(_("Keep seats"), QuotaForm),
    # Translators: a page: a registration is decided about.
    "trainings:registration": Page(_("Decide about a registration"), DecideForm),
}
