"""Head counts: crossed cells, their sum, and which declaration stands.

Source: docs/adr/0033-information-sessions.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

type Cell = tuple[str, str]  # band, sex

COUNTED_FOR = timedelta(days=7)  # after a session, by a link without account


@dataclass(frozen=True, slots=True)
class Counted:
    """One declaration. The total is the sum of its cells and is written down nowhere."""

    revision: int
    cells: Mapping[Cell, int]

    @property
    def total(self) -> int:
        """Return how many people were there."""
        return sum(self.cells.values())

    def by_band(self) -> dict[str, int]:
        """Return how many people of each band, whatever their sex."""
        return _summed((band, n) for (band, _sex), n in self.cells.items())

    def by_sex(self) -> dict[str, int]:
        """Return how many people of each sex, whatever their band."""
        return _summed((sex, n) for (_band, sex), n in self.cells.items())


def standing(rows: Iterable[tuple[int, str, str, int]]) -> Counted | None:
    """Return the last declaration of rows (revision, band, sex, n); None without any.

    Earlier ones stay, and count nothing.
    """
    found = list(rows)
    if not found:
        return None
    last = max(revision for revision, _band, _sex, _n in found)
    cells = {(band, sex): n for revision, band, sex, n in found if revision == last}
    return Counted(last, cells)


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for key, n in pairs:
        sums[key] += n
    return dict(sums)
