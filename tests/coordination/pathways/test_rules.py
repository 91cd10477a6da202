"""Which part of a pathway a person gets, what stops publishing, and when a test is too old."""

from datetime import date, datetime

import pytest

from protect.coordination.pathways import rules
from protect.coordination.pathways.enums import Branch, When, Who
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


@pytest.mark.parametrize(
    ("when", "now", "meant"),
    [
        ("now", "2026-12-02T20:42", "2026-12-02T20:42"),  # a Wednesday
        ("night", "2026-12-02T20:42", "2026-12-03T02:00"),
        ("night", "2026-12-02T22:00", "2026-12-02T22:00"),
        ("day", "2026-12-02T20:42", "2026-12-03T10:00"),
        ("day", "2026-12-02T09:30", "2026-12-02T09:30"),
        ("day", "2026-12-04T23:00", "2026-12-07T10:00"),
        ("weekend", "2026-12-02T09:30", "2026-12-05T10:00"),
        ("weekend", "2026-12-05T11:00", "2026-12-05T11:00"),
        ("weekend", "2026-12-06T23:00", "2026-12-12T10:00"),
    ],
)
def test_the_moment_of_a_call_is_now_or_the_next_time_of_its_kind(when, now, meant):
    moment = rules.moment_for(When(when), datetime.fromisoformat(now))

    assert moment == datetime.fromisoformat(meant)


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


@pytest.mark.parametrize(
    ("hour", "is_night"), [(21, False), (22, True), (0, True), (5, True), (6, False), (12, False)]
)
def test_it_is_night_from_22_to_6(hour, is_night):
    assert rules.is_night(hour) is is_night
