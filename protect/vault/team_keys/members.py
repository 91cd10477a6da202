"""A team's key: made once, given to members who were compared, taken away when they leave."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.orgs import access, actions as orgs
from protect.orgs.enums import MembershipMove, MembershipState, Permission, TeamMove, TeamState
from protect.orgs.models import Membership, Team
from protect.orgs.roles import gives_keys, permissions_of
from protect.orgs.scope import Scope
from protect.vault import enums, errors
from protect.vault.access import is_holder, must_be_open
from protect.vault.formats import fingerprint, secrets
from protect.vault.integrity import admissions, authenticity, key_register
from protect.vault.models import Admission, TeamGrant, TeamKey, UserKey
from protect.vault.rows import hold_teams
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up
from protect.vault.team_keys import closures, recovery_kit, rotation


@transaction.atomic
def make_key(unlocked: Unlocked, membership: Membership, *, at: datetime) -> TeamKey:
    """Make a team's first key and let its founder in; the founder's role may admit others.
    Errors: PermissionDenied; step_up_required; team_move_not_allowed, when there is a key already;
    TeamKeyMismatch, when the ledger knows one that is gone from the database."""
    must_be_stepped_up(unlocked, at=at)
    if membership.user_id != unlocked.user_id or membership.team is None:
        raise PermissionDenied
    if Permission.ADMIT not in permissions_of(membership.role):
        raise PermissionDenied
    hold_teams([membership.team.pk])
    team = orgs.set_team_state(membership.team, TeamMove.MAKE_KEY, actor=unlocked.user_id, at=at)
    if key_register.knows(enums.Owner.TEAM, team.pk, 1):
        raise errors.TeamKeyMismatch
    founder, secret = (membership, own_key(unlocked)), secrets.TeamSecret.make()
    key = TeamKey.objects.create(team=team, version=1, public=secret.public().raw, created=at)
    admissions.admit_member(key, secret, founder, by=unlocked.user_id, at=at)
    orgs.set_membership_state(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.make_key", f"teamkey:{key.pk}")
    # Last, since a team whose key the ledger knows gets no other first one.
    key_register.note_made(enums.Owner.TEAM, team.pk, 1, secret.public(), at=at)
    return key


@transaction.atomic
def admit(
    scope: Scope, unlocked: Unlocked, membership: Membership, *, words: str, at: datetime
) -> None:
    """Let a person in: give them every living version of the team's key. `words` are the six words
    that the new member read out; they must be those of the key that would be let in. Errors:
    PermissionDenied; step_up_required; FingerprintDiffers; KeyNotReady, for either of the two;
    member_suspended; membership_move_not_allowed; TeamKeyMismatch; MemberKeyMismatch."""
    team = membership.team
    if team is None:
        raise PermissionDenied
    access.must(scope, Permission.ADMIT, team=team)
    must_be_stepped_up(unlocked, at=at)
    hold_teams([team.pk])
    must_be_open(membership)
    key = UserKey.newest_of(membership.user_id)
    if key is None:
        raise errors.KeyNotReady
    if words_of(key) != tuple(words.lower().split()):
        raise errors.FingerprintDiffers
    orgs.set_membership_state(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    for version in TeamKey.living_of(team):
        secret = unlocked.team(team.pk, version.version)
        admissions.admit_member(version, secret, (membership, key), by=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.admit", f"membership:{membership.pk}")


@transaction.atomic
def leave(
    scope: Scope, membership: Membership, unlocked: Unlocked | None, *, at: datetime
) -> Membership:
    """End a place at once: grants and sessions end in the same transaction.
    If the member who left may have held the key, a new version is due: the member who ends the
    place begins it, if they hold the key; otherwise a supervisor renews it on the team's page. With
    the last place go password, code, app and passkeys.
    Errors: PermissionDenied; membership_move_not_allowed; last_administrator."""
    if membership.team_id is not None:
        hold_teams([membership.team_id])
    ended = orgs.end_membership(scope, membership, at=at)
    if ended.team is not None:
        _take_grants(ended, ended.team, unlocked, actor=scope.user_id, at=at)
    key_register.note_departed([ended], at=at)  # once nothing can refuse any more
    closures.end_credentials({ended.user_id})
    closures.end_sessions({ended.user_id}, at=at)
    return ended


@transaction.atomic
def lose_keys(user: UUID, *, actor: UUID | None, at: datetime) -> None:
    """Take every grant of a person who forgot everything: colleagues let them in again. Nothing is
    lost: the team's files stay. Keys that the person may have held are renewed, also where a place
    waits now: a waiting place is a row, and says nothing about the grants before it."""
    rows = Membership.objects.live().filter(user=user, team__isnull=False)
    hold_teams(rows.values_list("team", flat=True))
    for membership in rows.select_related("team").order_by("organisation", "pk"):
        if membership.team is None:
            continue
        if membership.state == MembershipState.ACTIVE and gives_keys(membership.role):
            orgs.set_membership_state(membership, MembershipMove.LOSE_KEYS, actor=actor, at=at)
        _take_grants(membership, membership.team, None, actor=actor, at=at)


def words_of(key: UserKey) -> tuple[str, ...]:
    """Return the six words by which a person's key is compared. Errors: MemberKeyMismatch."""
    return fingerprint.words(authenticity.user_public(key))


