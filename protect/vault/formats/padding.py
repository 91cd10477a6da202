"""Padding: the padded length of a document reveals little about its content.
    length 4 bytes │ canonical JSON │ zeros
up to a multiple of 256 bytes; above 4 KiB, of 1 KiB. Documents are never compressed, because the
compressed length would reveal content. Files use Padmé, whose size reveals O(log log n) bits."""

import json
from typing import Any

from protect.vault.formats.errors import Malformed, NotCanonical

LENGTH_BYTES = 4  # bytes of the length before the document
STEP_BYTES, LARGE_STEP_BYTES, LARGE_FROM_BYTES = 256, 1024, 4096  # steps of the padding, in bytes
JSON_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
MAX_DEPTH = 64  # levels of nested lists and maps

type Document = dict[str, Any]


def canonical_json(document: Document) -> bytes:
    """Return the only accepted JSON spelling of a document: sorted keys, no blanks.
    Shapes: text, integers, true, false, none, lists, and maps with text keys. Write fractions as
    text, because their JSON spelling differs between languages. Errors: NotCanonical."""
    if type(document) is not dict:
        raise NotCanonical("a document is a map")
    _must_have_one_spelling(document, MAX_DEPTH)
    try:
        return JSON_ENCODER.encode(document).encode()
    except ValueError:
        raise NotCanonical("a lone surrogate") from None


def pad(document: Document) -> bytes:
    """Encode a document as padded bytes. Errors: NotCanonical."""
    body = canonical_json(document)
    framed = len(body).to_bytes(LENGTH_BYTES, "big") + body
    return framed.ljust(padded_document_size(len(framed)), b"\0")


def unpad(padded: bytes) -> Document:
    """Decode a padded document. Errors: Malformed, when `pad` would not write these bytes."""
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
    if len(padded) != padded_document_size(end) or padded.count(0, end) != len(padded) - end:
        raise Malformed("wrong padding")
    return parse_canonical_json(padded[LENGTH_BYTES:end])


def parse_canonical_json(body: bytes) -> Document:
    """Parse a document from canonical JSON. Errors: Malformed for any other spelling."""
    try:
        document = json.loads(body)
        is_canonical = canonical_json(document) == body
    except (ValueError, RecursionError):
        is_canonical = False
    if not is_canonical:
        raise Malformed("not canonical JSON")
    return document  # type: ignore[no-any-return]  # canonical() has seen that it is a map


def padded_document_size(size: int) -> int:
    """Return the padded size of a document. `size` counts the length bytes and the JSON."""
    step = STEP_BYTES if size <= LARGE_FROM_BYTES else LARGE_STEP_BYTES
    return -(-size // step) * step


def padme_size(size: int) -> int:
    """Return the padded size of a file: at most 12 % more. Source: Nikitin and others,
    "Reducing Metadata Leakage from Encrypted Files", PoPETs 2019."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def _must_have_one_spelling(value: Any, depth: int) -> None:
    """Refuse values that JSON can write in several ways, and nesting deeper than `depth`."""
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
