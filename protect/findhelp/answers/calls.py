"""Find when the telephone of a service is answered: another entry with the same number may state
the hours, and the hours of a place are not always those of its telephone."""

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
# Freshness of hours that another entry states. For a checked number only SURE_STATES count; hours
# in OLD_STATES never count for another entry.
SURE_STATES = {Freshness.FRESH, Freshness.DUE}
OLD_STATES = {Freshness.OVERDUE, Freshness.EXPIRED, Freshness.DISPUTED}
OPEN_CODES = {"open_now", "open_until"}
CLOSED_CODES = {"opens_today", "opens_day", "closed", "answerphone"}
# Texts in which a service says what a number is for.
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
    own_state = next((reason for reason in match.reasons if reason.code in OPENING_CODES), None)
    other_state = by_number.get(_number_key(match) or ("", ""))
    if (
        other_state is not None
        and other_state.freshness not in SURE_STATES
        and _has_checked_number(match)
    ):
        other_state = None
    is_known = own_state is not None and own_state.code in SHOWN_OPENING_CODES
    if own_state is not None and not is_known and other_state is not None:
        is_place = topics.may_be_visited(match.row)
        return States(None, None, other_state) if is_place else States(other_state, None, None)
    if own_state is None or not is_known:
        return States(None, None, None)
    has_no_call_hours = Channel.PHONE not in match.row.opening_hours
    has_other_phone_hours = has_hours_of_place_only(match.row) or (
        has_no_call_hours and _differs(other_state, own_state)
    )
    if own_state.fact is Fact.VISIT_HOURS and has_other_phone_hours:
        return States(None, own_state, other_state)
    return States(own_state, None, None)


def _differs(other: Reason | None, own_state: Reason) -> bool:
    return other is not None and (other.code, other.facts) != (own_state.code, own_state.facts)


def is_open(match: Match, states: States) -> bool:
    """Return whether the state that a card shows over its numbers is open."""
    if states.place is not None:
        return False
    shows_open = states.service is not None and states.service.code in OPEN_CODES
    return shows_open or match.open.state is State.OPEN


def correct_hours_to_ask(to_ask: Iterable[Reason], states: States) -> list[Reason]:
    """Return the reasons to ask, without opening hours if a state is shown, and with phone hours if
    only the state of the place is shown."""
    reasons = list(to_ask)
    if states.service or states.number:
        reasons = [reason for reason in reasons if reason.code != "hours_unknown"]
    if states.place and not states.number:
        reasons.append(Reason(topics.CALLS_UNKNOWN))
    return reasons


def appointment_numbers(row: ServiceRow) -> Iterator[str]:
    """Yield the numbers that, by the text of a service, are only for appointments."""
    digits = {_digits(number) for number in APPOINTMENT_NUMBER.findall(row.how_to_access)}
    for phone in row.phones:
        if _digits(format_number(phone.number, row.country)) in digits:
            yield phone.number


def message_start_words(row: ServiceRow) -> dict[str, str]:
    """Return, by number, the word with which a text message has to begin, in quotation marks. The
    service states the word in `how_to_access`."""
    words: dict[str, str] = {}
    for word, number in MESSAGE_WORD.findall(row.how_to_access):
        words.setdefault(_digits(number), word)  # later sentences say how to stop the messages
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
        state = next(
            (reason for reason in match.reasons if reason.code in SHOWN_OPENING_CODES), None
        )
        key = _number_key(match)
        is_usable = state is not None and state.freshness not in OLD_STATES
        if key and state is not None and is_usable and state.fact is Fact.PHONE_HOURS:
            earlier = states.setdefault(key, state)
            if _differs(earlier, state):
                states[key] = None
    return states


def _has_checked_number(match: Match) -> bool:
    numbers = (contact.freshness for contact in match.contacts if contact.kind == PhoneKind.VOICE)
    return next(numbers, Freshness.UNVERIFIED) is not Freshness.UNVERIFIED


def _number_key(match: Match) -> tuple[str, str] | None:
    """Return the country and the first number for calls of a match, if it has one."""
    calls = (contact.value for contact in match.contacts if contact.kind == PhoneKind.VOICE)
    number = next(calls, None)
    return (match.row.country, number) if number else None


def has_hours_of_place_only(row: ServiceRow) -> bool:
    """Return whether a service states the hours of its place, and those of calls as unknown."""
    hours = row.opening_hours.get(Channel.PHONE)
    return Channel.VISIT in row.opening_hours and hours is not None and not hours.hours.expression
