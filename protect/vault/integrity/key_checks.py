"""Comparing every key in the database with the ledger and with its signatures. Needs no secret.
For operators, when a key mismatch is reported (docs/operating.md), and each week."""

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
from protect.vault.formats.secrets import TeamPublic
from protect.vault.integrity import admissions, authenticity, key_register, record_states
from protect.vault.models import RecoveryHalf, RecoveryOfficer, TeamGrant, TeamKey, UserKey

NOT_IN_LEDGER = "not_in_ledger"
UNSIGNED = {"not_linked", "not_signed"}  # no ledger makes these right
NO_PLACE = "a person without a place in any organisation"


class KeyFault(NamedTuple):
    """A row that contradicts the ledger or a signature: which row, what is wrong, and its owner."""

    kind: str
    pk: UUID
    fault: str
    owner: str  # whose it is: organisation and team, never a person


class KeysInLedger(NamedTuple):
    known: int
    unknown: int


def keys_in_ledger() -> KeysInLedger:
    """Return how many keys of teams the ledger knows. Without any, nothing opens."""
    versions = TeamKey.objects.order_by("pk").values_list("team", "version")
    in_ledger = [key_register.knows(enums.Owner.TEAM, team, version) for team, version in versions]
    return KeysInLedger(known=in_ledger.count(True), unknown=in_ledger.count(False))


def key_faults() -> Iterator[KeyFault]:
    """Yield every fault of the keys in the database. Faults: `not_in_ledger`, for a public key that
    this server did not make; `not_linked`, for a version of which it and the one before did not
    both sign that it follows; `not_signed`, for a grant, a half or an active member without an
    admission that the team has signed for that key, and for a team's key with which no admission
    verifies; `no_grant`, for a signed member whose grant is gone; `role_differs`, for one whose row
    has a role that neither the team has signed nor a page has given since."""
    first = {fault[:3] for fault in _key_faults()}
    # A supervisor may have renewed a key or let a person in meanwhile: what differs, differs twice.
    yield from (fault for fault in (_key_faults() if first else ()) if fault[:3] in first)


def has_fault(team: UUID) -> bool:
    """Return whether a key of a team is not as the ledger or a signature says."""
    keys = TeamKey.objects.filter(team=team).order_by("version")
    if any(_is_refused(authenticity.team_public, key) for key in keys):
        return True
    return any(next(_of_team(each), None) for each in Team.objects.living().filter(pk=team))


def _key_faults() -> Iterator[KeyFault]:
    yield from _differing_keys()
    for team in Team.objects.living().order_by("pk"):
        yield from _of_team(team)


def _differing_keys() -> Iterator[KeyFault]:
    newest = {key.user_id: key for key in UserKey.objects.order_by("version").iterator()}
    for key in newest.values():
        if _is_refused(authenticity.user_public, key):
            yield KeyFault("user_key", key.pk, NOT_IN_LEDGER, person_places(key.user_id))
    for officer in RecoveryOfficer.objects.select_related("organisation").order_by("pk"):
        if _is_refused(authenticity.officer_public, officer):
            yield KeyFault("officer", officer.pk, NOT_IN_LEDGER, officer_name(officer))
    team_keys = TeamKey.objects.select_related("team__organisation").order_by("team", "version")
    for team_key in team_keys.iterator():
        if _is_refused(authenticity.team_public, team_key):
            yield KeyFault("team_key", team_key.pk, NOT_IN_LEDGER, key_name(team_key))


def _is_refused[Row](public_of: Callable[[Row], object], row: Row) -> bool:
    try:
        public_of(row)
    except errors.TeamKeyMismatch:
        return True
    return False


def _of_team(team: Team) -> Iterator[KeyFault]:
    rows = TeamKey.objects.filter(team=team).select_related("team__organisation")
    keys = list(rows.order_by("version"))
    for old, new in pairwise(keys):
        if not authenticity.follows(old, new):
            yield KeyFault("team_key", new.pk, "not_linked", key_name(new))
    for key in keys:
        if key.state != enums.KeyState.RETIRED:
            yield from _unsigned(key)


