"""Who was hurt or needs a doctor meets day-and-night help after sexual violence first, wherever the
starter directory has it: in capitals, small places, and all towns with help after such violence."""

from datetime import datetime
from uuid import UUID

import pytest

from protect.directory.enums import Mode
from protect.matching import published
from protect.matching.conditions import places
from protect.matching.conditions.truth import NO
from protect.matching.published import match
from protect.matching.questions import PersonLocation, Question, Wishes, build_query
from protect.reference.lookup import store
from tests.matching.cast import answers, service
from tests.matching.test_order import PLACES

pytestmark = pytest.mark.django_db
AFTER_SEXUAL_VIOLENCE = {"sexual-violence-centre", "sexual-violence-counselling"}
NEEDS = pytest.mark.parametrize("need", ["hurt-now", "doctor"])
TIMES = pytest.mark.parametrize(
    "at", ["2026-12-01T10:00:00+01:00", "2026-12-05T02:00:00+01:00"], ids=["day", "night"]
)
NEAR_M = 40_000  # metres; less than the reach of every kind of service
BASTOGNE, MADRID = 2802583, 3117735


def towns():
    """Return the GeoNames ids of all places that are asked about."""
    rows = [row for row in published.rows() if row.categories & AFTER_SEXUAL_VIOLENCE]
    found = {point.place for row in rows for point in row.points if point.place}
    return sorted(found.union(PLACES.values()))


def ask(place, need, at, *, cannot_speak=False):
    where = PersonLocation.at_place(store.place_rows()[place])
    wishes = Wishes(cannot_speak=cannot_speak)
    return Question((need,), datetime.fromisoformat(at), where, ("en",), wishes=wishes)


def never_closes(row):
    is_open = "survivors-day-and-night" in row.categories
    return is_open and not row.categories.isdisjoint(AFTER_SEXUAL_VIOLENCE)


def has_one_in_reach(question):
    """Return whether a day-and-night service after sexual violence surely is within reach: this
    reads every row, not the answer."""
    query = build_query(question)
    for row in filter(never_closes, published.rows()):
        if places.serves_country(row, query) is NO or places.serves_area(row, query) is NO:
            continue
        travel = query.weights.travel
        metres = [
            places.metres_between(query.point, (point.latitude, point.longitude), travel)
            for point in row.points
        ]
        if min(metres, default=0) < NEAR_M:
            return True
    return False


@TIMES
@NEEDS
def test_day_and_night_help_after_sexual_violence_is_first_where_there_is_one(starter, need, at):
    questions = [ask(place, need, at) for place in towns()]
    with_one = [question for question in questions if has_one_in_reach(question)]

    first = {question.where.place: match(question).within_reach[0].row for question in with_one}

    assert len(first) > 40
    assert {row.country for row in first.values()} >= {"BE", "BG", "ES", "IE", "IT", "MT", "NL"}
    assert {place: row.name for place, row in first.items() if not never_closes(row)} == {}


@TIMES
@NEEDS
def test_nothing_beyond_reach_comes_before_a_line_for_the_whole_country(starter, need, at):
    answers = {place: match(ask(place, need, at)) for place in towns()}

    assert len({store.place_rows()[place].country for place in answers}) == 12
    for given in answers.values():
        is_beyond = any(each.key.is_beyond for each in given.within_reach)
        assert given.within_reach or given.national
        assert not (is_beyond and given.national)


@NEEDS
def test_a_place_to_go_to_follows_services_to_write_to(starter, need):
    near = match(ask(BASTOGNE, need, "2026-12-01T10:00:00+01:00", cannot_speak=True)).within_reach

    assert [bool(each.row.written_modes) for each in near] == [True] * (len(near) - 1) + [False]
    assert Mode.IN_PERSON in near[-1].row.modes
    assert "sexual-violence-centre" in near[-1].row.categories
    assert "voice" not in {contact.kind for contact in near[-1].contacts}


def test_a_place_to_go_to_is_never_the_police_nor_a_shelter(starter):
    for place in towns():
        given = match(ask(place, "hurt-now", "2026-12-01T10:00:00+01:00", cannot_speak=True))
        unwritten = [each.row for each in given.within_reach if not each.row.written_modes]

        assert len(unwritten) < 2
        assert not [row for row in unwritten if row.categories & {"shelter"}]
        assert not [row for row in unwritten if row.categories & {"police"} == row.categories]


def test_other_needs_of_visitors_who_cannot_speak_get_only_written_help(starter):
    given = match(ask(MADRID, "talk", "2026-12-01T10:00:00+01:00", cannot_speak=True))

    assert [answer for answer in given.answers if not answer.row.written_modes] == []


def test_information_services_are_never_open_day_and_night(starter):
    pages = [row for row in published.rows() if "information" in row.categories]

    assert pages
    assert not [row.name for row in pages if "survivors-day-and-night" in row.categories]


def test_legal_help_for_migrants_is_first_and_services_for_certain_people_are_last():
    kinds = (
        {"legal", "migrant-support"},
        {"legal", "migrant-support", "lgbtqi"},
        {"legal", "lgbtqi"},
    )
    rows = [
        service(id=UUID(int=9 - number), categories=frozenset(categories))
        for number, categories in enumerate(kinds)
    ]

    given = answers(*rows, needs=("law-papers",)).answers

    assert [match.row.categories for match in given] == [*map(frozenset, kinds)]
    assert [match.key.generality for match in given] == [0, 1, 2]


def test_services_for_survivors_do_not_come_later_for_certain_people():
    own = {"helpline", "trafficking"}
    rows = [
        service(categories=frozenset(own | more)) for more in (set(), {"gender-based-violence"})
    ]

    keys = [answers(row, needs=("not-sure",)).answers[0].key.generality for row in rows]

    assert keys == [2, 0]
