"""A team as one viewer sees it: its members, key and recovery kit, and the viewer's next step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from protect.audit.models import Entry
from protect.orgs.alarms import stopped_since
from protect.orgs.enums import MembershipState, Permission, TeamState
from protect.orgs.models import Membership, Team, User
from protect.orgs.roles import permissions_of
from protect.orgs.scope import Scope
from protect.vault.enums import KeyState
from protect.vault.models import RecoveryOfficer, TeamKey, keys
from protect.vault.sessions.unlocked import Unlocked, key_holders
from protect.vault.team_keys import recovery_kit, rotation
from protect.vault.team_keys.members import key_words, own_user_key

# Audit actions after which a member waits for admission to the team.
WAIT_START_ACTIONS = ("orgs.membership_ready", "orgs.membership_lose_keys")


class TeamStep(Enum):
    """A step that the viewer takes or waits for. Its texts: `protect/vault/teams/wording.py`."""

    STOPPED = auto()  # a stored key was forged, and no data protection officer has answered
    MAKE_KEY = auto()
    AWAIT_KEY = auto()  # a colleague must make the key
    INVITE = auto()  # the team has no member who could make the key
    READ_WORDS = auto()  # the viewer reads their six words to a colleague
    RESTORE = auto()  # no member is left who could admit the viewer
    AWAIT_RESTORE = auto()
    ADMIT = auto()
    ROTATE = auto()
    OFFICERS = auto()  # three officers are needed before the kit can be finished
    FINISH_KIT = auto()
    AWAIT_KIT = auto()
    DRILL = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class TeamInfo:
    """A team as one viewer sees it: members, key, recovery kit and the viewer's permissions."""

    team: Team
    members: tuple[Membership, ...]  # current memberships with users, by name
    key_holder_ids: frozenset[UUID]  # users who hold the newest key
    permissions: frozenset[Permission]  # of the viewer
    membership: Membership | None  # membership of the viewer
    renewal_due_since: datetime | None  # since when the key must be renewed
    renewal_begun_at: datetime | None  # when the renewal that is under way began
    confirmed_officers: int  # number of officers who have confirmed their codes
    restoring_pair_count: int  # pairs of officers that can restore the key; 3: no gaps
    drill_due_at: datetime | None  # when the codes must be tested next
    stopped_since: datetime | None  # when a stored key was first found to be forged
    at: datetime

    @property
    def is_waiting(self) -> bool:
        """Return whether the viewer waits for admission to the team."""
        return self.membership is not None and self.membership.state != MembershipState.ACTIVE

    @property
    def is_renewal_due(self) -> bool:
        """Return whether the team's key must be renewed."""
        return self.renewal_due_since is not None

    @property
    def holds_key(self) -> bool:
        """Return whether the viewer holds the team's newest key."""
        return (
            self.membership is not None
            and not self.is_waiting
            and self.membership.user_id in self.key_holder_ids
        )

    @property
    def may_admit(self) -> bool:
        """Return whether the viewer holds the newest key and may admit members."""
        return self.holds_key and Permission.ADMIT in self.permissions

    @property
    def maintains_kit(self) -> bool:
        """Return whether the viewer may admit members or manages the organisation."""
        return self.may_admit or Permission.MANAGE_ORGANISATION in self.permissions

    @property
    def maintains_keys(self) -> bool:
        """Return whether the viewer maintains key and kit; without admitters, every holder does."""
        return self.maintains_kit or (self.holds_key and not self.admitters)

    @property
    def has_kit(self) -> bool:
        """Return whether any two of three officers could restore the newest key."""
        return self.restoring_pair_count == len(recovery_kit.OFFICER_PAIRS)

    @property
    def is_at_risk(self) -> bool:
        """Return whether no pair of officers could restore a team that is past its founding."""
        return not self.restoring_pair_count and self.team.state not in {
            TeamState.NO_KEY,
            TeamState.FOUNDING,
        }

    def is_drill_due(self, within: timedelta = timedelta(0)) -> bool:
        """Return whether the next drill is due within this time and concerns the viewer."""
        is_near = self.drill_due_at is not None and self.drill_due_at <= self.at + within
        return is_near and self.has_kit and self.maintains_kit

    @property
    def waiting(self) -> list[Membership]:
        """Return the memberships that wait for admission, except those of suspended accounts."""
        waiting = (row for row in self.members if row.state == MembershipState.PENDING)
        return [row for row in waiting if row.user.suspended_at is None]

    @property
    def admittable_members(self) -> list[Membership]:
        """Return the memberships that the viewer can admit now: none if the team is stopped."""
        return self.waiting if self.may_admit and not self.stopped_since else []

    @property
    def admitters(self) -> list[Membership]:
        """Return the members who can admit others: they hold the newest key and may admit."""
        return [row for row in self._holders if Permission.ADMIT in permissions_of(row.role)]

    @property
    def renewers(self) -> list[Membership]:
        """Return the members who renew the key: those who may admit, else all key holders."""
        return self.admitters or self._holders

    @property
    def _holders(self) -> list[Membership]:
        """Return the members who hold the newest key and can use it now."""
        active = (row for row in self.members if row.state == MembershipState.ACTIVE)
        holders = (row for row in active if row.user_id in self.key_holder_ids)
        return [row for row in holders if row.user.suspended_at is None]

    @property
    def founders(self) -> list[Membership]:
        """Return the members with a role that may make the team's first key."""
        return [row for row in self.members if Permission.ADMIT in permissions_of(row.role)]

    @property
    def steps(self) -> list[TeamStep]:
        """Return the steps that the viewer takes or waits for now, the most urgent first."""
        stopped = [TeamStep.STOPPED] if self.stopped_since else []
        if self.is_waiting:
            return [*stopped, _step_while_waiting(self)]
        if self.team.state == TeamState.NO_KEY:
            is_alone = not self.founders and Permission.INVITE in self.permissions
            return [*stopped, TeamStep.INVITE if is_alone else TeamStep.AWAIT_KEY]
        return [*stopped, *_steps_of_member(self)]

    @property
    def next(self) -> TeamStep:
        """Return the viewer's most urgent step."""
        return next(iter(self.steps), TeamStep.NOTHING)


