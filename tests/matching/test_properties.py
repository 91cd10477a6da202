from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from protect.directory.enums import (
    AccessibilityKind,
    Answer,
    Channel,
    CriterionKind,
    Fact,
    Freshness,
    LanguageMode,
    Mode,
)
from protect.directory.rules import CheckSummary
from protect.matching.costs import weigh_row
from protect.matching.explanation import explain
from protect.matching.questions import (
    Child,
    Fit,
    Person,
    PersonLocation,
    Question,
    Wishes,
    build_query,
)
from protect.matching.services.rows import Capacity, LanguageOffer, PhoneNumber
from tests.examples import examples
from tests.matching import generate, oracle
from tests.matching.cast import (
    EVERYONE,
    LIEGE,
    TUESDAY,
    checks,
    only,
    opening_hours,
    question,
    says,
    service,
    stating,
    until,
)

SOME = settings(max_examples=examples(20), deadline=None)
TOWNS = generate.settlements("BE", "MT")
NEEDS = ("talk", "safe-place", "doctor", "law-papers", "hurt-now", "not-sure", "legal")
LANGUAGES = ("ar", "ti", "fr", "nl", "mt", "uk")
STATUSES = ("undocumented", "refugee", "temporary_protection")
GROUPS = ("pregnant", "lgbtqi", "trafficking")
PAPERS = ("id_document", "residence_card", "health_card")


def perhaps(strategy):
    return st.none() | strategy


@st.composite
def rows(draw, least=1, most=40):
    drawn = generate.draw(
        draw(st.integers(least, most)), draw(st.integers(0, 10_000)), at=TUESDAY, among=TOWNS
    )
    return list(generate.rows(drawn))


@st.composite
def wheres(draw):
    town = draw(st.sampled_from(TOWNS))
    point = PersonLocation(town.country, town.latitude, town.longitude, town.areas, town.id)
    area = PersonLocation(town.country, areas=town.areas[1:])
    return draw(st.sampled_from([point, point, point, area, PersonLocation(town.country), None]))


@st.composite
def questions(draw):
    genders = st.sampled_from("fmx")
    ages = st.integers(0, 90)
    children = st.builds(Child, perhaps(st.integers(0, 17)), perhaps(genders))
    return Question(
        needs=tuple(draw(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=2, unique=True))),
        at=TUESDAY + timedelta(minutes=draw(st.integers(0, 14 * 1440))),
        where=draw(wheres()),
        languages=tuple(draw(st.lists(st.sampled_from(LANGUAGES), max_size=3, unique=True))),
        person=Person(
            gender=draw(perhaps(genders)),
            age=draw(perhaps(ages)),
            children=draw(perhaps(st.lists(children, max_size=2).map(tuple))),
            legal_status=draw(perhaps(st.sampled_from(STATUSES))),
            documents=draw(perhaps(st.frozensets(st.sampled_from(PAPERS)))),
            access=draw(st.frozensets(st.sampled_from(list(AccessibilityKind)))),
            groups=draw(perhaps(st.frozensets(st.sampled_from(GROUPS)))),
        ),
        modes=draw(st.frozensets(st.sampled_from(list(Mode)), max_size=2)),
        wishes=Wishes(
            wants_silence=draw(perhaps(st.booleans())),
            worker_gender=draw(perhaps(genders)),
            cannot_speak=draw(st.booleans()),
        ),
        hours_since_event=draw(perhaps(st.integers(0, 200))),
        limit=draw(st.integers(0, 50)),
    )


def order(found):
    return [each.row.id for each in found]


@SOME
@given(rows(), questions(), st.randoms())
def test_the_order_of_the_input_does_not_matter(found, asking, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)

    assert oracle.answer(oracle.Rows(1, tuple(shuffled)), asking) == oracle.answer(
        oracle.Rows(1, tuple(found)), asking
    )


@SOME
@given(rows(least=2), questions())
def test_adding_a_service_never_reorders_the_others(found, asking):
    everything = replace(asking, limit=len(found))
    before = order(oracle.answer(oracle.Rows(1, tuple(found[1:])), everything).answers)
    after = order(oracle.answer(oracle.Rows(1, tuple(found)), everything).answers)

    assert [each for each in after if each != found[0].id] == before


