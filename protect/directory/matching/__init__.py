"""From a question to services that take this person, now, with the reasons.

`match` is the one way to ask: pages, JSON and the command line all use it.
Source: docs/adr/0006-matching.md.
"""

from __future__ import annotations

from protect.directory.matching.current import (
    forget,
    hidden,
    match,
    pathway,
    rows,
    service,
    version,
)

__all__ = ["forget", "hidden", "match", "pathway", "rows", "service", "version"]
