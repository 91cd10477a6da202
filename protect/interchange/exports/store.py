"""Read the services for an export. Only this module decides what each reader may receive."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.directory import models, service_models
from protect.directory.enums import AddressReaders, Readers
from protect.directory.protection import addresses, text_checks
from protect.interchange.hsds import entries, schedules
from protect.reference.lookup import store as lookup

CHUNK = 500  # services read at a time
DEMO_NOTICE = (  # in English, like all text of a file that does not come from a service
    "DEMONSTRATION - nothing here was checked, and some of it is invented. Do not rely on it."
)
MEMBERS_NOTICE = "For members of the platform: not to be published."


class ExportRequest(NamedTuple):
    """The readers and filters of an export. Units: ISO 3166-1 alpha-2, our codes, BCP 47."""

    readers: Readers = Readers.PUBLIC
    countries: tuple[str, ...] = ()
    area: str = ""
    category: str = ""
    language: str = ""


class ExportHeader(NamedTuple):
    """The time and the readers of an export, and whether it is demo data."""

    at: datetime
    readers: Readers
    is_demo: bool

    @property
    def notice(self) -> str:
        """Return the warning at the top of a file; empty for a public file of a live system."""
        for_members = MEMBERS_NOTICE if self.readers == Readers.MEMBERS else ""
        return " ".join(filter(None, (DEMO_NOTICE if self.is_demo else "", for_members)))


class ExtraFields(NamedTuple):
    """Columns that `entries.ServiceRow` lacks, by `id`. The last two are blank for the public."""

    id: UUID
    short: str
    source_id: str
    professionals_only: bool
    referral_route: str
    reply_days: int | None


class ExportedService(NamedTuple):
    """A service with all data of it that the readers of an export may receive."""

    entry: entries.Entry
    extra: ExtraFields
    context: schedules.HoursContext


def select_services(
    request: ExportRequest, *, with_withdrawn: bool = False
) -> service_models.ServiceQuerySet:
    """Return services for an export; `with_withdrawn` adds suspended and withdrawn ones."""
    rows = models.Service.objects.for_readers(request.readers, include_removed=with_withdrawn)
    if request.countries:
        rows = rows.filter(country__in=request.countries)
    if request.category:
        links = models.Service.categories.through._default_manager.filter(category=request.category)
        rows = rows.filter(pk__in=links.values("service"))
    if request.language:
        language_rows = models.LanguageOffered.objects.filter(language=request.language)
        rows = rows.filter(pk__in=language_rows.values("service"))
    if request.area:
        rows = rows.filter(_in_area(request.area))
    return rows.order_by("country", "pk")


def read_services(
    services: service_models.ServiceQuerySet, readers: Readers, at: datetime
) -> Iterator[ExportedService]:
    """Yield services in their order, with a fixed number of queries for each CHUNK."""
    all_entries = entries.read_entries(services, for_members=readers == Readers.MEMBERS)
    for chunk in batched(all_entries, CHUNK, strict=False):
        extras = _read_extra_fields([entry.service.id for entry in chunk], readers)
        for entry in chunk:
            if extra := extras.get(entry.service.id):  # else deleted between two queries
                country, sites = entry.service.country_id, entry.related["sites"]
                context = schedules.hours_context_of(country, sites, at)
                if entry.service.address_audience != AddressReaders.PUBLIC:
                    route = text_checks.drop_address_sentences(extra.referral_route)
                    extra = extra._replace(referral_route=route)
                yield ExportedService(entries.without_protected_places(entry), extra, context)


def file_name(header: ExportHeader, request: ExportRequest, suffix: str) -> str:
    """Return a descriptive file name: `demo-services-public-mt-2026-11-24.csv`."""
    parts = [
        "demo" if header.is_demo else "",
        "services",
        header.readers.value,
        *(country.lower() for country in request.countries),
        request.area.lower(),
        request.category,
        request.language.lower(),
        f"{header.at:%Y-%m-%d}",
    ]
    return "-".join(filter(None, parts)) + suffix


def _read_extra_fields(ids: Iterable[UUID], readers: Readers) -> dict[UUID, ExtraFields]:
    """Return fields by service id; for the public without referral route and reply time."""
    services = models.Service.objects.filter(pk__in=ids).order_by("pk")
    rows = map(ExtraFields._make, services.values_list(*ExtraFields._fields))
    if readers == Readers.MEMBERS:
        return {row.id: row for row in rows}
    return {row.id: row._replace(referral_route="", reply_days=None) for row in rows}


def _in_area(area: str) -> Q:
    """Return the condition that a service is in an area, or names it or a part of it as served; to
    name a larger area is not enough. A protected service counts by its coarse area."""
    codes = [code for code in lookup.areas() if area in lookup.area_chain(code)]
    sites = addresses.public_locations().filter(location__place__area__in=codes).values("service")
    is_public = Q(service__address_audience=AddressReaders.PUBLIC)
    coarse = set(lookup.coarse_areas(lookup.areas()[area].country_id)).intersection(codes)
    areas = models.ServiceArea.objects.filter(
        is_public & (Q(area__in=codes) | Q(place__area__in=codes)) | Q(area__in=coarse)
    )
    return Q(pk__in=sites) | Q(pk__in=areas.values("service")) | Q(coarse_area__in=codes)
