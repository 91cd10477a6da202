"""Where a request comes from. Never written down; callers keep keyed hashes at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LOOPBACK = frozenset({"127.0.0.1", "::1", ""})


def address_of(meta: Mapping[str, Any]) -> str:
    """Return a visitor's address; the proxy in front, on this machine, names it last.

    Shapes: `meta` is `request.META`. Without a proxy, a visitor on this machine is loopback.
    """
    remote = str(meta.get("REMOTE_ADDR", ""))
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded or remote if remote in LOOPBACK else remote
