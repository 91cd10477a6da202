from datetime import timedelta

import pytest
from django.utils import translation

from protect.directory.enums import Channel, Cost, Fact, Method, PhoneKind, Verdict
from protect.directory.hours import parse
from protect.directory.rules import CheckSummary
from protect.findhelp.answers.weeks import Times, week_of
from protect.findhelp.paper import content
from protect.findhelp.paper.leaflets import service_facts
from protect.matching.services.rows import (
    LanguageOffer,
    LastCheck,
    OpeningHours,
    PhoneNumber,
    Point,
)
from tests.findhelp.paper.demo import AT, checked, service

FRESH, DUE, OVERDUE, EXPIRED = checked(1), checked(40), checked(70), checked(200)
DISPUTED = checked(1, Verdict.DISPUTED)
UNVERIFIED = service()


def week(expression: str, tag: str = "en") -> list[tuple[str, ...]]:
    hours = parse(expression, "Europe/Brussels", "BE")
    return [each.days + each.spans for each in week_of(hours, tag, AT)]


@pytest.mark.parametrize(
    ("row", "live", "demo"),
    [
        (FRESH, True, True),
        (DUE, True, True),
        (OVERDUE, False, False),
        (EXPIRED, False, False),
        (DISPUTED, False, False),
        (UNVERIFIED, False, True),
    ],
)
def test_only_a_number_that_was_checked_is_printed_and_in_the_demo_also_an_unchecked_one(
    settings, row, live, demo
):
    settings.IS_DEMO = False
    assert bool(service_facts(row, "en", AT).numbers) is live
    settings.IS_DEMO = True
    assert bool(service_facts(row, "en", AT).numbers) is demo


def test_a_number_without_a_check_says_so():
    assert service_facts(UNVERIFIED, "en", AT).fresh == "Not checked yet"


def test_where_no_number_is_printed_the_paper_says_so():
    assert service_facts(DISPUTED, "en", AT).fresh == str(content.NO_NUMBER)


def test_a_number_says_what_it_is_for_and_that_it_is_free():
    phones = (
        PhoneNumber("+32475123456", PhoneKind.WHATSAPP),
        PhoneNumber("116016", cost=Cost.FREE),
    )

    notes = [number.note for number in service_facts(service(phones=phones), "en", AT).numbers]

    assert notes == ["WhatsApp", "Free"]


def test_a_service_without_a_number_gives_its_addresses():
    row = service(phones=(), email="demo@example.org", website="https://example.org")

    assert [(number.text, number.is_number) for number in service_facts(row, "en", AT).numbers] == [
        ("demo@example.org", False),
        ("https://example.org", False),
    ]


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("Mo-Fr 09:00-17:00", [("Mon–Fri", "09:00–17:00")]),
        ("Mo,Th 09:00-11:00", [("Mon", "Thu", "09:00–11:00")]),
        (
            "Mo-We,Su 09:00-12:00,13:00-17:00; Sa 10:00-12:00",
            [
                ("Mon–Wed", "Sun", "09:00–12:00", "13:00–17:00"),
                ("Sat", "10:00–12:00"),
            ],
        ),
        ("Fr 20:00-02:00", [("Fri", "20:00–02:00")]),
        ("Mo 18:00-24:00", [("Mon", "18:00–24:00")]),
        ("24/7", [("24/7",)]),
        ("", []),
    ],
)
def test_days_with_the_same_hours_are_together(expression, lines):
    assert week(expression) == lines


def test_days_are_in_the_language():
    assert week("Mo-Fr 09:00-17:00", "de") == [("Mo–Fr", "09:00–17:00")]


def test_a_holiday_in_this_week_does_not_change_the_ordinary_week():
    hours = parse("Mo-Fr 09:00-17:00; PH off", "Europe/Brussels", "BE")
    christmas = AT.replace(month=12, day=22)

    assert week_of(hours, "en", christmas) == (Times(("Mon–Fri",), ("09:00–17:00",)),)


