"""The question of a person. What she left out is None, and no condition."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from protect.directory.enums import Access, Mode

DEFAULT_LIMIT = 5
LARGEST_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Where:
    """Where she is: a settlement, a point, or no more than a country."""

    country: str | None = None  # ISO 3166-1 alpha-2
    latitude: float | None = None  # degrees, WGS84
    longitude: float | None = None  # degrees, WGS84
    areas: tuple[str, ...] = ()  # codes, from the smallest to the largest
    place: int | None = None  # GeoNames id

    @property
    def is_point(self) -> bool:
        return self.latitude is not None and self.longitude is not None


@dataclass(frozen=True, slots=True)
class Child:
    age: int | None = None  # whole years
    gender: str | None = None  # f, m, x


@dataclass(frozen=True, slots=True)
class Person:
    """The person in need. An empty set or tuple is an answer ("no papers"); None is not."""

    gender: str | None = None  # f, m, x
    age: int | None = None  # whole years
    children: tuple[Child, ...] | None = None
    legal_status: str | None = None  # codes of statuses.toml
    documents: frozenset[str] | None = None  # codes of documents.toml that she has
    access: frozenset[Access] = frozenset()  # what she needs
    groups: frozenset[str] | None = None  # codes of groups.toml


@dataclass(frozen=True, slots=True)
class Wishes:
    silence: bool | None = None  # no disclosure; None: assumed if papers are lacking or unstated
    worker_gender: str | None = None  # f, m, x
    avoid: tuple[str, ...] = ()  # codes of areas, or GeoNames ids, where she must not be seen
    cannot_speak: bool = False  # only what can be written


@dataclass(frozen=True, slots=True)
class Question:
    """One question, complete: nothing else decides its answer but the directory itself."""

    needs: tuple[str, ...]  # codes of needs.toml; any of them
    at: datetime  # aware
    where: Where | None = None
    languages: tuple[str, ...] = ()  # BCP 47, best first
    person: Person = field(default_factory=Person)
    modes: frozenset[Mode] = frozenset()  # empty = any
    wishes: Wishes = field(default_factory=Wishes)
    hours_since_event: int | None = None
    limit: int = DEFAULT_LIMIT
