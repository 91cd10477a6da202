"""The key of a row: all its costs together. Small integers, so that every engine agrees."""

from __future__ import annotations

from typing import NamedTuple

from protect.directory.enums import Mode
from protect.matching.conditions import disclosure
from protect.matching.conditions.criteria import Judged, judge
from protect.matching.conditions.disclosure import Disclosure
from protect.matching.costs import penalties
from protect.matching.costs.penalties import AcceptanceCost, LanguageCost, TruthCost, WayCost
from protect.matching.questions.answer import Key
from protect.matching.questions.prepared import Meets, PreparedQuestion, meets
from protect.matching.services.rows import Point, ServiceRow

UNKNOWN_METRES = 99_999_999  # behind every distance on Earth


class Weighed(NamedTuple):
    """Everything that a question makes of a row, before words."""

    row: ServiceRow
    met: Meets
    judged: tuple[Judged, ...]
    language: LanguageCost | None
    way: WayCost
    capacity: TruthCost | None
    acceptance: AcceptanceCost | None
    worker: TruthCost | None
    phone: TruthCost | None
    nearest: tuple[int, Point] | None  # where she may be seen, after its distance in metres
    tells: Disclosure
    group: int

    @property
    def distance_m(self) -> int | None:
        return None if self.nearest is None else self.nearest[0]

    @property
    def minutes(self) -> int:
        minutes = self.way.travel + self.way.waiting
        for part in (self.language, self.capacity, self.acceptance, self.worker, self.phone):
            if part is not None:
                minutes += part.minutes
        for judged in self.judged:
            minutes += judged.minutes
        return minutes

    @property
    def is_beyond_reach(self) -> bool:
        """Farther than people go; or the last resort of a need, however near it is."""
        must_travel = self.way.mode in {Mode.IN_PERSON, None}
        return self.met.is_last or (must_travel and (self.distance_m or 0) > self.met.reach_m)

    @property
    def key(self) -> Key:
        metres = UNKNOWN_METRES if self.distance_m is None else self.distance_m
        return int(self.is_beyond_reach), self.group, self.minutes, metres, self.row.id.int


def weigh(
    row: ServiceRow, prepared: PreparedQuestion, judged: tuple[Judged, ...] | None = None
) -> Weighed:
    """Apply a question to a row. `judged` spares judging it again."""
    met = meets(row, prepared)
    language = penalties.language(row, prepared)
    nearest = penalties.nearest(row, prepared)
    tells = disclosure.disclosure_of(row, prepared)
    return Weighed(
        row=row,
        met=met,
        judged=tuple(judge(row, prepared)) if judged is None else judged,
        language=language,
        way=penalties.way(row, met, prepared, nearest[0] if nearest else None),
        capacity=penalties.capacity(row, met, prepared),
        acceptance=penalties.acceptance(row, prepared),
        worker=penalties.worker(row, language.offer if language else None, prepared),
        phone=penalties.phone(row, prepared),
        nearest=nearest,
        tells=tells,
        group=disclosure.group(tells, met, prepared),
    )


def key(row: ServiceRow, prepared: PreparedQuestion) -> Key:
    """Return the key that orders a row: smaller is better."""
    return weigh(row, prepared).key
