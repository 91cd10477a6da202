from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from protect.directory.enums import (
    AccessibilityKind,
    Answer,
    Channel,
    CriterionKind,
    Fact,
    Freshness,
    LanguageMode,
    Mode,
    PhoneKind,
)
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.hours import State, parse
from protect.matching.explanation import reason_rank
from protect.matching.questions import Child, PersonLocation
from protect.matching.services.rows import (
    Capacity,
    LanguageOffer,
    MedicalAct,
    PhoneNumber,
    Point,
)
from tests.matching.cast import (
    EVERYONE,
    TUESDAY,
    checks,
    codes,
    match_of,
    only,
    opening_hours,
    says,
    service,
    stating,
    until,
)

SUNDAY_NIGHT = datetime.fromisoformat("2026-11-29T23:00:00+01:00")


def facts(row, code, **changes):
    return next(reason.facts for reason in match_of(row, **changes).reasons if reason.code == code)


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ((), ["language_unknown"]),
        ((LanguageOffer("ar"),), ["language_staff"]),
        ((LanguageOffer("ar", LanguageMode.ON_SITE),), ["language_on_site"]),
        ((LanguageOffer("ar", LanguageMode.BY_PHONE),), ["language_phone"]),
        ((LanguageOffer("fr"),), ["language_unlisted"]),
        (
            (LanguageOffer("ti"),),
            ["language_staff", "language_unlisted"],
        ),  # no Arabic, her second is spoken
    ],
)
def test_language_reasons_name_the_language_and_who_speaks_it(offers, said):
    row = service(languages=offers)

    given = [code for code in codes(row, languages=("ar", "ti")) if code.startswith("language")]

    assert given == said


def test_a_language_outside_its_window_is_shown_with_its_hours():
    window = parse("Mo-Fr 08:00-11:00", "Europe/Brussels", "BE")
    row = service(
        languages=(LanguageOffer("ti", window=window),),
        opening_hours={Channel.VISIT: opening_hours("Mo 09:30-12:00")},
    )

    assert facts(row, "language_window", languages=("ti",), at=SUNDAY_NIGHT) == {
        "language": "ti",
        "day": "2026-11-30/1",
        "from": "2026-11-30T09:30:00+01:00",
        "to": "2026-11-30T11:00:00+01:00",
    }


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("24/7", "open_now"),
        ("Mo-Fr 09:00-17:00", "open_until"),
        ("Mo-Fr 13:00-17:00", "opens_today"),
        ("Th 09:00-17:00", "opens_day"),
        ("2020 Jan 1 09:00-17:00", "closed"),
        ("", "hours_unknown"),
    ],
)
def test_the_state_now_is_a_reason(expression, code):
    assert code in codes(service(opening_hours={Channel.VISIT: opening_hours(expression)}))


def test_by_appointment_does_not_count_as_closed():
    row = service(
        opening_hours={Channel.VISIT: opening_hours("Mo-Fr 09:00-17:00", by_appointment=True)}
    )

    assert match_of(row).open.state is State.BY_APPOINTMENT
    assert "by_appointment" in codes(row)


def test_the_next_opening_is_a_day_and_never_tomorrow():
    friday = datetime.fromisoformat("2026-11-27T18:00:00+01:00")
    row = service(opening_hours={Channel.VISIT: opening_hours("Mo-Fr 09:00-17:00")})

    assert facts(row, "opens_day", at=friday)["day"] == "2026-11-30/3"


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ((Point(50.64, 5.57, "Liège", is_exact=True),), "distance"),
        ((Point(50.64, 5.57, "Liège"),), "distance_around"),  # no more than the town is known
        ((Point(50.5, 5.4, "Huy"),), "distance"),
        ((Point(50.5, 5.4, "Huy", is_coarse=True),), "distance_around"),
        ((Point(50.5, 6.8, "Far away"),), "distance_far"),  # of hours no minutes are said
        ((), "place_unknown"),
    ],
)
def test_the_distance_reason_is_as_exact_as_the_address(points, code):
    assert code in codes(service(points=points, phones=()))


