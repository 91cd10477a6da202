"""The question as JSON or from the command line. A missing key means no answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from math import cos, radians
from typing import Annotated, Literal, Self

from django.conf import settings
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator as checked_together,
)
from pydantic_core import PydanticCustomError

from protect.directory.enums import Access, Mode
from protect.kernel import clock
from protect.matching import questions
from protect.reference import formats, vocabulary
from protect.reference.lookup import index, store as lookup
from protect.reference.lookup.fold import fold

NEAR_KM = 100  # further from every settlement, a point lies in no country of the directory
DEGREE_KM = 111  # kilometres in a degree of latitude, about
FIRST_YEAR, LAST_YEAR = 2000, 2099  # for which holidays are known
OLDEST = 130  # years
LONGEST_AGO = 24 * 366 * 10  # hours
MANY = 30  # entries of a list
OUTSIDE = (
    f"lat and lon are outside the countries of this directory: no settlement within {NEAR_KM} km. "
    f"Perhaps they are swapped: lat is degrees north, lon degrees east"
)
type Word = Annotated[str, Field(max_length=120)]
type Gender = Literal["f", "m", "x"]
type Limit = Annotated[int, Field(strict=True, ge=1, le=questions.LARGEST_LIMIT)]
type Age = Annotated[int, Field(strict=True, ge=0, le=OLDEST)]


def nearest_settlement(latitude: float, longitude: float) -> index.PlaceRow | None:
    """Return the nearest settlement; None: there is none within NEAR_KM. Units: degrees."""
    here = index.PlaceRow(0, "", "", "", latitude=latitude, longitude=longitude)
    high = NEAR_KM / DEGREE_KM
    wide = high / max(0.1, cos(radians(latitude)))
    near = (
        (index.distance_km(here, row), row.id)
        for row in lookup.rows().values()
        if abs(row.latitude - latitude) <= high and abs(row.longitude - longitude) <= wide
    )
    distance, key = min(near, default=(NEAR_KM + 1.0, 0))
    return lookup.rows()[key] if distance <= NEAR_KM else None


def _refused(problem: str) -> PydanticCustomError:
    """Return an error with a message that can be shown as it is."""
    return PydanticCustomError("refused", "{problem}", {"problem": problem})


def _code_of(codes: Callable[[], Iterable[str]]) -> AfterValidator:
    """Return a check that a code is one of a vocabulary, naming the nearest if it is not."""

    def check(code: str) -> str:
        allowed = list(codes())
        if code not in allowed:
            nearest = ", ".join(get_close_matches(code, allowed, n=3, cutoff=0.3)) or "none"
            raise _refused(f"“{code[:40]}” is not known. Nearest: {nearest}")
        return code

    return AfterValidator(check)


def _language(tag: str) -> str:
    """Return the tag of languages.toml that a tag means: "pt-BR" is "pt"."""
    languages = vocabulary.languages()
    parts = tag.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        shorter = "-".join(parts[:length])
        if shorter in languages:
            return shorter
    raise _refused(f"“{tag[:40]}” is not known. Use a tag of languages.toml, such as ar or ti")


def _country(code: str) -> str:
    """Return a country's own code: EL is GR."""
    for own, country in vocabulary.countries().items():
        if code.upper() in {own, *country.aliases}:
            return own
    countries = ", ".join(vocabulary.countries())
    raise _refused(f"“{code[:40]}” is not a country of this directory. Known: {countries}")


def country_named(text: str) -> str | None:
    """Return the country that is called so in English or by itself."""
    return _country_names().get(fold(text))


@cache
def _country_names() -> Mapping[str, str]:
    return {
        fold(name): code
        for code, country in vocabulary.countries().items()
        for name in (formats.country_name(code, "en"), *country.endonyms.values())
    }


def _avoided(code: str) -> str:
    if code in lookup.areas() or (code.isdecimal() and int(code) in lookup.rows()):
        return code
    raise _refused(f"“{code[:40]}” is neither the code of an area nor a GeoNames id")


