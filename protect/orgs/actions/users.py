"""Accounts: users change their profile, operators suspend and reactivate, time deletes."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import access, enums, errors, rules
from protect.orgs.actions import details, memberships, throttle
from protect.orgs.models import Invitation, Membership, Organisation, User
from protect.orgs.scope import Scope


@transaction.atomic
def change_profile(scope: Scope, *, name: str, language: str, at: datetime) -> User:
    """Change the user's own name and language. Errors: PermissionDenied; detail_invalid."""
    new_values = {"name": details.name(name), "language": details.language(language)}
    locked = User.objects.select_for_update(no_key=True).get(pk=access.who(scope))
    changed = {field: new for field, new in new_values.items() if getattr(locked, field) != new}
    if changed:
        for field, value in changed.items():
            setattr(locked, field, value)
        locked.save(update_fields=changed.keys())
        audit = AuditContext(at=at, actor=locked.pk, organisation=None)
        audit.record("orgs.change_profile", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def suspend_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Suspend an account: it cannot sign in or do anything until it is reactivated. It stands in
    the history of each of their organisations, too. The vault calls this: sessions end in the same
    transaction. Errors: PermissionDenied; account_move_not_allowed; last_administrator."""
    access.must(scope, enums.Permission.OPERATE)
    memberships.lock_operators()
    locked = _lock(user)
    if locked.suspended_at:
        raise errors.OrganisationRefusal("account_move_not_allowed")
    memberships.must_leave_operators(user=locked)
    _suspend(scope, "suspend_user", locked, at, suspended_at=at)
    access.notify([locked], "suspended", at=at)
    return locked


@transaction.atomic
def reactivate_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Reactivate an account. Errors: PermissionDenied; account_move_not_allowed."""
    access.must(scope, enums.Permission.OPERATE)
    locked = _lock(user)
    if not locked.suspended_at:
        raise errors.OrganisationRefusal("account_move_not_allowed")
    _suspend(scope, "reactivate_user", locked, at, suspended_at=None)
    return locked


def _suspend(
    scope: Scope, action: str, user: User, at: datetime, *, suspended_at: datetime | None
) -> None:
    """Suspend or reactivate; record it in organisations' chains, then in the platform's."""
    user.suspended_at, user.is_active = suspended_at, suspended_at is None
    user.save(update_fields=["suspended_at", "is_active"])
    places = Membership.objects.live().filter(user=user).values("organisation")
    for organisation in Organisation.objects.filter(pk__in=places).order_by("pk"):
        scope.audit(organisation.pk, at=at).record(f"orgs.{action}", user)
    scope.audit(None, at=at).record(f"orgs.{action}", user, chain=PLATFORM)


def _lock(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


class Forgotten(NamedTuple):
    """How many rows were deleted, and how many accounts were emptied."""

    attempts: int
    invitations: int
    people: int


@transaction.atomic
def forget_accounts(*, at: datetime) -> Forgotten:
    """Delete what is past its retention. An emptied account keeps its id, which the audit names."""
    return Forgotten(throttle.forget_attempts(at=at), _invitations(at), _people(at))


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
