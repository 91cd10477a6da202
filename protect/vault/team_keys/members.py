"""Members' access to a team's key: making it, admitting members, removing and restoring access."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.orgs import access, actions as orgs, models, roles
from protect.orgs.enums import MembershipMove, MembershipState, Permission, TeamMove, TeamState
from protect.orgs.scope import Scope
from protect.vault import enums, errors, rows
from protect.vault.access import holds_active_key, must_have_open_account
from protect.vault.formats import fingerprint, secrets
from protect.vault.integrity import admissions, authenticity, key_register
from protect.vault.models import Admission, TeamGrant, TeamKey, UserKey
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up
from protect.vault.team_keys import closures, recovery_kit, rotation


@transaction.atomic
def make_first_key(unlocked: Unlocked, membership: models.Membership, *, at: datetime) -> TeamKey:
    """Make a team's first key and admit its founder, whose role must allow it. Errors: as
    `own_user_key`; PermissionDenied; step_up_required; team_move_not_allowed; TeamKeyMismatch."""
    must_be_stepped_up(unlocked, at=at)
    if membership.user_id != unlocked.user_id or membership.team is None:
        raise PermissionDenied
    if Permission.ADMIT not in roles.permissions_of(membership.role):
        raise PermissionDenied
    rows.lock_teams_and_keys([membership.team.pk])
    team = orgs.apply_team_move(membership.team, TeamMove.MAKE_KEY, actor=unlocked.user_id, at=at)
    if key_register.has_key_version(enums.Owner.TEAM, team.pk, 1):
        raise errors.TeamKeyMismatch
    founder, secret = (membership, own_user_key(unlocked)), secrets.TeamSecret.generate()
    key = TeamKey.objects.create(team=team, version=1, public=secret.public().raw, created=at)
    admissions.admit_member(key, secret, founder, by=unlocked.user_id, at=at)
    orgs.apply_membership_move(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.make_key", f"teamkey:{key.pk}")
    # Last, because a team with a key in the ledger cannot get another first key.
    key_register.register_key(enums.Owner.TEAM, team.pk, 1, secret.public(), at=at)
    return key


@transaction.atomic
def admit_to_team(
    scope: Scope, unlocked: Unlocked, membership: models.Membership, *, words: str, at: datetime
) -> None:
    """Admit a member: give them every unretired version of the team's key. `words` are the six
    words that the new member read out; they must match the member's key.
    Errors: PermissionDenied; step_up_required; FingerprintDiffers; KeyNotReady, for either side;
    member_suspended; membership_move_not_allowed; TeamKeyMismatch; MemberKeyMismatch."""
    team = membership.team
    if team is None:
        raise PermissionDenied
    access.must(scope, Permission.ADMIT, team=team)
    must_be_stepped_up(unlocked, at=at)
    rows.lock_teams_and_keys([team.pk])
    must_have_open_account(membership)
    user_key = UserKey.newest_of(membership.user_id)
    if user_key is None:
        raise errors.KeyNotReady
    if key_words(user_key) != tuple(words.lower().split()):
        raise errors.FingerprintDiffers
    orgs.apply_membership_move(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    for version in TeamKey.unretired_versions_of(team):
        secret = unlocked.team_secret(team.pk, version.version)
        admissions.admit_member(version, secret, (membership, user_key), by=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.admit", f"membership:{membership.pk}")


@transaction.atomic
def end_membership_and_access(
    scope: Scope, membership: models.Membership, unlocked: Unlocked | None, *, at: datetime
) -> models.Membership:
    """End a membership at once, with its grants and sessions, in one transaction. If the member
    may have held the key, a new version is due: it begins now if `unlocked` holds the key; else
    a supervisor renews it later. The last membership takes password, code, app and passkeys
    with it. Errors: PermissionDenied; membership_move_not_allowed; last_administrator."""
    if membership.team_id is not None:
        rows.lock_teams_and_keys([membership.team_id])
    ended = orgs.end_membership(scope, membership, at=at)
    _remove_grants(ended, unlocked, actor=scope.user_id, at=at)
    key_register.register_departures([ended], at=at)  # last, when nothing can be refused any more
    closures.delete_credentials({ended.user_id})
    closures.end_sessions({ended.user_id}, at=at)
    return ended


@transaction.atomic
def remove_access_of_user(user: UUID, *, actor: UUID | None, at: datetime) -> None:
    """Remove every grant of a user who lost all ways to unlock; colleagues admit them again. The
    teams' files stay. A renewal becomes due for keys that the user may have held, even if their
    membership is waiting now: its state says nothing about earlier grants."""
    memberships = models.Membership.objects.live().filter(user=user, team__isnull=False)
    rows.lock_teams_and_keys(memberships.values_list("team", flat=True))
    for membership in memberships.select_related("team").order_by("organisation", "pk"):
        if membership.state == MembershipState.ACTIVE and roles.gives_keys(membership.role):
            orgs.apply_membership_move(membership, MembershipMove.LOSE_KEYS, actor=actor, at=at)
        _remove_grants(membership, None, actor=actor, at=at)


def key_words(key: UserKey) -> tuple[str, ...]:
    """Return the six words of a user's key. Errors: MemberKeyMismatch."""
    return fingerprint.words(authenticity.verified_user_public_key(key))


