"""The published weights: what each shortcoming costs, in minutes of a person's time."""

from functools import cache, cached_property
from itertools import pairwise
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
    model_validator as checked_together,
)

from protect.directory.enums import Freshness, How
from protect.kernel import tables

PACKAGE, KIND = "matching", "matching"


class Section(BaseModel):
    """One section of the file. `source` names the origin of its numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rising: ClassVar[tuple[str, ...]] = ()  # costs from yes over unknown to no

    source: str

    @checked_together(mode="after")
    def _ordered(self) -> Self:
        must_rise(*(getattr(self, name) for name in self.rising))
        return self


def must_rise(*costs: int) -> None:
    if any(better > worse for better, worse in pairwise(costs)):
        raise ValueError(f"must rise from yes over unknown to no, and {costs} does not")


class Language(Section):
    rising = ("staff", "on_site", "phone", "other_window", "unknown", "no")
    staff: NonNegativeInt
    on_site: NonNegativeInt
    phone: NonNegativeInt
    other_window: NonNegativeInt
    unknown: NonNegativeInt
    no: NonNegativeInt
    place: NonNegativeInt  # for each place down her list

    @cached_property
    def by_how(self) -> dict[How, int]:
        return {How.STAFF: self.staff, How.ON_SITE: self.on_site, How.BY_PHONE: self.phone}


class Preference(Section):
    rising = ("yes", "unknown", "no")
    yes: NonNegativeInt
    unknown: NonNegativeInt
    no: NonNegativeInt


class Acceptance(Section):
    rising = ("specialised", "all", "unknown", "others_first")
    specialised: NonNegativeInt
    all: NonNegativeInt
    unknown: NonNegativeInt
    others_first: NonNegativeInt

    @cached_property
    def by_code(self) -> dict[str, int]:
        costs = (self.specialised, self.all, self.unknown, self.others_first)
        return dict(zip(("specialised", "everyone", "unknown", "others_first"), costs, strict=True))


class Hard(Section):
    rising = ("yes", "unknown")
    yes: NonNegativeInt
    unknown: NonNegativeInt


class Staleness(Section):
    """How far a cost moves towards unknown, in quarters of the way."""

    fresh: NonNegativeInt
    due: NonNegativeInt
    overdue: NonNegativeInt
    unverified: NonNegativeInt
    expired: NonNegativeInt
    disputed: NonNegativeInt

    @checked_together(mode="after")
    def _never_beyond_unknown(self) -> Self:
        must_rise(self.fresh, self.due, self.overdue, self.unverified, self.expired, 4)
        must_rise(self.expired, self.disputed, 4)
        return self

    def quarters(self, freshness: Freshness) -> int:
        return self._by_freshness[freshness]

    @cached_property
    def _by_freshness(self) -> dict[Freshness, int]:
        return {each: getattr(self, each.value) for each in Freshness}


class Travel(Section):
    earth_radius_metres: float
    detour_percent: PositiveInt  # a way is this much of the straight line
    walk_up_to_metres: PositiveInt
    walk_metres_per_hour: PositiveInt
    ride_metres_per_hour: PositiveInt


class ReachOf(Section):
    """How far people go for help, in kilometres, by category."""

    default: PositiveInt
    by_category: dict[str, PositiveInt]

    def metres(self, category: str) -> int:
        return 1000 * self.by_category.get(category, self.default)


class Lists(Section):
    near_misses: PositiveInt
    national: PositiveInt


class Needs(Section):
    """Which needs and categories change the order by themselves."""

    reporting_keeps_place: frozenset[str]  # codes of needs.toml
    rooms_matter: frozenset[str]  # categories in which a free place counts


class Weights(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language
    open: Preference
    capacity: Preference
    acceptance: Acceptance
    worker_gender: Preference
    phone_answers: Preference
    hard: Hard
    staleness: Staleness
    travel: Travel
    reach: ReachOf
    lists: Lists
    needs: Needs


@cache
def load() -> Weights:
    """Return the weights of matching.toml, sections of overlays replacing ours.
    Errors: DataError, also for a cost that does not rise from yes over unknown to no."""
    sections: dict[str, Any] = {}
    for path in tables.files(PACKAGE, KIND):
        sections.update(tables.read(path))
    try:
        return Weights.model_validate(sections)
    except ValidationError as error:
        first = error.errors()[0]
        section, *rest = [str(part) for part in first["loc"]] or ["matching"]
        raise tables.bad_row(
            PACKAGE,
            KIND,
            section,
            problem=f"{'.'.join(rest) or section}: {first['msg']}.",
            remedy="see the comments of matching.toml; costs rise from yes over unknown to no.",
        ) from None
