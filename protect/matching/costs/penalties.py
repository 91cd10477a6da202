"""What a row costs a person, in minutes: each preference, and the way there.

Source: matching.toml; docs/adr/0006-matching.md.
"""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from protect.directory.enums import (
    Channel,
    Fact,
    Freshness,
    Kind,
    Mode,
    Operator,
    PhoneKind,
    Verdict,
)
from protect.directory.hours import WAIT_UNKNOWN, State
from protect.directory.rules import FAILED_CALLS, freshness
from protect.matching.conditions.criteria import stale
from protect.matching.conditions.places import (
    metres_between,
    minutes_for,
    open_points,
    weighed_ways,
)
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth, of_answer
from protect.matching.questions.prepared import Meets, PreparedQuestion, fact_freshness, remembered
from protect.matching.questions.question import Person
from protect.matching.services.rows import WRITTEN, Point, Rooms, ServiceRow, Spoken
from protect.matching.weights import Preference

MANY_CHILDREN = 4  # a room for four takes any number more


class LanguageCost(NamedTuple):
    minutes: int
    freshness: Freshness | None
    tag: str  # the language of hers that costs least
    offer: Spoken | None  # the speaker; None: none, or not known
    is_now: bool  # spoken at this hour


class WayCost(NamedTuple):
    """A way to get help. `mode` None: not known."""

    mode: Mode | None
    channel: Channel | None  # the door that decides when; None: no hours are known
    travel: int  # minutes
    waiting: int  # minutes
    freshness: Freshness | None  # of the hours


class AcceptanceCost(NamedTuple):
    minutes: int
    freshness: Freshness | None
    code: str  # everyone, specialised, others_first, unknown
    group: str


class TruthCost(NamedTuple):
    minutes: int
    freshness: Freshness | None
    truth: Truth


def language(row: ServiceRow, prepared: PreparedQuestion) -> LanguageCost | None:
    """Return the cheapest of her languages, later ones costing more. None: she named none."""
    tags = prepared.question.languages
    if not tags:
        return None
    weights = prepared.weights.language
    if not row.languages:
        return LanguageCost(weights.unknown, None, tags[0], None, is_now=False)
    seen = fact_freshness(row, Fact.LANGUAGES, prepared)
    best: tuple[int, int, str, Spoken | None, bool] = (weights.no, 0, tags[0], None, False)
    for position, tag in enumerate(tags):
        for offer in row.languages:
            if offer.language == tag:
                is_now = _is_spoken_now(offer, prepared)
                cost = _of_offer(offer, prepared, is_now=is_now) + position * weights.place
                if (cost, position) < best[:2]:
                    best = (cost, position, tag, offer, is_now)
    cost, _, tag, chosen, is_now = best
    minutes = stale(cost, weights.unknown, seen, prepared.weights)
    return LanguageCost(minutes, seen, tag, chosen, is_now)


def _is_spoken_now(offer: Spoken, prepared: PreparedQuestion) -> bool:
    return (
        offer.window is None or prepared.memory.now(offer.window, prepared.at).state == State.OPEN
    )


def _of_offer(offer: Spoken, prepared: PreparedQuestion, *, is_now: bool) -> int:
    weights = prepared.weights.language
    return weights.by_how[offer.how] if is_now else weights.other_window


def way(row: ServiceRow, met: Meets, prepared: PreparedQuestion, distance_m: int | None) -> WayCost:
    """Return the fastest way to get help: travel and waiting together."""
    metres = met.reach_m if distance_m is None else distance_m
    travel = minutes_for(metres, prepared.weights.travel)
    costs = [_by(mode, row, prepared, travel) for mode in weighed_ways(row, prepared)]
    return min(costs, key=lambda cost: cost.travel + cost.waiting)  # the first of equal ones


def _by(mode: Mode | None, row: ServiceRow, prepared: PreparedQuestion, travel: int) -> WayCost:
    if mode not in {Mode.IN_PERSON, None}:
        travel = 0
    doors = [
        _door(channel, row, prepared)
        for channel in _channels(mode, prepared)
        if channel in row.doors
    ]
    if not doors:
        return WayCost(mode, None, travel, prepared.weights.open.unknown, None)
    waiting, channel, seen = min(doors, key=lambda door: door[0])
    return WayCost(mode, channel, travel, waiting, seen)


def _channels(mode: Mode | None, prepared: PreparedQuestion) -> tuple[Channel, ...]:
    """Return the channels with hours. When written messages are read is not known."""
    if mode in {Mode.IN_PERSON, None}:
        return (Channel.VISIT,) if prepared.modes else (Channel.VISIT, Channel.PHONE)
    return () if mode in WRITTEN else (Channel.PHONE,)


def _door(
    channel: Channel, row: ServiceRow, prepared: PreparedQuestion
) -> tuple[int, Channel, Freshness | None]:
    fact = Fact.VISIT_HOURS if channel == Channel.VISIT else Fact.PHONE_HOURS
    seen = fact_freshness(row, fact, prepared)
    weights = prepared.weights.open
    wait = prepared.memory.wait(row.doors[channel].hours, prepared.at)
    cost = weights.unknown if wait == WAIT_UNKNOWN else min(weights.yes + wait, weights.no)
    return stale(cost, weights.unknown, seen, prepared.weights), channel, seen


