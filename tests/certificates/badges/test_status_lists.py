import base64
import gzip

import pytest
from hypothesis import given, settings, strategies as st
from openbadgeslib.ob3 import decode_encoded_list, encode_bitstring, set_indices

from protect.certificates.badges import status_lists
from protect.certificates.badges.status_lists import (
    LIST_SIZE,
    MAX_LIST_BYTES,
    build_status_list,
    draw_index,
)
from protect.certificates.errors import StatusListFull
from tests.certificates.badges.given import AT, ISSUER

PLACES = st.sets(st.integers(0, LIST_SIZE - 1), max_size=50)


def encode(raw: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@settings(deadline=None)
@given(PLACES)
def test_list_returns_the_set_bits_and_the_library_agrees(places):
    encoded = status_lists.encode_list(places)

    bits = status_lists.decode_list(encoded)
    assert {place for place in places if status_lists.is_set(bits, place)} == places
    assert sum(byte.bit_count() for byte in bits) == len(places)
    assert set_indices(decode_encoded_list(encoded)) == places
    assert status_lists.decode_list(encode_bitstring(places)) == bits


def test_list_has_the_standard_size_and_one_encoding():
    assert len(status_lists.decode_list(status_lists.encode_list([]))) == 16 * 1024
    assert status_lists.encode_list([1, 2]) == status_lists.encode_list({2, 1})


@pytest.mark.parametrize("place", [-1, LIST_SIZE])
def test_index_outside_the_list_is_refused(place):
    with pytest.raises(ValueError, match="outside"):
        status_lists.encode_list([place])
    with pytest.raises(ValueError, match="outside"):
        status_lists.is_set(bytes(LIST_SIZE // 8), place)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "z" + status_lists.encode_list([])[1:],
        "u!!!",
        "u\x80",
        encode(b"not packed"),
        encode(gzip.compress(bytes(LIST_SIZE // 8 - 1), mtime=0)),
        encode(gzip.compress(bytes(LIST_SIZE // 8), mtime=0)[:-4]),
        encode(gzip.compress(bytes(LIST_SIZE // 8), mtime=0) + b"more"),
        encode(gzip.compress(bytes(MAX_LIST_BYTES + 1), mtime=0)),
    ],
)
def test_invalid_encoded_list_is_refused(encoded):
    with pytest.raises(ValueError, match=r"not"):
        status_lists.decode_list(encoded)


@settings(deadline=None)
@given(
    st.text(max_size=30)
    | st.text(max_size=30).map("u".__add__)
    | st.binary(max_size=60).map(encode)
)
def test_arbitrary_text_is_refused_without_a_crash(encoded):
    with pytest.raises(ValueError, match=r"not"):
        status_lists.decode_list(encoded)


def test_list_longer_than_the_minimum_is_read():
    assert (
        status_lists.is_set(
            status_lists.decode_list(encode(gzip.compress(b"\x80" * MAX_LIST_BYTES))), 8
        )
        is True
    )


def test_random_index_is_free_and_not_adjacent_to_the_last():
    taken = set(range(LIST_SIZE // 2))

    drawn = [draw_index(taken) for _ in range(50)]

    assert min(drawn) >= LIST_SIZE // 2
    assert len(set(drawn)) > 40


def test_list_is_full_when_nine_tenths_of_its_indexes_are_used():
    assert draw_index(range(LIST_SIZE * 9 // 10 - 1)) >= LIST_SIZE * 9 // 10 - 1
    with pytest.raises(StatusListFull):
        draw_index(range(LIST_SIZE * 9 // 10))


def test_a_list_names_its_purpose_its_issuer_and_its_end():
    made = build_status_list(ISSUER, 3, [5], at=AT)

    assert made["id"] == f"{ISSUER.address}/status/3/revocation"
    assert made["credentialSubject"]["statusPurpose"] == "revocation"
    assert (made["validFrom"], made["validUntil"]) == (
        "2026-11-20T12:00:00Z",
        "2026-12-21T12:00:00Z",
    )
