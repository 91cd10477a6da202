"""The six words by which a supervisor compares each new officer before a kit is finished."""

import pytest

from protect.audit.models import Entry
from protect.vault.errors import OfficerWordsDiffer
from protect.vault.models import Admission, RecoveryHalf, RecoveryOfficer, TeamKey
from protect.vault.team_keys import recovery_kit, rotation
from tests.vault.cast import (
    AT,
    appoint_officers,
    finish_kit,
)
from tests.vault.sending import renew
from tests.vault.test_recovery_kit import gita as gita, halves, office as office, team as team

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def test_an_officer_whose_words_were_not_compared_gets_no_half(cast, team, office, gita):
    """A manager whom a writer to the database put there appoints officers by the pages."""
    appoint_officers(gita.scope, office)
    new = recovery_kit.officers_to_compare(gita.unlocked(), team)
    words = {slot: " ".join(recovery_kit.officer_words(each)) for slot, each in new.items()}
    assert set(words) == {1, 2, 3}

    for said in ({}, words | {2: words[1]}, {1: words[1], 3: words[3]}):
        with pytest.raises(OfficerWordsDiffer) as caught:
            recovery_kit.finish_kit(gita.scope, gita.unlocked(), team, words=said, at=AT)
        assert caught.value.facts == {"slot": 2 if said else 1}
    assert halves(team) == set()

    shouted = {slot: said.upper() for slot, said in words.items()}
    recovery_kit.finish_kit(gita.scope, gita.unlocked(), team, words=shouted, at=AT)
    assert recovery_kit.officers_to_compare(gita.unlocked(), team) == {}


def test_only_officers_whom_the_team_has_not_signed_are_compared_again(cast):
    assert recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk) == {}

    made = recovery_kit.appoint_officer(cast.dana.scope, cast.office, 2, at=AT)
    assert recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk) == {}
    recovery_kit.confirm_officer(cast.dana.scope, made.officer, made.code.printed(), at=AT)

    assert set(recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk)) == {2}


def test_officers_of_whom_one_version_knows_nothing_are_compared(cast):
    """Both versions of a renewal under way give halves: each must know the officer."""
    key = rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    Admission.objects.filter(team_key=key, role="officer_3").delete()

    assert set(recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk)) == {3}


def test_officers_of_whom_an_older_version_knows_nothing_are_compared(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    old = TeamKey.objects.get(team=cast.desk, version=1)
    Admission.objects.filter(team_key=old, role="officer_1").delete()

    assert set(recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk)) == {1}


def test_an_officer_in_the_place_of_a_signed_one_is_compared(cast):
    """The signed one was moved away with their organisation: only slots are the same."""
    signed = RecoveryOfficer.objects.get(organisation=cast.office, slot=2)
    other = RecoveryOfficer.objects.get(organisation=cast.partner, slot=2)

    assert recovery_kit._has_signed_key(signed, signed)
    assert not recovery_kit._has_signed_key(other, signed)
    assert not recovery_kit._has_signed_key(signed, None)
    other.pk = signed.pk
    assert not recovery_kit._has_signed_key(other, signed)


def test_a_kit_may_be_finished_again_without_any_words(cast):
    renew(cast.sana, cast.desk)  # the first version is retired
    halves = set(RecoveryHalf.objects.values_list("pk", flat=True))

    recovery_kit.finish_kit(cast.sana.scope, cast.sana.unlocked(), cast.desk, words={}, at=AT)

    now = RecoveryHalf.objects.filter(team_key__team=cast.desk)
    assert now.count() == 6
    assert halves.isdisjoint(now.values_list("pk", flat=True))
    entry = Entry.objects.filter(action="vault.recovery_kit", organisation=cast.office.pk).latest(
        "n"
    )
    assert (entry.actor_id, entry.at) == (cast.sana.pk, AT)
    assert entry.target == f"teamkey:{TeamKey.objects.filter(team=cast.desk).latest('version').pk}"


def test_the_history_says_who_confirmed_an_officer_and_who_made_a_team_active(team, office, gita):
    appoint_officers(gita.scope, office)
    finish_kit(gita, team)

    actions = ("vault.confirm_officer", "orgs.team_confirm_recovery")
    entries = Entry.objects.filter(action__in=actions, organisation=office.pk).order_by("n")
    assert [entry.action for entry in entries] == [actions[0]] * 3 + [actions[1]]
    assert {entry.actor_id for entry in entries} == {gita.pk}
    officers = RecoveryOfficer.objects.filter(organisation=office)
    assert {entry.target for entry in entries[:3]} == {f"officer:{each.pk}" for each in officers}
