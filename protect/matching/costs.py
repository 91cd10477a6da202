"""The cost of a service to a person in minutes, and the sort key made of it: smaller sorts first.
Costs are integers, so that every engine computes the same. Source: docs/adr/0006-matching.md."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from protect.directory import enums, rules
from protect.directory.enums import Channel, CriterionOperator as Operator, Fact, Freshness, Mode
from protect.directory.hours import WAIT_UNKNOWN, Hours, State
from protect.matching import questions
from protect.matching.conditions import disclosure, persons, places, truth as truths
from protect.matching.conditions.criteria import ConditionResults, evaluate_criteria, stale_cost
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth
from protect.matching.questions import NeedMatch, Query, cached_by_row, fact_freshness, match_needs
from protect.matching.services.rows import WRITTEN_MODES, LanguageOffer, Point, Room, ServiceRow
from protect.matching.weights import PreferenceWeights

MANY_CHILDREN = 4  # a room for four children counts as a room for any number
UNKNOWN_METRES = 99_999_999  # sorts after every distance on Earth
HOURS_FACTS = {Channel.VISIT: Fact.VISIT_HOURS, Channel.PHONE: Fact.PHONE_HOURS}
VISIT_MODES = frozenset({Mode.IN_PERSON, None})  # an unknown mode counts as a visit
CLOSED_STATES = frozenset({State.CLOSED, State.ANSWERPHONE})


class LanguageCost(NamedTuple):
    minutes: int
    freshness: Freshness | None
    tag: str  # the person's language that costs least
    offer: LanguageOffer | None  # how it is spoken; None: not spoken, or not known
    is_now: bool  # whether it is spoken now


class ChannelHours(NamedTuple):
    """The stated hours of a visit, of calls, or (`channel` None) of writing."""

    channel: Channel | None
    hours: Hours
    freshness: Freshness | None


class ComparedMode(NamedTuple):
    """A mode of help to compare with others; `mode` is None if it is not known."""

    mode: Mode | None
    is_visit: bool  # the person travels, also if the mode is not known
    is_by_email_only: bool  # in writing, by e-mail only
    hours: tuple[ChannelHours, ...]  # the earliest opening counts; empty: not known


class ModeCost(NamedTuple):
    """The cost of getting help in one mode; `mode` is None if it is not known."""

    mode: Mode | None
    channel: Channel | None  # whose hours decide the wait; None: no hours, or those of writing
    travel_minutes: int
    waiting_minutes: int
    freshness: Freshness | None  # freshness of the hours
    is_closed: bool = False  # whether the hours say that it is closed now
    hours: Hours | None = None  # that decide the wait; None: not known


class AcceptanceCost(NamedTuple):
    """The cost of how readily a service accepts the groups of which the person is part."""

    minutes: int
    freshness: Freshness | None
    code: str  # everyone, included, specialised, others_first or unknown
    group: str  # for which the service is specialised, or ""


class TruthCost(NamedTuple):
    """The cost in minutes of a preference that a row meets, may meet or does not meet."""

    minutes: int
    freshness: Freshness | None
    truth: Truth


class WeighedRow(NamedTuple):
    """A service with its costs, conditions and distance for a question, before texts are added."""

    row: ServiceRow
    need_match: NeedMatch
    conditions: ConditionResults
    language: LanguageCost | None
    mode_cost: ModeCost
    capacity: TruthCost | None
    acceptance: AcceptanceCost | None
    interpreter: TruthCost | None
    phone_answer: TruthCost | None
    nearest: tuple[int, Point] | None  # (metres, nearest allowed point)
    disclosed: disclosure.Disclosure
    disclosure_group: int
    is_for_others: bool  # not made for a group that the person named

    @property
    def distance_m(self) -> int | None:
        return None if self.nearest is None else self.nearest[0]

    @property
    def is_bound_to_place(self) -> bool:
        """Return whether its distance matters: to go there, or because it is for its own region and
        does not say that it serves the person's."""
        if self.mode_cost.mode in VISIT_MODES:
            return True
        serves_area = any(
            result.criterion.code == "area" and result.stated_truth is YES
            for result in self.conditions.asked
        )
        return self.row.scope == enums.ServiceScope.LOCAL and not serves_area

    @property
    def minutes(self) -> int:
        """Return the sum of all costs, in minutes: travel, waiting, preferences, conditions."""
        parts = (self.language, self.capacity, self.acceptance, self.interpreter, self.phone_answer)
        preferences = sum([part.minutes for part in parts if part is not None])
        asked = sum([result.minutes for result in self.conditions.asked])
        mode_minutes = self.mode_cost.travel_minutes + self.mode_cost.waiting_minutes
        return mode_minutes + preferences + asked + self.conditions.left_out_minutes

    @property
    def key(self) -> questions.SortKey:
        need_match, metres = self.need_match, self.distance_m
        # Sort last what is farther than people go, and a last resort at any distance.
        is_far = metres is not None and metres > need_match.reach_m and self.is_bound_to_place
        return questions.SortKey(
            int(need_match.is_last_resort or is_far),
            int(need_match.open_first and self.mode_cost.is_closed),
            self.disclosure_group,
            int(self.is_for_others),
            need_match.generality,
            self.minutes,
            UNKNOWN_METRES if metres is None else metres,
            self.row.id.int,
        )


