"""The services of a file and its head: who may have what is decided here, once for all formats."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.directory import models, service_models
from protect.directory.enums import Audience, Readers
from protect.directory.protection import addresses, text_checks
from protect.interchange.hsds import entries, schedules
from protect.reference.lookup import store as lookup

CHUNK = 500  # services read at a time
# In English, as everything in a file that no reader wrote.
DEMONSTRATION = (
    "DEMONSTRATION - nothing here was checked, and some of it is invented. Do not rely on it."
)
FOR_MEMBERS = "For members of the platform: not to be published."


class Wanted(NamedTuple):
    """Which services. Units: ISO 3166-1 alpha-2, code of an area, of a category, BCP 47."""

    readers: Readers = Readers.PUBLIC
    countries: tuple[str, ...] = ()
    area: str = ""
    category: str = ""
    language: str = ""


class Head(NamedTuple):
    at: datetime
    readers: Readers
    is_demo: bool

    @property
    def notice(self) -> str:
        """Return what a reader must know first; blank for a public file of a live system."""
        for_members = FOR_MEMBERS if self.readers == Readers.MEMBERS else ""
        return " ".join(filter(None, (DEMONSTRATION if self.is_demo else "", for_members)))


class Extra(NamedTuple):
    """What no public interface has. `referral_route` is read for members alone."""

    id: UUID
    short: str
    source_id: str
    professionals_only: bool
    referral_route: str
    reply_days: int | None


class Exported(NamedTuple):
    """A service with all that may leave the platform with it."""

    entry: entries.Entry
    extra: Extra
    wall: schedules.Wall


def services(wanted: Wanted, *, with_gone: bool = False) -> service_models.ServiceQuerySet:
    """Return the services that are wanted; `with_gone` adds those that were taken off."""
    rows = models.Service.objects.for_readers(wanted.readers, with_gone=with_gone)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    if wanted.category:
        listed = models.Service.categories.through._default_manager.filter(category=wanted.category)
        rows = rows.filter(pk__in=listed.values("service"))
    if wanted.language:
        spoken = models.LanguageOffered.objects.filter(language=wanted.language)
        rows = rows.filter(pk__in=spoken.values("service"))
    if wanted.area:
        rows = rows.filter(_in_area(wanted.area))
    return rows.order_by("country", "pk")


def exported(
    services: service_models.ServiceQuerySet, readers: Readers, at: datetime
) -> Iterator[Exported]:
    """Yield services in their order. A few queries for each CHUNK, however many there are."""
    read = entries.read(services, for_members=readers == Readers.MEMBERS)
    for chunk in batched(read, CHUNK, strict=False):
        extras = _extras([entry.service.id for entry in chunk], readers)
        for entry in chunk:
            if extra := extras.get(entry.service.id):  # gone between two queries
                service = entry.service
                wall = schedules.wall_of(service.country_id, entry.related["sites"], at)
                if service.address_audience != Audience.PUBLIC:
                    extra = extra._replace(referral_route=text_checks.silent(extra.referral_route))
                yield Exported(entries.silenced(entry), extra, wall)


def file_name(head: Head, wanted: Wanted, suffix: str) -> str:
    """Return a descriptive file name: `demo-services-public-mt-2026-11-24.csv`."""
    parts = [
        "demo" if head.is_demo else "",
        "services",
        head.readers.value,
        *(country.lower() for country in wanted.countries),
        wanted.area.lower(),
        wanted.category,
        wanted.language.lower(),
        f"{head.at:%Y-%m-%d}",
    ]
    return "-".join(filter(None, parts)) + suffix


def _extras(ids: Iterable[UUID], readers: Readers) -> dict[UUID, Extra]:
    rows = models.Service.objects.filter(pk__in=ids).order_by("pk").values_list(*Extra._fields)
    extras = {row[0]: Extra._make(row) for row in rows}
    if readers == Readers.MEMBERS:
        return extras
    return {key: each._replace(referral_route="", reply_days=None) for key, each in extras.items()}


def _in_area(area: str) -> Q:
    """Return the condition that a service is in an area, or serves some of it by name.
    Where it is counts for public places alone; of a protected one only its coarse cell."""
    inside = [code for code in lookup.areas() if area in lookup.chain(code)]
    sites = addresses.public_sites().filter(location__place__area__in=inside)
    served = models.ServiceArea.objects.filter(Q(area__in=inside) | Q(place__area__in=inside))
    return (
        Q(pk__in=sites.values("service"))
        | Q(pk__in=served.values("service"))
        | Q(coarse_area__in=inside)
    )
