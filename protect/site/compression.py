"""Bodies as they travel: brotli where the browser takes it, else gzip, else plain."""

from __future__ import annotations

import gzip
import re

import brotli

CACHED_QUALITY = 11  # 10 ms a page, once for each cached page
PASSING_QUALITY = 5
REFUSED = re.compile(r"0(\.0*)?")  # a weight of nought. Source: RFC 9110, 12.4.2
SMALLEST = 200  # bytes; below, compression makes it larger


def encoding_for(accepted: str) -> str:
    """Return the best encoding that a request accepts: br, gzip or ""."""
    offered = set()
    for part in accepted.lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if not REFUSED.fullmatch(weight):
            offered.add(name.split(";")[0])
    return next((name for name in ("br", "gzip") if name in offered), "")


def compressed(body: bytes, encoding: str, *, keep: bool) -> bytes:
    """Return a body in an encoding. `keep`: it will be sent often, so take the time."""
    if encoding == "br":
        quality = CACHED_QUALITY if keep else PASSING_QUALITY
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality))
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=9 if keep else 6, mtime=0)
    return body
