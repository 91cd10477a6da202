"""What ends with a person's place: sessions, and with the last place the account's credentials."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password

from protect.orgs.models import Membership, User
from protect.vault import ledger
from protect.vault.actions.authentication import end_sessions_of
from protect.vault.models import Draft, Passkey, ResetLink, TotpDevice, UnlockSession, UserWrap

CREDENTIALS = (TotpDevice, Passkey, ResetLink, Draft)


def note(ended: Collection[Membership], *, at: datetime) -> None:
    """Write the ended places to the ledger, so that no restore brings them back."""
    for membership in ended:
        ledger.append(
            ledger.Line("membership", str(membership.pk), at.isoformat(), membership.end_reason)
        )


def end_sessions(people: Collection[UUID], *, at: datetime) -> None:
    """End the sessions of people; all rows are locked before the first entry of the audit."""
    list(UnlockSession.objects.select_for_update().filter(user__in=people).order_by("pk"))
    for user in sorted(people):
        end_sessions_of(user, at=at)


def end_credentials(people: Collection[UUID]) -> None:
    """Take password, code, app and passkeys from those who have no place left.

    Their secrets open nothing any more, and no copy of a wrap is left to guess at. A person who is
    invited again makes new ones.
    """
    staying = Membership.objects.live().filter(user__in=people).values_list("user", flat=True)
    gone = set(people) - set(staying)
    UserWrap.objects.filter(user_key__user__in=gone).delete()
    for model in CREDENTIALS:
        model._default_manager.filter(user__in=gone).delete()
    User.objects.filter(pk__in=gone).update(password=make_password(None))
