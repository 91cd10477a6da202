"""Invented services in the database: "Demo …", over real settlements, with what hangs on most."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from django.core.management import call_command
from django.db.models import Model

from protect.directory.models import (
    Criterion,
    DirectoryVersion,
    FactCheck,
    LanguageOffered,
    Location,
    Organisation,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from protect.kernel.ids import stable_uuid
from protect.reference import actions
from protect.reference.models import Place
from tests.matching import pools

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CHUNK = 2000
HOUSES = 500  # organisations
CATEGORIES = ("psychosocial", "legal", "health", "helpline", "housing")
LANGUAGES = ("en", "fr", "ar", "ti", "so", "uk")


def fill(count: int) -> None:
    """Make the tables, load the places and write so many services."""
    call_command("migrate", verbosity=0)
    actions.load_data(lambda loaded: None)
    DirectoryVersion.objects.get_or_create(pk=1)
    chance = random.Random(7)
    places = list(Place.objects.order_by("-population")[:3000])
    houses = [_house(number) for number in range(HOUSES)]
    Organisation.objects.bulk_create(houses)
    for numbers in batched(range(count), CHUNK, strict=False):
        _write([_rows(number, chance, places, houses) for number in numbers])


def _house(number: int) -> Organisation:
    return Organisation(
        id=stable_uuid("bench", "house", str(number)),
        source="bench",
        source_id=str(number),
        name=f"Demo House {number}",
        country_id="BE",
        last_modified=AT,
    )


def _write(entries: list[list[Model]]) -> None:
    by_model: dict[type[Model], list[Any]] = {}
    for rows in entries:
        for row in rows:
            by_model.setdefault(type(row), []).append(row)
    for model, rows in by_model.items():
        model._default_manager.bulk_create(rows)


def _rows(
    number: int, chance: random.Random, places: list[Place], houses: list[Organisation]
) -> list[Model]:
    place, house = chance.choice(places), chance.choice(houses)
    at = AT - timedelta(minutes=number)
    service = Service(
        id=stable_uuid("bench", "service", str(number)),
        short=f"{number:06}",
        source="bench",
        source_id=str(number),
        organisation=house,
        country_id=place.country_id,
        name=f"Demo Service {number}",
        description="Listens & helps with the next steps. Invented for measuring. " * 2,
        status="published",
        released_at=at,
        last_modified=at,
        modes=["in_person", "phone"],
        website="https://demo.example/",
        how_to_access="Call first, or come in the morning.",
    )
    return [service, *_where(service, house, place), *_what(service, number, chance)]


def _where(service: Service, house: Organisation, place: Place) -> Iterator[Model]:
    location = Location(
        id=stable_uuid("bench", "location", str(service.pk)),
        organisation=house,
        place=place,
        latitude=place.latitude,
        longitude=place.longitude,
        address="Demo Street 1",
        city=place.name,
        zone=place.zone,
    )
    yield location
    yield ServiceAtLocation(service=service, location=location)
    yield ServiceArea(service=service, area_id=place.area_id)


def _what(service: Service, number: int, chance: random.Random) -> Iterator[Model]:
    category = chance.choice(CATEGORIES)
    through = Service.categories.through
    yield through(service_id=service.pk, category_id=category)
    yield Phone(service=service, number=f"+3200{number:07}")
    hours = chance.choice(pools.patterns()) or ""
    yield Schedule(service=service, channel="visit", expression=hours)
    for tag in chance.sample(LANGUAGES, 3):
        yield LanguageOffered(service=service, language_id=tag)
    yield Criterion(service=service, kind="age", operator="range", minimum=18)
    yield Criterion(service=service, kind="legal_status", operator="all")
    yield Criterion(service=service, kind="tells_police", operator="answer", answer="no")
    for fact in ("phone", "eligibility"):
        yield FactCheck(
            service=service,
            fact=fact,
            verdict="confirmed",
            method="call",
            at=AT,
            next_check=AT + timedelta(days=60),
        )
