"""The opening state of a number and of a place: neither stands for the other."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from protect.directory.enums import Channel, Fact, Freshness, Mode, PhoneKind
from protect.directory.hours import State, StateUntil, parse
from protect.findhelp.answers import cards, silence
from protect.kernel.ids import short_code, stable_uuid
from protect.matching.questions import Contact, PersonLocation, Question, Reason
from protect.matching.services.rows import LanguageOffer, OpeningHours, PhoneNumber
from protect.reference.lookup import store
from tests.findhelp.paper.demo import AT, PERSIAN_ON_TUESDAY, answers, found, service

TALK = Question(("talk",), at=AT)
ALWAYS = OpeningHours(parse("24/7", "Europe/Brussels", "BE"))
UNKNOWN = OpeningHours(parse("", "Europe/Brussels", "BE"))
NUMBER, OTHER = "+3280098100", "+3242873561"
OPEN, LATER = Reason("open_now"), Reason("opens_today", facts={"time": "2026-11-24T10:30+01:00"})
NIGHT = datetime.fromisoformat("2026-12-01T01:50+00:00")


def entry(number, state, fact, **changes):
    spoken = (LanguageOffer(("fr", "nl", "de")[number - 1]),)  # else it only repeats a number
    names = {"short": f"demo{number}", "name": f"Demo {number}"}
    row = service(id=UUID(int=number), languages=spoken, **names, **changes)
    is_open = State.OPEN if state.code == "open_now" else State.UNKNOWN
    return found(row)._replace(
        reasons=(state._replace(fact=fact),),
        contacts=(Contact("voice", NUMBER, Freshness.UNVERIFIED),),
        open=StateUntil(is_open, None),
    )


LINE = {"opening_hours": {Channel.PHONE: ALWAYS}, "points": (), "modes": frozenset({Mode.PHONE})}
HOSPITAL = {"opening_hours": {Channel.VISIT: ALWAYS, Channel.PHONE: UNKNOWN}}


def visible(text):
    """Return a text without the invisible characters that guide its layout."""
    return re.sub("[\u2060\u2066\u2069]", "", text)


def shown(*matches):
    return cards.build_results(answers(*matches), TALK, "en", 5).answers


def test_the_hours_of_a_place_are_beside_its_address_if_those_of_its_telephone_are_unknown():
    (card,) = shown(entry(1, OPEN, Fact.VISIT_HOURS, **HOSPITAL))

    assert (card.address, card.place_now) == ("12 rue de la Démo, 4000 Liège", "Open now")
    assert (card.now, card.is_open, card.numbers[0].note) == ("", False, "")
    assert card.asks == "Ask them whether you need papers · Ask them: Telephone hours"


def test_a_place_whose_telephone_states_no_other_hours_is_open_as_before():
    (card,) = shown(entry(1, OPEN, Fact.VISIT_HOURS, opening_hours={Channel.VISIT: ALWAYS}))

    assert (card.now, card.is_open) == ("Open now", True)
    assert card.asks == "Ask them whether you need papers"


def test_the_number_of_a_line_has_its_state_on_the_card_of_a_place_with_the_same_number():
    line = entry(1, LATER, Fact.PHONE_HOURS, **LINE)
    place = entry(2, OPEN, Fact.VISIT_HOURS, opening_hours={Channel.VISIT: ALWAYS})

    first, second = shown(line, place)

    assert first.now.startswith("Opens at")
    assert second.numbers[0].note == first.now
    assert (second.now, second.is_open) == ("", False)
    assert second.place_now == "Open now"


@pytest.mark.parametrize("is_place", [True, False])
def test_unknown_hours_are_not_asked_where_another_card_states_those_of_the_number(is_place):
    unknown = Reason("hours_unknown")
    own = {"opening_hours": {}} | ({} if is_place else {"points": ()})
    first, second = shown(entry(1, OPEN, Fact.PHONE_HOURS, **LINE), entry(2, unknown, None, **own))

    assert first.now == "Open now"
    assert (second.now or second.numbers[0].note) == "Open now"
    assert second.asks == "Ask them whether you need papers" * is_place
    assert second.is_open is not is_place


def test_two_lines_that_state_different_hours_of_a_number_lend_none():
    lines = [entry(n, state, Fact.PHONE_HOURS, **LINE) for n, state in ((1, OPEN), (2, LATER))]
    unknown = entry(3, Reason("hours_unknown"), None, opening_hours={})

    *_, last = shown(*lines, unknown)

    assert (last.now, last.numbers[0].note) == ("", "")
    assert last.asks == "Ask them when they are open · Ask them whether you need papers"


def test_a_number_for_appointments_says_so():
    row = service(
        phones=(PhoneNumber(NUMBER), PhoneNumber(OTHER)),
        how_to_access="Call at any hour. Consultations by appointment on 04 287 35 61; or write.",
    )
    contacts = [Contact("voice", each, Freshness.UNVERIFIED) for each in (NUMBER, OTHER)]

    card = cards.card_view(found(row)._replace(contacts=tuple(contacts)), "en", AT)

    assert [number.note for number in card.numbers] == ["", "By appointment"]


def test_a_number_for_messages_says_with_which_word_they_begin():
    row = service(
        phones=(PhoneNumber("50808", PhoneKind.TEXT), PhoneNumber(NUMBER)),
        how_to_access="Send the text message TALK to 50808",
    )
    contacts = (
        Contact("text", "50808", Freshness.FRESH),
        Contact("voice", NUMBER, Freshness.FRESH),
    )

    card = cards.card_view(found(row)._replace(contacts=contacts), "ar", AT)

    assert [number.note for number in card.numbers] == ["\u2068“TALK”\u2069", ""]


def test_a_card_names_every_hour_of_the_week_in_which_a_language_is_spoken():
    week = parse("Tu,Fr 09:00-11:00", "Europe/Brussels", "BE")
    row = service(languages=(LanguageOffer("fa", window=week),))

    card = cards.card_view(found(row)._replace(reasons=(PERSIAN_ON_TUESDAY, OPEN)), "fr", AT)

    assert "mar., ven. 09:00–11:00" in visible(card.language_window)
    assert " : " in card.language_window.replace("\xa0", " ")


OPEN_CALLS = OPEN._replace(fact=Fact.PHONE_HOURS)
CLOSED = Reason("opens_day", facts={"day": "2026-06-02/1", "time": "2026-06-02T14:00:00+02:00"})


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ("Tu,Th 14:00-16:00", "Tue, Thu 14:00–16:00"),
        ("Mo-Fr 09:00-17:00", "Mon–Fri 09:00–17:00"),
        ("Mo-Su 17:00-21:00", "Mon–Sun 17:00–21:00"),
        ("Mo-Su 20:00-04:00", ""),
        ("08:00-12:00,14:00-18:00", ""),
    ],
)
def test_a_line_that_is_closed_shows_its_week_unless_it_is_open_long_each_day(hours, week):
    stated = {Channel.PHONE: OpeningHours(parse(hours, "Europe/Brussels", "BE"))}
    row = entry(1, CLOSED, Fact.PHONE_HOURS, opening_hours=stated)

    (closed,), (now_open,) = shown(row), shown(row._replace(reasons=(OPEN_CALLS,)))

    assert (visible(closed.week), now_open.week) == (week, "")


def test_a_chat_shows_the_week_of_writing_and_a_place_that_of_visits():
    chat, visits = (
        parse(text, "Europe/Brussels", "BE") for text in ("Tu 14:00-16:00", "We 09:00-11:00")
    )
    hours = {Channel.VISIT: OpeningHours(visits)}
    written = entry(1, CLOSED, None, opening_hours=hours, writing_hours=chat)
    place = entry(2, CLOSED, Fact.VISIT_HOURS, opening_hours=hours)
    unknown = entry(3, CLOSED, Fact.PHONE_HOURS, opening_hours=hours)

    weeks = [visible(shown(each)[0].week) for each in (written, place, unknown)]

    assert weeks == ["Tue 14:00–16:00", "Wed 09:00–11:00", ""]


@pytest.fixture
def night_in_malta(starter, db):
    valletta = PersonLocation.at_place(store.place_rows()[2562305])
    return Question(("talk",), NIGHT, valletta, ("en",), limit=6)


def code(source_id):
    return short_code("service", str(stable_uuid("service", "starter", source_id)))


def test_no_card_calls_a_telephone_open_that_may_not_be_answered_at_night(night_in_malta):
    given = silence.shown_answers(night_in_malta)
    results = cards.build_results(given, replace(night_in_malta, limit=5), "en", 5)
    by_code = {card.code: card for card in (*results.answers, *results.national)}

    hospital, unit = by_code[code("mt-201")], by_code[code("mt-009")]

    assert results.answers[0].code != hospital.code
    assert "Mater Dei" in hospital.address
    assert not hospital.is_open
    assert "Telephone hours" in hospital.asks
    assert (unit.numbers[0].note, unit.asks) == ("Open now", "Ask them whether you need papers")
