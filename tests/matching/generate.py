"""Invented services over the real settlements: "Demo …" rows for property tests and for bench.

A draw is columns of numbers: which settlement, and which entry of each pool. `row` makes a
ServiceRow of one number. Pools are shared by all rows, so that a million of them fit in memory.
"""

import csv
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import holidays
import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Channel, Fact, Mode, ServiceScope
from protect.directory.hours import Hours, parse
from protect.directory.rules import CheckSummary
from protect.kernel.ids import short_code
from protect.matching.services.rows import OpeningHours, Point, ServedArea, ServiceRow
from tests.matching import pools

PLACES = Path(__file__).parents[2] / "protect" / "reference" / "data" / "places"
LOCAL, NATIONAL, NOWHERE = range(3)
NATIONAL_SHARE, NOWHERE_SHARE, SECOND_PLACE_SHARE = 0.05, 0.03, 0.04
MOST_NATIONAL = 175  # as in the starter file: they do not multiply with a directory's size
SPREAD_DEGREES = 0.03  # of services round the centre of their settlement


class Settlement(NamedTuple):
    id: int
    name: str
    country: str
    areas: tuple[str, ...]  # from the smallest to the largest
    latitude: float
    longitude: float
    population: int
    zone: str


@dataclass(frozen=True)
class Draw:
    """Services as numbers. Each column has one entry per service."""

    seed: int
    at: datetime
    settlements: Sequence[Settlement]
    place: NDArray[np.int64]
    second: NDArray[np.int64]  # another settlement, -1 for most
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    kind: NDArray[np.int64]  # LOCAL, NATIONAL, or NOWHERE: local without a place
    picks: Mapping[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.place)


@cache
def settlements(*countries: str) -> tuple[Settlement, ...]:
    """Return the real settlements of countries (all twelve if none is named), by GeoNames id."""
    parents = {row["code"]: row["parent"] for row in _table("areas")}
    found = [
        _settlement(row, file.stem, parents)
        for file in sorted(PLACES.glob("??.tsv"))
        if not countries or file.stem in countries
        for row in _table(file.stem)
    ]
    return tuple(sorted(found))


def draw(count: int, seed: int, *, at: datetime, among: Sequence[Settlement] | None = None) -> Draw:
    """Return invented services, more of them where more people live."""
    among = settlements() if among is None else among
    chance = np.random.default_rng(seed)
    crowd = np.array([place.population + 300 for place in among], dtype=np.float64) ** 0.8
    kind = _kinds(chance.random(count))
    place = chance.choice(len(among), count, p=crowd / crowd.sum())
    place[kind == NATIONAL] = np.resize(_seats(among), np.count_nonzero(kind == NATIONAL))
    second = chance.choice(len(among), count, p=crowd / crowd.sum())
    centre = np.array([(each.latitude, each.longitude) for each in among])[place]
    around = np.round(centre + chance.normal(0, SPREAD_DEGREES, (count, 2)), 5)
    return Draw(
        seed=seed,
        at=at,
        settlements=among,
        place=place,
        second=np.where(chance.random(count) < SECOND_PLACE_SHARE, second, -1),
        latitude=np.clip(around[:, 0], -90, 90),
        longitude=around[:, 1],
        kind=kind,
        picks={name: _skewed(chance, size, count) for name, size in pools.SIZES.items()},
    )


def _kinds(share: NDArray[np.float64]) -> NDArray[np.int64]:
    national = min(NATIONAL_SHARE, MOST_NATIONAL / max(len(share), 1))
    is_kind = [share < national, share < national + NOWHERE_SHARE]
    return np.select(is_kind, [NATIONAL, NOWHERE], LOCAL)


def _seats(among: Sequence[Settlement]) -> list[int]:
    """Return the largest settlement of each country: where national lines sit."""
    order = sorted(range(len(among)), key=lambda number: among[number].population)
    return list({among[number].country: number for number in order}.values())


def rows(drawn: Draw) -> Iterator[ServiceRow]:
    """Yield the services of a draw."""
    for number in range(len(drawn)):
        yield row(drawn, number)


def row(drawn: Draw, number: int, *, edition: int = 0) -> ServiceRow:
    """Return one service. Another `edition` is the same service after a change."""
    kind = int(drawn.kind[number])
    home = drawn.settlements[drawn.place[number]]
    pick = {
        name: (int(column[number]) + edition) % pools.SIZES[name]
        for name, column in drawn.picks.items()
    }
    stable = f"demo-{drawn.seed}-{number}"
    languages, modes = pools.languages(home.country), pools.modes()
    return ServiceRow(
        id=uuid.uuid5(uuid.NAMESPACE_URL, stable),
        short=short_code("service", stable),
        name=f"Demo service {number}",
        organisation=f"Demo organisation {number % 997}",
        country=home.country,
        categories=pools.categories()[pick["categories"]],
        zone=home.zone,
        scope=ServiceScope.NATIONAL if kind == NATIONAL else ServiceScope.LOCAL,
        modes=frozenset({Mode.PHONE}) if kind == 1 else modes[pick["modes"]],
        points=() if kind else _points(drawn, number, pick["coarse"]),
        opening_hours=_doors(home, pick),
        writing_hours=_writing_hours(home, pick),
        phones=pools.phones()[pick["phones"]],
        email="demo@example.org" if pick["region"] else "",
        website="https://example.org" if pick["appointment"] % 2 else "",
        languages=languages[pick["languages"]],
        areas=_areas(home, kind, pick["areas"]),
        area_note="Demo surroundings" if pick["area_note"] == 0 else "",
        conditions=pools.conditions()[pick["conditions"]],
        documents=pools.documents()[pick["documents"]],
        access=pools.access()[pick["access"]],
        capacity=pools.capacities(drawn.at)[pick["capacity"]],
        rooms=pools.rooms(drawn.at)[pick["rooms"]],
        clinical=pools.clinical()[pick["clinical"]],
        checks=_checks(drawn.at, pick["checks"]),
    )