def own_key(unlocked: Unlocked) -> UserKey:
    """Return the row of the key that this person holds.
    Errors: KeyNotReady; MemberKeyMismatch, when the row has another public key."""
    key = UserKey.objects.filter(user=unlocked.user_id, version=unlocked.user_version).first()
    if key is None:
        raise errors.KeyNotReady
    if authenticity.user_public(key) != unlocked.secret.public():
        raise errors.MemberKeyMismatch
    return key


def _take_grants(
    place: Membership, team: Team, unlocked: Unlocked | None, *, actor: UUID | None, at: datetime
) -> None:
    grants = TeamGrant.objects.filter(team_key__team=team, user_key__user=place.user_id)
    signed = Admission.objects.filter(team_key__team=team, holder=place.user_id)
    has_rows = grants.exists() or signed.exists()
    grants.delete()
    signed.delete()
    if not has_rows and not _was_admitted(place):
        return
    audit = AuditContext(at=at, actor=actor, organisation=team.organisation_id)
    audit.record(rotation.TAKE_GRANTS, f"team:{team.pk}")
    if team.state == TeamState.ACTIVE:
        team = orgs.set_team_state(team, TeamMove.ASK_ROTATION, actor=actor, at=at)
    if unlocked is not None and is_holder(unlocked, team):
        rotation.begin(unlocked, team, at=at)


def _was_admitted(place: Membership) -> bool:
    """Return whether a member was ever let into a place, though no row of a grant says so.
    A writer to the database can delete grants, and write that the place waits. Entries of the audit
    the application cannot delete, and the oldest ones go only after years: then the row of the
    place counts. Who lost the key and was not let in again makes a needless renewal due."""
    if place.admitted_at is not None and gives_keys(place.role):
        return True
    return Entry.objects.about(f"membership:{place.pk}").filter(action=rotation.ADMITTED).exists()


@transaction.atomic
def restore(
    unlocked: Unlocked, membership: Membership, typed: dict[int, str], *, at: datetime
) -> TeamKey:
    """Open a team with the codes of two officers, for a member who waits to be let in.
    Shapes: `typed` has two places of officers and what each typed. The key that was opened this way
    is renewed at once. Errors: PermissionDenied, unless the person's own waiting place may admit
    others; step_up_required; CodeWrong; kit_has_gaps; team_not_ready; KeyNotReady; RecordDamaged
    for halves that do not open; TeamKeyMismatch for halves of another key; MemberKeyMismatch."""
    team = membership.team
    is_own = membership.user_id == unlocked.user_id
    may_admit = Permission.ADMIT in permissions_of(membership.role)
    if team is None or not is_own or not may_admit or membership.state != MembershipState.PENDING:
        raise PermissionDenied
    must_be_stepped_up(unlocked, at=at)
    hold_teams([team.pk])
    active = active_key(team.pk, lock=True)
    mine = own_key(unlocked)
    orgs.set_membership_state(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    for key in TeamKey.living_of(team):
        secret = recovery_kit.join(key, typed)
        admissions.admit_member(key, secret, (membership, mine), by=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.restore", f"team:{team.pk}")
    organisers = access.holders(Permission.MANAGE_ORGANISATION, organisation=team.organisation_id)
    access.notify(organisers, "recovery_used", at=at)
    secret = unlocked.team(team.pk, active.version)
    return rotation.succeed(active, secret, by=unlocked.user_id, at=at)
