"""Key renewal: re-wrap the keys of a team's records for a new key version in resumable batches."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.orgs import access, actions as orgs, roles
from protect.orgs.actions.alarms import raise_new_alarm
from protect.orgs.enums import MembershipMove, MembershipState, Permission, TeamMove, TeamState
from protect.orgs.models import Membership, Team
from protect.orgs.scope import Scope
from protect.vault.enums import KeyState, Kind, Opener, Owner
from protect.vault.errors import KeyNotReady, RecordDamaged, VaultRefusal
from protect.vault.formats import errors, marks, secrets, signing, wraps
from protect.vault.integrity import admissions, key_register, record_states
from protect.vault.models import DekWrap, Sealed, TeamGrant, TeamKey
from protect.vault.records.records import wrap_context
from protect.vault.rows import show_all_rows
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up
from protect.vault.team_keys import closures, recovery_kit

BATCH = 200  # wraps in one transaction
NOT_MOVED_FAULT = "not_moved"  # audit fault of a record that a renewal left behind
UNTAGGED_KINDS = {Kind.PACKET, Kind.INBOUND}  # wraps without origin tag; shown as unverified
TAKE_GRANTS_ACTION = "vault.take_grants"  # audit action: a member lost the team's key
KEY_VERSION_ACTIONS = ("vault.make_key", "vault.rotate")  # audit: a key version was made
ADMITTED_ACTION = "orgs.membership_admit"  # audit action: a key holder admitted a member
RENEWAL_REQUEST_ACTIONS = (TAKE_GRANTS_ACTION, "orgs.team_ask_rotation")  # make a renewal due


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of wraps that are under the newest key version (`done`) or not yet (`left`).
    In the result of `continue_renewal`, `done` counts only the wraps that this call tried."""

    done: int
    left: int

    @property
    def of(self) -> int:
        """Return the number of all wraps."""
        return self.done + self.left


def is_renewal_due(team: Team) -> bool:
    """Return whether a renewal of the team's key is under way, or required and not begun."""
    if team.state in {TeamState.NO_KEY, TeamState.RETIRED}:
        return False
    if team.state == TeamState.ROTATION_DUE:
        return True
    return is_renewal_under_way(team) or _is_active_key_outdated(team)


@transaction.atomic
def begin_renewal(unlocked: Unlocked, team: Team, *, at: datetime) -> TeamKey:
    """Make the next key version, signed by the active one, and give it to remaining members. A
    suspended member must be admitted again later. Called when a membership ends and by `renew_key`;
    `continue_renewal` begins a due renewal itself. Errors: team_not_ready; KeyNotReady, also when
    this member would not get the new version; TeamKeyMismatch; MemberKeyMismatch."""
    old = active_key(team.pk, lock=True)
    old_secret = unlocked.team_secret(team.pk, old.version)
    return create_next_version(old, old_secret, by=unlocked.user_id, at=at)


def create_next_version(
    old: TeamKey, old_secret: secrets.TeamSecret, *, by: UUID, at: datetime
) -> TeamKey:
    """Create the version after `old`, whose row the caller has locked. Only members and officers
    that `old` has signed get the new key. Errors: KeyNotReady when member `by` would not get it,
    because then no member could continue; TeamKeyMismatch; MemberKeyMismatch."""
    old_public_key = old_secret.public()
    members = admissions.signed_members(old, old_public_key)
    if by not in {user_key.user_id for _, user_key in members}:
        raise KeyNotReady
    officers = admissions.signed_officers(old, old_public_key)
    secret, version = secrets.TeamSecret.generate(), old.version + 1
    old.state = KeyState.RETIRING
    old.save(update_fields=["state"])
    key_register.register_key(Owner.TEAM, old.team_id, version, secret.public(), at=at)
    old_version, public = signing.KeyVersion(old.team_id, old.version), secret.public().raw
    proof = signing.sign_next_version(old_version, old_secret, secret)
    key = TeamKey.objects.create(
        team=old.team, version=version, public=public, continuity=proof, created=at
    )
    roles_signed = admissions.signed_roles(old, old_public_key, members)
    for member in members:
        admissions.admit_member(key, secret, member, by=by, at=at, role=roles_signed[member[0].pk])
    recovery_kit.split_for_officers(key, secret, officers, at=at)
    _return_members_to_waiting(old.team, members, by=by, at=at)
    audit = AuditContext(at=at, actor=by, organisation=old.team.organisation_id)
    audit.record("vault.rotate", f"teamkey:{key.pk}")
    access.notify(access.users_with(Permission.ADMIT, team=old.team_id), "key_rotated", at=at)
    return key


