"""Who may open registrations and participants; own links, too."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import hosts_where, the_one, token_hash
from protect.trainings.registrations.models import Participant, PersonDoubt, Registration
from protect.trainings.registrations.queries import RegistrationQuerySet


def registrations_of(scope: Scope) -> RegistrationQuerySet:
    """Return the registrations about which somebody decides."""
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
    """Return somebody of the trainings for which this person plans. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return the_one(Participant.objects.filter(pk=pk, host__in=hosts, erased_at=None))


def doubts_of(scope: Scope) -> QuerySet[PersonDoubt]:
    """Return the pairs about which somebody decides whether they are one person."""
    return PersonDoubt.objects.filter(first__host__in=hosts_where(scope, Permission.PLAN_TRAININGS))


def get_doubt(scope: Scope, pk: UUID) -> PersonDoubt:
    """Return a pair about which this person decides. Errors: Http404."""
    return the_one(doubts_of(scope).filter(pk=pk))


def get_own(token: str) -> Registration:
    """Return the registration to which somebody's own link leads. Errors: Http404."""
    rows: QuerySet[Registration] = Registration.objects.select_related(
        "edition__host", "edition__course_version", "participant", "sender"
    )
    return the_one(rows.filter(token_hash=token_hash(token)))


def get_registration_by_feed(token: str) -> Registration:
    """Return whose half days a calendar's link holds. Errors: Http404."""
    rows = Registration.objects.select_related("edition__host", "edition__course_version")
    return the_one(rows.filter(feed_hash=token_hash(token)))
