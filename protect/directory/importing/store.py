"""Drafts against the database: compared, then written in batches, in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_noop as _

from protect.directory.enums import Audience, Status
from protect.directory.errors import TablesOutdated
from protect.directory.importing import drafts
from protect.directory.importing.atlas import Atlas, Region, regions
from protect.directory.importing.drafts import Draft, Read
from protect.directory.importing.places import TOWN_RADIUS_KM
from protect.directory.importing.reading import Table
from protect.directory.importing.report import Fate, Report, Row
from protect.directory.importing.troubles import Code, Trouble
from protect.directory.models import (
    CostOption,
    Criterion,
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
from protect.kernel.ids import short_code, stable_uuid
from protect.reference import vocabulary
from protect.reference.lookup.coarse import coarse_cell
from protect.reference.lookup.index import PlaceRow
from protect.reference.lookup.store import areas, places, rows
from protect.reference.models import Category, Country, Language, Place, Term

FRESH = frozenset({Fate.CREATED, Fate.UPDATED})
BATCH = 500  # rows between two reports of progress


@dataclass(frozen=True, slots=True)
class Known:
    """A service of this source as the database has it."""

    key: UUID
    digest: str
    country: str
    is_edited: bool  # or checked: an import must not overwrite it
    is_listed: bool  # neither withdrawn nor merged into another entry


def import_table(
    table: Table, *, publish: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Create and update the services of a table. Rows with a fault change nothing."""
    known = known_of(table.source)
    taken = short_codes()
    told: list[Row] = []
    published = 0
    rows = drafts.read_all(table, atlas(), protected_of(table.source))
    for batch in batched(rows, BATCH):
        judged = [(read, *fate_of(read, table.source, known, taken)) for read in batch]
        fresh = {Fate.CREATED, Fate.UPDATED}
        changed = [
            (read.draft, fate) for read, fate, _old in judged if read.draft and fate in fresh
        ]
        published += write(table.source, changed, publish=publish, at=at)
        told += [
            Row(read.line, read.source_id, fate, troubles, read.cells)
            for read, fate, troubles in judged
        ]
        say(len(told), len(table.lines))
    seen = {row.source_id for row in told}
    return Report(tuple(told), published, len(known.keys() - seen))


def atlas() -> Atlas:
    """Return the places and areas of the database.

    Errors: TablesOutdated, when the tables lack what the vocabularies have.
    """
    must_be_loaded()
    settlements: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in rows().values():
        settlements[row.country].append(row)
    found = (
        Region(area.code, area.country_id, area.level, (area.name, *area.names.split("|")))
        for area in areas().values()
    )
    return Atlas(places(), settlements, regions(found), _coarse(settlements))


def must_be_loaded() -> None:
    """Refuse to import where `protect load-data` has not been run since the data changed.

    Errors: TablesOutdated.
    """
    expected: tuple[tuple[type[Term], Iterable[str]], ...] = (
        (Language, vocabulary.languages()),
        (Country, vocabulary.countries()),
        (Category, vocabulary.categories()),
    )
    for model, codes in expected:
        missing = set(codes) - set(model._default_manager.values_list("code", flat=True))
        if missing:
            raise TablesOutdated(table=model.__name__, missing=min(missing))
    if not areas():
        raise TablesOutdated(table=Place.__name__, missing="all")


def service_id(source: str, source_id: str) -> UUID:
    """Return the id under which a row of a source is known for ever."""
    return stable_uuid("service", source, source_id)


def _coarse(settlements: Mapping[str, Sequence[PlaceRow]]) -> Callable[[PlaceRow], str | None]:
    """Return what tells the coarse area of a settlement, None when only its country is coarse."""
    parents = {code: area.parent_id for code, area in areas().items()}

    @cache
    def cell(place: PlaceRow) -> str | None:
        found = coarse_cell(place, settlements[place.country], parents)
        return found if found in parents else None

    return cell


def known_of(source: str) -> dict[str, Known]:
    """Return the services of a source, by their ids there."""
    checks = FactCheck.objects.filter(service__source=source)
    checked = set(checks.values_list("service_id", flat=True))
    columns = ("id", "source_id", "source_digest", "country_id", "version", "source_version")
    standing = ("status", "merged_into_id")
    return {
        source_id: Known(
            key,
            digest,
            country,
            version > imported or key in checked,
            status != Status.WITHDRAWN and merged is None,
        )
        for key, source_id, digest, country, version, imported, status, merged in (
            Service.objects.filter(source=source).values_list(*columns, *standing)
        )
    }


