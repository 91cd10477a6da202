import os
from itertools import chain

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings, strategies as st

from protect.vault.formats import context, files, padding
from protect.vault.formats.errors import Damaged, Forged, Malformed, NotCanonical
from protect.vault.formats.files import FileMetadata
from protect.vault.formats.secrets import Dek
from tests.vault.formats.given import CASE, OTHER, RECORD, VECTORS, flip, flipped

FILE = context.file(file=OTHER, record=RECORD)
MIB = 1 << 20
SEALED = MIB + 16
LONG = os.urandom(MIB) * 3


def about(size: int, name: str = "Demo letter.pdf") -> FileMetadata:
    return FileMetadata(name, "application/pdf", size)


def seal(content: bytes) -> tuple[bytes, Dek]:
    return files.seal(content, about(len(content)), FILE)


def chunks_of(blob: bytes) -> tuple[bytes, list[bytes]]:
    body = blob[9:]
    return blob[:9], [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


FRAME = len(files._frame_metadata(about(3 * MIB)))


@settings(max_examples=40)
@given(st.binary(max_size=3000), st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_file_comes_back_with_its_name(content, name):
    blob, dek = files.seal(content, about(len(content), name), FILE)

    assert files.unseal(blob, dek, FILE) == (about(len(content), name), content)


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB])
def test_a_file_comes_back_at_every_edge_of_a_chunk(size):
    content = LONG[:size]
    blob, dek = seal(content)

    assert files.unseal(blob, dek, FILE) == (about(size), content)


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_file_that_fills_its_chunks_has_no_empty_one_after(over):
    """2 MiB is a size of Padmé: with the frame it is two chunks to the byte."""
    size = 2 * MIB - len(files._frame_metadata(about(2 * MIB))) + over
    blob, dek = seal(LONG[:size])
    _, chunks = chunks_of(blob)

    assert [len(chunk) for chunk in chunks[:2]] == [SEALED, SEALED]
    assert len(chunks) == (3 if over == 1 else 2)
    assert files.unseal(blob, dek, FILE)[1] == LONG[:size]


def test_the_layout_is_the_one_written_down():
    blob, dek = seal(b"Demo")
    plain = AESGCM(dek.reveal()).decrypt(blob[2:9] + bytes(4) + b"\1", blob[9:], FILE)
    frame = b'{"name":"Demo letter.pdf","size":4,"type":"application/pdf"}'

    assert blob[:2] == b"\1\1"
    assert plain == (len(frame).to_bytes(4, "big") + frame + b"Demo").ljust(len(plain), b"\0")
    assert len(plain) == padding.padme_size(len(frame) + 8)


def test_chunks_are_counted_and_the_last_is_marked():
    blob, dek = seal(LONG)
    _, chunks = chunks_of(blob)
    key = AESGCM(dek.reveal())

    for n, chunk in enumerate(chunks):
        nonce = blob[2:9] + n.to_bytes(4, "big") + bytes([n == len(chunks) - 1])
        assert len(key.decrypt(nonce, chunk, FILE)) == len(chunk) - 16


def test_what_was_sealed_years_ago_opens():
    dek = Dek(bytes.fromhex(VECTORS["opened"]["document"]["dek"]))
    bound = bytes.fromhex(VECTORS["contexts"]["file"])

    known, content = files.unseal(bytes.fromhex(CASE["file"]), dek, bound)

    assert content == b"Demo document.\n" * 40
    assert known == FileMetadata(VECTORS["opened"]["file"]["name"], "application/pdf", 600)


def test_nothing_repeats():
    made = [seal(b"") for _ in range(50)]

    assert len({blob[2:9] for blob, _ in made}) == 50
    assert len({dek.reveal() for _, dek in made}) == 50


def test_every_bit_counts():
    blob, dek = seal(b"Demo")

    for spoilt in flipped(blob):
        with pytest.raises(Damaged):
            files.unseal(spoilt, dek, FILE)


@pytest.mark.parametrize("bit", range(16))
def test_another_version_or_algorithm_is_malformed(bit):
    blob, dek = seal(b"Demo")

    with pytest.raises(Malformed, match=r"^not a file of this version$"):
        files.unseal(flip(blob, bit), dek, FILE)


def test_a_cut_is_seen_at_every_length():
    blob, dek = seal(b"Demo")

    for size in range(len(blob)):
        with pytest.raises(Malformed if size <= 9 else Forged):
            files.unseal(blob[:size], dek, FILE)
    with pytest.raises(Forged, match=r"^a chunk does not open$"):
        files.unseal(blob + b"\0", dek, FILE)


@pytest.mark.parametrize(
    "arrange",
    [
        lambda c: c[:-1],  # the end is missing
        lambda c: c[1:],  # the beginning
        lambda c: [c[0], *c[2:]],  # the middle
        lambda c: [c[1], c[0], *c[2:]],
        lambda c: [c[0], c[2], c[1], *c[3:]],
        lambda c: [c[0], *c],
        lambda c: [*c, c[-1]],
        lambda c: [*c[:-1], c[-2], c[-1]],
        lambda c: c[:1],
        lambda c: c[-1:],
    ],
)
def test_chunks_left_out_repeated_or_moved_do_not_open(arrange):
    blob, dek = seal(LONG)
    head, chunks = chunks_of(blob)

    with pytest.raises(Forged):
        files.unseal(head + b"".join(arrange(chunks)), dek, FILE)


def test_no_chunks_at_all_are_malformed():
    blob, dek = seal(b"Demo")

    with pytest.raises(Malformed):
        files.unseal(blob[:9], dek, FILE)


