"""The password hasher of Django's user model: Argon2id over a peppered password."""

import base64
import hmac
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.hashers import BasePasswordHasher, is_password_usable, mask_hash
from django.utils.translation import gettext_noop as _

from protect.vault.formats.credentials.peppers import password_verifier
from protect.vault.formats.credentials.stretch import ARGON2ID, Kdf, stretch
from protect.vault.server_keys.peppers import argon2_cost, find_pepper, newest_pepper_id

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

COST_PATTERN = re.compile(r"m=(\d+),t=(\d+),p=(\d+)")  # memory in KiB, passes, lanes


class EncodedHash(NamedTuple):
    """The parts of a stored hash, which are separated by dollar signs."""

    algorithm: str
    pepper_id: str  # hexadecimal
    kdf: Kdf
    salt: str
    hash: str  # in Base64

    def text(self) -> str:
        cost_text = f"m={self.kdf.memory},t={self.kdf.passes},p={self.kdf.lanes}"
        return "$".join((self.algorithm, self.pepper_id, cost_text, self.salt, self.hash))


class PepperedArgon2(BasePasswordHasher):
    """Hash passwords with Argon2id and a pepper that is stored in no database. A stolen hash is no
    cheaper to guess from than the sealed bundle of the user's secret."""

    algorithm = "peppered_argon2id"

    def encode(self, password: str, salt: str) -> str:
        """Return the hash under the newest pepper. Errors: pepper_missing."""
        if not salt or "$" in salt:
            raise ValueError("a salt is letters and digits")
        return self._compute_hash(password, newest_pepper_id(), argon2_cost(), salt).text()

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts of a hash by name. Errors: ValueError for any other format."""
        return _parse_hash(encoded)._asdict()

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password matches the hash. Errors: pepper_missing."""
        parts = _parse_hash(encoded)
        computed = self._compute_hash(password, parts.pepper_id, parts.kdf, parts.salt)
        return hmac.compare_digest(computed.hash, parts.hash)

    def must_update(self, encoded: str) -> bool:
        """Return whether a hash has an outdated cost or pepper."""
        parts = _parse_hash(encoded)
        return (parts.pepper_id, parts.kdf) != (newest_pepper_id(), argon2_cost())

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: `passwords.open_secret` adds the work that an older hash saves."""

    def safe_summary(self, encoded: str) -> "dict[str | StrPromise, Any]":
        parts = _parse_hash(encoded)
        # Translators: technical label of a stored password: how it was protected.
        return {_("algorithm"): parts.algorithm, _("hash"): mask_hash(parts.hash)}

    def _compute_hash(self, password: str, pepper_id: str, kdf: Kdf, salt: str) -> EncodedHash:
        digest = stretch(password_verifier(password, find_pepper(pepper_id)), salt.encode(), kdf)
        return EncodedHash(self.algorithm, pepper_id, kdf, salt, base64.b64encode(digest).decode())


def cost_of(encoded: str) -> Kdf:
    """Return the cost of checking a password against a hash; today's cost if it is unusable."""
    return _parse_hash(encoded).kdf if is_password_usable(encoded) else argon2_cost()


def _parse_hash(encoded: str) -> EncodedHash:
    algorithm, pepper_id, shape, salt, digest = encoded.split("$")
    match = COST_PATTERN.fullmatch(shape)
    if match is None:
        raise ValueError("not a hash of this kind")
    memory, passes, lanes = map(int, match.groups())
    kdf = Kdf(ARGON2ID, memory, passes, lanes)
    if not kdf.is_bounded():
        raise ValueError("a cost outside the bounds")
    return EncodedHash(algorithm, pepper_id, kdf, salt, digest)