def continue_renewal_by_member(unlocked: Unlocked, team: Team, *, at: datetime) -> Progress:
    """Renew one batch at a member's request. Errors: step_up_required; as `continue_renewal`."""
    must_be_stepped_up(unlocked, at=at)
    return continue_renewal(unlocked, team, at=at, limit=BATCH)


@transaction.atomic
def continue_renewal(
    unlocked: Unlocked, team: Team, *, at: datetime, limit: int = BATCH
) -> Progress:
    """Move up to `limit` wraps to the newest version; after the last one, retire old versions.
    Return the wraps tried now (`done`) and those left. Begins a due version first, if no member
    has. Errors: team_not_ready; KeyNotReady; RecordDamaged for this member's damaged grant. A
    wrap that does not open is marked as damaged; members see that when they open the record."""
    key = active_key(team.pk, lock=True)
    current = Team.objects.get(pk=team.pk)
    is_requested = current.state == TeamState.ROTATION_DUE and not is_renewal_under_way(current)
    if is_requested or is_outdated(key):
        secret = unlocked.team_secret(team.pk, key.version)
        key = create_next_version(key, secret, by=unlocked.user_id, at=at)
    old_wraps = _team_wraps_for_update(team).filter(team_version__lt=key.version)
    due_wraps = list(old_wraps.filter(damaged_at=None)[:limit])
    for wrap in due_wraps:
        _move_wrap(unlocked, wrap, key, at=at)
    wraps_left = old_wraps.filter(damaged_at=None).count()
    if not wraps_left:
        wraps_left = _retry_damaged_wraps(unlocked, list(old_wraps), key, at=at, limit=limit)
    if not wraps_left:
        _retire_old_versions(unlocked, current, key, at=at)
    return Progress(len(due_wraps), wraps_left)


def _team_wraps_for_update(team: Team) -> QuerySet[DekWrap]:
    rows = DekWrap.objects.filter(opener=Opener.TEAM, team=team).select_related("record")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _move_wrap(unlocked: Unlocked, wrap: DekWrap, key: TeamKey, *, at: datetime) -> bool:
    """Move a wrap to the newest key version, or mark it as damaged; return whether it moved."""
    try:
        _rewrap_for_newest_key(unlocked, wrap, key)
    except errors.Damaged:
        wrap.damaged_at = wrap.damaged_at or at
    else:
        wrap.damaged_at = None
    wrap.save(update_fields=["team_version", "wrap", "origin", "damaged_at"])
    return wrap.damaged_at is None


def _retry_damaged_wraps(
    unlocked: Unlocked, damaged_wraps: list[DekWrap], key: TeamKey, *, at: datetime, limit: int
) -> int:
    """Try wraps marked as damaged once more, until `limit` of them moved; return how many remain
    untried. A writer to the database can set and clear the mark. Wraps that do not open stay
    behind, as do those of a version that opens for no member. One batch is one transaction."""
    moved_count = 0
    for number, wrap in enumerate(damaged_wraps):
        if moved_count == limit:
            return len(damaged_wraps) - number
        if _can_open_version(unlocked, key.team, wrap.team_version or 0):
            moved_count += _move_wrap(unlocked, wrap, key, at=at)
    return 0


