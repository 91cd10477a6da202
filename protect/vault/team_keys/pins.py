"""Pins of partner teams' keys, sealed as a record of the team that compared them."""

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

PIN_RETENTION = timedelta(days=3650)  # longer than any cooperation of two teams


@dataclass(frozen=True, slots=True)
class PartnerPin:
    """A pinned key of a partner team, and when its words were compared."""

    version: int
    digest: str  # SHA-256 in hexadecimal digits
    compared: str  # instant of the comparison; empty if only seen


@transaction.atomic
def compare_partner_key(
    unlocked: Unlocked, team: Team, partner: TeamKey, words: str, *, at: datetime
) -> None:
    """Pin a partner's key if `words`, the six words read out by phone, are those of the key.
    Errors: FingerprintDiffers; PartnerKeyMismatch; KeyNotReady; team_not_ready."""
    active_key(team.pk, lock=True)  # a team has one list of pins; lock it against other requests
    if fingerprint.words(partner_public_key(partner)) != tuple(words.lower().split()):
        raise errors.FingerprintDiffers
    _save_partner_pin(unlocked, team, partner, compared_at=at.isoformat(), at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.compare_pin", f"teamkey:{partner.pk}")


def find_pin(unlocked: Unlocked, team: Team, partner_team: UUID) -> PartnerPin | None:
    return load_pins(unlocked, team).get(partner_team)


def load_pins(unlocked: Unlocked, team: Team) -> dict[UUID, PartnerPin]:
    """Open all of a team's pins at once and return them by partner team."""
    document = _load_partner_pins(unlocked, team)[1]
    return {UUID(partner): PartnerPin(**pin) for partner, pin in document.items()}


def must_match_pin(unlocked: Unlocked, team: Team, partner: TeamKey, *, at: datetime) -> PartnerPin:
    """Refuse a receiver whose key differs from the pin; without a pin, pin the key. A successor of
    the pinned key keeps the date of comparison. Errors: pin_changed; PartnerKeyMismatch."""
    digest = fingerprint.digest(partner_public_key(partner)).hex()
    pin = find_pin(unlocked, team, partner.team_id)
    if pin is None:
        _save_partner_pin(unlocked, team, partner, compared_at="", at=at)
        return PartnerPin(partner.version, digest, "")
    if pin.digest == digest:
        return pin
    if not is_pinned_or_successor(pin, partner):
        raise errors.VaultRefusal("pin_changed", team=partner.team.name)
    _save_partner_pin(unlocked, team, partner, compared_at=pin.compared, at=at)
    return PartnerPin(partner.version, digest, pin.compared)


def partner_public_key(partner: TeamKey) -> secrets.TeamPublicKey:
    """Return a partner's public key. Errors: PartnerKeyMismatch when the ledger differs."""
    try:
        return authenticity.verified_team_public_key(partner)
    except errors.TeamKeyMismatch:
        raise errors.PartnerKeyMismatch(team=partner.team.name) from None


def is_pinned_or_successor(pin: PartnerPin, partner: TeamKey) -> bool:
    """Return whether signatures link a key to the pinned one, whose comparison then still holds."""
    return partner.version >= pin.version and _is_linked_to_pin(pin, partner)


def may_be_genuine_signer(unlocked: Unlocked, team: Team, signer: TeamKey) -> bool:
    """Return whether a key may have signed what the team received: signatures link it to the
    pinned key, or there is no pin. Otherwise an attacker has put the key there."""
    pin = find_pin(unlocked, team, signer.team_id)
    return pin is None or _is_linked_to_pin(pin, signer)


def _is_linked_to_pin(pin: PartnerPin, partner: TeamKey) -> bool:
    """Return whether signatures link every version between the pinned key and this one."""
    pinned = TeamKey.objects.filter(team=partner.team_id, version=pin.version).first()
    if pinned is None or fingerprint.digest(partner_public_key(pinned)).hex() != pin.digest:
        return False
    return authenticity.are_versions_linked(partner.team_id, (pin.version, partner.version))


def _load_partner_pins(unlocked: Unlocked, team: Team) -> tuple[Record | None, padding.Document]:
    rows = Record.objects.filter(owner_team=team, kind=enums.Kind.PINS)
    record = rows.order_by("created").first()
    if record is None:
        return None, {}
    return record, records.read(unlocked, record).document


def _save_partner_pin(
    unlocked: Unlocked, team: Team, partner: TeamKey, *, compared_at: str, at: datetime
) -> None:
    """Save a pin of a partner's key. `compared_at`: an ISO time, "" if it was only seen."""
    record, pins = _load_partner_pins(unlocked, team)
    digest = fingerprint.digest(partner_public_key(partner)).hex()
    pin = {"version": partner.version, "digest": digest, "compared": compared_at}
    pins[str(partner.team_id)] = pin
    if record is None:
        writing = records.NewRecord(kind=enums.Kind.PINS, team=team)
        records.seal_record(unlocked, writing, pins, retention=(at + PIN_RETENTION).date(), at=at)
    else:
        records.save_record(unlocked, record, pins, seen=record.version, at=at)


class PinState(Enum):
    """How far a team has verified a partner's key."""

    COMPARED = auto()  # compared by phone; each later version was signed by the one before
    SEEN = auto()  # used without a comparison
    CHANGED = auto()  # the key differs from the pin: nothing can be sent
    NEW = auto()  # no pin yet
    MISMATCH = auto()  # the ledger has another key than the database


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """The key of a partner team, its pin state, and when its words were compared."""

    key: TeamKey
    state: PinState
    compared: datetime | None


def assess_keys(unlocked: Unlocked, team: Team, keys: Iterable[TeamKey]) -> list[PartnerKey]:
    """Return the pin state of each partner key. Errors: KeyNotReady; RecordDamaged."""
    pins = load_pins(unlocked, team)
    return [_assess_key(pins.get(key.team_id), key) for key in keys]


def own_key_words(team: Team) -> str:
    """Return the six words of a team's own key. Errors: team_not_ready; TeamKeyMismatch."""
    return " ".join(fingerprint.words(authenticity.verified_team_public_key(active_key(team.pk))))


def _assess_key(pin: PartnerPin | None, key: TeamKey) -> PartnerKey:
    compared = datetime.fromisoformat(pin.compared) if pin and pin.compared else None
    try:
        partner_public_key(key)
        is_unchanged = pin is None or is_pinned_or_successor(pin, key)
    except errors.PartnerKeyMismatch:
        return PartnerKey(key, PinState.MISMATCH, compared)
    if pin is None:
        return PartnerKey(key, PinState.NEW, None)
    if not is_unchanged:
        return PartnerKey(key, PinState.CHANGED, compared)
    return PartnerKey(key, PinState.COMPARED if compared else PinState.SEEN, compared)
