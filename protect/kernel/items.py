"""One spelling in bytes for a list of values: what is hashed, signed or bound to a ciphertext.

count 4 bytes │ per value: type 1 byte │ length 4 bytes │ value
"""

from __future__ import annotations

from struct import Struct
from uuid import UUID

HEAD = Struct(">BI")  # type, length
NONE, TEXT, INTEGER, IDENTIFIER, BYTES = range(5)


def items(*values: str | int | UUID | bytes | None) -> bytes:
    """Return values as bytes: two different lists never give the same, at any length.

    Shapes: text as UTF-8, an integer as 8 bytes signed, a UUID as 16 bytes; all big-endian.
    Errors: TypeError for a value of another type, bool among them; OverflowError for an integer
    beyond 64 bits; UnicodeEncodeError for half of a surrogate pair.
    Source: the vault's byte formats, T(…).
    """
    parts = [len(values).to_bytes(4, "big")]
    for value in values:
        kind, raw = _spelled(value)
        parts += (HEAD.pack(kind, len(raw)), raw)
    return b"".join(parts)


def _spelled(value: object) -> tuple[int, bytes]:
    match value:
        case None:
            return NONE, b""
        case bool():  # also an int: True would hash as 1
            raise TypeError("bool has no spelling in bytes; use a text or an integer")
        case str():
            return TEXT, value.encode()
        case int():
            return INTEGER, value.to_bytes(8, "big", signed=True)
        case UUID():
            return IDENTIFIER, value.bytes
        case bytes():
            return BYTES, value
        case _:
            raise TypeError(f"{type(value).__name__} has no spelling in bytes")