def protected_of(source: str) -> frozenset[str]:
    """Return the ids at a source of services whose address is never stored."""
    rows = Service.objects.filter(source=source, address_audience=Audience.NEVER_STORED)
    return frozenset(rows.values_list("source_id", flat=True))


def short_codes() -> dict[str, UUID]:
    """Return every short address with the service that it belongs to."""
    return dict(Service.objects.values_list("short", "id"))


def fate_of(
    read: Read, source: str, known: Mapping[str, Known], taken: dict[str, UUID]
) -> tuple[Fate, tuple[Trouble, ...]]:
    """Return what becomes of a row beside what the directory has, and what to look at.

    `taken`: `short_codes`; a new service adds its own.
    """
    if read.is_reference:
        return Fate.REFERENCE, read.troubles
    if read.draft is None:
        return Fate.ERROR, read.troubles
    old = known.get(read.source_id)
    if old is None:
        return _fate_of_new(read, source, taken)
    if old.digest == read.draft.digest:
        return Fate.UNCHANGED, read.troubles
    return (Fate.CONFLICT if old.is_edited else Fate.UPDATED), read.troubles


def _fate_of_new(
    read: Read, source: str, taken: dict[str, UUID]
) -> tuple[Fate, tuple[Trouble, ...]]:
    """Refuse a second service at one short address: printed addresses must stay."""
    key = service_id(source, read.source_id)
    other = taken.setdefault(short_code("service", str(key)), key)
    if other == key:
        return Fate.CREATED, read.troubles
    clash = Trouble(
        Code.SHORT_CODE_TAKEN,
        "source_id",
        _("Its short address belongs to another service."),
        _("give the row another source_id."),
        refuses=True,
    )
    return Fate.ERROR, (*read.troubles, clash)


def write(
    source: str, changed: Sequence[tuple[Draft, Fate]], *, publish: bool, at: datetime
) -> int:
    """Create and update services, in the caller's transaction. Return how many are published."""
    if not changed:
        return 0
    all_drafts = [draft for draft, _ in changed]
    _write_organisations(source, all_drafts, at)
    old = [service_id(source, draft.source_id) for draft, fate in changed if fate is Fate.UPDATED]
    _clear(old)
    new = [
        _service(source, draft, at, show=publish and draft.is_trusted)
        for draft, fate in changed
        if fate is Fate.CREATED
    ]
    Service.objects.bulk_create(new)
    for draft, fate in changed:
        if fate is Fate.UPDATED:
            _update(source, draft, at)
    _write_nested(source, all_drafts)
    return sum(service.status == Status.PUBLISHED for service in new)


def _write_organisations(source: str, found: Sequence[Draft], at: datetime) -> None:
    named = {_organisation_key(source, draft): draft for draft in found}
    Organisation.objects.bulk_create(
        [_organisation(source, draft, at) for draft in named.values()],
        ignore_conflicts=True,  # a name that is there stays as it is
    )


def _organisation_key(source: str, draft: Draft) -> UUID:
    return stable_uuid("organisation", source, draft.country, draft.organisation)


def _organisation(source: str, draft: Draft, at: datetime) -> Organisation:
    named = f"{draft.country}\x1f{draft.organisation}"
    return Organisation(
        id=_organisation_key(source, draft),
        source=source,
        source_id=sha256(named.encode()).hexdigest()[:32],
        name=draft.organisation,
        country_id=draft.country,
        last_modified=at,
    )


def _service(source: str, draft: Draft, at: datetime, *, show: bool) -> Service:
    key = service_id(source, draft.source_id)
    return Service(
        id=key,
        short=short_code("service", str(key)),
        source=source,
        source_id=draft.source_id,
        status=Status.PUBLISHED if show else Status.REVIEW,
        released_at=at if show else None,
        last_modified=at,
        **_fields(source, draft),
    )


def _update(source: str, draft: Draft, at: datetime) -> None:
    """Write a draft over a service. Who may see where it is stays as narrow as it was."""
    service = Service.objects.get(pk=service_id(source, draft.source_id))
    fields = _fields(source, draft)
    if service.address_audience == Audience.NEVER_STORED:
        fields |= {"coarse_area_id": draft.coarse_area or service.coarse_area_id}
    if service.address_audience != Audience.PUBLIC:
        fields |= {"address_audience": service.address_audience}
    for name, value in fields.items():
        setattr(service, name, value)
    service.version += 1
    service.source_version = service.version
    service.last_modified = at
    service.save()


