"""Desk forms about a request for an information session; whom to ask to hold it, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.orgs.models import Organisation
from protect.outreach import labels, rules
from protect.outreach.forms.requests import TellForm
from protect.outreach.models import Ambassador, InformationSession, SessionRequest
from protect.reference.models import Area
from protect.trainings.base.fields import REASON_LENGTH
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
    candidates = [
        _askable(each, languages, places, regions.get(each.resource.pk, ""))
        for each in _against(rows, session)
    ]
    return sorted(
        candidates,
        key=lambda each: (
            rules.asked_before(len(each.lacking), each.candidate.weight, is_near=each.is_near),
            each.candidate.resource.name,
            each.candidate.resource.pk,
        ),
    )


def _against(rows: QuerySet[Resource], session: InformationSession | None) -> list[Candidate]:
    if session is None:
        return [Candidate(each, ()) for each in rows]
    booked = [
        Booking(
            session=session,
            resource=each,
            role=BookingRole.AMBASSADOR,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
        for each in rows.exclude(pk__in=session.bookings.live().values("resource"))
    ]
    against = find_conflicts(booked)
    return [Candidate(row.resource, against[row.pk]) for row in booked]


def _askable(candidate: Candidate, languages: set[str], places: set[str], region: str) -> Askable:
    person = candidate.resource
    spoken = sorted(each.pk for each in person.languages.all())
    return Askable(
        candidate, spoken, sorted(languages.difference(spoken)), region, region.casefold() in places
    )


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
    reason = forms.CharField(
        # Translators: why something is done; whoever it concerns reads it.
        label=_("Reason"),
        help_text=_("Whoever asked reads it."),
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    alternative = forms.CharField(
        # Translators: what somebody can do whose request is declined.
        label=_("What they can do instead"),
        help_text=_("Another date, another organisation, or the school pack."),
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class SessionForm(HalfDayForm):
    mended_at = {**HalfDayForm.mended_at, "outreach_ambassador_alone": "ambassadors"}

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if host is None:
            return
        self.zone = host.zone
        rows = Venue.objects.filter(resource__organisation=host, resource__is_active=True)
        field = self.fields["venue"]
        field.queryset = rows.select_related("resource").order_by("resource__name")  # type: ignore[attr-defined]
        field.label_from_instance = lambda venue: venue.resource.name  # type: ignore[attr-defined]
        self.fields["link"].help_text = _("Whoever asked gets it, and nobody else.")


class PeopleForm(ClashForm):
    mended_at = {
        **ClashForm.mended_at,
        "trainings_clash_blocks": "ambassadors",
        "outreach_ambassador_alone": "ambassadors",
    }
    ambassadors = forms.ModelMultipleChoiceField(
        # Translators: migrants who speak about the programme.
        label=_("Ambassadors"),
        help_text=_("Nobody is alone at their first session."),
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
    payment = forms.CharField(
        # Translators: what an ambassador is paid for a session.
        label=_("Payment for each ambassador"),
        help_text=_("For example: 50 € and the train."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
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
        self.offer(host, session.request if session else None, session)

    def offer(
        self,
        host: Organisation | None,
        request: SessionRequest | None = None,
        session: InformationSession | None = None,
    ) -> None:
        if host is None:
            return
        people = people_of(host)
        for name, rows in (
            ("ambassadors", people.filter(pk__in=Ambassador.objects.values("pk"))),
            ("trainers", people.exclude(pk__in=Ambassador.objects.values("pk"))),
        ):
            candidates = askable(rows, request, session)
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.choices = [(each.candidate.resource.pk, each.words) for each in candidates]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not any(self.cleaned_data.get(name) for name in ("ambassadors", "trainers")):
            self.add_error("ambassadors", _("Choose who is to hold it."))
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
        self.offer(host, request)


# Forms that are kept while their author is locked, by name of an address.
PAGES: dict[str, Page] = {
    # Translators: a page: a request for a session is declined.
    "outreach:request_move": Page(gettext_lazy("Decline a request"), DeclineForm),
    # Translators: a page: what whoever asks for a session said by phone.
    "outreach:request_note": Page(gettext_lazy("Write down what they say"), NoteForm),
    # Translators: a page: when and where a session is.
    "outreach:request_schedule": Page(gettext_lazy("Schedule the session"), ScheduleForm),
    # Translators: a page: when and where a session is.
    "outreach:info_move": Page(gettext_lazy("Schedule the session"), SessionForm),
    # Translators: a page: who else is asked to hold a session.
    "outreach:info_people": Page(gettext_lazy("Ask somebody else"), PeopleForm),
}
