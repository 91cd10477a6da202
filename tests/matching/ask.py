"""Invented questions: likely ones for bench, and any at all for property tests."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from protect.directory.enums import AccessibilityKind, Mode
from protect.matching.avoidance import Avoidance
from protect.matching.questions import Child, Person, PersonLocation, Question, Wishes
from protect.reference import vocabulary
from tests.matching import pools
from tests.matching.generate import Settlement

GENDERS = ("f", "f", "f", "f", "m", "x")


def likely_question(chance: random.Random, among: Sequence[Settlement], at: datetime) -> Question:
    """Return what somebody may ask on the public site: most leave most questions out."""
    public = [need.code for need in vocabulary.needs().values() if need.public and need.categories]
    wanted = chance.choices([0, 1, 2, 3], [15, 50, 25, 10])[0]
    return Question(
        needs=(chance.choice(public),),
        at=at,
        where=_settlement(_crowded(chance, among)),
        languages=tuple(_languages(chance, wanted)),
        person=_person(chance, share=0.3),
        modes=frozenset({Mode.PHONE}) if chance.random() < 0.05 else frozenset(),
        wishes=Wishes(cannot_speak=chance.random() < 0.05),
    )


def any_question(chance: random.Random, among: Sequence[Settlement], at: datetime) -> Question:
    """Return a question in which anything may be said, also what hardly anybody says."""
    return Question(
        needs=tuple(chance.sample(list(vocabulary.needs()), chance.choice([1, 1, 2]))),
        at=at + timedelta(minutes=chance.randrange(-3000, 60_000), seconds=chance.randrange(60)),
        where=_anywhere(chance, among),
        languages=tuple(_languages(chance, chance.randrange(4))),
        person=_person(chance, share=0.5),
        modes=frozenset(chance.sample(list(Mode), chance.choice([0, 0, 1, 2]))),
        wishes=_wishes(chance, among),
        hours_since_event=chance.choice([None, 10, 100]),
        limit=chance.choice([1, 3, 5, 50]),
        at_any_hour=chance.random() < 0.2,
    )


def _crowded(chance: random.Random, among: Sequence[Settlement]) -> Settlement:
    """Return a settlement, rather a large one."""
    return max(chance.choices(among, k=20), key=lambda place: place.population)


def _settlement(place: Settlement) -> PersonLocation:
    return PersonLocation(place.country, place.latitude, place.longitude, place.areas, place.id)


def _anywhere(chance: random.Random, among: Sequence[Settlement]) -> PersonLocation | None:
    place = chance.choice(among)
    match chance.randrange(7):
        case 0:
            return None
        case 1:
            return PersonLocation(place.country)
        case 2:
            return PersonLocation(latitude=place.latitude, longitude=place.longitude)
        case 3:
            return PersonLocation(place.country, areas=place.areas[-1:])
        case 4:
            latitude = chance.uniform(-90, 90)
            return PersonLocation(latitude=latitude, longitude=chance.uniform(-180, 180))
        case _:
            return _settlement(place)


def _languages(chance: random.Random, count: int) -> list[str]:
    return list(
        dict.fromkeys(chance.choices(list(pools.SPOKEN), list(pools.SPOKEN.values()), k=count))
    )


def _person(chance: random.Random, *, share: float) -> Person:
    def says() -> bool:
        return chance.random() < share

    children = [_child(chance) for _ in range(chance.choice([0, 1, 1, 2, 5]))]
    return Person(
        gender=chance.choice(GENDERS) if says() else None,
        age=chance.randrange(8, 90) if says() else None,
        children=tuple(children) if says() else None,
        legal_status=chance.choice(pools.STATUSES) if says() else None,
        documents=frozenset(chance.sample(pools.PAPERS, 2)) if says() else None,
        access=frozenset({chance.choice(list(AccessibilityKind))})
        if says() and says()
        else frozenset(),
        groups=frozenset(chance.sample(pools.GROUPS, chance.choice([0, 1, 2]))) if says() else None,
    )


def _child(chance: random.Random) -> Child:
    return Child(age=chance.choice([None, *range(18)]), gender=chance.choice([None, "f", "m", "x"]))


def _wishes(chance: random.Random, among: Sequence[Settlement]) -> Wishes:
    return Wishes(
        wants_silence=chance.choice([None, None, True, False]),
        worker_gender=chance.choice([None, None, "f", "m"]),
        avoid=_avoidance(chance, among) if chance.random() < 0.5 else None,
        cannot_speak=chance.random() < 0.15,
    )


def _avoidance(chance: random.Random, among: Sequence[Settlement]) -> Avoidance:
    """Return places to stay away from; each part is also tried without the others."""
    place, town, near = (_crowded(chance, among) for _ in range(3))
    return Avoidance(
        codes=frozenset(chance.choice([{str(place.id)}, place.areas[:1], {"none"}])),
        towns=frozenset({str(town.id)} if chance.random() < 0.5 else ()),
        near=frozenset({str(near.id)} if chance.random() < 0.5 else ()),
        centres=frozenset(
            (each.latitude, each.longitude) for each in (place, town) if chance.random() < 0.6
        ),
    )
