from __future__ import annotations

import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.vault.actions import parcels
from protect.vault.errors import KeyNotReady, RecordDamaged
from protect.vault.formats import context, padding, wraps
from protect.vault.formats import parcels as formats
from protect.vault.formats.errors import Damaged
from protect.vault.formats.secrets import UserSecret
from protect.vault.models import UserKey
from tests.vault.cast import make_person, renew

ONE, OTHER = UUID(int=1), UUID(int=2)
SECRET = UserSecret.make()
BOUND = context.parcel(user=ONE, parcel=ONE)


@pytest.fixture
def amal(db):
    return make_person("amal")


@given(st.binary(max_size=5000))
def test_a_file_comes_back_as_it_was(content):
    blob = formats.seal(content, SECRET.public(), BOUND)

    assert formats.unseal(blob, SECRET, BOUND) == content


@pytest.mark.parametrize("size", [0, 1, 20_000_000])
def test_twenty_megabytes_come_back_as_well_as_nothing(amal, size):
    content = os.urandom(size)
    blob = parcels.seal(amal.pk, ONE, content)

    assert parcels.unseal(amal.unlocked(), ONE, blob) == content
    assert content[:64] not in blob or size < 64


def test_its_size_tells_no_more_than_a_step():
    sizes = {len(formats.seal(bytes(size), SECRET.public(), BOUND)) for size in (99_000, 99_100)}

    assert len(sizes) == 1


def test_it_opens_for_nobody_else_and_in_no_other_row(amal):
    bela = make_person("bela")
    blob = parcels.seal(amal.pk, ONE, b"PLANTED")

    for person, row in ((bela, ONE), (amal, OTHER)):
        with pytest.raises(RecordDamaged) as refused:
            parcels.unseal(person.unlocked(), row, blob)
        assert "PLANTED" not in str(refused.value)


def test_a_key_that_is_forgotten_opens_nothing(amal):
    blob = parcels.seal(amal.pk, ONE, b"PLANTED")
    renew(amal)

    with pytest.raises(RecordDamaged):
        parcels.unseal(amal.unlocked(), ONE, blob)


def test_the_newest_key_is_the_one_it_is_sealed_to(amal):
    renew(amal)

    assert parcels.unseal(amal.unlocked(), ONE, parcels.seal(amal.pk, ONE, b"new")) == b"new"


def test_nothing_is_sealed_for_somebody_without_keys(amal):
    UserKey.objects.all().delete()

    with pytest.raises(KeyNotReady):
        parcels.seal(amal.pk, ONE, b"PLANTED")


@pytest.mark.parametrize("change", [lambda plain: plain + b"\0", lambda plain: plain[:-1] + b"x"])
def test_only_our_padding_is_taken(change):
    framed = (3).to_bytes(4, "big") + b"abc"
    plain = framed.ljust(padding.padme(len(framed)) + 1, b"\0")
    blob = wraps.seal_to(SECRET.public(), change(plain), BOUND)

    with pytest.raises(Damaged):
        formats.unseal(blob, SECRET, BOUND)


def test_a_changed_byte_is_found():
    blob = bytearray(formats.seal(b"abc", SECRET.public(), BOUND))
    blob[-1] ^= 1

    with pytest.raises(Damaged):
        formats.unseal(bytes(blob), SECRET, BOUND)
