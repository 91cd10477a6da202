from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.orgs.models import Organisation
from protect.outreach import labels, rules
from protect.outreach.forms.requests import FurtherAnswersForm
from protect.outreach.models import Ambassador, InformationSession, SessionRequest
from protect.reference.models import Area
from protect.trainings.base import fields
from protect.trainings.editions.forms import SessionPlanForm
from protect.trainings.scheduling.actions.conflicts import find_conflicts
from protect.trainings.scheduling.enums import BookingRole, ResourceKind
from protect.trainings.scheduling.forms.bookings import Candidate, ConflictForm
from protect.trainings.scheduling.models import Booking, Resource, Venue
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    candidate: Candidate
    spoken_languages: Sequence[str]
    lacking_languages: Sequence[str]  # requested languages that they do not speak
    region: str  # as in the ambassador's profile; "" if not known, and for trainers
    is_near: bool  # whether the region is one of the request's place or areas

    @property
    def label_html(self) -> SafeString:
        spoken_text = ", ".join(sorted(map(language_name, self.spoken_languages)))
        lacking = self.lacking_languages
        lacking_text = labels.unspoken_languages_text(lacking) if lacking else ""
        facts = (spoken_text, lacking_text, self.region, self.candidate.conflict_text)
        name, notes = self.candidate.resource.name, " · ".join(filter(None, facts))
        return format_html("<span><bdi>{}</bdi><small>{}</small></span>", name, notes)

    def sort_key(self) -> tuple[object, ...]:
        candidate, lacking_count = self.candidate, len(self.lacking_languages)
        rank = rules.candidate_rank(lacking_count, candidate.severity_rank, is_near=self.is_near)
        return rank, candidate.resource.name, candidate.resource.pk


def active_people(host: Organisation) -> QuerySet[Resource]:
    rows = Resource.objects.filter(organisation=host, kind=ResourceKind.PERSON, is_active=True)
    return rows.prefetch_related("languages")


def rank_candidates(
    rows: QuerySet[Resource],
    request: SessionRequest | None,
    session: InformationSession | None = None,
) -> list[RankedCandidate]:
    """Return people to ask, best first; with `session`, the unbooked ones and their conflicts."""
    languages, places = _languages_and_places(request) if request else (set[str](), set[str]())
    regions = dict(Ambassador.objects.order_by("pk").values_list("pk", "region"))
    ranked = []
    for candidate in _candidates(rows, session):
        region = regions.get(candidate.resource.pk, "")
        spoken = sorted(language.pk for language in candidate.resource.languages.all())
        lacking = sorted(languages.difference(spoken))
        is_near = region.casefold() in places
        ranked.append(RankedCandidate(candidate, spoken, lacking, region, is_near))
    return sorted(ranked, key=RankedCandidate.sort_key)


def _candidates(rows: QuerySet[Resource], session: InformationSession | None) -> list[Candidate]:
    """Return people not booked for the session, and their conflicts; all if it is None."""
    if session is None:
        return [Candidate(resource, ()) for resource in rows]
    times: dict[str, Any] = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    free = rows.exclude(pk__in=session.bookings.live().values("resource"))
    role = BookingRole.AMBASSADOR
    trial_bookings = [
        Booking(session=session, resource=resource, role=role, **times) for resource in free
    ]
    conflicts_by_booking = find_conflicts(trial_bookings)
    return [Candidate(row.resource, conflicts_by_booking[row.pk]) for row in trial_bookings]


def _languages_and_places(request: SessionRequest) -> tuple[set[str], set[str]]:
    """Return a request's languages, and casefolded all names and codes of its place and areas."""
    languages = {*request.languages.order_by("pk").values_list("pk", flat=True)}
    place = request.place
    area: Area | None = place.area
    names = [place.name, *place.local_names.split("|")]
    while area is not None:
        names += [area.code, area.name, *area.names.split("|")]
        area = area.parent
    return languages, {name.casefold() for name in names if name}


