"""Whether a record is what was last saved: the audit knows its newest version and its bytes.
A writer to the database can put an older version of a record back. Each save leaves version and
hash in the audit, where the application may only add; opening a record compares both. A version
that was saved with different bytes, as after a restored backup, is damaged: nothing tells which of
them was meant."""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol
from uuid import UUID

from protect.audit import queries, rules
from protect.audit.models import Entry
from protect.vault.errors import RecordDamaged, RecordGone
from protect.vault.models import Record, Sealed
from protect.vault.rows import all_rows


class SealedText(Protocol):
    """The sealed bytes of a version of a record."""

    @property
    def version(self) -> int: ...

    @property
    def ct(self) -> bytes | memoryview: ...


class Stored(NamedTuple):
    """A record, and the state that the audit knows of it: both of one moment."""

    record: Record
    state: str | None


def stored(record: Record, *, lock: bool = False) -> Stored:
    """Return a record as it is now with its newest state. One statement reads both: between two, a
    member may save. With `lock`, where the statement had to wait for a member's save, the record is
    the saved one and the state that of before the save. Errors: RecordGone."""
    records = Record.objects.annotate(newest_state=queries.newest_state(record.target))
    if lock:
        records = records.select_for_update()
    current = records.filter(pk=record.pk).first()
    if current is None:
        raise RecordGone
    return Stored(current, current.newest_state)


def state_of(record: Record, text: SealedText) -> str:
    """Return what the audit says of a version: its number, and a hash of its owner and its bytes.
    A record never moves to another team."""
    return rules.sealed_state(text.version, record.owner_team_id.bytes + bytes(text.ct))


def must_be_newest_version(record: Record, state: str | None) -> None:
    """Refuse a record if its newest version is not the one of a state. Errors: RecordDamaged."""
    if state is None or rules.version_of(state) != f"{record.version:0{rules.VERSION_DIGITS}d}":
        raise RecordDamaged.of(record, is_newest=False)


def is_in_state(record: Record, text: SealedText, state: str | None) -> bool:
    """Return whether a record and its text are what a state of the audit says."""
    is_newest = record.version == text.version
    return is_newest and state == state_of(record, text)


def must_be_only_text(record: Record, text: SealedText) -> None:
    """Refuse an earlier version if its text is not the one that the audit knows of it.
    Of versions whose month was removed the audit says nothing. Errors: RecordDamaged."""
    prefix = f"{text.version:0{rules.VERSION_DIGITS}d}:"
    entries = Entry.objects.about(record.target).filter(state__startswith=prefix)
    states = set(entries.values_list("state", flat=True).order_by("state"))
    if states - {state_of(record, text)}:
        raise RecordDamaged.of(record)


def newest_states(records: Collection[Record]) -> dict[str, str]:
    """Return the newest state of each of some records, by target."""
    return Entry.objects.filter(target__in=[record.target for record in records]).newest_states()


def damaged_records() -> Iterator[tuple[str, str]]:
    """Yield what is not as it was saved last, as target and fault. Needs no key.
    Faults: `other_state`, for a record in an older or another version; `saved_twice`, for a version
    that was saved with different bytes; `missing`, for a record that the audit does not know as
    erased; `unknown`, for one without a save."""
    states = Entry.objects.order_by().newest_states()
    in_database = dict(_stored_states())
    for target in sorted({*states, *in_database}):
        if _fault(in_database.get(target), states.get(target)) and (fault := current_fault(target)):
            yield target, fault


def organisation_to_alert(target: str) -> UUID | None:
    """Return the organisation to alert about a damaged record; None if nothing names one."""
    of_organisations = Entry.objects.about(target).filter(chain__name__startswith="org:")
    with_state = of_organisations.exclude(state=None).order_by("-state", "chain")
    chain = with_state.values_list("chain_id", flat=True).first()
    if chain is not None:
        return rules.organisation_of(chain)
    kind, _, pk = target.partition(":")
    with all_rows():
        records = Record.objects.filter(kind=kind, pk=pk)
        return records.values_list("owner_team__organisation", flat=True).first()


def _fault(in_database: str | None, state: str | None) -> str | None:
    """Compare the state of what is stored with that of the audit. None: the same."""
    if state is None:
        return None if in_database is None else "unknown"
    if in_database is None:
        return None if state == rules.GONE else "missing"
    if state == rules.SEVERAL:
        return "saved_twice"
    return None if in_database == state else "other_state"


def current_fault(target: str) -> str | None:
    """Look at one record again, until no member saves or erases it in between."""
    state = _newest_state(target)
    while True:
        in_database, before = _stored_state(target), state
        state = _newest_state(target)
        if state == before:
            return _fault(in_database, state)


def _newest_state(target: str) -> str | None:
    return Entry.objects.about(target).newest_states().get(target)


def _stored_states() -> Iterator[tuple[str, str]]:
    with all_rows():
        for record in Record.objects.order_by("pk").iterator():
            yield record.target, _state_of_newest(record)


def _stored_state(target: str) -> str | None:
    kind, _, pk = target.partition(":")
    with all_rows():
        record = Record.objects.filter(kind=kind, pk=pk).first()
        return _state_of_newest(record) if record else None


def _state_of_newest(record: Record) -> str:
    """Return the state of a record; a packet that was withdrawn has no text."""
    text = Sealed.objects.filter(record=record, version=record.version).first()
    return state_of(record, text) if text else rules.GONE
