"""Actions on accounts: users change their profile, operators suspend, old accounts are emptied."""

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
    values = {"name": details.validate_name(name)}
    values |= {"language": details.validate_language(language)}
    locked = User.objects.select_for_update(no_key=True).get(pk=access.must_be_signed_in(scope))
    changed = {field: new for field, new in values.items() if getattr(locked, field) != new}
    if changed:
        for field, value in changed.items():
            setattr(locked, field, value)
        locked.save(update_fields=changed.keys())
        audit = AuditContext(at=at, actor=locked.pk, organisation=None)
        audit.record("orgs.change_profile", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def suspend_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Suspend an account and mail its user: it cannot sign in or act until it is reactivated.
    Histories of the user's organisations show the suspension. The vault calls this and ends the
    sessions too. Errors: PermissionDenied; account_move_not_allowed; last_administrator."""
    access.must(scope, enums.Permission.OPERATE)
    memberships.lock_operators()
    locked = _lock_user(user)
    if locked.suspended_at:
        raise errors.OrganisationRefusal("account_move_not_allowed")
    memberships.must_keep_an_operator(user=locked)
    _set_suspension(scope, "suspend_user", locked, at, suspended_at=at)
    access.notify([locked], "suspended", at=at)
    return locked


@transaction.atomic
def reactivate_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Reactivate an account. Errors: PermissionDenied; account_move_not_allowed."""
    access.must(scope, enums.Permission.OPERATE)
    locked = _lock_user(user)
    if not locked.suspended_at:
        raise errors.OrganisationRefusal("account_move_not_allowed")
    _set_suspension(scope, "reactivate_user", locked, at, suspended_at=None)
    return locked


def _set_suspension(
    scope: Scope, action: str, user: User, at: datetime, *, suspended_at: datetime | None
) -> None:
    """Set or clear a suspension; record it in the organisations' chains and the platform's."""
    user.suspended_at, user.is_active = suspended_at, suspended_at is None
    user.save(update_fields=["suspended_at", "is_active"])
    user_memberships = Membership.objects.live().filter(user=user).values("organisation")
    for organisation in Organisation.objects.filter(pk__in=user_memberships).order_by("pk"):
        scope.audit(organisation.pk, at=at).record(f"orgs.{action}", user)
    scope.audit(None, at=at).record(f"orgs.{action}", user, chain=PLATFORM)


def _lock_user(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


class DeletedCounts(NamedTuple):
    attempts: int
    invitations: int
    people: int  # accounts that were emptied; they are not deleted


@transaction.atomic
def forget_accounts(*, at: datetime) -> DeletedCounts:
    """Delete old attempts and invitations, and empty old accounts; their ids stay for the audit."""
    attempts = throttle.delete_old_attempts(at=at)
    return DeletedCounts(attempts, _delete_old_invitations(at), _empty_former_members(at))


def _delete_old_invitations(at: datetime) -> int:
    before = at - rules.INVITATIONS_RETENTION
    ended = Q(accepted_at__lte=before) | Q(revoked_at__lte=before) | Q(expires__lte=before)
    return Invitation.objects.filter(ended).delete()[0]


def _empty_former_members(at: datetime) -> int:
    before = at - rules.PEOPLE_RETENTION
    user_memberships = Membership.objects.filter(user=OuterRef("pk"))
    memberships_kept = user_memberships.filter(Q(ended_at=None) | Q(ended_at__gt=before))
    accounts = User.objects.filter(~Exists(memberships_kept), created__lte=before)
    accounts = accounts.exclude(email__endswith=rules.EMPTIED_ADDRESS_SUFFIX)
    users = list(accounts.select_for_update(no_key=True).order_by("pk"))
    for user in users:
        _empty_account(user, at)
    for user in users:
        audit = AuditContext(at=at, actor=None, organisation=None)
        audit.record("orgs.forget_user", user, chain=PLATFORM)
    return len(users)


def _empty_account(user: User, at: datetime) -> None:
    """Remove name, address and password of an account, and suspend it."""
    user.email, user.name = f"{user.pk}{rules.EMPTIED_ADDRESS_SUFFIX}", ""
    user.password, user.last_login = make_password(None), None
    user.is_active, user.suspended_at = False, user.suspended_at or at
    fields = ["email", "name", "password", "last_login", "is_active", "suspended_at"]
    user.save(update_fields=fields)
