"""Signing in gets slower with every failure, for an account and for a network; never impossible.

Neither address nor e-mail is stored: only what the secret of the site makes of them for one day.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value

from protect.orgs import rules
from protect.orgs.enums import AttemptKind
from protect.orgs.models import Attempt


class _Counted(NamedTuple):
    key: str
    free: int


def wait(account: str, network: str, *, at: datetime) -> float:
    """Return how long this sign-in must wait; the longer of what account and network must.

    `account` is what was typed, known here or not; `network` the address it comes from.
    Units: seconds, from 0 to 60.
    """
    counted = {each.key: each.free for each in _counted(account, network, at)}
    rows = Attempt.objects.filter(key__in=counted)
    return max((_remaining(row, counted[row.key], at) for row in rows.order_by("key")), default=0.0)


@transaction.atomic(durable=True)
def attempt(account: str, network: str, *, at: datetime) -> float:
    """Count a sign-in as failed and return 0; or count nothing and return the seconds to wait.

    Call it before the password is hashed, and `succeeded` afterwards: what is counted first cannot
    be outrun by asking many times at once. It is committed at once, so that no refusal undoes it.
    Errors: RuntimeError inside a transaction: the sign-in view takes `non_atomic_requests`.
    """
    for key, _ in sorted(_counted(account, network, at)):  # in order: two never wait for each other
        Attempt.objects.get_or_create(key=key, defaults={"count": 0, "last_at": at})
        Attempt.objects.select_for_update().get(key=key)
    seconds = wait(account, network, at=at)
    if not seconds:
        failed(account, network, at=at)
    return seconds


@transaction.atomic
def failed(account: str, network: str, *, at: datetime) -> None:
    """Count a failure, of a password or of a second factor."""
    for key, _ in sorted(_counted(account, network, at)):
        _, is_new = Attempt.objects.get_or_create(key=key, defaults={"count": 1, "last_at": at})
        if not is_new:
            Attempt.objects.filter(key=key).update(count=F("count") + 1, last_at=at)


@transaction.atomic
def succeeded(account: str, network: str, *, at: datetime) -> None:
    """Forget the failures of an account, and take one from its network.

    Only one: whoever has an account of their own must not make their network innocent with it.
    """
    of_account, of_network = _counted(account, network, at)
    left = {of_account.key: Value(0), of_network.key: F("count") - 1}
    for key in sorted(left):
        Attempt.objects.filter(key=key, count__gt=0).update(count=left[key])


@transaction.atomic
def forget_attempts(*, at: datetime) -> int:
    """Delete what is older than a day; return how many."""
    return Attempt.objects.filter(last_at__lte=at - rules.ATTEMPTS_LENGTH).delete()[0]


def _counted(account: str, network: str, at: datetime) -> tuple[_Counted, _Counted]:
    day = f"protect.orgs.attempts {at.date().isoformat()}".encode()
    salt = hmac.digest(settings.SECRET_KEY.encode(), day, hashlib.sha256)

    def key(kind: AttemptKind, value: str) -> str:
        return hmac.new(
            salt, f"{kind.value}\x1f{value}".encode(errors="surrogatepass"), hashlib.sha256
        ).hexdigest()

    return (
        _Counted(key(AttemptKind.ACCOUNT, account.strip().lower()), rules.FREE_ATTEMPTS_ACCOUNT),
        _Counted(key(AttemptKind.NETWORK, rules.network_of(network)), rules.FREE_ATTEMPTS_NETWORK),
    )


def _remaining(row: Attempt, free: int, at: datetime) -> float:
    return rules.remaining(row.count, row.last_at, at, free=free)
