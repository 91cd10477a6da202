"""Deletes what is past its retention: sign-in counters, ended invitations, accounts of leavers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import rules
from protect.orgs.actions.throttle import forget_attempts
from protect.orgs.models import Invitation, Membership, User


class Forgotten(NamedTuple):
    """How many rows were deleted, and how many accounts were emptied."""

    attempts: int
    invitations: int
    people: int


@transaction.atomic
def forget_accounts(*, at: datetime) -> Forgotten:
    """Delete what docs/data-classes.md keeps no longer. Needs no key; safe to run again.

    An account that is emptied keeps its id, which the audit names; it signs in no more.
    """
    return Forgotten(forget_attempts(at=at), _invitations(at), _people(at))


def _invitations(at: datetime) -> int:
    before = at - rules.INVITATIONS_KEPT
    ended = Q(accepted_at__lte=before) | Q(revoked_at__lte=before) | Q(expires__lte=before)
    return Invitation.objects.filter(ended).delete()[0]


def _people(at: datetime) -> int:
    before = at - rules.PEOPLE_KEPT
    places = Membership.objects.filter(user=OuterRef("pk"))
    kept = places.filter(Q(ended_at=None) | Q(ended_at__gt=before))
    old = User.objects.filter(~Exists(kept), created__lte=before)
    gone = old.exclude(email__endswith=rules.GONE)
    people = list(gone.select_for_update(no_key=True).order_by("pk"))
    for user in people:
        _empty(user, at)
    for user in people:
        audit = AuditContext(at=at, actor=None, organisation=None)
        audit.record("orgs.forget_user", user, chain=PLATFORM)
    return len(people)


def _empty(user: User, at: datetime) -> None:
    user.email, user.name = f"{user.pk}{rules.GONE}", ""
    user.password, user.last_login = make_password(None), None
    user.is_active, user.suspended_at = False, user.suspended_at or at
    user.save(
        update_fields=["email", "name", "password", "last_login", "is_active", "suspended_at"]
    )
