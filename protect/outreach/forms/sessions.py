"""Desk forms about a request for an information session; whom to ask to hold it, best first."""

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
from protect.outreach.forms.requests import TellForm
from protect.outreach.models import Ambassador, InformationSession, SessionRequest
from protect.reference.models import Area
from protect.trainings.base import fields
from protect.trainings.editions.forms import HalfDayForm
from protect.trainings.scheduling.actions.conflicts import find_conflicts
from protect.trainings.scheduling.enums import BookingRole, ResourceKind
from protect.trainings.scheduling.forms.bookings import Candidate, ClashForm
from protect.trainings.scheduling.models import Booking, Resource, Venue
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page


@dataclass(frozen=True, slots=True)
class Askable:
    candidate: Candidate
    spoken: Sequence[str]
    lacking: Sequence[str]  # of the languages that are wanted
    region: str
    is_near: bool

    @property
    def words(self) -> SafeString:
        spoken = ", ".join(sorted(map(language_name, self.spoken)))
        lacking = labels.not_spoken(self.lacking) if self.lacking else ""
        facts = (spoken, lacking, self.region, self.candidate.findings)
        return format_html(
            "<span><bdi>{}</bdi><small>{}</small></span>",
            self.candidate.resource.name,
            " · ".join(each for each in facts if each),
        )

    def order(self) -> tuple[object, ...]:
        rank = rules.asked_before(len(self.lacking), self.candidate.weight, is_near=self.is_near)
        return rank, self.candidate.resource.name, self.candidate.resource.pk


def people_of(host: Organisation) -> QuerySet[Resource]:
    rows = Resource.objects.filter(organisation=host, kind=ResourceKind.PERSON, is_active=True)
    return rows.prefetch_related("languages")


def askable(
    rows: QuerySet[Resource],
    request: SessionRequest | None,
    session: InformationSession | None = None,
) -> list[Askable]:
    """Return people in the order in which to ask them; with a session, whether they are free."""
    languages, places = _wanted(request) if request else (set[str](), set[str]())
    regions = dict(Ambassador.objects.order_by("pk").values_list("pk", "region"))
    people = []
    for each in _candidates(rows, session):
        region = regions.get(each.resource.pk, "")
        spoken = sorted(language.pk for language in each.resource.languages.all())
        lacking = sorted(languages.difference(spoken))
        people.append(Askable(each, spoken, lacking, region, region.casefold() in places))
    return sorted(people, key=Askable.order)


def _candidates(rows: QuerySet[Resource], session: InformationSession | None) -> list[Candidate]:
    if session is None:
        return [Candidate(each, ()) for each in rows]
    when: dict[str, Any] = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    free = rows.exclude(pk__in=session.bookings.live().values("resource"))
    role = BookingRole.AMBASSADOR
    booked = [Booking(session=session, resource=each, role=role, **when) for each in free]
    against = find_conflicts(booked)
    return [Candidate(row.resource, against[row.pk]) for row in booked]


def _wanted(request: SessionRequest) -> tuple[set[str], set[str]]:
    languages = {*request.languages.order_by("pk").values_list("pk", flat=True)}
    place = request.place
    area: Area | None = place.area
    names = [place.name, *place.local_names.split("|")]
    while area is not None:
        names += [area.code, area.name, *area.names.split("|")]
        area = area.parent
    return languages, {each.casefold() for each in names if each}


class NoteForm(TellForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["said"]


class DeclineForm(DeskForm):
    mended_at = {"trainings_reason_missing": "reason"}
    # Translators: why something is done; the person whom it concerns reads it.
    reason = fields.text(_("Reason"), fields.REASON_LENGTH, _("The requester reads it."))
    alternative = fields.text(
        # Translators: what an asker can do whose request is declined.
        _("What they can do instead"),
        fields.REASON_LENGTH,
        _("Another date, another organisation, or the school pack."),
    )


class SessionForm(HalfDayForm):
    mended_at = {**HalfDayForm.mended_at, "outreach_ambassador_alone": "ambassadors"}

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if host is None:
            return
        self.zone = host.zone
        rows = Venue.objects.filter(resource__organisation=host, resource__is_active=True)
        rows = rows.select_related("resource").order_by("resource__name")
        fields.offer(self, "venue", rows, lambda venue: str(venue.resource.name))
        self.fields["link"].help_text = _("Only the requester gets it.")


class PeopleForm(ClashForm):
    mended_at = {
        **ClashForm.mended_at,
        "trainings_clash_blocks": "ambassadors",
        "outreach_ambassador_alone": "ambassadors",
    }
    ambassadors = forms.ModelMultipleChoiceField(
        # Translators: migrants who speak about the programme.
        label=_("Ambassadors"),
        help_text=_("No ambassador is alone at their first session."),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trainers = forms.ModelMultipleChoiceField(
        # Translators: those who hold a session together with ambassadors.
        label=_("Trainers"),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    payment = fields.text(
        # Translators: what an ambassador is paid for a session.
        _("Payment for each ambassador"),
        120,
        _("For example: 50 € and the train."),
        is_asked=False,
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
            self.offer(host, session.request if session else None, session)

    def offer(
        self,
        host: Organisation,
        request: SessionRequest | None,
        session: InformationSession | None = None,
    ) -> None:
        ambassadors, people = Ambassador.objects.values("pk"), people_of(host)
        for name, rows in (
            ("ambassadors", people.filter(pk__in=ambassadors)),
            ("trainers", people.exclude(pk__in=ambassadors)),
        ):
            candidates = askable(rows, request, session)
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.choices = [(each.candidate.resource.pk, each.words) for each in candidates]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not any(self.cleaned_data.get(name) for name in ("ambassadors", "trainers")):
            self.add_error("ambassadors", _("Choose at least one person to hold it."))
        return data


class ScheduleForm(SessionForm, PeopleForm):
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
            self.offer(host, request)


# Forms that are kept while their author is locked, by name of an address.
PAGES: dict[str, Page] = {
    # Translators: a page: a request for a session is declined.
    "outreach:request_move": Page(_("Decline a request"), DeclineForm),
    # Translators: a page: what the person who asks for a session said by phone.
    "outreach:request_note": Page(_("Enter the requester’s answers"), NoteForm),
    # Translators: a page: when and where a session is.
    "outreach:request_schedule": Page(_("Schedule the session"), ScheduleForm),
    # Translators: a page: when and where a session is.
    "outreach:info_move": Page(_("Schedule the session"), SessionForm),
    # Translators: a page: who else is asked to hold a session.
    "outreach:info_people": Page(_("Ask more people"), PeopleForm),
}
