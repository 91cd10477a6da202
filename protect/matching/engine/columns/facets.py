"""Facets: the part of a row that a judgement reads. Rows with equal parts share a number.

So a judgement is made once for each distinct reading, by the definition itself, not once for each
row. Readings are numbered as they come and never forgotten: a newer snapshot shares them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Kind
from protect.matching.conditions.persons import VISITED
from protect.matching.questions import PreparedQuestion
from protect.matching.services.cache import Kept
from protect.matching.services.rows import Condition, ServiceRow

TABLES_KEPT = 1024  # of a facet, before all are made anew

type Truths = NDArray[np.int8]  # values of Truth


class Facet:
    """The distinct readings of one kind, each with a row to judge it by.

    One thread at a time may number rows; meanwhile others may judge.
    """

    def __init__(self, read: Callable[[ServiceRow], Hashable]) -> None:
        self._read = read
        self._numbers: dict[Hashable, int] = {}
        self._tables = Kept[Hashable, NDArray[np.int32]](TABLES_KEPT)
        self.samples: list[ServiceRow] = []

    def number(self, row: ServiceRow) -> int:
        """Return the number of what is read of a row."""
        reading = self._read(row)
        number = self._numbers.setdefault(reading, len(self.samples))
        if number == len(self.samples):
            self.samples.append(row)
        return number

    def table(self, value: Hashable, judge: Callable[[ServiceRow], int]) -> NDArray[np.int32]:
        """Return the judgement of each reading. `value` is all that it depends on besides."""
        table = self._tables.get(value)
        count = 0 if table is None else len(table)
        if table is None or count < len(self.samples):
            fresh = np.array([judge(row) for row in self.samples[count:]], dtype=np.int32)
            table = fresh if table is None else np.concatenate([table, fresh])
            self._tables[value] = table
        return table


@dataclass(frozen=True, slots=True)
class Lens:
    """How a condition reads rows and questions.

    Where it has several parts (children, kinds of access), every part must be met.
    """

    read: Callable[[ServiceRow], Hashable]
    parts: Callable[[PreparedQuestion], Iterable[Hashable]]
    only: Callable[[PreparedQuestion, Hashable], PreparedQuestion] = lambda asked, part: (
        asked
    )  # that asks one part


def stated(*kinds: Kind) -> Callable[[ServiceRow], Hashable]:
    """Return what reads the conditions of some kinds."""

    def read(row: ServiceRow) -> Hashable:
        return tuple(_bare(row.conditions.get(kind, ())) for kind in kinds)

    return read


def _bare(conditions: Sequence[Condition]) -> Hashable:
    """Return conditions without their notes, which no judgement reads."""
    return tuple(
        (each.operator, each.values, each.minimum, each.maximum, each.answer) for each in conditions
    )


def _country(row: ServiceRow) -> Hashable:
    return row.country, frozenset(reach.country for reach in row.areas), bool(row.area_note)


def ways(row: ServiceRow) -> Hashable:
    """Return what is read to know how a row helps."""
    return row.modes, row.takes_messages, row.takes_calls, row.written_ways, bool(row.points)


def _documents(row: ServiceRow) -> Hashable:
    return frozenset(document.code for document in row.documents), stated(Kind.DOCUMENTS)(row)


def _access(row: ServiceRow) -> Hashable:
    answers = frozenset((kind, usable.answer) for kind, usable in row.access.items())
    return answers, bool(row.modes) and row.modes.isdisjoint(VISITED)


def _one_child(prepared: PreparedQuestion, child: Hashable) -> PreparedQuestion:
    person = replace(prepared.question.person, children=(child,))  # type: ignore[arg-type]
    return replace(prepared, question=replace(prepared.question, person=person))


def _one_need(prepared: PreparedQuestion, need: Hashable) -> PreparedQuestion:
    person = replace(prepared.question.person, access=frozenset({need}))  # type: ignore[arg-type]
    return replace(prepared, question=replace(prepared.question, person=person))


# By the code of the criterion. `area` and `avoid` depend on where she is: see places.py.
LENSES: dict[str, Lens] = {
    "country": Lens(
        read=_country, parts=lambda asked: (asked.question.where and asked.question.where.country,)
    ),
    "mode": Lens(
        read=ways, parts=lambda asked: ((asked.modes, asked.question.wishes.cannot_speak),)
    ),
    "gender": Lens(
        read=stated(Kind.GENDER, Kind.NON_BINARY),
        parts=lambda asked: (asked.question.person.gender,),
    ),
    "age": Lens(read=stated(Kind.AGE), parts=lambda asked: (asked.question.person.age,)),
    "children": Lens(
        read=stated(Kind.CHILDREN, Kind.BOYS, Kind.GIRLS),
        parts=lambda asked: dict.fromkeys(asked.question.person.children or ()),
        only=_one_child,
    ),
    "legal": Lens(
        read=stated(Kind.LEGAL_STATUS), parts=lambda asked: (asked.question.person.legal_status,)
    ),
    "documents": Lens(read=_documents, parts=lambda asked: (asked.question.person.documents,)),
    "group": Lens(read=stated(Kind.GROUP), parts=lambda asked: (asked.question.person.groups,)),
    "access": Lens(read=_access, parts=lambda asked: asked.question.person.access, only=_one_need),
}
