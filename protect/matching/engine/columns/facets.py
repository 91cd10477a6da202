"""Facets: the part of a row that one condition reads, its reading. Rows with equal readings share a
number, so that a condition is evaluated once for each distinct reading, not once for each row.
Readings keep their numbers for ever, so that newer snapshots can share them."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import CriterionKind
from protect.directory.hours import parse
from protect.matching.questions import Child, Query, ages_and_genders_to_accept
from protect.matching.services.cache import BoundedDict
from protect.matching.services.rows import PhoneNumber, Point, ServedArea, ServiceRow

SOME_HOURS = parse("24/7", "UTC", "BE")  # in a sample: whether hours are stated, not which
MAX_CACHED_TABLES = 1024  # cached tables of one facet; when full, all are dropped

EMPTY_TABLE = np.empty(0, dtype=np.int32)

type Truths = NDArray[np.int8]  # values of Truth


def reduce_row(row: ServiceRow) -> ServiceRow:
    """Return a row reduced to what conditions read. Samples outlive their rows, also in the file:
    they must not identify a withdrawn service. `areas.StatedAreas` reads all of an area, other
    facets only its country."""
    return ServiceRow(
        id=UUID(int=0),
        short="",
        name="",
        organisation="",
        country=row.country,
        categories=row.categories,
        zone="",
        modes=row.modes,
        points=(Point(0.0, 0.0, ""),) if row.points else (),
        phones=tuple(PhoneNumber("", phone.kind, need=phone.need) for phone in row.phones),
        writing_hours=SOME_HOURS if row.writing_hours else None,
        email="known" if row.email else "",
        website="known" if row.website else "",
        areas=tuple(
            ServedArea(fromkey) for fromkey in dict.fromkeys(area.country for area in row.areas)
        ),
        area_note="known" if row.area_note else "",
        conditions=row.conditions,
        documents=row.documents,
        access=row.access,
    )


class Facet:
    """The distinct readings of one kind. One thread numbers rows while others may evaluate."""

    def __init__(
        self,
        read: Callable[[ServiceRow], Hashable],
        reduce: Callable[[ServiceRow], Any] = reduce_row,
    ) -> None:
        """`reduce` returns an object with the attributes that `read` needs."""
        self._read, self._reduce = read, reduce
        self._numbers: dict[Hashable, int] = {}
        self._tables = BoundedDict[Hashable, NDArray[np.int32]](MAX_CACHED_TABLES)
        self.samples: list[Any] = []  # one reduced row for each reading, by number

    def number(self, row: ServiceRow) -> int:
        """Return the number of the row's reading; a new reading gets the next number."""
        number = self._numbers.setdefault(self._read(row), len(self.samples))
        if number == len(self.samples):
            self.samples.append(self._reduce(row))
        return number

    def restore(self, samples: list[Any]) -> None:
        """Take over the samples of another facet, and with them its numbers."""
        self.samples = samples
        self._numbers = {self._read(row): number for number, row in enumerate(samples)}

    def table(self, key: Hashable, evaluate: Callable[[ServiceRow], int]) -> NDArray[np.int32]:
        """Return `evaluate` of each reading, by number. `key` names `evaluate` in the cache."""
        table = self._tables.get(key, EMPTY_TABLE)
        if len(table) < len(self.samples):
            results = [evaluate(row) for row in self.samples[len(table) :]]
            table = self._tables[key] = np.append(table, np.array(results, dtype=np.int32))
        return table


@dataclass(frozen=True, slots=True)
class Reader:
    """How a condition reads rows and questions. Every part (child, access need) must be met."""

    read: Callable[[ServiceRow], Hashable]
    parts: Callable[[Query], Iterable[Hashable]]
    # Returns the question reduced to one part.
    single_part: Callable[[Query, Hashable], Query] = lambda query, part: query


def conditions_reader(*kinds: CriterionKind) -> Callable[[ServiceRow], Hashable]:
    """Return a function that reads the conditions of some kinds."""
    return lambda row: tuple(row.conditions.get(kind, ()) for kind in kinds)


def _read_country(row: ServiceRow) -> Hashable:
    """Return the part of a row that decides which countries it serves."""
    return row.country, frozenset(reach.country for reach in row.areas), bool(row.area_note)


def read_modes(row: ServiceRow) -> Hashable:
    """Return the part of a row that decides its modes of help."""
    numbers = row.has_message_number, row.has_voice_number
    return row.modes, numbers, row.written_modes, bool(row.points), row.writing_hours is None


def _read_documents(row: ServiceRow) -> Hashable:
    return row.documents, conditions_reader(CriterionKind.DOCUMENTS)(row)


def _read_access(row: ServiceRow) -> Hashable:
    """Return the part of a row that decides whether it meets access needs."""
    return frozenset(row.access.items()), read_modes(row)


def _whole_answer_reader(name: str) -> Callable[[Query], Iterable[Hashable]]:
    """Return a function that reads an answer of the person, `name`, as one single part."""
    return lambda query: (getattr(query.question.person, name),)


def _people_parts(name: str) -> Callable[[Query], Iterable[Hashable]]:
    """Return a function that reads the ages or genders (`name`) that a service must accept."""
    return lambda query: dict.fromkeys(
        getattr(person, name) for person in ages_and_genders_to_accept(query.question)
    )


def _single_person_setter(name: str) -> Callable[[Query, Hashable], Query]:
    """Return a function that reduces the people that a service must accept to an age or gender."""

    def reduce_query(query: Query, part: Hashable) -> Query:
        changes: dict[str, Any] = {name: part}
        child = Child(**changes)
        person = replace(query.question.person, children=(child,), **changes)
        return replace(query, question=replace(query.question, person=person))

    return reduce_query


def _single_part_setter(
    name: str, kind: Callable[[Iterable[Hashable]], Hashable]
) -> Callable[[Query, Hashable], Query]:
    """Return a function that reduces an answer of the person to one part, such as a child."""

    def reduce_query(query: Query, part: Hashable) -> Query:
        changes: dict[str, Any] = {name: kind([part])}
        person = replace(query.question.person, **changes)
        return replace(query, question=replace(query.question, person=person))

    return reduce_query


# By code of the criterion. `area` and `avoid` depend on the place of the person: see areas.py.
READERS: dict[str, Reader] = {
    "country": Reader(
        _read_country, lambda query: (query.question.where and query.question.where.country,)
    ),
    "mode": Reader(read_modes, lambda query: ((query.modes, query.question.wishes.cannot_speak),)),
    "gender": Reader(
        conditions_reader(CriterionKind.GENDER, CriterionKind.NON_BINARY),
        _people_parts("gender"),
        _single_person_setter("gender"),
    ),
    "age": Reader(
        conditions_reader(CriterionKind.AGE),
        _people_parts("age"),
        _single_person_setter("age"),
    ),
    "children": Reader(
        conditions_reader(CriterionKind.CHILDREN, CriterionKind.BOYS, CriterionKind.GIRLS),
        lambda query: dict.fromkeys(query.question.person.children or ()),
        _single_part_setter("children", tuple),
    ),
    "legal": Reader(
        conditions_reader(CriterionKind.LEGAL_STATUS), _whole_answer_reader("legal_status")
    ),
    "documents": Reader(_read_documents, _whole_answer_reader("documents")),
    "group": Reader(conditions_reader(CriterionKind.GROUP), _whole_answer_reader("groups")),
    "access": Reader(
        _read_access,
        lambda query: query.question.person.access,
        _single_part_setter("access", frozenset),
    ),
}
