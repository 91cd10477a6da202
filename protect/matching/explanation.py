"""Turn a weighed row into an answer: verdict, reasons, contacts and validity."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache

from protect.directory import enums
from protect.directory.enums import Answer, Fact, Freshness, LanguageMode
from protect.directory.hours import Hours, State, StateUntil
from protect.matching import questions
from protect.matching.conditions import disclosure, persons, places
from protect.matching.conditions.criteria import CriterionResult
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth
from protect.matching.costs import HOURS_FACTS, VISIT_MODES, LanguageCost, WeighedRow, weigh_row
from protect.matching.questions import Contact, Fit, Query, Reason, ReasonParts
from protect.matching.services.cache import next_change
from protect.matching.services.rows import LanguageOffer, ServiceRow

ONE_DAY = timedelta(days=1)  # a service that stays open so long is shown without a closing time
NOTHING_KNOWN = StateUntil(State.UNKNOWN, None)
CENTRE_RADIUS_METRES = 5000  # up to here, a service known only by its town has no distance
LONGEST_TRAVEL_MINUTES = 180  # minutes; above it only the distance is shown
LANGUAGE_REASONS = {
    LanguageMode.STAFF: "language_staff",
    LanguageMode.ON_SITE: "language_on_site",
    LanguageMode.BY_PHONE: "language_phone",
}
# Order of reasons, the most important first, by the beginning of the code.
REASON_ORDER = (
    "clinical", "language", "sons", "children", "legal", "open", "by_app", "answer", "closed",
    "tells", "gender", "documents", "access_", "accept", "group", "age", "distance", "cost",
    "worker", "area", "hours", "place", "phone", "avoid", "mode",
)  # fmt: skip
# Reasons about unknown facts come last, except facts for which people are often turned away.
UNKNOWN_SUFFIXES = ("_unknown", "_ask_f", "_ask_m", "_ask_x")  # of the codes of reasons
UNKNOWN_CODES_NOT_LAST = {"sons_unknown", "children_unknown", "legal_unknown", "documents_unknown"}
HOURS_STATED = "hours_stated"  # code of a reason at any hour: pages say the hours of a week
PHONE_REASONS: dict[Truth, str] = {YES: "phone_yes", UNKNOWN: "phone_unknown", NO: "phone_no"}


def explain(row: ServiceRow, query: Query) -> questions.Match:
    """Return a row as an answer; `failing` is the first condition that it fails, if any."""
    return explain_weighed(weigh_row(row, query), query)


def explain_weighed(weighed: WeighedRow, query: Query) -> questions.Match:
    row, asked = weighed.row, weighed.conditions.asked
    hours, now = weighed.mode_cost.hours, NOTHING_KNOWN
    if hours is not None and not query.question.at_any_hour:
        now = query.cache.state_now(hours, query.at)
    cautions = disclosure.cautions(row, weighed.disclosed, query)
    reasons = position_reasons(weighed, now, query)
    failed = next((result for result in asked if result.truth is NO), None)
    changes = [when for when in _change_times(weighed, now, query) if when and when > query.at]
    return questions.Match(
        row=row,
        verdict=_verdict(asked),
        key=weighed.key,
        reasons=(*cautions[1:], *sorted(reasons, key=_rank_of_reason)),
        caution=next(iter(cautions), None),
        distance_m=weighed.distance_m,
        mode=weighed.mode_cost.mode,
        open=now,
        contacts=contacts(row, query),
        valid_until=min(changes, default=None),
        failing=failing_reason(failed, row) if failed else None,
    )


def _verdict(asked: Sequence[CriterionResult]) -> Fit:
    """Return FITS if all asked conditions, one or more on facts, are confirmed, or ASK_FIRST."""
    if not all(result.is_confirmed for result in asked):
        return Fit.ASK_FIRST
    has_fact = any(result.criterion.fact is not None for result in asked)
    return Fit.FITS if has_fact else Fit.ASK_FIRST


def contacts(row: ServiceRow, query: Query) -> tuple[Contact, ...]:
    """Return the contacts of a row; for a person who cannot speak, those for writing: a website
    only with a chat, a number for people with an access need only if the person has this need."""
    all_contacts = _all_contacts(row, query)
    if not query.question.wishes.cannot_speak:
        return all_contacts
    left_out = {enums.PhoneKind.VOICE.value}
    if enums.Mode.CHAT not in row.written_modes:
        left_out.add("website")
    needs = {None, *query.question.person.access}
    return tuple(
        contact
        for contact in all_contacts
        if contact.kind not in left_out and contact.need in needs
    )


@questions.cached_by_row
def _all_contacts(row: ServiceRow, at: datetime) -> tuple[Contact, ...]:
    """Return phone numbers, e-mail and website with their freshness: online ones unverified."""
    freshness = questions.freshness_at(row, Fact.PHONE, at)
    numbers = [
        Contact(phone.kind.value, phone.number, freshness, phone.need) for phone in row.phones
    ]
    online = {"email": row.email, "website": row.website}.items()
    return *numbers, *(
        Contact(kind, address, Freshness.UNVERIFIED) for kind, address in online if address
    )


def _change_times(weighed: WeighedRow, now: StateUntil, query: Query) -> Iterator[datetime | None]:
    """Yield when a statement about this row changes by itself; `now`: the state of its hours."""
    yield now.until
    yield _cached_next_change(weighed.row, query)
    if query.question.at_any_hour:
        return
    if weighed.language and weighed.language.offer and weighed.language.offer.window:
        yield query.cache.state_now(weighed.language.offer.window, query.at).until


_cached_next_change = questions.cached_by_row(next_change)


@cache
def reason_rank(code: str) -> tuple[bool, int]:
    """Return the sort key of a reason among others, by its code: smaller comes first."""
    is_unknown = code.endswith(UNKNOWN_SUFFIXES) and code not in UNKNOWN_CODES_NOT_LAST
    ranks = (place for place, start in enumerate(REASON_ORDER) if code.startswith(start))
    return is_unknown, next(ranks, len(REASON_ORDER))


def _rank_of_reason(reason: Reason) -> tuple[bool, int]:
    return reason_rank(reason.code)


def position_reasons(weighed: WeighedRow, now: StateUntil, query: Query) -> list[Reason]:
    """Return reasons for a row's position, unsorted; rooms and unasked conditions have none."""
    row, asked = weighed.row, weighed.conditions.asked
    reasons = [
        *_language_reasons(weighed, query),
        _opening_reason(weighed, now, query),
        _distance_reason(weighed, query),
        *[_condition_reason(result, row, query) for result in asked if result.truth is not NO],
        *_acceptance_interpreter_and_phone_reasons(weighed, query),
        *_extra_reasons(weighed, query),
    ]
    return [reason for reason in reasons if reason is not None]