def get_team_info(scope: Scope, team: Team, *, at: datetime) -> TeamInfo:
    """Return the state of a team for a viewer who may see its page."""
    rows = Membership.objects.live().filter(team=team).select_related("user")
    members = tuple(rows.order_by("user__name", "pk"))
    has_key = TeamKey.objects.filter(team=team, state=KeyState.ACTIVE).exists()
    officers = recovery_kit.officers_by_slot(team.organisation_id).values()
    due_since = rotation.renewal_due_since(team) if has_key else None
    return TeamInfo(
        team=team,
        members=members,
        key_holder_ids=frozenset(key_holders(team)) if has_key else frozenset(),
        permissions=scope.permissions(team=team.pk, organisation=team.organisation_id),
        membership=next((each for each in members if each.user_id == scope.user_id), None),
        renewal_due_since=due_since,
        renewal_begun_at=rotation.renewal_begun_at(team) if due_since else None,
        confirmed_officers=sum(each.confirmed_at is not None for each in officers),
        restoring_pair_count=len(recovery_kit.restoring_pairs(team)) if has_key else 0,
        drill_due_at=recovery_kit.next_drill_due_at(team.organisation_id) if has_key else None,
        stopped_since=stopped_since(team.organisation_id, team.pk) if has_key else None,
        at=at,
    )


def own_words(unlocked: Unlocked) -> str:
    """Return the six words that a user reads out. Errors: KeyNotReady; MemberKeyMismatch."""
    return " ".join(key_words(own_user_key(unlocked)))


def key_versions(team: Team) -> list[TeamKey]:
    return list(TeamKey.objects.filter(team=team).order_by("-version"))


def waits_since(membership: Membership) -> datetime:
    """Return when a member last began to wait for admission; else when the membership began."""
    entries = Entry.objects.of_organisation(membership.organisation_id)
    entries = entries.of_target(f"membership:{membership.pk}").filter(action__in=WAIT_START_ACTIONS)
    last_at = entries.order_by("-n").values_list("at", flat=True).first()
    return last_at or membership.created


def appointer_of(officer: RecoveryOfficer) -> User | None:
    """Return the user that appointed a recovery officer; None if the audit has no entry of it."""
    entries = Entry.objects.of_organisation(officer.organisation_id)
    entries = entries.of_target(f"officer:{officer.pk}").filter(action="vault.appoint")
    appointment = entries.select_related("actor").order_by("-n").first()
    return appointment.actor if appointment else None


def _step_while_waiting(info: TeamInfo) -> TeamStep:
    role = info.membership.role if info.membership else ""
    may_begin = Permission.ADMIT in permissions_of(role)
    if info.team.state == TeamState.NO_KEY:
        return TeamStep.MAKE_KEY if may_begin else TeamStep.AWAIT_KEY
    if info.admitters:
        return TeamStep.READ_WORDS
    return TeamStep.RESTORE if may_begin else TeamStep.AWAIT_RESTORE


def _steps_of_member(info: TeamInfo) -> Iterator[TeamStep]:
    if info.admittable_members:
        yield TeamStep.ADMIT
    if info.holds_key and info.is_renewal_due and info.maintains_keys:
        yield TeamStep.ROTATE
    if not info.has_kit:
        yield from _steps_without_kit(info)
    elif info.is_drill_due():
        yield TeamStep.DRILL


def _steps_without_kit(info: TeamInfo) -> Iterator[TeamStep]:
    if info.confirmed_officers < len(keys.OFFICER_SLOTS):
        if info.maintains_kit:
            yield TeamStep.OFFICERS
    elif info.may_admit:
        yield TeamStep.FINISH_KIT
    elif info.maintains_kit:
        yield TeamStep.AWAIT_KIT
