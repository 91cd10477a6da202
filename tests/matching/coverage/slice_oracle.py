"""A slice, and what the definition of an answer says of each of its settlements."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from protect.directory.enums import Fact, Mode
from protect.matching.conditions.criteria import CHECKED_FRESHNESS
from protect.matching.conditions.truth import UNTRUSTED_FRESHNESS
from protect.matching.coverage.atlas import persons
from protect.matching.coverage.atlas.candidates import ANY_LANGUAGE, ASK, FITS, NO
from protect.matching.coverage.atlas.distances import NO_SITE, SITE_MASK, is_within_reach
from protect.matching.coverage.atlas.settlements import Settlements, build_settlements
from protect.matching.coverage.atlas.slices import Slice, SliceKey, compute_slice
from protect.matching.engine import Engine
from protect.matching.questions import (
    Answers,
    Fit,
    Match,
    PersonLocation,
    Question,
    build_query,
    fact_freshness,
    match_needs,
)
from protect.matching.services.rows import ServiceRow
from protect.reference.lookup.index import PlaceRow
from protect.reference.lookup.parts import part_ids
from tests.matching import generate, oracle
from tests.matching.generate import Settlement

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)

type Way = tuple[bool, int]  # beyond reach, metres


def make_settlements(
    country: str, among: Sequence[Settlement] | None = None, official: int | None = None
) -> Settlements:
    """Return the settlements of a country, without a database. `official`: how many people live
    there; as many as its settlements have if it is None, so that people are counted."""
    found = generate.settlements(country) if among is None else among
    upwards: dict[str, str | None] = {}
    for each in found:
        upwards |= zip(each.areas, (*each.areas[1:], None), strict=True)
    rows = [place_row(each) for each in found if each.country == country]
    ordered = sorted(rows, key=lambda row: (row.area, row.id))
    parts = part_ids()
    people = (
        sum(row.population for row in rows if row.id not in parts) if official is None else official
    )
    return build_settlements(country, ordered, upwards, people)


def place_row(place: Settlement) -> PlaceRow:
    return PlaceRow(
        id=place.id,
        country=place.country,
        area=place.areas[0],
        name=place.name,
        population=place.population,
        latitude=place.latitude,
        longitude=place.longitude,
    )


def slice_of_rows(
    rows: Iterable[ServiceRow], land: Settlements, which: SliceKey, at: datetime = AT
) -> Slice:
    return compute_slice(Engine(rows, 1).snapshot, land, which, at, 1)


def question(
    land: Settlements, number: int, which: SliceKey, limit: int, at: datetime = AT
) -> Question:
    """Return what such a person asks in a settlement."""
    return Question(
        needs=(which.need,),
        at=at,
        where=location(land, number),
        person=persons.person_types()[which.person].to_person(),
        limit=limit,
    )


def location(land: Settlements, number: int) -> PersonLocation:
    place, chain = land.places[number], land.chains[land.area[number]]
    return PersonLocation(land.country, place.latitude, place.longitude, chain, place.id)


def service_of_key(found: Slice, key: int) -> ServiceRow | None:
    """Return the service that a key of `nearest` leads to."""
    if key == NO_SITE:
        return None
    candidates = found.candidates
    return candidates.snapshot.rows[candidates.rows[candidates.sites.row[key & SITE_MASK]]]


def nearest_by_oracle(
    rows: Sequence[ServiceRow], asked: Question, tag: str
) -> tuple[set[Way], set[Way]]:
    """Return the nearest that fits, and that must be asked first, by the definition of answers."""
    return nearest_by_answers(oracle.answer(oracle.Rows(1, tuple(rows)), asked), asked, tag)


def nearest_by_answers(answers: Answers, asked: Question, tag: str) -> tuple[set[Way], set[Way]]:
    ways: dict[int, set[Way]] = {FITS: set(), ASK: set()}
    for found in answers.answers:
        verdict = FITS if found.verdict is Fit.FITS else ASK
        level = min(verdict, language_level(found.row, asked, tag))
        if level != NO:
            ways[level].add(distance_class(found, asked))
    return {*sorted(ways[FITS])[:1]}, {*sorted(ways[ASK])[:1]}


def distance_class(found: Match, asked: Question) -> Way:
    need_match = match_needs(found.row, build_query(asked))
    if found.mode not in {Mode.IN_PERSON, None}:  # also that of another region
        return need_match.is_last_resort, 0
    metres = need_match.reach_m if found.distance_m is None else found.distance_m
    return bool(found.key.is_beyond), metres


def language_level(row: ServiceRow, asked: Question, tag: str) -> int:
    """Return whether a language is spoken there: yes and checked, perhaps, no."""
    seen = fact_freshness(row, Fact.LANGUAGES, build_query(asked))
    if tag == ANY_LANGUAGE:
        return FITS
    if not row.languages or seen in UNTRUSTED_FRESHNESS:
        return ASK
    if all(language.language != tag for language in row.languages):
        return NO
    return FITS if seen in CHECKED_FRESHNESS else ASK


def nearest_by_slice(found: Slice, number: int) -> tuple[set[Way], set[Way]]:
    """Return the same of a slice."""
    fits = found.fits_metres[number], not is_within_reach(found.fits)[number]
    asks = found.asks_metres[number], not is_within_reach(found.asks)[number]
    return tuple({(bool(beyond), int(far))} if far >= 0 else set() for far, beyond in (fits, asks))
