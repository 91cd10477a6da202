"""The ledger: a file outside the database, which no restore and no intruder there can change. It
lists deletions, withdrawals and departures, which a restored backup must not revive, and the
public keys that this server made. Each line is a JSON object of identifiers, times and codes."""

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

TAIL_BYTES = 512  # compared to detect that the file was replaced; longer than any line
KEY_REASON_REGEX, VERSION_REASON_REGEX = r"[0-9]{1,9}:[0-9a-f]{64}", r"[0-9]{1,9}"
# Patterns of the reasons in lines of key_register.py; other lines have a code.
REASON_PATTERNS = {
    **dict.fromkeys(("team_key", "user_key", "officer_key", "user_factor"), KEY_REASON_REGEX),
    **dict.fromkeys(("passkey", "badge_key"), KEY_REASON_REGEX),
    **dict.fromkeys(("team_key_retired", "user_key_retired"), VERSION_REASON_REGEX),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: what was deleted or ended, or which key was made or retired."""

    what: str  # record, packet, membership, team, organisation; those of key_register.py
    id: str
    at: str  # ISO 8601, UTC
    reason: str  # a code, or "<version>:<digest>" of a key


def append(line: Line) -> None:
    """Append a line and sync it to the disk; call it before anything is deleted."""
    path: Path = settings.LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        body = json.dumps(asdict(line), sort_keys=True).encode()
        file.write(_missing_line_end(file) + body + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path | None = None) -> Iterator[Line]:
    """Yield the readable lines of a ledger, by default our own, oldest first."""
    for raw in _raw_lines(path):
        if (line := _parse_line(raw)) is not None:
            yield line


def unreadable_line_numbers(path: Path | None = None) -> list[int]:
    """Return the numbers of lines that a crash cut off or a person edited.
    An unfinished last line is not among them: nothing had been deleted yet."""
    return [number for number, raw in enumerate(_raw_lines(path), 1) if _parse_line(raw) is None]


def _missing_line_end(file: BinaryIO) -> bytes:
    """Return the line end that an interrupted write left out, else nothing."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 1))
    return b"\n" if file.read(1) not in {b"", b"\n"} else b""


def lines_after(offset: int) -> tuple[list[Line], int]:
    """Return our ledger's readable lines after an offset, and the new offset. Errors: OSError."""
    with Path(settings.LEDGER).open("rb") as file:
        file.seek(offset)
        raw = file.read()
    complete_lines = raw[: raw.rfind(b"\n") + 1]
    parsed_lines = (_parse_line(line) for line in complete_lines.splitlines(keepends=True))
    return [line for line in parsed_lines if line is not None], offset + len(complete_lines)


def bytes_before(offset: int) -> bytes:
    """Return at most 512 bytes of our ledger before an offset. Errors: OSError."""
    with Path(settings.LEDGER).open("rb") as file:
        file.seek(max(0, offset - TAIL_BYTES))
        return file.read(min(offset, TAIL_BYTES))


def _raw_lines(path: Path | None) -> list[bytes]:
    """Return a ledger's complete lines, [] without a file; `path` is None for our own ledger."""
    file = path or settings.LEDGER
    if not file.exists():
        return []
    return [raw for raw in file.read_bytes().splitlines(keepends=True) if raw.endswith(b"\n")]


def _parse_line(raw: bytes) -> Line | None:
    try:
        line = Line(**json.loads(raw))
        UUID(line.id), datetime.fromisoformat(line.at)
        is_valid = bool(re.fullmatch(REASON_PATTERNS.get(line.what, ".*"), line.reason))
    except (ValueError, TypeError, AttributeError):
        return None
    return line if is_valid else None
