"""Lists of revoked certificates: one bit per certificate, and no name. A list has 131,072
entries, the minimum of the standard, so that a request for a list does not reveal which
certificate is checked. Indexes are random, so that neighbours do not reveal a course.
Source: W3C Bitstring Status List 1.0."""

import base64
import binascii
import gzip
import secrets
import zlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from protect.certificates.badges import issuers, shapes
from protect.certificates.errors import StatusListFull
from protect.vault.formats.badges import CREDENTIALS_CONTEXT

LIST_SIZE = 131_072  # entries; 16 KiB
MAX_LIST_BYTES = 1 << 20  # of an unpacked list, against decompression bombs
MAX_TAKEN = LIST_SIZE * 9 // 10  # above this, random draws rarely find a free index
LIST_DAYS = 31  # until a signed list expires
STATUS_PURPOSE = "revocation"  # what a set bit means
MULTIBASE_PREFIX = "u"  # base64url without padding


def list_address(issuer_url: str, number: int) -> str:
    """Return the URL of a published list, below the URL of its issuer."""
    return f"{issuer_url}/status/{number}/{STATUS_PURPOSE}"


def build_status_list(
    issuer: issuers.Issuer, number: int, indexes: Iterable[int], *, at: datetime
) -> dict[str, object]:
    """Return the unsigned list that revokes `indexes`. Errors: ValueError for a wrong index."""
    address = list_address(issuer.address, number)
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.controller,
        "validFrom": shapes.format_instant(at),
        "validUntil": shapes.format_instant(at + timedelta(days=LIST_DAYS)),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": STATUS_PURPOSE,
            "encodedList": encode_list(indexes),
        },
    }


def draw_index(taken: Collection[int]) -> int:
    """Return a random free index of a list. Errors: StatusListFull, if nine tenths are taken."""
    if len(taken) >= MAX_TAKEN:
        raise StatusListFull
    taken_indexes = set(taken)
    while (index := secrets.randbelow(LIST_SIZE)) in taken_indexes:
        pass
    return index


def encode_list(revoked_indexes: Iterable[int]) -> str:
    """Return a list with these bits set, packed as text. Errors: ValueError for a wrong index."""
    bits = bytearray(LIST_SIZE // 8)
    for index in revoked_indexes:
        if not 0 <= index < LIST_SIZE:
            raise ValueError("an index outside the list")
        bits[index // 8] |= 0x80 >> index % 8  # index 0 is the highest bit
    packed = gzip.compress(bytes(bits), mtime=0)  # equal indexes give equal text
    return MULTIBASE_PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_list(text: str) -> bytes:
    """Return the bits of a list. Errors: ValueError if malformed, too short or too long."""
    if not text.startswith(MULTIBASE_PREFIX) or not text.isascii():
        raise ValueError("not multibase base64url")
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), b"-_", validate=True)
        bits = decompressor.decompress(packed, MAX_LIST_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("not a gzip-compressed list") from error
    if not decompressor.eof or decompressor.unused_data or len(bits) * 8 < LIST_SIZE:
        raise ValueError("not a whole list of the standard's size")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Return whether the bit of an index is set. Errors: ValueError for an index outside."""
    if not 0 <= index < len(bits) * 8:
        raise ValueError("an index outside the list")
    return bool(bits[index // 8] & 0x80 >> index % 8)
