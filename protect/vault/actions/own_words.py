"""Words that a person writes for themselves alone: sealed to their own key, opened by them alone.

Who renewed their keys after everything was lost cannot open what they wrote before.
"""

from __future__ import annotations

from uuid import UUID

from protect.vault.actions import authenticity
from protect.vault.actions.unlocked import Unlocked
from protect.vault.errors import KeyNotReady
from protect.vault.formats import context, drafts
from protect.vault.formats.errors import Damaged
from protect.vault.models import UserKey


def seal_own(user: UUID, purpose: str, thing: UUID, text: str) -> bytes:
    """Return words that only this person opens, bound to what they are about.

    Errors: KeyNotReady, for a person without keys.
    """
    key = UserKey.objects.filter(user=user).order_by("-version").first()
    if key is None:
        raise KeyNotReady
    bound = context.draft(user=user, user_version=key.version, draft=thing, form=purpose)
    return drafts.seal({"text": text}, authenticity.user_public(key), bound)


def open_own(unlocked: Unlocked, purpose: str, thing: UUID, sealed: bytes) -> str | None:
    """Return one's own words; None when they were sealed to a key that is gone, or are damaged."""
    bound = context.draft(
        user=unlocked.user_id, user_version=unlocked.user_version, draft=thing, form=purpose
    )
    try:
        return str(drafts.unseal(sealed, unlocked.secret, bound)["text"])
    except Damaged:
        return None
