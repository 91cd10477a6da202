"""The answer as JSON: one shape for the API and the command line. No person is ever in it."""

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
from protect.matching.questions import Answers, Contact, Fit, Match, Reason, Where
from protect.reference import vocabulary
from protect.reference.lookup import index, store as lookup
from protect.reference.lookup.fold import fold
from protect.reference.wording import CATEGORY_NAMES

EVERYWHERE = "112"  # in every EU state. Source: Directive (EU) 2018/1972, article 109
NUMBERS = frozenset(kind.value for kind in PhoneKind)
EMERGENCY_NAMES = {"general": "emergency", "police": "police", "ambulance": "health"}
HOMONYMS = 60  # looked at, where a region may decide
CHOICES = 8  # shown


class ReasonOut(BaseModel):
    code: str
    text: str
    minutes: int
    freshness: Freshness


class OpenOut(BaseModel):
    state: State
    until: datetime | None


class ContactOut(BaseModel):
    kind: str
    value: str
    freshness: Freshness


class ServiceOut(BaseModel):
    """A service, the reasons for its position, and its contacts. Cautions are the first reasons."""

    service: str
    name: str
    organisation: str
    verdict: Fit
    reasons: list[ReasonOut]
    distance_m: int | None
    open: OpenOut
    contacts: list[ContactOut]


class NearMissOut(ServiceOut):
    """A service that would answer but for one condition."""

    failing: ReasonOut


class EmergencyOut(BaseModel):
    number: str
    text: str


class PlaceOut(BaseModel):
    """A settlement, with its region to distinguish it from others of its name."""

    name: str
    country: str
    region: str  # code of its smallest area; may be asked with
    within: str
    near: str  # the nearest larger town
    lat: float
    lon: float


class AnswerOut(BaseModel):
    answers: list[ServiceOut]
    near_misses: list[NearMissOut]
    counts_by_reason: dict[str, int]
    national: list[ServiceOut]
    emergency: list[EmergencyOut]
    place: PlaceOut | None
    place_choices: list[PlaceOut]


class Replied(NamedTuple):
    placed: "Placed"
    answers: Answers


def reply(asking: question.QuestionIn) -> Replied:
    """Answer a question. While its place is open, only national lines are named."""
    place = placed(asking.place)
    asked = asking.question(place.where)
    if not place.is_open:
        return Replied(place, published.match(asked))
    answers = published.match(replace(asked, limit=0))
    return Replied(place, replace(answers, near_misses=(), counts_by_reason={}))


def worded(replied: Replied, asking: question.QuestionIn) -> AnswerOut:
    """Return an answer in the language of the question."""
    tag, answers, place = asking.text_language, replied.answers, replied.placed
    country = place.where.country if place.where else None
    return AnswerOut(
        answers=[_service(match, tag) for match in answers.answers],
        near_misses=list(_near_misses(answers.near_misses, tag)),
        counts_by_reason=dict(answers.counts_by_reason),
        national=[_service(match, tag) for match in answers.national],
        emergency=list(_emergency(country, tag, can_speak=not asking.wishes.cannot_speak)),
        place=None if place.place is None else _place(place.place),
        place_choices=[_place(row) for row in place.choices],
    )


def _service(match: Match, tag: str) -> ServiceOut:
    reasons = (*([match.caution] if match.caution else []), *match.reasons)
    return ServiceOut(
        service=str(match.row.id),
        name=match.row.name,
        organisation=match.row.organisation,
        verdict=match.verdict,
        reasons=[_reason(text, each) for text, each in wording.reason_sentences(reasons, tag)],
        distance_m=match.distance_m,
        open=OpenOut(state=match.open.state, until=match.open.until),
        contacts=[
            ContactOut(kind=each.kind, value=each.value, freshness=each.freshness)
            for each in shown(match.contacts)
        ],
    )


def _near_misses(near_misses: Iterable[Match], tag: str) -> Iterator[NearMissOut]:
    for match in near_misses:
        if match.failing:
            reason = _reason(wording.reason_text(match.failing, tag), match.failing)
            yield NearMissOut(**_service(match, tag).model_dump(), failing=reason)


def _reason(text: str, reason: Reason) -> ReasonOut:
    """Return a reason; without a check it counts as unverified."""
    seen = reason.freshness or Freshness.UNVERIFIED
    return ReasonOut(code=reason.code, text=text, minutes=reason.minutes, freshness=seen)


def shown(contacts: Iterable[Contact]) -> Iterator[Contact]:
    """Yield contacts. In live mode an unchecked number is left out."""
    for contact in contacts:
        is_unchecked = contact.freshness == Freshness.UNVERIFIED and contact.kind in NUMBERS
        if settings.IS_DEMO or not is_unchecked:
            yield contact


def _emergency(country: str | None, tag: str, *, can_speak: bool) -> Iterator[EmergencyOut]:
    """Yield the emergency numbers: never ranked, never missing."""
    with translation.override(tag):
        if country is None:
            yield EmergencyOut(number=EVERYWHERE, text=str(CATEGORY_NAMES["emergency"]))
            return
        for each in vocabulary.countries()[country].emergency:
            if each.number or not can_speak:
                name = str(CATEGORY_NAMES[EMERGENCY_NAMES.get(each.kind, "emergency")])
                label = each.label or ("SMS" if each.kind == "text" else "")
                yield EmergencyOut(number=each.number, text=f"{name} · {label}" if label else name)


def _place(row: index.PlaceRow) -> PlaceOut:
    near = lookup.places().nearest_larger_town(row)
    return PlaceOut(
        name=row.name,
        country=row.country,
        region=row.area,
        within=", ".join(lookup.areas()[code].name for code in lookup.chain(row.area)),
        near=near.name if near else "",
        lat=row.latitude,
        lon=row.longitude,
    )


class Placed(NamedTuple):
    """The place of a question. Homonyms are shown, never chosen for the person."""

    where: Where | None
    place: index.PlaceRow | None = None  # the settlement that was found
    choices: tuple[index.PlaceRow, ...] = ()
    is_open: bool = False  # a name was given and did not decide


def placed(place: question.PlaceIn | None) -> Placed:
    if place is None:
        return Placed(None)
    if place.lat is not None and place.lon is not None:
        # Country and areas are those of the nearest settlement; the point stays.
        nearest = question.nearest_settlement(place.lat, place.lon)
        where = Where.at_place(nearest) if nearest else Where()
        return Placed(replace(where, latitude=place.lat, longitude=place.lon), nearest)
    if place.name is None:
        return Placed(Where(country=place.country))
    called = None if place.region else question.country_named(place.name)
    if called is not None and place.country in {None, called}:
        return Placed(Where(country=called))
    return _named(place.name, place.country, place.region)


def _named(name: str, country: str | None, region: str | None) -> Placed:
    matches = lookup.places().find(name, country, limit=HOMONYMS)
    rows = matches.best
    if region is not None:
        typed = fold(region)
        areas = {
            code
            for code, area in lookup.areas().items()
            if region == code or typed in map(fold, (area.name, *area.names.split("|")))
        }
        rows = tuple(row for row in rows if not areas.isdisjoint(lookup.chain(row.area)))
    if len(rows) == 1 and matches.exact:
        return Placed(Where.at_place(rows[0]), rows[0])
    return Placed(Where(country=country), None, (rows or matches.best)[:CHOICES], is_open=True)