def weigh_row(
    row: ServiceRow, query: Query, conditions: ConditionResults | None = None
) -> WeighedRow:
    """Apply a question to a row. Pass `conditions` to avoid evaluating them again."""
    need_match = match_needs(row, query)
    language = language_cost(row, query)
    nearest = nearest_point(row, query)
    metres = nearest[0] if nearest else need_match.reach_m
    disclosed = disclosure.cached_disclosure(row, query)
    return WeighedRow(
        row=row,
        need_match=need_match,
        conditions=conditions or evaluate_criteria(row, query),
        language=language,
        mode_cost=cheapest_mode(row, query, metres),
        capacity=capacity_cost(row, need_match, query),
        acceptance=acceptance_cost(row, query),
        interpreter=interpreter_cost(row, language.offer if language else None, query),
        phone_answer=phone_answer_cost(row, query),
        nearest=nearest,
        disclosed=disclosed,
        disclosure_group=disclosure.disclosure_group(disclosed, need_match, query),
        is_for_others=is_for_others(row, need_match, query),
    )


def language_cost(row: ServiceRow, query: Query) -> LanguageCost | None:
    """Return the cost of the person's cheapest language; None if the question names none.
    Languages that the question names later cost more, but no more than one that is not known: a
    list of languages is not complete, so what it lacks may be spoken."""
    tags, weights = query.question.languages, query.weights.language
    if not tags:
        return None
    if not row.languages:
        return LanguageCost(weights.unknown, None, tags[0], None, is_now=False)
    freshness = fact_freshness(row, Fact.LANGUAGES, query)
    best_key = (weights.unknown, len(tags), 0)
    best: tuple[str, LanguageOffer | None, bool] = tags[0], None, False
    for position, tag in enumerate(tags):
        for offer in row.languages:
            if offer.language == tag:
                is_now = _is_spoken_now(offer, query)
                own_cost = weights.by_mode[offer.how] if is_now else weights.other_window
                cost = min(own_cost + position * weights.place, weights.unknown)
                if (key := (cost, position, own_cost)) < best_key:
                    best_key, best = key, (tag, offer, is_now)
    minutes = stale_cost(best_key[0], weights.unknown, freshness, query.weights)
    return LanguageCost(minutes, freshness, *best)


def _is_spoken_now(offer: LanguageOffer, query: Query) -> bool:
    """Return whether the offer's window is open; without a window, it is spoken at any hour."""
    window, cache = offer.window, query.cache
    if window is None or query.question.at_any_hour:
        return window is None
    return cache.state_now(window, query.at).state == State.OPEN


def cheapest_mode(row: ServiceRow, query: Query, metres: int) -> ModeCost:
    """Return the mode with the least travel and waiting time together."""
    travel = places.minutes_for(metres, query.weights.travel)
    costs = [_cost_of_mode(compared, query, travel) for compared in _compared_modes(row, query)]
    if len(costs) == 1:
        return costs[0]
    # Of equally cheap modes, choose one that may be open, then the first.
    return min(costs, key=lambda cost: (cost.travel_minutes + cost.waiting_minutes, cost.is_closed))


def _compared_modes(row: ServiceRow, query: Query) -> list[ComparedMode]:
    """Return the modes to compare, cached until a fact of the row ages or expires."""
    cached = query.cache.row_results(row, query.at)
    cache_key = query.modes, query.question.wishes.cannot_speak
    compared: list[ComparedMode] | None = cached.get(cache_key)
    if compared is None:
        modes = places.compared_modes(row, query)
        compared = cached[cache_key] = [_describe_mode(mode, row, query) for mode in modes]
    return compared


