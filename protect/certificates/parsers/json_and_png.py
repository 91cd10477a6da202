"""The parser of uploaded certificates: JSON, or JSON inside a PNG. It runs in a separate
process (`uploads.parser_process`) and imports no Django. Of a PNG it reads only the text that
Open Badges define, and no pixel. `badges.verification` verifies the result."""

import json
import zlib
from collections.abc import Iterator
from itertools import chain

from protect.uploads import parsers, refusal_reasons

MAX_JSON_BYTES = 256 * 1024  # bytes of a document
MAX_DEPTH = 32  # levels of nested objects and lists
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
BADGE_KEYWORD = b"openbadgecredential"  # Source: Open Badges 3.0, baking into PNG


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return {} and the JSON object in a file. `is_json`: the file is no PNG. Errors: Refused."""
    is_png = content.startswith(PNG_SIGNATURE) and not options.get("is_json")
    return {}, dump(load_object(certificate_in_png(content) if is_png else content))


def load_object(content: bytes) -> dict[str, object]:
    """Return a JSON object. Duplicate members are refused as ambiguous. Errors: Refused."""
    if len(content) > MAX_JSON_BYTES:
        raise refusal_reasons.Refused("large", kilobytes=MAX_JSON_BYTES // 1024)
    try:
        document = json.loads(
            content, object_pairs_hook=_refuse_duplicate_members, parse_constant=_refuse_nan_or_inf
        )
    except (ValueError, RecursionError):  # ValueError: of JSON, and of its encoding
        raise refusal_reasons.Refused("unreadable") from None
    if not isinstance(document, dict) or _nesting_depth(document) > MAX_DEPTH:
        raise refusal_reasons.Refused("unreadable")
    return document


def dump(document: dict[str, object]) -> bytes:
    """Return an object as JSON. Errors: Refused, for a number that JSON cannot express."""
    try:
        return json.dumps(document, allow_nan=False).encode()
    except ValueError:
        raise refusal_reasons.Refused("unreadable") from None


def inflate(packed: bytes) -> bytes:
    """Return at most MAX_JSON_BYTES + 1 decompressed bytes; b"" if the data is broken."""
    try:
        return zlib.decompressobj().decompress(packed, MAX_JSON_BYTES + 1)
    except zlib.error:
        return b""


def certificate_in_png(content: bytes) -> bytes:
    """Return the certificate in a PNG. Errors: Refused, if it has none."""
    for kind, data in _png_chunks(content):
        keyword, _, rest = data.partition(b"\0")
        if kind == b"iTXt" and keyword == BADGE_KEYWORD and len(rest) > 1:
            text = rest[2:].split(b"\0", 2)[-1]  # after language and translated keyword
            return inflate(text) if rest[0] else text
    raise refusal_reasons.Refused("absent")


def _png_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the type and the data of each chunk, without checking the checksum."""
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length  # with the checksum after the data


def _refuse_duplicate_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _refuse_nan_or_inf(text: str) -> object:
    raise ValueError(f"{text} is not a JSON number")


def _nesting_depth(value: object) -> int:
    """Return the nesting depth of objects and lists, MAX_DEPTH + 1 at the most."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        containers = [item for item in level if isinstance(item, dict | list)]
        members = (item.values() if isinstance(item, dict) else item for item in containers)
        level = [*chain.from_iterable(members)]
        depth += bool(containers)
    return depth
