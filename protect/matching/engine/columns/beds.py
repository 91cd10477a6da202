"""Whether there is room for her family, in many rows at once, as costs.capacity has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from protect.matching.conditions.truth import of_answer
from protect.matching.costs.penalties import MANY_CHILDREN
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.columns.freshness import ALWAYS, ticks
from protect.matching.enums import Truth
from protect.matching.questions.question import Person
from protect.matching.services.rows import Rooms, ServiceRow

NO, UNKNOWN, YES = (int(truth) for truth in Truth)
NO_ROOM = -1  # beneath every truth
GENDERS = ("", "f", "m", "x")  # by code; "" is any
NO_LIMIT = 1000  # years


class Beds(NamedTuple):
    """Family shapes as columns."""

    gender: Ints  # a code of GENDERS
    children: Ints
    oldest_boy: Ints  # years; NO_LIMIT
    truth: Ints
    until: Ints  # ticks

    @classmethod
    def of(cls, rows: Iterable[ServiceRow]) -> Beds:
        """Return the family shapes of rows, one row after the other."""
        beds = np.array([_bed(room) for row in rows for room in row.rooms], dtype=np.int64)
        gender, children, oldest_boy, truth, until = beds.reshape(-1, len(cls._fields)).T
        return cls(gender, children, oldest_boy, truth, until)

    def truths(self, chosen: Ints, person: Person, at: int) -> Ints:
        """Return the truth of each shape for her family, NO_ROOM if it is unfit or expired."""
        if person.children is None:
            return np.full(len(chosen), NO_ROOM)
        gender = self.gender[chosen]
        holds = (gender == 0) | (gender == GENDERS.index(person.gender or ""))
        holds &= self.children[chosen] >= min(len(person.children), MANY_CHILDREN)
        holds &= self._takes_sons(chosen, person) & (self.until[chosen] > at)
        return np.where(holds, self.truth[chosen], NO_ROOM)

    def _takes_sons(self, chosen: Ints, person: Person) -> Flags:
        sons = [child.age for child in person.children or () if child.gender != "f"]
        limit = self.oldest_boy[chosen]
        oldest = max((NO_LIMIT - 1 if age is None else age for age in sons), default=0)
        holds: Flags = (limit == NO_LIMIT) | (limit >= oldest)
        return holds


def _bed(room: Rooms) -> tuple[int, int, int, int, int]:
    """Return a family shape as an entry of Beds."""
    return (
        GENDERS.index(room.adult_gender),
        min(room.children, MANY_CHILDREN),
        NO_LIMIT if room.oldest_boy is None else room.oldest_boy,
        int(of_answer(room.answer)),
        ticks(room.expires_at),
    )


def free(row: ServiceRow) -> tuple[int, int]:
    """Return the truth of the number of free places, and until when. Units: ticks."""
    if row.capacity is None:
        return UNKNOWN, ALWAYS
    return (YES if row.capacity.available > 0 else NO), ticks(row.capacity.expires_at)
