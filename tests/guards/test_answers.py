"""docs/answers.md holds what the starter directory answers now; each flaw has its reason."""

import pytest

from protect.findhelp.answers import silence
from tools.answers import verdicts
from tools.answers.verdicts import Case

ASKED = Case("BE", "Brussels", "talk", "man")
RULES = (
    {"needs": ["doctor"], "right": ["demo-1"]},
    {"people": ["woman"], "right": ["demo-1"]},
    {"place": "Brussels", "right": ["demo-2"], "weak": {"demo-3": "order: demo"}},
    {"right": ["demo-3"], "wrong": {"demo-4": "missing data: demo"}},
)


@pytest.fixture(scope="module")
def rules():
    return verdicts.read_rules()


@pytest.fixture
def cells(starter, rules, db):
    return verdicts.judge_all(silence.shown_answers, rules)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("demo-1", ("wrong", verdicts.NO_REASON)),
        ("demo-2", ("right", "")),
        ("demo-3", ("weak", "order: demo")),
        ("demo-4", ("wrong", "missing data: demo")),
    ],
)
def test_the_first_matching_rule_gives_the_verdict(answer, verdict):
    assert verdicts.verdict_of(answer, ASKED, RULES) == verdict


def test_a_question_without_a_rule_gets_no_verdict():
    assert verdicts.verdict_of("demo-1", ASKED, RULES[:2]) == ("not judged", "")


def test_the_page_is_up_to_date_and_each_reason_for_a_flaw_still_applies(cells, rules):
    is_current = verdicts.PAGE.read_text("utf-8") == verdicts.page(cells)
    flawed = {cell.case: cell.reason for cell in cells if cell.verdict in {"weak", "wrong"}}
    of_rules = [
        rule.get(verdict, {})
        for own in rules.values()
        for rule in own
        for verdict in ("weak", "wrong")
    ]
    reasons = {reason for by_answer in of_rules for reason in by_answer.values()}

    assert is_current, "run `make answers`"
    assert [
        asked for asked, reason in flawed.items() if not reason.startswith(verdicts.CAUSES)
    ] == []
    assert reasons - set(flawed.values()) == set()


def test_rules_name_existing_starter_rows_and_questions(rules):
    rows = {*verdicts.source_ids().values(), verdicts.NO_ANSWER, verdicts.HELPER_PAGE}
    needs = {need.code for need in verdicts.public_needs()}
    places = {place for places in verdicts.PLACES.values() for place in places}

    for rule in (rule for own in rules.values() for rule in own):
        named = {*rule.get("right", ()), *rule.get("weak", ()), *rule.get("wrong", ())}
        assert named <= rows
        assert {*rule.get("needs", ())} <= needs
        assert {*rule.get("people", ())} <= verdicts.PEOPLE.keys()
        assert rule.get("place", "Brussels") in places
