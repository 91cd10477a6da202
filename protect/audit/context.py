"""The audit context of an action: time, actor and organisation of its entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db.models import Model

from protect.audit import actions, rules

# Entries of an action that writes to several chains; they are written when the action ends.
_deferred_entries: ContextVar[list[partial[Any]] | None] = ContextVar("entries", default=None)


class EntryFacts(TypedDict, total=False):
    """Optional columns of an entry, as `actions.record` takes them."""

    consent: UUID | None
    outcome: str
    state: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditContext:
    """Time, actor and organisation of an action. Keyword-only: two of the three are UUIDs. `actor`
    is None for the platform itself and for a person without an account. `organisation` is None for
    an action that belongs to no organisation; its entries go to the platform's chain."""

    at: datetime
    actor: UUID | None
    organisation: UUID | None

    def record(
        self,
        action: str,
        target: Model | str = "",
        *,
        chain: str | None = None,
        **facts: Unpack[EntryFacts],
    ) -> None:
        """Append an entry to the organisation's chain, as the last step of the transaction.
        Shapes: action: a code that begins with its package, such as "trainings.approve";
        target: a row, or "<kind>:<uuid>"; chain: replaces the organisation's; facts: as for
        `actions.record`. Errors: ValueError for an action without its package; those of
        `actions.record`, raised at the end of the block inside `in_chain_order`."""
        write = partial(actions.record, **self._entry_columns(action, target, chain), **facts)
        deferred = _deferred_entries.get()
        if deferred is None:
            write()
        else:
            deferred.append(write)

    def record_refusal(
        self, action: str, target: Model | str = "", *, outcome: str, chain: str | None = None
    ) -> None:
        """Append a refusal in a transaction of its own, as `actions.record_refusal` does."""
        actions.record_refusal(**self._entry_columns(action, target, chain), outcome=outcome)

    def record_refusal_once(self, action: str, target: str, *, outcome: str) -> None:
        """Append a refusal unless this hour has the same; see `actions.record_refusal_once`."""
        actions.record_refusal_once(**self._entry_columns(action, target, None), outcome=outcome)

    def _entry_columns(self, action: str, target: Model | str, chain: str | None) -> dict[str, Any]:
        if "." not in action:
            raise ValueError(f"{action}: an action begins with its package")
        own = self.organisation
        default_chain = rules.organisation_chain(own) if own else rules.PLATFORM
        if isinstance(target, Model):
            target = f"{target._meta.model_name}:{target.pk}"
        columns = {"at": self.at, "actor": self.actor, "organisation": own}
        return {**columns, "action": action, "target": target, "chain": chain or default_chain}


@contextmanager
def in_chain_order() -> Iterator[None]:
    """Defer the entries of this block to its end, and write them in the order of chain names.
    An action that concerns two organisations writes to two chains; taking their locks in one
    order everywhere rules out a deadlock. An inner block leaves its entries to the outer one. A
    refusal inside the block rolls its transaction back, and no entry is written. An action that
    reads its own entry back, such as an alarm, must run outside of such a block."""
    if _deferred_entries.get() is not None:
        yield
        return
    deferred: list[partial[Any]] = []
    token = _deferred_entries.set(deferred)
    try:
        yield
    finally:
        _deferred_entries.reset(token)
    for write in sorted(deferred, key=lambda write: str(write.keywords["chain"])):
        write()
