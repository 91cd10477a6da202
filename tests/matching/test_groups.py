"""A service that is made for a group that the person named comes before others within reach."""

import pytest

from protect.directory.enums import Answer, CriterionKind, CriterionOperator as Operator
from protect.matching.conditions.disclosure import GROUP_BY_ANSWER
from protect.matching.published import CARE, match
from protect.matching.questions import Person, PersonLocation, Question
from protect.matching.services.rows import Condition
from protect.reference.lookup import store
from tests.matching.cast import answers, says, service, stating
from tests.matching.test_order import PLACES, TUESDAY

LGBTQI, TRAFFICKED = frozenset({"lgbtqi"}), frozenset({"trafficking"})
GENERAL = service(1, categories=frozenset({"psychosocial", "gender-based-violence"}))


def stating_group(operator):
    """Return a service that is not made for survivors and states this of trafficked people."""
    return stating(service(2), CriterionKind.GROUP, (Condition(operator, values=TRAFFICKED),))


def order(*rows, **changes):
    """Return the numbers of the rows in the order of the answers."""
    return [match.row.id.int for match in answers(*rows, **changes).answers]


@pytest.mark.parametrize("operator", [Operator.SPECIALISED, Operator.FIRST, Operator.ONLY])
def test_a_service_that_states_the_group_comes_first(operator):
    row = stating_group(operator)

    assert order(GENERAL, row, groups=TRAFFICKED) == [2, 1]
    assert order(GENERAL, row) == [1, 2]


def test_a_category_counts_as_made_for_its_group():
    row = service(2, categories=frozenset({"psychosocial", "trafficking"}))

    assert order(GENERAL, row, groups=TRAFFICKED) == [2, 1]
    assert order(GENERAL, row, groups=LGBTQI) == [1, 2]


def test_a_service_that_also_accepts_the_group_does_not_come_first():
    assert order(GENERAL, stating_group(Operator.INCLUDES), groups=TRAFFICKED) == [1, 2]


def test_care_of_an_injured_person_keeps_its_place():
    centre = service(1, categories=frozenset({"sexual-violence-centre"}))
    clinic = service(2, categories=frozenset({"health", "trafficking"}))

    assert order(centre, clinic, needs=("doctor",), groups=TRAFFICKED) == [1, 2]


def test_the_wish_for_silence_ranks_before_the_group():
    row = service(2, categories=frozenset({"psychosocial", "trafficking"}))
    telling = stating(row, CriterionKind.TELLS_POLICE, says(Answer.YES))

    assert order(GENERAL, telling, groups=TRAFFICKED, wants_silence=True) == [1, 2]


def ask(town, need, group, limit=5):
    where = PersonLocation.at_place(store.place_rows()[PLACES[town]])
    person = Person(groups=frozenset({group}))
    return match(Question((need,), TUESDAY, where, person=person, limit=limit))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("town", "need", "group"),
    [
        ("Bolzano", "hurt-now", "trafficking"),
        ("Bolzano", "safe-place", "trafficking"),
        ("Brussels", "law-papers", "trafficking"),
    ],
)
def test_the_starter_directory_puts_help_for_the_group_first(starter, town, need, group):
    given = ask(town, need, group)
    shown = [answer.row.id for answer in (*given.answers, *given.national)]

    assert group in given.within_reach[0].row.categories
    assert len(shown) == len(set(shown))


@pytest.mark.django_db
@pytest.mark.parametrize("need", ["hurt-now", "law-papers"])
def test_a_nearby_service_for_the_group_is_added_for_another_need(starter, need):
    given = ask("Bolzano", need, "trafficking")
    names = [match.row.name for match in given.answers if "trafficking" in match.row.categories]

    assert [match.row.scope for match in given.answers].count("national") >= 1
    assert any("Alba" in name for name in names), names


@pytest.mark.django_db
def test_the_line_against_trafficking_comes_after_care_of_an_injured_person(starter):
    near = [match.row.categories for match in ask("Dublin", "hurt-now", "trafficking", 50).answers]
    place = next(number for number, of_row in enumerate(near) if "trafficking" in of_row)

    assert place > 0
    assert not any(of_row.isdisjoint(CARE) for of_row in near[:place])


@pytest.mark.django_db
def test_a_line_that_tells_the_police_does_not_come_first(starter):
    given = ask("Madrid", "safe-place", "trafficking")
    line = next(match for match in given.national if "trafficking" in match.row.categories)

    assert line.key.disclosure_group == GROUP_BY_ANSWER[Answer.YES]
    assert line.row.id not in {match.row.id for match in given.answers}


@pytest.mark.django_db
def test_a_line_of_another_group_does_not_come_before_a_shelter(starter):
    first = ask("Ljubljana", "safe-place", "lgbtqi").within_reach[0]

    assert "shelter" in first.row.categories
