"""A weighed row as an answer: verdict, reasons, contacts, and until when all that holds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from protect.directory.enums import Answer, Channel, Fact, Freshness, How, Kind, Mode, PhoneKind
from protect.directory.hours import Hours, Now, State
from protect.matching import questions
from protect.matching.conditions import criteria, disclosure, persons, places
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth
from protect.matching.costs import LanguageCost, Weighed, weigh
from protect.matching.questions import Contact, Fit, PreparedQuestion, Reason, ReasonParts
from protect.matching.services.cache import next_change
from protect.matching.services.rows import ServiceRow, Spoken

A_DAY = timedelta(days=1)
IN_TOWN = 5000  # metres: within them the centre of a town says no more than the town
LONGEST_TRAVEL = 180  # minutes: an estimate of more tells less than the distance
HOURS_FACTS = {Channel.VISIT: Fact.VISIT_HOURS, Channel.PHONE: Fact.PHONE_HOURS}
SPOKEN = {
    How.STAFF: "language_staff",
    How.ON_SITE: "language_on_site",
    How.BY_PHONE: "language_phone",
}
# The most telling first, by the beginning of the code.
RANK = (
    "clinical", "language", "sons", "children", "legal", "open", "by_app", "answer", "closed",
    "tells", "gender", "documents", "access_", "accept", "group", "age", "distance", "cost",
    "worker", "area", "hours", "place", "phone", "avoid", "mode",
)  # fmt: skip
# What is not known comes after what is, except what people are turned away for.
ASKED_LAST = ("_unknown", "_ask_f", "_ask_m", "_ask_x")
ASKED_FIRST = {"sons_unknown", "children_unknown", "legal_unknown", "documents_unknown"}
PHONE: dict[Truth, str] = {YES: "phone_yes", UNKNOWN: "phone_unknown", NO: "phone_no"}


def explain(row: ServiceRow, prepared: PreparedQuestion) -> questions.Match:
    """Return a row as an answer. A row that fails one condition is a near miss."""
    return explain_weighed(weigh(row, prepared), prepared)


def explain_weighed(weighed: Weighed, prepared: PreparedQuestion) -> questions.Match:
    row = weighed.row
    hours = _hours(weighed)
    now = Now(State.UNKNOWN, None) if hours is None else prepared.memory.now(hours, prepared.at)
    cautions = disclosure.cautions(row, prepared)
    ordered = sorted(reasons(weighed, now, prepared), key=lambda reason: rank(reason.code))
    failed = next((judged for judged in weighed.judged if judged.truth is NO), None)
    changes = [when for when in _changes(weighed, now, prepared) if when and when > prepared.at]
    return questions.Match(
        row=row,
        verdict=_verdict(weighed.judged),
        key=weighed.key,
        reasons=(*cautions[1:], *ordered),
        caution=next(iter(cautions), None),
        distance_m=weighed.distance_m,
        mode=weighed.way.mode,
        open=now,
        contacts=contacts(row, prepared),
        valid_until=min(changes, default=None),
        failing=failing(failed, row) if failed else None,
    )


def _verdict(judged: tuple[criteria.Judged, ...]) -> Fit:
    """Return "fits" only if the question has conditions and every yes comes from a checked fact."""
    asked = [each for each in judged if each.is_asked]
    about_her = any(each.criterion.fact is not None for each in asked)
    return Fit.FITS if about_her and all(each.is_solid for each in asked) else Fit.ASK_FIRST


def contacts(row: ServiceRow, prepared: PreparedQuestion) -> tuple[Contact, ...]:
    """Return the ways to reach a row; without a voice, only those that are written."""
    all_contacts = _contacts(row, prepared)
    if prepared.question.wishes.cannot_speak:
        return tuple(each for each in all_contacts if each.kind != PhoneKind.VOICE)
    return all_contacts


@questions.remembered
def _contacts(row: ServiceRow, at: datetime) -> tuple[Contact, ...]:
    seen = questions.freshness_at(row, Fact.PHONE, at)
    numbers = [Contact(number.kind.value, number.number, seen) for number in row.phones]
    online = {"email": row.email, "website": row.website}.items()
    return *numbers, *(Contact(kind, to, Freshness.UNVERIFIED) for kind, to in online if to)


def _changes(weighed: Weighed, now: Now, prepared: PreparedQuestion) -> Iterator[datetime | None]:
    """Yield the instants at which a statement about this row changes by itself."""
    yield now.until
    yield _next_change(weighed.row, prepared)
    if weighed.language and weighed.language.offer and weighed.language.offer.window:
        yield prepared.memory.now(weighed.language.offer.window, prepared.at).until


_next_change = questions.remembered(next_change)


@cache
def rank(code: str) -> tuple[bool, int]:
    """Return the place of a reason among others, by its code: smaller comes first."""
    is_later = code.endswith(ASKED_LAST) and code not in ASKED_FIRST
    ranks = (place for place, start in enumerate(RANK) if code.startswith(start))
    return is_later, next(ranks, len(RANK))


def reasons(weighed: Weighed, now: Now, prepared: PreparedQuestion) -> Iterator[Reason]:
    """Yield a reason for each cost, so that they explain the row's place."""
    yield from _language(weighed, prepared)
    yield _open(weighed, now, prepared)
    yield from _way(weighed, prepared)
    for judged in weighed.judged:
        if judged.is_asked and judged.truth is not NO:
            yield from _hard(judged, weighed.row, prepared)
    yield from _preferences(weighed, prepared)
    yield from _extras(weighed, prepared)


