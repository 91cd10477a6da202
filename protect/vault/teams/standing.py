"""The standing of a team for one viewer, and the one thing that the viewer can do for it next."""

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
from protect.vault.sessions.unlocked import Unlocked, holders
from protect.vault.team_keys import recovery_kit, rotation
from protect.vault.team_keys.members import own_key, words_of

WAITS = ("orgs.membership_ready", "orgs.membership_lose_keys")  # actions in the audit


class Next(Enum):
    """What comes next. Each has its words in `protect/vault/teams/wording.py`."""

    STOPPED = auto()  # a stored key was another one, and no officer has answered
    MAKE_KEY = auto()
    AWAIT_KEY = auto()  # a colleague must make it
    INVITE = auto()  # no person who could make it is here
    READ_WORDS = auto()  # one's own, to a colleague
    RESTORE = auto()  # no member is left who could let one in
    AWAIT_RESTORE = auto()
    ADMIT = auto()
    ROTATE = auto()
    OFFICERS = auto()  # three must be appointed before the kit can be finished
    FINISH_KIT = auto()
    AWAIT_KIT = auto()
    DRILL = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    team: Team
    members: tuple[Membership, ...]  # live places with their people, by name
    holding: frozenset[UUID]  # the people who hold the newest key
    mine: frozenset[Permission]
    place: Membership | None  # of the person who asks
    due_since: datetime | None  # since when the key must be renewed
    begun_at: datetime | None  # when the renewal that is under way began
    officers: int  # who have confirmed their codes
    pairs: int  # of officers who could restore the newest key: three when the kit has no gaps
    drill: datetime | None  # when the next one is due
    stopped_since: datetime | None  # when a stored key was first found to be another one
    at: datetime

    @property
    def is_waiting(self) -> bool:
        return self.place is not None and self.place.state != MembershipState.ACTIVE

    @property
    def is_due(self) -> bool:
        return self.due_since is not None

    @property
    def holds(self) -> bool:
        return self.place is not None and not self.is_waiting and self.place.user_id in self.holding

    @property
    def may_admit(self) -> bool:
        return self.holds and Permission.ADMIT in self.mine

    @property
    def cares(self) -> bool:
        """Return whether the viewer looks after the recovery kit."""
        return self.may_admit or Permission.MANAGE_ORGANISATION in self.mine

    @property
    def keeps_keys(self) -> bool:
        """Return whether the viewer looks after keys and their renewal. Of those who may let others
        in and who manage; of every holder, where no member may let in."""
        return self.cares or (self.holds and not self.admitters)

    @property
    def has_kit(self) -> bool:
        """Return whether any two of three officers could restore the newest key."""
        return self.pairs == len(recovery_kit.PAIRS)

    @property
    def is_at_risk(self) -> bool:
        """Return whether the files of a team at work are lost when its key holders are."""
        return not self.pairs and self.team.state not in {TeamState.NO_KEY, TeamState.FOUNDING}

    def is_drill_due(self, within: timedelta = timedelta(0)) -> bool:
        """Return whether the next drill is due by then, for a viewer who looks after the kit."""
        is_near = self.drill is not None and self.drill <= self.at + within
        return is_near and self.has_kit and self.cares

    @property
    def waiting(self) -> list[Membership]:
        """Return the places that wait for a colleague, but for closed accounts."""
        return [
            each
            for each in self.members
            if each.state == MembershipState.PENDING and each.user.suspended_at is None
        ]

    @property
    def to_let_in(self) -> list[Membership]:
        """Return the places that the viewer can let in now: none in a stopped team."""
        return self.waiting if self.may_admit and not self.stopped_since else []

    @property
    def admitters(self) -> list[Membership]:
        return [each for each in self._holders if Permission.ADMIT in permissions_of(each.role)]

    @property
    def renewers(self) -> list[Membership]:
        """Return the members who renew the key: all who hold it, where no member may let in."""
        return self.admitters or self._holders

    @property
    def _holders(self) -> list[Membership]:
        """Return the members who hold the newest key and could use it now."""
        return [
            each
            for each in self.members
            if each.state == MembershipState.ACTIVE
            and each.user_id in self.holding
            and each.user.suspended_at is None
        ]

    @property
    def founders(self) -> list[Membership]:
        return [each for each in self.members if Permission.ADMIT in permissions_of(each.role)]

    @property
    def to_do(self) -> list[Next]:
        """Return what the viewer can do now, the most urgent first."""
        stopped = [Next.STOPPED] if self.stopped_since else []
        if self.is_waiting:
            return [*stopped, _next_of_waiting(self)]
        if self.team.state == TeamState.NO_KEY:
            is_alone = not self.founders and Permission.INVITE in self.mine
            return [*stopped, Next.INVITE if is_alone else Next.AWAIT_KEY]
        return [*stopped, *_next_at_work(self)]

    @property
    def next(self) -> Next:
        return next(iter(self.to_do), Next.NOTHING)


