"""What the vault keeps: keys, sealed records, sessions. Nothing here opens without keys."""

from __future__ import annotations

from protect.vault.models.keys import (
    Admission,
    RecoveryHalf,
    RecoveryOfficer,
    TeamGrant,
    TeamKey,
    TeamPin,
    UserKey,
    UserWrap,
)
from protect.vault.models.records import DekWrap, Draft, Manifest, Record, Sealed, SealedFile
from protect.vault.models.server_keys import BadgeKey, DaySalt
from protect.vault.models.sessions import Passkey, ResetLink, Session, TotpDevice, UnlockSession

__all__ = [
    "Admission",
    "BadgeKey",
    "DaySalt",
    "DekWrap",
    "Draft",
    "Manifest",
    "Passkey",
    "Record",
    "RecoveryHalf",
    "RecoveryOfficer",
    "ResetLink",
    "Sealed",
    "SealedFile",
    "Session",
    "TeamGrant",
    "TeamKey",
    "TeamPin",
    "TotpDevice",
    "UnlockSession",
    "UserKey",
    "UserWrap",
]
