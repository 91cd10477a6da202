"""Search of services by name, town, number or short code, despite a typing error.
The index is kept in memory and refreshed when the version of the directory has changed."""

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

MAXIMUM_RESULTS = 2000  # services
SHORTEST_WORD_WITH_TYPO = 4  # letters; in a shorter word one error makes another word
SHORTEST_NUMBER = 3  # digits of a query that is searched as a phone number
MAXIMUM_QUERY_LENGTH = 120  # characters of a query
WORD = re.compile(r"\w+")
NUMBER_PATTERN = re.compile(r"\+?[\d\s()./-]+")


class IndexEntry(NamedTuple):
    key: UUID
    text: str  # folded: name, organisation, short code, coarse area, towns
    digits: str  # of all its phone numbers, separated by blanks


class NameIndex:
    """An immutable search index of services: its methods return changed copies."""

    def __init__(self, entries: Mapping[UUID, IndexEntry]) -> None:
        self._entries = entries

    def with_entries(self, changed: Iterable[IndexEntry]) -> "NameIndex":
        """Return an index with these entries added or replaced."""
        return NameIndex({**self._entries, **{entry.key: entry for entry in changed}})

    def without_services(self, removed: Collection[UUID]) -> "NameIndex":
        """Return an index without these services; the same index if there is nothing to remove."""
        if not removed:
            return self
        return NameIndex({key: entry for key, entry in self._entries.items() if key not in removed})

    def find(self, query: str) -> list[UUID]:
        """Return the ids of services with the typed number or with all typed words, at most
        MAXIMUM_RESULTS. If none has all words, long words may have one typing error each."""
        text = query.strip()[:MAXIMUM_QUERY_LENGTH]
        entries = self._entries.items()
        if number := _typed_number(text):
            return [key for key, entry in entries if number in entry.digits][:MAXIMUM_RESULTS]
        words = WORD.findall(fold(text))
        if not words:
            return []
        if exact := [key for key, entry in entries if all(word in entry.text for word in words)]:
            return exact[:MAXIMUM_RESULTS]
        return sorted(set.intersection(*map(self._services_with_word, words)))[:MAXIMUM_RESULTS]

    def _services_with_word(self, word: str) -> set[UUID]:
        """Return ids of services with `word`: a short one anywhere, else with up to one error."""
        if len(word) < SHORTEST_WORD_WITH_TYPO:
            return {key for key, entry in self._entries.items() if word in entry.text}
        near = process.extract(
            word, self._sorted_words, scorer=OSA.distance, score_cutoff=1, limit=None
        )
        return {key for spelling, _, _ in near for key in self._words[spelling]}

    @cached_property
    def _words(self) -> dict[str, list[UUID]]:
        """The ids of services by each word of their texts."""
        keys_by_word: dict[str, list[UUID]] = defaultdict(list)
        for key, entry in self._entries.items():
            for word in set(WORD.findall(entry.text)):
                keys_by_word[word].append(key)
        return dict(keys_by_word)

    @cached_property
    def _sorted_words(self) -> list[str]:
        return sorted(self._words)


def fold_parts(parts: Iterable[str]) -> str:
    """Join texts and fold case and accents, as the index stores them."""
    return fold(" ".join(part for part in parts if part))


def join_digits(numbers: Iterable[str]) -> str:
    """Return the digits of phone numbers, separated by blanks."""
    return " ".join("".join(filter(str.isdigit, number)) for number in numbers)


def _typed_number(text: str) -> str:
    """Return the digits of a query that is a phone number, without leading zeros; else ""."""
    number = join_digits([text]).lstrip("0") if NUMBER_PATTERN.fullmatch(text) else ""
    return number if len(number) >= SHORTEST_NUMBER else ""


CHUNK = 2000  # services read at a time


@dataclass(frozen=True, slots=True)
class _LoadedIndex:
    version: int
    stamps: Mapping[UUID, Stamp]
    index: NameIndex


class _IndexCache:
    """The current index, shared by threads. A lock lets one thread at a time refresh it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: _LoadedIndex | None = None

    def get(self) -> NameIndex:
        with self._lock:
            number = DirectoryVersion.objects.filter(pk=1).values_list("number", flat=True).first()
            if self._loaded is None or self._loaded.version != number:
                self._loaded = _refresh_index(self._loaded, number or 0)
            return self._loaded.index

    def clear(self) -> None:
        """Drop the index, so that the next search builds it again."""
        self._loaded = None


INDEX_CACHE = _IndexCache()


def find(query: str) -> list[UUID]:
    """Return the ids of matching services. The caller must check which ones the user may see."""
    return INDEX_CACHE.get().find(query)


def _refresh_index(current: _LoadedIndex | None, version: int) -> _LoadedIndex:
    """Return the index with changed services read again; by stamps, so that late commits count."""
    stamps = Service.objects.all().stamps()
    if current is None:
        index = NameIndex({}).with_entries(_read_entries(Service.objects.all()))
        return _LoadedIndex(version, stamps, index)
    changed = [key for key, stamp in stamps.items() if current.stamps.get(key) != stamp]
    index = current.index.without_services(current.stamps.keys() - stamps.keys())
    chunks = (Service.objects.filter(pk__in=keys) for keys in batched(changed, CHUNK, strict=False))
    entries = (entry for rows in chunks for entry in _read_entries(rows))
    return _LoadedIndex(version, stamps, index.with_entries(entries))


def _read_entries(rows: QuerySet[Service]) -> Iterator[IndexEntry]:
    numbers, towns = _numbers_and_towns(rows)
    names = ("name", "official_name", "organisation__name", "organisation__official_name", "short")
    for key, cell, *named in rows.values_list("pk", "coarse_area", *names).iterator(CHUNK):
        text = fold_parts([*named, area_name(cell), *towns[key]])
        yield IndexEntry(key, text, join_digits(numbers[key]))


def _numbers_and_towns(
    rows: QuerySet[Service],
) -> tuple[dict[UUID, list[str]], dict[UUID, list[str]]]:
    """Return phone numbers and towns by service; no town if the address is never stored."""
    numbers: dict[UUID, list[str]] = defaultdict(list)
    towns: dict[UUID, list[str]] = defaultdict(list)
    keys = rows.values("pk")
    phones = Phone.objects.filter(service__in=keys).values_list("service", "number")
    for service, number in phones.iterator(CHUNK):
        numbers[service].append(number)
    sites = ServiceAtLocation.objects.filter(service__in=keys)
    named = sites.values_list("service", "location__city", "location__place")
    for service, city, place in named.iterator(CHUNK):
        row = places.place_rows().get(place) if place else None
        towns[service] += [city, *([row.name, *row.local_names] if row else [])]
    return numbers, towns
