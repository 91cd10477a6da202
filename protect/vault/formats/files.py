"""The byte format of a sealed file.
    version 1 byte │ algorithm 1 byte │ nonce prefix 7 bytes │ chunks
Each chunk is AES-256-GCM of 1 MiB (the last one is shorter). Its nonce is prefix 7 │
counter 4 │ last 1 byte; its associated data is the context. Chunks that are left out,
added, repeated or reordered do not open (the STREAM construction). Together they hold
    length 4 bytes │ canonical JSON of name, size and type │ content │ zeros up to Padmé"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import errors, padding
from protect.vault.formats.context import FileContext
from protect.vault.formats.secrets import Dek

VERSION, AES_256_GCM = 1, 1  # version of this format, id of the algorithm
HEADER = bytes([VERSION, AES_256_GCM])
NONCE_PREFIX_BYTES, CHUNK_BYTES, TAG_BYTES = 7, 1 << 20, 16  # bytes
LENGTH_BYTES, MAX_METADATA_BYTES = 4, 4096  # bytes; the first chunk begins with length, metadata


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """Name, media type and size of a file. Units: size in bytes."""

    name: str
    type: str
    size: int

    def __repr__(self) -> str:
        return "FileMetadata(…)"  # a name is as confidential as the content


def seal(content: bytes, metadata: FileMetadata, context: FileContext) -> tuple[bytes, Dek]:
    """Seal a file with a fresh key; return the sealed bytes and the key. Errors: NotCanonical."""
    pieces, dek = seal_pieces([content], metadata, context)
    return b"".join(pieces), dek


def unseal(blob: bytes, dek: Dek, context: FileContext) -> tuple[FileMetadata, bytes]:
    """Open a whole file and verify it to its end. Errors: Malformed, Forged."""
    metadata, pieces = unseal_pieces([blob], dek, context)
    return metadata, b"".join(pieces)


def seal_pieces(
    content: Iterable[bytes], metadata: FileMetadata, context: FileContext
) -> tuple[Iterator[bytes], Dek]:
    """Seal a file piece by piece with a fresh key; return the pieces and the key. Errors:
    NotCanonical; while the pieces are read, also for content of another size than stated."""
    dek = Dek.generate()
    framed = _frame_metadata(metadata)
    total = padding.padme_size(len(framed) + metadata.size)
    padded = _pad_pieces(framed, content, metadata.size, total)
    return _encrypt(padded, total, dek, context), dek


def unseal_pieces(
    blob: Iterable[bytes], dek: Dek, context: FileContext
) -> tuple[FileMetadata, Iterator[bytes]]:
    """Return the metadata of a file, and its content piece by piece. Each piece is genuine when it
    arrives, but only the end proves that none is missing: a caller that passes pieces on must be
    able to withdraw them. Errors: Malformed, Forged; both also while the pieces are read."""
    decrypted = _decrypt_to_padded(blob, dek, context)
    first = next(decrypted, b"")
    end = LENGTH_BYTES + int.from_bytes(first[:LENGTH_BYTES], "big")
    metadata = _parse_metadata(first[LENGTH_BYTES:end])
    return metadata, _unpad_pieces(chain([first[end:]], decrypted), metadata.size, end)


def _frame_metadata(metadata: FileMetadata) -> bytes:
    body = padding.canonical_json(asdict(metadata))
    if len(body) > MAX_METADATA_BYTES or metadata.size < 0:
        raise errors.NotCanonical("metadata too long, or a negative size")
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def _parse_metadata(body: bytes) -> FileMetadata:
    if len(body) > MAX_METADATA_BYTES:
        raise errors.Malformed("metadata too long")
    document = padding.parse_canonical_json(body)
    kinds = {key: type(value) for key, value in document.items()}
    if kinds != {"name": str, "size": int, "type": str} or document["size"] < 0:
        raise errors.Malformed("unexpected file metadata")
    return FileMetadata(**document)


def _pad_pieces(framed: bytes, content: Iterable[bytes], size: int, total: int) -> Iterator[bytes]:
    """Yield metadata, content and zeros, `total` bytes together. Errors: NotCanonical."""
    yield framed
    bytes_left = size
    for piece in content:
        bytes_left -= len(piece)
        yield piece
    if bytes_left:
        raise errors.NotCanonical("a file of another size than stated")
    yield bytes(total - len(framed) - size)


def _encrypt(plain: Iterable[bytes], total: int, dek: Dek, context: FileContext) -> Iterator[bytes]:
    key, prefix = AESGCM(dek.reveal()), os.urandom(NONCE_PREFIX_BYTES)
    yield HEADER + prefix
    last = (total - 1) // CHUNK_BYTES  # number of the last chunk
    for counter, chunk in enumerate(_chunks_of(plain, CHUNK_BYTES)):
        yield key.encrypt(_nonce(prefix, counter, is_last=counter == last), chunk, context)


def _decrypt_to_padded(blob: Iterable[bytes], dek: Dek, context: FileContext) -> Iterator[bytes]:
    head, chunks = _split_header(blob)
    key, prefix = AESGCM(dek.reveal()), head[len(HEADER) :]
    following = next(chunks, None)
    counter = 0
    while (chunk := following) is not None:
        following = next(chunks, None)
        try:
            yield key.decrypt(_nonce(prefix, counter, is_last=following is None), chunk, context)
        except InvalidTag:
            raise errors.Forged("a chunk does not open") from None
        counter += 1


def _split_header(blob: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the header with the nonce prefix, and the encrypted chunks. Errors: Malformed."""
    size, pieces, header = len(HEADER) + NONCE_PREFIX_BYTES, iter(blob), b""
    while len(header) < size and (piece := next(pieces, None)) is not None:
        header += piece
    if len(header) < size or not header.startswith(HEADER):
        raise errors.Malformed("not a file of this version")
    return header[:size], _chunks_of(chain([header[size:]], pieces), CHUNK_BYTES + TAG_BYTES)


def _unpad_pieces(pieces: Iterable[bytes], size: int, framed_size: int) -> Iterator[bytes]:
    """Yield content without its zeros; `framed_size` bytes came before it. Errors: Malformed."""
    content_left, padding_left = size, padding.padme_size(framed_size + size) - framed_size - size
    for piece in pieces:
        content, zeros = piece[:content_left], piece[content_left:]
        content_left, padding_left = content_left - len(content), padding_left - len(zeros)
        if zeros.count(0) != len(zeros):
            raise errors.Malformed("a file with wrong padding")
        yield content
    if content_left or padding_left:
        raise errors.Malformed("a file of another size than stated")


def _chunks_of(pieces: Iterable[bytes], chunk_size: int) -> Iterator[bytes]:
    """Yield the same bytes in chunks of one size; the last chunk may be shorter."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        while len(buffer) >= chunk_size:
            yield bytes(buffer[:chunk_size])
            del buffer[:chunk_size]
    if buffer:
        yield bytes(buffer)


def _nonce(prefix: bytes, counter: int, *, is_last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes([is_last])
