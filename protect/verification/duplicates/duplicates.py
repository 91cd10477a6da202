"""Nightly search for pairs of entries that may be the same service; a person decides on them.
Only entries that share a number, host, rare word or place are compared. A value that
more than `LARGEST_BLOCK` entries share is ignored (a switchboard, a common building, a
common word). Source: docs/adr/0018-corrections-and-duplicates.md."""

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
from protect.directory.protection.addresses import public_locations
from protect.kernel import tables
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference.lookup.fold import fold
from protect.verification.enums import PairState, Similarity
from protect.verification.errors import VerificationRefusal
from protect.verification.models import DuplicatePair

NEAR_METRES = 200  # entries closer than this count as near
EARTH_RADIUS = 6_371_008.8  # metres
CELL_DEGREES = 0.004  # side of a map cell: at least NEAR_METRES from south to north
LARGEST_BLOCK = 40  # a value that more entries share suggests no candidates
RARE_WORDS = 2  # number of the rarest words of a name by which candidates are found
SIMILAR_NAME_SCORE = 88  # of 100; similarity of two names, in any order of words
# Weight of each similarity between two organisations, and within one. Our choice: a shared number
# alone is enough, a similar name or place alone is not. Services of one organisation often share
# its number, website and building, so they also need a similar name.
SIMILARITY_WEIGHTS = {
    Similarity.NUMBER: (0.6, 0.3),
    Similarity.HOST: (0.3, 0.0),
    Similarity.NAME: (0.4, 0.4),
    Similarity.NEAR: (0.25, 0.15),
}
MINIMUM_SCORE = 0.5  # of a proposed pair; scores are from 0 to 1
type Point = tuple[float, float]  # latitude, longitude
MAXIMUM_PROPOSED_PAIRS = 500  # proposed pairs of a country, most similar first
SHORTEST_NUMBER = 7  # digits; short numbers such as 112 are in many entries


class SharedHosts(tables.Record):
    """Hosts that unrelated services share, so that an equal host is no sign of a duplicate."""

    hosts: list[str]


class ComparedEntry(NamedTuple):
    pk: UUID
    organisation: UUID
    name: str  # normalised
    categories: frozenset[str]
    numbers: frozenset[str]
    host: str  # "" for no host and for shared hosts
    points: tuple[Point, ...]  # exact public locations
    towns: frozenset[int] = frozenset()  # GeoNames ids of public locations


class ScoredPair(NamedTuple):
    """Two entries, smaller id first, their similarities, and a score from 0 to 1."""

    first: UUID
    second: UUID
    signs: tuple[Similarity, ...]
    score: float


def find_similar_pairs(entries: Iterable[ComparedEntry]) -> list[ScoredPair]:
    """Return the pairs of entries of one country that may be one service, most similar first."""
    listed = list(entries)
    pairs = (compare_entries(listed[one], listed[other]) for one, other in _candidate_pairs(listed))
    return sorted(filter(None, pairs), key=lambda pair: (-pair.score, pair.first, pair.second))


def compare_entries(one: ComparedEntry, other: ComparedEntry) -> ScoredPair | None:
    """Return two entries as a scored pair; None for a low score or without a common category."""
    if not one.categories & other.categories:
        return None
    signs = tuple(sign for sign in SIMILARITY_WEIGHTS if _has_similarity(sign, one, other))
    column = 1 if one.organisation == other.organisation else 0
    score = min(1.0, round(sum(SIMILARITY_WEIGHTS[sign][column] for sign in signs), 2))
    first, second = sorted((one.pk, other.pk))
    return ScoredPair(first, second, signs, score) if score >= MINIMUM_SCORE else None


def normalise_name(name: str) -> str:
    """Return the words of a name, sorted and without case and accents."""
    return " ".join(sorted(fold(name).split()))


