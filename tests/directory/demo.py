"""Writes the invented services of tests/data/demo_services.toml into the database."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from protect.directory.enums import AddressReaders, Answer, Fact, Method, Status, Verdict
from protect.directory.models import (
    Accessibility,
    ClinicalOffer,
    CostOption,
    Criterion,
    DirectoryVersion,
    FactCheck,
    LanguageOffered,
    Location,
    Organisation,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Unit,
)
from protect.kernel.ids import short_code, stable_uuid
from protect.reference.models import Place

FILE = Path(__file__).resolve().parents[1] / "data" / "demo_services.toml"
TUESDAY = datetime.fromisoformat("2026-11-24T10:00:00+01:00")
INTERVAL = 90  # days from a check to the next

# For each state: verdicts, newest first, and how many days ago the newest was.
STATES: dict[str, tuple[int, tuple[Verdict, ...]]] = {
    "fresh": (10, (Verdict.CONFIRMED,)),
    "due": (100, (Verdict.CONFIRMED,)),
    "overdue": (150, (Verdict.CONFIRMED,)),
    "expired": (300, (Verdict.CONFIRMED,)),
    "disputed": (1, (Verdict.DISPUTED, Verdict.CONFIRMED)),
    "one_failed": (1, (Verdict.NOT_REACHED, Verdict.CONFIRMED)),
    "two_failed": (1, (Verdict.NOT_REACHED, Verdict.NOT_REACHED, Verdict.CONFIRMED)),
}


def load(at: datetime = TUESDAY) -> dict[str, Service]:
    """Store all services with checks dated relative to `at`. The places must be stored already."""
    with FILE.open("rb") as file:
        tables = tomllib.load(file)
    towns = tables.pop("towns")
    DirectoryVersion.objects.get_or_create(pk=1)
    return {code: _service(code, row, towns, at) for code, row in tables.items()}


def _service(code: str, row: dict[str, Any], towns: dict[str, int], at: datetime) -> Service:
    key = stable_uuid("service", "demo", code)
    service = Service.objects.create(
        id=key,
        source="demo",
        source_id=code,
        short=short_code("service", str(key)),
        organisation=_organisation(row["country"], at),
        country_id=row["country"],
        name=row["name"],
        scope=row.get("scope", "local"),
        status=row.get("status", Status.PUBLISHED),
        released_at=at if row.get("status", Status.PUBLISHED) == Status.PUBLISHED else None,
        modes=row["modes"],
        area_note=row.get("area_note", ""),
        professionals_only=row.get("professionals_only", False),
        address_audience=_audience(row),
        coarse_area_id=row.get("cell"),
        last_modified=at,
    )
    service.categories.set(row["categories"])
    if "town" in row:
        _locate(service, row, Place.objects.get(pk=towns[row["town"]]))
    for each in _nested(service, row, towns, at):
        each.save(force_insert=True)
    return service


def _organisation(country: str, at: datetime) -> Organisation:
    return Organisation.objects.get_or_create(
        source="demo",
        source_id=country,
        defaults={
            "name": f"Demo Organisation {country}",
            "country_id": country,
            "last_modified": at,
        },
    )[0]


def _audience(row: dict[str, Any]) -> str:
    if "shelter" in row["categories"]:
        return AddressReaders.NEVER_STORED
    return str(row.get("address_audience", AddressReaders.PUBLIC))


def _locate(service: Service, row: dict[str, Any], place: Place) -> None:
    location = Location.objects.create(
        organisation=service.organisation,
        place=place,
        latitude=place.latitude,
        longitude=place.longitude,
        is_exact="address" in row,
        address=row.get("address", ""),
        city=place.name,
        zone=place.zone,
        audience=service.address_audience,
    )
    ServiceAtLocation.objects.create(service=service, location=location)


def _nested(
    service: Service, row: dict[str, Any], towns: dict[str, int], at: datetime
) -> Iterator[Any]:
    yield from _reached(service, row)
    for model, key in NESTED.items():
        yield from (model(service=service, **fields) for fields in row.get(key, ()))
    yield from (_area(service, area, towns) for area in row.get("areas", ()))
    yield from (RequiredDocument(service=service, document=it) for it in row.get("documents", ()))
    yield from (CostOption(service=service, kind=kind) for kind in row.get("costs", ()))
    for kind, answer in row.get("access", {}).items():
        yield Accessibility(service=service, kind=kind, answer=Answer(answer))
    yield from _rooms(service, row, at)
    yield from _checks(service, row, at)


NESTED: dict[Any, str] = {Criterion: "criteria", ClinicalOffer: "clinical"}


def _reached(service: Service, row: dict[str, Any]) -> Iterator[Any]:
    for position, number in enumerate(row.get("phones", ())):
        kind, _, digits = number.rpartition(":")
        yield Phone(service=service, position=position, number=digits, kind=kind or "voice")
    for channel, key in (("visit", "visit"), ("phone", "phone_hours")):
        if key in row:
            flag = row.get("by_appointment", False)
            yield Schedule(
                service=service, channel=channel, expression=row[key], by_appointment=flag
            )
    for spoken in row.get("languages", ()):
        others = {key: value for key, value in spoken.items() if key != "language"}
        yield LanguageOffered(service=service, language_id=spoken["language"], **others)


def _area(service: Service, area: dict[str, Any], towns: dict[str, int]) -> ServiceArea:
    return ServiceArea(
        service=service,
        country_id=area.get("country"),
        area_id=area.get("area"),
        place_id=towns[area["place"]] if "place" in area else None,
        radius_km=area.get("radius_km"),
    )


def _rooms(service: Service, row: dict[str, Any], at: datetime) -> Iterator[Any]:
    if capacity := row.get("capacity"):
        yield ServiceCapacity(
            service=service,
            available=capacity["available"],
            updated_at=at - timedelta(hours=14),
            expires_at=at + timedelta(hours=capacity["hours"]),
        )
    for room in row.get("rooms", ()):
        fields = {key: value for key, value in room.items() if key != "hours"}
        expires_at = at + timedelta(hours=room["hours"])
        yield Unit(service=service, expires_at=expires_at, **fields)


def _checks(service: Service, row: dict[str, Any], at: datetime) -> Iterator[FactCheck]:
    for fact, state in row.get("checks", {}).items():
        days, verdicts = STATES[state]
        for age, verdict in enumerate(verdicts):
            checked = at - timedelta(days=days + 5 * age)
            yield FactCheck(
                service=service,
                fact=Fact(fact),
                verdict=verdict,
                method=Method.CALL,
                at=checked,
                next_check=checked + timedelta(days=INTERVAL),
            )
