"""What the database must not be able to take back or to invent, in a file outside it.
Deletions, withdrawals and departures, which a restored backup must not bring back; and the public
keys that this server made (key_register.py), so that a writer to the database cannot add another.
One JSON line each: identifiers, times and codes."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

TAIL = 512  # bytes: a line, and more
MADE, UP_TO = r"[0-9]{1,9}:[0-9a-f]{64}", r"[0-9]{1,9}"
# What the lines of key_register.py say; the others have a code.
REASONS = {
    **dict.fromkeys(("team_key", "user_key", "officer_key", "user_factor"), MADE),
    **dict.fromkeys(("passkey", "badge_key"), MADE),
    **dict.fromkeys(("team_key_retired", "user_key_retired"), UP_TO),
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Something that is gone for good, or a key that was made."""

    what: str  # record, packet, membership, team, organisation; those of key_register.py
    id: str
    at: str  # ISO 8601, UTC
    reason: str  # a code, or "<version>:<digest>" of a key


def append(line: LedgerLine) -> None:
    """Write a line through to the disk before anything is deleted."""
    path: Path = settings.LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.write(_ending(file) + json.dumps(asdict(line), sort_keys=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines(path: Path | None = None) -> Iterator[LedgerLine]:
    """Yield the lines of a ledger that can be read, the oldest first; `unreadable` names others."""
    for raw in _raw(path):
        if (line := _read(raw)) is not None:
            yield line


def unreadable(path: Path | None = None) -> list[int]:
    """Return the numbers of unreadable lines: a crash cut them, or a hand changed them.
    A last line without its end is none of these: nothing had been deleted yet."""
    return [number for number, raw in enumerate(_raw(path), 1) if _read(raw) is None]


def _ending(file: BinaryIO) -> bytes:
    """Return what ends a line that a crash has cut, so that the next one stays readable."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 1))
    return b"\n" if file.read(1) not in {b"", b"\n"} else b""


def lines_after(offset: int) -> tuple[list[LedgerLine], int]:
    """Return the readable lines of our ledger from a byte on, and the byte after the last of them.
    Errors: OSError."""
    with Path(settings.LEDGER).open("rb") as file:
        file.seek(offset)
        raw = file.read()
    whole = raw[: raw.rfind(b"\n") + 1]
    read = (_read(line) for line in whole.splitlines(keepends=True))
    return [line for line in read if line is not None], offset + len(whole)


def bytes_before(offset: int) -> bytes:
    """Return the last bytes of our ledger before a place in it, 512 at most. Errors: OSError."""
    with Path(settings.LEDGER).open("rb") as file:
        file.seek(max(0, offset - TAIL))
        return file.read(min(offset, TAIL))


def _raw(path: Path | None) -> list[bytes]:
    file = path or settings.LEDGER
    if not file.exists():
        return []
    return [raw for raw in file.read_bytes().splitlines(keepends=True) if raw.endswith(b"\n")]


def _read(raw: bytes) -> LedgerLine | None:
    try:
        line = LedgerLine(**json.loads(raw))
        UUID(line.id), datetime.fromisoformat(line.at)
        is_whole = bool(re.fullmatch(REASONS.get(line.what, ".*"), line.reason))
    except (ValueError, TypeError, AttributeError):
        return None
    return line if is_whole else None
