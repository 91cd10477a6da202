"""The issuer document `did.json`: name, address and every key published under this name.
Retired keys stay among the assertion methods, with their dates as schema.org terms,
because verifiers treat an expired key as one that was never valid. A distrusted key is
marked revoked and is no assertion method."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from protect.certificates.badges import shapes
from protect.certificates.errors import CertificateRefusal
from protect.vault.formats import badges, errors

DID_CONTEXT = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
SCHEMA_ORG_TERMS = {
    name: f"https://schema.org/{name}" for name in ("name", "validFrom", "validThrough")
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """The organisation that signs. `controller`: the `did:web` name to which its key belongs.
    `address`: the URL below which lists and keys are published."""

    name: str
    address: str
    controller: str


class Multikey(shapes.Shape):
    id: shapes.KeyUrl
    type: Literal["Multikey"]
    controller: shapes.Did
    public_key_multibase: Annotated[str, Field(max_length=64)]
    valid_from: shapes.Instant
    valid_through: shapes.Instant | None = None
    revoked: shapes.Instant | None = None


class IssuerDocument(shapes.Shape):
    model_config = ConfigDict(extra="ignore")

    id: shapes.Did
    name: shapes.Line
    also_known_as: tuple[shapes.Address]
    verification_method: list[Multikey] = Field(min_length=1, max_length=1000)
    assertion_method: list[shapes.KeyUrl]


def build_issuer_document(issuer: Issuer, keys: Iterable[badges.IssuerKey]) -> dict[str, Any]:
    """Return the issuer document, without keys that were published under another name."""
    own_keys = [key for key in keys if key.controller == issuer.controller]
    return {
        "@context": [DID_CONTEXT, MULTIKEY_CONTEXT, SCHEMA_ORG_TERMS],
        "id": issuer.controller,
        "name": issuer.name,
        "alsoKnownAs": [issuer.address],
        "verificationMethod": [_to_multikey(key) for key in own_keys],
        "assertionMethod": [key.address for key in own_keys if key.distrusted is None],
    }


def keys_in_document(document: Mapping[str, Any]) -> tuple[badges.IssuerKey, ...]:
    """Return the keys that an issuer publishes. Errors: certificates_issuer_unreadable."""
    try:
        issuer = shapes.read_document(IssuerDocument, document)
        return tuple(_to_issuer_key(method, issuer) for method in issuer.verification_method)
    except (ValueError, errors.Malformed):
        raise CertificateRefusal("certificates_issuer_unreadable") from None


def _to_multikey(key: badges.IssuerKey) -> dict[str, str]:
    method = {
        "id": key.address,
        "type": "Multikey",
        "controller": key.controller,
        "publicKeyMultibase": key.public,
        "validFrom": shapes.format_instant(key.created),
    }
    if key.retired:
        method["validThrough"] = shapes.format_instant(key.retired)
    if key.distrusted:
        method["revoked"] = shapes.format_instant(key.distrusted)
    return method


def _to_issuer_key(method: Multikey, issuer_document: IssuerDocument) -> badges.IssuerKey:
    """Return a published key: revoked or an assertion method. Errors: Malformed; ValueError."""
    badges.decode_public_key(method.public_key_multibase)
    key = badges.IssuerKey(
        controller=method.controller,
        public=method.public_key_multibase,
        created=datetime.fromisoformat(method.valid_from),
        retired=_parse_instant(method.valid_through),
        distrusted=_parse_instant(method.revoked),
    )
    if key.address != method.id or key.controller != issuer_document.id:
        raise ValueError("a key of another issuer")
    if (method.id in issuer_document.assertion_method) != (key.distrusted is None):
        raise ValueError("a key is both allowed and forbidden to assert")
    return key


def _parse_instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