def _fields(source: str, draft: Draft) -> dict[str, Any]:
    return {
        **draft.texts,
        "organisation_id": _organisation_key(source, draft),
        "country_id": draft.country,
        "scope": draft.scope,
        "modes": list(draft.modes),
        "professionals_only": draft.professionals_only,
        "address_audience": Audience.NEVER_STORED if draft.is_shelter else Audience.PUBLIC,
        "coarse_area_id": draft.coarse_area,
        "source_digest": draft.digest,
    }


def _clear(services: Sequence[UUID]) -> None:
    """Forget what the last import wrote about these services."""
    locations = list(
        ServiceAtLocation.objects.filter(service__in=services).values_list("location", flat=True)
    )
    Service.categories.through._default_manager.filter(service__in=services).delete()
    ServiceAtLocation.objects.filter(service__in=services).delete()
    for model, _row_of in NESTED:
        model._default_manager.filter(service__in=services).delete()
    Location.objects.filter(pk__in=locations, services=None).delete()


def _write_nested(source: str, found: Sequence[Draft]) -> None:
    pairs = [(service_id(source, draft.source_id), draft) for draft in found]
    through = Service.categories.through
    through._default_manager.bulk_create(
        through(service_id=key, category_id=code)
        for key, draft in pairs
        for code in draft.categories
    )
    locations = list(_locations(source, pairs))
    Location.objects.bulk_create(locations)
    written = {location.id for location in locations}
    ServiceAtLocation.objects.bulk_create(
        ServiceAtLocation(service_id=key, location_id=_location_id(key))
        for key, _draft in pairs
        if _location_id(key) in written
    )
    for nested in NESTED:
        model, row_of = nested
        model._default_manager.bulk_create(
            model(service_id=key, **row) for key, draft in pairs for row in row_of(draft)
        )


def _location_id(service: UUID) -> UUID:
    return stable_uuid("location", str(service))


def _locations(source: str, pairs: Sequence[tuple[UUID, Draft]]) -> Iterator[Location]:
    named = {draft.spot.place.id for _, draft in pairs if draft.spot and draft.spot.place}
    zones = dict(Place.objects.filter(pk__in=named).values_list("id", "zone"))
    kept = Service.objects.filter(pk__in=[key for key, _draft in pairs])
    audiences = dict(kept.values_list("id", "address_audience"))
    for key, draft in pairs:
        audience = audiences[key]
        if audience != Audience.NEVER_STORED and (spot := draft.spot):
            place = spot.place.id if spot.place else None
            yield Location(
                id=_location_id(key),
                organisation_id=_organisation_key(source, draft),
                place_id=place,
                latitude=spot.latitude,
                longitude=spot.longitude,
                address=spot.address,
                postal_code=spot.postal_code,
                city=spot.city,
                audience=audience,
                zone=zones.get(place or 0) or vocabulary.countries()[draft.country].zone,
            )


def _phones(draft: Draft) -> Iterator[dict[str, Any]]:
    for position, phone in enumerate(draft.phones):
        yield {"position": position, "number": phone.number, "kind": phone.kind}


def _schedules(draft: Draft) -> Iterator[dict[str, Any]]:
    if draft.opening:
        yield draft.opening._asdict()


def _languages(draft: Draft) -> Iterator[dict[str, Any]]:
    for spoken in draft.languages:
        yield {"language_id": spoken.language, "window": spoken.window}


def _criteria(draft: Draft) -> Iterator[dict[str, Any]]:
    for condition in draft.conditions:
        yield {**condition._asdict(), "values": list(condition.values)}


def _costs(draft: Draft) -> Iterator[dict[str, Any]]:
    if draft.price:
        yield draft.price._asdict()


def _areas(draft: Draft) -> Iterator[dict[str, Any]]:
    for reach in draft.areas:
        yield {
            "country_id": reach.country,
            "area_id": reach.area,
            "place_id": reach.place,
            "radius_km": TOWN_RADIUS_KM if reach.place else None,
        }


NESTED: tuple[tuple[type[Model], Callable[[Draft], Iterable[dict[str, Any]]]], ...] = (
    (Phone, _phones),
    (Schedule, _schedules),
    (LanguageOffered, _languages),
    (Criterion, _criteria),
    (CostOption, _costs),
    (ServiceArea, _areas),
)
