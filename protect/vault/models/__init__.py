"""What the vault keeps: keys, sealed records, sessions. Nothing here opens without keys."""

from __future__ import annotations

from protect.vault.models.keys import Admission as Admission
from protect.vault.models.keys import RecoveryHalf as RecoveryHalf
from protect.vault.models.keys import RecoveryOfficer as RecoveryOfficer
from protect.vault.models.keys import TeamGrant as TeamGrant
from protect.vault.models.keys import TeamKey as TeamKey
from protect.vault.models.keys import TeamPin as TeamPin
from protect.vault.models.keys import UserKey as UserKey
from protect.vault.models.keys import UserWrap as UserWrap
from protect.vault.models.records import DekWrap as DekWrap
from protect.vault.models.records import Draft as Draft
from protect.vault.models.records import Manifest as Manifest
from protect.vault.models.records import Record as Record
from protect.vault.models.records import Sealed as Sealed
from protect.vault.models.records import SealedFile as SealedFile
from protect.vault.models.server_keys import BadgeKey as BadgeKey
from protect.vault.models.server_keys import DaySalt as DaySalt
from protect.vault.models.sessions import Passkey as Passkey
from protect.vault.models.sessions import ResetLink as ResetLink
from protect.vault.models.sessions import Session as Session
from protect.vault.models.sessions import TotpDevice as TotpDevice
from protect.vault.models.sessions import UnlockSession as UnlockSession