def test_a_number_to_call_needs_no_place():
    assert "place_unknown" not in codes(service(points=()))


def test_a_coarse_area_shows_the_distance_of_its_main_town():
    row = service(points=(Point(50.5, 4.4, "Huy", is_coarse=True),))

    metres = match_of(row).distance_m

    assert metres > 80_000
    assert facts(row, "distance_around") == {"place": "Huy", "metres": metres}


def test_a_coarse_area_has_no_distance_without_a_point():
    row = service(points=(Point(50.5, 5.4, "Huy", is_coarse=True),))

    assert facts(row, "distance_around", where=PersonLocation("BE")) == {"place": "Huy"}


def test_a_phone_line_has_no_distance_reason():
    row = service(modes=frozenset({Mode.PHONE}))

    assert not {"distance", "place_unknown"} & set(codes(row))


@pytest.mark.parametrize(
    ("row", "changes", "code"),
    [
        (stating(service(), CriterionKind.GENDER, EVERYONE), {"gender": "m"}, "gender_everyone"),
        (stating(service(), CriterionKind.GENDER, only("f")), {"gender": "f"}, "gender_f"),
        (
            stating(service(), CriterionKind.GROUP, only("lgbtqi")),
            {"groups": frozenset({"lgbtqi"})},
            "acceptance_included",
        ),
        (
            stating(service(), CriterionKind.GROUP, EVERYONE),
            {"groups": frozenset({"lgbtqi"})},
            "acceptance_everyone",
        ),
        (service(), {"gender": "f"}, "gender_unknown"),
        (stating(service(), CriterionKind.AGE, until(30)), {"age": 20}, "age_yes"),
        (
            stating(service(), CriterionKind.BOYS, until(12)),
            {"children": (Child(9, "m"),)},
            "sons_to",
        ),
        (
            stating(service(), CriterionKind.GIRLS, EVERYONE),
            {"children": (Child(9, "f"),)},
            "children_yes",
        ),
        (service(), {"children": (Child(9, "m"),)}, "children_unknown"),
        (
            stating(service(), CriterionKind.CHILDREN, says(Answer.YES)),
            {"children": (Child(9, "m"),)},
            "sons_unknown",
        ),
        (
            stating(service(), CriterionKind.CHILDREN, says(Answer.YES)),
            {"children": (Child(9, "f"),)},
            "children_yes",
        ),
        (
            stating(service(), CriterionKind.CHILDREN, says(Answer.CASES)),
            {"children": (Child(9, "f"),)},
            "children_unknown",
        ),
        (
            stating(service(), CriterionKind.LEGAL_STATUS, EVERYONE),
            {"legal_status": "refugee"},
            "legal_everyone",
        ),
        (
            stating(service(), CriterionKind.LEGAL_STATUS, only("refugee")),
            {"legal_status": "refugee"},
            "legal_yes",
        ),
        (service(), {"documents": frozenset()}, "documents_unknown"),
        (
            stating(service(), CriterionKind.DOCUMENTS, EVERYONE),
            {"documents": frozenset()},
            "documents_none",
        ),
        (
            service(documents=frozenset({"health_card"})),
            {"documents": frozenset({"health_card"})},
            "documents_yes",
        ),
        (
            service(access={AccessibilityKind.SIGHT: Answer.YES}),
            {"access": frozenset({AccessibilityKind.SIGHT})},
            "access_yes",
        ),
        (service(), {"groups": frozenset({"pregnant"})}, "group_unknown"),
        (service(public_lines={Fact.COST: PublicLine(reason="cost_free")}), {}, "cost_free"),
    ],
)
def test_each_condition_has_its_reason(row, changes, code):
    assert code in codes(row, **changes)


def test_an_expired_yes_is_shown_as_what_was_last_known():
    row = stating(service(checks=checks(Freshness.EXPIRED)), CriterionKind.GENDER, only("f"))

    said = next(reason for reason in match_of(row, gender="f").reasons if reason.code == "gender_f")

    assert (said.minutes, said.freshness, said.fact) == (45, Freshness.EXPIRED, Fact.ELIGIBILITY)


