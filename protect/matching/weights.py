"""The published weights: the cost of each shortcoming of a service, in minutes."""

from functools import cache, cached_property
from itertools import pairwise
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, model_validator
from pydantic_core import ValidationError

from protect.directory.enums import Freshness, LanguageMode
from protect.kernel import tables

PACKAGE, KIND = "matching", "matching"  # of the data file matching.toml


class WeightSection(BaseModel):
    """One section of matching.toml; `source` names the origin of its numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rising: ClassVar[tuple[str, ...]] = ()  # names of costs that must rise in this order

    source: str

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        """Refuse costs that do not rise in the order of `rising`."""
        require_rising_costs(*(getattr(self, name) for name in self.rising))
        return self


def require_rising_costs(*costs: int) -> None:
    if any(better > worse for better, worse in pairwise(costs)):
        raise ValueError(f"must rise from yes over unknown to no, and {costs} does not")


class LanguageWeights(WeightSection):
    rising = ("staff", "on_site", "phone", "other_window", "unknown")
    staff: NonNegativeInt
    on_site: NonNegativeInt
    phone: NonNegativeInt
    other_window: NonNegativeInt
    unknown: NonNegativeInt  # also of a language that a service does not list
    place: NonNegativeInt  # added for each position further down the person's list

    @cached_property
    def by_mode(self) -> dict[LanguageMode, int]:
        return {
            LanguageMode.STAFF: self.staff,
            LanguageMode.ON_SITE: self.on_site,
            LanguageMode.BY_PHONE: self.phone,
        }


class PreferenceWeights(WeightSection):
    rising = ("yes", "unknown", "no")
    yes: NonNegativeInt
    unknown: NonNegativeInt
    no: NonNegativeInt


class AcceptanceWeights(WeightSection):
    rising = ("specialised", "all", "unknown", "others_first")
    specialised: NonNegativeInt
    all: NonNegativeInt
    unknown: NonNegativeInt
    others_first: NonNegativeInt

    @cached_property
    def by_code(self) -> dict[str, int]:
        accepted = {"specialised": self.specialised, "everyone": self.all, "included": self.all}
        return accepted | {"unknown": self.unknown, "others_first": self.others_first}


class ConditionWeights(WeightSection):
    rising = ("yes", "unknown")
    yes: NonNegativeInt
    unknown: NonNegativeInt


class Staleness(WeightSection):
    """How far an old fact moves a cost towards the cost of "unknown", in quarters."""

    fresh: NonNegativeInt
    due: NonNegativeInt
    overdue: NonNegativeInt
    unverified: NonNegativeInt
    expired: NonNegativeInt
    disputed: NonNegativeInt

    @model_validator(mode="after")
    def _check_rising_quarters(self) -> Self:
        require_rising_costs(self.fresh, self.due, self.overdue, self.unverified, self.expired, 4)
        require_rising_costs(self.expired, self.disputed, 4)
        return self

    def quarters(self, freshness: Freshness) -> int:
        return self._quarters_by_freshness[freshness]

    @cached_property
    def _quarters_by_freshness(self) -> dict[Freshness, int]:
        return {freshness: getattr(self, freshness.value) for freshness in Freshness}


class TravelWeights(WeightSection):
    earth_radius_metres: float
    detour_percent: PositiveInt  # length of a route, in percent of the straight line
    walk_up_to_metres: PositiveInt
    walk_metres_per_hour: PositiveInt
    ride_metres_per_hour: PositiveInt


class AvoidWeights(WeightSection):
    """How near a place to stay away from is too near."""

    near_km: PositiveInt  # kilometres in a straight line from the centre of the place
    quarter_metres: PositiveInt  # from the centre of a quarter, for other places of its town

    @property
    def near_metres(self) -> int:
        return 1000 * self.near_km


class ReachWeights(WeightSection):
    """How far people travel for help, in kilometres, by category."""

    default: PositiveInt
    by_category: dict[str, PositiveInt]

    def metres(self, category: str) -> int:
        return 1000 * self.by_category.get(category, self.default)


class ListLengths(WeightSection):
    near_misses: PositiveInt
    national: PositiveInt


class NeedRules(WeightSection):
    """The needs for which disclosure is ignored, and the categories for which free rooms matter."""

    reporting_keeps_place: frozenset[str]  # codes of needs that ignore disclosure
    rooms_matter: frozenset[str]  # categories where free rooms matter


class Weights(BaseModel):
    """All sections of matching.toml: costs in minutes, reaches, list lengths, rules of needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: LanguageWeights
    open: PreferenceWeights
    capacity: PreferenceWeights
    acceptance: AcceptanceWeights
    worker_gender: PreferenceWeights
    phone_answers: PreferenceWeights
    hard: ConditionWeights
    staleness: Staleness
    travel: TravelWeights
    avoid: AvoidWeights
    reach: ReachWeights
    lists: ListLengths
    needs: NeedRules


@cache
def load() -> Weights:
    """Return the weights of matching.toml; sections of overlays replace the built-in ones.
    Errors: DataError, also for costs that do not rise from "yes" over "unknown" to "no"."""
    sections: dict[str, Any] = {}
    for path in tables.find_files(PACKAGE, KIND):
        sections.update(tables.read_toml(path))
    try:
        return Weights.model_validate(sections)
    except ValidationError as error:
        first = error.errors()[0]
        section, *rest = [str(part) for part in first["loc"]] or ["matching"]
        problem = f"{'.'.join(rest) or section}: {first['msg']}."
        remedy = "see the comments of matching.toml; costs rise from yes over unknown to no."
        raise tables.bad_row_error(PACKAGE, KIND, section, problem=problem, remedy=remedy) from None
