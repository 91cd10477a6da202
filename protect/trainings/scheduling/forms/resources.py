"""The forms of resources."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.base.places import NoSuchPlace, named
from protect.directory.facts.sentences import language_name
from protect.orgs import languages
from protect.orgs.models import Membership, Organisation, User
from protect.reference import vocabulary as terms
from protect.reference.formats import country_name
from protect.trainings.base.fields import by_name, languages_field
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.labels import SUITABILITY
from protect.trainings.scheduling.models import Resource, Venue
from protect.ui.forms import DeskForm

LONGEST_WAY = 24 * 60  # minutes


class ThingForm(DeskForm):
    """Something with a name alone. Begins the forms of people and venues."""

    name = forms.CharField(
        # Translators: of somebody or something that sessions can book.
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    is_active = forms.BooleanField(
        # Translators: a box to tick: somebody or something can be booked.
        label=_("Can be booked"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def submitted_values(self) -> dict[str, Any]:
        """Return the submitted values, as the actions take them."""
        return dict(self.cleaned_data)


class StaffForm(ThingForm):
    """A person who trains, interprets or helps."""

    languages = languages_field(
        # Translators: which languages somebody speaks well enough to train or interpret in them.
        _("Languages they work in"),
        is_asked=False,
    )
    user = forms.ModelChoiceField(
        # Translators: which account of this tool belongs to somebody who can be booked.
        label=_("Account"),
        help_text=_("With an account they answer at the desk, without one by a link of their own."),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("No account"),
    )
    email = forms.EmailField(
        # Translators: of somebody who can be booked for sessions.
        label=_("E-mail address"),
        help_text=_("Only without an account: where they are asked."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    mail_language = forms.ChoiceField(
        # Translators: the language in which somebody gets mail.
        label=_("Language of their mail")
    )
    field_order = ["name", "languages", "user", "email", "mail_language", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.organisation.country if self.organisation else ""
        self.fields["languages"].choices = by_name(terms.languages(), country)  # type: ignore[attr-defined]
        mail_languages = [(each, language_name(each)) for each in languages.of_mail()]
        self.fields["mail_language"].choices = mail_languages  # type: ignore[attr-defined]
        self.fields["mail_language"].initial = get_language()
        field = self.fields["user"]
        if self.organisation is not None:
            people = Membership.objects.active().filter(organisation=self.organisation)
            rows = User.objects.filter(pk__in=people.values("user"))
            field.queryset = rows.order_by("name", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: user.name or user.email  # type: ignore[attr-defined]

    def clean_user(self) -> User | None:
        user: User | None = self.cleaned_data["user"]
        taken = Resource.objects.filter(organisation=self.organisation, user=user)
        if own := self.initial.get("pk"):
            taken = taken.exclude(pk=own)
        if user and taken.exists():
            raise forms.ValidationError(_("Somebody with this account stands in the list already."))
        return user

    def submitted_values(self) -> dict[str, Any]:
        values = super().submitted_values()
        return values | {"mail_language_id": values.pop("mail_language")}


def known_or_not(label: Any) -> forms.NullBooleanField:
    """Return a question whose answer may not be known."""
    widget = forms.NullBooleanSelect()
    widget.choices = [("unknown", _("Not known")), ("true", _("Yes")), ("false", _("No"))]
    return forms.NullBooleanField(label=label, required=False, widget=widget)


def minutes(label: Any) -> forms.IntegerField:
    """Return a field for the time that a room takes before or after a session."""
    return forms.IntegerField(label=label, min_value=0, max_value=600, initial=0)


class VenueForm(ThingForm):
    """A place where sessions are held."""

    country = forms.ChoiceField(
        # Translators: the country of a venue.
        label=_("Country")
    )
    place = forms.CharField(
        # Translators: the town of a venue.
        label=_("Town"),
        help_text=_("Everybody may know it."),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    address = forms.CharField(
        # Translators: street, number and room of a venue.
        label=_("Street and room"),
        help_text=_("Confirmed people get it, and nobody else."),
        required=False,
        max_length=240,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    capacity = forms.IntegerField(
        # Translators: how many people a venue holds.
        label=_("Holds how many people"),
        help_text=_("Leave empty if you do not know."),
        required=False,
        min_value=1,
        max_value=100_000,
    )
    # Translators: a question about a venue.
    is_step_free = known_or_not(_("Can be reached without steps"))
    # Translators: a question about a venue.
    has_private_room = known_or_not(_("Has a room where somebody can talk alone"))
    is_shareable = forms.BooleanField(
        # Translators: a box to tick about a venue.
        label=_("Two sessions can be held in it at once"),
        required=False,
    )
    # Translators: of a venue.
    set_up = minutes(_("Minutes to set up"))
    # Translators: of a venue.
    clear_away = minutes(_("Minutes to clear away"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tag = get_language() or "en"
        countries = {code: country_name(code, tag) for code in terms.countries()}
        self.fields["country"].choices = sorted(countries.items(), key=lambda pair: pair[1])  # type: ignore[attr-defined]
        if self.organisation is not None:
            self.fields["country"].initial = self.organisation.country
        self.order_fields([*(name for name in self.fields if name != "is_active"), "is_active"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("place") and self.cleaned_data.get("country"):
            try:
                typed = named(self.cleaned_data["place"], self.cleaned_data["country"])
                self.cleaned_data["place_id"] = typed.place
            except NoSuchPlace as slip:
                self.add_error("place", slip.text)
        return cleaned

    def submitted_values(self) -> dict[str, Any]:
        return {
            k: v for k, v in super().submitted_values().items() if k not in {"country", "place"}
        }


FORMS: dict[str, type[ThingForm]] = {
    ResourceKind.PERSON: StaffForm,
    ResourceKind.VENUE: VenueForm,
    ResourceKind.CHILDCARE: ThingForm,
    ResourceKind.EQUIPMENT: ThingForm,
}


def day(label: Any, hint: Any = "") -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget)


def clock(label: Any, hint: Any = "") -> forms.TimeField:
    """Return a field for a time that may be left empty."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, help_text=hint, required=False, widget=widget)


