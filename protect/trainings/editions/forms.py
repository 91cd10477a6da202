from typing import Any

from django import forms
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy as _

from protect.orgs.enums import TeamState
from protect.orgs.models import Organisation, Team
from protect.reference import formats, vocabulary
from protect.trainings.base import fields
from protect.trainings.curricula.forms import version_label
from protect.trainings.curricula.models import CourseVersion
from protect.trainings.scheduling import access, clocks, enums, errors
from protect.trainings.scheduling.forms.bookings import ConflictForm
from protect.trainings.scheduling.models import Edition, Session, Venue
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage


class EditionForm(DeskForm):
    field_by_error_code = {
        "trainings_quotas_above_seats": "seat_limit",
        "trainings_seats_below_taken": "seat_limit",
        "trainings_seats_above_room": "reason",
    }
    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # Translators: how a training is given: in person, online.
    delivery = fields.radio_buttons(
        _("How the training is given"), enums.Delivery.choices, initial=enums.Delivery.IN_PERSON
    )
    languages = fields.languages_field(
        _("Languages"),  # For translators: in which languages a training is given
        _("The languages of the trainers, and those with an interpreter."),
    )
    seat_limit = fields.number_field(
        _("Seats"),  # For translators: how many people can take part in a training
        0,
        100_000,
        _("Leave empty for no limit. 0 means no seats: all applicants wait."),
        is_required=False,
    )
    reason = fields.text_field(
        _("Why more seats than the room holds"),  # For translators: of a training
        fields.REASON_LENGTH,
        _("Needed only if there is no seat limit, or more seats than the smallest room holds."),
        is_required=False,
    )
    opens_at = fields.datetime_field(
        _("Registration opens"),  # For translators: from when on people can register for a training
        _("In the time zone of the training. You must also press “Open registration”."),
    )
    closes_at = fields.datetime_field(
        _("Registration closes"),  # For translators: until when people can register for a training
        _(
            "In the time zone of the training. If empty, registration stays open until "
            "you close it or the last session ends."
        ),
    )
    # Translators: who decides about registrations.
    approval = fields.radio_buttons(
        _("Who gets a seat"), enums.Approval.choices, initial=enums.Approval.OWNER
    )
    # Translators: how long a person can think about the offer of a seat.
    offer_hours = fields.number_field(_("Hours to answer the offer of a seat"), 1, 720, initial=72)
    # Translators: a box to tick.
    is_listed = fields.checkbox(_("Listed in the public calendar, with the town but no address"))
    grant_number = forms.CharField(
        label=_("Grant number"),  # For translators: number of the grant that pays for a training
        help_text=_("It is printed on the attendance lists."),
        required=False,
        max_length=80,
    )
    logistics_team = forms.ModelChoiceField(
        label=_("Team that arranges what people need"),  # For translators: such as food or a ramp
        help_text=_("Needs are encrypted for this team. Without a team, people are asked to call."),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("No team"),  # For translators: in a list of teams
    )
    note = fields.text_area(_("Note for colleagues"), 1000, 3)  # For translators: about a training

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.initial.get("country") or (host.country if host else "")
        self.fields["languages"].choices = fields.language_choices(vocabulary.languages(), country)  # type: ignore[attr-defined]
        if host is not None:
            is_chosen = Q(pk=getattr(self.initial.get("logistics_team"), "pk", None))
            teams = Team.objects.filter(Q(state=TeamState.ACTIVE) | is_chosen, organisation=host)
            rows = teams.order_by("name")
            fields.set_choices(self, "logistics_team", rows, lambda team: team.name)

    def clean(self) -> None:
        opens, closes = (self.cleaned_data.get(name) for name in ("opens_at", "closes_at"))
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Registration must close after it opens."))


class NewEditionForm(EditionForm):
    course_version = forms.ModelChoiceField(
        label=_("Course"),  # For translators: which course is given
        queryset=CourseVersion.objects.none(),
        empty_label=_("Choose a course"),  # For translators: in a list of courses: none is chosen
    )
    # Translators: in which country a training is given.
    country = forms.ChoiceField(label=_("Country"), choices=fields.country_choices)
    field_order = ["course_version", "country"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]  # it has no room yet
        versions = CourseVersion.objects.published().order_by("title", "language", "-number")
        fields.set_choices(self, "course_version", versions, version_label)


