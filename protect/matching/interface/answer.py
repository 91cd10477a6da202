"""The answer as JSON, for the API and the command line. Of the person it names the place."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from pydantic import BaseModel

from protect.directory.enums import Freshness, PhoneKind
from protect.directory.hours import State
from protect.matching import published, wording
from protect.matching.interface import question
from protect.matching.questions import Answers, Contact, Fit, Match, PersonLocation, Reason
from protect.reference import vocabulary
from protect.reference.lookup import index, place_search, store as lookup
from protect.reference.lookup.fold import fold
from protect.reference.wording import CATEGORY_NAMES

PHONE_KINDS = frozenset(kind.value for kind in PhoneKind)  # of contacts that are phone numbers
# The category whose name is shown, by kind of emergency number; for other kinds: emergency.
EMERGENCY_NAMES = {"general": "emergency", "police": "police", "ambulance": "health"}
MAX_HOMONYMS = 60  # places of one name that are read before `region` selects
MAX_CHOICES = 20  # places that are offered to the person; more than have one name


class ReasonOut(BaseModel):
    code: str
    text: str
    minutes: int  # cost by which this ranks the service lower
    freshness: Freshness  # unverified also if there is nothing to check


class OpenOut(BaseModel):
    state: State
    until: datetime | None  # when the state changes; None: not before the end of next year


class ContactOut(BaseModel):
    kind: str
    value: str
    freshness: Freshness


class ServiceOut(BaseModel):
    """A service, the reasons for its position, and its contacts. Cautions are the first reasons."""

    service: str  # its UUID
    name: str
    organisation: str
    official_name: str  # of the service, in its own language; "" if it is not known
    official_organisation: str  # of its organisation, likewise
    verdict: Fit
    reasons: list[ReasonOut]
    distance_m: int | None  # in a straight line; None if either place is not known
    open: OpenOut
    contacts: list[ContactOut]


class NearMissOut(ServiceOut):
    """A service that would answer but for one condition."""

    failing: ReasonOut


class EmergencyOut(BaseModel):
    number: str  # "" for an app
    text: str


class PlaceOut(BaseModel):
    """A settlement, with its region to distinguish it from others of its name."""

    name: str
    country: str
    region: str  # code of its smallest area; a question may give it as `region`
    within: str  # names of its areas, from the smallest to the largest
    near: str  # the nearest larger town, or ""
    lat: float
    lon: float


class AnswerOut(BaseModel):
    answers: list[ServiceOut]
    near_misses: list[NearMissOut]
    counts_by_reason: dict[str, int]  # services removed, by the first condition that fails
    national: list[ServiceOut]
    emergency: list[EmergencyOut]
    place: PlaceOut | None
    place_choices: list[PlaceOut]


class Reply(NamedTuple):
    """The answers to a question, and the result of looking up its place."""

    place_lookup: "PlaceLookup"
    answers: Answers


def answer_question(question_in: question.QuestionIn) -> Reply:
    """Answer a question. While its place is undecided, return only national services."""
    lookup_result = look_up_place(question_in.place)
    question_to_match = question_in.to_question(lookup_result.where)
    if not lookup_result.is_undecided:
        return Reply(lookup_result, published.match(question_to_match))
    answers = published.match(replace(question_to_match, limit=0))
    return Reply(lookup_result, replace(answers, near_misses=(), counts_by_reason={}))


def to_answer_out(reply: Reply, question_in: question.QuestionIn) -> AnswerOut:
    """Return an answer as JSON fields, with texts in `question_in.text_language`."""
    tag, answers, lookup_result = question_in.text_language, reply.answers, reply.place_lookup
    country = lookup_result.where.country if lookup_result.where else None
    can_speak = not question_in.wishes.cannot_speak
    return AnswerOut(
        answers=[_service_out(match, tag) for match in answers.answers],
        near_misses=list(_near_miss_outs(answers.near_misses, tag)),
        counts_by_reason=dict(answers.counts_by_reason),
        national=[_service_out(match, tag) for match in answers.national],
        emergency=list(_emergency_outs(country, tag, can_speak=can_speak)),
        place=None if lookup_result.place is None else _place_out(lookup_result.place),
        place_choices=[_place_out(row) for row in lookup_result.choices],
    )


def _service_out(match: Match, tag: str) -> ServiceOut:
    reasons = (*([match.caution] if match.caution else []), *match.reasons)
    return ServiceOut(
        service=str(match.row.id),
        name=match.row.name,
        organisation=match.row.organisation,
        official_name=match.row.official_name.text,
        official_organisation=match.row.official_organisation.text,
        verdict=match.verdict,
        reasons=[_reason_out(text, each) for text, each in wording.reason_sentences(reasons, tag)],
        distance_m=match.distance_m,
        open=OpenOut(state=match.open.state, until=match.open.until),
        contacts=[
            ContactOut(kind=contact.kind, value=contact.value, freshness=contact.freshness)
            for contact in publishable_contacts(match.contacts)
        ],
    )


def _near_miss_outs(near_misses: Iterable[Match], tag: str) -> Iterator[NearMissOut]:
    for match in near_misses:
        if match.failing:
            reason = _reason_out(wording.reason_text(match.failing, tag), match.failing)
            yield NearMissOut(**_service_out(match, tag).model_dump(), failing=reason)


def _reason_out(text: str, reason: Reason) -> ReasonOut:
    """Return a reason; a reason without a check counts as unverified."""
    freshness = reason.freshness or Freshness.UNVERIFIED
    return ReasonOut(code=reason.code, text=text, minutes=reason.minutes, freshness=freshness)


def publishable_contacts(contacts: Iterable[Contact]) -> Iterator[Contact]:
    """Yield the contacts to publish: in live mode, an unchecked number is left out."""
    for contact in contacts:
        is_unchecked = contact.freshness == Freshness.UNVERIFIED and contact.kind in PHONE_KINDS
        if settings.IS_DEMO or not is_unchecked:
            yield contact


def _emergency_outs(country: str | None, tag: str, *, can_speak: bool) -> Iterator[EmergencyOut]:
    """Yield a country's emergency numbers (None: 112); if not `can_speak`, also its apps."""
    with translation.override(tag):
        if country is None:
            yield EmergencyOut(
                number=vocabulary.EUROPEAN_NUMBER, text=str(CATEGORY_NAMES["emergency"])
            )
            return
        for entry in vocabulary.countries()[country].emergency:
            if entry.number or not can_speak:
                name = str(CATEGORY_NAMES[EMERGENCY_NAMES.get(entry.kind, "emergency")])
                label = entry.label or ("SMS" if entry.kind == "text" else "")
                yield EmergencyOut(number=entry.number, text=f"{name} · {label}" if label else name)


