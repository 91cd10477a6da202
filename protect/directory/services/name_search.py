"""Search of services by name, town, number or short code, with one typing error allowed.
Kept in memory and renewed when the directory's version has moved on, as the match is."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import batched
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from rapidfuzz import process
from rapidfuzz.distance import OSA

from protect.directory.facts.sentences import area_name
from protect.directory.models import DirectoryVersion, Phone, Service, ServiceAtLocation
from protect.directory.service_models import Stamp
from protect.reference.lookup import store as places
from protect.reference.lookup.fold import fold

MOST = 2000  # services: for fewer, the user types one word more
SHORTEST_TYPO = 4  # letters; below, one slip makes another word
SHORTEST_NUMBER = 3  # digits
LONGEST = 120  # characters of what is typed
WORD = re.compile(r"\w+")
DIGITS = re.compile(r"\+?[\d\s()./-]+")


class Entry(NamedTuple):
    key: UUID
    text: str  # folded: name, organisation, towns, short code
    digits: str  # of its numbers, a blank between two


class Index:
    """Entries, never changed: `renewed` returns another."""

    def __init__(self, entries: Mapping[UUID, Entry]) -> None:
        self._entries = entries

    def renewed(self, changed: Iterable[Entry]) -> "Index":
        """Return an index in which some entries are new or different."""
        return Index({**self._entries, **{each.key: each for each in changed}})

    def without(self, gone: Collection[UUID]) -> "Index":
        """Return an index without these entries; itself where it has none of them."""
        if not gone:
            return self
        return Index({key: each for key, each in self._entries.items() if key not in gone})

    def find(self, typed: str) -> list[UUID]:
        """Return the services that hold every word of what was typed, MOST at most.
        A word of four letters or more may hold one slip, where nothing holds it as it is."""
        text = typed.strip()[:LONGEST]
        if number := _number(text):
            return [key for key, each in self._entries.items() if number in each.digits][:MOST]
        words = WORD.findall(fold(text))
        if not words:
            return []
        entries = self._entries.items()
        if exact := [key for key, each in entries if all(word in each.text for word in words)]:
            return exact[:MOST]
        return sorted(set.intersection(*map(self._holding, words)))[:MOST]

    def _holding(self, word: str) -> set[UUID]:
        """Return the services with a word that differs by one typing error at most."""
        if len(word) < SHORTEST_TYPO:
            return {key for key, each in self._entries.items() if word in each.text}
        near = process.extract(
            word, self._spellings, scorer=OSA.distance, score_cutoff=1, limit=None
        )
        return {key for spelling, _, _ in near for key in self._words[spelling]}

    @cached_property
    def _words(self) -> dict[str, list[UUID]]:
        keys_by_word: dict[str, list[UUID]] = defaultdict(list)
        for key, each in self._entries.items():
            for word in set(WORD.findall(each.text)):
                keys_by_word[word].append(key)
        return dict(keys_by_word)

    @cached_property
    def _spellings(self) -> list[str]:
        return sorted(self._words)


def folded(parts: Iterable[str]) -> str:
    """Return words as they are looked for."""
    return fold(" ".join(part for part in parts if part))


def digits(numbers: Iterable[str]) -> str:
    """Return the digits of numbers, a blank between two."""
    return " ".join("".join(filter(str.isdigit, each)) for each in numbers)


def _number(text: str) -> str:
    """Return the digits of a number that was typed, without what is dialled only at home."""
    number = digits([text]).lstrip("0") if DIGITS.fullmatch(text) else ""
    return number if len(number) >= SHORTEST_NUMBER else ""


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
    chunks = (Service.objects.filter(pk__in=keys) for keys in batched(changed, CHUNK, strict=False))
    return _Loaded(number, stamps, index.renewed(each for rows in chunks for each in _read(rows)))


def _read(rows: QuerySet[Service]) -> Iterator[Entry]:
    numbers, towns = _by_service(rows)
    columns = ("pk", "name", "organisation__name", "short", "coarse_area")
    for key, name, organisation, short, cell in rows.values_list(*columns).iterator(CHUNK):
        text = folded([name, organisation, short, area_name(cell), *towns[key]])
        yield Entry(key, text, digits(numbers[key]))


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