def _describe_mode(mode: Mode | None, row: ServiceRow, query: Query) -> ComparedMode:
    return ComparedMode(
        mode=mode,
        is_visit=mode in VISIT_MODES,
        is_by_email_only=places.is_by_email_only(mode, row),
        hours=tuple(_stated_hours(mode, row, query)),
    )


def _stated_hours(mode: Mode | None, row: ServiceRow, query: Query) -> Iterator[ChannelHours]:
    """Yield the hours that count for a mode. Those of writing are no fact that is checked."""
    if mode in WRITTEN_MODES and row.writing_hours:
        yield ChannelHours(None, row.writing_hours, Freshness.UNVERIFIED)
    for channel in _channels_for_mode(mode, row, query):
        if opening := row.opening_hours.get(channel):
            freshness = fact_freshness(row, HOURS_FACTS[channel], query)
            yield ChannelHours(channel, opening.hours, freshness)


def _cost_of_mode(compared: ComparedMode, query: Query, travel: int) -> ModeCost:
    mode, weights = compared.mode, query.weights.open
    travel = travel if compared.is_visit else 0
    if compared.is_by_email_only:
        return ModeCost(mode, None, travel, weights.no, None)
    if not compared.hours:
        return ModeCost(mode, None, travel, weights.unknown, None)
    waits = [(*_waiting_cost(stated, query), stated) for stated in compared.hours]
    waiting, is_closed, stated = min(waits, key=itemgetter(0, 1))
    return ModeCost(
        mode, stated.channel, travel, waiting, stated.freshness, is_closed, stated.hours
    )


def _channels_for_mode(mode: Mode | None, row: ServiceRow, query: Query) -> tuple[Channel, ...]:
    """Return the channels whose hours count; for a visit that the person did not choose, phone
    hours count too. Hours for writing are unknown if the service also takes calls."""
    if mode in VISIT_MODES:
        return (Channel.VISIT,) if query.modes else (Channel.VISIT, Channel.PHONE)
    is_known = mode not in WRITTEN_MODES or places.uses_phone_hours_for_writing(row)
    return (Channel.PHONE,) if is_known else ()


def _waiting_cost(stated: ChannelHours, query: Query) -> tuple[int, bool]:
    """Return the cost of waiting until the hours begin, and whether it is known to be closed."""
    weights, freshness = query.weights.open, stated.freshness
    state, wait = query.cache.state_and_wait(stated.hours, query.at)
    if query.question.at_any_hour:
        never_closes = state.state is State.OPEN and state.until is None
        cost = weights.yes if never_closes else weights.unknown
        return stale_cost(cost, weights.unknown, freshness, query.weights), False
    cost = weights.unknown if wait == WAIT_UNKNOWN else min(weights.yes + wait, weights.no)
    minutes = stale_cost(cost, weights.unknown, freshness, query.weights)
    return minutes, state.state in CLOSED_STATES and freshness not in truths.UNTRUSTED_FRESHNESS


def nearest_point(row: ServiceRow, query: Query) -> tuple[int, Point] | None:
    """Return (metres, nearest allowed point); None without one or without the person's point."""
    if (origin := query.point) is None:
        return None
    points, travel = places.allowed_points(row, query), query.weights.travel
    metres = [
        places.metres_between(origin, (point.latitude, point.longitude), travel) for point in points
    ]
    return min(zip(metres, points, strict=True), key=lambda place: place[0], default=None)


def capacity_cost(row: ServiceRow, need_match: NeedMatch, query: Query) -> TruthCost | None:
    """Return the cost of a bed, by free rooms; None if no matched category has rooms."""
    if not need_match.categories & query.weights.needs.rooms_matter:
        return None
    truth = _family_vacancy_truth(row, query)
    return TruthCost(_minutes_of_truth(truth, query.weights.capacity), None, truth)


def _family_vacancy_truth(row: ServiceRow, query: Query) -> Truth:
    """Return whether a room for the family is free; if rooms do not tell, if any place is."""
    if fact_freshness(row, Fact.CAPACITY, query) == Freshness.DISPUTED:
        return UNKNOWN
    rooms = [room for room in row.rooms if room.expires_at > query.at]
    person = query.question.person
    answers = [room.answer for room in rooms if _room_fits_family(room, person)]
    best = max(map(truths.truth_of_answer, answers), default=UNKNOWN)
    if best is not UNKNOWN:
        return best
    if row.capacity is None or row.capacity.expires_at <= query.at:
        return UNKNOWN
    return YES if row.capacity.available > 0 else NO