class PhoneAnswersForm(FurtherAnswersForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["said"]


class DeclineForm(DeskForm):
    field_by_error_code = {"trainings_reason_missing": "reason"}
    # Translators: why something is done; the person whom it concerns reads it.
    reason = fields.text_field(_("Reason"), fields.REASON_LENGTH, _("The requester will read it."))
    alternative = fields.text_field(
        _("What they can do instead"),  # For translators: an asker whose request is declined
        fields.REASON_LENGTH,
        _("Another date, another organisation, or the school pack."),
    )


class SessionForm(SessionPlanForm):  # time and place of an information session
    field_by_error_code = {
        **SessionPlanForm.field_by_error_code,
        "outreach_ambassador_alone": "ambassadors",
    }

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if host is None:
            return
        self.zone = host.zone
        rows = Venue.objects.filter(resource__organisation=host, resource__is_active=True)
        rows = rows.select_related("resource").order_by("resource__name")
        fields.set_choices(self, "venue", rows, lambda venue: str(venue.resource.name))
        self.fields["link"].help_text = _("The booked people see it. Send it to the requester.")


class SpeakersForm(ConflictForm):
    field_by_error_code = {
        **ConflictForm.field_by_error_code,
        "trainings_clash_blocks": "ambassadors",
        "outreach_ambassador_alone": "ambassadors",
    }
    ambassadors = forms.ModelMultipleChoiceField(
        label=_("Ambassadors"),  # For translators: migrants who speak about the programme
        help_text=_("An ambassador must not be alone at their first session."),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trainers = forms.ModelMultipleChoiceField(
        label=_("Trainers"),  # For translators: those who hold a session together with ambassadors
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    payment = fields.text_field(
        _("Payment for each ambassador"),  # For translators: what an ambassador gets for a session
        120,
        _("For example: 50 € and the train ticket."),
        is_required=False,
    )
    field_order = ["ambassadors", "trainers", "payment", "reason"]

    def __init__(
        self,
        *args: Any,
        host: Organisation | None = None,
        session: InformationSession | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if host is not None:
            self.set_candidates(host, session.request if session else None, session)

    def set_candidates(
        self, host: Organisation, request: SessionRequest | None, session: InformationSession | None
    ) -> None:
        ambassadors, people = Ambassador.objects.values("pk"), active_people(host)
        for name, rows in (
            ("ambassadors", people.filter(pk__in=ambassadors)),
            ("trainers", people.exclude(pk__in=ambassadors)),
        ):
            candidates = rank_candidates(rows, request, session)
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.choices = [  # type: ignore[attr-defined]
                (ranked.candidate.resource.pk, ranked.label_html) for ranked in candidates
            ]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not any(self.cleaned_data.get(name) for name in ("ambassadors", "trainers")):
            self.add_error("ambassadors", _("Choose at least one person to hold the session."))
        return data


class ScheduleForm(SessionForm, SpeakersForm):
    field_order = [
        *("day", "clock_from", "clock_to", "venue", "link"),
        *("ambassadors", "trainers", "payment", "reason"),
    ]

    def __init__(
        self,
        *args: Any,
        host: Organisation | None = None,
        request: SessionRequest | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, host=host, **kwargs)
        if host is not None:
            self.set_candidates(host, request, None)


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: a request for a session is declined.
    "outreach:request_move": DraftPage(_("Decline a request"), DeclineForm),
    # Translators: a page: what the person who asks for a session said by phone.
    "outreach:request_note": DraftPage(_("Enter the requester’s answers"), PhoneAnswersForm),
    # Translators: a page: when and where a session is.
    "outreach:request_schedule": DraftPage(_("Schedule the session"), ScheduleForm),
    # Translators: a page: when and where a session is.
    "outreach:info_move": DraftPage(_("Schedule the session"), SessionForm),
    # Translators: a page: who else is asked to hold a session.
    "outreach:info_people": DraftPage(_("Ask more people"), SpeakersForm),
}
