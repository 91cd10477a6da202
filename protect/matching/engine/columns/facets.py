"""Facets: the part of a row that a judgement reads. Rows with equal parts share a number.

So a judgement is made once for each distinct reading, by the definition itself, not once for each
row. Readings are numbered as they come and never forgotten: a newer snapshot shares them.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Kind
from protect.matching.conditions.persons import VISITED
from protect.matching.questions import PreparedQuestion
from protect.matching.services.cache import Kept
from protect.matching.services.rows import ServiceRow

TABLES_KEPT = 1024  # of a facet, before all are made anew

NOTHING = np.empty(0, dtype=np.int32)

type Truths = NDArray[np.int8]  # values of Truth


class Facet:
    """The distinct readings of one kind. One thread numbers rows; others may judge meanwhile."""

    def __init__(self, read: Callable[[ServiceRow], Hashable]) -> None:
        self._read = read
        self._numbers: dict[Hashable, int] = {}
        self._tables = Kept[Hashable, NDArray[np.int32]](TABLES_KEPT)
        self.samples: list[ServiceRow] = []

    def number(self, row: ServiceRow) -> int:
        reading = self._read(row)
        number = self._numbers.setdefault(reading, len(self.samples))
        if number == len(self.samples):
            self.samples.append(row)
        return number

    def table(self, value: Hashable, judge: Callable[[ServiceRow], int]) -> NDArray[np.int32]:
        """Return the judgement of each reading. `value` is all that it depends on besides."""
        table = self._tables.get(value, NOTHING)
        if len(table) < len(self.samples):
            fresh = [judge(row) for row in self.samples[len(table) :]]
            table = self._tables[value] = np.append(table, np.array(fresh, dtype=np.int32))
        return table


@dataclass(frozen=True, slots=True)
class Lens:
    """How a condition reads rows and questions. Every part (children, access) must be met."""

    read: Callable[[ServiceRow], Hashable]
    parts: Callable[[PreparedQuestion], Iterable[Hashable]]
    # The question that asks one part.
    only: Callable[[PreparedQuestion, Hashable], PreparedQuestion] = lambda asked, part: asked


def stated(*kinds: Kind) -> Callable[[ServiceRow], Hashable]:
    """Return what reads the conditions of some kinds."""
    return lambda row: tuple(row.conditions.get(kind, ()) for kind in kinds)


def _country(row: ServiceRow) -> Hashable:
    return row.country, frozenset(reach.country for reach in row.areas), bool(row.area_note)


def ways(row: ServiceRow) -> Hashable:
    """Return what is read to know how a row helps."""
    return row.modes, row.takes_messages, row.takes_calls, row.written_ways, bool(row.points)


def _documents(row: ServiceRow) -> Hashable:
    return row.documents, stated(Kind.DOCUMENTS)(row)


def _access(row: ServiceRow) -> Hashable:
    return frozenset(row.access.items()), bool(row.modes) and row.modes.isdisjoint(VISITED)


def _said(name: str) -> Callable[[PreparedQuestion], Iterable[Hashable]]:
    return lambda asked: (getattr(asked.question.person, name),)


def _only(
    name: str, kind: Callable[[Iterable[Hashable]], Hashable]
) -> Callable[[PreparedQuestion, Hashable], PreparedQuestion]:
    def only(prepared: PreparedQuestion, part: Hashable) -> PreparedQuestion:
        changes: dict[str, Any] = {name: kind([part])}
        person = replace(prepared.question.person, **changes)
        return replace(prepared, question=replace(prepared.question, person=person))

    return only


# By the code of the criterion. `area` and `avoid` depend on where she is: see areas.py.
LENSES: dict[str, Lens] = {
    "country": Lens(
        _country, lambda asked: (asked.question.where and asked.question.where.country,)
    ),
    "mode": Lens(ways, lambda asked: ((asked.modes, asked.question.wishes.cannot_speak),)),
    "gender": Lens(stated(Kind.GENDER, Kind.NON_BINARY), _said("gender")),
    "age": Lens(stated(Kind.AGE), _said("age")),
    "children": Lens(
        stated(Kind.CHILDREN, Kind.BOYS, Kind.GIRLS),
        lambda asked: dict.fromkeys(asked.question.person.children or ()),
        _only("children", tuple),
    ),
    "legal": Lens(stated(Kind.LEGAL_STATUS), _said("legal_status")),
    "documents": Lens(_documents, _said("documents")),
    "group": Lens(stated(Kind.GROUP), _said("groups")),
    "access": Lens(_access, lambda asked: asked.question.person.access, _only("access", frozenset)),
}
