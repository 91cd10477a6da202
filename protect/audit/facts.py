"""Whether the chains are whole, and where they end."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from protect.audit import rules
from protect.audit.enums import Fault
from protect.audit.models import Chain, Checkpoint, Entry
from protect.audit.rules import End, Head, Line

CHUNK = 2000  # rows fetched at a time
STEP = 10_000  # entries between two words of progress

type Say = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry of a chain that is not as it was written, and how."""

    n: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Checked:
    chain: str
    entries: int
    last_n: int
    heads: int = 0
    broken: Break | None = None


def heads(*, at: datetime) -> list[Head]:
    """Return the head of each chain, by name. Keep them outside the database, best signed."""
    timestamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    rows = Chain.objects.order_by("name").values_list("name", "last_n", "last_hash")
    return [Head(timestamp, name, bytes(last_hash).hex(), n) for name, n, last_hash in rows]


def verify(
    *, at: datetime, heads: Iterable[Head] = (), say: Say | None = None
) -> Iterator[Checked]:
    """Recompute every chain, compare it with heads noted earlier, and yield the result.
    May run while entries are written, or removed in their time. Without `heads`, a chain that was
    cut or written anew together with its own head looks whole. `say` hears a chain and how many
    entries of it were read, now and then."""
    by_chain: dict[str, list[Head]] = {}
    for head in heads:
        by_chain.setdefault(head.chain, []).append(head)
    written = Entry.objects.order_by("chain").values_list("chain", flat=True).distinct()
    chains = Chain.objects.order_by("name").values_list("name", flat=True)
    for chain in sorted({*chains, *written, *by_chain}):
        checked = check(chain, at=at, say=say)
        yield checked if checked.broken else _compared(checked, by_chain.get(chain, []), at)


def check(chain: str, *, at: datetime, say: Say | None = None) -> Checked:
    end = _end(chain)  # read first: what is appended meanwhile comes after it
    stream = lines(chain)
    first = next(stream, None)
    last = _start(chain, first.n - 1 if first else end.n)
    if last is None:
        return Checked(chain, 0, 0, broken=Break(first.n if first else end.n, Fault.ANCHOR))
    count = 0
    for count, line in enumerate(itertools.chain([first] if first else [], stream), 1):
        if fault := rules.fault_after(last, line):
            return Checked(chain, count - 1, last.n, broken=Break(line.n, fault))
        last = End(line.n, line.hash)
        if say and count % STEP == 0:
            say(chain, count)
    return Checked(chain, count, last.n, broken=_wrong_end(chain, end, last) or _early(chain, at))


def lines(chain: str) -> Iterator[Line]:
    """Yield the entries of a chain in order, a few thousand in memory at a time."""
    rows = Entry.objects.filter(chain=chain).order_by("n").values_list(*Line._fields)
    for *fields, prev_hash, own_hash in rows.iterator(chunk_size=CHUNK):
        yield Line._make([*fields, bytes(prev_hash), bytes(own_hash)])


def _end(chain: str) -> End:
    row = Chain.objects.filter(name=chain).values_list("last_n", "last_hash").first()
    return End(row[0], bytes(row[1])) if row else rules.GENESIS


def _start(chain: str, n: int) -> End | None:
    """Return what the first entry continues: nothing, or a checkpoint if it exists."""
    if n == 0:
        return rules.GENESIS
    row = Checkpoint.objects.filter(chain=chain, n=n).first()
    return End(n, bytes(row.hash)) if row else None


def _hash_at(chain: str, n: int) -> bytes | None:
    start = _start(chain, n)
    if start:
        return start.hash
    row = Entry.objects.filter(chain=chain, n=n).first()
    return bytes(row.hash) if row else None


def _wrong_end(chain: str, end: End, last: End) -> Break | None:
    is_whole = _hash_at(chain, end.n) == end.hash and last.n <= _end(chain).n
    return None if is_whole else Break(last.n, Fault.END)


def _early(chain: str, at: datetime) -> Break | None:
    young = Checkpoint.objects.filter(chain=chain, month__gte=rules.kept_from(chain, at))
    row = young.order_by("n").first()
    return Break(row.n, Fault.EARLY) if row else None


def _compared(checked: Checked, heads: list[Head], at: datetime) -> Checked:
    """Compare a chain that is whole with its heads. Those of removed entries cannot be."""
    agreed, chain = 0, checked.chain
    removed = Checkpoint.objects.filter(chain=chain).order_by("-n").first()
    for head in sorted(heads, key=lambda head: head.n):
        stored_hash = _hash_at(chain, head.n)
        if stored_hash and stored_hash.hex() != head.hash:
            return replace(checked, broken=Break(head.n, Fault.FORKED))
        if not stored_hash and head.n > checked.last_n:
            return replace(checked, broken=Break(head.n, Fault.SHORT))
        # Whatever follows a young head is young: it cannot be among what was removed.
        if removed and removed.n > head.n and rules.is_young(head, at):
            return replace(checked, broken=Break(head.n + 1, Fault.EARLY))
        agreed += stored_hash is not None
    return replace(checked, heads=agreed)
