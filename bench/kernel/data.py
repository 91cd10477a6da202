"""What all engines of the kernel get: points on a plane, postings, waits and questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.hours import WAIT_UNKNOWN, parse
from protect.directory.hours.answers import wait_minutes
from tests.matching import generate, pools
from tests.matching.generate import Draw

type Ints = NDArray[np.int64]

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday morning
RADIUS, MOST = 50_000, 10  # metres, services
RINGS = (4_000, 16_000, RADIUS)  # metres: ten open ones within a ring are the answer
BAND = 10_000  # metres
UNKNOWN_WAIT, LONGEST_WAIT = 120, 240  # minutes
EARTH_RADIUS = 6_371_008.8  # metres
CENTRE = (52.0, 10.0)  # degrees, as EPSG:3035 has it


class Question(NamedTuple):
    pair: int  # need and language
    x: int  # metres
    y: int


@dataclass(frozen=True)
class Data:
    """Services by number: where they are, their pattern of hours, their pairs."""

    x: Ints  # metres, from the south-west
    y: Ints
    pattern: Ints
    first: Ints  # of each service's pairs, and where the last ends
    pairs: Ints
    waits: Ints  # minutes, by pattern
    pair_count: int

    def __len__(self) -> int:
        return len(self.x)

    @property
    def owners(self) -> Ints:
        """Return the service of each of the pairs."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @property
    def bands(self) -> int:
        return int(self.y.max()) // BAND + 12


def made(count: int) -> tuple[Data, list[Question]]:
    """Return services and questions about them."""
    drawn = generate.draw(count, 7, at=AT)
    x, y = plane(drawn.latitude, drawn.longitude)
    west, south = x.min() - RADIUS, y.min() - RADIUS
    codes = [(need, tag) for need in pools.CATEGORIES for tag in _tags()]
    number = {code: place for place, code in enumerate(codes)}
    first, pairs = _pairs(drawn, number)
    data = Data(
        x=x - west,
        y=y - south,
        pattern=drawn.picks["visit"],
        first=first,
        pairs=pairs,
        waits=np.array([_wait(pattern) for pattern in pools.patterns()]),
        pair_count=len(codes),
    )
    return data, _questions(data, drawn, 2000)


def plane(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Return points on Lambert's azimuthal equal-area plane of a sphere. Units: metres."""
    north, east = np.radians(latitude), np.radians(longitude - CENTRE[1])
    middle = np.radians(CENTRE[0])
    cosine = np.sin(middle) * np.sin(north) + np.cos(middle) * np.cos(north) * np.cos(east)
    scale = EARTH_RADIUS * np.sqrt(2 / (1 + cosine))
    x = scale * np.cos(north) * np.sin(east)
    y = scale * (np.cos(middle) * np.sin(north) - np.sin(middle) * np.cos(north) * np.cos(east))
    return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)


def truth(data: Data, question: Question) -> list[int]:
    """Return the answer by looking at everything: the definition for all engines."""
    services = data.owners[data.pairs == question.pair]
    apart = (data.x[services] - question.x) ** 2 + (data.y[services] - question.y) ** 2
    within = apart <= RADIUS**2
    services, apart = services[within], apart[within]
    wait = data.waits[data.pattern[services]]
    return services[np.lexsort((services, apart, wait))][:MOST].tolist()


def _wait(pattern: str | None) -> int:
    wait = WAIT_UNKNOWN
    if pattern is not None:
        wait = wait_minutes(parse(pattern, "Europe/Brussels", "BE"), AT)
    return UNKNOWN_WAIT if wait == WAIT_UNKNOWN else min(wait, LONGEST_WAIT)


def _tags() -> Sequence[str]:
    official = " ".join(pools.OFFICIAL.values()).split()
    return tuple(dict.fromkeys([*official, *pools.SPOKEN]))


def _pairs(drawn: Draw, number: dict[tuple[str, str], int]) -> tuple[Ints, Ints]:
    """Return each service's needs × languages, as runs."""
    known: dict[tuple[int, str, int], list[int]] = {}
    runs = []
    picks = zip(drawn.picks["categories"].tolist(), drawn.picks["languages"].tolist(), strict=True)
    countries = [drawn.settlements[place].country for place in drawn.place.tolist()]
    for (needs, languages), country in zip(picks, countries, strict=True):
        key = needs, country, languages
        if key not in known:
            tags = {language.language for language in pools.languages(country)[languages]}
            known[key] = sorted(
                number[need, tag] for need in pools.categories()[needs] for tag in tags
            )
        runs.append(known[key])
    first = np.concatenate([[0], np.cumsum([len(run) for run in runs])])
    return first, np.fromiter((pair for run in runs for pair in run), np.int64, int(first[-1]))


def _questions(data: Data, drawn: Draw, count: int) -> list[Question]:
    """Return questions of the places and pairs that services have: what is common is asked most."""
    chance = np.random.default_rng(11)
    places = chance.integers(0, len(data), count)
    pairs = data.pairs[chance.integers(0, len(data.pairs), count)]
    return [
        Question(int(pair), int(data.x[place]), int(data.y[place]))
        for pair, place in zip(pairs, places, strict=True)
    ]
