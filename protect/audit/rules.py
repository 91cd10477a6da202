"""How entries are chained, and how long they are kept."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from protect.audit import enums, errors
from protect.kernel.items import items

PLATFORM = "platform"
SIGN_IN = "sign-in"
DONE = "done"  # the outcome of what was not refused
# Outcomes that say that the database is not as it was written.
ALARMS = frozenset({"key_mismatch", "partner_key_mismatch", "record_damaged"})
ANSWER = "orgs.answer_alarm."  # begins the action by which an officer answers one; then its outcome
GONE = "gone"  # the state of what was erased: it sorts after every version
REASON_LENGTH = 300  # characters
SEVERAL = "several"  # of a thing whose newest version was saved with different bytes: no state
VERSION_DIGITS = 10
STATE_PATTERN = f"^([0-9]{{10}}:[0-9a-f]{{64}}|{GONE})$"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEARS_KEPT = 3
SIGN_IN_DAYS_KEPT = 90
MOST_REFUSALS = 20  # of one person, in one chain and hour: a loop floods nothing
# A head has one spelling: a signature of its bytes is a signature of its meaning.
HEAD = re.compile(
    r'\{"at":"(?P<at>[0-9-]{10}T[0-9:]{8}Z)","chain":"(?P<chain>[a-z0-9:-]+)",'
    r'"hash":"(?P<hash>[0-9a-f]{64})","n":(?P<n>0|[1-9][0-9]{0,18})'
    r'(?:,"signature":"(?P<signature>[0-9a-f]{128})")?\}'
)


class End(NamedTuple):
    """Where a chain ends: the number of its last entry, and that one's hash."""

    n: int
    hash: bytes


GENESIS = End(0, bytes(32))  # what the first entry of a chain continues


class Line(NamedTuple):
    """An entry as it was written. The order of fields is that of the table and of the hash."""

    chain: str
    n: int
    at: datetime
    actor: UUID | None
    organisation: UUID | None
    action: str
    target: str
    consent: UUID | None
    outcome: str
    state: str | None
    reason: str | None
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain, as it was at a moment. `hash` in hexadecimal digits.
    `signature` is the platform's over the rest, or empty. The vault checks it, not this module."""

    at: str
    chain: str
    hash: str
    n: int
    signature: str = ""

    @property
    def noted_at(self) -> datetime:
        """Return when the head was noted. Errors: ValueError for no moment of a calendar."""
        return datetime.fromisoformat(self.at)

    def line(self) -> str:
        """Return the head as one line of canonical JSON: keys sorted, no blanks."""
        fields = asdict(self)
        if not self.signature:
            del fields["signature"]
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def org_chain(organisation_id: UUID) -> str:
    """Return the name of an organisation's chain."""
    return f"org:{organisation_id}"


def organisation_of(chain: str) -> UUID | None:
    """Return the organisation of a chain, None for chains of none."""
    kind, _, name = chain.partition(":")
    return UUID(name) if kind == "org" else None


def lock_key(name: str) -> int:
    """Return the number of PostgreSQL's advisory lock for a name, such as a chain's.
    Units: 64 bits, signed."""
    digest = sha256(items("protect", "audit-lock", 1, name)).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def digest(line: Line) -> bytes:
    """Return the hash that an entry must carry; its own field `hash` is not read. A reason is one
    more item at the end: entries without one keep the hash of earlier releases. Units: `at` counts
    as microseconds since 1970. Errors: TypeError for a naive `at`, and for an id that is text: it
    would be read back otherwise. Source: the vault's audit format."""
    if any(isinstance(each, str) for each in (line.actor, line.organisation, line.consent)):
        raise TypeError("actor, organisation and consent are UUIDs, not texts")
    at = (line.at - EPOCH) // timedelta(microseconds=1)
    reason = () if line.reason is None else (line.reason,)
    values = (*line[3:-3], line.prev_hash, *reason)
    return sha256(items("protect", "audit", 1, line.chain, line.n, at, *values)).digest()


def sealed_state(version: int, sealed: bytes) -> str:
    """Return the state of a sealed record for its entry: its version and a SHA-256. States of one
    record sort as its versions do, and `GONE` after all of them. Shapes: `sealed` are the bytes as
    stored. Errors: ValueError for a version of more than ten digits."""
    state = f"{version:0{VERSION_DIGITS}d}:{sha256(sealed).hexdigest()}"
    if not re.fullmatch(STATE_PATTERN, state):
        raise ValueError("a version that sorts wrongly")
    return state


def version_of(state: str) -> str:
    """Return the version that a state is of, as a text that sorts; `GONE` is after all of them."""
    return state[:VERSION_DIGITS]


def fault_after(before: End, line: Line) -> enums.Fault | None:
    """Return what is wrong with an entry, given the one before it."""
    if line.n != before.n + 1:
        return enums.Fault.GAP
    if line.prev_hash != before.hash:
        return enums.Fault.LINK
    return enums.Fault.CONTENT if line.hash != digest(line) else None


def kept_from(chain: str, at: datetime) -> date:
    """Return the first day of the oldest month that a chain must still keep.
    Units: `at` in UTC. Three years; 90 days for sign-ins.
    Source: the vault's audit format; the triggers of its migration say the same."""
    if chain == SIGN_IN:
        return month_of(at - timedelta(days=SIGN_IN_DAYS_KEPT))
    month = month_of(at)
    return month.replace(year=month.year - YEARS_KEPT)


def is_young(head: Head, at: datetime) -> bool:
    """Return whether all that was written after a head must still be kept.
    A day is let pass: an entry carries the moment at which its request began."""
    return month_of(head.noted_at - timedelta(days=1)) >= kept_from(head.chain, at)


def month_of(at: datetime) -> date:
    """Return the first day of a moment's month, in UTC."""
    return at.astimezone(UTC).date().replace(day=1)


def hour_of(at: datetime) -> datetime:
    """Return when a moment's hour began, in UTC."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def closed_months(lines: Iterable[Line], before: date) -> list[tuple[date, Line]]:
    """Return the last entry of each month at the chain's beginning that ended by `before`.
    An entry written a moment late, after one of the next month, belongs to that next month: what is
    removed is always a beginning of the chain, and nothing young goes with it."""
    ends: dict[date, Line] = {}
    month = date.min
    for line in lines:
        month = max(month, month_of(line.at))
        if month >= before:
            break
        ends[month] = line
    return list(ends.items())


def read_heads(lines: Iterable[str]) -> list[Head]:
    """Return the heads of a file that `Head.line` wrote; empty lines are skipped.
    Errors: HeadsUnreadable, with the number of the line."""
    return [_head(text.strip(), number) for number, text in enumerate(lines, 1) if text.strip()]


def _head(text: str, number: int) -> Head:
    match = HEAD.fullmatch(text)
    try:
        if not match:
            raise ValueError
        signature = match["signature"] or ""
        head = Head(match["at"], match["chain"], match["hash"], int(match["n"]), signature)
        head.noted_at  # noqa: B018 - reading it is the check
    except ValueError:
        raise errors.HeadsUnreadable(line=number) from None
    return head
