"""How much two entries are alike: what they share, and how much that says. Pure.

Candidates are found by what they share, never by comparing all with all: a block that is larger
than `LARGEST_BLOCK` says nothing (a switchboard, a shared roof, a word of every name).
Source: docs/adr/0018-corrections-and-doubles.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from math import asin, cos, floor, radians, sin, sqrt
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from rapidfuzz import fuzz

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.reference.lookup.fold import fold
from protect.verification.enums import Sign

NEAR_METRES = 200
EARTH_RADIUS = 6_371_008.8  # metres
CELL = 0.004  # degrees; at least NEAR_METRES from south to north
LARGEST_BLOCK = 40  # entries
RARE_WORDS = 2  # of a name: by these it is found
SIMILAR = 88  # of 100, of two names, in any order of words
# How much each sign says. Our choice: one number is enough, a name or a house alone is not.
WEIGHTS = {Sign.NUMBER: 0.6, Sign.HOST: 0.3, Sign.NAME: 0.4, Sign.NEAR: 0.25}
# Services of one organisation share its number, website and house by right: of these, a similar
# name has to be there too.
OF_ONE_HOUSE = {Sign.NUMBER: 0.3, Sign.HOST: 0.0, Sign.NAME: 0.4, Sign.NEAR: 0.15}
ENOUGH = 0.5


class Hosts(Record):
    """One list of shared_hosts.toml."""

    hosts: list[str]


class Seen(NamedTuple):
    """What of an entry is compared."""

    pk: UUID
    organisation: UUID
    name: str  # as `name_of` writes it
    categories: frozenset[str]
    numbers: frozenset[str]
    host: str  # "" for none, and for one that many share
    points: tuple[tuple[float, float], ...]  # latitude, longitude of doors that the public knows
    towns: frozenset[int] = frozenset()  # GeoNames ids, of places that the public knows


class Alike(NamedTuple):
    """Two entries, the smaller id first, what they share, and how much that says: 0 to 1."""

    first: UUID
    second: UUID
    signs: tuple[Sign, ...]
    score: float


def alike(entries: Iterable[Seen]) -> list[Alike]:
    """Return the pairs of one country that may be one service, the likeliest first."""
    listed = list(entries)
    compared = (compare(listed[one], listed[other]) for one, other in _candidates(listed))
    pairs = [pair for pair in compared if pair]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def compare(one: Seen, other: Seen) -> Alike | None:
    """Return what two entries share.

    None when that is too little, or when they help with other things.
    """
    if not one.categories & other.categories:
        return None
    signs = tuple(sign for sign in WEIGHTS if _shares(sign, one, other))
    weights = OF_ONE_HOUSE if one.organisation == other.organisation else WEIGHTS
    score = min(1.0, round(sum(weights[sign] for sign in signs), 2))
    first, second = sorted((one.pk, other.pk))
    return Alike(first, second, signs, score) if score >= ENOUGH else None


def name_of(name: str) -> str:
    """Return the words of a name in one order, without case and accents."""
    return " ".join(sorted(fold(name).split()))


def host_of(website: str) -> str:
    """Return the host of a website without "www."; "" for none, and where many share it."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:  # no address at all
        return ""
    parts = host.split(".")
    tails = {".".join(parts[start:]) for start in range(len(parts))}
    return "" if tails & _shared() else host


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the way between two points, on the sphere. Units: degrees in, metres out."""
    (north, east), (north2, east2) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(half))


def _shares(sign: Sign, one: Seen, other: Seen) -> bool:
    if sign == Sign.NUMBER:
        return bool(one.numbers & other.numbers)
    if sign == Sign.HOST:
        return bool(one.host) and one.host == other.host
    if sign == Sign.NAME:
        is_elsewhere = one.towns and other.towns and not one.towns & other.towns
        return not is_elsewhere and fuzz.ratio(one.name, other.name, score_cutoff=SIMILAR) > 0
    return any(metres(a, b) < NEAR_METRES for a in one.points for b in other.points)


def _candidates(entries: Sequence[Seen]) -> set[tuple[int, int]]:
    """Return pairs that share a number, host, rare word of the name, or a corner of a town."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for at, (each, words) in enumerate(zip(entries, _words(entries), strict=True)):
        for key in {*_keys(each), *(("word", word) for word in words)}:
            blocks[key].append(at)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) <= LARGEST_BLOCK:
            pairs.update(combinations(block, 2))
    return pairs


def _keys(entry: Seen) -> Iterator[Hashable]:
    yield from (("number", number) for number in entry.numbers)
    if entry.host:
        yield ("host", entry.host)
    for latitude, longitude in entry.points:
        north, east = floor(latitude / CELL), floor(longitude / CELL)
        # A point stands in its cell and in those around: whatever is near shares one.
        yield from (("cell", north + a, east + b) for a in (-1, 0, 1) for b in (-1, 0, 1))


def _words(entries: Sequence[Seen]) -> list[list[str]]:
    """Return the rarest words of each name, in the order of the entries."""
    counts: dict[str, int] = defaultdict(int)
    names = [{*each.name.split()} for each in entries]
    for words in names:
        for word in words:
            counts[word] += 1
    return [sorted(words, key=lambda word: (counts[word], word))[:RARE_WORDS] for words in names]


@cache
def _shared() -> frozenset[str]:
    hosts = tables.load("verification", "shared_hosts", Hosts)
    return frozenset(host for each in hosts.values() for host in each.hosts)
