"""What a card tells a visitor to ask, and what it does not because the entry states it."""

from dataclasses import replace

import pytest

from protect.directory.enums import CriterionKind, CriterionOperator, Mode
from protect.findhelp.answers import cards, sheets
from protect.matching.questions import Person, Reason
from protect.matching.services.rows import Condition, ServedArea
from tests.findhelp.paper.demo import AT, found, service

FOR_WOMEN = {CriterionKind.GENDER: (Condition(CriterionOperator.ONLY, frozenset("f")),)}
ALL_PAPERS = Condition(CriterionOperator.ALL)
CALLS = frozenset({Mode.PHONE})  # a service that people do not visit


def test_unknown_facts_are_one_line_and_no_reason():
    english = Reason("language_unknown", facts={"language": "en"})
    codes = ("hours_unknown", "legal_unknown", "documents_unknown")
    made = found()._replace(reasons=(english, *map(Reason, codes)))

    card = cards.card_view(made, "en", AT)

    assert card.asks == (
        "Ask them whether they speak \u2068English\u2069 · Ask them when they are open"
        " · Ask them whether you need papers"
    )
    assert (card.now, card.reasons) == ("", ())


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [
        ("ti", "fr", "\u2068tigrigna\u2069 (\u2068ትግርኛ\u2069)"),
        ("prs", "hr", "\u2068dari\u2069 (\u2068دری\u2069)"),
        ("ti", "ti", "\u2068ትግርኛ\u2069"),
        ("kmr", "en", "\u2068Kurmanji Kurdish\u2069 (\u2068Kurmancî\u2069)"),
        ("kmr", "ar", "\u2068Kurmancî\u2069"),
    ],
)
def test_a_language_to_ask_for_has_a_name_that_the_reader_can_say(language, tag, words):
    unknown = Reason("language_unknown", facts={"language": language})

    asks = cards.card_view(found()._replace(reasons=(unknown,)), tag, AT).asks

    assert words in asks.partition(" · ")[0]


def test_no_line_asks_for_the_only_language_of_a_country():
    italian = Reason("language_unknown", facts={"language": "it"})
    row = service(country="IT", modes=CALLS)

    assert cards.card_view(found(row)._replace(reasons=(italian,)), "it", AT).asks == ""
    belgian = found(service(modes=CALLS))._replace(reasons=(italian,))
    assert cards.card_view(belgian, "it", AT).asks


def test_a_service_that_takes_all_papers_or_everyone_is_not_asked_about_them():
    everyone = {CriterionKind.LEGAL_STATUS: (Condition(CriterionOperator.ALL),)}

    papers = found(service(conditions=everyone), "legal_unknown", "hours_unknown")
    people = found(service(), "gender_everyone", "group_unknown", "hours_unknown")
    neither = found(service(), "legal_unknown", "gender_unknown")

    assert cards.card_view(papers, "en", AT).asks == "Ask them when they are open"
    assert (
        cards.card_view(people, "en", AT).asks
        == "Ask them when they are open · Ask them whether you need papers"
    )
    assert (
        cards.card_view(neither, "en", AT).asks
        == "Ask them whether you need papers · Ask them whom they take"
    )


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"conditions": FOR_WOMEN}, ()),
        ({"audience_note": "women; girls"}, ()),
        ({"audience_note": "everyone"}, ()),
        ({}, ("acceptance_specialised",)),
        ({}, ("gender_m",)),
    ],
    ids=["condition", "source", "source says everyone", "group", "man"],
)
def test_no_card_asks_for_whom_a_service_is_if_that_is_stated(changes, codes):
    unknown = ("age_unknown", "group_unknown", "acceptance_unknown", "mode_unknown")
    answer = found(service(**changes, modes=CALLS), *unknown)
    stated = [Reason(code, facts={"group": "lgbtqi"}) for code in codes]

    card = cards.card_view(answer._replace(reasons=(*stated, *answer.reasons)), "en", AT)

    assert card.asks == ""
    asked = found(service(modes=CALLS), *unknown)
    assert cards.card_view(asked, "en", AT).asks == "Ask them whom they take"


def test_an_audience_of_women_in_the_words_of_the_source_is_on_the_card():
    said = [
        [
            reason.text
            for reason in cards.card_view(found(service(audience_note=note)), "en", AT).reasons
        ]
        for note in ("women; girls", "women; men", "women; everyone")
    ]

    assert said == [["Says it is for women"], [], []]


