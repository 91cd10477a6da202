"""Rows about reports and pairs that the database refuses."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from protect.orgs.models import User
from protect.verification.enums import CorrectionState, PairState, Reporter
from protect.verification.models import Correction
from tests.verification.merges import pair_of
from tests.verification.nights import NOW, entry

JUDGED = {"judged_at": NOW}


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


def turned(world):
    made = pair(world)
    type(made).objects.filter(pk=made.pk).update(first=world.other, second=world.one)


def of_itself(world):
    made = report(world)
    Correction.objects.filter(pk=made.pk).update(
        state=CorrectionState.DUPLICATE, duplicate_of=made, judged_by=world.user, judged_at=NOW
    )


BAD = [
    (
        "verification_correction_judged_by_somebody",
        lambda w: report(w, state=CorrectionState.ACCEPTED, **JUDGED),
    ),
    ("verification_correction_judged_by_somebody", lambda w: report(w, judged_by=w.user, **JUDGED)),
    (
        "verification_correction_rejected_with_a_reason",
        lambda w: report(w, state=CorrectionState.REJECTED, judged_by=w.user, **JUDGED),
    ),
    ("verification_correction_member_is_known", lambda w: report(w, reporter=Reporter.MEMBER)),
    ("verification_correction_member_is_known", lambda w: report(w, by=w.user)),
    ("verification_correction_duplicate_of_another", lambda w: report(w, duplicate_of=report(w))),
    (
        "verification_correction_duplicate_of_another",
        lambda w: report(w, state=CorrectionState.DUPLICATE, judged_by=w.user, **JUDGED),
    ),
    ("verification_correction_duplicate_of_another", of_itself),
    ("verification_pair_once", lambda w: [pair(w) for _ in range(2)]),
    ("verification_pair_in_order", turned),
    (
        "verification_pair_decided_by_somebody",
        lambda w: pair(w, state=PairState.DIFFERENT, decided_at=NOW),
    ),
    ("verification_pair_decided_by_somebody", lambda w: pair(w, decided_by=w.user, decided_at=NOW)),
    ("verification_pair_undo_only_if_merged", lambda w: pair(w, before={"winner": "x"})),
]


@pytest.mark.parametrize(("name", "make"), BAD, ids=[name for name, _ in BAD])
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
