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
def test_twenty_megabytes_come_back_as_well_as_nothing(amal, size):
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


def test_a_key_that_is_forgotten_opens_nothing(amal):
    blob = personal.seal_own_file(amal.pk, ONE, b"PLANTED")
    renew(amal)

    with pytest.raises(RecordDamaged):
        personal.open_own_file(amal.unlocked(), ONE, blob)


def test_the_newest_key_is_the_one_it_is_sealed_to(amal):
    renew(amal)

    assert (
        personal.open_own_file(amal.unlocked(), ONE, personal.seal_own_file(amal.pk, ONE, b"new"))
        == b"new"
    )


def test_nothing_is_sealed_for_somebody_without_keys(amal):
    UserKey.objects.all().delete()

    with pytest.raises(KeyNotReady):
        personal.seal_own_file(amal.pk, ONE, b"PLANTED")
