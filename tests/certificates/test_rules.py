"""Eligibility rule of a certificate: every combination, and the limits of its percentages."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given, strategies as st

from protect.certificates.rules import (
    CertificateRule,
    Facts,
    KeyAdvice,
    MissingRequirement,
    missing_minutes,
    missing_requirements,
    next_key_step,
)
from protect.trainings.base.enums import Assessment
from protect.trainings.registrations.rules import is_same_name

HALF, NEARLY, ENOUGH = 180, 287, 288  # of 360 minutes, where 80 % are asked for
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
MINUTES, NO_RESULT, NOT_PASSED = (
    MissingRequirement.MINUTES,
    MissingRequirement.NO_RESULT,
    MissingRequirement.NOT_PASSED,
)


class Old(NamedTuple):
    """A key as the rule reads it."""

    controller: str
    created: datetime
    retired: datetime | None
    distrusted: datetime | None


@pytest.mark.parametrize(
    ("assessment", "attended", "passed", "missing"),
    [
        ("none", ENOUGH, None, ()),
        ("none", ENOUGH, True, ()),
        ("none", ENOUGH, False, ()),
        ("none", NEARLY, None, (MINUTES,)),
        ("none", 0, True, (MINUTES,)),
        ("named", ENOUGH, True, ()),
        ("named", ENOUGH, False, (NOT_PASSED,)),
        ("named", ENOUGH, None, (NO_RESULT,)),
        ("named", NEARLY, True, (MINUTES,)),
        ("named", NEARLY, None, (MINUTES, NO_RESULT)),
        ("named", HALF, True, (MINUTES,)),
        ("named", HALF, False, (MINUTES, NOT_PASSED)),
        ("named", HALF, None, (MINUTES, NO_RESULT)),
    ],
)
def test_attendance_and_a_required_pass_are_both_needed(assessment, attended, passed, missing):
    rule = CertificateRule(80, 60, Assessment(assessment))

    assert tuple(missing_requirements(rule, Facts(360, attended, has_passed=passed))) == missing


def test_without_a_session_no_certificate_is_earned():
    assert tuple(missing_requirements(CertificateRule(0, 60, Assessment.NONE), Facts(0, 0))) == (
        MissingRequirement.NOTHING_PLANNED,
    )


@pytest.mark.parametrize(
    ("percent", "planned", "attended", "missing"),
    [(80, 360, 288, 0), (80, 360, 287, 1), (80, 7, 5, 1), (80, 7, 6, 0), (0, 360, 0, 0)],
)
def test_missing_minutes_are_rounded_up(percent, planned, attended, missing):
    rule = CertificateRule(percent, 60, Assessment.NONE)

    assert missing_minutes(rule, Facts(planned, attended)) == missing


@given(percent=st.integers(0, 100), planned=st.integers(1, 10_000), attended=st.integers(0, 10_000))
def test_rounding_never_changes_eligibility(percent, planned, attended):
    rule, facts = CertificateRule(percent, 60, Assessment.NONE), Facts(planned, attended)

    is_met = Fraction(attended, planned) >= Fraction(percent, 100)
    assert (not tuple(missing_requirements(rule, facts))) == is_met
    assert not tuple(
        missing_requirements(rule, Facts(planned, attended + missing_minutes(rule, facts)))
    )


@pytest.mark.parametrize(
    ("typed", "is_same"),
    [
        ("Demo Célia", True),
        ("demo  celia", True),
        ("CÉLIA DEMO", True),
        ("Célia, Demo", True),
        ("Demo Celia Maria", False),
        ("Celia", False),
        ("", False),
        ("…", False),
    ],
)
def test_name_comparison_ignores_order_case_and_accents(typed, is_same):
    assert is_same_name(typed, "Demo Célia") is is_same


def test_an_empty_name_matches_no_holder():
    assert not is_same_name("", "")


def key(days: int, *, ended: int | None = None, distrusted: bool = False, name: str = "a") -> Old:
    """Return a key made so many days ago, and retired so many days ago."""
    retired = None if ended is None else AT - timedelta(days=ended)
    return Old(name, AT - timedelta(days=days), retired, retired if distrusted else None)


@pytest.mark.parametrize(
    ("keys", "issued", "expected"),
    [
        ([], 0, KeyAdvice.NO_KEY),
        ([], 3, KeyAdvice.LISTS_END),
        ([key(9, ended=1)], 0, KeyAdvice.NO_KEY),
        ([key(9, ended=1)], 3, KeyAdvice.LISTS_END),
        ([key(9)], 0, None),
        ([key(9)], 3, None),
        ([key(9, name="b")], 3, KeyAdvice.MOVED),
        ([key(9, ended=1, name="b"), key(1)], 3, None),
        ([key(730)], 3, KeyAdvice.OLD),
        ([key(729)], 3, None),
        ([key(9, ended=0, distrusted=True), key(0)], 3, KeyAdvice.SIGNED_TONIGHT),
        ([key(9, ended=0, distrusted=True), key(0)], 0, None),
        ([key(9, ended=2, distrusted=True), key(2)], 3, None),
    ],
)
def test_key_states_lead_to_the_right_signing_task(keys, issued, expected):
    assert next_key_step(keys, controller="a", issued=issued, at=AT) is expected
