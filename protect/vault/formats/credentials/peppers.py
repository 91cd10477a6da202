"""The peppers of a server, and the keys that come from one."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from protect.vault.formats import secrets
from protect.vault.formats.credentials.stretch import normal
from protect.vault.formats.errors import PepperMissing

NO_PEPPER, LAST = 0, 255  # ids: one byte
VERIFIER, FACTOR = b"protect verifier 1", b"protect factor 1"
BADGE = b"protect badge 1"


@dataclass(frozen=True, slots=True)
class Peppers:
    """The peppers that this server was given, by id, and the id that new bundles are made with."""

    current: int
    known: Mapping[int, secrets.Pepper]

    def __post_init__(self) -> None:
        if not all(NO_PEPPER < number <= LAST for number in self.known):
            raise ValueError("ids of peppers run from 1 to 255")
        self.get(self.current)

    def get(self, number: int) -> secrets.Pepper:
        """Return a pepper. Errors: PepperMissing. It is never made anew: that would lose files."""
        try:
            return self.known[number]
        except KeyError:
            raise PepperMissing(number) from None


def verifier(password: str, pepper: secrets.Pepper) -> str:
    """Return what the password hasher gets instead of the password: 64 letters of hex.
    Without the pepper, the hash in the database would be the cheapest way to guess a password."""
    key = secrets.derive(pepper.reveal(), info=VERIFIER)
    return hmac.digest(key, normal(password), "sha256").hex()


def factor_key(pepper: secrets.Pepper) -> bytes:
    """Return the 32-byte key that seeds of second factors are sealed with (sealed.encrypt)."""
    return secrets.derive(pepper.reveal(), info=FACTOR)


def badge_key(pepper: secrets.Pepper) -> bytes:
    """Return the 32-byte key that seeds of certificates are sealed with (sealed.encrypt)."""
    return secrets.derive(pepper.reveal(), info=BADGE)