def nearest(row: ServiceRow, prepared: PreparedQuestion) -> tuple[int, Point] | None:
    """Return the nearest place where she may be seen, after its distance in metres."""
    if prepared.point is None:
        return None
    travel = prepared.weights.travel
    places = [
        (metres_between(prepared.point, (point.latitude, point.longitude), travel), point)
        for point in open_points(row, prepared)
    ]
    return min(places, key=lambda place: place[0], default=None)


def capacity(row: ServiceRow, met: Meets, prepared: PreparedQuestion) -> TruthCost | None:
    """Return whether there is room for her family. None: a bed is not what she needs.

    Past its hour a number is unknown, never nought.
    """
    if not met.categories & prepared.weights.needs.rooms_matter:
        return None
    truth = _room(row, prepared)
    return TruthCost(_of(truth, prepared.weights.capacity), None, truth)


def _room(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    if fact_freshness(row, Fact.CAPACITY, prepared) == Freshness.DISPUTED:
        return UNKNOWN
    fitting = [
        of_answer(room.answer)
        for room in row.rooms
        if room.expires_at > prepared.at and _holds(room, prepared.question.person)
    ]
    if fitting and max(fitting) is not UNKNOWN:
        return max(fitting)
    if row.capacity is None or row.capacity.expires_at <= prepared.at:
        return UNKNOWN
    return YES if row.capacity.available > 0 else NO


def _holds(room: Rooms, person: Person) -> bool:
    if person.children is None or room.adult_gender not in {"", person.gender}:
        return False
    if room.children < min(len(person.children), MANY_CHILDREN):
        return False
    sons = [child.age for child in person.children if child.gender != "f"]
    limit = room.oldest_boy
    return limit is None or all(age is not None and age <= limit for age in sons)


def acceptance(row: ServiceRow, prepared: PreparedQuestion) -> AcceptanceCost | None:
    """Return how gladly her groups are taken. None: she named none."""
    groups = prepared.question.person.groups
    if not groups:
        return None
    weights = prepared.weights.acceptance
    code, group = _accepted(row, groups)
    cost = {
        "specialised": weights.specialised,
        "everyone": weights.all,
        "unknown": weights.unknown,
        "others_first": weights.others_first,
    }[code]
    seen = None if code == "unknown" else fact_freshness(row, Fact.ELIGIBILITY, prepared)
    return AcceptanceCost(stale(cost, weights.unknown, seen, prepared.weights), seen, code, group)


def _accepted(row: ServiceRow, groups: frozenset[str]) -> tuple[str, str]:
    conditions = row.conditions.get(Kind.GROUP, ())
    for condition in conditions:
        if condition.operator in {Operator.SPECIALISED, Operator.FIRST} and (
            shared := condition.values & groups
        ):
            return "specialised", min(shared)
    operators = {condition.operator for condition in conditions}
    if Operator.FIRST in operators:
        return "others_first", ""
    if Operator.ALL in operators or any(
        condition.values & groups and condition.operator in {Operator.INCLUDES, Operator.ONLY}
        for condition in conditions
    ):
        return "everyone", ""
    return "unknown", ""


def worker(row: ServiceRow, offer: Spoken | None, prepared: PreparedQuestion) -> TruthCost | None:
    """Return whether the interpreter is of the gender that she wished. None: no wish."""
    wish = prepared.question.wishes.worker_gender
    if wish is None:
        return None
    weights = prepared.weights.worker_gender
    if offer is None or not offer.interpreter_gender:
        return TruthCost(weights.unknown, None, UNKNOWN)
    truth = YES if offer.interpreter_gender == wish else NO
    seen = fact_freshness(row, Fact.LANGUAGES, prepared)
    return TruthCost(
        stale(_of(truth, weights), weights.unknown, seen, prepared.weights), seen, truth
    )


def phone(row: ServiceRow, prepared: PreparedQuestion) -> TruthCost | None:
    """Return whether the phone is answered. None: she cannot speak.

    Unanswered calls are a result too, and grow stale like any check.
    """
    if prepared.question.wishes.cannot_speak:
        return None
    weights = prepared.weights.phone_answers
    truth, seen = _answered(row, prepared)
    return TruthCost(
        stale(_of(truth, weights), weights.unknown, seen, prepared.weights), seen, truth
    )


@remembered
def _answered(row: ServiceRow, at: datetime) -> tuple[Truth, Freshness | None]:
    checks = row.checks.get(Fact.PHONE, ())
    if not checks or not any(number.kind == PhoneKind.VOICE for number in row.phones):
        return UNKNOWN, None
    failed = list(takewhile(lambda check: check.verdict == Verdict.NOT_REACHED, checks))
    if len(failed) >= FAILED_CALLS:
        newest = failed[0]._replace(verdict=Verdict.CONFIRMED)
        return NO, freshness(Fact.PHONE, [newest], at)
    if len(failed) == len(checks):
        return UNKNOWN, None
    return YES, freshness(Fact.PHONE, checks, at)


def _of(truth: Truth, weights: Preference) -> int:
    return (weights.no, weights.unknown, weights.yes)[truth]
