"""Rate limits by network address, in memory alone.
Addresses are kept as keyed hashes in memory, with a key that changes each hour and is forgotten: a
dump of this process does not tell who came. Pages from the page cache are not counted."""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from threading import Lock

from django.http import HttpRequest

from protect.kernel import clock, errors

LOOPBACK = frozenset({"127.0.0.1", "::1", ""})


def address_of(meta: Mapping[str, object]) -> str:
    """Return a visitor's address, which is never written down: the proxy in front names it last.
    Shapes: `meta` is `request.META`. Without a proxy, a visitor on this machine is loopback."""
    remote = str(meta.get("REMOTE_ADDR", ""))
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded or remote if remote in LOOPBACK else remote


MOST = 300  # requests of one address in a minute. A shelter may share one address: generous
MINUTE, HOUR = 60, 3600  # seconds


class TooMany(errors.ProtectError):
    code = "too_many_requests"
    status = HTTPStatus.TOO_MANY_REQUESTS
    message = "Too many requests from one address within a minute. Wait a minute and try again."


class Limits:
    """Counts by address within a minute. Thread-safe."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._key, self._hour = b"", -1
        self._counts: Counter[bytes] = Counter()
        self._minute = -1

    def must_pass(self, address: str, about: str = "") -> None:
        """Count a request of an address about a thing; loopback is not counted. Errors: TooMany."""
        if address in LOOPBACK:
            return
        now = int(clock.now().timestamp())
        with self._lock:
            self._turn(now)
            named = f"{address}\x1f{about}".encode()
            name = hashlib.blake2b(named, key=self._key, digest_size=16).digest()
            self._counts[name] += 1
            if self._counts[name] > self._most:
                raise TooMany

    def must_pass_form(self, request: HttpRequest) -> None:
        """Count a form that is sent, not a look at its page. Errors: TooMany."""
        if request.method == "POST":
            self.must_pass(address_of(request.META))

    def _turn(self, now: int) -> None:
        """Begin a new minute, and each hour a new key: the old one is gone for good."""
        if now // HOUR != self._hour:
            self._hour, self._key = now // HOUR, os.urandom(32)
        if now // MINUTE != self._minute:  # each hour begins a minute, too
            self._minute = now // MINUTE
            self._counts.clear()


LIMITS = Limits()
