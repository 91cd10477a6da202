"""Proofs that a stranger can check: the suite `eddsa-rdfc-2022` of W3C Data Integrity.
What is signed is not the JSON but the RDF that it expands to, under contexts that are shipped with
the library and pinned here by what they say: nothing is ever fetched. A reader of a document must
therefore know its shape beforehand: a member that no context defines is not signed. The library is
imported where it is needed: it takes half a second that no other command needs.
Source: docs/adr/0023-certificates.md."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from protect.vault.formats import secrets, signing
from protect.vault.formats.errors import ContextChanged, Forged, Malformed, NotCanonical

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# SHA-256 of each context as canonical JSON. Another one would change what old signatures cover.
PINNED = {
    CREDENTIALS: "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
    OPEN_BADGES: "04b1136ddc4eda9a8966bc7ef182789f233a26739473140ef75d6968c29a2966",
}
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"  # multicodec in front of a public key
RAW = 32  # bytes of a public key
BASE58 = "z"  # multibase
SUITE = "eddsa-rdfc-2022"
MOST_FOREIGN = 16 * 1024  # characters of a document of another issuer: a second at the worst
# How the library begins its refusals: the signature is looked at before the dates.
MISMATCH = "Invalid Data Integrity proof (signature mismatch)"
DATES = ("Credential has expired", "Credential is not yet valid")


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A published key: its issuer, the key, and when it signed.
    `retired`: nothing later is signed with it. `distrusted`: another party may have held it, so
    nothing that it signed counts any more."""

    controller: str  # did:web
    public: str  # multibase
    created: datetime
    retired: datetime | None = None
    distrusted: datetime | None = None

    @property
    def address(self) -> str:
        """Return what proofs name the key by: it holds the key itself."""
        return f"{self.controller}#{self.public}"


def did_web(address: str) -> str:
    """Return the name of the publisher of `<address>/did.json`. Errors: ValueError for no host.
    Source: the did:web method; a port's colon is written %3A."""
    parts = urlsplit(address)
    if not parts.hostname or "@" in address:
        raise ValueError("no address of a host")
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    path = [quote(each) for each in parts.path.split("/") if each]
    return ":".join(["did", "web", quote(host), *path])


def spelled(raw: bytes) -> str:
    """Return a public key of 32 bytes as multibase. Errors: Malformed for another size."""
    if len(raw) != RAW:
        raise Malformed("a public key of another size")
    number, letters = int.from_bytes(ED25519 + raw), ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return BASE58 + letters


def read_key(text: str) -> bytes:
    """Return the 32 bytes of a public key in multibase. One key has one spelling.
    Errors: Malformed."""
    number = 0
    for letter in text[1 : 2 * RAW]:
        digit = ALPHABET.find(letter)
        if digit < 0:
            raise Malformed("not base58")
        number = number * len(ALPHABET) + digit
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    if raw[: len(ED25519)] != ED25519 or spelled(raw[len(ED25519) :]) != text:
        raise Malformed("not an Ed25519 key in multibase")
    return raw[len(ED25519) :]


def public_of(seed: secrets.SigningSeed) -> str:
    """Return the public half of a seed as multibase."""
    return spelled(signing.public_of(seed))


@cache
def context(url: str) -> Mapping[str, object]:
    """Return a pinned context.
    Errors: Malformed for one that is not pinned; ContextChanged when the library ships another."""
    from openbadgeslib.ob3.contexts import load_context

    if url not in PINNED:
        raise Malformed("a context that is not pinned")
    document = load_context(url)
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    if hashlib.sha256(canonical).hexdigest() != PINNED[url]:
        raise ContextChanged("not what certificates were signed under")
    return document


def sign(
    document: Mapping[str, object], seed: secrets.SigningSeed, address: str, *, at: datetime
) -> dict[str, object]:
    """Return a document with its proof. Shapes: `address` names the key, as `IssuerKey.address`.
    Errors: NotCanonical for what has a proof already or cannot be signed; Malformed for a context
    that is not pinned; ContextChanged."""
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3 import add_data_integrity_proof

    _must_be_pinned(document)
    key = Ed25519PrivateKey.from_private_bytes(seed.reveal())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        return add_data_integrity_proof(dict(document), pem, address, created=at)
    except LibOpenBadgesException:
        raise NotCanonical("a document that cannot be signed") from None


def must_verify(document: Mapping[str, object], public: str) -> None:
    """Refuse a document if its proof is of another key or another document. Errors: Malformed for
    what is no key, or a context that is not pinned; Forged; ContextChanged."""
    from openbadgeslib.ob3 import (
        OB3GuardUnavailable,
        OB3VerificationError,
        verify_data_integrity_proof,
    )

    key = Ed25519PublicKey.from_public_bytes(read_key(public))
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _must_be_pinned(document)
    try:
        verify_data_integrity_proof(dict(document), pem)
    except OB3GuardUnavailable:  # nothing can be verified at all: a fault, not a forgery
        raise
    except OB3VerificationError:
        raise Forged("the proof does not hold") from None


class OwnKey(StrEnum):
    """What the key inside a document's own issuer name (did:key) says of its signature."""

    HOLDS = "holds"
    HOLDS_OUTSIDE_DATES = "holds_outside_dates"  # by its own dates it does not count now
    WRONG = "wrong"  # the key signed something else
    UNCHECKED = "unchecked"  # no such key, another suite, contexts that are not shipped, too large


def check_by_own_key(document: Mapping[str, object]) -> OwnKey:
    """Check a credential of an issuer that is not known here, if its name is the key itself.
    Nothing is fetched. A key that a document merely brings along is not used: it says nothing of
    the issuer that the document names. Source: the did:key method; W3C Data Integrity."""
    from openbadgeslib.ob3 import OB3GuardUnavailable, OB3LdpVerifier, OB3VerificationError

    if not _is_own_key(document) or len(json.dumps(document)) > MOST_FOREIGN:
        return OwnKey.UNCHECKED
    try:
        OB3LdpVerifier().verify(dict(document), download=_refuse_to_fetch)
    except OB3GuardUnavailable:
        return OwnKey.UNCHECKED
    except OB3VerificationError as refusal:
        return _of_refusal(str(refusal))
    return OwnKey.HOLDS


def _is_own_key(document: Mapping[str, object]) -> bool:
    proof, issuer = document.get("proof"), document.get("issuer")
    name = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return (
        isinstance(name, str)
        and name.startswith("did:key:")
        and isinstance(proof, Mapping)
        and proof.get("cryptosuite") == SUITE
    )


def _refuse_to_fetch(url: str) -> bytes:
    from openbadgeslib.ob3 import OB3VerificationError

    raise OB3VerificationError("nothing is fetched")


def _of_refusal(words: str) -> OwnKey:
    """Return what the library's refusal means. It has one class for all, and words for each."""
    if words == MISMATCH:
        return OwnKey.WRONG
    return OwnKey.HOLDS_OUTSIDE_DATES if words.startswith(DATES) else OwnKey.UNCHECKED


def _must_be_pinned(document: Mapping[str, object]) -> None:
    named = document.get("@context")
    if not isinstance(named, list) or not all(each in PINNED for each in map(str, named)):
        raise Malformed("a context that is not pinned")
    for each in named:
        context(each)
