"""The six words by which a supervisor compares each new officer before a kit is finished."""

from __future__ import annotations

import pytest

from protect.vault.actions import recovery_kit, rotation
from protect.vault.errors import (
    OfficerWordsDiffer,
)
from protect.vault.models import Admission, RecoveryHalf, RecoveryOfficer, TeamKey
from tests.orgs.conftest import make_organisation
from tests.vault.cast import (
    AT,
    appoint_officers,
    found,
    make_person,
    new_team,
    serve,
)

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def gita(cast):
    return make_person("gita")


@pytest.fixture
def office(cast, gita):
    """An organisation that begins: nobody is an officer yet."""
    made = make_organisation("Demo beginning", "FR")
    serve(gita, made, "organisation_admin")
    return made


@pytest.fixture
def team(office, gita):
    made = new_team(office, "Demo new")
    found(made, gita)
    made.refresh_from_db()
    return made


def officer(organisation, slot: int) -> RecoveryOfficer:
    return RecoveryOfficer.objects.get(organisation=organisation, slot=slot)


def halves(team) -> set[tuple[int, str, int]]:
    rows = RecoveryHalf.objects.filter(team_key__team=team).order_by("pk")
    return set(rows.values_list("team_key__version", "pair", "slot"))


def key_of(team, version=1) -> TeamKey:
    return TeamKey.objects.get(team=team, version=version)


def typed(cast, *slots) -> dict[int, str]:
    return {slot: cast.codes[cast.office.pk][slot] for slot in slots}


def test_an_officer_whose_words_were_not_compared_gets_no_half(cast, team, office, gita):
    """A manager whom a writer to the database put there appoints officers by the pages."""
    appoint_officers(gita.scope, office)
    new = recovery_kit.officers_to_compare(gita.unlocked(), team)
    words = {slot: " ".join(recovery_kit.words_of(each)) for slot, each in new.items()}
    assert set(words) == {1, 2, 3}

    for said in ({}, words | {2: words[1]}, {1: words[1], 3: words[3]}):
        with pytest.raises(OfficerWordsDiffer) as caught:
            recovery_kit.finish(gita.scope, gita.unlocked(), team, words=said, at=AT)
        assert caught.value.facts == {"slot": 2 if said else 1}
    assert halves(team) == set()

    shouted = {slot: said.upper() for slot, said in words.items()}
    recovery_kit.finish(gita.scope, gita.unlocked(), team, words=shouted, at=AT)
    assert recovery_kit.officers_to_compare(gita.unlocked(), team) == {}


def test_only_officers_whom_the_team_has_not_signed_are_compared_again(cast):
    assert recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk) == {}

    made = recovery_kit.appoint(cast.dana.scope, cast.office, 2, at=AT)
    assert recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk) == {}
    recovery_kit.confirm_officer(cast.dana.scope, made.officer, made.code.printed(), at=AT)

    assert set(recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk)) == {2}


def test_officers_of_whom_one_version_knows_nothing_are_compared(cast):
    """Both versions of a renewal under way give halves: each must know the officer."""
    key = rotation.begin(cast.sana.unlocked(), cast.desk, at=AT)
    Admission.objects.filter(team_key=key, role="officer_3").delete()

    assert set(recovery_kit.officers_to_compare(cast.sana.unlocked(), cast.desk)) == {3}
