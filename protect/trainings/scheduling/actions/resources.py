"""Resources that sessions can book. The organisation that plans with them keeps them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.scheduling.actions.bookings import lock
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Away, Resource, Session, Suitability, Travel, Venue

# What a form may say of anything, of people, and of rooms.
OF_ALL = ("name", "is_active")
OF_PEOPLE = ("user", "email", "mail_language_id")
OF_VENUES = (
    *("place_id", "address", "capacity", "is_step_free", "has_private_room"),
    *("is_shareable", "set_up", "clear_away"),
)


@transaction.atomic
def add(
    scope: Scope,
    organisation: Organisation,
    kind: ResourceKind,
    fields: Mapping[str, Any],
    *,
    at: datetime,
) -> Resource:
    """Add a resource. Errors: PermissionDenied."""
    audit = access.planner_context(scope, organisation.pk, at=at)
    row = Resource.objects.create(
        organisation=organisation, kind=kind, created=at, **_given(fields, OF_ALL + OF_PEOPLE)
    )
    if kind is ResourceKind.VENUE:
        Venue.objects.create(resource=row, **_given(fields, OF_VENUES))
    row.languages.set(fields.get("languages", ()))
    audit.record("trainings.resource_add", row)
    return row


@transaction.atomic
def edit(scope: Scope, resource: Resource, fields: Mapping[str, Any], *, at: datetime) -> Resource:
    """Change a resource; calendars hear of a venue's new address. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    row = lock([resource.pk])[0]
    stood = _calendar_fields(row)
    _put(row, _given(fields, OF_ALL + OF_PEOPLE))
    if row.kind == ResourceKind.VENUE:
        _put(row.venue, _given(fields, OF_VENUES))
        if stood != _calendar_fields(row):
            coming = Session.objects.standing().filter(venue=row.venue, ends_at__gt=at)
            coming.update(sequence=F("sequence") + 1, changed_at=at)
    if "languages" in fields:
        row.languages.set(fields["languages"])
    audit.record("trainings.resource_edit", row)
    return row


@transaction.atomic
def set_away(
    scope: Scope, resource: Resource, starts_at: datetime, ends_at: datetime, *, at: datetime
) -> Away:
    """Record an absence or a closure; existing bookings stay. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    lock([resource.pk])
    row, _ = Away.objects.get_or_create(resource=resource, starts_at=starts_at, ends_at=ends_at)
    audit.record("trainings.away", resource)
    return row


@transaction.atomic
def drop_away(scope: Scope, resource: Resource, number: int, *, at: datetime) -> None:
    """Delete an absence or closure. Safe to repeat. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    lock([resource.pk])
    if resource.away.filter(pk=number).delete()[0]:
        audit.record("trainings.away_end", resource)


@transaction.atomic
def show_suitable(
    scope: Scope, resource: Resource, kind: str, shown_on: date, expires_on: date, *, at: datetime
) -> Suitability:
    """Record a proof of a person, in place of an older one. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    lock([resource.pk])
    values = {"shown_on": shown_on, "expires_on": expires_on, "noted_by_id": scope.user_id}
    row, _ = Suitability.objects.update_or_create(resource=resource, kind=kind, defaults=values)
    audit.record("trainings.suitable", resource)
    return row


@transaction.atomic
def set_way(scope: Scope, venue: Venue, other: Venue, minutes: int, *, at: datetime) -> None:
    """Note how long the way between two venues takes; 0 forgets it.
    Units: whole minutes. Errors: PermissionDenied, also for another organisation's venue."""
    audit = access.planner_context(scope, venue.resource.organisation_id, at=at)
    access.must_be_of(audit.organisation, other)
    first, second = sorted((venue.pk, other.pk))
    lock([first, second])
    if minutes:
        Travel.objects.update_or_create(
            first_id=first, second_id=second, defaults={"minutes": minutes}
        )
    else:
        Travel.objects.filter(first=first, second=second).delete()
    audit.record("trainings.way", venue)


def _calendar_fields(row: Resource) -> tuple[Any, ...]:
    venue = row.venue if row.kind == ResourceKind.VENUE else None
    return (row.name, venue and venue.place_id, venue and venue.address)


def _given(fields: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: fields[name] for name in names if name in fields}


def _put(row: Resource | Venue, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    if fields:
        row.save(update_fields=[name.removesuffix("_id") for name in fields])
