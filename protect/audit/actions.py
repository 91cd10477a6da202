"""Writes audit entries, and prunes them at the end of their retention."""

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

type Write = partial[Any]

_kept: ContextVar[list[Write] | None] = ContextVar("kept", default=None)


@dataclass(frozen=True, slots=True)
class Pruned:
    chain: str
    removed: int
    broken: facts.Break | None = None


class Columns(TypedDict):
    """What an entry says. Codes and ids only: never a name, content or address.
    Shapes: action, outcome: codes; target: "<kind>:<uuid>"."""

    at: datetime
    chain: str
    action: str
    actor: UUID | None
    organisation: UUID | None
    target: NotRequired[str]
    consent: NotRequired[UUID | None]
    outcome: NotRequired[str]


class RecordColumns(Columns, total=False):
    state: str | None  # as `rules.sealed_state`, where sealed bytes changed
    reason: str | None  # of an answer to an alarm only


UNSAID = {"target": "", "consent": None, "outcome": rules.DONE, "state": None, "reason": None}


def record(**columns: Unpack[RecordColumns]) -> Entry:
    """Append an entry to a chain, as the last step of the transaction that it records.
    It holds the chain until that transaction ends; two chains are taken in the order of names.
    Errors: TransactionManagementError outside a transaction; IntegrityError for what is no code."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry shares its deed's transaction")
    _lock(columns["chain"])
    head, _ = Chain.objects.get_or_create(name=columns["chain"])
    values: dict[str, Any] = {**UNSAID, **columns}
    line = rules.Line(**values, n=head.last_n + 1, prev_hash=bytes(head.last_hash), hash=b"")
    return _append(line._replace(hash=rules.digest(line)))


def refusal(**columns: Unpack[Columns]) -> None:
    """Record a refusal in a transaction of its own: the refused one is rolled back.
    Call it anywhere during a request: `KeepRefusals` writes it when the request's transaction is
    over. Elsewhere it is written at once. Shapes: outcome: the code of the refusal.
    Errors: RuntimeError outside a request and inside a transaction, which would take it along."""
    _keep(partial(record, **({"outcome": "refused"} | columns)))


def refusal_once(**columns: Unpack[Columns]) -> None:
    """Record a refusal as `refusal` does, unless the same person met the same within the hour.
    The same means action and outcome, whatever the target. In one hour and chain a person leaves
    `rules.MOST_REFUSALS` at most, alarms apart: a loop of tries cannot flood the chain."""
    _keep(partial(_record_once, **columns))


@contextmanager
def refusals_kept() -> Iterator[None]:
    """Keep refusals until the end of this block, then write each, whatever ended the block.
    One that cannot be written is logged by its codes and holds nothing up: a refusal has let
    nothing out, so its page may be shown. What lets something out is `record`ed first."""
    kept: list[Write] = []
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for write in kept:
            _write_if_possible(write)


def prune(*, at: datetime, say: facts.Say | None = None) -> Iterator[Pruned]:
    """Remove months whose time is over, leaving a checkpoint of each; yield each chain.
    Three years, sign-ins 90 days; whole months. A chain that is broken keeps everything: it is
    evidence. Each chain has a transaction of its own; running it again changes nothing."""
    for chain in Chain.objects.order_by("name").values_list("name", flat=True):
        checked = facts.check(chain, at=at, say=say)
        removed = 0 if checked.broken else _prune(chain, at)
        yield Pruned(chain, removed, checked.broken)


@transaction.atomic
def _prune(chain: str, at: datetime) -> int:
    _lock(chain)
    months = rules.closed_months(facts.lines(chain), rules.kept_from(chain, at))
    if not months:
        return 0
    last = months[-1][1]
    _carry_states(chain, last.n, at)
    for month, line in months:
        Checkpoint.objects.create(chain_id=chain, n=line.n, hash=line.hash, month=month)
    return Entry.objects.filter(chain=chain, n__lte=last.n).delete()[0]


def _carry_states(chain: str, last_removed: int, at: datetime) -> None:
    """Repeat the newest state of each record whose later entries have none, or an older one.
    Opening a record compares it with this entry, so the entry may not end before the record; and
    what was erased stays so, and so does what was saved twice in one version, until a later one."""
    entries = Entry.objects.of_chain(chain)
    kept = entries.filter(n__gt=last_removed).newest_versions()
    for target, states in sorted(entries.filter(n__lte=last_removed).newest_versions().items()):
        later = kept.get(target, ("", ""))
        if rules.GONE in states and target not in kept:
            continue
        for state in sorted({*states} - {*later}):
            if rules.version_of(state) >= rules.version_of(later[1]):
                record(
                    at=at,
                    chain=chain,
                    action="audit.carry",
                    actor=None,
                    organisation=rules.organisation_of(chain),
                    target=target,
                    state=state,
                )


def _lock(chain: str) -> None:
    """Lock a chain against other writers. On SQLite a write transaction is alone from its start."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [rules.lock_key(chain)])


def _append(line: rules.Line) -> Entry:
    values = line._asdict()
    entry = Entry(chain_id=values.pop("chain"), actor_id=values.pop("actor"), **values)
    entry.save(force_insert=True)
    Chain.objects.filter(name=line.chain).update(last_n=line.n, last_hash=line.hash)
    return entry


def _record_once(**columns: Unpack[Columns]) -> None:
    of_actor = Entry.objects.of_chain(columns["chain"]).refused().filter(actor=columns["actor"])
    lately = of_actor.filter(at__gte=rules.hour_of(columns["at"]))
    lately = lately.exclude(outcome__in=sorted(rules.ALARMS))
    same = {"action": columns["action"], "outcome": columns["outcome"]}
    # Checked before the lock, too: a loop of refusals must not delay other writers.
    if _is_enough(lately, same):
        return
    _lock(columns["chain"])
    if not _is_enough(lately, same):
        record(**columns)


def _is_enough(lately: queries.EntryQuerySet, same: dict[str, str]) -> bool:
    recent = list(lately.order_by("n").values(*same)[: rules.MOST_REFUSALS])
    return same in recent or len(recent) == rules.MOST_REFUSALS


def _keep(write: Write) -> None:
    kept = _kept.get()
    if kept is None:
        _write_apart(write)
    else:
        kept.append(write)


def _write_if_possible(write: Write) -> None:
    try:
        _write_apart(write)
    except DatabaseError as error:
        fields, name = write.keywords, type(error).__name__
        action, outcome = fields["action"], fields["outcome"]
        log.error("unwritten action=%s outcome=%s error=%s", action, outcome, name)


def _write_apart(write: Write) -> None:
    with transaction.atomic(durable=True):
        write()
