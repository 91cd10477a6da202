"""A file that waits, sealed, until the person who brought it has said what it holds.

For other packages: the row and its end are theirs. No other person can open it, even
with the row in hand.
"""

from __future__ import annotations

from uuid import UUID

from protect.vault.actions import authenticity
from protect.vault.actions.unlocked import Unlocked
from protect.vault.errors import KeyNotReady, RecordDamaged
from protect.vault.formats import context, parcels
from protect.vault.formats.errors import Damaged
from protect.vault.models import UserKey


def seal(user: UUID, parcel: UUID, content: bytes) -> bytes:
    """Return a file sealed to the newest key of a person; nothing is needed but its public part.

    `parcel` is what it is bound to: the id of the row that keeps it.
    Errors: KeyNotReady, for a person without keys.
    """
    key = UserKey.objects.filter(user=user).order_by("-version").first()
    if key is None:
        raise KeyNotReady
    bound = context.parcel(user=user, parcel=parcel)
    return parcels.seal(content, authenticity.user_public(key), bound)


def unseal(unlocked: Unlocked, parcel: UUID, blob: bytes) -> bytes:
    """Return the file that waits for the person of this session.

    Errors: RecordDamaged: it is another person's, another row's, or was sealed to a key that is
    forgotten.
    """
    bound = context.parcel(user=unlocked.user_id, parcel=parcel)
    try:
        return parcels.unseal(blob, unlocked.secret, bound)
    except Damaged:
        raise RecordDamaged(reference=str(parcel)) from None
