"""The issuer document, `did.json`: name, address and every key the issuer ever signed with. Retired
keys stay among those that may assert, with their dates in words of schema.org: a verifier takes an
expired key for one that never counts. A distrusted key is marked revoked and may assert nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from protect.certificates.badges import shapes
from protect.certificates.errors import CertificateRefusal
from protect.vault.formats.badges import IssuerKey, read_key
from protect.vault.formats.errors import Malformed

DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
WORDS = {
    "name": "https://schema.org/name",
    "validFrom": "https://schema.org/validFrom",
    "validThrough": "https://schema.org/validThrough",
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """The organisation that signs. `controller`: the name of its key in use. `address`: the page
    below which lists and keys are published."""

    name: str
    address: str
    controller: str


class Multikey(shapes.Shape):
    id: shapes.Method
    type: Literal["Multikey"]
    controller: shapes.Did
    public_key_multibase: Annotated[str, StringConstraints(max_length=64)]
    valid_from: shapes.Instant
    valid_through: shapes.Instant | None = None
    revoked: shapes.Instant | None = None


class Published(shapes.Shape):
    model_config = ConfigDict(extra="ignore")

    id: shapes.Did
    name: shapes.Line
    also_known_as: tuple[shapes.Address]
    verification_method: list[Multikey] = Field(min_length=1, max_length=1000)
    assertion_method: list[shapes.Method]


def profile(issuer: Issuer, keys: Iterable[IssuerKey]) -> dict[str, Any]:
    """Return the document. Keys that were published under another name are left out."""
    own = [key for key in keys if key.controller == issuer.controller]
    return {
        "@context": [DID, MULTIKEY, WORDS],
        "id": issuer.controller,
        "name": issuer.name,
        "alsoKnownAs": [issuer.address],
        "verificationMethod": [_multikey(key) for key in own],
        "assertionMethod": [key.address for key in own if key.distrusted is None],
    }


def keys_in(document: Mapping[str, Any]) -> tuple[IssuerKey, ...]:
    """Return the keys that an issuer publishes. Errors: certificates_issuer_unreadable."""
    try:
        published = shapes.read(Published, document)
        keys = tuple(_key(each, published) for each in published.verification_method)
    except (ValueError, Malformed):
        raise CertificateRefusal("certificates_issuer_unreadable") from None
    return keys


def _multikey(key: IssuerKey) -> dict[str, str]:
    method = {
        "id": key.address,
        "type": "Multikey",
        "controller": key.controller,
        "publicKeyMultibase": key.public,
        "validFrom": shapes.instant(key.created),
    }
    if key.retired:
        method["validThrough"] = shapes.instant(key.retired)
    if key.distrusted:
        method["revoked"] = shapes.instant(key.distrusted)
    return method


def _key(method: Multikey, published: Published) -> IssuerKey:
    """Return one key. A key that may not assert is not trusted."""
    read_key(method.public_key_multibase)
    key = IssuerKey(
        controller=method.controller,
        public=method.public_key_multibase,
        created=datetime.fromisoformat(method.valid_from),
        retired=_instant(method.valid_through),
        distrusted=_instant(method.revoked),
    )
    if key.address != method.id or key.controller != published.id:
        raise ValueError("a key of another issuer")
    if (method.id in published.assertion_method) != (key.distrusted is None):
        raise ValueError("a key that may and may not assert")
    return key


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