def test_no_card_states_acceptance_and_tells_to_ask_about_it():
    papers = cards.card_view(found(service(), "group_yes", "legal_unknown"), "en", AT)
    row = service(modes=CALLS)
    card = cards.card_view(found(row, "group_yes", "hours_unknown"), "en", AT)

    assert ([reason.text for reason in papers.reasons], papers.asks) == (
        [],
        "Ask them whether you need papers",
    )
    assert [reason.text for reason in card.reasons] == ["Takes people in your situation"]


def test_an_age_that_fits_is_called_an_age_and_no_situation():
    card = cards.card_view(found(service(), "age_yes", "legal_unknown"), "en", AT)

    assert [reason.text for reason in card.reasons] == ["Takes people of your age"]


def test_citizens_of_the_eu_are_not_told_to_ask_about_residence_papers():
    answer = found(service(), "legal_unknown")

    assert cards.card_view(answer, "en", AT, person=Person(legal_status="undocumented")).asks
    assert cards.card_view(answer, "en", AT, person=Person(legal_status="eu_citizen")).asks == ""


@pytest.mark.parametrize(
    ("changes", "status", "is_asked"),
    [
        ({}, None, True),
        ({}, "refugee", False),  # matching says whether it has to be asked
        ({"categories": frozenset({"shelter"}), "modes": CALLS}, None, True),
        ({"modes": CALLS}, None, False),
        ({"audience_note": "everyone"}, None, True),  # it says nothing of papers
        ({"documents": frozenset({"id-card"})}, None, False),
        ({"conditions": {CriterionKind.LEGAL_STATUS: (ALL_PAPERS,)}}, None, False),
        ({"categories": frozenset({"health", "psychosocial"})}, None, False),
        ({"categories": frozenset({"police"})}, None, False),
    ],
    ids=["place", "said", "shelter", "line", "everyone", "documents", "permits", "care", "police"],
)
def test_papers_that_a_place_does_not_name_are_to_be_asked_before_going(changes, status, is_asked):
    row, visitor = service(**changes), Person(legal_status=status)

    card = cards.card_view(found(row), "en", AT, person=visitor)
    page = sheets.sheet_view(row, "en", AT)

    assert card.asks == "Ask them whether you need papers" * is_asked
    if status is None:
        lines = [line for fact in page.facts for line in fact.lines]
        assert ("Ask them whether you need papers" in lines) == is_asked


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({"modes": frozenset({Mode.PHONE})}, False),
        ({"modes": frozenset({Mode.PHONE}), "categories": frozenset({"shelter"})}, True),
        ({"modes": frozenset({Mode.PHONE, Mode.IN_PERSON})}, True),
        ({"points": ()}, False),  # a website
        ({}, True),
    ],
    ids=["line", "line of a shelter", "line with visits", "website", "place"],
)
def test_only_a_service_to_which_one_goes_is_asked_whether_children_may_come(changes, is_asked):
    card = cards.card_view(found(service(**changes), "children_unknown"), "en", AT)

    assert [reason.text for reason in card.reasons] == [
        "Ask them whether your children can come"
    ] * is_asked


def test_a_card_says_once_which_language_is_spoken():
    spoken = Reason("language_staff", facts={"language": "pl"})
    listed = Reason("language_unlisted", facts={"languages": "pl"})

    card = cards.card_view(found()._replace(reasons=(spoken, listed)), "en", AT)

    assert [reason.text for reason in card.reasons] == ["Speaks \u2068Polish\u2069"]


@pytest.mark.django_db
def test_no_line_asks_for_the_official_language_of_a_region():
    french = Reason("language_unknown", facts={"language": "fr"})
    point = service().points[0]

    asked = [
        cards.card_view(found(row)._replace(reasons=(french,)), "fr", AT).asks
        for row in (
            service(modes=CALLS, points=(replace(point, areas=("BE-WLG", "BE-WAL")),)),
            service(modes=CALLS, points=(), areas=(ServedArea("BE", "BE-WAL"),)),
            service(modes=CALLS, points=(replace(point, areas=("BE-VAN", "BE-VLG")),)),
            service(modes=CALLS, points=(), areas=(ServedArea("BE"),)),
        )
    ]

    assert [bool(each) for each in asked] == [False, False, True, True]
