"""Wherever the public reads a fact it reads when and how it was checked, or that it was not."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from protect.directory.enums import (
    Answer,
    Channel,
    CriterionKind,
    CriterionOperator,
    Fact,
    Method,
    Verdict,
)
from protect.directory.facts import FACTS as FACT_TYPES
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.hours import parse
from protect.directory.rules import CheckSummary
from protect.findhelp.answers.cards import card_view
from protect.findhelp.answers.sheets import FACT_LABELS, sheet_view
from protect.findhelp.paper.leaflets import build_card as paper_of
from protect.matching.explanation import explain
from protect.matching.questions import Question, build_query, freshness_at
from protect.matching.services.rows import Condition, LastCheck, OpeningHours, ServiceRow
from protect.matching.wording import freshness_text
from protect.reference import vocabulary
from tests.findhelp.paper.demo import AT, URL, service

HOURS = parse("Mo-Fr 09:00-17:00", "Europe/Brussels", "BE")
TELLS = Condition(CriterionOperator.ANSWER, answer=Answer.YES)
LANGUAGES = list(vocabulary.published_languages("demo"))
# Days ago, by fact: each state is there, and no two facts say the same.
AGES = {
    Fact.PHONE: 1,
    Fact.VISIT_HOURS: 2,
    Fact.PHONE_HOURS: 35,
    Fact.LANGUAGES: 65,
    Fact.ELIGIBILITY: 91,
    Fact.REPORTING: 5,
    Fact.ADDRESS: 6,
    Fact.COST: None,
}


def row(ages=AGES, **changes: object) -> ServiceRow:
    """Return a service with every fact that the public reads, each checked some days ago."""
    made = {fact: AT - timedelta(days) for fact, days in ages.items() if days is not None}
    given = {
        "opening_hours": {Channel.VISIT: OpeningHours(HOURS), Channel.PHONE: OpeningHours(HOURS)},
        "public_lines": {Fact.COST: PublicLine(reason="cost_free")},
        "audience_note": "Demo words",
        "conditions": {CriterionKind.TELLS_POLICE: (TELLS,)},
        "checks": {
            fact: (CheckSummary(Verdict.CONFIRMED, at, at + timedelta(30)),)
            for fact, at in made.items()
        },
        "last_checks": {fact: LastCheck(at, Method.VISIT) for fact, at in made.items()},
    }
    return service(**given | changes)


def checked(each: ServiceRow, fact: Fact, tag: str) -> str:
    return freshness_text(freshness_at(each, fact, AT), tag, each.last_checks.get(fact))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_fact_of_a_service_page_says_how_it_was_checked(tag):
    each = row()
    sheet = sheet_view(each, tag, AT)
    by_label = {fact.label: fact.fresh for fact in sheet.facts}

    for fact in [fact for fact in Fact if fact in FACT_LABELS]:
        fresh = by_label[_label(fact, tag)]
        assert fresh, fact
        assert fresh == checked(each, fact, tag), fact
    with translation.override(tag):
        own = {str(kind.public_label): code for code, kind in FACT_TYPES.items()}
    for label, fact in own.items():
        assert label == "None" or by_label[label] == checked(each, fact, tag)
    assert sheet.card.fresh == checked(each, Fact.PHONE, tag)
    assert sheet.cautions[0].endswith(f" · {checked(each, Fact.REPORTING, tag)}")


def _label(fact: Fact, tag: str) -> str:
    with translation.override(tag):
        return str(FACT_LABELS[fact])


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_fact_without_a_check_says_so_in_every_language(tag):
    each = row({})
    sheet = sheet_view(each, tag, AT)
    said = {fact.fresh for fact in sheet.facts if fact.fresh}

    assert said == {checked(each, Fact.COST, tag)} == {sheet.card.fresh}
    assert "{" not in said.pop()


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_sentence_of_freshness_is_left_in_english_or_with_a_hole(tag):
    for fact in AGES:
        text = checked(row(), fact, tag)
        assert text
        assert "{" not in text
        if tag != "en":
            assert not re.search(r"Checked|Last known|Not checked|Being", text), text


def card(each: ServiceRow, tag: str = "en"):
    query = build_query(Question(("talk",), AT, languages=("fr",)))
    return card_view(explain(each, query), tag, AT)


def test_an_answer_says_of_what_is_old_how_old_it_is_and_asks():
    reasons = {reason.text: reason.mark for reason in card(row()).reasons}

    old = checked(row(), Fact.LANGUAGES, "en")
    assert [mark for text, mark in reasons.items() if text.endswith(f" · {old}")] == ["ask"]


def test_an_answer_says_nothing_of_age_where_all_is_fresh():
    fresh = row(dict.fromkeys(AGES, 1))
    found = card(fresh)

    assert not any("Checked" in reason.text for reason in found.reasons)
    assert "Checked" not in found.now
    assert found.fresh == checked(fresh, Fact.PHONE, "en")


def test_hours_that_are_old_say_so_where_it_says_open():
    found = card(row(AGES | {Fact.PHONE_HOURS: 65, Fact.VISIT_HOURS: 65}))

    assert found.is_open
    assert "Call first" in found.now


@pytest.mark.parametrize("tag", ["en", "ar", "ti"])
def test_a_card_of_paper_dates_number_hours_and_languages(tag):
    each = row()
    facts = paper_of(each, tag, URL, AT).service

    assert facts.fresh == checked(each, Fact.PHONE, tag)
    assert facts.languages_fresh == checked(each, Fact.LANGUAGES, tag)
    assert {door.fresh for door in facts.hours} == {
        checked(each, Fact.PHONE_HOURS, tag),
        checked(each, Fact.VISIT_HOURS, tag),
    }
