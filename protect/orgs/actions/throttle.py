"""Sign-in throttling: each failure adds a delay, and no account is ever locked. A browser that has
signed in to an account before has its own counter (`devices`), so strangers cannot delay it.
For all others three counters apply: for account and network, for the network over all accounts,
and for the account over all networks. Neither address nor e-mail is stored, only a hash under a
key of the day. Decided in docs/adr/0037-throttling.md."""

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F

from protect.orgs import rules
from protect.orgs.actions.devices import known_device_id
from protect.orgs.enums import AttemptKind
from protect.orgs.models import Attempt, User


class Browser(NamedTuple):
    """The source of an attempt: its network address, and its device cookie."""

    address: str
    devices: str = ""


@transaction.atomic(durable=True)
def throttle_sign_in(account: str, user: User | None, browser: Browser, *, at: datetime) -> float:
    """Count a sign-in as failed and return 0; or count nothing and return the delay.
    `account` is the typed name, `user` its account, if one exists. Call it before the password is
    hashed, and `record_success` afterwards: counting first means that parallel requests cannot
    outrun the delay. It commits at once, so that no refusal undoes it. Units: seconds, from 0 to
    60. Errors: RuntimeError inside a transaction: the view takes `non_atomic_requests`."""
    device_id = known_device_id(user, browser.devices, at=at)
    name = _normalise_account(account)
    if device_id:
        return _count_unless_delayed(AttemptKind.DEVICE, name, device_id, at=at)
    return _throttle_unknown_browser(name, rules.network_of(browser.address), at)


@transaction.atomic(durable=True)
def throttle_second_factor(user: User, browser: Browser, *, at: datetime) -> float:
    """Count a second-factor try and return 0, or the delay. Unknown browsers share a counter."""
    device_id = known_device_id(user, browser.devices, at=at)
    return _count_unless_delayed(AttemptKind.CODE, str(user.pk), device_id, at=at)


@transaction.atomic(durable=True)
def throttle_link(link_hash: bytes, *, at: datetime) -> float:
    """Count a try with a mailed link and return 0, or the delay. Each link has a counter."""
    return _count_unless_delayed(AttemptKind.LINK, link_hash.hex(), at=at)


@transaction.atomic
def record_success(account: str, user: User, browser: Browser, *, at: datetime) -> None:
    """Reset the counters of this browser's tries; if it is unknown, subtract only one try from the
    counters of network and account, so that a guesser with an account cannot clear them."""
    device_id = known_device_id(user, browser.devices, at=at)
    name, network = _normalise_account(account), rules.network_of(browser.address)
    _reset_counter(_counter_key(AttemptKind.CODE, str(user.pk), device_id, at=at))
    if device_id:
        _reset_counter(_counter_key(AttemptKind.DEVICE, name, device_id, at=at))
        return
    _subtract_attempt(_counter_key(AttemptKind.NETWORK, network, at=at))
    _reset_counter(_counter_key(AttemptKind.PAIR, name, network, at=at))
    _subtract_attempt(_counter_key(AttemptKind.ACCOUNT, name, at=at))


@transaction.atomic
def delete_old_attempts(*, at: datetime) -> int:
    """Delete counters with a last attempt a day ago or earlier; return how many."""
    return Attempt.objects.filter(last_at__lte=at - rules.ATTEMPTS_RETENTION).delete()[0]


def _throttle_unknown_browser(account: str, network: str, at: datetime) -> float:
    """Count a try of an unknown browser and return 0, or return the delay. Rows are locked in one
    order, and an account gets no counter while its network must wait."""
    network_counter = _lock_todays_counter(AttemptKind.NETWORK, network, at=at)
    if seconds := _remaining_seconds(AttemptKind.NETWORK, network_counter, at):
        return seconds
    pair_counter = _lock_todays_counter(AttemptKind.PAIR, account, network, at=at)
    if seconds := _remaining_seconds(AttemptKind.PAIR, pair_counter, at):
        return seconds
    account_counter = _lock_todays_counter(AttemptKind.ACCOUNT, account, at=at)
    if seconds := _seconds_until_turn(account_counter, pair_counter, at):
        return seconds
    for counter in (network_counter, pair_counter):
        _count_attempt(counter, at)
    return 0


def _seconds_until_turn(account_counter: Attempt, pair_counter: Attempt, at: datetime) -> float:
    """Count a try and return 0 if it is the turn of this account and network; else assign a turn.
    A pair of account and network may try at its turn, whatever others have tried meanwhile."""
    if rules.is_turn(pair_counter.turn_at, at):
        _count_attempt(account_counter, account_counter.last_at)
        return 0
    if pair_counter.turn_at is None or not rules.is_turn_ahead(pair_counter.turn_at, at):
        turn = rules.next_turn(account_counter.count, account_counter.last_at, at)
        if turn is None:
            return rules.MAX_DELAY_SECONDS
        if turn == at:
            _count_attempt(account_counter, at)
            return 0
        pair_counter.turn_at = account_counter.last_at = turn
        account_counter.save(update_fields=["last_at"])
        pair_counter.save(update_fields=["turn_at"])
    return (pair_counter.turn_at - at).total_seconds()


def _count_unless_delayed(kind: AttemptKind, *parts: str, at: datetime) -> float:
    """Count a try and return 0; while a delay remains, return its seconds and count nothing."""
    counter = _lock_todays_counter(kind, *parts, at=at)
    seconds = _remaining_seconds(kind, counter, at)
    if not seconds:
        _count_attempt(counter, at)
    return seconds


def _lock_todays_counter(kind: AttemptKind, *parts: str, at: datetime) -> Attempt:
    key = _counter_key(kind, *parts, at=at)
    Attempt.objects.get_or_create(key=key, defaults={"count": 0, "last_at": at})
    return Attempt.objects.select_for_update().get(key=key)


def _remaining_seconds(kind: AttemptKind, counter: Attempt, at: datetime) -> float:
    free = rules.FREE_ATTEMPTS[kind]
    return rules.remaining_seconds(counter.count, counter.last_at, at, free=free)


def _count_attempt(counter: Attempt, last_at: datetime) -> None:
    counter.count, counter.last_at, counter.turn_at = counter.count + 1, last_at, None
    counter.save(update_fields=["count", "last_at", "turn_at"])


def _reset_counter(key: str) -> None:
    Attempt.objects.filter(key=key).update(count=0, turn_at=None)


def _subtract_attempt(key: str) -> None:
    Attempt.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def _normalise_account(account: str) -> str:
    return account.strip().lower()


def _counter_key(kind: AttemptKind, *parts: str, at: datetime) -> str:
    """Return the hash that names a counter, under a key that changes each day."""
    day = f"protect.orgs.attempts {at.date().isoformat()}".encode()
    salt = hmac.digest(settings.SECRET_KEY.encode(), day, hashlib.sha256)
    text = "\x1f".join((kind.value, *parts)).encode(errors="surrogatepass")
    return hmac.new(salt, text, hashlib.sha256).hexdigest()
