"""Comparison of every key in the database with the ledger and its signatures. Needs no secret.
Operators run it when a key mismatch is reported (docs/operating.md), and each week."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from protect.kernel.text import one_line
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership, Team
from protect.orgs.roles import roles
from protect.vault import enums, errors
from protect.vault.formats.errors import Damaged
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.integrity import admissions, authenticity, key_register, record_states
from protect.vault.models import RecoveryHalf, RecoveryOfficer, TeamGrant, TeamKey, UserKey

NOT_IN_LEDGER = "not_in_ledger"  # the fault of a key that the ledger lacks
UNSIGNED_FAULTS = {"not_linked", "not_signed"}  # faults that no line in the ledger repairs
NO_MEMBERSHIP_TEXT = "a person without a membership in any organisation"


class KeyFault(NamedTuple):
    """A row that contradicts the ledger or a signature: the row, the fault and the owner."""

    kind: str  # user_key, officer, team_key, membership, grant or half
    pk: UUID
    fault: str  # a code, see find_faults
    owner: str  # organisation and team that own the row, never a person


class KeyCounts(NamedTuple):
    """Numbers of team keys that are `known` and `unknown` to the ledger."""

    known: int
    unknown: int


def count_keys_in_ledger() -> KeyCounts:
    """Count the team key versions that the ledger has and lacks. If it has none, nothing opens."""
    versions = TeamKey.objects.order_by("pk").values_list("team", "version")
    in_ledger = [key_register.has_key_version(enums.Owner.TEAM, *version) for version in versions]
    return KeyCounts(known=in_ledger.count(True), unknown=in_ledger.count(False))


def find_faults() -> Iterator[KeyFault]:
    """Yield every fault of the keys in the database that two scans find. Faults: `not_in_ledger`,
    for a public key that this server did not make; `not_linked`, for a version without both
    signatures of the succession; `not_signed`, for a grant, a half or an active member without an
    admission that the team has signed, and for a team's key of which an admission does not verify;
    `no_grant`, for a signed member without a grant; `role_differs`, for a membership whose role
    neither the team has signed nor a page has given since."""
    first_faults = {fault[:3] for fault in _scan_for_key_faults()}
    # A key may have been renewed or a member admitted meanwhile: a real fault is found twice.
    second_faults = _scan_for_key_faults() if first_faults else ()
    yield from (fault for fault in second_faults if fault[:3] in first_faults)


def has_team_fault(team: UUID) -> bool:
    """Return whether a team's keys, grants, halves, members or roles have a fault."""
    keys = TeamKey.objects.filter(team=team).order_by("version")
    if any(_is_refused(authenticity.verified_team_public_key, key) for key in keys):
        return True
    living = Team.objects.living().filter(pk=team)
    return any(next(_find_team_faults(row), None) for row in living)


def _scan_for_key_faults() -> Iterator[KeyFault]:
    yield from _find_keys_not_in_ledger()
    for team in Team.objects.living().order_by("pk"):
        yield from _find_team_faults(team)


def _find_keys_not_in_ledger() -> Iterator[KeyFault]:
    """Yield a fault for each key that the ledger lacks; a user's newest only, also if retired."""
    newest = {key.user_id: key for key in UserKey.objects.order_by("version").iterator()}
    for key in newest.values():
        if _is_refused(authenticity.verified_user_public_key, key):
            yield KeyFault("user_key", key.pk, NOT_IN_LEDGER, describe_memberships(key.user_id))
    for officer in RecoveryOfficer.objects.select_related("organisation").order_by("pk"):
        if _is_refused(authenticity.verified_officer_public_key, officer):
            owner = f"{one_line(officer.organisation.name)}, recovery officer {officer.slot}"
            yield KeyFault("officer", officer.pk, NOT_IN_LEDGER, owner)
    team_keys = TeamKey.objects.select_related("team__organisation").order_by("team", "version")
    for team_key in team_keys.iterator():
        if _is_refused(authenticity.verified_team_public_key, team_key):
            yield KeyFault("team_key", team_key.pk, NOT_IN_LEDGER, key_name(team_key))


def _is_refused[Row](verify: Callable[[Row], object], row: Row) -> bool:
    try:
        verify(row)
    except errors.TeamKeyMismatch:
        return True
    return False