class SessionPlanForm(ConflictForm):
    field_by_error_code = {**ConflictForm.field_by_error_code, "trainings_clash_blocks": "day"}
    field_order = ["day", "clock_from", "clock_to", "venue", "link", "reason"]
    day = fields.date_field(_("Day"))  # For translators: the day of a session
    clock_from = fields.time_field(_("From"), is_required=True)  # For translators: session's start
    clock_to = fields.time_field(_("To"), is_required=True)  # For translators: when a session ends
    venue = forms.ModelChoiceField(
        label=_("Venue"),  # For translators: where a session is held
        queryset=Venue.objects.none(),
        required=False,
        empty_label=_("Not known yet"),  # For translators: in a list of venues: none is known yet
    )
    link = forms.URLField(
        label=_("Link of the online session"),  # For translators: the address of an online session
        help_text=_("Only confirmed participants and booked people see it."),
        required=False,
        max_length=400,
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )

    def __init__(
        self,
        *args: Any,
        edition: Edition | None = None,
        session: Session | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = edition.zone if edition else ""
        if edition is not None:
            is_offered = Q(is_active=True) | Q(pk=session.venue_id if session else None)
            offered = access.bookable_resources(edition, session).filter(is_offered)
            rows = Venue.objects.filter(resource__in=offered).order_by("resource__name", "pk")
            rows = rows.select_related("resource__organisation")
            fields.set_choices(self, "venue", rows, lambda venue: venue_label(venue, edition))

    def clean(self) -> None:
        values = self.cleaned_data
        day, starts, ends = (values.get(name) for name in ("day", "clock_from", "clock_to"))
        if day is None or starts is None or ends is None:
            return
        try:
            self.times = clocks.session_times(day, starts, ends, self.zone)
        except errors.ClockRefused as refused:
            self.add_error(fields.FIELD_BY_CLOCK_PART.get(refused.where), refused.text())


def venue_label(venue: Venue, edition: Edition) -> str:
    """Return a venue's name, with its owner unless the edition's host owns it."""
    name, owner = venue.resource.name, venue.resource.organisation
    return name if owner.pk == edition.host_id else f"{name} · {owner.name}"


class CancelForm(DeskForm):
    field_by_error_code = {"trainings_reason_missing": "reason"}
    reason = fields.text_field(
        _("Reason"),  # For translators: why a training is cancelled
        fields.REASON_LENGTH,
        _(
            "It is shown on the public page of the training. Do not write names or private "
            "information."
        ),
    )


class CloneForm(ConflictForm):
    field_by_error_code = {
        **ConflictForm.field_by_error_code,
        "trainings_clash_blocks": "first_day",
    }
    first_day = fields.date_field(
        _("First day"),  # For translators: the first day of a training
        _("Sessions keep their times and the days between them, and rooms of your organisation."),
    )
    field_order = ["first_day", "reason"]


class CoHostsForm(DeskForm):
    co_hosts = forms.ModelMultipleChoiceField(
        label=_("Co-hosts"),  # For translators: organisations that host a training together
        help_text=_(
            "Each organisation is invited. Those that accept can see the training and its "
            "participants."
        ),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, edition: Edition | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if edition is not None:
            rows = access.possible_co_hosts(edition)
            fields.set_choices(self, "co_hosts", rows, organisation_choice)


def organisation_choice(organisation: Organisation) -> SafeString:
    country = formats.country_name(organisation.country, get_language() or "en")
    return fields.choice_label(organisation.name, country)


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators, of each below: a page.
    "trainings:edition_new": DraftPage(_("Plan a training"), NewEditionForm),  # one is planned
    # Translators: a page: a training is planned like another one.
    "trainings:edition_clone": DraftPage(_("Plan a copy"), CloneForm),
    # Translators: a page: how a training is given.
    "trainings:edition_edit": DraftPage(_("Edit the training"), EditionForm),
    # Translators: a page: a training is cancelled, and the reason given.
    "trainings:edition_move": DraftPage(_("Cancel the training"), CancelForm),
    # Translators: a page: a session is added to a training.
    "trainings:session_new": DraftPage(_("Add a session"), SessionPlanForm),
    "trainings:session_edit": DraftPage(_("Move a session"), SessionPlanForm),  # a session is moved
    "trainings:edition_co_hosts": DraftPage(_("Co-host a training"), CoHostsForm),
}
