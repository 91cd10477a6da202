"""The forms of resources."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.directory.facts.base.places import NoSuchPlace, named
from protect.orgs.models import Membership, Organisation, User
from protect.reference import vocabulary as terms
from protect.trainings.base import fields
from protect.trainings.scheduling import enums, labels, models, vocabulary
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

LONGEST_WAY = 24 * 60  # minutes


class ThingForm(DeskForm):
    # Translators: of a person, venue or thing that sessions can book.
    name = fields.text(_("Name"), 120, autocomplete="off")
    # Translators: a box to tick: a person, venue or thing can be booked.
    is_active = fields.tick(_("Can be booked"), initial=True)

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def submitted_values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class StaffForm(ThingForm):
    languages = fields.languages_field(
        # Translators: which languages a person speaks well enough to train or interpret in them.
        _("Languages they work in"),
        is_asked=False,
    )
    user = forms.ModelChoiceField(
        # Translators: which account of this tool belongs to a person who can be booked.
        label=_("Account"),
        help_text=_("With an account they answer at the desk, without one by a link of their own."),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("No account"),
    )
    email = forms.EmailField(
        # Translators: of a person who can be booked for sessions.
        label=_("E-mail address"),
        help_text=_("Only without an account: where they are asked."),
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
        self.fields["languages"].choices = fields.by_name(terms.languages(), country)  # type: ignore[attr-defined]
        if self.organisation is not None:
            people = Membership.objects.active().filter(organisation=self.organisation)
            rows = User.objects.filter(pk__in=people.values("user")).order_by("name", "pk")
            fields.offer(self, "user", rows, lambda user: user.name or user.email)

    def clean_user(self) -> User | None:
        user: User | None = self.cleaned_data["user"]
        taken = models.Resource.objects.filter(organisation=self.organisation, user=user)
        if own := self.initial.get("pk"):
            taken = taken.exclude(pk=own)
        if user and taken.exists():
            raise forms.ValidationError(_("A person with this account is already in the list."))
        return user

    def submitted_values(self) -> dict[str, Any]:
        values = super().submitted_values()
        return values | {"mail_language_id": values.pop("mail_language")}


def known_or_not(label: Any) -> forms.NullBooleanField:
    widget = forms.NullBooleanSelect()
    widget.choices = [("unknown", _("Not known")), ("true", _("Yes")), ("false", _("No"))]
    return forms.NullBooleanField(label=label, required=False, widget=widget)


def minutes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=600, initial=0)


class VenueForm(ThingForm):
    # Translators: the country of a venue.
    country = forms.ChoiceField(label=_("Country"), choices=fields.countries)
    # Translators: the town of a venue.
    place = fields.text(_("Town"), 120, _("The public sees it."), autocomplete="off")
    address = fields.text(
        # Translators: street, number and room of a venue.
        _("Street and room"),
        240,
        _("Only confirmed people get it."),
        is_asked=False,
        autocomplete="off",
    )
    capacity = fields.number(
        # Translators: how many people a venue holds.
        _("Holds how many people"),
        1,
        100_000,
        _("Leave empty if you do not know."),
        is_asked=False,
    )
    # Translators, of each below: a question about a venue.
    is_step_free = known_or_not(_("Can be reached without steps"))
    has_private_room = known_or_not(_("Has a room for private talks"))
    # Translators: a box to tick about a venue.
    is_shareable = fields.tick(_("Two sessions can be held in it at once"))
    # Translators, of each below: of a venue.
    set_up = minutes(_("Minutes to set up"))
    clear_away = minutes(_("Minutes to clear away"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.organisation is not None:
            self.fields["country"].initial = self.organisation.country
        self.order_fields([*(name for name in self.fields if name != "is_active"), "is_active"])

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("place") and values.get("country"):
            try:
                values["place_id"] = named(values["place"], values["country"]).place
            except NoSuchPlace as slip:
                self.add_error("place", str(slip))

    def submitted_values(self) -> dict[str, Any]:
        return {
            k: v for k, v in super().submitted_values().items() if k not in {"country", "place"}
        }


FORMS: dict[str, type[ThingForm]] = {
    enums.ResourceKind.PERSON: StaffForm,
    enums.ResourceKind.VENUE: VenueForm,
    enums.ResourceKind.CHILDCARE: ThingForm,
    enums.ResourceKind.EQUIPMENT: ThingForm,
}


class AwayForm(DeskForm):
    # Translators: the first day on which a person is away.
    first = fields.day(_("From"))
    # Translators: a time on the first day on which a person is away.
    clock_from = fields.clock(_("From what time"), _("Leave empty: the whole day."))
    # Translators: the last day on which a person is away.
    last = fields.day(_("To, with this day"))
    # Translators: a time on the last day on which a person is away.
    clock_to = fields.clock(_("Until what time"), _("Leave empty: the whole day."))

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("first") and values.get("last"):
            self.starts_at = self._at(values["first"], values.get("clock_from") or time())
            until = values.get("clock_to")
            last = values["last"] if until else values["last"] + timedelta(1)
            self.ends_at = self._at(last, until or time())
            if self.ends_at <= self.starts_at:
                self.add_error("last", _("It must end after it begins."))

    def _at(self, when: Any, clock_of: time) -> datetime:
        return datetime.combine(when, clock_of, tzinfo=self.zone)


def proofs() -> list[tuple[str, Any]]:
    return [(code, labels.SUITABILITY.get(code, code)) for code in vocabulary.suitability()]


class SuitableForm(DeskForm):
    # Translators: which paper a trainer or interpreter showed.
    kind = fields.radio(_("What they showed"), proofs)
    # Translators: the day on which a trainer or interpreter showed a paper.
    shown_on = fields.day(_("Shown on"))
    # Translators: the day from which a paper does not count any more.
    expires_on = fields.day(_("Stands until"))

    def clean(self) -> None:
        shown, until = (self.cleaned_data.get(each) for each in ("shown_on", "expires_on"))
        if shown and until and until <= shown:
            self.add_error("expires_on", _("It must end after it begins."))


class WayForm(DeskForm):
    other = forms.ModelChoiceField(
        # Translators: another venue.
        label=_("To"),
        queryset=models.Venue.objects.none(),
        # Translators: in a list of venues: none is chosen yet.
        empty_label=_("Choose a venue"),
    )
    # Translators: how long a way takes.
    minutes = fields.number(_("Minutes"), 0, LONGEST_WAY, _("0 forgets it."))

    def __init__(self, *args: Any, venue: models.Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if venue is not None:
            rows = models.Venue.objects.filter(resource__organisation=venue.owner_id)
            rows = rows.exclude(pk=venue.pk).select_related("resource")
            rows = rows.order_by("resource__name", "pk")
            fields.offer(self, "other", rows, lambda each: each.resource.name)


PAGES: dict[str, Page] = {
    # Translators: a page: a person whom sessions can book.
    **dict.fromkeys(
        ("trainings:staff_new", "trainings:staff_edit"),
        Page(_("A person who can be booked"), StaffForm),
    ),
    # Translators: a page: a place that sessions can book.
    **dict.fromkeys(("trainings:venue_new", "trainings:venue_edit"), Page(_("A venue"), VenueForm)),
    # Translators: a page: something that sessions can book.
    **dict.fromkeys(
        (
            *("trainings:childcare_new", "trainings:childcare_edit"),
            *("trainings:equipment_new", "trainings:equipment_edit"),
        ),
        Page(_("Something that can be booked"), ThingForm),
    ),
    # Translators: a page: when a person is away or a venue is closed.
    "trainings:resource_away": Page(_("Note days"), AwayForm),
    # Translators: a page: a trainer or interpreter showed a paper, such as a vetting.
    "trainings:resource_paper": Page(_("Note a paper"), SuitableForm),
    # Translators: a page: how long it takes from one venue to another.
    "trainings:resource_way": Page(_("Note how long the way takes"), WayForm),
}