def test_hours_by_appointment_are_shown_even_where_the_times_are_not_known():
    hours = parse("", "Europe/Brussels", "BE", by_appointment=True)
    row = service(opening_hours={Channel.VISIT: OpeningHours(hours)})

    (door,) = service_facts(row, "en", AT).hours

    assert (door.label, door.note, door.times) == ("Opening hours", "By appointment", ())


def test_the_readers_language_comes_first_and_names_are_in_it():
    names = [tongue.name for tongue in service_facts(service(), "ar", AT).languages]

    assert names == ["العربية", "الفرنسية", "التغرينية"]


def test_a_language_that_our_fonts_cannot_write_is_named_in_the_words_of_the_reader():
    row = service(languages=(LanguageOffer("ka"),))

    assert service_facts(row, "de", AT).languages[0].name == "Georgisch"


def test_a_name_that_our_fonts_cannot_write_is_printed_in_english():
    row = service(languages=(LanguageOffer("aii"), LanguageOffer("haz")))

    names = [tongue.name for tongue in service_facts(row, "de", AT).languages]

    assert names == ["Assyrian Neo-Aramaic", "هزارگی"]


def test_the_hours_of_a_language_are_beside_it():
    window = parse("Mo,Th 09:00-11:00", "Europe/Brussels", "BE")
    row = service(languages=(LanguageOffer("ar", window=window),))

    assert service_facts(row, "en", AT).languages[0].times == (
        Times(("Mon", "Thu"), ("09:00–11:00",)),
    )


def test_a_shelter_is_shown_only_as_around_a_town():
    row = service(points=(Point(50.6, 5.5, "Liège", is_coarse=True),))

    with translation.override("en"):
        assert service_facts(row, "en", AT).place == "In and around \u2068Liège\u2069"


def test_freshness_is_that_of_the_number_and_of_nothing_else():
    row = service(checks={Fact.ADDRESS: FRESH.checks[Fact.PHONE]})

    assert service_facts(row, "en", AT).fresh == "Not checked yet"


def seen(**days_ago: int):
    """Return the service with facts that were checked some days ago and are good for thirty."""
    facts = {Fact(name): AT - timedelta(days) for name, days in days_ago.items()}
    return service(
        checks={
            fact: (CheckSummary(Verdict.CONFIRMED, at, at + timedelta(30)),)
            for fact, at in facts.items()
        },
        last_checks={fact: LastCheck(at, Method.PROVIDER) for fact, at in facts.items()},
    )


ALL_FRESH = {"phone": 1, "phone_hours": 2, "languages": 3, "address": 4}


def test_hours_and_languages_say_how_they_were_checked_where_the_number_does_not():
    facts = service_facts(seen(phone=1, phone_hours=1, languages=40), "en", AT)

    assert facts.fresh == "Checked with them, \u206823 Nov 2026\u2069"
    assert facts.hours[0].fresh == ""  # the same words stand at the number
    assert facts.languages_fresh == "Checked with them, \u206815 Oct 2026\u2069"


def test_unchecked_hours_are_marked_beside_a_checked_number():
    assert service_facts(FRESH, "en", AT).hours[0].fresh == "Not checked yet"


def test_a_paper_is_good_until_the_first_of_its_facts_is_to_be_checked_again():
    assert service_facts(seen(**ALL_FRESH), "en", AT).until == "2026-12-20"


@pytest.mark.parametrize("stale", ALL_FRESH)
def test_a_paper_promises_nothing_where_one_fact_is_due(stale):
    assert service_facts(seen(**ALL_FRESH | {stale: 30}), "en", AT).until == ""


def test_a_paper_promises_nothing_of_a_fact_without_a_check():
    assert service_facts(seen(phone=1, languages=1, address=1), "en", AT).until == ""
    assert (
        service_facts(service(phones=(), opening_hours={}, languages=(), points=()), "en", AT).until
        == ""
    )


def test_an_unanswered_call_keeps_the_day_of_the_earlier_check():
    row = seen(**ALL_FRESH)
    missed = CheckSummary(Verdict.NOT_REACHED, AT, AT + timedelta(60))
    row.checks[Fact.PHONE] = (missed, *row.checks[Fact.PHONE])

    assert service_facts(row, "en", AT).until == "2026-12-20"
