import random
import threading
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from protect.directory.enums import Channel, CriterionKind, Fact, Freshness
from protect.matching.engine import Engine
from protect.matching.engine.columns import language_costs
from protect.matching.engine.engine import WEIGHED_PER_LINE
from protect.matching.questions import DEFAULT_LIMIT, PersonLocation, Question
from tests.examples import examples
from tests.matching import ask, cast, generate, oracle

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
# Close together, with islands in between, several zones and regional holidays.
TOWNS = generate.settlements("BE", "MT", "SI") + generate.settlements("ES")[::40]
MANY = WEIGHED_PER_LINE * DEFAULT_LIMIT  # rows with which a list of answers is full
SEEDS = st.integers(0, 10**6)


def drawn(seed, count, edition=0):
    services = generate.draw(count, seed, at=AT, among=TOWNS)
    return [generate.row(services, number, edition=edition) for number in range(count)]


def asked(seed):
    chance = random.Random(seed)
    return (ask.likely_question if seed % 4 == 0 else ask.any_question)(chance, TOWNS, AT)


@settings(max_examples=examples(30), deadline=None)
@given(seed=SEEDS, count=st.integers(0, 150), questions=st.lists(SEEDS, min_size=1, max_size=8))
def test_the_engine_gives_the_answers_of_the_oracle(seed, count, questions):
    rows = drawn(seed, count)
    engine = Engine(rows, version=7)

    for question in map(asked, questions):
        assert engine.answer(question) == oracle.answer(oracle.Rows(7, tuple(rows)), question)


@settings(max_examples=examples(15), deadline=None)
@given(
    seed=SEEDS,
    kept=st.integers(0, 60),
    changed=st.integers(0, 20),
    gone=st.integers(0, 20),
    added=st.integers(0, 20),
    questions=st.lists(SEEDS, min_size=1, max_size=5),
)
def test_changes_lead_to_the_engine_of_the_changed_rows(
    seed, kept, changed, gone, added, questions
):
    before = drawn(seed, kept + changed + gone)
    fresh = drawn(seed, kept + changed, edition=1)[kept:] + drawn(seed + 1, added)
    after = before[:kept] + fresh
    old = Engine(before, version=1)
    answers = [old.answer(question) for question in map(asked, questions)]

    new = old.with_changes(fresh, {row.id for row in before[kept + changed :]}, version=2)

    for question, answer in zip(map(asked, questions), answers, strict=True):
        assert new.answer(question) == oracle.answer(oracle.Rows(2, tuple(after)), question)
        assert old.answer(question) == answer


@pytest.mark.parametrize("state", [Freshness.FRESH, Freshness.EXPIRED])
def test_rows_left_out_unweighed_are_weighed_if_they_may_be_better(state):
    """Forty rows that say that they tell nobody come before one that is silent about it, or after
    it where what they say has expired: it is open, and they are closed."""
    checked = {Fact.REPORTING: cast.seen(state)}
    closed = {Channel.VISIT: cast.opening_hours("Sa 09:00-10:00")}
    rows = [cast.service(n, checks=checked, opening_hours=closed) for n in range(2, 3 + MANY)]
    silent = cast.stating(cast.service(1), CriterionKind.TELLS_POLICE, ())
    engine, whole = Engine([*rows, silent], 1), oracle.Rows(1, (*rows, silent))

    answer = engine.answer(cast.question(wants_silence=True))

    assert answer == oracle.answer(whole, cast.question(wants_silence=True))
    assert (answer.answers[0].row is silent) == (state is Freshness.EXPIRED)


def test_an_engine_without_rows_answers():
    answers = Engine([], version=1).answer(asked(1))

    assert (answers.answers, answers.near_misses, answers.national) == ((), (), ())


@pytest.mark.parametrize("count", [0, 60])
def test_warm_up_changes_no_answer(count):
    rows = drawn(4, count)
    engine = Engine(rows, version=1)

    engine.warm_up(AT)

    for question in map(asked, range(12)):
        assert engine.answer(question) == oracle.answer(oracle.Rows(1, tuple(rows)), question)


def test_warm_up_builds_the_tables_of_all_languages(monkeypatch):
    rows = drawn(4, 60)
    engine = Engine(rows, version=1)
    engine.warm_up(AT)
    built: list[language_costs.OffersOfLanguage] = []
    offers = language_costs.OffersOfLanguage

    def counted(**columns):
        built.append(offers(**columns))
        return built[-1]

    monkeypatch.setattr(language_costs, "OffersOfLanguage", counted)
    for tag in sorted({offer.language for row in rows for offer in row.languages}):
        engine.answer(Question(("talk",), AT, PersonLocation("BE"), (tag,)))
    assert built == []

    Engine(rows, version=1).answer(Question(("talk",), AT, PersonLocation("BE"), ("ti",)))
    assert len(built) == 1


def test_equal_keys_are_in_the_order_of_their_ids():
    [row] = drawn(3, 1)
    twins = [replace(row, id=UUID(int=number)) for number in (9, 2, 5, 1 << 100)]
    question = Question(needs=tuple(row.categories)[:1], at=AT, where=PersonLocation("BE"))

    found = Engine(twins, version=1).answer(question)

    assert [answer.row.id.int for answer in found.answers] == [2, 5, 9, 1 << 100]


def test_rows_do_not_depend_on_the_order_in_which_they_came():
    rows, question = drawn(5, 80), asked(8)

    assert Engine(rows, 1).answer(question) == Engine(rows[::-1], 1).answer(question)


def test_threads_with_questions_at_different_times_get_the_same_answers():
    rows = drawn(11, 120)
    questions = [asked(seed) for seed in range(24)]
    expected = [oracle.answer(oracle.Rows(1, tuple(rows)), question) for question in questions]
    engine, found = Engine(rows, 1), {}

    def ask_all(thread):
        found[thread] = [engine.answer(question) for question in questions[thread:]]

    threads = [threading.Thread(target=ask_all, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: expected[number:] for number in range(4)}


@pytest.mark.parametrize("code", ["talk", "legal"])
def test_an_unknown_need_is_refused_by_name(code):
    engine = Engine(drawn(1, 3), 1)

    with pytest.raises(KeyError, match="nonsense"):
        engine.answer(Question(needs=(code, "nonsense"), at=AT))
