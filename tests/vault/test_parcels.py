import os
from uuid import UUID

import pytest

from protect.vault.errors import KeyNotReady, RecordDamaged
from protect.vault.models import UserKey
from protect.vault.records import personal
from tests.vault.cast import make_person, renew

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def amal(db):
    return make_person("amal")


@pytest.mark.parametrize("size", [0, 1, 20_000_000])
def test_parcel_round_trip_of_any_size(amal, size):
    content = os.urandom(size)
    blob = personal.seal_own_file(amal.pk, ONE, content)

    assert personal.open_own_file(amal.unlocked(), ONE, blob) == content
    assert content[:64] not in blob or size < 64


def test_it_opens_for_nobody_else_and_in_no_other_row(amal):
    bela = make_person("bela")
    blob = personal.seal_own_file(amal.pk, ONE, b"PLANTED")

    for person, row in ((bela, ONE), (amal, OTHER)):
        with pytest.raises(RecordDamaged) as refused:
            personal.open_own_file(person.unlocked(), row, blob)
        assert "PLANTED" not in str(refused.value)


def test_restarted_account_cannot_open_earlier_parcels(amal):
    blob = personal.seal_own_file(amal.pk, ONE, b"PLANTED")
    renew(amal)

    with pytest.raises(RecordDamaged):
        personal.open_own_file(amal.unlocked(), ONE, blob)


def test_parcel_is_sealed_to_the_newest_key(amal):
    renew(amal)

    assert (
        personal.open_own_file(amal.unlocked(), ONE, personal.seal_own_file(amal.pk, ONE, b"new"))
        == b"new"
    )


def test_user_without_keys_gets_no_parcel(amal):
    UserKey.objects.all().delete()

    with pytest.raises(KeyNotReady):
        personal.seal_own_file(amal.pk, ONE, b"PLANTED")
