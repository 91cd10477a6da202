import pytest
from hypothesis import given, strategies as st

from protect.vault.formats import context, sealed
from protect.vault.formats.errors import Damaged, Forged, Malformed, NotCanonical
from protect.vault.formats.secrets import Dek
from tests.vault.formats.given import CASE, OTHER, RECORD, SEAL, VECTORS, flip, flipped

DOCUMENT = {"name": "Demo Person", "age": 31}
WHERE = {"kind": "case", "record": RECORD, "compartment": "content", "version": 1, "schema": 1}
ELSEWHERE = {"kind": "note", "record": OTHER, "compartment": "identity", "version": 2, "schema": 2}


def test_a_document_comes_back():
    blob, dek = sealed.seal(DOCUMENT, SEAL)

    assert sealed.unseal(blob, dek, SEAL) == DOCUMENT
    assert type(dek) is Dek


@given(st.binary(max_size=600), st.binary(max_size=40))
def test_bytes_come_back(plain, bound):
    key = bytes(32)

    assert sealed.decrypt(sealed.encrypt(plain, key, bound), key, bound) == plain


def test_the_layout_is_the_one_written_down():
    blob, _ = sealed.seal(DOCUMENT, SEAL)

    assert blob[:2] == b"\x01\x01"
    assert len(blob) == 2 + 12 + 256 + 16
    assert b"Demo" not in blob


def test_what_was_sealed_years_ago_opens():
    bound = bytes.fromhex(VECTORS["contexts"]["seal"])
    dek = Dek(bytes.fromhex(VECTORS["dek"]))

    opened = sealed.unseal(bytes.fromhex(CASE["sealed"]), dek, bound)

    assert opened == VECTORS["opened"]["document"]


def test_nothing_repeats():
    made = [sealed.seal(DOCUMENT, SEAL) for _ in range(50)]

    assert len({blob[2:14] for blob, _ in made}) == 50
    assert len({dek.reveal() for _, dek in made}) == 50


def test_every_bit_counts():
    blob, dek = sealed.seal(DOCUMENT, SEAL)

    for spoilt in flipped(blob):
        with pytest.raises(Damaged):
            sealed.unseal(spoilt, dek, SEAL)


@pytest.mark.parametrize("bit", range(16))
def test_another_version_or_algorithm_is_malformed(bit):
    blob, dek = sealed.seal(DOCUMENT, SEAL)

    with pytest.raises(Malformed, match=r"^not sealed bytes of this version$"):
        sealed.unseal(flip(blob, bit), dek, SEAL)


def test_a_cut_is_seen_at_every_length():
    blob, dek = sealed.seal(DOCUMENT, SEAL)

    for size in range(len(blob)):
        expected = Malformed if size < 2 + 12 + 16 else Forged
        with pytest.raises(expected):
            sealed.unseal(blob[:size], dek, SEAL)
    with pytest.raises(Forged, match=r"^sealed bytes do not open$"):
        sealed.unseal(blob + b"\0", dek, SEAL)


def test_nothing_at_all_can_be_sealed():
    assert len(sealed.encrypt(b"", bytes(32), b"")) == 30
    assert sealed.decrypt(sealed.encrypt(b"", bytes(32), b""), bytes(32), b"") == b""


@pytest.mark.parametrize("item", WHERE)
def test_a_document_opens_nowhere_else(item):
    blob, dek = sealed.seal(DOCUMENT, SEAL)
    elsewhere = context.seal(**WHERE | {item: ELSEWHERE[item]})

    with pytest.raises(Forged):
        sealed.unseal(blob, dek, elsewhere)


def test_another_key_does_not_open():
    blob, _ = sealed.seal(DOCUMENT, SEAL)

    with pytest.raises(Forged):
        sealed.unseal(blob, Dek.generate(), SEAL)


def test_bytes_that_are_no_document_are_malformed():
    dek = Dek.generate()

    with pytest.raises(Malformed):
        sealed.unseal(sealed.encrypt(b"{}", dek.reveal(), SEAL), dek, SEAL)


def test_what_has_no_single_spelling_is_not_sealed():
    with pytest.raises(NotCanonical):
        sealed.seal({"age": 31.5}, SEAL)


def test_a_refusal_tells_nothing():
    blob, dek = sealed.seal(DOCUMENT, SEAL)

    with pytest.raises(Forged) as refused:
        sealed.unseal(flip(blob, 300), dek, SEAL)

    assert refused.value.__suppress_context__
    assert refused.value.args == ("sealed bytes do not open",)