def turned(where, by):
    return replace(where, longitude=where.longitude + by) if where.longitude is not None else where


def moved(row, change):
    return replace(
        row,
        points=tuple(change(point) for point in row.points),
        areas=tuple(change(reach) if reach.radius_km is not None else reach for reach in row.areas),
    )


def nearly_the_same(one, other):
    """Beyond reach and minutes may differ where a metre decides."""
    return one[1] == other[1] and abs(one[2] - other[2]) <= 1 and abs(one[3] - other[3]) <= 1


@SOME
@given(rows(), questions(), st.floats(-90, 90))
def test_rotating_all_points_keeps_every_distance(found, asking, by):
    where = asking.where or LIEGE
    here = build_query(replace(asking, where=where))
    there = build_query(replace(asking, where=turned(where, by)))

    for row in found:
        one = weigh_row(row, here).key
        other = weigh_row(moved(row, lambda point: turned(point, by)), there).key
        assert nearly_the_same(one, other)


def mirrored(thing):
    return replace(thing, latitude=-thing.latitude) if thing.latitude is not None else thing


@SOME
@given(rows(), questions())
def test_mirroring_all_points_keeps_every_distance(found, asking):
    where = asking.where or LIEGE
    here = build_query(replace(asking, where=where))
    there = build_query(replace(asking, where=mirrored(where)))

    for row in found:
        assert nearly_the_same(weigh_row(row, here).key, weigh_row(moved(row, mirrored), there).key)


SOON = TUESDAY + timedelta(hours=3)
BED = service(categories=frozenset({"shelter"}))
CLOSED, OPEN = opening_hours("2020 Jan 1 09:00-10:00"), opening_hours("24/7")
# From bad over unknown to good, each with the question to which it matters.
LADDERS = {
    "language": (
        [
            service(languages=offers)
            for offers in ((LanguageOffer("fr"),), (), (LanguageOffer("ar"),))
        ],
        {"languages": ("ar",)},
    ),
    "who speaks it": (
        [
            service(languages=(LanguageOffer("ar", how),))
            for how in (LanguageMode.BY_PHONE, LanguageMode.ON_SITE, LanguageMode.STAFF)
        ],
        {"languages": ("ar",)},
    ),
    "hours": (
        [
            service(opening_hours={Channel.VISIT: CLOSED}),
            service(opening_hours={}),
            service(opening_hours={Channel.VISIT: OPEN}),
        ],
        {},
    ),
    "room": (
        [replace(BED, capacity=each) for each in (Capacity(0, SOON), None, Capacity(1, SOON))],
        {"needs": ("safe-place",)},
    ),
    "interpreter": (
        [
            service(languages=(LanguageOffer("ar", interpreter_gender=each),))
            for each in ("m", "", "f")
        ],
        {"languages": ("ar",), "worker_gender": "f"},
    ),
    "gender": (
        [stating(service(), CriterionKind.GENDER, each) for each in (only("m"), (), only("f"))],
        {"gender": "f"},
    ),
    "age": (
        [stating(service(), CriterionKind.AGE, each) for each in (until(17), (), until(60))],
        {"age": 30},
    ),
    "sons": (
        [stating(service(), CriterionKind.BOYS, each) for each in (until(8), (), until(12))],
        {"children": (Child(9, "m"),)},
    ),
    "papers": (
        [
            stating(service(), CriterionKind.LEGAL_STATUS, each)
            for each in (only("temporary_protection"), (), EVERYONE)
        ],
        {"legal_status": "undocumented"},
    ),
    "documents": (
        [
            service(documents=frozenset({"health_card"})),
            service(),
            stating(service(), CriterionKind.DOCUMENTS, EVERYONE),
        ],
        {"documents": frozenset()},
    ),
    "access": (
        [
            service(access={AccessibilityKind.HEARING: answer})
            for answer in (Answer.NO, Answer.UNKNOWN, Answer.YES)
        ],
        {"access": frozenset({AccessibilityKind.HEARING})},
    ),
    "reporting": (
        [
            stating(service(), CriterionKind.TELLS_POLICE, says(answer))
            for answer in (Answer.YES, Answer.CASES, Answer.UNKNOWN, Answer.NO)
        ],
        {"wants_silence": True},
    ),
}


