"""What a member whom nothing opens a team's key for still compares: the ledger and their pin."""

import pytest

from protect.vault.enums import Owner
from protect.vault.errors import KeyNotReady, TeamKeyMismatch
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret
from protect.vault.integrity import authenticity, key_register
from protect.vault.models import TeamGrant, TeamKey, TeamPin
from protect.vault.team_keys import rotation
from tests.vault.cast import AT, Cast, renew
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import refused

CAST_IS_KEPT = True


def key(cast: Cast, version: int = 1) -> TeamKey:
    return TeamKey.objects.get(team=cast.desk, version=version)


def must_be_known(cast: Cast, version: int = 1) -> None:
    authenticity.must_trust_team_key(cast.amal.unlocked(), key(cast, version))


def replace(cast: Cast, version: int = 1) -> None:
    """Put another public key into a version's row."""
    public = TeamSecret.generate().public().raw
    TeamKey.objects.filter(pk=key(cast, version).pk).update(public=public)


@pytest.fixture
def pinned(cast) -> Cast:
    """Amal has opened the desk's key once, and has no grant any more."""
    cast.amal.unlocked().team_secret(cast.desk.pk, 1)
    TeamGrant.objects.filter(user_key=cast.amal.key).delete()
    with pytest.raises(KeyNotReady):
        cast.amal.unlocked().team_secret(cast.desk.pk, 1)
    return cast


def test_pinned_key_is_trusted_without_a_grant(pinned):
    assert must_be_known(pinned) is None


def test_a_key_of_the_ledger_is_known_to_a_member_who_has_pinned_none(cast):
    assert must_be_known(cast) is None
    assert not TeamPin.objects.filter(user_key=cast.amal.key).exists()


def test_a_key_that_the_ledger_does_not_know_is_refused_without_a_pin(cast):
    replace(cast)

    with refused(TeamKeyMismatch, team=str(cast.desk.pk)):
        must_be_known(cast)


def test_a_version_that_the_ledger_says_is_retired_is_refused(pinned):
    second = rotation.begin_renewal(pinned.sana.unlocked(), pinned.desk, at=AT)
    key_register.register_retirement(Owner.TEAM, pinned.desk.pk, 1, at=AT)

    with refused(TeamKeyMismatch, team=str(pinned.desk.pk)):
        must_be_known(pinned)
    assert must_be_known(pinned, second.version) is None


def test_another_teams_retired_version_refuses_nothing(pinned):
    key_register.register_retirement(Owner.TEAM, pinned.far.pk, 1, at=AT)
    key_register.register_retirement(Owner.PERSON, pinned.desk.pk, 1, at=AT)

    assert must_be_known(pinned) is None


def test_a_key_that_replaced_the_pinned_one_is_refused_although_the_ledger_knows_it(pinned):
    replace(pinned)
    rebuild_uncompared()
    assert authenticity.verified_team_public_key(key(pinned)) == TeamPublicKey(
        bytes(key(pinned).public)
    )

    with refused(TeamKeyMismatch, team=str(pinned.desk.pk)):
        must_be_known(pinned)


def test_a_version_that_the_pinned_one_signed_is_known_and_pins_nothing(pinned):
    rotation.begin_renewal(pinned.sana.unlocked(), pinned.desk, at=AT)
    before = TeamPin.objects.get(user_key=pinned.amal.key)

    assert must_be_known(pinned, 2) is None
    after = TeamPin.objects.get(user_key=pinned.amal.key)
    assert (after.version, bytes(after.mark)) == (1, bytes(before.mark))


def test_a_version_that_the_pinned_one_did_not_sign_is_refused(pinned):
    TeamKey.objects.create(
        team=pinned.desk,
        version=2,
        public=TeamSecret.generate().public().raw,
        state="retiring",
        created=AT,
    )
    rebuild_uncompared()

    with refused(TeamKeyMismatch, team=str(pinned.desk.pk)):
        must_be_known(pinned, 2)


def test_pin_made_with_an_older_user_key_is_ignored(pinned):
    """Its mark was made with a secret that the person has lost."""
    renew(pinned.amal)

    assert TeamPin.objects.filter(user_key__user=pinned.amal.pk).count() == 1
    assert must_be_known(pinned) is None


def test_pin_of_another_user_is_ignored(cast):
    cast.sana.unlocked().team_secret(cast.desk.pk, 1)

    assert must_be_known(cast) is None