def test_an_expired_no_is_a_question():
    row = stating(service(checks=checks(Freshness.EXPIRED)), CriterionKind.AGE, until(17))

    assert "age_unknown" in codes(row, age=30)


@pytest.mark.parametrize(("hours", "is_said"), [(None, False), (10, True), (72, True), (73, False)])
def test_timely_medicine_is_a_reason_and_its_time_limit_removes_no_service(hours, is_said):
    row = service(categories=frozenset({"health"}), clinical=(MedicalAct("hiv_prophylaxis", 72),))

    given = codes(row, needs=("doctor",), hours_since_event=hours)

    assert ("clinical_in_time" in given) is is_said


def test_known_facts_come_before_unknown_ones():
    given = sorted(["gender_unknown", "cost_free", "language_staff"], key=reason_rank)

    assert given == ["language_staff", "cost_free", "gender_unknown"]


@pytest.mark.parametrize("code", ["sons_unknown", "legal_unknown", "documents_unknown"])
def test_frequent_reasons_for_refusal_come_early_even_if_unknown(code):
    assert min(["cost_free", "area_yes", code], key=reason_rank) == code


def test_contacts_come_with_the_state_of_the_number():
    row = service(email="demo@example.org", checks=checks(Freshness.DUE))

    assert [(contact.kind, contact.freshness) for contact in match_of(row).contacts] == [
        ("voice", Freshness.DUE),
        ("email", Freshness.UNVERIFIED),
    ]


def test_visitors_who_cannot_speak_get_no_number_to_call():
    numbers = tuple(PhoneNumber("+32", kind) for kind in PhoneKind)
    row = service(phones=numbers, email="demo@demo.example", website="https://demo.example")

    contacts = match_of(row, cannot_speak=True).contacts

    assert [each.kind for each in contacts] == ["whatsapp", "text", "email"]


def test_a_website_is_a_way_to_write_only_with_a_chat():
    row = service(website="https://demo.example", modes=frozenset({Mode.CHAT, Mode.PHONE}))

    assert [contact.kind for contact in match_of(row, cannot_speak=True).contacts] == ["website"]


DEAF = PhoneNumber("+3200000003", PhoneKind.TEXT, need=AccessibilityKind.HEARING)


def test_a_number_for_deaf_people_is_a_way_to_write_for_them_alone():
    row = service(phones=(DEAF,), email="demo@demo.example", modes=frozenset({Mode.TEXT}))
    deaf = frozenset({AccessibilityKind.HEARING})

    hearing = match_of(row, cannot_speak=True)

    assert [contact.kind for contact in hearing.contacts] == ["email"]
    assert not row.has_message_number
    contacts = match_of(row, access=deaf, cannot_speak=True).contacts
    assert [contact.kind for contact in contacts] == ["text", "email"]


def test_visitors_who_cannot_speak_see_chat_hours_not_phone_hours():
    row = service(
        modes=frozenset({Mode.CHAT, Mode.PHONE}),
        phones=(PhoneNumber("+32"),),
        website="https://demo.example",
        opening_hours={Channel.PHONE: opening_hours("24/7")},
        writing_hours=opening_hours("Th 09:00-11:00").hours,
    )

    assert match_of(row, cannot_speak=True).open.state is State.CLOSED
    assert "opens_day" in codes(row, cannot_speak=True)
    assert "open_now" in codes(row)


def test_visitors_who_cannot_speak_are_told_to_ask_for_unknown_hours():
    row = service(email="demo@demo.example", opening_hours={Channel.PHONE: opening_hours("24/7")})

    assert match_of(row, cannot_speak=True).open.state is State.UNKNOWN
    assert "hours_unknown" in codes(row, cannot_speak=True)


def test_a_match_is_valid_until_its_first_fact_ages():
    row = service(opening_hours={Channel.VISIT: opening_hours("Mo-Fr 09:00-17:00")})
    soon = TUESDAY + timedelta(minutes=5)

    assert match_of(row).valid_until == TUESDAY.replace(hour=17)
    assert match_of(replace(row, capacity=Capacity(1, soon))).valid_until == soon
