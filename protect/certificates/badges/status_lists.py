"""Lists of revoked certificates: one bit for each certificate, no name. Among 131,072 places, the
least of the standard, a request for a list does not reveal which certificate is checked. Places are
random, so that neighbouring ones do not reveal a course. Source: W3C Bitstring Status List 1.0."""

import base64
import binascii
import gzip
import secrets
import zlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from protect.certificates.badges import issuers, shapes
from protect.certificates.errors import StatusListFull
from protect.vault.formats.badges import CREDENTIALS

SIZE = 131_072  # places; 16 KiB
MOST_BYTES = 1 << 20  # of a list that is read: no bomb
FULL = SIZE * 9 // 10  # drawing among the last places would take long
LIST_DAYS = 31  # after which a list must have been signed anew
PURPOSE = "revocation"  # what a set bit means
MULTIBASE = "u"  # base64url without padding


def list_address(issuer: str, number: int) -> str:
    """Return where a list is published, below the address of its issuer."""
    return f"{issuer}/status/{number}/{PURPOSE}"


def status_list(
    issuer: issuers.Issuer, number: int, places: Iterable[int], *, at: datetime
) -> dict[str, object]:
    """Return a list without a proof, to be signed. Errors: ValueError for a place outside it."""
    address = list_address(issuer.address, number)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.controller,
        "validFrom": shapes.instant(at),
        "validUntil": shapes.instant(at + timedelta(days=LIST_DAYS)),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encode(places),
        },
    }


def draw_index(taken: Collection[int]) -> int:
    """Return a free place of a list, at random. Errors: StatusListFull for nine tenths taken."""
    if len(taken) >= FULL:
        raise StatusListFull
    indexes = set(taken)
    while (place := secrets.randbelow(SIZE)) in indexes:
        pass
    return place


def encode(places: Iterable[int]) -> str:
    """Return a list as text: GZIP, multibase. Errors: ValueError for a place outside."""
    bits = bytearray(SIZE // 8)
    for place in places:
        if not 0 <= place < SIZE:
            raise ValueError("a place outside the list")
        bits[place // 8] |= 0x80 >> place % 8  # the first place is the highest bit
    packed = gzip.compress(bytes(bits), mtime=0)  # the same places give the same text
    return MULTIBASE + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bits of a list. Errors: ValueError if malformed, too short or too long."""
    if not text.startswith(MULTIBASE) or not text.isascii():
        raise ValueError("not multibase base64url")
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), b"-_", validate=True)
        bits = unpacking.decompress(packed, MOST_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("not a packed list") from error
    if not unpacking.eof or unpacking.unused_data or len(bits) * 8 < SIZE:
        raise ValueError("not a whole list of the standard's size")
    return bits


def is_set(bits: bytes, place: int) -> bool:
    """Return whether a place is set. Errors: ValueError for a place outside."""
    if not 0 <= place < len(bits) * 8:
        raise ValueError("a place outside the list")
    return bool(bits[place // 8] & 0x80 >> place % 8)
