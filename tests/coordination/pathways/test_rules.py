"""Which part of a pathway a person gets, what stops publishing, and when a test is too old."""

from datetime import date

import pytest

from protect.coordination.pathways import rules
from protect.coordination.pathways.enums import Branch, Outcome, Who
from protect.coordination.pathways.rules import ServiceCheck, StepCheck


@pytest.mark.parametrize(
    ("who", "has_papers", "is_night", "branches"),
    [
        (Who.MAN, False, True, ["night", "men", "undocumented", "everyone"]),
        (Who.WOMAN, True, False, ["everyone"]),
        (Who.CHILD, True, True, ["night", "children", "everyone"]),
        (Who.LGBTQI, False, False, ["lgbtqi", "undocumented", "everyone"]),
    ],
)
def test_the_part_for_a_person_comes_first(who, has_papers, is_night, branches):
    assert list(rules.branches_for(who, has_papers=has_papers, is_night=is_night)) == branches


def step(branch, *services):
    return StepCheck(branch, 1, tuple(ServiceCheck("Demo", *each) for each in services))


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ([step(Branch.NIGHT, (True, True, True))], []),
        ([step(Branch.NIGHT, (True, True, False))], ["no_night"]),
        ([step(Branch.NIGHT, (True, True, None))], ["no_night"]),
        ([step(Branch.MEN, (True, False, None))], ["step_unreachable"]),
        ([step(Branch.MEN)], ["step_unreachable"]),
        (
            [step(Branch.NIGHT, (False, False, False))],
            ["step_unreachable", "no_night", "service_gone"],
        ),
        ([step(Branch.MEN, (True, True, None), (False, False, False))], ["service_gone"]),
    ],
)
def test_what_stops_publishing(steps, codes):
    found = [each.code.removeprefix("coordination_pathway_") for each in rules.find_problems(steps)]

    assert found == codes


def test_a_test_holds_for_a_year():
    assert not rules.is_test_old(date(2025, 12, 2), date(2026, 12, 2))
    assert rules.is_test_old(date(2025, 12, 1), date(2026, 12, 2))


def test_a_step_worked_if_one_of_its_services_did():
    assert rules.worst_outcome(["not_reached", "worked"]) == Outcome.WORKED
    assert rules.worst_outcome(["not_reached", "wrong"]) == Outcome.WRONG
    assert rules.worst_outcome([]) is None


@pytest.mark.parametrize(
    ("hour", "is_night"), [(21, False), (22, True), (0, True), (5, True), (6, False), (12, False)]
)
def test_it_is_night_from_22_to_6(hour, is_night):
    assert rules.is_night(hour) is is_night
