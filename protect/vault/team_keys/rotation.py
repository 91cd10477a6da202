"""A new version of a team's key, and every wrap moved to it. Resumable; saves go on meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.orgs import access, actions as orgs, roles
from protect.orgs.actions.alarms import raise_alarm
from protect.orgs.enums import MembershipMove, MembershipState, Permission, TeamMove, TeamState
from protect.orgs.models import Membership, Team
from protect.orgs.scope import Scope
from protect.vault.enums import KeyState, Kind, Opener, Owner
from protect.vault.errors import KeyNotReady, RecordDamaged, VaultRefusal
from protect.vault.formats import errors, marks, secrets, signing, wraps
from protect.vault.integrity import admissions, key_register, record_states
from protect.vault.models import DekWrap, Sealed, TeamGrant, TeamKey
from protect.vault.records.records import wrap_context
from protect.vault.rows import all_rows
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up
from protect.vault.team_keys import closures, recovery_kit

BATCH = 200  # wraps in one transaction
NOT_MOVED = "not_moved"  # what an alarm says of a record that a renewal left behind
UNTAGGED = {Kind.PACKET, Kind.INBOUND}  # signed by their sender, or unsigned: shown as unverified
TAKE_GRANTS = "vault.take_grants"  # from a holder of a team's key
BEGIN = ("vault.make_key", "vault.rotate")  # a version of it
ADMITTED = "orgs.membership_admit"  # a member, by one who holds the key
ASK = (TAKE_GRANTS, "orgs.team_ask_rotation")  # for the next version


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    left: int

    @property
    def of(self) -> int:
        return self.done + self.left


def is_due(team: Team) -> bool:
    """Return whether wraps of an old version, or a member who left, make a rotation necessary.
    Then every `step` of a key holder brings it nearer to its end."""
    if team.state in {TeamState.NO_KEY, TeamState.RETIRED}:
        return False
    return team.state == TeamState.ROTATION_DUE or is_under_way(team) or _is_spent(team)


@transaction.atomic
def begin(unlocked: Unlocked, team: Team, *, at: datetime) -> TeamKey:
    """Make the next version, signed by this one, and give it to every remaining member.
    A member who cannot be given it, because the account is closed for a while, waits to be let in
    again. Called when a place ends and by `renew`; a renewal that is due is begun by
    `step`. Errors: team_not_ready; KeyNotReady, also where no member may work now; TeamKeyMismatch;
    MemberKeyMismatch."""
    old = active_key(team.pk, lock=True)
    return succeed(old, unlocked.team(team.pk, old.version), by=unlocked.user_id, at=at)


def succeed(old: TeamKey, old_secret: secrets.TeamSecret, *, by: UUID, at: datetime) -> TeamKey:
    """Put a new version after a locked one, with the old secret at hand.
    It is given to the members and officers that the old version has signed, and to no others.
    Errors: KeyNotReady, when it would not be given to the member who makes it: then no member could
    go on; TeamKeyMismatch; MemberKeyMismatch."""
    public = old_secret.public()
    members = admissions.signed_members(old, public)
    if by not in {user_key.user_id for _, user_key in members}:
        raise KeyNotReady
    officers = admissions.signed_officers(old, public)
    secret, version = secrets.TeamSecret.make(), old.version + 1
    old.state = KeyState.RETIRING
    old.save(update_fields=["state"])
    key_register.note_made(Owner.TEAM, old.team_id, version, secret.public(), at=at)
    key = TeamKey.objects.create(
        team=old.team,
        version=version,
        public=secret.public().raw,
        continuity=signing.link_versions(
            signing.TeamAt(old.team_id, old.version), old_secret, secret
        ),
        created=at,
    )
    roles_signed = admissions.signed_roles(old, public, members)
    for member in members:
        admissions.admit_member(key, secret, member, by=by, at=at, role=roles_signed[member[0].pk])
    recovery_kit.split(key, secret, officers, at=at)
    _let_wait(old.team, members, by=by, at=at)
    audit = AuditContext(at=at, actor=by, organisation=old.team.organisation_id)
    audit.record("vault.rotate", f"teamkey:{key.pk}")
    access.notify(access.holders(Permission.ADMIT, team=old.team_id), "key_rotated", at=at)
    return key


def step_by_hand(unlocked: Unlocked, team: Team, *, at: datetime) -> Progress:
    """Begin or continue a renewal that a member asks for. Errors: step_up_required; as `step`."""
    must_be_stepped_up(unlocked, at=at)
    return step(unlocked, team, at=at, limit=BATCH)


@transaction.atomic
def step(unlocked: Unlocked, team: Team, *, at: datetime, limit: int = BATCH) -> Progress:
    """Move some wraps to the newest version; with the last one the old versions retire.
    Begins the version that is due first, if no member has.
    Errors: team_not_ready; KeyNotReady; RecordDamaged for a damaged grant of this person. A wrap
    that does not open is marked, and says so when a member opens it."""
    key = active_key(team.pk, lock=True)
    now = Team.objects.get(pk=team.pk)
    is_asked = now.state == TeamState.ROTATION_DUE and not is_under_way(now)
    if is_asked or is_spent(key):
        key = succeed(key, unlocked.team(team.pk, key.version), by=unlocked.user_id, at=at)
    old = _wraps_of(team).filter(team_version__lt=key.version)
    due = list(old.filter(damaged_at=None)[:limit])
    for wrap in due:
        _move(unlocked, wrap, key, at=at)
    left = old.filter(damaged_at=None).count()
    if not left:
        left = _move_marked(unlocked, list(old), key, at=at, limit=limit)
    if not left:
        _retire_old(unlocked, now, key, at=at)
    return Progress(len(due), left)


def _wraps_of(team: Team) -> QuerySet[DekWrap]:
    rows = DekWrap.objects.filter(opener=Opener.TEAM, team=team).select_related("record")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _move(unlocked: Unlocked, wrap: DekWrap, key: TeamKey, *, at: datetime) -> bool:
    """Wrap a version's key for the newest version of the team's, if the team had written it."""
    try:
        _rewrap(unlocked, wrap, key)
    except errors.Damaged:
        wrap.damaged_at = wrap.damaged_at or at
    else:
        wrap.damaged_at = None
    wrap.save(update_fields=["team_version", "wrap", "origin", "damaged_at"])
    return wrap.damaged_at is None


def _move_marked(
    unlocked: Unlocked, marked: list[DekWrap], key: TeamKey, *, at: datetime, limit: int
) -> int:
    """Try wraps that are marked as damaged once more, and return how many are left to try.
    A mark is a row, which a writer to the database can set and take back. What opens moves, a batch
    in a transaction; what does not, and what is of a version that opens for no member any more,
    stays behind."""
    moved = 0
    for number, wrap in enumerate(marked):
        if moved == limit:
            return len(marked) - number
        if _opens(unlocked, key.team, wrap.team_version or 0):
            moved += _move(unlocked, wrap, key, at=at)
    return 0


def _opens(unlocked: Unlocked, team: Team, version: int) -> bool:
    """Return whether an old version opens; False for one that is retired.
    Errors: KeyNotReady, for one that opens for other members only: one of them must go on."""
    try:
        unlocked.team(team.pk, version)
    except KeyNotReady:
        if TeamKey.objects.filter(team=team, version=version, state=KeyState.RETIRING).exists():
            raise
        return False
    return True


def _rewrap(unlocked: Unlocked, wrap: DekWrap, key: TeamKey) -> None:
    """Errors: Damaged, and then nothing about the row has changed."""
    record, team, old = wrap.record, key.team_id, wrap.team_version or 0
    secret = unlocked.team(team, old)
    text = Sealed.objects.filter(record=record, version=wrap.version).first()
    if text is None:
        raise errors.Damaged("a wrap of nothing")
    ct, before = bytes(text.ct), wrap_context(record, wrap.version, team, old)
    is_tagged = record.kind not in UNTAGGED
    if is_tagged:
        marks.must_match_origin(
            bytes(wrap.origin), secret, before, sealed=ct, wrap=bytes(wrap.wrap)
        )
    dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, before)
    after = wrap_context(record, wrap.version, team, key.version)
    newest = unlocked.team(team, key.version)
    moved = wraps.wrap_dek(dek, newest.public(), after)
    if is_tagged:
        wrap.origin = marks.origin_tag(newest, after, sealed=ct, wrap=moved)
    wrap.wrap, wrap.team_version = moved, key.version


def _retire_old(unlocked: Unlocked, team: Team, key: TeamKey, *, at: datetime) -> None:
    """Delete every grant and half of the old versions: they open nothing from then on.
    Officers learn what is left behind. The ledger learns it after the commit: a rollback leaves the
    old versions open."""
    old = TeamKey.objects.filter(team=team, version__lt=key.version)
    closures.delete_shares(old)
    is_end = old.exclude(state=KeyState.RETIRED).update(state=KeyState.RETIRED)
    retired = partial(key_register.note_retired, Owner.TEAM, team.pk, key.version - 1, at=at)
    transaction.on_commit(retired)
    if team.state == TeamState.ROTATION_DUE:
        orgs.set_team_state(team, TeamMove.ROTATE, actor=unlocked.user_id, at=at)
    if is_end:
        unlocked.audit(team.organisation_id, at=at).record("vault.retire_key", f"team:{team.pk}")
        _tell_left_behind(team, key, at=at)


def _tell_left_behind(team: Team, key: TeamKey, *, at: datetime) -> None:
    """Raise an alarm for each record of which a version did not move to the newest key."""
    left = _wraps_of(team).exclude(team_version=key.version)
    for target in sorted({wrap.record.target for wrap in left}):
        organisation = record_states.organisation_to_alert(target) or team.organisation_id
        raise_alarm(organisation, target, RecordDamaged.code, NOT_MOVED, at=at)


def is_under_way(team: Team) -> bool:
    """Return whether an older version of a team's key still has wraps to move."""
    return TeamKey.objects.filter(team=team, state=KeyState.RETIRING).exists()


