"""Padding: a document becomes bytes of a length that tells little.

    length 4 bytes │ canonical JSON │ zeros

up to a multiple of 256 bytes; above 4 KiB, of 1 KiB. Never compressed: then length would tell what
is inside. Files are padded by Padmé, whose size tells O(log log n) bits.
"""

import json
from typing import Any

from protect.vault.formats.errors import Malformed, NotCanonical

LENGTH = 4  # bytes
STEP, LARGE_STEP, LARGE = 256, 1024, 4096  # bytes
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
MAX_DEPTH = 64  # lists and maps inside each other

type Document = dict[str, Any]


def canonical(document: Document) -> bytes:
    """Return the only spelling of a document: JSON, keys in order of their code points, no blanks.
    Shapes: text, integers, true, false, none, lists and maps with text as keys. No fractions: their
    spelling differs between languages; write them as text. Errors: NotCanonical."""
    if type(document) is not dict:
        raise NotCanonical("a document is a map")
    _must_have_one_spelling(document, MAX_DEPTH)
    try:
        return ENCODER.encode(document).encode()
    except ValueError:
        raise NotCanonical("half a letter") from None


def pad(document: Document) -> bytes:
    """Return a document as padded bytes. Errors: NotCanonical."""
    body = canonical(document)
    framed = len(body).to_bytes(LENGTH, "big") + body
    return framed.ljust(padded_size(len(framed)), b"\0")


def unpad(padded: bytes) -> Document:
    """Return the document of padded bytes. Errors: Malformed, when `pad` would not write these."""
    end = LENGTH + int.from_bytes(padded[:LENGTH], "big")
    if len(padded) != padded_size(end) or padded.count(0, end) != len(padded) - end:
        raise Malformed("not padded as we pad")
    return parse(padded[LENGTH:end])


def parse(body: bytes) -> Document:
    """Return the document of canonical JSON. Errors: Malformed for any other spelling."""
    try:
        document = json.loads(body)
        is_ours = canonical(document) == body
    except (ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        raise Malformed("not written as we write")
    return document  # type: ignore[no-any-return]  # canonical() has seen that it is a map


def padded_size(size: int) -> int:
    """Return the size to which a framed document of `size` bytes is padded."""
    step = STEP if size <= LARGE else LARGE_STEP
    return -(-size // step) * step


def padme(size: int) -> int:
    """Return the size to which a file of `size` bytes is padded: at most 12 % more.
    Source: Nikitin and others, "Reducing Metadata Leakage from Encrypted Files", PoPETs 2019."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def _must_have_one_spelling(value: Any, depth: int) -> None:
    if depth == 0:
        raise NotCanonical("too deep")
    if type(value) is dict:
        if any(type(key) is not str for key in value):
            raise NotCanonical("a key that is no text")
        value = list(value.values())
    if type(value) is list:
        for item in value:
            _must_have_one_spelling(item, depth - 1)
    elif value is not None and type(value) not in (str, int, bool):
        raise NotCanonical("a value with more than one spelling")
