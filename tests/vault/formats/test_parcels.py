from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.vault.formats import context, wraps
from protect.vault.formats.errors import Forged, Malformed
from protect.vault.formats.secrets import UserPublicKey
from tests.vault.formats.given import AMAL, AMAL_SECRET, BELA, BELA_SECRET, flip

ONE, OTHER = UUID(int=1), UUID(int=2)
BOUND = context.parcel(user=AMAL, parcel=ONE)
PUBLIC = AMAL_SECRET.public()


@given(st.binary(max_size=5000))
def test_a_file_comes_back_as_it_was(content):
    blob = wraps.seal_parcel(content, PUBLIC, BOUND)

    assert wraps.unseal_parcel(blob, AMAL_SECRET, BOUND) == content


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"", "00000000"),
        (b"abcde", "00000005" + "6162636465" + "00"),
        (b"\0" * 5, "00000005" + "00" * 5 + "00"),
        (b"x" * 301, "0000012d" + "78" * 301 + "00" * 15),
    ],
)
def test_a_parcel_holds_length_content_and_zeros_up_to_the_size_of_padme(content, plain):
    blob = wraps.seal_parcel(content, PUBLIC, BOUND)

    assert wraps.open_with_secret(AMAL_SECRET, blob, BOUND).hex() == plain


def test_its_size_tells_no_more_than_a_step():
    sizes = {len(wraps.seal_parcel(bytes(size), PUBLIC, BOUND)) for size in (99_000, 99_100)}

    assert len(sizes) == 1


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "000000",
        "000000056162636465" + "0000",  # a zero too many
        "000000056162636465",  # one too few
        "000000056162636465" + "01",  # not a zero
        "ffffffff",
    ],
)
def test_what_is_not_padded_as_we_pad_is_refused(plain):
    blob = wraps.seal_for_public_key(PUBLIC, bytes.fromhex(plain), BOUND)

    with pytest.raises(Malformed, match=r"^wrong padding$"):
        wraps.unseal_parcel(blob, AMAL_SECRET, BOUND)


@pytest.mark.parametrize(
    ("key", "bound"),
    [
        (BELA_SECRET, BOUND),
        (AMAL_SECRET, context.parcel(user=BELA, parcel=ONE)),
        (AMAL_SECRET, context.parcel(user=AMAL, parcel=OTHER)),
    ],
)
def test_it_opens_for_nobody_else_and_in_no_other_row(key, bound):
    blob = wraps.seal_parcel(b"PLANTED", PUBLIC, BOUND)

    with pytest.raises(Forged):
        wraps.unseal_parcel(blob, key, bound)


def test_a_changed_byte_is_found():
    blob = wraps.seal_parcel(b"abc", PUBLIC, BOUND)

    with pytest.raises(Forged):
        wraps.unseal_parcel(flip(blob, len(blob) * 8 - 1), AMAL_SECRET, BOUND)


def test_nothing_is_sealed_to_what_is_no_key():
    with pytest.raises(Malformed):
        wraps.seal_parcel(b"abc", UserPublicKey(b"\xff" * UserPublicKey.SIZE), BOUND)