def standing(scope: Scope, team: Team, *, at: datetime) -> Standing:
    """Return where a team stands for a person with access to its page."""
    rows = Membership.objects.live().filter(team=team).select_related("user")
    members = tuple(rows.order_by("user__name", "pk"))
    has_key = TeamKey.objects.filter(team=team, state=KeyState.ACTIVE).exists()
    officers = recovery_kit.officers_of(team.organisation_id).values()
    due_since = rotation.due_since(team) if has_key else None
    return Standing(
        team=team,
        members=members,
        holding=frozenset(holders(team)) if has_key else frozenset(),
        mine=scope.permissions(team=team.pk, organisation=team.organisation_id),
        place=next((each for each in members if each.user_id == scope.user_id), None),
        due_since=due_since,
        begun_at=rotation.begun_at(team) if due_since else None,
        officers=sum(each.confirmed_at is not None for each in officers),
        pairs=len(recovery_kit.pairs_of(team)) if has_key else 0,
        drill=recovery_kit.drill_due(team.organisation_id) if has_key else None,
        stopped_since=stopped_since(team.organisation_id, team.pk) if has_key else None,
        at=at,
    )


def own_words(unlocked: Unlocked) -> str:
    """Return the six words that a person reads out to a colleague who lets them in.
    Errors: KeyNotReady; MemberKeyMismatch."""
    return " ".join(words_of(own_key(unlocked)))


def versions(team: Team) -> list[TeamKey]:
    """Return every version of a team's key, the newest first."""
    return list(TeamKey.objects.filter(team=team).order_by("-version"))


def waits_since(place: Membership) -> datetime:
    """Return since when a person waits to be let in."""
    entries = Entry.objects.of_organisation(place.organisation_id).about(f"membership:{place.pk}")
    last = entries.filter(action__in=WAITS).order_by("-n").values_list("at", flat=True).first()
    return last or place.created


def appointer(officer: RecoveryOfficer) -> User | None:
    """Return who appointed a recovery officer, as the history says; None, where it does not."""
    entries = Entry.objects.of_organisation(officer.organisation_id).about(f"officer:{officer.pk}")
    appointment = (
        entries.filter(action="vault.appoint").select_related("actor").order_by("-n").first()
    )
    return appointment.actor if appointment else None


def _next_of_waiting(team_standing: Standing) -> Next:
    role = team_standing.place.role if team_standing.place else ""
    may_begin = Permission.ADMIT in permissions_of(role)
    if team_standing.team.state == TeamState.NO_KEY:
        return Next.MAKE_KEY if may_begin else Next.AWAIT_KEY
    if team_standing.admitters:
        return Next.READ_WORDS
    return Next.RESTORE if may_begin else Next.AWAIT_RESTORE


def _next_at_work(team_standing: Standing) -> Iterator[Next]:
    if team_standing.to_let_in:
        yield Next.ADMIT
    if team_standing.holds and team_standing.is_due and team_standing.keeps_keys:
        yield Next.ROTATE
    if not team_standing.has_kit:
        yield from _next_of_kit(team_standing)
    elif team_standing.is_drill_due():
        yield Next.DRILL


def _next_of_kit(team_standing: Standing) -> Iterator[Next]:
    if team_standing.officers < len(keys.SLOTS):
        if team_standing.cares:
            yield Next.OFFICERS
    elif team_standing.may_admit:
        yield Next.FINISH_KIT
    elif team_standing.cares:
        yield Next.AWAIT_KIT
