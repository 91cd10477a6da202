"""The fingerprints of partners that a team has compared, sealed like everything it knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from django.db import transaction

from protect.orgs.models import Team
from protect.vault import enums, errors
from protect.vault.formats import fingerprint, padding, secrets
from protect.vault.integrity import authenticity
from protect.vault.models import Record, TeamKey
from protect.vault.records import records
from protect.vault.sessions.unlocked import Unlocked, active_key

KEPT = timedelta(days=3650)  # as long as the two teams may work together


@dataclass(frozen=True, slots=True)
class Pin:
    version: int
    digest: str  # SHA-256 in hexadecimal digits
    compared: str  # the instant, or empty: only seen


@transaction.atomic
def compare(unlocked: Unlocked, team: Team, partner: TeamKey, words: str, *, at: datetime) -> None:
    """Pin a partner's key after the six words were read out by phone.
    Errors: FingerprintDiffers; PartnerKeyMismatch; KeyNotReady; team_not_ready."""
    active_key(team.pk, lock=True)  # one list for a team: no other request writes it meanwhile
    if fingerprint.words(public_of(partner)) != tuple(words.lower().split()):
        raise errors.FingerprintDiffers
    _write(unlocked, team, partner, compared=at.isoformat(), at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.compare_pin", f"teamkey:{partner.pk}")


def find_pin(unlocked: Unlocked, team: Team, partner: UUID) -> Pin | None:
    """Return what a team knows of a partner's key; None if they never met."""
    return all_pins(unlocked, team).get(partner)


def all_pins(unlocked: Unlocked, team: Team) -> dict[UUID, Pin]:
    """Return all that a team knows of its partners' keys, opened once."""
    return {UUID(partner): Pin(**pin) for partner, pin in _document(unlocked, team)[1].items()}


def must_match(unlocked: Unlocked, team: Team, partner: TeamKey, *, at: datetime) -> Pin:
    """Refuse a receiver with another key than was pinned; pin a key that is seen first.
    A newer version that the pinned one signed keeps what was compared.
    Errors: pin_changed; PartnerKeyMismatch."""
    digest = fingerprint.digest(public_of(partner)).hex()
    pin = find_pin(unlocked, team, partner.team_id)
    if pin is None:
        _write(unlocked, team, partner, compared="", at=at)
        return Pin(partner.version, digest, "")
    if pin.digest == digest:
        return pin
    if not is_still(pin, partner):
        raise errors.VaultRefusal("pin_changed", team=partner.team.name)
    _write(unlocked, team, partner, compared=pin.compared, at=at)
    return Pin(partner.version, digest, pin.compared)


def public_of(partner: TeamKey) -> secrets.TeamPublic:
    """Return the public key of a partner. Errors: PartnerKeyMismatch, when the ledger differs."""
    try:
        return authenticity.team_public(partner)
    except errors.TeamKeyMismatch:
        raise errors.PartnerKeyMismatch(team=partner.team.name) from None


def is_still(pin: Pin, partner: TeamKey) -> bool:
    """Return whether a key is the pinned one, or each version since was signed by the one before.
    Then what was compared still holds."""
    return partner.version >= pin.version and _is_linked(pin, partner)


def may_be_of(unlocked: Unlocked, team: Team, signer: TeamKey) -> bool:
    """Return whether nothing that a team knows speaks against a key that signed what it received.
    A key that signatures do not link with the pinned one was put there by an attacker."""
    pin = find_pin(unlocked, team, signer.team_id)
    return pin is None or _is_linked(pin, signer)


def _is_linked(pin: Pin, partner: TeamKey) -> bool:
    """Return whether each version from the pinned one to this one was signed by the one before."""
    pinned = TeamKey.objects.filter(team=partner.team_id, version=pin.version).first()
    if pinned is None or fingerprint.digest(public_of(pinned)).hex() != pin.digest:
        return False
    return authenticity.are_linked(partner.team_id, (pin.version, partner.version))


def _document(unlocked: Unlocked, team: Team) -> tuple[Record | None, padding.Document]:
    record = (
        Record.objects.filter(owner_team=team, kind=enums.Kind.PINS).order_by("created").first()
    )
    if record is None:
        return None, {}
    return record, records.read(unlocked, record).document


def _write(
    unlocked: Unlocked, team: Team, partner: TeamKey, *, compared: str, at: datetime
) -> None:
    record, pins = _document(unlocked, team)
    pins[str(partner.team_id)] = {
        "version": partner.version,
        "digest": fingerprint.digest(public_of(partner)).hex(),
        "compared": compared,
    }
    if record is None:
        writing = records.Writing(kind=enums.Kind.PINS, team=team)
        records.seal(unlocked, writing, pins, retention=(at + KEPT).date(), at=at)
    else:
        records.save(unlocked, record, pins, seen=record.version, at=at)


class PinState(Enum):
    """How well a team knows a partner's key."""

    COMPARED = auto()  # by phone, once; every version since was signed by the one before
    SEEN = auto()  # used, and never compared
    CHANGED = auto()  # another key than was pinned: nothing can be sent
    NEW = auto()
    MISMATCH = auto()  # the database holds another key than that team made


@dataclass(frozen=True, slots=True)
class Partner:
    key: TeamKey
    state: PinState
    compared: datetime | None


def partners(unlocked: Unlocked, team: Team, keys: Iterable[TeamKey]) -> list[Partner]:
    """Return what a team knows of each of these keys, its list opened once. Changes nothing.
    Errors: KeyNotReady; RecordDamaged."""
    known_pins = all_pins(unlocked, team)
    return [_partner(known_pins.get(key.team_id), key) for key in keys]


def own_words(team: Team) -> str:
    """Return the six words of a team's key, to be read to a partner. Errors: team_not_ready."""
    return " ".join(fingerprint.words(authenticity.team_public(active_key(team.pk))))


def _partner(pin: Pin | None, key: TeamKey) -> Partner:
    compared = datetime.fromisoformat(pin.compared) if pin and pin.compared else None
    try:
        public_of(key)
        is_same = pin is None or is_still(pin, key)
    except errors.PartnerKeyMismatch:
        return Partner(key, PinState.MISMATCH, compared)
    if pin is None:
        return Partner(key, PinState.NEW, None)
    if not is_same:
        return Partner(key, PinState.CHANGED, compared)
    return Partner(key, PinState.COMPARED if compared else PinState.SEEN, compared)
