"""Verifiable proofs on credentials: the suite `eddsa-rdfc-2022` of W3C Data Integrity. The
signature covers the RDF that the JSON expands to. The contexts ship with the library and are pinned
here by hash, so nothing is ever fetched. A member that no context defines is not signed; therefore
a reader must know the shape of a document beforehand. Functions import the library themselves,
because its import takes half a second. Source: docs/adr/0023-certificates.md."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protect.vault.formats import errors, secrets, signing

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# SHA-256 of each context as canonical JSON; another context would change what signatures cover.
CONTEXT_HASHES = {
    CREDENTIALS_CONTEXT: "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
    OPEN_BADGES_CONTEXT: "04b1136ddc4eda9a8966bc7ef182789f233a26739473140ef75d6968c29a2966",
}
BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_PREFIX = b"\xed\x01"  # multicodec in front of a public key
PUBLIC_KEY_BYTES = 32  # bytes of a public key
BASE58_PREFIX = "z"  # multibase
SUITE = "eddsa-rdfc-2022"  # `cryptosuite` of our proofs
MAX_FOREIGN_LENGTH = 16 * 1024  # characters of a foreign document: verified within a second
# An error message of the library, and beginnings of others; it checks dates after the signature.
SIGNATURE_MISMATCH = "Invalid Data Integrity proof (signature mismatch)"
DATE_ERROR_PREFIXES = ("Credential has expired", "Credential is not yet valid")


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A published signing key of an issuer, and when it was created or ended. `retired`: it signs
    nothing later. `distrusted`: another party may have held it, so all signatures are void."""

    controller: str  # did:web
    public: str  # multibase
    created: datetime
    retired: datetime | None = None
    distrusted: datetime | None = None

    @property
    def address(self) -> str:
        """Return the `verificationMethod` of proofs by this key; it contains the key itself."""
        return f"{self.controller}#{self.public}"


def did_web(address: str) -> str:
    """Return the did:web name whose document is `<address>/did.json`. Errors: ValueError, no host.
    Source: the did:web method; the colon before a port is written %3A."""
    parts = urlsplit(address)
    if not parts.hostname or "@" in address:
        raise ValueError("not a URL with a host")
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    path = [quote(segment) for segment in parts.path.split("/") if segment]
    return ":".join(["did", "web", quote(host), *path])


def encode_public_key(raw: bytes) -> str:
    """Encode a public key of 32 bytes as multibase. Errors: Malformed for another size."""
    if len(raw) != PUBLIC_KEY_BYTES:
        raise errors.Malformed("a public key of another size")
    number, letters = int.from_bytes(ED25519_PREFIX + raw), ""
    while number:
        number, digit = divmod(number, len(BASE58_ALPHABET))
        letters = BASE58_ALPHABET[digit] + letters
    return BASE58_PREFIX + letters


def decode_public_key(text: str) -> bytes:
    """Decode a public key from multibase, in its only valid spelling. Errors: Malformed."""
    number = 0
    for letter in text[1 : 2 * PUBLIC_KEY_BYTES]:
        digit = BASE58_ALPHABET.find(letter)
        if digit < 0:
            raise errors.Malformed("not base58")
        number = number * len(BASE58_ALPHABET) + digit
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    prefix, key = raw[: len(ED25519_PREFIX)], raw[len(ED25519_PREFIX) :]
    if prefix != ED25519_PREFIX or encode_public_key(key) != text:
        raise errors.Malformed("not an Ed25519 key in multibase")
    return key


def public_key_of(seed: secrets.SigningSeed) -> str:
    """Return the public key of a seed as multibase."""
    return encode_public_key(signing.public_key_of(seed))


@cache
def load_pinned_context(url: str) -> Mapping[str, object]:
    """Return a pinned JSON-LD context. Errors: Malformed if `url` is not pinned; ContextChanged."""
    from openbadgeslib.ob3.contexts import load_context

    if url not in CONTEXT_HASHES:
        raise errors.Malformed("a context that is not pinned")
    document = load_context(url)
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    if hashlib.sha256(canonical).hexdigest() != CONTEXT_HASHES[url]:
        raise errors.ContextChanged("another context than the pinned one")
    return document


def sign(
    document: Mapping[str, object], seed: secrets.SigningSeed, address: str, *, at: datetime
) -> dict[str, object]:
    """Return a document with its proof. `address`: the key's `IssuerKey.address`. Errors: Malformed
    for a context not pinned; NotCanonical if it has a proof or cannot be signed; ContextChanged."""
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3 import add_data_integrity_proof

    _must_have_pinned_contexts(document)
    key = Ed25519PrivateKey.from_private_bytes(seed.reveal())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        return add_data_integrity_proof(dict(document), pem, address, created=at)
    except LibOpenBadgesException:
        raise errors.NotCanonical("a document that cannot be signed") from None


def must_verify(document: Mapping[str, object], public: str) -> None:
    """Refuse a document unless its proof verifies with a public key. Errors: Malformed for an
    invalid key or a context that is not pinned; Forged; ContextChanged."""
    from openbadgeslib import ob3

    key = Ed25519PublicKey.from_public_bytes(decode_public_key(public))
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _must_have_pinned_contexts(document)
    try:
        ob3.verify_data_integrity_proof(dict(document), pem)
    except ob3.OB3GuardUnavailable:  # nothing can be verified: a fault of the server, not a forgery
        raise
    except ob3.OB3VerificationError:
        raise errors.Forged("the proof does not verify") from None


class DidKeyResult(StrEnum):
    """The result of checking a credential with the key in its issuer's did:key name."""

    HOLDS = "holds"
    HOLDS_OUTSIDE_DATES = "holds_outside_dates"  # but expired or not yet valid
    WRONG = "wrong"  # the signature does not match the document
    UNCHECKED = "unchecked"  # no did:key, other suite, unknown context, or too large


def check_with_did_key(document: Mapping[str, object]) -> DidKeyResult:
    """Check a credential of an unknown issuer with the key that its did:key name contains.
    Nothing is fetched. A key that a document merely includes is not used, because it proves
    nothing about the named issuer. Source: the did:key method; W3C Data Integrity."""
    from openbadgeslib.ob3 import OB3GuardUnavailable, OB3LdpVerifier, OB3VerificationError

    if not _is_signed_with_did_key(document) or len(json.dumps(document)) > MAX_FOREIGN_LENGTH:
        return DidKeyResult.UNCHECKED
    try:
        OB3LdpVerifier().verify(dict(document), download=_refuse_to_fetch)
    except OB3GuardUnavailable:
        return DidKeyResult.UNCHECKED
    except OB3VerificationError as refusal:
        return _result_of_verification_error(str(refusal))
    return DidKeyResult.HOLDS


def _is_signed_with_did_key(document: Mapping[str, object]) -> bool:
    """Return whether issuer and proof name a did:key and our suite; no signature is verified."""
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


def _result_of_verification_error(message: str) -> DidKeyResult:
    if message == SIGNATURE_MISMATCH:
        return DidKeyResult.WRONG
    is_outside_dates = message.startswith(DATE_ERROR_PREFIXES)
    return DidKeyResult.HOLDS_OUTSIDE_DATES if is_outside_dates else DidKeyResult.UNCHECKED


def _must_have_pinned_contexts(document: Mapping[str, object]) -> None:
    """Refuse contexts that are not pinned. Errors: Malformed; ContextChanged if one differs."""
    urls = document.get("@context")
    if not isinstance(urls, list) or not all(each in CONTEXT_HASHES for each in map(str, urls)):
        raise errors.Malformed("a context that is not pinned")
    for each in urls:
        load_pinned_context(each)
