"""What is sealed to one person's own key, for other packages: words for themselves, a file that
waits. The row and its end are theirs. No other person can open it, even with the row in hand; nor
can a person who renewed their keys after everything was lost."""

from uuid import UUID

from protect.vault.errors import KeyNotReady, RecordDamaged
from protect.vault.formats import context, wraps
from protect.vault.formats.errors import Damaged
from protect.vault.integrity import authenticity
from protect.vault.models import UserKey
from protect.vault.sessions.unlocked import Unlocked


def seal_own_file(user: UUID, parcel: UUID, content: bytes) -> bytes:
    """Return a file sealed to the newest key of a person; nothing is needed but its public part.
    `parcel`: the id of the row that keeps it. Errors: KeyNotReady, for a person without keys."""
    public = authenticity.user_public(_newest(user))
    return wraps.seal_parcel(content, public, context.parcel(user=user, parcel=parcel))


def open_own_file(unlocked: Unlocked, parcel: UUID, blob: bytes) -> bytes:
    """Return the file that waits for the person of this session. Errors: RecordDamaged: it is
    another person's, another row's, or was sealed to a key that is forgotten."""
    bound = context.parcel(user=unlocked.user_id, parcel=parcel)
    try:
        return wraps.unseal_parcel(blob, unlocked.secret, bound)
    except Damaged:
        raise RecordDamaged(reference=str(parcel)) from None


def seal_own(user: UUID, purpose: str, thing: UUID, text: str) -> bytes:
    """Return words that only this person opens, bound to what they are about.
    Errors: KeyNotReady, for a person without keys."""
    key = _newest(user)
    bound = context.draft(user=user, user_version=key.version, draft=thing, form=purpose)
    return wraps.seal_draft({"text": text}, authenticity.user_public(key), bound)


def open_own(unlocked: Unlocked, purpose: str, thing: UUID, sealed: bytes) -> str | None:
    """Return one's own words; None when they were sealed to a key that is gone, or are damaged."""
    bound = context.draft(
        user=unlocked.user_id, user_version=unlocked.user_version, draft=thing, form=purpose
    )
    try:
        return str(wraps.unseal_draft(sealed, unlocked.secret, bound)["text"])
    except Damaged:
        return None


def _newest(user: UUID) -> UserKey:
    key = UserKey.newest_of(user)
    if key is None:
        raise KeyNotReady
    return key
