from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.kernel.items import encode_items

INTEGERS = st.integers(-(2**63), 2**63 - 1)
VALUES = st.none() | st.text() | INTEGERS | st.uuids() | st.binary()
LISTS = st.lists(VALUES, max_size=6)


def read_back(raw: bytes) -> list[str | int | UUID | bytes | None]:
    """Read the bytes as somebody else would who has only the description."""
    count, rest = int.from_bytes(raw[:4], "big"), raw[4:]
    read = {
        0: lambda value: None,
        1: bytes.decode,
        2: lambda value: int.from_bytes(value, "big", signed=True),
        3: lambda value: UUID(bytes=value),
        4: bytes,
    }
    found = []
    for _ in range(count):
        kind, length = rest[0], int.from_bytes(rest[1:5], "big")
        found.append(read[kind](rest[5 : 5 + length]))
        rest = rest[5 + length :]
    assert rest == b""
    return found


@pytest.mark.parametrize(
    ("values", "spelled"),
    [
        ([], "00000000"),
        ([None], "00000001 00 00000000"),
        ([""], "00000001 01 00000000"),
        (["protect", 1], "00000002 01 00000007 70726f74656374 02 00000008 0000000000000001"),
        (["né"], "00000001 01 00000003 6ec3a9"),
        ([-1], "00000001 02 00000008 ffffffffffffffff"),
        ([b"\x00"], "00000001 04 00000001 00"),
        (
            [UUID("00112233-4455-6677-8899-aabbccddeeff")],
            "00000001 03 00000010 00112233445566778899aabbccddeeff",
        ),
    ],
)
def test_encoding_never_changes(values, spelled):
    assert encode_items(*values) == bytes.fromhex(spelled)


@given(LISTS)
def test_encoded_values_can_be_read_back(values):
    assert read_back(encode_items(*values)) == values


@given(LISTS, LISTS)
def test_different_lists_have_different_bytes(one, other):
    assert (encode_items(*one) == encode_items(*other)) == (one == other)


@given(st.lists(st.text(), min_size=2, max_size=5))
def test_moving_the_border_between_two_texts_changes_the_bytes(texts):
    joined = ["".join(texts[:2]), *texts[2:]]

    assert encode_items(*texts) != encode_items(*joined)


@pytest.mark.parametrize("value", [True, 1.5, ["a"], bytearray(b"a")])
def test_a_value_of_another_type_is_refused(value):
    with pytest.raises(TypeError):
        encode_items(value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_an_integer_beyond_64_bits_is_refused(value):
    with pytest.raises(OverflowError):
        encode_items(value)


def test_half_of_a_surrogate_pair_is_refused():
    with pytest.raises(UnicodeEncodeError):
        encode_items("\ud800")