def website_host(website: str) -> str:
    """Return the host of a website without "www."; "" for no host or a shared one."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:  # not a URL
        return ""
    parts = host.split(".")
    tails = {".".join(parts[start:]) for start in range(len(parts))}
    return "" if tails & _shared_hosts() else host


def distance_metres(one: Point, other: Point) -> float:
    """Return the distance of two points on the sphere. Units: degrees in, metres out."""
    (north, east), (north2, east2) = (tuple(map(radians, point)) for point in (one, other))
    east_part = cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(sin((north2 - north) / 2) ** 2 + east_part))


def _has_similarity(similarity: Similarity, one: ComparedEntry, other: ComparedEntry) -> bool:
    """Return whether two entries share this sign; names in different towns never count."""
    if similarity == Similarity.NUMBER:
        return bool(one.numbers & other.numbers)
    if similarity == Similarity.HOST:
        return bool(one.host) and one.host == other.host
    if similarity == Similarity.NAME:
        if one.towns and other.towns and not one.towns & other.towns:
            return False
        return fuzz.ratio(one.name, other.name, score_cutoff=SIMILAR_NAME_SCORE) > 0
    return any(distance_metres(a, b) < NEAR_METRES for a in one.points for b in other.points)


def _candidate_pairs(entries: Sequence[ComparedEntry]) -> set[tuple[int, int]]:
    """Return index pairs that share a number, host, rare word or map cell; skip large groups."""
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for index, (entry, words) in enumerate(zip(entries, _rare_words(entries), strict=True)):
        for key in {*_block_keys(entry), *(("word", word) for word in words)}:
            blocks[key].append(index)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) <= LARGEST_BLOCK:
            pairs.update(combinations(block, 2))
    return pairs


def _block_keys(entry: ComparedEntry) -> Iterator[Hashable]:
    """Yield the keys under which similar entries are compared: numbers, host, map cells."""
    yield from (("number", number) for number in entry.numbers)
    if entry.host:
        yield ("host", entry.host)
    for latitude, longitude in entry.points:
        north, east = floor(latitude / CELL_DEGREES), floor(longitude / CELL_DEGREES)
        # A point is entered in its cell and all adjacent cells, so that close points share a cell.
        yield from (("cell", north + a, east + b) for a in (-1, 0, 1) for b in (-1, 0, 1))


def _rare_words(entries: Sequence[ComparedEntry]) -> list[list[str]]:
    """Return for each entry the words of its name that are rarest among all names."""
    names = [{*entry.name.split()} for entry in entries]
    counts = Counter(word for words in names for word in words)
    return [sorted(words, key=lambda word: (counts[word], word))[:RARE_WORDS] for words in names]


@cache
def _shared_hosts() -> frozenset[str]:
    """Return the hosts of unrelated services: an equal host is then no sign of a duplicate."""
    hosts = tables.load("verification", "shared_hosts", SharedHosts)
    return frozenset(host for record in hosts.values() for host in record.hosts)


def propose_pairs(*, at: datetime) -> int:
    """Update the proposed pairs of every country; return how many are new. Decided pairs stay;
    others beyond the 500 most similar go, but not manual ones. No protected place is compared."""
    countries = Service.objects.order_by("country").values_list("country", flat=True).distinct()
    return sum(_update_proposed_pairs(country, at) for country in countries)


@transaction.atomic
def _update_proposed_pairs(country: str, at: datetime) -> int:
    """Refresh the proposed duplicates of a country; return the number of new ones."""
    rows = DuplicatePair.objects.filter(country=country).select_for_update(of=("self",))
    stored = {(row.first_id, row.second_id): row for row in rows.order_by("pk")}
    proposed = {key: pair for key, pair in stored.items() if pair.state == PairState.PROPOSED}
    decided = stored.keys() - proposed.keys()
    similar = find_similar_pairs(entries_to_compare(country))
    likeliest = [pair for pair in similar if pair[:2] not in decided]
    scored = {pair[:2]: pair for pair in likeliest[:MAXIMUM_PROPOSED_PAIRS]}
    outdated = (pair for key, pair in proposed.items() if key not in scored)
    outdated_keys = [pair.pk for pair in outdated if Similarity.BY_HAND not in pair.signs]
    DuplicatePair.objects.filter(pk__in=outdated_keys).delete()
    _rescore_proposed_pairs(proposed, scored)
    new = [
        DuplicatePair(
            first_id=pair.first,
            second_id=pair.second,
            country_id=country,
            score=pair.score,
            signs=list(pair.signs),
            proposed_at=at,
        )
        for key, pair in scored.items()
        if key not in proposed
    ]
    DuplicatePair.objects.bulk_create(new, batch_size=500)
    return len(new)


@transaction.atomic
def propose_by_hand(
    scope: Scope, service: Service, other: Service, *, at: datetime
) -> DuplicatePair:
    """Propose two entries of a country as duplicates; return the new or existing pair.
    A new pair needs no similarity, and the nightly job keeps it. A decided pair stays
    decided. Errors: PermissionDenied; verification_pair_not_possible."""
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, service.country_id, at=at)
    keys = sorted((service.pk, other.pk))
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    services = list(rows.exclude(status=enums.Status.WITHDRAWN).order_by("pk"))
    if len(services) < 2 or services[0].country_id != services[1].country_id:
        raise VerificationRefusal("verification_pair_not_possible")
    signs, country = [Similarity.BY_HAND.value], service.country_id
    defaults = {"country_id": country, "score": 1, "signs": signs, "proposed_at": at}
    pair, is_new = DuplicatePair.objects.get_or_create(
        first_id=keys[0], second_id=keys[1], defaults=defaults
    )
    if is_new:
        audit.record("verification.pair_propose", pair)
    return pair


def entries_to_compare(country: str) -> Iterable[ComparedEntry]:
    """Return the entries of a country as the comparison needs them, without withdrawn ones."""
    rows = Service.objects.filter(country=country).exclude(status=enums.Status.WITHDRAWN)
    phones = Phone.objects.filter(service__in=rows).order_by("pk")
    numbers = _group_by_key(phones.values_list("service", "number"))
    kinds = rows.exclude(categories=None).order_by("pk")
    categories = _group_by_key(kinds.values_list("pk", "categories"))
    points, towns = _points_and_towns(country)
    columns = ("pk", "organisation", "name", "website")
    for pk, organisation, name, website in rows.order_by("pk").values_list(*columns).iterator():
        yield ComparedEntry(
            pk=pk,
            organisation=organisation,
            name=normalise_name(name),
            categories=frozenset(categories[pk]),
            numbers=frozenset(number for number in numbers[pk] if len(number) >= SHORTEST_NUMBER),
            host=website_host(website),
            points=tuple(points[pk]),
            towns=frozenset(towns[pk]),
        )


def _group_by_key(rows: Iterable[tuple[UUID, str]]) -> Mapping[UUID, list[str]]:
    values_by_key: dict[UUID, list[str]] = defaultdict(list)
    for key, value in rows:
        values_by_key[key].append(value)
    return values_by_key


def _points_and_towns(country: str) -> tuple[Mapping[UUID, list[Point]], Mapping[UUID, list[int]]]:
    """Return exact public points (no town centres), and towns of public places, by service."""
    points: dict[UUID, list[Point]] = defaultdict(list)
    towns: dict[UUID, list[int]] = defaultdict(list)
    named = [f"location__{name}" for name in ("is_exact", "latitude", "longitude", "place")]
    rows = public_locations().filter(service__country=country).order_by("pk")
    for key, is_exact, latitude, longitude, town in rows.values_list("service", *named).iterator():
        if is_exact and latitude is not None:
            points[key].append((latitude, longitude))
        if town is not None:
            towns[key].append(town)
    return points, towns


def _rescore_proposed_pairs(
    proposed: dict[tuple[UUID, UUID], DuplicatePair], scored: dict[tuple[UUID, UUID], ScoredPair]
) -> None:
    """Save changed scores and signs; a pair proposed by hand keeps its score and that sign."""
    changed = []
    for key, pair in proposed.items():
        if new := scored.get(key):
            by_hand = [sign for sign in pair.signs if sign == Similarity.BY_HAND]
            values = (pair.score if by_hand else new.score, [*new.signs, *by_hand])
            if (pair.score, pair.signs) != values:
                pair.score, pair.signs = values
                changed.append(pair)
    DuplicatePair.objects.bulk_update(changed, ["score", "signs"], batch_size=500)
