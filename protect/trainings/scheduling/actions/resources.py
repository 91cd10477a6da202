"""Actions on resources that sessions can book. Each resource belongs to one organisation."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.scheduling.actions.bookings import lock_resources
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Away, Resource, Session, Suitability, Travel, Venue

type Fields = Mapping[str, Any]

# The editable fields of all resources, of people only, and of venues only.
SHARED_FIELDS = ("name", "is_active")
PERSON_FIELDS = ("user", "email", "mail_language_id")
VENUE_FIELDS = (
    *("place_id", "address", "capacity", "is_step_free", "has_private_room"),
    *("is_shareable", "set_up", "clear_away"),
)


@transaction.atomic
def add_resource(
    scope: Scope, organisation: Organisation, kind: ResourceKind, fields: Fields, *, at: datetime
) -> Resource:
    """Add a resource. Errors: PermissionDenied."""
    audit = access.planner_context(scope, organisation.pk, at=at)
    values = _select_fields(fields, SHARED_FIELDS + PERSON_FIELDS)
    row = Resource.objects.create(organisation=organisation, kind=kind, created=at, **values)
    if kind is ResourceKind.VENUE:
        Venue.objects.create(resource=row, **_select_fields(fields, VENUE_FIELDS))
    row.languages.set(fields.get("languages", ()))
    audit.record("trainings.resource_add", row)
    return row


@transaction.atomic
def edit_resource(scope: Scope, resource: Resource, fields: Fields, *, at: datetime) -> Resource:
    """Change a resource; a venue's calendars get a new version. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    row = lock_resources([resource.pk])[0]
    old_calendar_fields = _calendar_fields(row)
    _update_fields(row, _select_fields(fields, SHARED_FIELDS + PERSON_FIELDS))
    if row.kind == ResourceKind.VENUE:
        _update_fields(row.venue, _select_fields(fields, VENUE_FIELDS))
        if old_calendar_fields != _calendar_fields(row):
            upcoming_sessions = Session.objects.not_cancelled().filter(
                venue=row.venue, ends_at__gt=at
            )
            upcoming_sessions.update(sequence=F("sequence") + 1, changed_at=at)
    if "languages" in fields:
        row.languages.set(fields["languages"])
    audit.record("trainings.resource_edit", row)
    return row


@transaction.atomic
def add_absence(
    scope: Scope, resource: Resource, starts_at: datetime, ends_at: datetime, *, at: datetime
) -> Away:
    """Record when a person is away or a venue closed; bookings stay. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    lock_resources([resource.pk])
    row, _ = Away.objects.get_or_create(resource=resource, starts_at=starts_at, ends_at=ends_at)
    audit.record("trainings.away", resource)
    return row


@transaction.atomic
def delete_absence(scope: Scope, resource: Resource, absence_id: int, *, at: datetime) -> None:
    """Delete an absence or closure. Safe to repeat. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    lock_resources([resource.pk])
    if resource.away.filter(pk=absence_id).delete()[0]:
        audit.record("trainings.away_end", resource)


@transaction.atomic
def record_proof(
    scope: Scope, resource: Resource, kind: str, shown_on: date, expires_on: date, *, at: datetime
) -> Suitability:
    """Record a person's proof, in place of an older one of its kind. Errors: PermissionDenied."""
    audit = access.planner_context(scope, resource.organisation_id, at=at)
    lock_resources([resource.pk])
    values = {"shown_on": shown_on, "expires_on": expires_on, "noted_by_id": scope.user_id}
    row, _ = Suitability.objects.update_or_create(resource=resource, kind=kind, defaults=values)
    audit.record("trainings.suitable", resource)
    return row


@transaction.atomic
def set_travel_time(
    scope: Scope, venue: Venue, other: Venue, minutes: int, *, at: datetime
) -> None:
    """Record the travel time between two venues in whole minutes; 0 deletes the record. Errors:
    PermissionDenied, also if another organisation owns a venue."""
    audit = access.planner_context(scope, venue.resource.organisation_id, at=at)
    access.must_belong_to(audit.organisation, other)
    first, second = sorted((venue.pk, other.pk))
    lock_resources([first, second])
    if minutes:
        values = {"minutes": minutes}
        Travel.objects.update_or_create(first_id=first, second_id=second, defaults=values)
    else:
        Travel.objects.filter(first=first, second=second).delete()
    audit.record("trainings.way", venue)


def _calendar_fields(row: Resource) -> tuple[Any, ...]:
    """Return the fields of a resource that its sessions' calendars show."""
    venue = row.venue if row.kind == ResourceKind.VENUE else None
    return (row.name, venue and venue.place_id, venue and venue.address)


def _select_fields(fields: Fields, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: fields[name] for name in names if name in fields}


def _update_fields(row: Resource | Venue, fields: Fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    if fields:
        row.save(update_fields=[name.removesuffix("_id") for name in fields])
