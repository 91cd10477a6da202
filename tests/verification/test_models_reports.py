"""Rows about reports and pairs that the database refuses."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from protect.orgs.models import User
from protect.verification.enums import CorrectionState, PairState, Reporter
from protect.verification.models import Correction
from tests.verification.merges import pair_of
from tests.verification.nights import NOW, entry

DECIDED = {"judged_at": NOW}


@pytest.fixture
def world(db):
    one, other = sorted((entry("s1"), entry("s2")), key=lambda each: each.pk)
    user = User.objects.create(email="amal@demo.example")
    return SimpleNamespace(one=one, other=other, user=user)


def report(world, **given):
    fields = {
        "service": world.one,
        "country_id": "MT",
        "reporter": Reporter.PUBLIC,
        "facts": ["cost"],
        "created": NOW,
    } | given
    return Correction.objects.create(**fields)


def pair(world, **given):
    return pair_of(world.one, world.other, **given)


def reversed_pair(world):
    row = pair(world)
    type(row).objects.filter(pk=row.pk).update(first=world.other, second=world.one)


def duplicate_of_itself(world):
    row = report(world)
    Correction.objects.filter(pk=row.pk).update(
        state=CorrectionState.DUPLICATE, duplicate_of=row, judged_by=world.user, judged_at=NOW
    )


INVALID_ROWS = [
    (
        "verification_correction_judged_by_somebody",
        lambda world: report(world, state=CorrectionState.ACCEPTED, **DECIDED),
    ),
    (
        "verification_correction_judged_by_somebody",
        lambda world: report(world, judged_by=world.user, **DECIDED),
    ),
    (
        "verification_correction_rejected_with_a_reason",
        lambda world: report(
            world, state=CorrectionState.REJECTED, judged_by=world.user, **DECIDED
        ),
    ),
    (
        "verification_correction_member_is_known",
        lambda world: report(world, reporter=Reporter.MEMBER),
    ),
    ("verification_correction_member_is_known", lambda world: report(world, by=world.user)),
    (
        "verification_correction_duplicate_of_another",
        lambda world: report(world, duplicate_of=report(world)),
    ),
    (
        "verification_correction_duplicate_of_another",
        lambda world: report(
            world, state=CorrectionState.DUPLICATE, judged_by=world.user, **DECIDED
        ),
    ),
    ("verification_correction_duplicate_of_another", duplicate_of_itself),
    ("verification_pair_once", lambda world: [pair(world) for _ in range(2)]),
    ("verification_pair_in_order", reversed_pair),
    (
        "verification_pair_decided_by_somebody",
        lambda world: pair(world, state=PairState.DIFFERENT, decided_at=NOW),
    ),
    (
        "verification_pair_decided_by_somebody",
        lambda world: pair(world, decided_by=world.user, decided_at=NOW),
    ),
    ("verification_pair_undo_only_if_merged", lambda world: pair(world, before={"winner": "x"})),
]


@pytest.mark.parametrize(("name", "make"), INVALID_ROWS, ids=[name for name, _ in INVALID_ROWS])
def test_database_refuses_invalid_rows(world, name, make):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make(world)

    assert name in str(refused.value) or "verification_duplicatepair.first_id" in str(refused.value)


def test_database_accepts_valid_rows(world):
    first = report(world)
    report(
        world,
        state=CorrectionState.DUPLICATE,
        duplicate_of=first,
        judged_by=world.user,
        judged_at=NOW,
    )
    report(world, reporter=Reporter.MEMBER, by=world.user)
    pair(world, state=PairState.MERGED, decided_by=world.user, decided_at=NOW, before={"a": 1})

    assert Correction.objects.count() == 3