def _is_spent(team: Team) -> bool:
    key = TeamKey.objects.select_related("team").filter(team=team, state=KeyState.ACTIVE).first()
    return key is not None and is_spent(key)


def _let_wait(
    team: Team, renewed_members: list[admissions.Member], *, by: UUID, at: datetime
) -> None:
    here = {user_key.user_id for _, user_key in renewed_members}
    rows = Membership.objects.filter(team=team, state=MembershipState.ACTIVE)
    for membership in rows.exclude(user__in=here).order_by("pk"):
        if roles.gives_keys(membership.role):
            TeamGrant.objects.filter(
                team_key__team=team, user_key__user=membership.user_id
            ).delete()
            orgs.set_membership_state(membership, MembershipMove.LOSE_KEYS, actor=by, at=at)


def is_spent(key: TeamKey) -> bool:
    """Return whether a holder of a key is gone, or a renewal was asked for, since it began.
    The audit has the order: clocks of two requests may not."""
    entries = Entry.objects.of_organisation(key.team.organisation_id)
    beginnings = entries.about(f"teamkey:{key.pk}").filter(action__in=BEGIN)
    renewal_requests = entries.about(f"team:{key.team_id}").filter(action__in=ASK)
    return _last(renewal_requests) > _last(beginnings)


def _last(entries: QuerySet[Entry]) -> int:
    return entries.aggregate(last=Max("n"))["last"] or 0


