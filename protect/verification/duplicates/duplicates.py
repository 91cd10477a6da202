"""Finding entries that may be one service. Each night; a person decides.

Candidates are found by what they share, never by comparing all with all: a block that is larger
than `LARGEST_BLOCK` says nothing (a switchboard, a shared roof, a word of every name).
Source: docs/adr/0018-corrections-and-duplicates.md.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import combinations
from math import asin, cos, floor, radians, sin, sqrt
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from rapidfuzz import fuzz

from protect.directory import access, enums
from protect.directory.models import Phone, Service
from protect.directory.protection.addresses import public_sites
from protect.kernel import tables
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference.lookup.fold import fold
from protect.verification.enums import PairState, Sign
from protect.verification.errors import VerificationRefusal
from protect.verification.models import DuplicatePair

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
type Point = tuple[float, float]  # latitude, longitude
MOST_WAITING = 500  # proposed pairs of a country: the likeliest; more would never be worked through
SHORTEST_NUMBER = 7  # digits; 112 and its like stand in many entries


class Hosts(tables.Record):
    hosts: list[str]


class Seen(NamedTuple):
    pk: UUID
    organisation: UUID
    name: str  # as `name_of` writes it
    categories: frozenset[str]
    numbers: frozenset[str]
    host: str  # "" for none, and for one that many share
    points: tuple[Point, ...]  # of doors that the public knows
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
    """Return what two entries share; None: too little, or they help with other things."""
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


def metres(one: Point, other: Point) -> float:
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
    names = [{*each.name.split()} for each in entries]
    counts = Counter(word for words in names for word in words)
    return [sorted(words, key=lambda word: (counts[word], word))[:RARE_WORDS] for words in names]


@cache
def _shared() -> frozenset[str]:
    hosts = tables.load("verification", "shared_hosts", Hosts)
    return frozenset(host for each in hosts.values() for host in each.hosts)


def propose_pairs(*, at: datetime) -> int:
    """Update the proposed pairs, country by country; return how many are new.
    What a person decided is never touched. A proposal that nothing speaks for any more goes. A
    protected entry is never found by where it is."""
    countries = Service.objects.order_by("country").values_list("country", flat=True).distinct()
    return sum(_propose(country, at) for country in countries)


@transaction.atomic
def _propose(country: str, at: datetime) -> int:
    rows = DuplicatePair.objects.filter(country=country).select_for_update(of=("self",))
    stored = {(each.first_id, each.second_id): each for each in rows.order_by("pk")}
    waiting = {key: each for key, each in stored.items() if each.state == PairState.PROPOSED}
    decided = stored.keys() - waiting.keys()
    likeliest = [each for each in alike(entries_of(country)) if each[:2] not in decided]
    wanted = {each[:2]: each for each in likeliest[:MOST_WAITING]}
    gone = [
        pair.pk
        for key, pair in waiting.items()
        if key not in wanted and Sign.BY_HAND not in pair.signs
    ]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    _refresh(waiting, wanted)
    new = [
        DuplicatePair(
            first_id=each.first,
            second_id=each.second,
            country_id=country,
            score=each.score,
            signs=list(each.signs),
            proposed_at=at,
        )
        for key, each in wanted.items()
        if key not in waiting
    ]
    DuplicatePair.objects.bulk_create(new, batch_size=500)
    return len(new)


@transaction.atomic
def propose_by_hand(
    scope: Scope, service: Service, other: Service, *, at: datetime
) -> DuplicatePair:
    """Propose two entries of a country as duplicates; return the pair, new or existing.
    No similarity is needed, and the nightly job keeps it. A decided pair stays decided.
    Errors: PermissionDenied; verification_pair_not_possible."""
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, service.country_id, at=at)
    keys = sorted((service.pk, other.pk))
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    services = list(rows.exclude(status=enums.Status.WITHDRAWN).order_by("pk"))
    if len(services) < 2 or services[0].country_id != services[1].country_id:
        raise VerificationRefusal("verification_pair_not_possible")
    pair, is_new = DuplicatePair.objects.get_or_create(
        first_id=keys[0],
        second_id=keys[1],
        defaults={
            "country_id": service.country_id,
            "score": 1,
            "signs": [Sign.BY_HAND.value],
            "proposed_at": at,
        },
    )
    if is_new:
        audit.record("verification.pair_propose", pair)
    return pair


def entries_of(country: str) -> Iterable[Seen]:
    """Return the compared columns of the entries of a country, without withdrawn ones."""
    rows = Service.objects.filter(country=country).exclude(status=enums.Status.WITHDRAWN)
    phones = Phone.objects.filter(service__in=rows).order_by("pk")
    numbers = _grouped(phones.values_list("service", "number"))
    kinds = rows.exclude(categories=None).order_by("pk")
    categories = _grouped(kinds.values_list("pk", "categories"))
    points, towns = _doors(country)
    columns = ("pk", "organisation", "name", "website")
    for pk, organisation, name, website in rows.order_by("pk").values_list(*columns).iterator():
        yield Seen(
            pk=pk,
            organisation=organisation,
            name=name_of(name),
            categories=frozenset(categories[pk]),
            numbers=frozenset(each for each in numbers[pk] if len(each) >= SHORTEST_NUMBER),
            host=host_of(website),
            points=tuple(points[pk]),
            towns=frozenset(towns[pk]),
        )


def _grouped(rows: Iterable[tuple[UUID, str]]) -> Mapping[UUID, list[str]]:
    values_by_key: dict[UUID, list[str]] = defaultdict(list)
    for key, value in rows:
        values_by_key[key].append(value)
    return values_by_key


def _doors(country: str) -> tuple[Mapping[UUID, list[Point]], Mapping[UUID, list[int]]]:
    """Return exact doors and the towns that the public may know. Centres of towns are no doors."""
    points: dict[UUID, list[Point]] = defaultdict(list)
    towns: dict[UUID, list[int]] = defaultdict(list)
    named = [f"location__{each}" for each in ("is_exact", "latitude", "longitude", "place")]
    rows = public_sites().filter(service__country=country).order_by("pk")
    for key, is_exact, latitude, longitude, town in rows.values_list("service", *named).iterator():
        if is_exact and latitude is not None:
            points[key].append((latitude, longitude))
        if town is not None:
            towns[key].append(town)
    return points, towns


def _refresh(
    waiting: Mapping[tuple[UUID, UUID], DuplicatePair], wanted: Mapping[tuple[UUID, UUID], Alike]
) -> None:
    changed = []
    for key, pair in waiting.items():
        if now := wanted.get(key):
            by_hand = [sign for sign in pair.signs if sign == Sign.BY_HAND]
            stands = pair.score if by_hand else now.score, [*now.signs, *by_hand]
            if (pair.score, pair.signs) != stands:
                pair.score, pair.signs = stands
                changed.append(pair)
    DuplicatePair.objects.bulk_update(changed, ["score", "signs"], batch_size=500)
