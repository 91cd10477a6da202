"""Canonical bytes of a list of values, to be hashed, signed or bound to a ciphertext.

count 4 bytes │ per value: type 1 byte │ length 4 bytes │ value
"""

from collections.abc import Callable
from struct import Struct
from typing import Any
from uuid import UUID

HEAD = Struct(">BI")  # type, length
NONE, TEXT, INTEGER, IDENTIFIER, BYTES = range(5)


def items(*values: str | int | UUID | bytes | None) -> bytes:
    """Return values as bytes: two different lists never give the same, at any length. Shapes: text
    as UTF-8, an integer as 8 bytes signed, a UUID as 16 bytes; all big-endian. Errors: TypeError
    for a value of another type, bool among them; OverflowError for an integer beyond 64 bits;
    UnicodeEncodeError for half of a surrogate pair. Source: the vault's byte formats, T(…)."""
    parts = [len(values).to_bytes(4, "big")]
    for value in values:
        kind, spell = SPELLED.get(type(value)) or _spelling(value)
        raw = spell(value)
        parts += (HEAD.pack(kind, len(raw)), raw)
    return b"".join(parts)


type Spelling = tuple[int, Callable[[Any], bytes]]
SPELLED: dict[type, Spelling] = {
    type(None): (NONE, lambda _: b""),
    str: (TEXT, str.encode),
    int: (INTEGER, lambda value: value.to_bytes(8, "big", signed=True)),
    UUID: (IDENTIFIER, lambda value: value.bytes),
    bytes: (BYTES, bytes),
}


def _spelling(value: object) -> Spelling:
    """Return the spelling of a subtype of a known type, such as a member of an enum."""
    for kind, spelling in SPELLED.items():
        # bool is an int, too: True would hash as 1
        if isinstance(value, kind) and not isinstance(value, bool):
            return spelling
    raise TypeError(f"{type(value).__name__} has no spelling in bytes; use a text or an integer")
