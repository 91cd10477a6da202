"""How teams, organisations and accounts end where there are keys: all of it in one transaction."""

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
from protect.vault.enums import KeyState
from protect.vault.integrity import key_register, ledger
from protect.vault.models import (
    Admission,
    Draft,
    Passkey,
    RecoveryHalf,
    ResetLink,
    TeamGrant,
    TeamKey,
    TotpDevice,
    UnlockSession,
    UserWrap,
)
from protect.vault.rows import hold_keys
from protect.vault.sessions.authentication import end_sessions_of

RETIRED, LEFT = "retired", "left"  # reasons in the ledger
CREDENTIALS = (TotpDevice, Passkey, ResetLink, Draft)


@transaction.atomic
def retire_team(scope: Scope, team: Team, *, at: datetime) -> Team:
    """End a team for good: its places, its keys, and the sessions of those who were in it.
    Its records stay until their retention ends; no member opens them, nothing is sealed for it.
    Errors: PermissionDenied; team_move_not_allowed."""
    hold_keys([team.pk])
    retired = orgs.retire_team(scope, team, at=at)
    ended = Membership.objects.filter(team=team, end_reason=enums.EndReason.TEAM_RETIRED)
    _end_keys([retired], actor=scope.user_id, at=at)
    _depart(ended.order_by("pk"), at=at)
    return retired


@transaction.atomic
def leave_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """End an organisation's part for good: its teams, places and keys, and its people's sessions.
    Who works for another organisation too signs in again. Records stay as `retire_team` says.
    Errors: PermissionDenied; organisation_move_not_allowed; last_administrator."""
    hold_keys(organisation.teams.living().order_by("pk").values_list("pk", flat=True))
    left = orgs.leave_organisation(scope, organisation, at=at)
    retired = organisation.teams.filter(retired_at=at).order_by("pk")
    ended = Membership.objects.filter(
        organisation=organisation, end_reason=enums.EndReason.ORGANISATION_LEFT
    )
    _end_keys(list(retired), actor=scope.user_id, at=at)
    ledger.append(ledger.LedgerLine("organisation", str(left.pk), at.isoformat(), LEFT))
    _depart(ended.order_by("pk"), at=at)
    return left


@transaction.atomic
def suspend_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """Stop an organisation for a while, and end the sessions of its people.
    Keys stay, and no member may use them: places give nothing while it lasts. No departure: it is
    not in the ledger. Errors: PermissionDenied; organisation_move_not_allowed."""
    suspended = orgs.suspend_organisation(scope, organisation, at=at)
    people = Membership.objects.live().filter(organisation=organisation)
    end_sessions(set(people.values_list("user", flat=True)), at=at)
    return suspended


@transaction.atomic
def suspend_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Close an account for a while, and end its sessions. Not in the ledger: it may open again.
    Errors: PermissionDenied; account_move_not_allowed; last_administrator."""
    suspended = orgs.suspend_user(scope, user, at=at)
    end_sessions({user.pk}, at=at)
    return suspended


def _end_keys(teams: Collection[Team], *, actor: UUID | None, at: datetime) -> None:
    for team in teams:
        ledger.append(ledger.LedgerLine("team", str(team.pk), at.isoformat(), RETIRED))
    keys = TeamKey.objects.filter(team__in=teams)
    delete_shares(keys)
    for team in teams:
        if keys.filter(team=team).exclude(state=KeyState.RETIRED).update(state=KeyState.RETIRED):
            audit = AuditContext(at=at, actor=actor, organisation=team.organisation_id)
            audit.record("vault.end_keys", f"team:{team.pk}")


def delete_shares(keys: QuerySet[TeamKey]) -> None:
    """Delete every grant, half and admission of keys: they open nothing from then on."""
    for model in (TeamGrant, RecoveryHalf, Admission):
        model._default_manager.filter(team_key__in=keys).delete()


def _depart(places: Iterable[Membership], *, at: datetime) -> None:
    ended = list(places)
    people = {each.user_id for each in ended}
    key_register.note_departed(ended, at=at)
    end_credentials(people)
    end_sessions(people, at=at)


def end_sessions(people: Collection[UUID], *, at: datetime) -> None:
    """End the sessions of people; all rows are locked before the first entry of the audit."""
    list(UnlockSession.objects.select_for_update().filter(user__in=people).order_by("pk"))
    for user in sorted(people):
        end_sessions_of(user, at=at)


def end_credentials(people: Collection[UUID]) -> None:
    """Take password, code, app and passkeys from those who have no place left.
    Their secrets open nothing any more, and no copy of a wrap is left to guess at. A person who is
    invited again makes new ones."""
    staying = Membership.objects.live().filter(user__in=people).values_list("user", flat=True)
    gone = set(people) - set(staying)
    UserWrap.objects.filter(user_key__user__in=gone).delete()
    for model in CREDENTIALS:
        model._default_manager.filter(user__in=gone).delete()
    User.objects.filter(pk__in=gone).update(password=make_password(None))