def failing_reason(result: CriterionResult, row: ServiceRow) -> Reason:
    """Return the reason for the one condition that a near miss does not meet."""
    code = result.criterion.code
    facts = {"documents": persons.document_codes(row)} if code == "documents" else None
    return Reason(f"{code}_no", result.minutes, result.freshness, facts, fact=result.criterion.fact)


def _language_reasons(weighed: WeighedRow, query: Query) -> list[Reason]:
    cost = weighed.language
    if cost is None:
        return []
    fact, spoken = Fact.LANGUAGES, [offer.language for offer in weighed.row.languages]
    if not spoken:
        return [Reason("language_unknown", cost.minutes, None, {"language": cost.tag}, fact)]
    reasons = []
    if cost.offer is not None:
        code, facts = _language_reason_parts(cost, cost.offer, weighed, query)
        reasons.append(Reason(code, cost.minutes, cost.freshness, facts, fact))
    if query.question.languages[0] not in spoken:
        minutes, listed = 0 if cost.offer else cost.minutes, ",".join(dict.fromkeys(spoken))
        unlisted = {"languages": listed}
        reasons.append(Reason("language_unlisted", minutes, cost.freshness, unlisted, fact))
    return reasons


def _language_reason_parts(
    cost: LanguageCost, offer: LanguageOffer, weighed: WeighedRow, query: Query
) -> ReasonParts:
    if cost.is_now or offer.window is None:
        return LANGUAGE_REASONS[offer.how], {"language": cost.tag}
    if query.question.at_any_hour:
        return "language_window", {"language": cost.tag}
    hours = weighed.mode_cost.hours or offer.window
    start, until = query.cache.language_opening(hours, offer.window, query.at)
    if start is None or until is None:
        return "language_other_hours", {"language": cost.tag}
    times = {"from": start.isoformat(), "to": until.isoformat()}
    day = _encode_day(start, query.at)
    return "language_window", {"language": cost.tag, "day": day, **times}


def _encode_day(instant: datetime, at: datetime) -> str:
    """Return "ISO date/days ahead", the format that `wording` reads."""
    days_ahead = (instant.date() - at.astimezone(instant.tzinfo).date()).days
    return f"{instant.date().isoformat()}/{days_ahead}"


def _opening_reason(weighed: WeighedRow, now: StateUntil, query: Query) -> Reason:
    code, facts = _opening_state_parts(weighed, now, query)
    channel = weighed.mode_cost.channel
    fact = None if channel is None else HOURS_FACTS[channel]
    return Reason(code, weighed.mode_cost.waiting_minutes, weighed.mode_cost.freshness, facts, fact)


