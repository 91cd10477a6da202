"""Throttles sign-in: each failure adds a delay, never a lockout; strangers delay strangers only.

A browser that has signed in to an account before has a counter of its own (`devices`). For all
others three things count: the pair of account and network, the network over all accounts, and the
account over all networks. Neither address nor e-mail is stored: only what the secret of the site
makes of them for one day. Decided in docs/adr/0037-throttling.md.
"""

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F

from protect.orgs import rules
from protect.orgs.actions.devices import known_device
from protect.orgs.enums import AttemptKind
from protect.orgs.models import Attempt, User


class Browser(NamedTuple):
    """Source of an attempt: the network address, and the cookie of known devices."""

    address: str
    devices: str = ""


@transaction.atomic(durable=True)
def attempt(account: str, user: User | None, browser: Browser, *, at: datetime) -> float:
    """Count a sign-in as failed and return 0; or count nothing and return the seconds to wait.

    `account` is what was typed, `user` the account of that name, if there is one. Call it before
    the password is hashed, and `succeeded` afterwards: what is counted first cannot be outrun by
    asking many times at once. It is committed at once, so that no refusal undoes it.
    Units: seconds, from 0 to 60.
    Errors: RuntimeError inside a transaction: the sign-in view takes `non_atomic_requests`.
    """
    device = known_device(user, browser.devices, at=at)
    if device:
        return _climb(AttemptKind.DEVICE, _named(account), device, at=at)
    return _attempt_as_stranger(_named(account), rules.network_of(browser.address), at)


@transaction.atomic(durable=True)
def attempt_code(user: User, browser: Browser, *, at: datetime) -> float:
    """Count a second factor, as `attempt`: it slows down no first step."""
    return _climb(AttemptKind.CODE, str(user.pk), known_device(user, browser.devices, at=at), at=at)


@transaction.atomic(durable=True)
def attempt_link(link: bytes, *, at: datetime) -> float:
    """Count a try behind the link of this hash, as `attempt`: strangers cannot slow it down."""
    return _climb(AttemptKind.LINK, link.hex(), at=at)


@transaction.atomic
def succeeded(account: str, user: User, browser: Browser, *, at: datetime) -> None:
    """Forget the failures of this browser or pair, and take back its own try from the others. Only
    one: a guesser with an account of their own must not make their network innocent with it."""
    device, name = known_device(user, browser.devices, at=at), _named(account)
    network = rules.network_of(browser.address)
    _forget(_key(AttemptKind.CODE, str(user.pk), device, at=at))
    if device:
        _forget(_key(AttemptKind.DEVICE, name, device, at=at))
        return
    _take_back(_key(AttemptKind.NETWORK, network, at=at))
    _forget(_key(AttemptKind.PAIR, name, network, at=at))
    _take_back(_key(AttemptKind.ACCOUNT, name, at=at))


@transaction.atomic
def forget_attempts(*, at: datetime) -> int:
    """Delete what is older than a day; return how many."""
    return Attempt.objects.filter(last_at__lte=at - rules.ATTEMPTS_LENGTH).delete()[0]


def _attempt_as_stranger(account: str, network: str, at: datetime) -> float:
    """Lock rows in one order; create none for an account while its network must wait."""
    of_network = _locked(AttemptKind.NETWORK, network, at=at)
    if seconds := _remaining(AttemptKind.NETWORK, of_network, at):
        return seconds
    pair = _locked(AttemptKind.PAIR, account, network, at=at)
    if seconds := _remaining(AttemptKind.PAIR, pair, at):
        return seconds
    if seconds := _seconds_to_turn(_locked(AttemptKind.ACCOUNT, account, at=at), pair, at):
        return seconds
    for row in (of_network, pair):
        _count(row, at)
    return 0


def _seconds_to_turn(whole: Attempt, pair: Attempt, at: datetime) -> float:
    """Count an attempt on an account and return 0 if it is this pair's turn; else assign a turn.
    A pair that comes back when asked to is let through, whatever others have tried meanwhile."""
    if rules.is_turn(pair.turn_at, at):
        _count(whole, whole.last_at)
        return 0
    if pair.turn_at is None or not rules.is_ahead(pair.turn_at, at):
        turn = rules.next_turn(whole.count, whole.last_at, at)
        if turn is None:
            return rules.LONGEST_DELAY
        if turn == at:
            _count(whole, at)
            return 0
        pair.turn_at = whole.last_at = turn
        whole.save(update_fields=["last_at"])
        pair.save(update_fields=["turn_at"])
    return (pair.turn_at - at).total_seconds()


def _climb(kind: AttemptKind, *parts: str, at: datetime) -> float:
    row = _locked(kind, *parts, at=at)
    seconds = _remaining(kind, row, at)
    if not seconds:
        _count(row, at)
    return seconds


def _locked(kind: AttemptKind, *parts: str, at: datetime) -> Attempt:
    key = _key(kind, *parts, at=at)
    Attempt.objects.get_or_create(key=key, defaults={"count": 0, "last_at": at})
    return Attempt.objects.select_for_update().get(key=key)


def _remaining(kind: AttemptKind, row: Attempt, at: datetime) -> float:
    return rules.remaining(row.count, row.last_at, at, free=rules.FREE_ATTEMPTS[kind])


def _count(row: Attempt, last_at: datetime) -> None:
    row.count, row.last_at, row.turn_at = row.count + 1, last_at, None
    row.save(update_fields=["count", "last_at", "turn_at"])


def _forget(key: str) -> None:
    Attempt.objects.filter(key=key).update(count=0, turn_at=None)


def _take_back(key: str) -> None:
    Attempt.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def _named(account: str) -> str:
    return account.strip().lower()


def _key(kind: AttemptKind, *parts: str, at: datetime) -> str:
    day = f"protect.orgs.attempts {at.date().isoformat()}".encode()
    salt = hmac.digest(settings.SECRET_KEY.encode(), day, hashlib.sha256)
    text = "\x1f".join((kind.value, *parts)).encode(errors="surrogatepass")
    return hmac.new(salt, text, hashlib.sha256).hexdigest()