def _can_open_version(unlocked: Unlocked, team: Team, version: int) -> bool:
    """Return whether this member can open an old version of the key; False if it is retired.
    Errors: KeyNotReady if only other members can open it; then one of them must continue."""
    try:
        unlocked.team_secret(team.pk, version)
    except KeyNotReady:
        if TeamKey.objects.filter(team=team, version=version, state=KeyState.RETIRING).exists():
            raise
        return False
    return True


def _rewrap_for_newest_key(unlocked: Unlocked, wrap: DekWrap, key: TeamKey) -> None:
    """Wrap a record's key for the newest version, without saving the row. Errors: Damaged."""
    record, team, old = wrap.record, key.team_id, wrap.team_version or 0
    secret = unlocked.team_secret(team, old)
    sealed_row = Sealed.objects.filter(record=record, version=wrap.version).first()
    if sealed_row is None:
        raise errors.Damaged("the wrapped key has no sealed text")
    ct, old_context = bytes(sealed_row.ct), wrap_context(record, wrap.version, team, old)
    is_tagged = record.kind not in UNTAGGED_KINDS
    if is_tagged:
        marks.must_match_origin(
            bytes(wrap.origin), secret, old_context, sealed=ct, wrap=bytes(wrap.wrap)
        )
    dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, old_context)
    new_context = wrap_context(record, wrap.version, team, key.version)
    new_secret = unlocked.team_secret(team, key.version)
    new_wrap = wraps.wrap_dek(dek, new_secret.public(), new_context)
    if is_tagged:
        wrap.origin = marks.origin_tag(new_secret, new_context, sealed=ct, wrap=new_wrap)
    wrap.wrap, wrap.team_version = new_wrap, key.version


def _retire_old_versions(unlocked: Unlocked, team: Team, key: TeamKey, *, at: datetime) -> None:
    """Delete every grant and half of the old versions, so that they open nothing more.
    Records left behind raise an alarm. The ledger gets its line after the commit,
    so that a rollback leaves the old versions usable."""
    old_versions = TeamKey.objects.filter(team=team, version__lt=key.version)
    closures.delete_key_shares(old_versions)
    retired_count = old_versions.exclude(state=KeyState.RETIRED).update(state=KeyState.RETIRED)
    retire = partial(key_register.register_retirement, Owner.TEAM, team.pk, key.version - 1, at=at)
    transaction.on_commit(retire)
    if team.state == TeamState.ROTATION_DUE:
        orgs.apply_team_move(team, TeamMove.ROTATE, actor=unlocked.user_id, at=at)
    if retired_count:
        unlocked.audit(team.organisation_id, at=at).record("vault.retire_key", f"team:{team.pk}")
        _raise_alarms_for_left_records(team, key, at=at)


def _raise_alarms_for_left_records(team: Team, key: TeamKey, *, at: datetime) -> None:
    """Raise an alarm for each record with a version that did not move to the newest key."""
    left_wraps = _team_wraps_for_update(team).exclude(team_version=key.version)
    for target in sorted({wrap.record.audit_target for wrap in left_wraps}):
        organisation = record_states.organisation_to_alert(target) or team.organisation_id
        raise_new_alarm(organisation, target, RecordDamaged.code, NOT_MOVED_FAULT, at=at)


def is_renewal_under_way(team: Team) -> bool:
    """Return whether an earlier version of the team's key still opens something."""
    return TeamKey.objects.filter(team=team, state=KeyState.RETIRING).exists()


def _is_active_key_outdated(team: Team) -> bool:
    key = TeamKey.objects.select_related("team").filter(team=team, state=KeyState.ACTIVE).first()
    return key is not None and is_outdated(key)


