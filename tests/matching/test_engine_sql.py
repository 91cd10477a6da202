import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from protect.matching.engine import Engine
from protect.matching.questions import Question, Wishes, build_query
from tests.matching import ask, generate, sql_oracle

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TOWNS = generate.settlements("BE", "MT")
GROUPS = (None, frozenset(), frozenset({"trafficking"}), frozenset({"lgbtqi", "pregnant"}))
NEEDS = ("legal", "talk", "doctor", "law-papers", "psychosocial")


def without_preferences(question: Question, chance: random.Random) -> Question:
    return replace(
        question,
        needs=(chance.choice(NEEDS),),
        languages=(),
        modes=frozenset(),
        person=replace(question.person, groups=chance.choice(GROUPS)),
        wishes=Wishes(wants_silence=False, avoid=question.wishes.avoid),
        limit=50,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(25))
def test_sql_gives_the_rows_the_distances_and_the_order_of_the_engine(seed):
    chance = random.Random(seed)
    drawn = generate.draw(45, seed, at=AT, among=TOWNS)
    rows = [sql_oracle.plain(row) for row in generate.rows(drawn)]
    ids = sorted(row.id for row in rows)
    question = without_preferences(ask.any_question(chance, TOWNS, AT), chance)
    query = build_query(question)

    answers = Engine(rows, 1).answer(question).answers
    keys = sql_oracle.keys(rows, query)[: question.limit]

    assert [ids[key.id] for key in keys] == [each.row.id for each in answers]
    unknown = query.weights.phone_answers.unknown  # of every row: no number was ever called
    for key, each in zip(keys, answers, strict=True):
        order = (*key[1:5], key.minutes + unknown, key.metres)
        of_engine = each.key._replace(disclosure_group=0)
        assert order == (*of_engine[:2], *of_engine[3:7])
