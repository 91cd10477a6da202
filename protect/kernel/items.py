"""Canonical encoding of a list of values, to be hashed, signed or bound to a ciphertext.
count 4 bytes │ per value: type 1 byte │ length 4 bytes │ value"""

from collections.abc import Callable
from struct import Struct
from typing import Any
from uuid import UUID

ITEM_HEADER = Struct(">BI")  # type, length
NONE, TEXT, INTEGER, IDENTIFIER, BYTES = range(5)  # the type byte of a value


def encode_items(*values: str | int | UUID | bytes | None) -> bytes:
    """Return the canonical bytes of values: two different lists never have the same bytes.
    Shapes: text as UTF-8, an integer as 8 bytes signed, a UUID as 16 bytes; all big-endian.
    Errors: TypeError for a value of another type, bool among them; OverflowError for an
    integer beyond 64 bits; UnicodeEncodeError for half of a surrogate pair. Source: the
    vault's byte formats, T(…)."""
    parts = [len(values).to_bytes(4, "big")]
    for value in values:
        type_code, encode = ENCODINGS.get(type(value)) or _find_encoding(value)
        raw = encode(value)
        parts += (ITEM_HEADER.pack(type_code, len(raw)), raw)
    return b"".join(parts)


type Encoding = tuple[int, Callable[[Any], bytes]]
ENCODINGS: dict[type, Encoding] = {
    type(None): (NONE, lambda _: b""),
    str: (TEXT, str.encode),
    int: (INTEGER, lambda value: value.to_bytes(8, "big", signed=True)),
    UUID: (IDENTIFIER, lambda value: value.bytes),
    bytes: (BYTES, bytes),
}


def _find_encoding(value: object) -> Encoding:
    """Return the encoding of a subtype of a known type, such as an enum. Errors: TypeError."""
    for base_type, encoding in ENCODINGS.items():
        # bool is a subtype of int: True would be encoded as 1
        if isinstance(value, base_type) and not isinstance(value, bool):
            return encoding
    raise TypeError(f"{type(value).__name__} has no encoding in bytes; use a text or an integer")