def _return_members_to_waiting(
    team: Team, signed_members: list[admissions.SignedMember], *, by: UUID, at: datetime
) -> None:
    """Set members with keys back to waiting if they were not signed, and delete their grants."""
    renewed_user_ids = {user_key.user_id for _, user_key in signed_members}
    memberships = Membership.objects.filter(team=team, state=MembershipState.ACTIVE)
    for membership in memberships.exclude(user__in=renewed_user_ids).order_by("pk"):
        if roles.gives_keys(membership.role):
            grants = TeamGrant.objects.filter(team_key__team=team)
            grants.filter(user_key__user=membership.user_id).delete()
            orgs.apply_membership_move(membership, MembershipMove.LOSE_KEYS, actor=by, at=at)


def is_outdated(key: TeamKey) -> bool:
    """Return whether a key holder left or a renewal was requested since the key was made.
    The order of audit entries decides, because the clocks of two servers may differ."""
    entries = Entry.objects.of_organisation(key.team.organisation_id)
    beginnings = entries.of_target(f"teamkey:{key.pk}").filter(action__in=KEY_VERSION_ACTIONS)
    requests = entries.of_target(f"team:{key.team_id}").filter(action__in=RENEWAL_REQUEST_ACTIONS)
    return _last_entry_number(requests) > _last_entry_number(beginnings)


def _last_entry_number(entries: QuerySet[Entry]) -> int:
    return entries.aggregate(last=Max("n"))["last"] or 0


def renewal_progress(team: Team) -> Progress:
    """Return how many wraps use the newest key, and how many use older ones. Before a due renewal
    has begun, all wraps are left to move. Damaged wraps are not counted. Errors: team_not_ready."""
    key = active_key(team.pk)
    wraps = DekWrap.objects.filter(opener=Opener.TEAM, team=team, damaged_at=None)
    if is_renewal_due(team) and not is_renewal_under_way(team):
        return Progress(0, wraps.count())
    wraps_left = wraps.filter(team_version__lt=key.version).count()
    return Progress(wraps.filter(team_version=key.version).count(), wraps_left)


def renewal_due_since(team: Team) -> datetime | None:
    """Return since when a team's key must be renewed, None if no renewal is due.
    It is due since a key holder left, officers restored the team, or a member began it."""
    if not is_renewal_due(team):
        return None
    oldest_version, *newer_versions = TeamKey.unretired_versions_of(team)
    entries = Entry.objects.of_organisation(team.organisation_id).of_target(f"team:{team.pk}")
    requests = entries.filter(action__in=RENEWAL_REQUEST_ACTIONS, at__gte=oldest_version.created)
    requested_at = requests.order_by("n").values_list("at", flat=True).first()
    return requested_at or (newer_versions[0].created if newer_versions else oldest_version.created)


def renewal_begun_at(team: Team) -> datetime | None:
    """Return when the current renewal began; None without one, or if yet another is due."""
    key = TeamKey.objects.select_related("team").filter(team=team, state=KeyState.ACTIVE).first()
    if key is None or not is_renewal_under_way(team) or is_outdated(key):
        return None
    return key.created


def list_due_renewals() -> list[datetime]:
    """Return since when each due renewal of a team's key is due, oldest first."""
    with show_all_rows():
        due_times = [renewal_due_since(team) for team in Team.objects.living().order_by("pk")]
    return sorted(moment for moment in due_times if moment is not None)


@transaction.atomic
def renew_key(scope: Scope, unlocked: Unlocked, team: Team, *, at: datetime) -> TeamKey:
    """Begin the next version of a team's key though nothing makes it due.
    As in any renewal, all wraps move to it, and the old key is deleted at the end. Errors:
    PermissionDenied for a member who does not supervise the team; step_up_required;
    renewal_under_way, also while one is due and has not begun; as `begin_renewal`."""
    access.must(scope, Permission.SUPERVISE, team=team)
    must_be_stepped_up(unlocked, at=at)
    active_key(team.pk, lock=True)
    if is_renewal_due(Team.objects.get(pk=team.pk)):
        raise VaultRefusal("renewal_under_way")
    return begin_renewal(unlocked, team, at=at)
