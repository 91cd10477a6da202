"""Checks that a record is the one that was last saved, by comparing it with the audit.
A writer to the database can put an older version of a record back. Each save leaves
version and hash in the append-only audit, and opening a record compares both. A version
that was saved twice with different bytes, as after a restored backup, counts as
damaged, because nothing tells which bytes are right."""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol
from uuid import UUID

from protect.audit import queries, rules
from protect.audit.models import Entry
from protect.vault.errors import RecordDamaged, RecordGone
from protect.vault.models import Record, Sealed
from protect.vault.rows import show_all_rows


class SealedText(Protocol):
    """A version of a record's content: its number and its ciphertext."""

    @property
    def version(self) -> int: ...

    @property
    def ct(self) -> bytes | memoryview: ...


class RecordWithState(NamedTuple):
    """A record and its newest state in the audit, read at the same moment."""

    record: Record
    state: str | None  # None: the audit has no save of the record


def load_with_state(record: Record, *, lock: bool = False) -> RecordWithState:
    """Return a record as it is now, with its newest state in the audit. One statement reads both,
    because a member may save in between. With `lock`, if the statement had to wait for a save, the
    record is the saved one but the state is older. Errors: RecordGone."""
    records = Record.objects.annotate(newest_state=queries.newest_state(record.audit_target))
    if lock:
        records = records.select_for_update()
    current = records.filter(pk=record.pk).first()
    if current is None:
        raise RecordGone
    return RecordWithState(current, current.newest_state)


def sealed_state_of(record: Record, text: SealedText) -> str:
    """Return the audit state of a version: its number and a hash of owner team and ciphertext."""
    return rules.sealed_state(text.version, record.owner_team_id.bytes + bytes(text.ct))


def must_be_newest_version(record: Record, state: str | None) -> None:
    """Refuse a record whose version is not the one in its audit state. Errors: RecordDamaged."""
    if state is None or rules.version_of(state) != f"{record.version:0{rules.VERSION_DIGITS}d}":
        raise RecordDamaged.of(record, is_newest=False)


def matches_state(record: Record, text: SealedText, state: str | None) -> bool:
    """Return whether a text is the record's newest version and equals a state of the audit."""
    is_newest = record.version == text.version
    return is_newest and state == sealed_state_of(record, text)


def must_be_audited_text(record: Record, text: SealedText) -> None:
    """Refuse an earlier version with another text than the audit has.
    Versions whose audit month was removed cannot be compared. Errors: RecordDamaged."""
    prefix = f"{text.version:0{rules.VERSION_DIGITS}d}:"
    entries = Entry.objects.of_target(record.audit_target).filter(state__startswith=prefix)
    states = set(entries.values_list("state", flat=True).order_by("state"))
    if states - {sealed_state_of(record, text)}:
        raise RecordDamaged.of(record)


def newest_states(records: Collection[Record]) -> dict[str, str]:
    """Return the newest audit state of each record that has one, by audit target."""
    return Entry.objects.filter(
        target__in=[record.audit_target for record in records]
    ).newest_states()


def find_damaged_records() -> Iterator[tuple[str, str]]:
    """Yield audit target and fault of each record that differs from its last save. Needs no key.
    Faults: `other_state`, another version or text; `saved_twice`, a version saved with different
    bytes; `missing`, deleted without an erasure in the audit; `unknown`, without a save in it."""
    states = Entry.objects.order_by().newest_states()
    stored = dict(_database_states())
    for target in sorted({*states, *stored}):
        if _fault_of(stored.get(target), states.get(target)) and (fault := current_fault(target)):
            yield target, fault


def organisation_to_alert(target: str) -> UUID | None:
    """Return the organisation to alert about a damaged record; None if unknown."""
    organisation_entries = Entry.objects.of_target(target).filter(chain__name__startswith="org:")
    entries_with_state = organisation_entries.exclude(state=None).order_by("-state", "chain")
    chain = entries_with_state.values_list("chain_id", flat=True).first()
    if chain is not None:
        return rules.organisation_of_chain(chain)
    kind, _, pk = target.partition(":")
    with show_all_rows():
        records = Record.objects.filter(kind=kind, pk=pk)
        return records.values_list("owner_team__organisation", flat=True).first()


def _fault_of(database_state: str | None, audit_state: str | None) -> str | None:
    """Return the fault between database state and audit state, None if they agree."""
    if audit_state is None:
        return None if database_state is None else "unknown"
    if database_state is None:
        return None if audit_state == rules.ERASED_STATE else "missing"
    if audit_state == rules.AMBIGUOUS_STATE:
        return "saved_twice"
    return None if database_state == audit_state else "other_state"


def current_fault(target: str) -> str | None:
    """Return a record's fault, None without one; compare again if a member changes it meanwhile."""
    state = _newest_state(target)
    while True:
        database_state, previous_state = _database_state(target), state
        state = _newest_state(target)
        if state == previous_state:
            return _fault_of(database_state, state)


def _newest_state(target: str) -> str | None:
    """Return the newest state of a record in the audit entries; None if they have none."""
    return Entry.objects.of_target(target).newest_states().get(target)


def _database_states() -> Iterator[tuple[str, str]]:
    """Yield the audit target and the state of every record in the database."""
    with show_all_rows():
        for record in Record.objects.order_by("pk").iterator():
            yield record.audit_target, _state_of_newest_version(record)


def _database_state(target: str) -> str | None:
    kind, _, pk = target.partition(":")
    with show_all_rows():
        record = Record.objects.filter(kind=kind, pk=pk).first()
        return _state_of_newest_version(record) if record else None


def _state_of_newest_version(record: Record) -> str:
    """Return the audit state of a record's newest version; ERASED_STATE if no text is stored."""
    text = Sealed.objects.filter(record=record, version=record.version).first()
    return sealed_state_of(record, text) if text else rules.ERASED_STATE
