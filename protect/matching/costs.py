"""What a row costs a person, in minutes, and the key that orders rows by it: smaller is better.

Small integers, so that every engine agrees. Source: matching.toml; docs/adr/0006-matching.md.
"""

from datetime import datetime
from typing import NamedTuple

from protect.directory import enums, rules
from protect.directory.enums import Channel, Fact, Freshness, Mode, Operator
from protect.directory.hours import WAIT_UNKNOWN, State
from protect.matching import questions
from protect.matching.conditions import disclosure, places
from protect.matching.conditions.criteria import Judged, judge, stale
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth, of_answer
from protect.matching.questions import Meets, PreparedQuestion, fact_freshness, meets, remembered
from protect.matching.services.rows import WRITTEN, Point, Rooms, ServiceRow, Spoken
from protect.matching.weights import Preference

MANY_CHILDREN = 4  # a room for four takes any number more
UNKNOWN_METRES = 99_999_999  # behind every distance on Earth


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


class Weighed(NamedTuple):
    """Everything that a question makes of a row, before words."""

    row: ServiceRow
    met: Meets
    judged: tuple[Judged, ...]
    language: LanguageCost | None
    way: WayCost
    capacity: TruthCost | None
    acceptance: AcceptanceCost | None
    worker: TruthCost | None
    phone: TruthCost | None
    nearest: tuple[int, Point] | None  # where she may be seen, after its distance in metres
    tells: disclosure.Disclosure
    group: int

    @property
    def distance_m(self) -> int | None:
        return None if self.nearest is None else self.nearest[0]

    @property
    def minutes(self) -> int:
        parts = (self.language, self.capacity, self.acceptance, self.worker, self.phone)
        costs = [part.minutes for part in (*parts, *self.judged) if part is not None]
        return self.way.travel + self.way.waiting + sum(costs)

    @property
    def key(self) -> questions.Key:
        metres = UNKNOWN_METRES if self.distance_m is None else self.distance_m
        # Farther than people go; or the last resort of a need, however near it is.
        must_travel = self.way.mode in {Mode.IN_PERSON, None}
        is_far = must_travel and (self.distance_m or 0) > self.met.reach_m
        return int(self.met.is_last or is_far), self.group, self.minutes, metres, self.row.id.int


def weigh(
    row: ServiceRow, prepared: PreparedQuestion, judged: tuple[Judged, ...] | None = None
) -> Weighed:
    """Apply a question to a row. `judged` spares judging it again."""
    met = meets(row, prepared)
    language = language_cost(row, prepared)
    nearest = nearest_point(row, prepared)
    tells = disclosure.disclosure_of(row, prepared)
    return Weighed(
        row=row,
        met=met,
        judged=tuple(judge(row, prepared)) if judged is None else judged,
        language=language,
        way=way_cost(row, met, prepared, nearest[0] if nearest else None),
        capacity=capacity_cost(row, met, prepared),
        acceptance=acceptance_cost(row, prepared),
        worker=worker_cost(row, language.offer if language else None, prepared),
        phone=phone_cost(row, prepared),
        nearest=nearest,
        tells=tells,
        group=disclosure.group(tells, met, prepared),
    )


def language_cost(row: ServiceRow, prepared: PreparedQuestion) -> LanguageCost | None:
    """Return the cheapest of her languages, later ones costing more. None: she named none."""
    tags, weights = prepared.question.languages, prepared.weights.language
    if not tags:
        return None
    if not row.languages:
        return LanguageCost(weights.unknown, None, tags[0], None, is_now=False)
    seen = fact_freshness(row, Fact.LANGUAGES, prepared)
    best: tuple[int, int, str, Spoken | None, bool] = (weights.no, 0, tags[0], None, False)
    for position, tag in enumerate(tags):
        for offer in row.languages:
            if offer.language == tag:
                is_now = _is_spoken_now(offer, prepared)
                cost = weights.by_how[offer.how] if is_now else weights.other_window
                cost += position * weights.place
                if (cost, position) < best[:2]:
                    best = (cost, position, tag, offer, is_now)
    cost, _, tag, chosen, is_now = best
    minutes = stale(cost, weights.unknown, seen, prepared.weights)
    return LanguageCost(minutes, seen, tag, chosen, is_now)


def _is_spoken_now(offer: Spoken, prepared: PreparedQuestion) -> bool:
    window, memory = offer.window, prepared.memory
    return window is None or memory.now(window, prepared.at).state == State.OPEN


def way_cost(
    row: ServiceRow, met: Meets, prepared: PreparedQuestion, distance_m: int | None
) -> WayCost:
    """Return the fastest way to get help: travel and waiting together."""
    metres = met.reach_m if distance_m is None else distance_m
    travel = places.minutes_for(metres, prepared.weights.travel)
    costs = [_by(mode, row, prepared, travel) for mode in places.weighed_ways(row, prepared)]
    return min(costs, key=lambda cost: cost.travel + cost.waiting)  # the first of equal ones