def _opening_state_parts(weighed: WeighedRow, now: StateUntil, query: Query) -> ReasonParts:
    hours = weighed.mode_cost.hours
    if query.question.at_any_hour and hours is not None:
        is_stated = bool(hours.expression)
        by_appointment = "by_appointment" if hours.by_appointment else "hours_unknown"
        return HOURS_STATED if is_stated else by_appointment, {}
    match now.state:
        case State.OPEN:
            if now.until is None or now.until - query.at >= ONE_DAY:
                return "open_now", {}
            return "open_until", {"time": now.until.isoformat()}
        case State.CLOSED:
            return _closed_reason_parts(hours, query)
        case State.UNKNOWN:
            return "hours_unknown", {}
        case _:
            return now.state.value, {}


def _closed_reason_parts(hours: Hours | None, query: Query) -> ReasonParts:
    start = None if hours is None else query.cache.opening_if_closed(hours, query.at)
    if start is None:
        return "closed", {}
    if start.date() == query.at.astimezone(start.tzinfo).date():
        return "opens_today", {"time": start.isoformat()}
    return "opens_day", {"day": _encode_day(start, query.at), "time": start.isoformat()}


def _distance_reason(weighed: WeighedRow, query: Query) -> Reason | None:
    """Return the reason for the distance, if the person has to travel and it is known."""
    row, travel, nearest = weighed.row, weighed.mode_cost.travel_minutes, weighed.nearest
    if weighed.mode_cost.mode not in VISIT_MODES:
        return None
    freshness = questions.fact_freshness(row, Fact.ADDRESS, query)
    points = [nearest[1]] if nearest else places.allowed_points(row, query)
    if not points:
        return Reason("place_unknown", travel, None, None, Fact.ADDRESS)
    is_centre = nearest and not points[0].is_exact and nearest[0] < CENTRE_RADIUS_METRES
    facts: dict[str, str | int]
    if points[0].is_coarse or is_centre:
        facts = {"place": points[0].name}
        if nearest:
            facts["metres"] = nearest[0]
        return Reason("distance_around", travel, freshness, facts, Fact.ADDRESS)
    if nearest is None:
        return None
    facts = {"distance": nearest[0], "minutes": travel}
    code = "distance" if travel <= LONGEST_TRAVEL_MINUTES else "distance_far"
    return Reason(code, travel, freshness, facts, Fact.ADDRESS)


def _condition_reason(result: CriterionResult, row: ServiceRow, query: Query) -> Reason | None:
    """Return the reason for a yes, even an expired one; otherwise the reason to ask first."""
    criterion = result.criterion
    parts: ReasonParts | None
    if result.stated_truth is YES:
        parts = criterion.yes_reason(row, query)
    elif criterion.code == "children" and (stated := persons.stated_children(row)):
        stated_yes = "children_yes" if Answer.YES in stated else "children_unknown"
        parts = ("sons_unknown" if persons.has_son(query) else stated_yes), {}
    else:
        return result.reason_to_ask
    if parts is None:
        return None
    return Reason(parts[0], result.minutes, result.freshness, parts[1], criterion.fact)


def _acceptance_interpreter_and_phone_reasons(weighed: WeighedRow, query: Query) -> list[Reason]:
    """Return reasons about groups that are accepted, the interpreter's gender and calls that were
    answered, good or bad."""
    reasons = []
    if cost := weighed.acceptance:
        facts = {"group": cost.group} if cost.group else None
        code = f"acceptance_{cost.code}"
        reasons.append(Reason(code, cost.minutes, cost.freshness, facts, Fact.ELIGIBILITY))
    if interpreter := weighed.interpreter:
        code_start = "interpreter" if interpreter.truth is YES else "worker_ask"
        code = f"{code_start}_{query.question.wishes.worker_gender}"
        reasons.append(
            Reason(code, interpreter.minutes, interpreter.freshness, None, Fact.LANGUAGES)
        )
    if phone := weighed.phone_answer:
        code = PHONE_REASONS[phone.truth]
        reasons.append(Reason(code, phone.minutes, phone.freshness, None, Fact.PHONE))
    return reasons


def _extra_reasons(weighed: WeighedRow, query: Query) -> list[Reason]:
    """Return reasons that cost no minutes: price, timely medical help, confidentiality."""
    row = weighed.row
    reasons = [
        Reason(line.reason, 0, questions.fact_freshness(row, fact, query), None, fact)
        for fact, line in row.public_lines.items()
        if line.reason
    ]
    hours = query.question.hours_since_event
    for act in row.clinical:
        if hours is not None and hours <= act.window_hours:
            freshness = questions.fact_freshness(row, Fact.CLINICAL, query)
            facts: dict[str, str | int] = {"act": act.act, "hours": act.window_hours}
            reasons.append(Reason("clinical_in_time", 0, freshness, facts, Fact.CLINICAL))
    if query.wants_silence and weighed.disclosed.worst == Answer.NO:
        freshness = questions.fact_freshness(row, Fact.REPORTING, query)
        reasons.append(Reason("tells_nobody", 0, freshness, None, Fact.REPORTING))
    return reasons