def failing(judged: criteria.Judged, row: ServiceRow) -> Reason:
    """Return the reason of the one condition that a near miss does not meet."""
    code = judged.criterion.code
    facts = {"documents": persons.codes_of_documents(row)} if code == "documents" else None
    return Reason(f"{code}_no", judged.minutes, judged.freshness, facts, fact=judged.criterion.fact)


def _language(weighed: Weighed, prepared: PreparedQuestion) -> Iterator[Reason]:
    cost = weighed.language
    if cost is None:
        return
    fact, spoken = Fact.LANGUAGES, [offer.language for offer in weighed.row.languages]
    if not spoken:
        yield Reason("language_unknown", cost.minutes, None, {"language": cost.tag}, fact)
        return
    if cost.offer is not None:
        code, facts = _spoken(cost, cost.offer, weighed, prepared)
        yield Reason(code, cost.minutes, cost.freshness, facts, fact)
    first = prepared.question.languages[0]
    if first not in spoken:
        minutes = 0 if cost.offer else cost.minutes
        yield Reason("language_no", minutes, cost.freshness, {"language": first}, fact)
    if cost.offer is None:
        others = ",".join(dict.fromkeys(spoken))
        yield Reason("language_others", 0, cost.freshness, {"language": others}, fact)


def _spoken(
    cost: LanguageCost, offer: Spoken, weighed: Weighed, prepared: PreparedQuestion
) -> ReasonParts:
    if cost.is_now or offer.window is None:
        return SPOKEN[offer.how], {"language": cost.tag}
    hours = _hours(weighed) or offer.window
    start, until = prepared.memory.meeting(hours, offer.window, prepared.at)
    if start is None or until is None:
        return "language_other_hours", {"language": cost.tag}
    return "language_window", {
        "language": cost.tag,
        "day": _day(start, prepared.at),
        "from": start.isoformat(),
        "to": until.isoformat(),
    }


def _hours(weighed: Weighed) -> Hours | None:
    channel = weighed.way.channel
    return None if channel is None else weighed.row.doors[channel].hours


def _day(then: datetime, at: datetime) -> str:
    """Return a day and how many days ahead it is, as `wording` reads it."""
    ahead = (then.date() - at.astimezone(then.tzinfo).date()).days
    return f"{then.date().isoformat()}/{ahead}"


def _open(weighed: Weighed, now: Now, prepared: PreparedQuestion) -> Reason:
    code, facts = _state_words(weighed, now, prepared)
    channel = weighed.way.channel
    fact = None if channel is None else HOURS_FACTS[channel]
    return Reason(code, weighed.way.waiting, weighed.way.freshness, facts, fact)


def _state_words(weighed: Weighed, now: Now, prepared: PreparedQuestion) -> ReasonParts:
    match now.state:
        case State.OPEN:
            if now.until is None or now.until - prepared.at >= A_DAY:
                return "open_now", {}
            return "open_until", {"time": now.until.isoformat()}
        case State.CLOSED:
            return _opening(_hours(weighed), prepared)
        case State.UNKNOWN:
            return "hours_unknown", {}
        case _:
            return now.state.value, {}


