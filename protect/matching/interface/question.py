"""The question from JSON or the command line. A missing key means "not answered"."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from math import cos, radians
from typing import Annotated, Literal, Self

from django.conf import settings
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from protect.directory.enums import AccessibilityKind, Mode
from protect.kernel import clock
from protect.matching import avoidance, questions
from protect.reference import formats, vocabulary
from protect.reference.lookup import index, store as lookup
from protect.reference.lookup.fold import fold

MAX_SETTLEMENT_KM = 100  # a point farther than this from every settlement is outside the directory
KM_PER_DEGREE = 111  # kilometres in a degree of latitude, roughly
FIRST_YEAR, LAST_YEAR = 2000, 2099  # of `at`: holidays of other years are not known
MAX_AGE = 130  # largest accepted age, in years
MAX_HOURS_AGO = 24 * 366 * 10  # ten years, in hours
MAX_ENTRIES = 30  # most entries in one list
OUTSIDE_MESSAGE = (
    "lat and lon are outside the countries of this directory: no settlement within "
    f"{MAX_SETTLEMENT_KM} km. Perhaps they are swapped: lat is degrees north, lon degrees east"
)
type Word = Annotated[str, Field(max_length=120)]
type Gender = Literal["f", "m", "x"]
type Limit = Annotated[int, Field(strict=True, ge=1, le=questions.LARGEST_LIMIT)]
type Age = Annotated[int, Field(strict=True, ge=0, le=MAX_AGE)]


def nearest_settlement(latitude: float, longitude: float) -> index.PlaceRow | None:
    """Return the nearest settlement; None if none is within MAX_SETTLEMENT_KM. Units: degrees."""
    here = index.PlaceRow(0, "", "", "", latitude=latitude, longitude=longitude)
    high = MAX_SETTLEMENT_KM / KM_PER_DEGREE
    wide = high / max(0.1, cos(radians(latitude)))
    near = (
        (index.distance_km(here, row), row.id)
        for row in lookup.place_rows().values()
        if abs(row.latitude - latitude) <= high and abs(row.longitude - longitude) <= wide
    )
    distance, key = min(near, default=(MAX_SETTLEMENT_KM + 1.0, 0))
    return lookup.place_rows()[key] if distance <= MAX_SETTLEMENT_KM else None


def _validation_error(problem: str) -> PydanticCustomError:
    """Return a validation error with a message that can be shown unchanged."""
    return PydanticCustomError("refused", "{problem}", {"problem": problem})


def _code_validator(codes: Callable[[], Iterable[str]]) -> AfterValidator:
    """Return a validator that accepts the codes of a vocabulary and suggests the nearest ones."""

    def check(code: str) -> str:
        allowed = list(codes())
        if code not in allowed:
            nearest = ", ".join(get_close_matches(code, allowed, n=3, cutoff=0.3)) or "none"
            raise _validation_error(f"“{code[:40]}” is not known. Nearest: {nearest}")
        return code

    return AfterValidator(check)


def _validate_language(tag: str) -> str:
    """Return the tag of languages.toml that matches a tag: "pt-BR" gives "pt"."""
    languages = vocabulary.languages()
    parts = tag.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        shorter = "-".join(parts[:length])
        if shorter in languages:
            return shorter
    raise _validation_error(
        f"“{tag[:40]}” is not known. Use a tag of languages.toml, such as ar or ti"
    )


def _validate_country(code: str) -> str:
    """Return the code of a country of this directory; aliases are accepted: EL gives GR."""
    for own, country in vocabulary.countries().items():
        if code.upper() in {own, *country.aliases}:
            return own
    countries = ", ".join(vocabulary.countries())
    raise _validation_error(f"“{code[:40]}” is not a country of this directory. Known: {countries}")


def country_named(text: str) -> str | None:
    """Return the code of a country by its name in English or a language spoken there, or None."""
    return _country_by_english_or_local_name().get(fold(text))


@cache
def _country_by_english_or_local_name() -> Mapping[str, str]:
    return {
        fold(name): code
        for code, country in vocabulary.countries().items()
        for name in (formats.country_name(code, "en"), *country.endonyms.values())
    }


def _validate_area_or_place(code: str) -> str:
    if code in lookup.areas() or (code.isdecimal() and int(code) in lookup.place_rows()):
        return code
    raise _validation_error(f"“{code[:40]}” is neither the code of an area nor a GeoNames id")


def _check_year(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise _validation_error(f"holidays are known from {FIRST_YEAR} to {LAST_YEAR} only")
    return at


type NeedCode = Annotated[Word, _code_validator(lambda: vocabulary.needs())]
type LanguageTag = Annotated[Word, AfterValidator(_validate_language)]
type TextLanguage = Annotated[
    Word,
    _code_validator(lambda: vocabulary.published_languages("demo" if settings.IS_DEMO else "live")),
]
type CountryCode = Annotated[Word, AfterValidator(_validate_country)]
type StatusCode = Annotated[Word, _code_validator(lambda: vocabulary.statuses())]
type DocumentCode = Annotated[Word, _code_validator(lambda: vocabulary.documents())]
type GroupCode = Annotated[Word, _code_validator(lambda: vocabulary.groups())]


class StrictModel(BaseModel):
    """A part of the question. Unknown keys are rejected, so that no wish is lost by a typo."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceIn(StrictModel):
    """A settlement by its name, a country alone (by its name, too), or a point."""

    country: CountryCode | None = None
    name: Word | None = None
    region: Word | None = None  # name or code of an area
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None  # degrees, WGS84
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None

    @model_validator(mode="after")
    def _check_combination(self) -> Self:
        is_point = self.lat is not None and self.lon is not None
        is_named = (self.country or country_named(self.name or "")) is not None
        if (self.lat is None) != (self.lon is None) or is_point == is_named:
            raise _validation_error("give country and name, or country alone, or lat and lon")
        if self.name is None and self.region is not None:
            raise _validation_error("a region helps to find a name; give the name too")
        if self.lat is None or self.lon is None:
            return self
        if nearest_settlement(self.lat, self.lon) is None:
            raise _validation_error(OUTSIDE_MESSAGE)
        return self


