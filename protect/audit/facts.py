import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from protect.audit import rules
from protect.audit.enums import Fault
from protect.audit.models import Chain, Checkpoint, Entry
from protect.audit.rules import ChainEnd, EntryLine, Head

ROWS_PER_FETCH = 2000  # entries of a chain that are fetched at a time
PROGRESS_INTERVAL = 10_000  # entries between two reports of progress

type ReportProgress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first entry of a chain that differs from the one written, and its fault."""

    n: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The result of a check: counts of matching entries and heads, and the first break."""

    chain: str
    entries: int
    last_n: int
    heads: int = 0
    broken: ChainBreak | None = None


def current_heads(*, at: datetime) -> list[Head]:
    """Return the head (last entry) of each chain, unsigned. Operators keep signed copies."""
    timestamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    rows = Chain.objects.order_by("name").values_list("name", "last_n", "last_hash")
    return [Head(timestamp, name, bytes(last_hash).hex(), n) for name, n, last_hash in rows]


def verify_chains(
    *, at: datetime, heads: Iterable[Head] = (), report_progress: ReportProgress | None = None
) -> Iterator[ChainCheck]:
    """Recompute every chain, compare it with earlier heads, and yield the result of each.
    Entries may be written or pruned meanwhile. Without `heads`, a chain whose end was cut
    or rewritten together with its stored end looks whole. `report_progress` is called
    with the chain and the number of entries read so far."""
    by_chain: dict[str, list[Head]] = {}
    for head in heads:
        by_chain.setdefault(head.chain, []).append(head)
    chains_with_entries = Entry.objects.order_by("chain").values_list("chain", flat=True).distinct()
    chains = Chain.objects.order_by("name").values_list("name", flat=True)
    for chain in sorted({*chains, *chains_with_entries, *by_chain}):
        result = check_chain(chain, at=at, report=report_progress)
        yield result if result.broken else _compare_heads(result, by_chain.get(chain, []), at)


def check_chain(chain: str, *, at: datetime, report: ReportProgress | None = None) -> ChainCheck:
    """Recompute a chain and return the result, with its first break if there is one."""
    end = _stored_end(chain)  # read first, so that entries appended meanwhile come after it
    entries = read_chain(chain)
    first = next(entries, None)
    previous = _checkpoint_end(chain, first.n - 1 if first else end.n)
    if previous is None:
        return ChainCheck(chain, 0, 0, broken=ChainBreak(first.n if first else end.n, Fault.ANCHOR))
    count = 0
    for count, line in enumerate(itertools.chain([first] if first else [], entries), 1):
        if fault := rules.find_fault(previous, line):
            return ChainCheck(chain, count - 1, previous.n, broken=ChainBreak(line.n, fault))
        previous = ChainEnd(line.n, line.hash)
        if report and count % PROGRESS_INTERVAL == 0:
            report(chain, count)
    broken = _find_break_at_end(chain, end, previous) or _find_early_removal(chain, at)
    return ChainCheck(chain, count, previous.n, broken=broken)


def read_chain(chain: str) -> Iterator[EntryLine]:
    """Yield the entries of a chain in order, a few thousand in memory at a time."""
    rows = Entry.objects.filter(chain=chain).order_by("n").values_list(*EntryLine._fields)
    for *fields, prev_hash, own_hash in rows.iterator(chunk_size=ROWS_PER_FETCH):
        yield EntryLine._make([*fields, bytes(prev_hash), bytes(own_hash)])


def _stored_end(chain: str) -> ChainEnd:
    """Return number and hash of a chain's last entry as its row in `Chain` states them."""
    row = Chain.objects.filter(name=chain).values_list("last_n", "last_hash").first()
    return ChainEnd(row[0], bytes(row[1])) if row else rules.GENESIS


def _checkpoint_end(chain: str, n: int) -> ChainEnd | None:
    """Return the end at entry `n` from its checkpoint; GENESIS for 0, None without checkpoint."""
    if n == 0:
        return rules.GENESIS
    row = Checkpoint.objects.filter(chain=chain, n=n).first()
    return ChainEnd(n, bytes(row.hash)) if row else None


def _hash_at(chain: str, n: int) -> bytes | None:
    """Return the hash of entry `n`, also of a checkpoint; None if the chain stores neither."""
    start = _checkpoint_end(chain, n)
    if start:
        return start.hash
    row = Entry.objects.filter(chain=chain, n=n).first()
    return bytes(row.hash) if row else None


def _find_break_at_end(chain: str, old_end: ChainEnd, last_read: ChainEnd) -> ChainBreak | None:
    """Return a break if the chain lacks `old_end`, or goes on past the end that is stored now."""
    is_whole = _hash_at(chain, old_end.n) == old_end.hash and last_read.n <= _stored_end(chain).n
    return None if is_whole else ChainBreak(last_read.n, Fault.END)


def _find_early_removal(chain: str, at: datetime) -> ChainBreak | None:
    """Return a break at the first removed month that should still be kept; None without one."""
    retained = rules.retention_start(chain, at)
    row = Checkpoint.objects.filter(chain=chain, month__gte=retained).order_by("n").first()
    return ChainBreak(row.n, Fault.EARLY) if row else None


def _compare_heads(checked: ChainCheck, heads: list[Head], at: datetime) -> ChainCheck:
    """Add how many heads match, or the first break; heads of removed entries are skipped."""
    matching, chain = 0, checked.chain
    removed = Checkpoint.objects.filter(chain=chain).order_by("-n").first()
    for head in sorted(heads, key=lambda head: head.n):
        stored_hash = _hash_at(chain, head.n)
        if stored_hash and stored_hash.hex() != head.hash:
            return replace(checked, broken=ChainBreak(head.n, Fault.FORKED))
        if not stored_hash and head.n > checked.last_n:
            return replace(checked, broken=ChainBreak(head.n, Fault.SHORT))
        # Entries after a recent head are recent too, so none of them may have been removed yet.
        if removed and removed.n > head.n and rules.is_followed_by_kept_entries(head, at):
            return replace(checked, broken=ChainBreak(head.n + 1, Fault.EARLY))
        matching += stored_hash is not None
    return replace(checked, heads=matching)
