"""The search index of the database's services; only changed ones are read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import batched
from threading import Lock
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.models import DirectoryVersion, Phone, Service, ServiceAtLocation
from protect.directory.queries import Stamp
from protect.directory.search.index import Entry, Index, digits, folded
from protect.reference.lookup import store as places

CHUNK = 2000  # services read at a time


@dataclass(frozen=True, slots=True)
class _Loaded:
    version: int
    stamps: Mapping[UUID, Stamp]
    index: Index


class _Current:
    """The newest index. Threads share it; one of them at a time renews it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: _Loaded | None = None

    def get(self) -> Index:
        with self._lock:
            number = DirectoryVersion.objects.filter(pk=1).values_list("number", flat=True).first()
            if self._loaded is None or self._loaded.version != number:
                self._loaded = _renewed(self._loaded, number or 0)
            return self._loaded.index

    def forget(self) -> None:
        """Drop what is remembered."""
        self._loaded = None


CURRENT = _Current()


def find(typed: str) -> list[UUID]:
    """Return the services that match the typed words. The caller checks who may see them."""
    return CURRENT.get().find(typed)


def forget() -> None:
    """Drop the cache, after the tables were reloaded."""
    CURRENT.forget()


def _renewed(current: _Loaded | None, number: int) -> _Loaded:
    """Read again what has changed. A change that was committed late is seen by its own moment."""
    stamps = Service.objects.all().stamps()
    if current is None:
        return _Loaded(number, stamps, Index({}).renewed(_read(Service.objects.all())))
    changed = [key for key, stamp in stamps.items() if current.stamps.get(key) != stamp]
    index = current.index.without(current.stamps.keys() - stamps.keys())
    return _Loaded(number, stamps, index.renewed(_read_some(changed)))


def _read_some(keys: Iterable[UUID]) -> Iterator[Entry]:
    for some in batched(keys, CHUNK, strict=False):
        yield from _read(Service.objects.filter(pk__in=some))


def _read(rows: QuerySet[Service]) -> Iterator[Entry]:
    numbers, towns = _by_service(rows)
    columns = ("pk", "name", "organisation__name", "short", "coarse_area")
    for key, name, organisation, short, cell in rows.values_list(*columns).iterator(CHUNK):
        area = places.areas()[cell].name if cell else ""
        yield Entry(
            key, folded([name, organisation, short, area, *towns[key]]), digits(numbers[key])
        )


def _by_service(rows: QuerySet[Service]) -> tuple[dict[UUID, list[str]], dict[UUID, list[str]]]:
    """Return numbers and towns by service. A protected service has no town."""
    numbers: dict[UUID, list[str]] = defaultdict(list)
    towns: dict[UUID, list[str]] = defaultdict(list)
    keys = rows.values("pk")
    phones = Phone.objects.filter(service__in=keys).values_list("service", "number")
    for service, number in phones.iterator(CHUNK):
        numbers[service].append(number)
    sites = ServiceAtLocation.objects.filter(service__in=keys)
    named = sites.values_list("service", "location__city", "location__place")
    for service, city, place in named.iterator(CHUNK):
        row = places.rows().get(place) if place else None
        towns[service] += [city, *([row.name, *row.local_names] if row else [])]
    return numbers, towns