def _room_fits_family(room: Room, person: questions.Person) -> bool:
    """Return whether a room suits the person and children; no if children are not answered."""
    if person.children is None or room.adult_gender not in {"", person.gender}:
        return False
    if room.children < min(len(person.children), MANY_CHILDREN):
        return False
    sons = [child.age for child in person.children if child.gender != "f"]
    limit = room.oldest_boy
    return limit is None or all(age is not None and age <= limit for age in sons)


def acceptance_cost(row: ServiceRow, query: Query) -> AcceptanceCost | None:
    """Return the cost of how readily a service accepts the person's groups; None without groups."""
    groups, weights = query.question.person.groups, query.weights.acceptance
    if not groups:
        return None
    code, group = _acceptance_code(row, groups)
    freshness = None if code == "unknown" else fact_freshness(row, Fact.ELIGIBILITY, query)
    minutes = stale_cost(weights.by_code[code], weights.unknown, freshness, query.weights)
    return AcceptanceCost(minutes, freshness, code, group)


def _acceptance_code(row: ServiceRow, groups: frozenset[str]) -> tuple[str, str]:
    """Return the acceptance code, and the group for which the service is specialised or ""."""
    conditions = row.conditions.get(enums.CriterionKind.GROUP, ())
    for condition in conditions:
        shared = condition.values & groups
        if shared and condition.operator in {Operator.SPECIALISED, Operator.FIRST}:
            return "specialised", min(shared)
    operators = {condition.operator for condition in conditions}
    if Operator.FIRST in operators:
        return "others_first", ""
    if Operator.ALL in operators:
        return "everyone", ""
    shared_operators = {condition.operator for condition in conditions if condition.values & groups}
    return "included" if shared_operators & {Operator.INCLUDES, Operator.ONLY} else "unknown", ""


def is_for_others(row: ServiceRow, need_match: NeedMatch, query: Query) -> bool:
    """Return whether a row that answers a need is made for none of the person's groups whose
    services come first. False where an injured person needs care first."""
    groups = persons.groups_served_first(query.question)
    if not groups or need_match.keeps_rank or not need_match.categories:
        return False
    return persons.groups_of(row).isdisjoint(groups)


def interpreter_cost(
    row: ServiceRow, offer: LanguageOffer | None, query: Query
) -> TruthCost | None:
    """Return the cost of a wish for the interpreter's gender, met or not; None without a wish."""
    wish, weights = query.question.wishes.worker_gender, query.weights.worker_gender
    if wish is None:
        return None
    if offer is None or not offer.interpreter_gender:
        return TruthCost(weights.unknown, None, UNKNOWN)
    truth = YES if offer.interpreter_gender == wish else NO
    return _truth_cost(truth, fact_freshness(row, Fact.LANGUAGES, query), weights, query)


def phone_answer_cost(row: ServiceRow, query: Query) -> TruthCost | None:
    """Return the cost of calls that may go unanswered; None if the person cannot speak."""
    if query.question.wishes.cannot_speak:
        return None
    return _truth_cost(*_phone_answer_truth(row, query), query.weights.phone_answers, query)


@cached_by_row
def _phone_answer_truth(row: ServiceRow, at: datetime) -> tuple[Truth, Freshness | None]:
    """Return whether recent calls were answered, and how fresh this is; None if unknown."""
    checks = row.checks.get(Fact.PHONE, ())
    if not checks or not row.has_voice_number:
        return UNKNOWN, None
    failed = rules.count_failed_calls(checks)
    if failed >= rules.FAILED_CALLS_LIMIT:
        newest = checks[0]._replace(verdict=enums.Verdict.CONFIRMED)
        return NO, rules.freshness(Fact.PHONE, [newest], at)
    if failed == len(checks):
        return UNKNOWN, None
    return YES, rules.freshness(Fact.PHONE, checks, at)


def _truth_cost(
    truth: Truth, freshness: Freshness | None, weights: PreferenceWeights, query: Query
) -> TruthCost:
    cost = stale_cost(_minutes_of_truth(truth, weights), weights.unknown, freshness, query.weights)
    return TruthCost(cost, freshness, truth)


def _minutes_of_truth(truth: Truth, weights: PreferenceWeights) -> int:
    return (weights.no, weights.unknown, weights.yes)[truth]
