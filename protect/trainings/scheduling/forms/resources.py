from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory.facts.base.places import NoSuchPlace, find_named_place
from protect.orgs.models import Membership, Organisation, User
from protect.reference import vocabulary as terms
from protect.trainings.base import fields
from protect.trainings.scheduling import enums, labels, models, vocabulary
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_TRAVEL_MINUTES = 24 * 60  # a day; from one venue to another


class ResourceForm(DeskForm):
    # Translators: of a person, venue or thing that sessions can book.
    """The form of childcare and of equipment; the forms of people and venues extend it."""

    name = fields.text_field(_("Name"), 120, autocomplete="off")
    # Translators: a box to tick: a person, venue or thing can be booked.
    is_active = fields.checkbox(_("Can be booked"), initial=True)

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def submitted_values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class BookablePersonForm(ResourceForm):
    languages = fields.languages_field(
        _("Languages they work in"),  # For translators: well enough to train or interpret in them
        is_required=False,
    )
    user = forms.ModelChoiceField(
        label=_("Account"),  # For translators: account in this tool of a person one can book
        help_text=_("With an account, they answer at the desk; without one, by a personal link."),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("No account"),
    )
    email = forms.EmailField(
        label=_("E-mail address"),  # For translators: of a person who can be booked for sessions
        help_text=_("Only without an account: booking requests are mailed to this address."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    # Translators: the language in which a person gets mail.
    mail_language = forms.ChoiceField(
        label=_("Language of their mail"), choices=fields.mail_languages, initial=get_language
    )
    field_order = ["name", "languages", "user", "email", "mail_language", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.organisation.country if self.organisation else ""
        self.fields["languages"].choices = fields.language_choices(terms.languages(), country)  # type: ignore[attr-defined]
        if self.organisation is not None:
            people = Membership.objects.active().filter(organisation=self.organisation)
            rows = User.objects.filter(pk__in=people.values("user")).order_by("name", "pk")
            fields.set_choices(self, "user", rows, lambda user: user.name or user.email)

    def clean_user(self) -> User | None:
        user: User | None = self.cleaned_data["user"]
        same_user = models.Resource.objects.filter(organisation=self.organisation, user=user)
        if own_id := self.initial.get("pk"):
            same_user = same_user.exclude(pk=own_id)
        if user and same_user.exists():
            raise forms.ValidationError(_("A person with this account is already in the list."))
        return user

    def submitted_values(self) -> dict[str, Any]:
        values = super().submitted_values()
        return values | {"mail_language_id": values.pop("mail_language")}


def yes_no_unknown_field(label: Any) -> forms.NullBooleanField:
    widget = forms.NullBooleanSelect()
    widget.choices = [("unknown", _("Not known")), ("true", _("Yes")), ("false", _("No"))]
    return forms.NullBooleanField(label=label, required=False, widget=widget)


def minutes_field(label: Any) -> forms.IntegerField:
    """Return a required field for 0 to 600 minutes; 0 is filled in."""
    return forms.IntegerField(label=label, min_value=0, max_value=600, initial=0)


class VenueForm(ResourceForm):
    # Translators: the country of a venue.
    country = forms.ChoiceField(label=_("Country"), choices=fields.country_choices)
    # Translators: the town of a venue.
    place = fields.text_field(_("Town"), 120, _("It is shown to the public."), autocomplete="off")
    address = fields.text_field(
        _("Street and room"),  # For translators: street, number and room of a venue
        240,
        _("Only confirmed participants and booked people see it."),
        is_required=False,
        autocomplete="off",
    )
    capacity = fields.number_field(
        _("Capacity in people"),  # For translators: how many people a venue holds
        1,
        100_000,
        _("Leave empty if you do not know."),
        is_required=False,
    )
    # Translators, of each below: a question about a venue.
    is_step_free = yes_no_unknown_field(_("Can be reached without steps"))
    has_private_room = yes_no_unknown_field(_("Has a room for private talks"))
    # Translators: a box to tick about a venue.
    is_shareable = fields.checkbox(_("Two sessions can be held in it at once"))
    # Translators, of each below: of a venue.
    set_up = minutes_field(_("Minutes to set up"))
    clear_away = minutes_field(_("Minutes to clear away"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.organisation is not None:
            self.fields["country"].initial = self.organisation.country
        self.order_fields([*(name for name in self.fields if name != "is_active"), "is_active"])

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("place") and values.get("country"):
            try:
                values["place_id"] = find_named_place(values["place"], values["country"]).place
            except NoSuchPlace as slip:
                self.add_error("place", str(slip))

    def submitted_values(self) -> dict[str, Any]:
        values = super().submitted_values()
        return {name: values[name] for name in values if name not in {"country", "place"}}


FORMS: dict[str, type[ResourceForm]] = {
    enums.ResourceKind.PERSON: BookablePersonForm,
    enums.ResourceKind.VENUE: VenueForm,
    enums.ResourceKind.CHILDCARE: ResourceForm,
    enums.ResourceKind.EQUIPMENT: ResourceForm,
}


class AbsenceForm(DeskForm):
    """A form for a time in which a person is away or a venue is closed."""

    first = fields.date_field(_("From"))  # For translators: the first day on which a person is away
    # Translators: a time on the first day on which a person is away.
    clock_from = fields.time_field(_("From what time"), _("Leave empty: the whole day."))
    last = fields.date_field(_("To (inclusive)"))  # For translators: the last day someone is away
    # Translators: a time on the last day on which a person is away.
    clock_to = fields.time_field(_("Until what time"), _("Leave empty: the whole day."))

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("first") and values.get("last"):
            self.starts_at = self._instant_of(values["first"], values.get("clock_from") or time())
            until = values.get("clock_to")
            last = values["last"] if until else values["last"] + timedelta(1)
            self.ends_at = self._instant_of(last, until or time())
            if self.ends_at <= self.starts_at:
                self.add_error("last", _("The end must be later than the beginning."))

    def _instant_of(self, day: Any, local_time: time) -> datetime:
        return datetime.combine(day, local_time, tzinfo=self.zone)


def proof_kind_choices() -> list[tuple[str, Any]]:
    return [(code, labels.PROOF_LABELS.get(code, code)) for code in vocabulary.proof_kinds()]


class SuitabilityProofForm(DeskForm):
    # Translators: which paper a trainer or interpreter showed.
    kind = fields.radio_buttons(_("Proof shown"), proof_kind_choices)
    shown_on = fields.date_field(_("Shown on"))  # For translators: the day a person showed a paper
    expires_on = fields.date_field(_("Valid until"))  # For translators: day a paper stops counting

    def clean(self) -> None:
        shown, until = (self.cleaned_data.get(name) for name in ("shown_on", "expires_on"))
        if shown and until and until <= shown:
            self.add_error("expires_on", _("The end must be later than the beginning."))


class TravelTimeForm(DeskForm):
    other = forms.ModelChoiceField(
        label=_("To"),  # For translators: another venue
        queryset=models.Venue.objects.none(),
        empty_label=_("Choose a venue"),  # For translators: in a list of venues: none is chosen yet
    )
    # Translators: how long a way takes.
    minutes = fields.number_field(
        _("Minutes"), 0, MAX_TRAVEL_MINUTES, _("Enter 0 to delete the travel time.")
    )

    def __init__(self, *args: Any, venue: models.Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if venue is not None:
            rows = models.Venue.objects.filter(resource__organisation=venue.owner_id)
            rows = rows.exclude(pk=venue.pk).select_related("resource")
            rows = rows.order_by("resource__name", "pk")
            fields.set_choices(self, "other", rows, lambda other_venue: other_venue.resource.name)


def _new_and_edit_pages(name: str, page: DraftPage) -> dict[str, DraftPage]:
    return {f"trainings:{name}_new": page, f"trainings:{name}_edit": page}


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: a person whom sessions can book.
    **_new_and_edit_pages("staff", DraftPage(_("Bookable person"), BookablePersonForm)),
    # Translators: a page: a place that sessions can book.
    **_new_and_edit_pages("venue", DraftPage(_("A venue"), VenueForm)),
    # Translators: a page: something that sessions can book.
    **_new_and_edit_pages("childcare", DraftPage(_("Bookable item"), ResourceForm)),
    **_new_and_edit_pages("equipment", DraftPage(_("Bookable item"), ResourceForm)),
    # Translators: a page: when a person is away or a venue is closed.
    "trainings:resource_away": DraftPage(_("Add days"), AbsenceForm),
    # Translators: a page: a trainer or interpreter showed a paper, such as a vetting.
    "trainings:resource_paper": DraftPage(_("Add a proof"), SuitabilityProofForm),
    # Translators: a page: how long it takes from one venue to another.
    "trainings:resource_way": DraftPage(_("Add the travel time"), TravelTimeForm),
}
