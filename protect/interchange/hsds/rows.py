"""Rows as the database has them: fields are named and ordered as the columns that are read."""

from __future__ import annotations

from datetime import date, datetime
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


class PhoneRow(NamedTuple):
    service_id: UUID
    id: UUID
    number: str
    kind: str
    cost: str
    shown_on_bill: str
    works_without_credit: str


class ScheduleRow(NamedTuple):
    service_id: UUID
    id: UUID
    channel: str
    expression: str
    by_appointment: bool
    note: str


class LanguageRow(NamedTuple):
    service_id: UUID
    id: UUID
    language_id: str
    how: str
    window: str
    lead_minutes: int | None
    interpreter_gender: str
    from_outside: bool | None
    note: str


class CriterionRow(NamedTuple):
    service_id: UUID
    id: UUID
    kind: str
    operator: str
    values: list[str]
    minimum: int | None
    maximum: int | None
    answer: str
    note: str


class AreaRow(NamedTuple):
    service_id: UUID
    id: UUID
    country_id: str | None
    area_id: str | None
    place_id: int | None
    radius_km: int | None


class DocumentRow(NamedTuple):
    service_id: UUID
    id: UUID
    document: str
    note: str


class CostRow(NamedTuple):
    service_id: UUID
    id: UUID
    kind: str
    note: str


class AccessRow(NamedTuple):
    service_id: UUID
    id: UUID
    kind: str
    answer: str
    note: str


class ClinicalRow(NamedTuple):
    service_id: UUID
    act: str
    window_hours: int
    checked: date | None


class CapacityRow(NamedTuple):
    service_id: UUID
    available: int
    maximum: int | None
    updated_at: datetime
    expires_at: datetime


class UnitRow(NamedTuple):
    service_id: UUID
    id: UUID
    adult_gender: str
    children: int
    oldest_boy: int | None
    answer: str
    expires_at: datetime


class CheckRow(NamedTuple):
    service_id: UUID
    id: UUID
    fact: str
    verdict: str
    method: str
    at: datetime
    next_check: datetime


class SiteRow(NamedTuple):
    """A public place of a service. A protected one is never read."""

    service_id: UUID
    id: UUID
    location_id: UUID
    location__place_id: int | None
    location__latitude: float | None
    location__longitude: float | None
    location__is_exact: bool
    location__address: str
    location__postal_code: str
    location__city: str
    location__zone: str


class Entry(NamedTuple):
    """A service with all that hangs on it. `related` is by the name that store.reading gives."""

    service: ServiceRow
    organisation: OrganisationRow
    related: dict[str, list[Any]]
    successor: UUID | None = None