def _place_out(row: index.PlaceRow) -> PlaceOut:
    near = lookup.place_index().nearest_larger_town(row)
    return PlaceOut(
        name=row.name,
        country=row.country,
        region=row.area,
        within=", ".join(lookup.areas()[code].name for code in lookup.area_chain(row.area)),
        near=near.name if near else "",
        lat=row.latitude,
        lon=row.longitude,
    )


class PlaceLookup(NamedTuple):
    """The place of a question. Places of the same name are offered, never chosen for the person."""

    where: PersonLocation | None  # None: the question names no place
    place: index.PlaceRow | None = None  # the settlement, once it is clear
    choices: tuple[index.PlaceRow, ...] = ()
    is_undecided: bool = False  # a name was given but it is ambiguous or unknown


def look_up_place(place: question.PlaceIn | None) -> PlaceLookup:
    if place is None:
        return PlaceLookup(None)
    if place.lat is not None and place.lon is not None:
        # Country and areas are those of the nearest settlement; the point stays.
        nearest = question.nearest_settlement(place.lat, place.lon)
        where = PersonLocation.at_place(nearest) if nearest else PersonLocation()
        return PlaceLookup(replace(where, latitude=place.lat, longitude=place.lon), nearest)
    if place.name is None:
        return PlaceLookup(PersonLocation(country=place.country))
    country_code = None if place.region else question.country_named(place.name)
    if country_code is not None and place.country in {None, country_code}:
        return PlaceLookup(PersonLocation(country=country_code))
    return _look_up_name(place.name, place.country, place.region)


def _look_up_name(name: str, country: str | None, region: str | None) -> PlaceLookup:
    """Find a settlement by name or postcode; the places of a camp or a locality are offered."""
    if region is None:
        found = place_search.search_place(name, country)
        if found.certain:
            return PlaceLookup(PersonLocation.at_place(found.certain), found.certain)
        choices = tuple(dict.fromkeys(choice.place for choice in found.choices))
        return PlaceLookup(PersonLocation(country), choices=choices, is_undecided=True)
    matches = lookup.place_index().find(name, country, limit=MAX_HOMONYMS)
    folded_region = fold(region)
    areas = {
        code
        for code, area in lookup.areas().items()
        if region == code or folded_region in map(fold, (area.name, *area.names.split("|")))
    }
    rows = [row for row in matches.best if not areas.isdisjoint(lookup.area_chain(row.area))]
    if len(rows) == 1 and matches.exact:
        return PlaceLookup(PersonLocation.at_place(rows[0]), rows[0])
    choices = tuple(rows or matches.best)[:MAX_CHOICES]
    return PlaceLookup(PersonLocation(country), choices=choices, is_undecided=True)