def test_chunks_of_two_files_do_not_mix():
    (one, dek), (two, _) = seal(LONG), seal(LONG)

    with pytest.raises(Forged):
        files.unseal(one[: 9 + SEALED] + two[9 + SEALED :], dek, FILE)


def test_a_file_opens_nowhere_else_and_with_no_other_key():
    blob, dek = seal(b"Demo")

    for bound in (
        context.file(file=RECORD, record=RECORD),
        context.file(file=OTHER, record=OTHER),
    ):
        with pytest.raises(Forged):
            files.unseal(blob, dek, bound)
    with pytest.raises(Forged):
        files.unseal(blob, Dek.generate(), FILE)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 700_000), st.integers(1, 700_000))
def test_how_pieces_come_does_not_matter(width, taken):
    pieces = (LONG[at : at + width] for at in range(0, 2 * MIB, width))
    content = b"".join(LONG[at : at + width] for at in range(0, 2 * MIB, width))
    sealed, dek = files.seal_pieces(pieces, about(len(content)), FILE)
    blob = b"".join(sealed)

    known, opened = files.unseal_pieces(
        (blob[at : at + taken] for at in range(0, len(blob), taken)), dek, FILE
    )

    assert known == about(len(content))
    assert b"".join(opened) == content


def test_the_head_may_come_a_byte_at_a_time():
    blob, dek = seal(b"Demo")

    known, opened = files.unseal_pieces((bytes([byte]) for byte in blob), dek, FILE)

    assert (known, b"".join(opened)) == (about(4), b"Demo")


def test_a_stream_takes_one_chunk_at_a_time():
    """Neither side waits for the end: memory holds a chunk, not a file."""
    taken: list[int] = []

    def source():
        for n in range(3):
            taken.append(n)
            yield LONG[:MIB]

    sealed, dek = files.seal_pieces(source(), about(3 * MIB), FILE)
    head, first = next(sealed), next(sealed)

    assert taken == [0]
    known, opened = files.unseal_pieces(chain([head, first], sealed), dek, FILE)
    assert known.size == 3 * MIB
    assert next(opened) == LONG[: MIB - FRAME]
    assert taken == [0, 1]


def test_a_truncated_stream_is_refused_at_its_end():
    blob, dek = seal(LONG)
    _, opened = files.unseal_pieces([blob[: 9 + 3 * SEALED]], dek, FILE)

    with pytest.raises(Forged):
        list(opened)


@pytest.mark.parametrize("size", [3, 5])
def test_a_file_of_another_size_than_was_said_is_not_sealed(size):
    with pytest.raises(NotCanonical, match=r"^a file of another size than stated$"):
        files.seal(b"Demo", about(size), FILE)


def test_a_name_has_its_limit():
    frame = len(files._frame_metadata(about(0, ""))) - 4
    longest = about(0, "x" * (4096 - frame))

    assert files.unseal(*files.seal(b"", longest, FILE), FILE)[0] == longest
    for wrong in (about(0, "x" * (4097 - frame)), about(-1), about(0, "\ud800")):
        with pytest.raises(NotCanonical):
            files.seal_pieces([], wrong, FILE)
    with pytest.raises(NotCanonical, match=r"^metadata too long, or a negative size$"):
        files.seal_pieces([], about(-1), FILE)


def made(plain: bytes) -> tuple[bytes, Dek]:
    """Return a file that holds what our own code would not write."""
    dek, prefix = Dek.generate(), bytes(7)
    nonce = prefix + bytes(4) + b"\1"
    return b"\1\1" + prefix + AESGCM(dek.reveal()).encrypt(nonce, plain, FILE), dek


def framed(body: bytes, rest: bytes, size: int | None = None) -> bytes:
    plain = len(body).to_bytes(4, "big") + body + rest
    return plain.ljust(padding.padme_size(len(plain)) if size is None else size, b"\0")


FOUR = b'{"name":"n","size":4,"type":"t"}'


def test_such_a_file_opens_when_it_is_right():
    assert files.unseal(*made(framed(FOUR, b"Demo")), FILE) == (FileMetadata("n", "t", 4), b"Demo")


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        (b"", "not canonical JSON"),
        (b"\0\0", "not canonical JSON"),
        (framed(b'{"name":"n","size":4}', b"Demo"), "unexpected file metadata"),
        (framed(b'{"name":1,"size":4,"type":"t"}', b"Demo"), "unexpected file metadata"),
        (framed(b'{"name":"n","size":"4","type":"t"}', b"Demo"), "unexpected file metadata"),
        (framed(b'{"name":"n","size":true,"type":"t"}', b"D"), "unexpected file metadata"),
        (framed(b'{"name":"n","size":-1,"type":"t"}', b""), "unexpected file metadata"),
        (framed(b'{"a":1,"name":"n","size":0,"type":"t"}', b""), "unexpected file metadata"),
        (framed(b'{"name":"n", "size":4,"type":"t"}', b"Demo"), "not canonical JSON"),
        (framed(b"x" * 4097, b""), "metadata too long"),
        (framed(FOUR, b"Demo!"), "a file with wrong padding"),
        (framed(FOUR, b"Demo", 44), "a file of another size than stated"),
        (framed(FOUR, b"Dem", 39), "a file of another size than stated"),
        (framed(FOUR, b"Demo", 41), "a file of another size than stated"),
    ],
)
def test_what_we_would_not_write_is_malformed(plain, why):
    with pytest.raises(Malformed, match=rf"^{why}$"):
        files.unseal(*made(plain), FILE)


def test_a_name_does_not_show():
    assert repr(about(1)) == str(about(1)) == "FileMetadata(…)"
