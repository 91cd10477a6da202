"""Write audit entries, and prune them at the end of their retention."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from protect.audit import facts, queries, rules
from protect.audit.models import Chain, Checkpoint, Entry

log = logging.getLogger("protect")

type Write = partial[Any]  # a postponed call that writes one audit entry

_deferred_refusals: ContextVar[list[Write] | None] = ContextVar("refusals", default=None)


@dataclass(frozen=True, slots=True)
class PruneResult:
    chain: str
    removed: int  # entries
    broken: facts.ChainBreak | None = None


class EntryColumns(TypedDict):
    """Columns of an audit entry: codes and ids only, never a name, content or address.
    Shapes: action, outcome: codes; target: "<kind>:<uuid>"."""

    at: datetime
    chain: str
    action: str
    actor: UUID | None
    organisation: UUID | None
    target: NotRequired[str]
    consent: NotRequired[UUID | None]
    outcome: NotRequired[str]


class SealedEntryColumns(EntryColumns, total=False):
    """Columns of an entry, with the state of a sealed record or the reason of an alarm's answer."""

    state: str | None  # from `rules.sealed_state`, if the action changed sealed bytes
    reason: str | None  # only for an answer to an alarm


# Values of the columns that an entry need not name.
DEFAULTS = {"target": "", "consent": None, "outcome": rules.DONE, "state": None, "reason": None}


def record(**columns: Unpack[SealedEntryColumns]) -> Entry:
    """Append an entry to a chain, as the last step of the transaction that it records.
    The chain stays locked until that transaction ends; an action that writes to two chains
    locks them in the order of their names. Errors: TransactionManagementError outside a
    transaction; IntegrityError for a value that is not a code."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry needs a transaction")
    _lock_chain(columns["chain"])
    head, _ = Chain.objects.get_or_create(name=columns["chain"])
    values: dict[str, Any] = {**DEFAULTS, **columns}
    line = rules.EntryLine(**values, n=head.last_n + 1, prev_hash=bytes(head.last_hash), hash=b"")
    return _append_entry(line._replace(hash=rules.entry_hash(line)))


def record_refusal(**columns: Unpack[EntryColumns]) -> None:
    """Record a refusal in a transaction of its own, because the refused one is rolled back.
    During a request, RefusalAuditMiddleware writes it after the transaction of the request;
    elsewhere it is written at once. Shapes: outcome: the code of the refusal. Errors: RuntimeError
    outside a request and inside a transaction, whose rollback would remove the entry."""
    _defer_refusal(partial(record, **({"outcome": "refused"} | columns)))


def record_refusal_once(**columns: Unpack[EntryColumns]) -> None:
    """Record a refusal unless the actor met the same one in this chain since the full hour.
    Refusals are the same if action and outcome are equal, whatever the target. At most
    `rules.MAX_REFUSALS_PER_HOUR` of an actor are recorded; alarms are not compared or counted."""
    _defer_refusal(partial(_record_refusal_below_limit, **columns))


@contextmanager
def defer_refusals() -> Iterator[None]:
    """Defer refusals to the end of this block, then write each of them, even after an error.
    If one cannot be written, its codes are logged and the page is still shown, because a
    refusal disclosed no data. An access that discloses data is recorded before, by `record`."""
    refusals: list[Write] = []
    token = _deferred_refusals.set(refusals)
    try:
        yield
    finally:
        _deferred_refusals.reset(token)
        for write in refusals:
            _write_or_log(write)


def prune(*, at: datetime, report: facts.ReportProgress | None = None) -> Iterator[PruneResult]:
    """Remove entries past their retention from each chain; yield the result of each chain.
    Whole months are removed: after three years, sign-ins after 90 days. A checkpoint of each
    month stays. A broken chain keeps all entries as evidence. Each chain has a transaction of
    its own; a second run changes nothing."""
    for chain in Chain.objects.order_by("name").values_list("name", flat=True):
        check = facts.check_chain(chain, at=at, report=report)
        removed = 0 if check.broken else _prune_chain(chain, at)
        yield PruneResult(chain, removed, check.broken)


@transaction.atomic
def _prune_chain(chain: str, at: datetime) -> int:
    _lock_chain(chain)
    months = rules.closed_months(facts.read_chain(chain), rules.retention_start(chain, at))
    if not months:
        return 0
    last = months[-1][1]
    _carry_states(chain, last.n, at)
    for month, line in months:
        Checkpoint.objects.create(chain_id=chain, n=line.n, hash=line.hash, month=month)
    return Entry.objects.filter(chain=chain, n__lte=last.n).delete()[0]


def _carry_states(chain: str, last_removed: int, at: datetime) -> None:
    """Copy the newest state of each record from the removed months, unless later entries have it.
    Opening a record compares it with its newest state in the audit, so that state must last as
    long as the record. Both states of a version that was saved twice with different bytes are
    copied; an erased state is copied only if a later entry has a state of the record."""
    entries = Entry.objects.of_chain(chain)
    later_states = entries.filter(n__gt=last_removed).newest_versions()
    for target, states in sorted(entries.filter(n__lte=last_removed).newest_versions().items()):
        later_low, later_high = later_states.get(target, ("", ""))
        if rules.ERASED_STATE in states and target not in later_states:
            continue
        for state in sorted({*states} - {later_low, later_high}):
            if rules.version_of(state) >= rules.version_of(later_high):
                record(
                    at=at,
                    chain=chain,
                    action="audit.carry",
                    actor=None,
                    organisation=rules.organisation_of_chain(chain),
                    target=target,
                    state=state,
                )


def _lock_chain(chain: str) -> None:
    """Lock a chain against other writers. SQLite allows one write transaction anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [rules.lock_key(chain)])