def progress(team: Team) -> Progress:
    """Return how many sealed versions open with the newest key, and how many with older ones.
    Before a renewal that is due has begun, all are left. Those that did not open when they were to
    be moved are left out. Errors: team_not_ready."""
    key = active_key(team.pk)
    wraps = DekWrap.objects.filter(opener=Opener.TEAM, team=team, damaged_at=None)
    if is_due(team) and not is_under_way(team):
        return Progress(0, wraps.count())
    left = wraps.filter(team_version__lt=key.version).count()
    return Progress(wraps.filter(team_version=key.version).count(), left)


def due_since(team: Team) -> datetime | None:
    """Return since when a team's key must be renewed, None where nothing is due.
    Since a member who held it left, or since a member began the renewal."""
    if not is_due(team):
        return None
    oldest, *newer = TeamKey.living_of(team)
    entries = Entry.objects.of_organisation(team.organisation_id).about(f"team:{team.pk}")
    reasons = entries.filter(action__in=ASK, at__gte=oldest.created).order_by("n")
    reason = reasons.values_list("at", flat=True).first()
    return reason or (newer[0].created if newer else oldest.created)


def begun_at(team: Team) -> datetime | None:
    """Return when the renewal that is under way began, None where none is or yet another is due."""
    key = TeamKey.objects.select_related("team").filter(team=team, state=KeyState.ACTIVE).first()
    if key is None or not is_under_way(team) or is_spent(key):
        return None
    return key.created


def due_renewals() -> list[datetime]:
    """Return since when the key of each team that waits for it must be renewed, oldest first."""
    with all_rows():
        since = [due_since(team) for team in Team.objects.living().order_by("pk")]
    return sorted(moment for moment in since if moment is not None)


@transaction.atomic
def renew(scope: Scope, unlocked: Unlocked, team: Team, *, at: datetime) -> TeamKey:
    """Begin the next version of a team's key though nothing makes it due.
    Everything moves to it as in any renewal, and the old key is deleted at its end.
    Errors: PermissionDenied, for a member who does not supervise the team; step_up_required;
    renewal_under_way, also while one is due and has not begun; as `begin`."""
    access.must(scope, Permission.SUPERVISE, team=team)
    must_be_stepped_up(unlocked, at=at)
    active_key(team.pk, lock=True)
    if is_due(Team.objects.get(pk=team.pk)):
        raise VaultRefusal("renewal_under_way")
    return begin(unlocked, team, at=at)
