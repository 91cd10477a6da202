"""Actions on teams. A new team has no key: the vault makes keys and sets the state here."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs import access, alarms, errors, rules
from protect.orgs.actions import details, memberships
from protect.orgs.enums import OrganisationState, Permission, TeamMove, TeamState
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope


@transaction.atomic
def create_team(
    scope: Scope, organisation: Organisation, *, name: str, purpose: str, at: datetime
) -> Team:
    """Create a team in the state NO_KEY. Errors: PermissionDenied; organisation_not_active;
    detail_invalid; name_taken."""
    access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    locked = Organisation.objects.lock(organisation)
    if locked.state != OrganisationState.ACTIVE:
        raise errors.OrganisationRefusal("organisation_not_active")
    team = Team(organisation=locked, created=at)
    _set_name_and_purpose(team, name, purpose)
    with details.refuse_duplicates(errors.OrganisationRefusal("name_taken")):
        team.save(force_insert=True)
    scope.audit(locked.pk, at=at).record("orgs.create_team", team)
    return team


@transaction.atomic
def rename_team(scope: Scope, team: Team, *, name: str, purpose: str, at: datetime) -> Team:
    """Change a team's name and purpose. Errors: PermissionDenied; team_move_not_allowed;
    detail_invalid; name_taken."""
    access.must(scope, Permission.MANAGE_TEAM, team=team)
    locked = Team.objects.lock(team)
    rules.step_team(TeamState(locked.state), TeamMove.RETIRE)  # refuses a retired team
    _set_name_and_purpose(locked, name, purpose)
    with details.refuse_duplicates(errors.OrganisationRefusal("name_taken")):
        locked.save(update_fields=["name", "purpose"])
    scope.audit(locked.organisation_id, at=at).record("orgs.rename_team", locked)
    return locked


def must_not_be_stopped(team: Team) -> None:
    """Refuse while an alarm about the team's key is unanswered. Errors: TeamEndStopped."""
    if alarms.stopped_since(team.organisation_id, team.pk):
        raise errors.TeamEndStopped


@transaction.atomic
def retire_team(scope: Scope, team: Team, *, at: datetime) -> Team:
    """End a team for good, with its memberships and open invitations, and mail its members.
    The vault calls this where the team has keys, and grants end in the same transaction.
    Errors: PermissionDenied; team_move_not_allowed; TeamEndStopped while an alarm about its
    key is unanswered, because the keys are needed to find the cause."""
    access.must(scope, Permission.MANAGE_ORGANISATION, team=team)
    must_not_be_stopped(team)
    locked = Team.objects.lock(team)
    audit = scope.audit(locked.organisation_id, at=at)
    memberships.retire_team_and_end_members(locked, audit=audit)
    return locked


@transaction.atomic
def apply_team_move(team: Team, move: TeamMove, *, actor: UUID | None, at: datetime) -> Team:
    """Change a team's state. For the vault only, which makes and renews its keys.
    `actor` is None for scheduled work that requests a renewal. Errors:
    team_move_not_allowed. ValueError for RETIRE, which only `retire_team` does."""
    if move is TeamMove.RETIRE:
        raise ValueError("use retire_team")
    locked = Team.objects.lock(team)
    locked.state = rules.step_team(TeamState(locked.state), move)
    locked.save(update_fields=["state"])
    audit = AuditContext(at=at, actor=actor, organisation=locked.organisation_id)
    audit.record(f"orgs.team_{move.value}", locked)
    return locked


def _set_name_and_purpose(team: Team, name: str, purpose: str) -> None:
    """Validate and set the name and purpose of a team, without saving it."""
    team.name = details.validate_name(name)
    team.purpose = details.validate_line(purpose, "purpose", range(details.PURPOSE_LENGTH + 1))