def _append_entry(line: rules.EntryLine) -> Entry:
    values = line._asdict()
    entry = Entry(chain_id=values.pop("chain"), actor_id=values.pop("actor"), **values)
    entry.save(force_insert=True)
    Chain.objects.filter(name=line.chain).update(last_n=line.n, last_hash=line.hash)
    return entry


def _record_refusal_below_limit(**columns: Unpack[EntryColumns]) -> None:
    refusals = Entry.objects.of_chain(columns["chain"]).refused().filter(actor=columns["actor"])
    recent = refusals.filter(at__gte=rules.hour_of(columns["at"]))
    recent = recent.exclude(outcome__in=sorted(rules.ALARM_OUTCOMES))
    refusal = {"action": columns["action"], "outcome": columns["outcome"]}
    # Checked before the lock, too: a loop of refusals must not delay other writers.
    if _is_repeated_or_above_limit(recent, refusal):
        return
    _lock_chain(columns["chain"])
    if not _is_repeated_or_above_limit(recent, refusal):
        record(**columns)


def _is_repeated_or_above_limit(recent: queries.EntryQuerySet, refusal: dict[str, str]) -> bool:
    rows = list(recent.order_by("n").values(*refusal)[: rules.MAX_REFUSALS_PER_HOUR])
    return refusal in rows or len(rows) == rules.MAX_REFUSALS_PER_HOUR


def _defer_refusal(write: Write) -> None:
    """Defer a refusal to the end of `defer_refusals`; outside of it, write it now."""
    deferred = _deferred_refusals.get()
    if deferred is None:
        _write_in_own_transaction(write)
    else:
        deferred.append(write)


def _write_or_log(write: Write) -> None:
    try:
        _write_in_own_transaction(write)
    except DatabaseError as error:
        fields, name = write.keywords, type(error).__name__
        action, outcome = fields["action"], fields["outcome"]
        log.error("unwritten action=%s outcome=%s error=%s", action, outcome, name)


def _write_in_own_transaction(write: Write) -> None:
    """Call `write` in a transaction of its own. Errors: RuntimeError inside another one."""
    with transaction.atomic(durable=True):
        write()
