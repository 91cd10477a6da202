"""What Django compares a password with: Argon2id of a peppered password."""

import base64
import hmac
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.hashers import BasePasswordHasher, is_password_usable, mask_hash
from django.utils.translation import gettext_noop as _

from protect.vault.formats.credentials.peppers import verifier
from protect.vault.formats.credentials.stretch import ARGON2ID, Kdf, stretch
from protect.vault.server_keys.peppers import cost, newest, pepper_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

SHAPE = re.compile(r"m=(\d+),t=(\d+),p=(\d+)")


class Encoded(NamedTuple):
    """The parts of what stands in the database, between dollar signs."""

    algorithm: str
    pepper: str  # id, hexadecimal
    kdf: Kdf
    salt: str
    hash: str

    def text(self) -> str:
        shape = f"m={self.kdf.memory},t={self.kdf.passes},p={self.kdf.lanes}"
        return "$".join((self.algorithm, self.pepper, shape, self.salt, self.hash))


class PepperedArgon2(BasePasswordHasher):
    """Useless without the pepper, which is in no database: the hash is no cheaper to guess from
    than the bundle of the person's secret."""

    algorithm = "peppered_argon2id"

    def encode(self, password: str, salt: str) -> str:
        """Return the hash under the newest pepper. Errors: pepper_missing."""
        if not salt or "$" in salt:
            raise ValueError("a salt is letters and digits")
        return self._encoded(password, newest(), cost(), salt).text()

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts by name. Errors: ValueError for what we did not write."""
        return _parts(encoded)._asdict()

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether this is the password. Errors: pepper_missing."""
        parts = _parts(encoded)
        computed = self._encoded(password, parts.pepper, parts.kdf, parts.salt)
        return hmac.compare_digest(computed.hash, parts.hash)

    def must_update(self, encoded: str) -> bool:
        """Return whether it was made at another cost or with an older pepper."""
        parts = _parts(encoded)
        return (parts.pepper, parts.kdf) != (newest(), cost())

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: `passwords.opened` adds the work that an older, cheaper hash saves."""

    def safe_summary(self, encoded: str) -> "dict[str | StrPromise, Any]":
        parts = _parts(encoded)
        return {_("algorithm"): parts.algorithm, _("hash"): mask_hash(parts.hash)}

    def _encoded(self, password: str, pepper: str, kdf: Kdf, salt: str) -> Encoded:
        digest = stretch(verifier(password, pepper_of(pepper)), salt.encode(), kdf)
        return Encoded(self.algorithm, pepper, kdf, salt, base64.b64encode(digest).decode())


def cost_of(encoded: str) -> Kdf:
    """Return what it costs to compare a password with a hash; today's where there is none."""
    return _parts(encoded).kdf if is_password_usable(encoded) else cost()


def _parts(encoded: str) -> Encoded:
    algorithm, pepper, shape, salt, digest = encoded.split("$")
    match = SHAPE.fullmatch(shape)
    if match is None:
        raise ValueError("not a hash of this kind")
    memory, passes, lanes = map(int, match.groups())
    kdf = Kdf(ARGON2ID, memory, passes, lanes)
    if not kdf.is_bounded():
        raise ValueError("a cost outside the bounds")
    return Encoded(algorithm, pepper, kdf, salt, digest)
