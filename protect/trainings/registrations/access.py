"""Access to registrations and participants, by own links too."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import hosts_where, the_one, token_hash
from protect.trainings.registrations.models import Participant, PersonDoubt, Registration
from protect.trainings.registrations.queries import RegistrationQuerySet


def registrations_of(scope: Scope) -> RegistrationQuerySet:
    """Return the registrations that this user decides about."""
    return Registration.objects.filter(
        edition__host__in=hosts_where(scope, Permission.PLAN_TRAININGS)
    )


def get_registration(scope: Scope, pk: UUID) -> Registration:
    """Return a registration about which this person decides, all loaded. Errors: Http404."""
    rows = registrations_of(scope).select_related(
        "edition__host", "edition__course_version", "participant", "sender"
    )
    return the_one(rows.filter(pk=pk))


def get_participant(scope: Scope, pk: UUID) -> Participant:
    """Return a participant of the trainings that this user coordinates. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return the_one(Participant.objects.filter(pk=pk, host__in=hosts, erased_at=None))


def doubts_of(scope: Scope) -> QuerySet[PersonDoubt]:
    """Return the possible duplicates that this user decides about."""
    return PersonDoubt.objects.filter(first__host__in=hosts_where(scope, Permission.PLAN_TRAININGS))


def get_doubt(scope: Scope, pk: UUID) -> PersonDoubt:
    """Return a possible duplicate that this user decides about. Errors: Http404."""
    return the_one(doubts_of(scope).filter(pk=pk))


def get_own(token: str) -> Registration:
    """Return the registration to which a participant's own link leads. Errors: Http404."""
    rows: QuerySet[Registration] = Registration.objects.select_related(
        "edition__host", "edition__course_version", "participant", "sender"
    )
    return the_one(rows.filter(token_hash=token_hash(token)))


def get_registration_by_feed(token: str) -> Registration:
    """Return the registration of a calendar feed's token. Errors: Http404."""
    rows = Registration.objects.select_related("edition__host", "edition__course_version")
    return the_one(rows.filter(feed_hash=token_hash(token)))
