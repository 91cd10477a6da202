"""When the telephone of a service is answered: its hours may be those of another entry with the
same number, and those of a place are not always those of its telephone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from protect.directory.enums import Channel, Fact, Freshness, PhoneKind
from protect.directory.hours import State
from protect.findhelp.answers import topics
from protect.kernel.text import plain_isolated_name
from protect.matching.explanation import HOURS_STATED
from protect.matching.questions import Match, Reason
from protect.matching.services.rows import ServiceRow
from protect.reference.formats import format_number

OPENING_CODES = {  # of reasons about opening hours
    *("open_now", "open_until", "opens_today", "opens_day"),
    *("closed", "by_appointment", "answerphone", "hours_unknown", HOURS_STATED),
}
SHOWN_OPENING_CODES = OPENING_CODES - {"hours_unknown", HOURS_STATED}  # beside a clock
# States of a fact: sure enough to be lent to a checked number; too old or disputed to be lent.
SURE_STATES = {Freshness.FRESH, Freshness.DUE}
OLD_STATES = {Freshness.OVERDUE, Freshness.EXPIRED, Freshness.DISPUTED}
OPEN_CODES = {"open_now", "open_until"}
CLOSED_CODES = {"opens_today", "opens_day", "closed", "answerphone"}
# A service says in its own words for what a number is.
APPOINTMENT_NUMBER = re.compile(r"(?i)\bby appointment on (\+?\d[\d ]+\d)")
MESSAGE_WORD = re.compile(r"(?i:\btext message) ([A-Z]{2,12}) to (\+?\d+)\b")

type StateByNumber = Mapping[tuple[str, str], Reason | None]  # by country and number


class States(NamedTuple):
    """The opening states that a card shows: each None if it has no words."""

    service: Reason | None  # of the service and each of its numbers
    place: Reason | None  # of its place alone
    number: Reason | None  # of its first number alone


def states_of(match: Match, by_number: StateByNumber) -> States:
    """Return the states of a match, from its own hours or those that another entry states."""
    own = next((each for each in match.reasons if each.code in OPENING_CODES), None)
    lent = by_number.get(_number_key(match) or ("", ""))
    if lent is not None and lent.freshness not in SURE_STATES and _has_checked_number(match):
        lent = None
    is_known = own is not None and own.code in SHOWN_OPENING_CODES
    if own is not None and not is_known and lent is not None:
        is_place = topics.may_be_visited(match.row)
        return States(None, None, lent) if is_place else States(lent, None, None)
    if own is None or not is_known:
        return States(None, None, None)
    has_no_call_hours = Channel.PHONE not in match.row.opening_hours
    is_apart = has_hours_of_place_only(match.row) or (has_no_call_hours and _differs(lent, own))
    if own.fact is Fact.VISIT_HOURS and is_apart:
        return States(None, own, lent)
    return States(own, None, None)


def _differs(lent: Reason | None, own: Reason) -> bool:
    return lent is not None and (lent.code, lent.facts) != (own.code, own.facts)


def is_open(match: Match, states: States) -> bool:
    """Return whether the state that a card shows over its numbers is open."""
    if states.place is not None:
        return False
    shows_open = states.service is not None and states.service.code in OPEN_CODES
    return shows_open or match.open.state is State.OPEN


def with_hours_to_ask(asked: Iterable[Reason], states: States) -> list[Reason]:
    """Return the reasons to ask: about hours only if no state answers it, and about those of calls
    if only the place has a state."""
    reasons = list(asked)
    if states.service or states.number:
        reasons = [reason for reason in reasons if reason.code != "hours_unknown"]
    if states.place and not states.number:
        reasons.append(Reason(topics.CALLS_UNKNOWN))
    return reasons


def numbers_for_appointments(row: ServiceRow) -> Iterator[str]:
    """Yield the numbers of a service that only give appointments, as its own words say."""
    said = {_digits(number) for number in APPOINTMENT_NUMBER.findall(row.how_to_access)}
    for phone in row.phones:
        if _digits(format_number(phone.number, row.country)) in said:
            yield phone.number


def words_to_send(row: ServiceRow) -> dict[str, str]:
    """Return the word with which a text message to a number has to begin, in quotation marks, by
    number, as the service says it in its own words."""
    words: dict[str, str] = {}
    for word, number in MESSAGE_WORD.findall(row.how_to_access):
        words.setdefault(_digits(number), word)  # later sentences say how to end it
    messages = (phone.number for phone in row.phones if phone.kind == PhoneKind.TEXT)
    return {
        number: plain_isolated_name(f"“{words[digits]}”")
        for number in messages
        if (digits := _digits(format_number(number, row.country))) in words
    }


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def states_by_number(matches: Iterable[Match]) -> StateByNumber:
    """Return the state of each number for calls of which an entry states the hours; None if two
    entries state different ones."""
    states: dict[tuple[str, str], Reason | None] = {}
    for match in matches:
        state = next((each for each in match.reasons if each.code in SHOWN_OPENING_CODES), None)
        key = _number_key(match)
        may_lend = state is not None and state.freshness not in OLD_STATES
        if key and state is not None and may_lend and state.fact is Fact.PHONE_HOURS:
            known = states.setdefault(key, state)
            if _differs(known, state):
                states[key] = None
    return states


def _has_checked_number(match: Match) -> bool:
    numbers = (each.freshness for each in match.contacts if each.kind == PhoneKind.VOICE)
    return next(numbers, Freshness.UNVERIFIED) is not Freshness.UNVERIFIED


def _number_key(match: Match) -> tuple[str, str] | None:
    """Return the country and the first number for calls of a match, if it has one."""
    calls = (each.value for each in match.contacts if each.kind == PhoneKind.VOICE)
    number = next(calls, None)
    return (match.row.country, number) if number else None


def has_hours_of_place_only(row: ServiceRow) -> bool:
    """Return whether a service states the hours of its place, and those of calls as unknown."""
    hours = row.opening_hours.get(Channel.PHONE)
    return Channel.VISIT in row.opening_hours and hours is not None and not hours.hours.expression
