"""Links of people and organisations without an account, and the lists of names that they bring.

Foreign and missing things give one and the same 404, as in `access`.
Source: docs/adr/0028-links-without-account.md.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import hosts_where, the_one, token_hash
from protect.trainings.registrations.models import Registration, Roster, Sender
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.vault.match_keys import match_key

PURPOSE = "trainings.own"


def own_token(registration: Registration) -> str:
    """Return the token of a participant's own link, the same at each mail.

    The match key makes it of the row's random salt: neither the database nor the key alone opens a
    page, and another PROTECT_SECRET_KEY changes nothing. A higher `link_number` makes another one.
    Errors: MatchKeyMissing. Source: docs/adr/0038-own-links.md.
    """
    of = bytes(registration.link_salt) + registration.link_number.to_bytes(4)
    return urlsafe_b64encode(match_key(PURPOSE, of)).decode().rstrip("=")


def get_open(code: str) -> Edition:
    """Return an edition that every visitor with its code may see. Errors: Http404."""
    rows = Edition.objects.of_active().select_related("host", "course_version__course")
    return the_one(rows.filter(code=code).exclude(state=EditionState.PLANNED))


def senders_of(scope: Scope) -> QuerySet[Sender]:
    """Return the organisations that send people to this person's trainings."""
    return Sender.objects.filter(kept_by__in=hosts_where(scope, Permission.PLAN_TRAININGS))


def get_sender(scope: Scope, pk: UUID) -> Sender:
    """Return an organisation that sends people to this person's trainings. Errors: Http404."""
    return the_one(senders_of(scope).select_related("kept_by", "country").filter(pk=pk))


def get_sender_by(token: str) -> Sender:
    """Return the organisation to which a link for naming people was given. Errors: Http404."""
    rows = Sender.objects.select_related("kept_by", "country")
    active = OrganisationState.ACTIVE
    return the_one(rows.filter(token_hash=token_hash(token), kept_by__state=active))


def get_roster(scope: Scope, pk: UUID) -> Roster:
    """Return a list of names for an edition that this user coordinates. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return _roster(Roster.objects.filter(pk=pk, edition__host__in=hosts))


def get_roster_by(sender: Sender, pk: UUID) -> Roster:
    """Return a list of names that came by a sender's own link. Errors: Http404."""
    return _roster(Roster.objects.filter(pk=pk, sender=sender, actor=None))


def _roster(rows: QuerySet[Roster]) -> Roster:
    return the_one(rows.select_related("edition__host", "edition__course_version", "sender"))