def _opening(hours: Hours | None, prepared: PreparedQuestion) -> ReasonParts:
    start = None if hours is None else prepared.memory.opening(hours, prepared.at)
    if start is None:
        return "closed", {}
    if start.date() == prepared.at.astimezone(start.tzinfo).date():
        return "opens_today", {"time": start.isoformat()}
    return "opens_day", {"day": _day(start, prepared.at), "time": start.isoformat()}


def _way(weighed: Weighed, prepared: PreparedQuestion) -> Iterator[Reason]:
    """Yield the distance, if she has to go there."""
    row, travel = weighed.row, weighed.way.travel
    if weighed.way.mode not in {Mode.IN_PERSON, None}:
        return
    seen = questions.fact_freshness(row, Fact.ADDRESS, prepared)
    nearest = weighed.nearest
    points = [nearest[1]] if nearest else places.open_points(row, prepared)
    if not points:
        yield Reason("place_unknown", travel, None, None, Fact.ADDRESS)
    elif points[0].is_coarse or (nearest and not points[0].is_exact and nearest[0] < IN_TOWN):
        around: dict[str, str | int] = {"place": points[0].name}
        if nearest:
            around["metres"] = nearest[0]
        yield Reason("distance_around", travel, seen, around, Fact.ADDRESS)
    elif nearest:
        facts: dict[str, str | int] = {"distance": nearest[0], "minutes": travel}
        code = "distance" if travel <= LONGEST_TRAVEL else "distance_far"
        yield Reason(code, travel, seen, facts, Fact.ADDRESS)


def _hard(judged: criteria.Judged, row: ServiceRow, prepared: PreparedQuestion) -> Iterator[Reason]:
    """Yield a yes, also an expired one; for other truths the reason to ask."""
    criterion = judged.criterion
    sentence: ReasonParts | None = (f"{criterion.code}_unknown", {})
    if judged.stated is YES:
        sentence = criterion.say_yes(row, prepared)
    elif criterion.code == "children" and row.conditions.get(Kind.CHILDREN):
        sentence = ("sons_unknown" if persons.has_son(prepared) else "children_unknown"), {}
    if sentence is not None:
        yield Reason(sentence[0], judged.minutes, judged.freshness, sentence[1], criterion.fact)


def _preferences(weighed: Weighed, prepared: PreparedQuestion) -> Iterator[Reason]:
    if accepted := weighed.acceptance:
        facts = {"group": accepted.group} if accepted.group else None
        code = f"acceptance_{accepted.code}"
        yield Reason(code, accepted.minutes, accepted.freshness, facts, Fact.ELIGIBILITY)
    if worker := weighed.worker:
        word = "worker" if worker.truth is YES else "worker_ask"
        code = f"{word}_{prepared.question.wishes.worker_gender}"
        yield Reason(code, worker.minutes, worker.freshness, None, Fact.LANGUAGES)
    if phone := weighed.phone:
        yield Reason(PHONE[phone.truth], phone.minutes, phone.freshness, None, Fact.PHONE)


def _extras(weighed: Weighed, prepared: PreparedQuestion) -> Iterator[Reason]:
    """Yield reasons without a cost in minutes: price, timely medical help, confidentiality."""
    row = weighed.row
    for fact, line in row.public_lines.items():
        if line.reason:
            yield Reason(line.reason, 0, questions.fact_freshness(row, fact, prepared), None, fact)
    hours = prepared.question.hours_since_event
    for act in row.clinical:
        if hours is not None and hours <= act.window_hours:
            seen = questions.fact_freshness(row, Fact.CLINICAL, prepared)
            facts: dict[str, str | int] = {"act": act.act, "hours": act.window_hours}
            yield Reason("clinical_in_time", 0, seen, facts, Fact.CLINICAL)
    if prepared.silence and weighed.tells.worst == Answer.NO:
        seen = questions.fact_freshness(row, Fact.REPORTING, prepared)
        yield Reason("tells_nobody", 0, seen, None, Fact.REPORTING)