def _points(drawn: Draw, number: int, pick: int) -> tuple[Point, ...]:
    is_coarse, is_placed = pick == 0, pick != 1
    home = drawn.settlements[drawn.place[number]]
    first = Point(
        latitude=home.latitude if is_coarse else float(drawn.latitude[number]),
        longitude=home.longitude if is_coarse else float(drawn.longitude[number]),
        name=home.name,
        place=home.id if is_placed else None,
        areas=home.areas if is_placed else (),
        is_coarse=is_coarse,
        inner_places=frozenset({*home.areas[:1], str(home.id)}) if is_coarse else frozenset(),
    )
    other = int(drawn.second[number])
    if other < 0 or is_coarse:
        return (first,)
    second = drawn.settlements[other]
    return (
        first,
        Point(second.latitude, second.longitude, second.name, second.id, second.areas),
    )


def _doors(home: Settlement, pick: Mapping[str, int]) -> Mapping[Channel, OpeningHours]:
    found = {}
    for channel, column in ((Channel.VISIT, "visit"), (Channel.PHONE, "phone")):
        pattern = pools.patterns()[pick[column]]
        if pattern is not None:
            region = _subdivision(home) if pick["region"] else None
            is_by_appointment = pick["appointment"] == 0
            hours = _hours(pattern, home.zone, home.country, region, is_by_appointment)
            found[channel] = OpeningHours(hours)
    return found


def _writing_hours(home: Settlement, pick: Mapping[str, int]) -> Hours | None:
    pattern = pools.patterns()[pick["visit"]] if pick["appointment"] % 3 == 0 else None
    return None if pattern is None else _hours(pattern, home.zone, home.country, None, False)


@cache
def _subdivision(home: Settlement) -> str | None:
    known = holidays.country_holidays(home.country).subdivisions
    areas = (code for code in home.areas if code.removeprefix(f"{home.country}-") in known)
    return next(areas, None)


@cache
def _hours(
    pattern: str, zone: str, country: str, region: str | None, is_by_appointment: bool
) -> Hours:
    return parse(pattern, zone, country, region, by_appointment=is_by_appointment)


def _areas(home: Settlement, kind: int, pick: int) -> tuple[ServedArea, ...]:
    if kind == NATIONAL or pick == 3:
        return (ServedArea(home.country),)
    smallest = ServedArea(home.country, area=home.areas[0], containing_areas=home.areas[1:])
    circle = ServedArea(
        home.country,
        latitude=home.latitude,
        longitude=home.longitude,
        radius_km=30,
        containing_areas=home.areas,
    )
    found = ((ServedArea(home.country, area=home.areas[-1]),), (smallest,), (circle, smallest))
    return found[pick] if pick < len(found) else ()


@cache
def _checks(at: datetime, pick: int) -> Mapping[Fact, tuple[CheckSummary, ...]]:
    """Return checks as if they had been made round `at`."""
    chance = random.Random(pick)
    found = {}
    for fact in Fact:
        if chance.random() < 0.25:
            continue
        made = at - timedelta(days=chance.randrange(1, 200), minutes=chance.randrange(1440))
        due = made + timedelta(days=chance.choice([1, 30, 60, 90]))
        verdicts = chance.choices(pools.VERDICTS, pools.VERDICT_WEIGHTS, k=chance.choice([1, 1, 2]))
        found[fact] = tuple(
            CheckSummary(verdict, made - timedelta(days=90 * age), due - timedelta(days=90 * age))
            for age, verdict in enumerate(verdicts)
        )
    return found


def _skewed(chance: np.random.Generator, size: int, count: int) -> NDArray[np.int64]:
    """Return numbers below `size`, the small pools evenly, the large ones with favourites."""
    share = chance.random(count)
    return (size * (share if size < 100 else share**2)).astype(np.int64)


def _settlement(row: Mapping[str, str], country: str, parents: Mapping[str, str]) -> Settlement:
    areas = [row["area"]]
    while parent := parents[areas[-1]]:
        areas.append(parent)
    return Settlement(
        id=int(row["geonames_id"]),
        name=(row["local_names"] or row["name"]).split("|")[0],
        country=country,
        areas=tuple(areas),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        population=int(row["population"]),
        zone=row["timezone"],
    )


def _table(name: str) -> Iterator[Mapping[str, str]]:
    with (PLACES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