class AwayForm(DeskForm):
    """An absence of a person or a closure of a venue, by the clock of its organisation."""

    # Translators: the first day on which somebody is away.
    first = day(_("From"))
    # Translators: a time on the first day on which somebody is away.
    clock_from = clock(_("From what time"), _("Leave empty: the whole day."))
    # Translators: the last day on which somebody is away.
    last = day(_("To, with this day"))
    # Translators: a time on the last day on which somebody is away.
    clock_to = clock(_("Until what time"), _("Leave empty: the whole day."))

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data
        if values.get("first") and values.get("last"):
            self.starts_at = self._at(values["first"], values.get("clock_from") or time())
            until = values.get("clock_to")
            last = values["last"] if until else values["last"] + timedelta(1)
            self.ends_at = self._at(last, until or time())
            if self.ends_at <= self.starts_at:
                self.add_error("last", _("It must end after it begins."))
        return cleaned

    def _at(self, when: Any, clock_of: time) -> datetime:
        return datetime.combine(when, clock_of, tzinfo=self.zone)


class SuitableForm(DeskForm):
    """A proof that a person showed, and until when it is valid."""

    kind = forms.ChoiceField(
        # Translators: which paper somebody showed.
        label=_("What they showed"),
        widget=forms.RadioSelect,
    )
    # Translators: the day on which somebody showed a paper.
    shown_on = day(_("Shown on"))
    # Translators: the day from which a paper does not count any more.
    expires_on = day(_("Stands until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, SUITABILITY.get(code, code)) for code in vocabulary.suitability()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        shown, until = (self.cleaned_data.get(each) for each in ("shown_on", "expires_on"))
        if shown and until and until <= shown:
            self.add_error("expires_on", _("It must end after it begins."))
        return cleaned


class WayForm(DeskForm):
    """How long the way to another venue takes."""

    other = forms.ModelChoiceField(
        # Translators: another venue.
        label=_("To"),
        queryset=Venue.objects.none(),
        # Translators: in a list of venues: none is chosen yet.
        empty_label=_("Choose a venue"),
    )
    minutes = forms.IntegerField(
        # Translators: how long a way takes.
        label=_("Minutes"),
        help_text=_("0 forgets it."),
        min_value=0,
        max_value=LONGEST_WAY,
    )

    def __init__(self, *args: Any, venue: Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if venue is not None:
            rows = Venue.objects.filter(resource__organisation=venue.resource.organisation_id)
            field = self.fields["other"]
            rows = rows.exclude(pk=venue.pk).select_related("resource")
            field.queryset = rows.order_by("resource__name", "pk")  # type: ignore[attr-defined]
            field.label_from_instance = lambda each: each.resource.name  # type: ignore[attr-defined]
