"""The peppers of a server, and the keys that are derived from a pepper."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from protect.vault.formats import errors, secrets
from protect.vault.formats.credentials.stretch import normalise_password

NO_PEPPER, LAST_PEPPER_NUMBER = 0, 255  # a pepper's number is one byte
VERIFIER_PURPOSE, FACTOR_PURPOSE = b"protect verifier 1", b"protect factor 1"  # HKDF info
BADGE_PURPOSE = b"protect badge 1"  # HKDF info


@dataclass(frozen=True, slots=True)
class Peppers:
    """The peppers that this server was given, by number; `current` is the one for new bundles."""

    current: int
    peppers_by_id: Mapping[int, secrets.Pepper]

    def __post_init__(self) -> None:
        if not all(NO_PEPPER < number <= LAST_PEPPER_NUMBER for number in self.peppers_by_id):
            raise ValueError("ids of peppers run from 1 to 255")
        self.get(self.current)

    def get(self, number: int) -> secrets.Pepper:
        """Return the pepper with this number; never make one. Errors: PepperMissing."""
        try:
            return self.peppers_by_id[number]
        except KeyError:
            raise errors.PepperMissing(number) from None


def password_verifier(password: str, pepper: secrets.Pepper) -> str:
    """Return the 64 hex digits that the password hasher gets instead of the password.
    The pepper keeps a stolen password hash from being a cheap way to guess the password."""
    key = secrets.derive(pepper.reveal(), info=VERIFIER_PURPOSE)
    return hmac.digest(key, normalise_password(password), "sha256").hex()


def second_factor_key(pepper: secrets.Pepper) -> bytes:
    """Return the 32-byte key that seals the seeds of authenticator apps (sealed.encrypt)."""
    return secrets.derive(pepper.reveal(), info=FACTOR_PURPOSE)


def badge_key(pepper: secrets.Pepper) -> bytes:
    """Return the 32-byte key that seals the signing seeds of certificates (sealed.encrypt)."""
    return secrets.derive(pepper.reveal(), info=BADGE_PURPOSE)
