"""Hash chain of audit entries, and their retention."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from protect.audit import enums, errors
from protect.kernel.items import encode_items

PLATFORM = "platform"  # name of the chain for actions that belong to no organisation
SIGN_IN = "sign-in"  # name of the chain for sign-ins to all accounts
DONE = "done"  # the outcome of every action that was not refused
# Outcomes that report data in the database which differs from the data written.
ALARM_OUTCOMES = frozenset({"key_mismatch", "partner_key_mismatch", "record_damaged"})
ALARM_ANSWER_PREFIX = (
    "orgs.answer_alarm."  # action of an officer's answer; the alarm's code follows
)
ERASED_STATE = "gone"  # the state of an erased record; as text it sorts after those of versions
REASON_LENGTH = 300  # most characters of an officer's answer to an alarm
AMBIGUOUS_STATE = "several"  # reported, never stored: one version saved with different bytes
VERSION_DIGITS = 10  # of the version number at the start of a state
STATE_PATTERN = f"^([0-9]{{10}}:[0-9a-f]{{64}}|{ERASED_STATE})$"  # version:SHA-256, or erased

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RETENTION_YEARS = 3  # of the entries of all chains but the one for sign-ins
SIGN_IN_RETENTION_DAYS = 90  # at least: only whole months are removed
MAX_REFUSALS_PER_HOUR = 20  # recorded for one actor in one chain, so that loops cannot flood it
# A head has exactly one representation, so a signature of its bytes covers its meaning.
HEAD_LINE_PATTERN = re.compile(
    r'\{"at":"(?P<at>[0-9-]{10}T[0-9:]{8}Z)","chain":"(?P<chain>[a-z0-9:-]+)",'
    r'"hash":"(?P<hash>[0-9a-f]{64})","n":(?P<n>0|[1-9][0-9]{0,18})'
    r'(?:,"signature":"(?P<signature>[0-9a-f]{128})")?\}'
)


class ChainEnd(NamedTuple):
    """The end of a chain: number and hash of its last entry."""

    n: int
    hash: bytes


GENESIS = ChainEnd(0, bytes(32))  # the end that the first entry of each chain continues


class EntryLine(NamedTuple):
    """An entry as it was written. The fields are in the order of the table and of the hash."""

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
    """The last entry of a chain at a moment; `hash` in hexadecimal digits. `signature` is the
    platform's signature of the other fields, or empty. The vault verifies it, not this module."""

    at: str
    chain: str
    hash: str
    n: int
    signature: str = ""

    @property
    def noted_at(self) -> datetime:
        """Return when the head was noted. Errors: ValueError if `at` is no valid date."""
        return datetime.fromisoformat(self.at)

    def to_json(self) -> str:
        """Return the head as one line of canonical JSON: keys sorted, no blanks."""
        fields = asdict(self)
        if not self.signature:
            del fields["signature"]
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def organisation_chain(organisation_id: UUID) -> str:
    return f"org:{organisation_id}"


def organisation_of_chain(chain: str) -> UUID | None:
    """Return the organisation to which a chain belongs; None for the platform's chains."""
    kind, _, name = chain.partition(":")
    return UUID(name) if kind == "org" else None


def lock_key(name: str) -> int:
    """Return PostgreSQL's advisory lock number (64 bits, signed) of a name, such as a chain's."""
    digest = sha256(encode_items("protect", "audit-lock", 1, name)).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def entry_hash(line: EntryLine) -> bytes:
    """Return the hash that an entry must carry; its own field `hash` is ignored. A reason is one
    more item at the end, so that entries without one keep the hash of earlier releases. Units: `at`
    counts as microseconds since 1970. Errors: TypeError for a naive `at`, and for an id that is
    text, because it would be read back as another type. Source: the vault's audit format."""
    if any(isinstance(each, str) for each in (line.actor, line.organisation, line.consent)):
        raise TypeError("actor, organisation and consent are UUIDs, not texts")
    at = (line.at - EPOCH) // timedelta(microseconds=1)
    reason = () if line.reason is None else (line.reason,)
    values = (*line[3:-3], line.prev_hash, *reason)
    return sha256(encode_items("protect", "audit", 1, line.chain, line.n, at, *values)).digest()


def sealed_state(version: int, sealed: bytes) -> str:
    """Return the state of a sealed record: its version and the SHA-256 of its bytes.
    States of one record sort like its versions, and `ERASED_STATE` after all of them. Shapes:
    `sealed` are the bytes as stored. Errors: ValueError for a version of more than ten digits."""
    state = f"{version:0{VERSION_DIGITS}d}:{sha256(sealed).hexdigest()}"
    if not re.fullmatch(STATE_PATTERN, state):
        raise ValueError("a version of more than ten digits")
    return state


def version_of(state: str) -> str:
    """Return the version in a state, as a text that sorts; that of `ERASED_STATE` sorts last."""
    return state[:VERSION_DIGITS]


def find_fault(previous_end: ChainEnd, line: EntryLine) -> enums.Fault | None:
    """Return the fault of an entry, given the end of the chain before it; None if it has none."""
    if line.n != previous_end.n + 1:
        return enums.Fault.GAP
    if line.prev_hash != previous_end.hash:
        return enums.Fault.LINK
    return enums.Fault.CONTENT if line.hash != entry_hash(line) else None


def retention_start(chain: str, at: datetime) -> date:
    """Return the first day of the oldest month that a chain must keep: three years before `at`
    (UTC), 90 days for sign-ins. Triggers enforce the same. Source: the vault's audit format."""
    if chain == SIGN_IN:
        return month_of(at - timedelta(days=SIGN_IN_RETENTION_DAYS))
    month = month_of(at)
    return month.replace(year=month.year - RETENTION_YEARS)


def is_followed_by_kept_entries(head: Head, at: datetime) -> bool:
    """Return whether all entries after a head must still be kept.
    One day is subtracted, because an entry carries the time at which its request began."""
    return month_of(head.noted_at - timedelta(days=1)) >= retention_start(head.chain, at)


def month_of(at: datetime) -> date:
    """Return the first day of a moment's month, in UTC."""
    return at.astimezone(UTC).date().replace(day=1)


def hour_of(at: datetime) -> datetime:
    """Return when a moment's hour began, in UTC."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def closed_months(lines: Iterable[EntryLine], before: date) -> list[tuple[date, EntryLine]]:
    """Return the last entry of each month that ended by `before`.
    An entry that was written late, after one of the next month, counts to that next month. The
    removed entries are therefore always the start of the chain, and no recent entry is removed."""
    ends: dict[date, EntryLine] = {}
    month = date.min
    for line in lines:
        month = max(month, month_of(line.at))
        if month >= before:
            break
        ends[month] = line
    return list(ends.items())


def parse_heads(lines: Iterable[str]) -> list[Head]:
    """Return the heads in a file's lines, without empty lines. Errors: HeadsUnreadable."""
    texts = enumerate(map(str.strip, lines), 1)
    return [_parse_head(text, number) for number, text in texts if text]


def _parse_head(text: str, number: int) -> Head:
    """Return the head in a line of a file of heads. Errors: HeadsUnreadable."""
    match = HEAD_LINE_PATTERN.fullmatch(text)
    try:
        if not match:
            raise ValueError
        signature = match["signature"] or ""
        head = Head(match["at"], match["chain"], match["hash"], int(match["n"]), signature)
        head.noted_at  # noqa: B018 - reading it is the check
    except ValueError:
        raise errors.HeadsUnreadable(line=number) from None
    return head
