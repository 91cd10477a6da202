"""Rate limits by network address, kept in the memory of each process only.
Addresses are stored as keyed hashes, and the key is replaced each hour, so that a
memory dump does not reveal visitors. Pages from the page cache are not counted."""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from threading import Lock

from django.http import HttpRequest

from protect.kernel import clock, errors

LOOPBACK = frozenset({"127.0.0.1", "::1", ""})  # "": not known, as behind a Unix socket


def client_address(meta: Mapping[str, object]) -> str:
    """Return a visitor's network address; it is never stored or logged. Of an IPv6 address these
    are the first 64 bits, because a subscriber has all addresses that begin so.
    Behind a proxy on this machine, it is the last address of X-Forwarded-For; otherwise it is
    REMOTE_ADDR. Shapes: `meta` is `request.META`."""
    remote = str(meta.get("REMOTE_ADDR", ""))
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return _subscriber_address(forwarded or remote if remote in LOOPBACK else remote)


def _subscriber_address(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or address in LOOPBACK:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False).network_address)


MAX_REQUESTS_PER_MINUTE = 300  # the default; all devices of a shelter may share one address
MINUTE, HOUR = 60, 3600  # seconds


class TooManyRequests(errors.ProtectError):
    code = "too_many_requests"
    status = HTTPStatus.TOO_MANY_REQUESTS
    message = "Too many requests from one address within a minute. Wait a minute and try again."


class RateLimiter:
    """Refuses an address after `max_requests` requests within one clock minute. Thread-safe."""

    def __init__(self, max_requests: int = MAX_REQUESTS_PER_MINUTE) -> None:
        self._max_requests = max_requests
        self._lock = Lock()
        self._key, self._hour = b"", -1
        self._counts: Counter[bytes] = Counter()
        self._minute = -1

    def count_request(self, address: str, subject: str = "") -> None:
        """Count a request from an address, separately for each `subject`.
        Loopback addresses are not counted. Errors: TooManyRequests."""
        if address in LOOPBACK:
            return
        now = int(clock.now().timestamp())
        with self._lock:
            self._start_new_periods(now)
            identity = f"{address}\x1f{subject}".encode()
            identity_hash = hashlib.blake2b(identity, key=self._key, digest_size=16).digest()
            self._counts[identity_hash] += 1
            if self._counts[identity_hash] > self._max_requests:
                raise TooManyRequests

    def count_form_post(self, request: HttpRequest) -> None:
        """Count the request if it submits a form (POST). Errors: TooManyRequests."""
        if request.method == "POST":
            self.count_request(client_address(request.META))

    def _start_new_periods(self, now: int) -> None:
        """Clear the counts each minute and replace the hash key each hour."""
        if now // HOUR != self._hour:
            self._hour, self._key = now // HOUR, os.urandom(32)
        if now // MINUTE != self._minute:  # each hour begins a minute, too
            self._minute = now // MINUTE
            self._counts.clear()


RATE_LIMITER = RateLimiter()
