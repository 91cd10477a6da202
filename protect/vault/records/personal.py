"""Texts and files that are sealed to one person's own key, for other packages. The other package
owns the row and deletes it. No other person can open the content, even with the row in hand; nor
can its owner after they restarted their account with new keys."""

from uuid import UUID

from protect.vault.errors import KeyNotReady, RecordDamaged
from protect.vault.formats import context, errors, wraps
from protect.vault.integrity import authenticity
from protect.vault.models import UserKey
from protect.vault.sessions.unlocked import Unlocked


def seal_own_file(user: UUID, parcel_id: UUID, content: bytes) -> bytes:
    """Seal a file to the newest public key of a person, so also for another user. `parcel_id`:
    id of the row that keeps it. Errors: KeyNotReady for a user without keys; MemberKeyMismatch."""
    public = authenticity.verified_user_public_key(_newest_key(user))
    return wraps.seal_parcel(content, public, context.parcel(user=user, parcel=parcel_id))


def open_own_file(unlocked: Unlocked, parcel_id: UUID, blob: bytes) -> bytes:
    """Open a file that was sealed to the user of this session. Errors: RecordDamaged when it
    belongs to another person or row, or to a key that is gone."""
    parcel_context = context.parcel(user=unlocked.user_id, parcel=parcel_id)
    try:
        return wraps.unseal_parcel(blob, unlocked.secret, parcel_context)
    except errors.Damaged:
        raise RecordDamaged(reference=str(parcel_id)) from None


def seal_own_text(user: UUID, purpose: str, subject_id: UUID, text: str) -> bytes:
    """Seal a text to a person, bound to purpose and subject. Errors: as `seal_own_file`."""
    key = _newest_key(user)
    text_context = context.draft(
        user=user, user_version=key.version, draft=subject_id, form=purpose
    )
    return wraps.seal_draft(
        {"text": text}, authenticity.verified_user_public_key(key), text_context
    )


def open_own_text(unlocked: Unlocked, purpose: str, subject_id: UUID, sealed: bytes) -> str | None:
    """Open the user's own text; None when its key is gone or the text is damaged."""
    text_context = context.draft(
        user=unlocked.user_id, user_version=unlocked.user_version, draft=subject_id, form=purpose
    )
    try:
        return str(wraps.unseal_draft(sealed, unlocked.secret, text_context)["text"])
    except errors.Damaged:
        return None


def _newest_key(user: UUID) -> UserKey:
    key = UserKey.newest_of(user)
    if key is None:
        raise KeyNotReady
    return key