def _by(mode: Mode | None, row: ServiceRow, prepared: PreparedQuestion, travel: int) -> WayCost:
    if mode not in {Mode.IN_PERSON, None}:
        travel = 0
    channels = [channel for channel in _channels(mode, prepared) if channel in row.doors]
    if not channels:
        return WayCost(mode, None, travel, prepared.weights.open.unknown, None)
    doors = [_door(channel, row, prepared) for channel in channels]
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


def nearest_point(row: ServiceRow, prepared: PreparedQuestion) -> tuple[int, Point] | None:
    """Return the nearest place where she may be seen, after its distance in metres."""
    if prepared.point is None:
        return None
    travel = prepared.weights.travel
    points = [
        (places.metres_between(prepared.point, (point.latitude, point.longitude), travel), point)
        for point in places.open_points(row, prepared)
    ]
    return min(points, key=lambda place: place[0], default=None)


def capacity_cost(row: ServiceRow, met: Meets, prepared: PreparedQuestion) -> TruthCost | None:
    """Return whether there is room; past its hour a number is unknown. None: she needs no bed."""
    if not met.categories & prepared.weights.needs.rooms_matter:
        return None
    truth = _room(row, prepared)
    return TruthCost(_minutes(truth, prepared.weights.capacity), None, truth)


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


def _holds(room: Rooms, person: questions.Person) -> bool:
    if person.children is None or room.adult_gender not in {"", person.gender}:
        return False
    if room.children < min(len(person.children), MANY_CHILDREN):
        return False
    sons = [child.age for child in person.children if child.gender != "f"]
    limit = room.oldest_boy
    return limit is None or all(age is not None and age <= limit for age in sons)


def acceptance_cost(row: ServiceRow, prepared: PreparedQuestion) -> AcceptanceCost | None:
    """Return how gladly her groups are taken. None: she named none."""
    groups, weights = prepared.question.person.groups, prepared.weights.acceptance
    if not groups:
        return None
    code, group = _accepted(row, groups)
    seen = None if code == "unknown" else fact_freshness(row, Fact.ELIGIBILITY, prepared)
    minutes = stale(weights.by_code[code], weights.unknown, seen, prepared.weights)
    return AcceptanceCost(minutes, seen, code, group)


def _accepted(row: ServiceRow, groups: frozenset[str]) -> tuple[str, str]:
    conditions = row.conditions.get(enums.Kind.GROUP, ())
    for condition in conditions:
        shared = condition.values & groups
        if shared and condition.operator in {Operator.SPECIALISED, Operator.FIRST}:
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


def worker_cost(
    row: ServiceRow, offer: Spoken | None, prepared: PreparedQuestion
) -> TruthCost | None:
    """Return whether the interpreter is of the gender that she wished. None: no wish."""
    wish, weights = prepared.question.wishes.worker_gender, prepared.weights.worker_gender
    if wish is None:
        return None
    if offer is None or not offer.interpreter_gender:
        return TruthCost(weights.unknown, None, UNKNOWN)
    truth = YES if offer.interpreter_gender == wish else NO
    return _truth_cost(truth, fact_freshness(row, Fact.LANGUAGES, prepared), weights, prepared)


def phone_cost(row: ServiceRow, prepared: PreparedQuestion) -> TruthCost | None:
    """Return whether the phone is answered; unanswered calls count. None: she cannot speak."""
    if prepared.question.wishes.cannot_speak:
        return None
    return _truth_cost(*_answered(row, prepared), prepared.weights.phone_answers, prepared)


@remembered
def _answered(row: ServiceRow, at: datetime) -> tuple[Truth, Freshness | None]:
    checks = row.checks.get(Fact.PHONE, ())
    if not checks or not row.takes_calls:
        return UNKNOWN, None
    failed = rules.failed_calls(checks)
    if failed >= rules.FAILED_CALLS:
        newest = checks[0]._replace(verdict=enums.Verdict.CONFIRMED)
        return NO, rules.freshness(Fact.PHONE, [newest], at)
    if failed == len(checks):
        return UNKNOWN, None
    return YES, rules.freshness(Fact.PHONE, checks, at)


def _truth_cost(
    truth: Truth, seen: Freshness | None, weights: Preference, prepared: PreparedQuestion
) -> TruthCost:
    cost = stale(_minutes(truth, weights), weights.unknown, seen, prepared.weights)
    return TruthCost(cost, seen, truth)


def _minutes(truth: Truth, weights: Preference) -> int:
    return (weights.no, weights.unknown, weights.yes)[truth]
