"""What a team knows of its partners' keys, for the page where they are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from protect.orgs.models import Team
from protect.vault.actions import authenticity
from protect.vault.actions.unlocked import Unlocked, active_key
from protect.vault.errors import PartnerKeyMismatch
from protect.vault.formats import fingerprint
from protect.vault.models import TeamKey
from protect.vault.packets import pins
from protect.vault.packets.pins import Pin


class PinState(Enum):
    """How well a team knows a partner's key."""

    COMPARED = auto()  # by phone, once; every version since was signed by the one before
    SEEN = auto()  # used, and never compared
    CHANGED = auto()  # another key than was pinned: nothing can be sent
    NEW = auto()
    MISMATCH = auto()  # the database holds another key than that team made


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner's key and what a team knows of it."""

    key: TeamKey
    state: PinState
    compared: datetime | None


def partners(unlocked: Unlocked, team: Team, keys: Iterable[TeamKey]) -> list[Partner]:
    """Return what a team knows of each of these keys, its list opened once. Changes nothing.

    Errors: KeyNotReady; RecordDamaged.
    """
    known_pins = pins.all_pins(unlocked, team)
    return [_partner(known_pins.get(key.team_id), key) for key in keys]


def own_words(team: Team) -> str:
    """Return the six words of a team's key, to be read to a partner. Errors: TeamNotReady."""
    return " ".join(fingerprint.words(authenticity.team_public(active_key(team.pk))))


def _partner(pin: Pin | None, key: TeamKey) -> Partner:
    compared = datetime.fromisoformat(pin.compared) if pin and pin.compared else None
    try:
        pins.public_of(key)
        is_still = pin is None or pins.is_still(pin, key)
    except PartnerKeyMismatch:
        return Partner(key, PinState.MISMATCH, compared)
    if pin is None:
        return Partner(key, PinState.NEW, None)
    if not is_still:
        return Partner(key, PinState.CHANGED, compared)
    return Partner(key, PinState.COMPARED if compared else PinState.SEEN, compared)
