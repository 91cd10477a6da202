import json

import pytest
from hypothesis import example, given, strategies as st

from protect.vault.formats import padding
from protect.vault.formats.errors import Malformed, NotCanonical
from tests.vault.formats.given import VECTORS, flipped

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(TEXT, VALUES, max_size=4)


def of_length(size: int) -> dict[str, str]:
    """Return a document whose canonical JSON has `size` bytes."""
    return {"a": "x" * (size - len('{"a":""}'))}


@given(DOCUMENTS)
def test_a_document_comes_back(document):
    padded = padding.pad(document)

    assert padding.unpad(padded) == document
    assert padding.pad(padding.unpad(padded)) == padded


def test_a_padded_document_is_the_one_known():
    padded = padding.pad({"ü": "ß", "a": [1, True, None]})

    assert padded.hex() == VECTORS["padded"]
    assert padded.startswith('\0\0\0\x1d{"a":[1,true,null],"ü":"ß"}'.encode())


@given(DOCUMENTS)
def test_the_order_of_keys_does_not_tell(document):
    turned = dict(reversed(document.items()))

    assert padding.pad(turned) == padding.pad(document)


@pytest.mark.parametrize(
    ("framed", "padded"),
    [
        (0, 0),
        (1, 256),
        (256, 256),
        (257, 512),
        (3841, 4096),
        (4096, 4096),
        (4097, 5120),
        (5120, 5120),
        (5121, 6144),
    ],
)
def test_sizes_come_in_steps(framed, padded):
    assert padding.padded_document_size(framed) == padded


@pytest.mark.parametrize(
    ("size", "padded"), [(10, 256), (252, 256), (253, 512), (4092, 4096), (4093, 5120)]
)
def test_the_length_is_part_of_what_is_padded(size, padded):
    assert len(padding.pad(of_length(size))) == padded


@given(st.integers(10, 12_000), st.integers(10, 12_000))
def test_length_within_a_step_is_hidden(one, two):
    sizes = [len(padding.pad(of_length(size))) for size in (one, two)]

    assert (sizes[0] == sizes[1]) is (
        padding.padded_document_size(one + 4) == padding.padded_document_size(two + 4)
    )


def nested(depth: int) -> dict[str, object]:
    value: object = 1
    for _ in range(depth - 2):
        value = [value]
    return {"a": value}


def test_lists_may_be_64_deep():
    assert padding.unpad(padding.pad(nested(64))) == nested(64)
    with pytest.raises(NotCanonical, match=r"^too deep$"):
        padding.pad(nested(65))


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"a": 1.0}, "a value with more than one spelling"),
        ({"a": [float("nan")]}, "a value with more than one spelling"),
        ({"a": {"b": b"x"}}, "a value with more than one spelling"),
        ({"a": (1,)}, "a value with more than one spelling"),
        ({"a": Text("x")}, "a value with more than one spelling"),
        ({1: "a"}, "a key that is no text"),
        ({"a": [{None: 1}]}, "a key that is no text"),
        ({"a": "\ud800"}, "a lone surrogate"),
        ({"\udc00": 1}, "a lone surrogate"),
        (["a"], "a document is a map"),
        (None, "a document is a map"),
    ],
)
def test_what_has_no_single_spelling_is_refused(document, why):
    with pytest.raises(NotCanonical, match=f"^{why}$") as refused:
        padding.pad(document)

    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b'{"a": 1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\\ud800"}',
        b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}",
        b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
def test_any_other_spelling_is_refused(body):
    with pytest.raises(Malformed, match=r"^not canonical JSON$"):
        padding.parse_canonical_json(body)


def test_only_our_padding_is_taken():
    padded = padding.pad({"a": 1})
    spoilt = [b"", padded[:3], padded[:-1], padded + b"\0", padded + bytes(256), padded[:-256]]

    for blob in [*spoilt, padded[:-1] + b"\1", bytes(256), b"\xff" * 256]:
        with pytest.raises(Malformed):
            padding.unpad(blob)


def test_padding_of_another_size_or_with_something_in_it_says_so():
    padded = padding.pad({"a": 1})

    for blob in (padded + bytes(256), padded[:-1] + b"\1", padded[:11] + b"\1" + padded[12:]):
        with pytest.raises(Malformed, match=r"^wrong padding$"):
            padding.unpad(blob)


def test_every_bit_of_the_frame_counts():
    padded = padding.pad({"a": 1})

    for blob in flipped(padded):
        try:
            assert padding.unpad(blob) != {"a": 1}
        except Malformed:
            continue


@pytest.mark.parametrize(
    ("size", "padded"),
    [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (8, 8),
        (9, 10),
        (100, 104),
        (1000, 1024),
        (1024, 1024),
        (1025, 1088),
        (1_000_000, 1_015_808),
        (20_000_000, 20_447_232),
    ],
)
def test_padme_gives_the_sizes_of_its_paper(size, padded):
    assert padding.padme_size(size) == padded


@given(st.integers(0, 2**40))
@example(9)
def test_padme_grows_by_an_eighth_at_most_and_settles(size):
    padded = padding.padme_size(size)

    assert size <= padded <= size * 1.12
    assert padding.padme_size(padded) == padded


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_padme_keeps_order(one, two):
    low, high = sorted((one, two))

    assert padding.padme_size(low) <= padding.padme_size(high)


def test_canonical_json_is_json():
    assert json.loads(padding.canonical_json({"é": ["\n", "\u2028", 2**70]})) == {
        "é": ["\n", "\u2028", 2**70]
    }