def _possible(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise _refused(f"holidays are known from {FIRST_YEAR} to {LAST_YEAR} only")
    return at


type NeedCode = Annotated[Word, _code_of(lambda: vocabulary.needs())]
type LanguageTag = Annotated[Word, AfterValidator(_language)]
type TextLanguage = Annotated[
    Word, _code_of(lambda: vocabulary.published_languages("demo" if settings.IS_DEMO else "live"))
]
type CountryCode = Annotated[Word, AfterValidator(_country)]
type StatusCode = Annotated[Word, _code_of(lambda: vocabulary.statuses())]
type DocumentCode = Annotated[Word, _code_of(lambda: vocabulary.documents())]
type GroupCode = Annotated[Word, _code_of(lambda: vocabulary.groups())]


class Closed(BaseModel):
    """A part of the question. Unknown keys are refused, so that no wish is lost by a typo."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceIn(Closed):
    """A settlement by its name, a country alone (by its name, too), or a point."""

    country: CountryCode | None = None
    name: Word | None = None
    region: Word | None = None  # name or code of an area
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None  # degrees, WGS84
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None

    @checked_together(mode="after")
    def _one_way(self) -> Self:
        is_point = self.lat is not None and self.lon is not None
        is_named = (self.country or country_named(self.name or "")) is not None
        if (self.lat is None) != (self.lon is None) or is_point == is_named:
            raise _refused("give country and name, or country alone, or lat and lon")
        if self.name is None and self.region is not None:
            raise _refused("a region helps to find a name; give the name too")
        if self.lat is None or self.lon is None:
            return self
        if nearest_settlement(self.lat, self.lon) is None:
            raise _refused(OUTSIDE)
        return self


class ChildIn(Closed):
    age: Age | None = None
    gender: Gender | None = None


class PersonIn(Closed):
    gender: Gender | None = None
    age: Age | None = None
    children: Annotated[list[ChildIn], Field(max_length=MANY)] | None = None
    legal_status: StatusCode | None = None
    documents: Annotated[list[DocumentCode], Field(max_length=MANY)] | None = None
    access: Annotated[list[Access], Field(max_length=MANY)] | None = None
    groups: Annotated[list[GroupCode], Field(max_length=MANY)] | None = None

    def person(self) -> questions.Person:
        children = self.children
        return questions.Person(
            gender=self.gender,
            age=self.age,
            children=None
            if children is None
            else tuple(questions.Child(child.age, child.gender) for child in children),
            legal_status=self.legal_status,
            documents=None if self.documents is None else frozenset(self.documents),
            access=frozenset(self.access or ()),
            groups=None if self.groups is None else frozenset(self.groups),
        )


class WishesIn(Closed):
    silence: bool | None = None
    worker_gender: Gender | None = None
    avoid: Annotated[list[Annotated[Word, AfterValidator(_avoided)]], Field(max_length=MANY)] = []
    cannot_speak: bool = False

    def wishes(self) -> questions.Wishes:
        return questions.Wishes(
            self.silence, self.worker_gender, tuple(self.avoid), self.cannot_speak
        )


class QuestionIn(Closed):
    """What to POST to /match. Everything but `needs` may be left out."""

    needs: Annotated[list[NeedCode], Field(min_length=1, max_length=MANY)]
    place: PlaceIn | None = None
    languages: Annotated[list[LanguageTag], Field(max_length=MANY)] = []
    person: PersonIn = PersonIn()
    modes: Annotated[list[Mode], Field(max_length=MANY)] = []
    wishes: WishesIn = WishesIn()
    hours_since_event: Annotated[int, Field(strict=True, ge=0, le=LONGEST_AGO)] | None = None
    at: Annotated[AwareDatetime, AfterValidator(_possible)] | None = None
    limit: Limit = questions.DEFAULT_LIMIT
    text_language: TextLanguage = "en"

    def question(self, where: questions.Where | None) -> questions.Question:
        """Return the question for matching, from a place that was looked up."""
        return questions.Question(
            needs=tuple(dict.fromkeys(self.needs)),
            at=self.at or clock.now(),
            where=where,
            languages=tuple(dict.fromkeys(self.languages)),
            person=self.person.person(),
            modes=frozenset(self.modes),
            wishes=self.wishes.wishes(),
            hours_since_event=self.hours_since_event,
            limit=self.limit,
        )
