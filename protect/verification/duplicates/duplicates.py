"""Finding entries that may be one service. Each night; a person decides.

Source: docs/adr/0018-corrections-and-doubles.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.directory import access
from protect.directory.enums import Audience, Status
from protect.directory.models import Phone, Service, ServiceAtLocation
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification.duplicates.similarity import Alike, Seen, alike, host_of, name_of
from protect.verification.enums import PairState, Sign
from protect.verification.errors import PairNotPossible
from protect.verification.models import DuplicatePair

type Point = tuple[float, float]  # latitude, longitude

MOST_WAITING = 500  # proposed pairs of a country: the likeliest; more would never be worked through
SHORTEST_NUMBER = 7  # digits; 112 and its like stand in many entries


def propose_pairs(*, at: datetime) -> int:
    """Update the proposed pairs, country by country; return how many are new.

    What a person decided is never touched. A proposal that nothing speaks for any more goes.
    A protected entry is never found by where it is.
    """
    countries = Service.objects.order_by("country").values_list("country", flat=True).distinct()
    return sum(_propose(country, at) for country in countries)


@transaction.atomic
def _propose(country: str, at: datetime) -> int:
    alike_by_key = {(each.first, each.second): each for each in alike(entries_of(country))}
    stored = DuplicatePair.objects.filter(country=country).select_for_update(of=("self",))
    decided: set[tuple[UUID, UUID]] = set()
    waiting: dict[tuple[UUID, UUID], DuplicatePair] = {}
    for pair in stored.order_by("pk"):
        key = (pair.first_id, pair.second_id)
        if pair.state == PairState.PROPOSED:
            waiting[key] = pair
        else:
            decided.add(key)
    likeliest = [each for key, each in alike_by_key.items() if key not in decided][:MOST_WAITING]
    wanted = {(each.first, each.second): each for each in likeliest}
    gone = [
        pair.pk
        for key, pair in waiting.items()
        if key not in wanted and Sign.BY_HAND not in pair.signs
    ]
    DuplicatePair.objects.filter(pk__in=gone).delete()
    _refresh(waiting, wanted)
    new = [_new_pair(each, country, at) for key, each in wanted.items() if key not in waiting]
    DuplicatePair.objects.bulk_create(new, batch_size=500)
    return len(new)


@transaction.atomic
def propose_by_hand(
    scope: Scope, service: Service, other: Service, *, at: datetime
) -> DuplicatePair:
    """Propose two entries of a country as duplicates; return the pair, new or existing.

    No similarity is needed, and the nightly job keeps it. A decided pair stays decided.
    Errors: PermissionDenied; PairNotPossible.
    """
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, service.country_id, at=at)
    keys = sorted((service.pk, other.pk))
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    services = list(rows.exclude(status=Status.WITHDRAWN).order_by("pk"))
    if (
        len(services) < len({*keys})
        or len({*keys}) < 2
        or len({s.country_id for s in services}) > 1
    ):
        raise PairNotPossible()
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
        audit.record("directory.pair_propose", pair)
    return pair


def entries_of(country: str) -> Iterable[Seen]:
    """Return the compared columns of the entries of a country, without withdrawn ones."""
    rows = Service.objects.filter(country=country).exclude(status=Status.WITHDRAWN)
    numbers = _grouped(
        Phone.objects.filter(service__in=rows).values_list("service", "number").order_by("pk")
    )
    categories = _grouped(
        rows.values_list("pk", "categories").exclude(categories=None).order_by("pk")
    )
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
    rows = ServiceAtLocation.objects.filter(
        service__country=country,
        service__address_audience=Audience.PUBLIC,
        location__audience=Audience.PUBLIC,
    )
    points: dict[UUID, list[Point]] = defaultdict(list)
    towns: dict[UUID, list[int]] = defaultdict(list)
    columns = ("is_exact", "latitude", "longitude", "place")
    named = [f"location__{each}" for each in columns]
    for key, *door in rows.order_by("pk").values_list("service", *named).iterator():
        is_exact, latitude, longitude, town = door
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
        now = wanted.get(key)
        if now is None:
            continue
        by_hand = [sign for sign in pair.signs if sign == Sign.BY_HAND]
        score = pair.score if by_hand else now.score
        if (pair.score, pair.signs) != (score, _codes(now) + by_hand):
            pair.score, pair.signs = score, _codes(now) + by_hand
            changed.append(pair)
    DuplicatePair.objects.bulk_update(changed, ["score", "signs"], batch_size=500)


def _new_pair(each: Alike, country: str, at: datetime) -> DuplicatePair:
    return DuplicatePair(
        first_id=each.first,
        second_id=each.second,
        country_id=country,
        score=each.score,
        signs=_codes(each),
        proposed_at=at,
    )


def _codes(each: Alike) -> list[str]:
    return [sign.value for sign in each.signs]
