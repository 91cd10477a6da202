"""Closing of teams, organisations and accounts together with their keys, in one transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from protect.audit.context import AuditContext
from protect.orgs import actions as orgs, enums
from protect.orgs.models import Membership, Organisation, Team, User
from protect.orgs.scope import Scope
from protect.vault import models, rows
from protect.vault.enums import KeyState
from protect.vault.integrity import key_register, ledger
from protect.vault.sessions.authentication import end_sessions_of

RETIRED_TEAM, LEFT_ORGANISATION = "retired", "left"  # reasons in ledger lines about ends
# Tables whose rows are deleted with a user's last membership, besides password and wraps.
CREDENTIAL_MODELS = (models.TotpDevice, models.Passkey, models.ResetLink, models.Draft)


@transaction.atomic
def retire_team(scope: Scope, team: Team, *, at: datetime) -> Team:
    """End a team for good: its memberships, its keys, and the sessions of its members. Members
    without another membership lose their credentials. Records stay until their retention ends,
    unreadable, and nothing new is sealed. Errors: PermissionDenied; team_move_not_allowed."""
    rows.lock_team_keys([team.pk])
    retired = orgs.retire_team(scope, team, at=at)
    ended = Membership.objects.filter(team=team, end_reason=enums.EndReason.TEAM_RETIRED)
    _retire_keys_of_teams([retired], actor=scope.user_id, at=at)
    _end_access_of_departed(ended.order_by("pk"), at=at)
    return retired


@transaction.atomic
def leave_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """End an organisation for good: its teams, memberships and keys, and its members' sessions.
    Members who also work for another organisation sign in again. Records stay as in `retire_team`.
    Errors: PermissionDenied; organisation_move_not_allowed; last_administrator."""
    rows.lock_team_keys(organisation.teams.living().order_by("pk").values_list("pk", flat=True))
    left = orgs.leave_organisation(scope, organisation, at=at)
    retired = organisation.teams.filter(retired_at=at).order_by("pk")
    reason = enums.EndReason.ORGANISATION_LEFT
    ended = Membership.objects.filter(organisation=organisation, end_reason=reason)
    _retire_keys_of_teams(list(retired), actor=scope.user_id, at=at)
    ledger.append(ledger.Line("organisation", str(left.pk), at.isoformat(), LEFT_ORGANISATION))
    _end_access_of_departed(ended.order_by("pk"), at=at)
    return left


@transaction.atomic
def suspend_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """Suspend an organisation, and end the sessions of its members.
    Keys stay, but memberships give no access meanwhile. The ledger gets no line, because no
    membership ends. Errors: PermissionDenied; organisation_move_not_allowed."""
    suspended = orgs.suspend_organisation(scope, organisation, at=at)
    people = Membership.objects.live().filter(organisation=organisation)
    end_sessions(set(people.values_list("user", flat=True)), at=at)
    return suspended


@transaction.atomic
def suspend_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Suspend an account and end its sessions. The ledger gets no line: the account may reopen.
    Errors: PermissionDenied; account_move_not_allowed; last_administrator."""
    suspended = orgs.suspend_user(scope, user, at=at)
    end_sessions({user.pk}, at=at)
    return suspended


def _retire_keys_of_teams(teams: Collection[Team], *, actor: UUID | None, at: datetime) -> None:
    """Retire all keys of teams, delete what opens them, and note it in ledger and audit."""
    for team in teams:
        ledger.append(ledger.Line("team", str(team.pk), at.isoformat(), RETIRED_TEAM))
    keys = models.TeamKey.objects.filter(team__in=teams)
    delete_key_shares(keys)
    for team in teams:
        if keys.filter(team=team).exclude(state=KeyState.RETIRED).update(state=KeyState.RETIRED):
            audit = AuditContext(at=at, actor=actor, organisation=team.organisation_id)
            audit.record("vault.end_keys", f"team:{team.pk}")


def delete_key_shares(keys: QuerySet[models.TeamKey]) -> None:
    """Delete all grants, halves and admissions of keys, so that they open nothing more."""
    for model in (models.TeamGrant, models.RecoveryHalf, models.Admission):
        model._default_manager.filter(team_key__in=keys).delete()


def _end_access_of_departed(memberships: Iterable[Membership], *, at: datetime) -> None:
    """Note departures in the ledger, end the sessions, and delete credentials not needed now."""
    ended_memberships = list(memberships)
    user_ids = {membership.user_id for membership in ended_memberships}
    key_register.register_departures(ended_memberships, at=at)
    delete_credentials(user_ids)
    end_sessions(user_ids, at=at)


def end_sessions(user_ids: Collection[UUID], *, at: datetime) -> None:
    """End the sessions of users; all rows are locked before the first audit entry."""
    list(models.UnlockSession.objects.select_for_update().filter(user__in=user_ids).order_by("pk"))
    for user in sorted(user_ids):
        end_sessions_of(user, at=at)


def delete_credentials(user_ids: Collection[UUID]) -> None:
    """Delete password, code, app, passkeys, reset links and drafts of users with no membership
    left, so that a stolen copy offers nothing to guess at. Invited again, they make new ones."""
    remaining = Membership.objects.live().filter(user__in=user_ids)
    departed_user_ids = set(user_ids) - set(remaining.values_list("user", flat=True))
    models.UserWrap.objects.filter(user_key__user__in=departed_user_ids).delete()
    for model in CREDENTIAL_MODELS:
        model._default_manager.filter(user__in=departed_user_ids).delete()
    User.objects.filter(pk__in=departed_user_ids).update(password=make_password(None))
