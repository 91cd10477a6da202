"""Tables of the vault: keys, sealed records, sessions. Without keys nothing in them opens."""

from protect.vault.models.keys import (
    Admission as Admission,
    RecoveryHalf as RecoveryHalf,
    RecoveryOfficer as RecoveryOfficer,
    TeamGrant as TeamGrant,
    TeamKey as TeamKey,
    TeamPin as TeamPin,
    UserKey as UserKey,
    UserWrap as UserWrap,
)
from protect.vault.models.records import (
    DekWrap as DekWrap,
    Draft as Draft,
    Manifest as Manifest,
    Record as Record,
    Sealed as Sealed,
    SealedFile as SealedFile,
)
from protect.vault.models.server_keys import BadgeKey as BadgeKey, DaySalt as DaySalt
from protect.vault.models.sessions import (
    Passkey as Passkey,
    ResetLink as ResetLink,
    Session as Session,
    TotpDevice as TotpDevice,
    UnlockSession as UnlockSession,
)
