"""Access to registrations, participants, nominating organisations and name lists. A foreign and a
missing object give the same 404, also by a link. Source: docs/adr/0028-links-without-account.md."""

from uuid import UUID

from django.db.models import QuerySet

from protect.kernel.ids import hash_token
from protect.orgs.enums import OrganisationState
from protect.orgs.scope import Scope
from protect.trainings.base.access import first_or_404, planned_hosts
from protect.trainings.registrations import models
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition


def _with_relations() -> QuerySet[models.Registration]:
    loaded = ("edition__host", "edition__course_version", "participant", "sender")
    return models.Registration.objects.select_related(*loaded)


def visible_registrations(scope: Scope) -> models.RegistrationQuerySet:
    """Return the registrations of the editions that this user plans."""
    return models.Registration.objects.filter(edition__host__in=planned_hosts(scope))


def get_registration(scope: Scope, pk: UUID) -> models.Registration:
    """Return a registration that this user decides about, with related rows. Errors: Http404."""
    return first_or_404(_with_relations().filter(pk=pk, edition__host__in=planned_hosts(scope)))


def get_participant(scope: Scope, pk: UUID) -> models.Participant:
    """Return a participant, not erased, of a host for which this user plans. Errors: Http404."""
    people = models.Participant.objects.filter(host__in=planned_hosts(scope), erased_at=None)
    return first_or_404(people.filter(pk=pk))


def possible_duplicates(scope: Scope) -> QuerySet[models.PersonDoubt]:
    """Return the pairs, decided or not, that this user decides about."""
    return models.PersonDoubt.objects.filter(first__host__in=planned_hosts(scope))


def get_possible_duplicate(scope: Scope, pk: UUID) -> models.PersonDoubt:
    """Return a possible duplicate that this user decides about. Errors: Http404."""
    return first_or_404(possible_duplicates(scope).filter(pk=pk))


def get_registration_by_token(token: str) -> models.Registration:
    """Return the registration of a participant's own link. Errors: Http404."""
    return first_or_404(_with_relations().filter(token_hash=hash_token(token)))


def get_registration_by_feed(token: str) -> models.Registration:
    """Return the registration of a calendar feed. Errors: Http404."""
    return first_or_404(_with_relations().filter(feed_hash=hash_token(token)))


def get_public_edition(code: str) -> Edition:
    """Return an active host's edition by its code, unless only planned. Errors: Http404."""
    rows = Edition.objects.of_active_hosts().select_related("host", "course_version__course")
    return first_or_404(rows.filter(code=code).exclude(state=EditionState.PLANNED))


def visible_senders(scope: Scope) -> QuerySet[models.Sender]:
    """Return the nominating organisations of the hosts for which a user plans."""
    return models.Sender.objects.filter(kept_by__in=planned_hosts(scope))


def get_sender(scope: Scope, pk: UUID) -> models.Sender:
    """Return a nominating organisation of a host for which this user plans. Errors: Http404."""
    return first_or_404(visible_senders(scope).select_related("kept_by", "country").filter(pk=pk))


def get_sender_by_token(token: str) -> models.Sender:
    """Return the nominating organisation of a link, if its host is active. Errors: Http404."""
    rows = models.Sender.objects.select_related("kept_by", "country")
    active = OrganisationState.ACTIVE
    return first_or_404(rows.filter(token_hash=hash_token(token), kept_by__state=active))


def _rosters_with_relations() -> QuerySet[models.Roster]:
    loaded = ("edition__host", "edition__course_version", "sender")
    return models.Roster.objects.select_related(*loaded)


def get_roster(scope: Scope, pk: UUID) -> models.Roster:
    """Return a list of names for an edition that this user coordinates. Errors: Http404."""
    return first_or_404(
        _rosters_with_relations().filter(pk=pk, edition__host__in=planned_hosts(scope))
    )


def get_sender_roster(sender: models.Sender, pk: UUID) -> models.Roster:
    """Return a list of names that a nominating organisation sent by its link. Errors: Http404."""
    return first_or_404(_rosters_with_relations().filter(pk=pk, sender=sender, actor=None))
