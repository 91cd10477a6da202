"""What a restored backup must not bring back: deletions, withdrawals and departures.

One JSON line each, in a file outside the database and its backups: identifiers, times and codes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is gone for good."""

    what: str  # record, packet, membership, user
    id: str
    at: str  # ISO 8601, UTC
    reason: str  # a code


def append(line: Line) -> None:
    """Write a line through to the disk before anything is deleted."""
    path: Path = settings.LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(json.dumps(asdict(line), sort_keys=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines(path: Path | None = None) -> Iterator[Line]:
    """Yield the lines of a ledger, the oldest first. A last line cut by a crash is left out."""
    file = path or settings.LEDGER
    if not file.exists():
        return
    for raw in file.read_bytes().splitlines(keepends=True):
        if raw.endswith(b"\n"):
            yield Line(**json.loads(raw))