def own_user_key(unlocked: Unlocked) -> UserKey:
    """Return the row of the key that this user holds. Errors: KeyNotReady; MemberKeyMismatch."""
    own = {"user": unlocked.user_id, "version": unlocked.user_version}
    key = access.get_row(UserKey.objects.all(), errors.KeyNotReady, **own)
    if authenticity.verified_user_public_key(key) != unlocked.secret.public():
        raise errors.MemberKeyMismatch
    return key


def _remove_grants(
    membership: models.Membership, unlocked: Unlocked | None, *, actor: UUID | None, at: datetime
) -> None:
    """Delete a member's grants and admissions; if they ever had any, renewal is due or begins."""
    team = membership.team
    if team is None:
        return
    grants = TeamGrant.objects.filter(team_key__team=team, user_key__user=membership.user_id)
    team_admissions = Admission.objects.filter(team_key__team=team, holder=membership.user_id)
    has_rows = grants.exists() or team_admissions.exists()
    grants.delete()
    team_admissions.delete()
    if not has_rows and not _was_ever_admitted(membership):
        return
    audit = AuditContext(at=at, actor=actor, organisation=team.organisation_id)
    audit.record(rotation.TAKE_GRANTS_ACTION, f"team:{team.pk}")
    if team.state == TeamState.ACTIVE:
        team = orgs.apply_team_move(team, TeamMove.ASK_ROTATION, actor=actor, at=at)
    if unlocked is not None and holds_active_key(unlocked, team):
        rotation.begin_renewal(unlocked, team, at=at)


def _was_ever_admitted(membership: models.Membership) -> bool:
    """Return whether a member was ever admitted, by their row or the audit, even without a grant.
    A writer to the database can change the row but not delete audit entries, which expire after
    years. A user who lost the key and was not admitted again causes a needless renewal."""
    if membership.admitted_at is not None and roles.gives_keys(membership.role):
        return True
    entries = Entry.objects.of_target(f"membership:{membership.pk}")
    return entries.filter(action=rotation.ADMITTED_ACTION).exists()


@transaction.atomic
def restore_team(
    unlocked: Unlocked, membership: models.Membership, typed_codes: dict[int, str], *, at: datetime
) -> TeamKey:
    """Restore a team with the codes of two recovery officers, for a member waiting for admission.
    Shapes: `typed_codes`: two officer slots and the code that each typed. The restored key is
    renewed at once. Errors: PermissionDenied, unless the user's own waiting membership may admit
    others; step_up_required; CodeWrong; kit_has_gaps; team_not_ready; KeyNotReady; RecordDamaged
    for halves that do not open; TeamKeyMismatch for halves of another key; MemberKeyMismatch."""
    team = membership.team
    is_own = membership.user_id == unlocked.user_id
    may_admit = Permission.ADMIT in roles.permissions_of(membership.role)
    if team is None or not is_own or not may_admit or membership.state != MembershipState.PENDING:
        raise PermissionDenied
    must_be_stepped_up(unlocked, at=at)
    rows.lock_teams_and_keys([team.pk])
    active_version = active_key(team.pk, lock=True)
    user_key = own_user_key(unlocked)
    orgs.apply_membership_move(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    for key in TeamKey.unretired_versions_of(team):
        secret = recovery_kit.join_secret(key, typed_codes)
        admissions.admit_member(key, secret, (membership, user_key), by=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.restore", f"team:{team.pk}")
    managers = access.users_with(Permission.MANAGE_ORGANISATION, organisation=team.organisation_id)
    access.notify(managers, "recovery_used", at=at)
    secret = unlocked.team_secret(team.pk, active_version.version)
    return rotation.create_next_version(active_version, secret, by=unlocked.user_id, at=at)
