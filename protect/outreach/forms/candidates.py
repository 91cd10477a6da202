"""Candidates for an information session, best first: languages, region, availability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from protect.directory.facts.sentences import language_name
from protect.orgs.models import Organisation
from protect.outreach.labels import not_spoken
from protect.outreach.models import Ambassador, InformationSession, SessionRequest
from protect.outreach.rules import asked_before
from protect.reference.models import Area
from protect.trainings.scheduling.actions.conflicts import find_conflicts
from protect.trainings.scheduling.enums import BookingRole, ResourceKind
from protect.trainings.scheduling.models import Booking, Resource
from protect.trainings.scheduling.pages.candidates import Candidate


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
        lacking = not_spoken(self.lacking) if self.lacking else ""
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
    """Return people in the order in which to ask them.

    Without a session, their availability is not looked up.
    Units: a handful of queries, however many people.
    """
    languages, places = _wanted(request) if request else (set[str](), set[str]())
    regions = dict(Ambassador.objects.order_by("pk").values_list("pk", "region"))
    candidates = [
        _askable(each, languages, places, regions.get(each.resource.pk, ""))
        for each in _against(rows, session)
    ]
    return sorted(
        candidates,
        key=lambda each: (
            asked_before(len(each.lacking), each.candidate.weight, is_near=each.is_near),
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
