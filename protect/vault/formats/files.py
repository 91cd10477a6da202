"""The bytes of a file.

    version 1 byte │ algorithm 1 byte │ nonce prefix 7 bytes │ chunks

Each chunk is AES-256-GCM of 1 MiB (the last one of less), its nonce prefix 7 │ counter 4 │ last 1
byte, its associated data the context: chunks left out, added, repeated or in another order do not
open (the STREAM construction). The chunks together hold

    length 4 bytes │ canonical JSON of name, size and type │ content │ zeros up to the size of Padmé
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import padding
from protect.vault.formats.context import FileContext
from protect.vault.formats.errors import Forged, Malformed, NotCanonical
from protect.vault.formats.secrets import Dek

VERSION, AES_256_GCM = 1, 1
HEAD = bytes([VERSION, AES_256_GCM])
PREFIX, CHUNK, TAG = 7, 1 << 20, 16  # bytes
LENGTH, ABOUT_MAX = 4, 4096  # bytes: a name and a type stand in the first chunk


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a file besides its content. Units: size in bytes."""

    name: str
    type: str
    size: int

    def __repr__(self) -> str:
        return "About(…)"  # a name tells as much as a content


def seal(content: bytes, about: About, context: FileContext) -> tuple[bytes, Dek]:
    """Return a file sealed, and the fresh key that it is sealed with. Errors: NotCanonical."""
    pieces, dek = seal_pieces([content], about, context)
    return b"".join(pieces), dek


def unseal(blob: bytes, dek: Dek, context: FileContext) -> tuple[About, bytes]:
    """Return a file, whole and verified to its end. Errors: Malformed, Forged."""
    about, pieces = unseal_pieces([blob], dek, context)
    return about, b"".join(pieces)


def seal_pieces(
    content: Iterable[bytes], about: About, context: FileContext
) -> tuple[Iterator[bytes], Dek]:
    """Return a file sealed piece by piece, and its key.
    Errors: NotCanonical, also when the content turns out to have another size than was said."""
    dek = Dek.make()
    framed = _framed(about)
    total = padding.padme(len(framed) + about.size)
    return _sealed(_padded(framed, content, about.size, total), total, dek, context), dek


def unseal_pieces(
    blob: Iterable[bytes], dek: Dek, context: FileContext
) -> tuple[About, Iterator[bytes]]:
    """Return what a file is, and its content piece by piece. A piece is genuine when it comes, but
    only the end tells that none is missing: callers that pass pieces on must be able to take them
    back. Errors: Malformed, Forged; both also while the pieces are read."""
    opened = _opened(blob, dek, context)
    first = next(opened, b"")
    end = LENGTH + int.from_bytes(first[:LENGTH], "big")
    about = _about(first[LENGTH:end])
    return about, _content(chain([first[end:]], opened), about.size, end)


def _framed(about: About) -> bytes:
    body = padding.canonical(asdict(about))
    if len(body) > ABOUT_MAX or about.size < 0:
        raise NotCanonical("a name too long, or a size that is none")
    return len(body).to_bytes(LENGTH, "big") + body


def _about(body: bytes) -> About:
    if len(body) > ABOUT_MAX:
        raise Malformed("a name too long")
    document = padding.parse(body)
    kinds = {key: type(value) for key, value in document.items()}
    if kinds != {"name": str, "size": int, "type": str} or document["size"] < 0:
        raise Malformed("not what we say of a file")
    return About(**document)


def _padded(framed: bytes, content: Iterable[bytes], size: int, total: int) -> Iterator[bytes]:
    yield framed
    left = size
    for piece in content:
        left -= len(piece)
        yield piece
    if left:
        raise NotCanonical("a file of another size than was said")
    yield bytes(total - len(framed) - size)


def _sealed(plain: Iterable[bytes], total: int, dek: Dek, context: FileContext) -> Iterator[bytes]:
    key, prefix = AESGCM(dek.reveal()), os.urandom(PREFIX)
    yield HEAD + prefix
    last = _chunks(total) - 1
    for counter, chunk in enumerate(_cut(plain, CHUNK)):
        yield key.encrypt(_nonce(prefix, counter, is_last=counter == last), chunk, context)


def _opened(blob: Iterable[bytes], dek: Dek, context: FileContext) -> Iterator[bytes]:
    head, chunks = _head(blob)
    key, prefix = AESGCM(dek.reveal()), head[len(HEAD) :]
    following = next(chunks, None)
    counter = 0
    while (chunk := following) is not None:
        following = next(chunks, None)
        try:
            yield key.decrypt(_nonce(prefix, counter, is_last=following is None), chunk, context)
        except InvalidTag:
            raise Forged("a chunk does not open") from None
        counter += 1


def _head(blob: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    size, pieces, held = len(HEAD) + PREFIX, iter(blob), b""
    while len(held) < size and (piece := next(pieces, None)) is not None:
        held += piece
    if len(held) < size or not held.startswith(HEAD):
        raise Malformed("not a file of this version")
    return held[:size], _cut(chain([held[size:]], pieces), CHUNK + TAG)


def _content(pieces: Iterable[bytes], size: int, framed: int) -> Iterator[bytes]:
    left, fill = size, padding.padme(framed + size) - framed - size
    for piece in pieces:
        content, zeros = piece[:left], piece[left:]
        left, fill = left - len(content), fill - len(zeros)
        if zeros.count(0) != len(zeros):
            raise Malformed("a file not padded as we pad")
        yield content
    if left or fill:
        raise Malformed("a file of another size than it says")


def _cut(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of `size`, the last one of less."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


def _chunks(total: int) -> int:
    return -(-total // CHUNK)


def _nonce(prefix: bytes, counter: int, *, is_last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes([is_last])
