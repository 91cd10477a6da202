"""Access to registrations, participants, nominating organisations and their lists.
Foreign and missing things give one and the same 404, also by the links of people without account.
Source: docs/adr/0028-links-without-account.md."""

from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import OrganisationState
from protect.orgs.scope import Scope
from protect.trainings.base.access import planned_hosts, the_one, token_hash
from protect.trainings.registrations import models
from protect.trainings.registrations.models import Registration, RegistrationQuerySet, Sender
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition


def _registrations() -> QuerySet[Registration]:
    loaded = ("edition__host", "edition__course_version", "participant", "sender")
    return Registration.objects.select_related(*loaded)


def registrations_of(scope: Scope) -> RegistrationQuerySet:
    """Return the registrations that this user decides about."""
    return Registration.objects.filter(edition__host__in=planned_hosts(scope))


def get_registration(scope: Scope, pk: UUID) -> Registration:
    """Return a registration about which this person decides, all loaded. Errors: Http404."""
    return the_one(_registrations().filter(pk=pk, edition__host__in=planned_hosts(scope)))


def get_participant(scope: Scope, pk: UUID) -> models.Participant:
    """Return a participant of the trainings that this user coordinates. Errors: Http404."""
    people = models.Participant.objects.filter(host__in=planned_hosts(scope), erased_at=None)
    return the_one(people.filter(pk=pk))


def doubts_of(scope: Scope) -> QuerySet[models.PersonDoubt]:
    """Return the possible duplicates that this user decides about."""
    return models.PersonDoubt.objects.filter(first__host__in=planned_hosts(scope))


def get_doubt(scope: Scope, pk: UUID) -> models.PersonDoubt:
    """Return a possible duplicate that this user decides about. Errors: Http404."""
    return the_one(doubts_of(scope).filter(pk=pk))


def get_own(token: str) -> Registration:
    """Return the registration to which a participant's own link leads. Errors: Http404."""
    return the_one(_registrations().filter(token_hash=token_hash(token)))


def get_registration_by_feed(token: str) -> Registration:
    """Return the registration of a calendar feed's token. Errors: Http404."""
    return the_one(_registrations().filter(feed_hash=token_hash(token)))


def get_open(code: str) -> Edition:
    """Return an edition that every visitor with its code may see. Errors: Http404."""
    rows = Edition.objects.of_active().select_related("host", "course_version__course")
    return the_one(rows.filter(code=code).exclude(state=EditionState.PLANNED))


def senders_of(scope: Scope) -> QuerySet[Sender]:
    """Return the organisations that send people to this person's trainings."""
    return Sender.objects.filter(kept_by__in=planned_hosts(scope))


def get_sender(scope: Scope, pk: UUID) -> Sender:
    """Return an organisation that sends people to this person's trainings. Errors: Http404."""
    return the_one(senders_of(scope).select_related("kept_by", "country").filter(pk=pk))


def get_sender_by(token: str) -> Sender:
    """Return the organisation to which a link for naming people was given. Errors: Http404."""
    rows = Sender.objects.select_related("kept_by", "country")
    active = OrganisationState.ACTIVE
    return the_one(rows.filter(token_hash=token_hash(token), kept_by__state=active))


def _rosters() -> QuerySet[models.Roster]:
    loaded = ("edition__host", "edition__course_version", "sender")
    return models.Roster.objects.select_related(*loaded)


def get_roster(scope: Scope, pk: UUID) -> models.Roster:
    """Return a list of names for an edition that this user coordinates. Errors: Http404."""
    return the_one(_rosters().filter(pk=pk, edition__host__in=planned_hosts(scope)))


def get_roster_by(sender: Sender, pk: UUID) -> models.Roster:
    """Return a list of names that came by a sender's own link. Errors: Http404."""
    return the_one(_rosters().filter(pk=pk, sender=sender, actor=None))