def _find_team_faults(team: Team) -> Iterator[KeyFault]:
    """Yield unlinked versions of a team's key, and the faults of holders of unretired ones."""
    rows = TeamKey.objects.filter(team=team).select_related("team__organisation")
    keys = list(rows.order_by("version"))
    for old, new in pairwise(keys):
        if not authenticity.is_signed_successor(old, new):
            yield KeyFault("team_key", new.pk, "not_linked", key_name(new))
    for key in keys:
        if key.state != enums.KeyState.RETIRED:
            yield from _find_holder_faults(key)


def _find_holder_faults(key: TeamKey) -> Iterator[KeyFault]:
    """Yield the faults of a key version: grants, halves, memberships and roles that the team's
    signatures do not cover, and signed members without a grant."""
    owner = key_name(key)
    try:
        public = TeamPublicKey(bytes(key.public))
        members = admissions.signed_members(key, public)
        roles_signed = admissions.signed_roles(key, public, members)
        officers = admissions.signed_officers(key, public)
    except (errors.TeamKeyMismatch, Damaged):
        yield KeyFault("team_key", key.pk, "not_signed", owner)
        return
    yield from _unmatched_grants(key, members)
    halves = RecoveryHalf.objects.filter(team_key=key).exclude(slot__in=officers)
    for half in halves.order_by("pk"):
        yield KeyFault("half", half.pk, "not_signed", owner)
    if key.state == enums.KeyState.ACTIVE:
        yield from _find_unsigned_memberships(key, {membership.pk for membership, _ in members})
        yield from _find_changed_roles(key, members, roles_signed)


def _unmatched_grants(key: TeamKey, members: list[admissions.SignedMember]) -> Iterator[KeyFault]:
    """Yield faults for signed members without a grant, and for grants to unsigned keys."""
    signed = {user_key.pk: membership for membership, user_key in members}
    grants = list(TeamGrant.objects.filter(team_key=key).order_by("pk"))
    granted = {grant.user_key_id for grant in grants}
    for user_key, membership in signed.items():
        if user_key not in granted:
            yield KeyFault("membership", membership.pk, "no_grant", key_name(key))
    for grant in grants:
        if grant.user_key_id not in signed:
            yield KeyFault("grant", grant.pk, "not_signed", key_name(key))


def _find_changed_roles(
    key: TeamKey, members: list[admissions.SignedMember], roles_by_id: dict[UUID, str]
) -> Iterator[KeyFault]:
    for membership, _ in members:
        if membership.role != roles_by_id.get(membership.pk, membership.role):
            yield KeyFault("membership", membership.pk, "role_differs", team_name(key.team))


def _find_unsigned_memberships(key: TeamKey, signed_ids: set[UUID]) -> Iterator[KeyFault]:
    key_roles = [code for code, role in roles().items() if role.gives_keys]
    rows = Membership.objects.filter(team=key.team_id, role__in=key_roles)
    active = rows.filter(state=MembershipState.ACTIVE).exclude(user__suspended_at__isnull=False)
    for membership in active.exclude(pk__in=signed_ids).order_by("pk"):
        yield KeyFault("membership", membership.pk, "not_signed", team_name(key.team))


def is_fault_present(target: str, outcome: str) -> bool:
    """Return whether the server still finds the fault of an alarm. Faults that only a member's
    secret can reveal are not found. Shapes: `target` and `outcome` of the alarm's audit entry."""
    kind, _, pk = target.partition(":")
    if outcome == errors.RecordDamaged.code:
        return record_states.current_fault(target) is not None
    return outcome == errors.TeamKeyMismatch.code and kind == "team" and has_team_fault(UUID(pk))


def team_name(team: Team) -> str:
    """Return the names of the organisation and the team, in one line."""
    return f"{one_line(team.organisation.name)}, {one_line(team.name)}"


def membership_location(membership: Membership) -> str:
    """Return the location of a membership: the names of its organisation and team."""
    return team_name(membership.team) if membership.team else one_line(membership.organisation.name)


def key_name(key: TeamKey) -> str:
    return f"{team_name(key.team)}, version {key.version}"


def describe_memberships(user: UUID) -> str:
    """Describe a user in the report of key faults by organisations and teams, without a name."""
    live = Membership.objects.live().filter(user=user).order_by("pk")
    rows = live.select_related("organisation", "team__organisation")
    names = {membership_location(membership) for membership in rows}
    return "; ".join(sorted(names)) or NO_MEMBERSHIP_TEXT