class ChildIn(StrictModel):
    age: Age | None = None
    gender: Gender | None = None


class PersonIn(StrictModel):
    gender: Gender | None = None
    age: Age | None = None
    children: Annotated[list[ChildIn], Field(max_length=MAX_ENTRIES)] | None = None  # [] = none
    legal_status: StatusCode | None = None
    documents: Annotated[list[DocumentCode], Field(max_length=MAX_ENTRIES)] | None = None  # same
    access: Annotated[list[AccessibilityKind], Field(max_length=MAX_ENTRIES)] | None = None
    groups: Annotated[list[GroupCode], Field(max_length=MAX_ENTRIES)] | None = None  # [] = none

    def to_person(self) -> questions.Person:
        children = [questions.Child(child.age, child.gender) for child in self.children or ()]
        return questions.Person(
            gender=self.gender,
            age=self.age,
            children=None if self.children is None else tuple(children),
            legal_status=self.legal_status,
            documents=None if self.documents is None else frozenset(self.documents),
            access=frozenset(self.access or ()),
            groups=None if self.groups is None else frozenset(self.groups),
        )


class WishesIn(StrictModel):
    silence: bool | None = None  # no disclosure to authorities; None: by `legal_status`
    worker_gender: Gender | None = None  # of the interpreter
    avoid: Annotated[
        list[Annotated[Word, AfterValidator(_validate_area_or_place)]],
        Field(max_length=MAX_ENTRIES),
    ] = []
    cannot_speak: bool = False  # only written modes of help

    def to_wishes(self) -> questions.Wishes:
        avoid = avoidance.build_avoidance(self.avoid)
        return questions.Wishes(self.silence, self.worker_gender, avoid, self.cannot_speak)


class QuestionIn(StrictModel):
    """What to POST to /match. Everything but `needs` may be left out."""

    needs: Annotated[list[NeedCode], Field(min_length=1, max_length=MAX_ENTRIES)]
    place: PlaceIn | None = None
    languages: Annotated[list[LanguageTag], Field(max_length=MAX_ENTRIES)] = []
    person: PersonIn = PersonIn()
    modes: Annotated[list[Mode], Field(max_length=MAX_ENTRIES)] = []
    wishes: WishesIn = WishesIn()
    hours_since_event: Annotated[int, Field(strict=True, ge=0, le=MAX_HOURS_AGO)] | None = None
    at: Annotated[AwareDatetime, AfterValidator(_check_year)] | None = None
    limit: Limit = questions.DEFAULT_LIMIT
    text_language: TextLanguage = "en"

    def to_question(self, where: questions.PersonLocation | None) -> questions.Question:
        """Return the question for matching, with a place that was looked up before."""
        return questions.Question(
            needs=tuple(dict.fromkeys(self.needs)),
            at=self.at or clock.now(),
            where=where,
            languages=tuple(dict.fromkeys(self.languages)),
            person=self.person.to_person(),
            modes=frozenset(self.modes),
            wishes=self.wishes.to_wishes(),
            hours_since_event=self.hours_since_event,
            limit=self.limit,
        )
