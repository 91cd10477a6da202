"""Whether a record is what was last saved: the audit knows its newest version and its bytes.

A writer to the database can put an older version of a record back. Each save leaves version and
hash in the audit, where the application may only add; opening a record compares both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from protect.audit.models import Entry
from protect.audit.rules import GONE, sealed_state
from protect.vault.errors import RecordDamaged
from protect.vault.models import Record, Sealed
from protect.vault.rows import all_rows


class Text(Protocol):
    """The sealed bytes of a version of a record."""

    @property
    def version(self) -> int: ...

    @property
    def ct(self) -> bytes | memoryview: ...


def target_of(record: Record) -> str:
    """Return how the audit names a record."""
    return f"{record.kind}:{record.pk}"


def must_be_newest(record: Record, text: Text) -> None:
    """Refuse a record whose newest version is not the one that was saved last.

    Errors: RecordDamaged.
    """
    must_be_state(record, text, _newest_state(record))


def must_be_newest_version(record: Record) -> None:
    """Refuse to save after a version that is not the last one. Errors: RecordDamaged."""
    state = _newest_state(record)
    if state is None or not state.startswith(f"{record.version:010d}:"):
        raise RecordDamaged(reference=str(record.pk))


def _newest_state(record: Record) -> str | None:
    entries = Entry.objects.of_organisation(record.owner_team.organisation_id)
    return entries.about(target_of(record)).newest_states().get(target_of(record))


def must_be_state(record: Record, text: Text, state: str | None) -> None:
    """Refuse a record that is not in a state of the audit. Errors: RecordDamaged."""
    if state is None or sealed_state(text.version, bytes(text.ct)) != state:
        raise RecordDamaged(reference=str(record.pk))


def newest_states(organisation: UUID, kind: str) -> dict[str, str]:
    """Return the newest state of each record of a kind in an organisation, by target."""
    entries = Entry.objects.of_organisation(organisation)
    return entries.filter(target__startswith=f"{kind}:").newest_states()


def damaged_records() -> Iterator[tuple[str, str]]:
    """Yield what is not as it was saved last, as target and fault. Needs no key.

    Faults: `other_state`, for a record in an older or another version; `missing`, for one that the
    audit does not know as erased; `unknown`, for one that nobody saved.
    """
    states = Entry.objects.order_by().newest_states()
    stored = dict(_stored_states())
    for target in sorted({*states, *stored}):
        if target not in states:
            yield target, "unknown"
        elif target not in stored and states[target] != GONE:
            yield target, "missing"
        elif stored.get(target, GONE) != states[target]:
            yield target, "other_state"


def _stored_states() -> Iterator[tuple[str, str]]:
    """Yield the state of each record that is stored; a packet that was withdrawn has no text."""
    with all_rows():
        for record in Record.objects.order_by("pk").iterator():
            text = Sealed.objects.filter(record=record, version=record.version).first()
            state = sealed_state(record.version, bytes(text.ct)) if text else GONE
            yield target_of(record), state