def _unsigned(key: TeamKey) -> Iterator[KeyFault]:
    owner = key_name(key)
    try:
        public = TeamPublic(bytes(key.public))
        members = admissions.signed_members(key, public)
        roles_signed = admissions.signed_roles(key, public, members)
        officers = admissions.signed_officers(key, public)
    except (errors.TeamKeyMismatch, Damaged):
        yield KeyFault("team_key", key.pk, "not_signed", owner)
        return
    yield from _unmatched_grants(key, members)
    for half in RecoveryHalf.objects.filter(team_key=key).exclude(slot__in=officers).order_by("pk"):
        yield KeyFault("half", half.pk, "not_signed", owner)
    if key.state == enums.KeyState.ACTIVE:
        yield from _unsigned_places(key, {place.pk for place, _ in members})
        yield from _changed_roles(key, members, roles_signed)


def _unmatched_grants(key: TeamKey, members: list[admissions.Member]) -> Iterator[KeyFault]:
    signed = {user_key.pk: place for place, user_key in members}
    grants = list(TeamGrant.objects.filter(team_key=key).order_by("pk"))
    granted = {grant.user_key_id for grant in grants}
    for user_key, place in signed.items():
        if user_key not in granted:
            yield KeyFault("membership", place.pk, "no_grant", key_name(key))
    for grant in grants:
        if grant.user_key_id not in signed:
            yield KeyFault("grant", grant.pk, "not_signed", key_name(key))


def _changed_roles(
    key: TeamKey, members: list[admissions.Member], signed: dict[UUID, str]
) -> Iterator[KeyFault]:
    for place, _ in members:
        if place.role != signed.get(place.pk, place.role):
            yield KeyFault("membership", place.pk, "role_differs", team_name(key.team))


def _unsigned_places(key: TeamKey, signed: set[UUID]) -> Iterator[KeyFault]:
    giving = [code for code, role in roles().items() if role.gives_keys]
    places = Membership.objects.filter(
        team=key.team_id, state=MembershipState.ACTIVE, role__in=giving
    )
    active = places.exclude(user__suspended_at__isnull=False).exclude(pk__in=signed)
    for place in active.order_by("pk"):
        yield KeyFault("membership", place.pk, "not_signed", team_name(key.team))


def is_still_so(target: str, outcome: str) -> bool:
    """Return whether the server finds now what an alarm says. What only a member sees, it does not.
    Shapes: target: as an entry's; outcome: the code of the alarm."""
    kind, _, pk = target.partition(":")
    if outcome == errors.RecordDamaged.code:
        return record_states.current_fault(target) is not None
    return outcome == errors.TeamKeyMismatch.code and kind == "team" and has_fault(UUID(pk))


def team_name(team: Team) -> str:
    """Return the names of a team's organisation and of the team."""
    return f"{one_line(team.organisation.name)}, {one_line(team.name)}"


def place_name(place: Membership) -> str:
    """Return where a place is: the names of its organisation and team."""
    return team_name(place.team) if place.team else one_line(place.organisation.name)


def key_name(key: TeamKey) -> str:
    """Return the owner of a version of a team's key, with that version."""
    return f"{team_name(key.team)}, version {key.version}"


def officer_name(officer: RecoveryOfficer) -> str:
    """Return the name of a recovery officer's organisation, and the officer's place in it."""
    return f"{one_line(officer.organisation.name)}, recovery officer {officer.slot}"


def person_places(user: UUID) -> str:
    """Return the names of the organisations and teams in which a person has a place now."""
    live = Membership.objects.live().filter(user=user).order_by("pk")
    names = {
        place_name(place) for place in live.select_related("organisation", "team__organisation")
    }
    return "; ".join(sorted(names)) or NO_PLACE
