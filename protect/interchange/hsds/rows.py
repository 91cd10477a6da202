"""Rows as the database has them: fields are named and ordered as the columns that are read.

The rows of a fact stand in its file in `directory.facts`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class OrganisationRow(NamedTuple):
    """An organisation that runs services."""

    id: UUID
    name: str
    description: str
    website: str
    identifiers: list[dict[str, str]]


class ServiceRow(NamedTuple):
    """A service alone. What is for the desk is not read at all: notes, sources, routes."""

    id: UUID
    organisation_id: UUID
    country_id: str
    name: str
    description: str
    text_language_id: str
    status: str
    scope: str
    modes: list[str]
    email: str
    website: str
    audience_note: str
    how_to_access: str
    restrictions: str
    area_note: str
    maximum_stay_days: int | None
    admission_conditions: str
    address_audience: str
    coarse_area_id: str | None
    last_modified: datetime


class CategoryRow(NamedTuple):
    service_id: UUID
    category_id: str


class CheckRow(NamedTuple):
    service_id: UUID
    id: UUID
    fact: str
    verdict: str
    method: str
    at: datetime
    next_check: datetime


class Entry(NamedTuple):
    """A service with all that hangs on it. `related` is by the name that store.reading gives."""

    service: ServiceRow
    organisation: OrganisationRow
    related: dict[str, list[Any]]
    successor: UUID | None = None
