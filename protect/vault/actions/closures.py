"""How teams, organisations and accounts end where there are keys: all of it in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs import actions as orgs
from protect.orgs.enums import EndReason
from protect.orgs.models import Membership, Organisation, Team, User
from protect.orgs.scope import Scope
from protect.vault import ledger
from protect.vault.actions import departures
from protect.vault.actions.lock_order import hold_keys
from protect.vault.enums import KeyState
from protect.vault.models import Admission, RecoveryHalf, TeamGrant, TeamKey

RETIRED, LEFT = "retired", "left"  # reasons in the ledger


@transaction.atomic
def retire_team(scope: Scope, team: Team, *, at: datetime) -> Team:
    """End a team for good: its places, its keys, and the sessions of those who were in it.

    Its records stay until their retention ends; no member opens them, nothing is sealed for it.
    Errors: PermissionDenied; team_move_not_allowed.
    """
    hold_keys([team.pk])
    retired = orgs.retire_team(scope, team, at=at)
    ended = Membership.objects.filter(team=team, end_reason=EndReason.TEAM_RETIRED)
    _end_keys([retired], actor=scope.user_id, at=at)
    _depart(ended.order_by("pk"), at=at)
    return retired


@transaction.atomic
def leave_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """End an organisation's part for good: its teams, places and keys, and its people's sessions.

    Who works for another organisation too signs in again. Records stay as `retire_team` says.
    Errors: PermissionDenied; organisation_move_not_allowed; last_administrator.
    """
    teams = organisation.teams.living().order_by("pk")
    hold_keys(teams.values_list("pk", flat=True))
    left = orgs.leave_organisation(scope, organisation, at=at)
    retired = organisation.teams.filter(retired_at=at).order_by("pk")
    ended = Membership.objects.filter(
        organisation=organisation, end_reason=EndReason.ORGANISATION_LEFT
    )
    _end_keys(list(retired), actor=scope.user_id, at=at)
    ledger.append(ledger.Line("organisation", str(left.pk), at.isoformat(), LEFT))
    _depart(ended.order_by("pk"), at=at)
    return left


@transaction.atomic
def suspend_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """Stop an organisation for a while, and end the sessions of its people.

    Keys stay, and no member may use them: places give nothing while it lasts. No departure: it is
    not in the ledger.
    Errors: PermissionDenied; organisation_move_not_allowed.
    """
    suspended = orgs.suspend_organisation(scope, organisation, at=at)
    people = Membership.objects.live().filter(organisation=organisation)
    departures.end_sessions(set(people.values_list("user", flat=True)), at=at)
    return suspended


@transaction.atomic
def suspend_user(scope: Scope, user: User, *, at: datetime) -> User:
    """Close an account for a while, and end its sessions. Not in the ledger: it may open again.

    Errors: PermissionDenied; account_move_not_allowed; last_administrator.
    """
    suspended = orgs.suspend_user(scope, user, at=at)
    departures.end_sessions({user.pk}, at=at)
    return suspended


def _end_keys(teams: Collection[Team], *, actor: UUID | None, at: datetime) -> None:
    for team in teams:
        ledger.append(ledger.Line("team", str(team.pk), at.isoformat(), RETIRED))
    keys = TeamKey.objects.filter(team__in=teams)
    TeamGrant.objects.filter(team_key__in=keys).delete()
    RecoveryHalf.objects.filter(team_key__in=keys).delete()
    Admission.objects.filter(team_key__in=keys).delete()
    for team in teams:
        if keys.filter(team=team).exclude(state=KeyState.RETIRED).update(state=KeyState.RETIRED):
            audit = AuditContext(at=at, actor=actor, organisation=team.organisation_id)
            audit.record("vault.end_keys", f"team:{team.pk}")


def _depart(places: Iterable[Membership], *, at: datetime) -> None:
    ended = list(places)
    people = {each.user_id for each in ended}
    departures.note(ended, at=at)
    departures.end_credentials(people)
    departures.end_sessions(people, at=at)