@pytest.mark.parametrize("state", Freshness)
@pytest.mark.parametrize(("ladder", "changes"), LADDERS.values(), ids=LADDERS)
def test_a_better_fit_never_lowers_the_rank_of_a_row(ladder, changes, state):
    query = build_query(question(**changes))
    places = [
        oracle.answer(oracle.Rows(1, (replace(row, checks=checks(state)),)), query.question).answers
        for row in ladder
    ]
    keys = [found[0].key if found else (9,) for found in places]

    assert keys == sorted(keys, reverse=True)


LEFT_OUT = {
    CriterionKind.GENDER: only("m"),
    CriterionKind.AGE: until(17),
    CriterionKind.CHILDREN: says(Answer.NO),
    CriterionKind.BOYS: until(3),
    CriterionKind.LEGAL_STATUS: only("refugee"),
    CriterionKind.GROUP: only("trafficking"),
}


@pytest.mark.parametrize("state", Freshness)
@pytest.mark.parametrize("kind", LEFT_OUT)
def test_an_unanswered_condition_changes_only_the_minutes(kind, state):
    plain = service(checks=checks(state))
    limited = stating(plain, kind, LEFT_OUT[kind])
    query = build_query(question())
    before, after = explain(plain, query), explain(limited, query)

    assert after == before._replace(row=limited, key=after.key)
    assert after.key.minutes - before.key.minutes == query.weights.hard.unknown


@SOME
@given(rows(least=0), questions())
def test_unanswered_questions_remove_no_service(found, asking):
    bare = Question(needs=asking.needs, at=asking.at, limit=50)

    given_ = oracle.answer(oracle.Rows(1, tuple(found)), bare)

    assert (given_.counts_by_reason, given_.near_misses) == ({}, ())


def aged(row, state):
    """Return a row whose facts that were ever checked are in a staler state."""
    return replace(row, checks={fact: checks(state).get(fact, ()) for fact in row.checks})


STALER = [
    (Freshness.FRESH, Freshness.DUE),
    (Freshness.DUE, Freshness.OVERDUE),
    (Freshness.OVERDUE, Freshness.EXPIRED),
    (Freshness.FRESH, Freshness.UNVERIFIED),
    (Freshness.FRESH, Freshness.DISPUTED),
]


@SOME
@given(rows(), questions(), st.sampled_from(STALER))
def test_growing_stale_never_makes_a_row_fit(found, asking, states):
    query = build_query(replace(asking, at=TUESDAY))
    for row in found:
        newer, older = (explain(aged(row, state), query) for state in states)
        assert not (older.verdict is Fit.FITS and newer.verdict is Fit.ASK_FIRST)


@pytest.mark.parametrize(("newer", "older"), STALER)
def test_an_older_check_never_improves_the_rank_of_a_good_row(newer, older):
    good = service(languages=(LanguageOffer("ar"),), phones=(PhoneNumber("+320000000001"),))
    good = stating(good, CriterionKind.GENDER, only("f"))
    query = build_query(question(languages=("ar",), gender="f"))

    before, after = (
        weigh_row(replace(good, checks=checks(each)), query) for each in (newer, older)
    )

    assert before.minutes <= after.minutes


@SOME
@given(rows(), questions())
def test_every_answer_meets_every_stated_condition(found, asking):
    given_ = oracle.answer(oracle.Rows(1, tuple(found)), asking)

    for answer in (*given_.answers, *given_.national):
        assert answer.failing is None
    for miss in given_.near_misses:
        assert miss.failing is not None


@SOME
@given(rows(), questions(), st.sampled_from(list(Fact)))
def test_one_more_check_of_one_fact_ages_no_other(found, asking, fact):
    query = build_query(asking)
    check = CheckSummary("confirmed", TUESDAY - timedelta(3), TUESDAY + timedelta(60))
    for row in found:
        checked = replace(row, checks={**row.checks, fact: (check,)})
        before = {reason.fact: reason.freshness for reason in explain(row, query).reasons}
        after = {reason.fact: reason.freshness for reason in explain(checked, query).reasons}
        others = (before.keys() & after.keys()) - {fact, None}
        assert {other: before[other] for other in others} == {
            other: after[other] for other in others
        }
