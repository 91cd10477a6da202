"""Teams with keys: amal sends, bela receives, chidi must learn nothing, dana administers.

Everybody gets keys without a password: what is tried here begins where somebody is unlocked.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model, Q
from django_tasks_db.models import DBTaskResult

from protect.audit import facts
from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.orgs import access, actions as orgs
from protect.orgs.enums import MembershipMove, MembershipState, TeamState
from protect.orgs.models import Membership, Organisation, Team, User
from protect.orgs.scope import Scope
from protect.vault.enums import Kind, Owner
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import UserPublicKey, UserSecret
from protect.vault.integrity import key_register
from protect.vault.models import (
    DekWrap,
    Draft,
    Manifest,
    Record,
    RecoveryHalf,
    RecoveryOfficer,
    TeamGrant,
    TeamKey,
    UnlockSession,
    UserKey,
)
from protect.vault.records import records
from protect.vault.records.records import NewRecord, OpenedRecord
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.team_keys import members, recovery_kit
from tests.audit.tampering import forget_everything
from tests.orgs.conftest import make_organisation

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
MONTH = date(2027, 11, 1)
SAID = {"name": "Demo Person", "story": "PLANTED-IN-CLEAR"}
OTHER = {"name": "Demo Person", "story": "another text"}


@dataclass
class Person:
    """Somebody whose secret we know."""

    user: User
    secret: UserSecret
    version: int = 1

    @property
    def pk(self) -> UUID:
        return self.user.pk

    @property
    def scope(self) -> Scope:
        return access.scope_for(self.pk)

    @property
    def key(self) -> UserKey:
        return UserKey.objects.get(user=self.user, version=self.version)

    @property
    def words(self) -> str:
        return " ".join(members.key_words(self.key))

    def unlocked(self, stepped_up: datetime | None = AT) -> Unlocked:
        """Return a fresh open session: nothing is remembered of teams."""
        return Unlocked(self.pk, self.version, self.secret, uuid4(), stepped_up)

    def place(self, team: Team) -> Membership:
        return Membership.objects.live().select_related("team", "user").get(user=self.pk, team=team)


@dataclass
class Cast:
    """Three organisations, a team in each, and who is who."""

    office: Organisation
    partner: Organisation
    other: Organisation
    desk: Team
    shelter: Team
    far: Team
    people: dict[str, Person] = field(default_factory=dict)
    codes: dict[UUID, dict[int, str]] = field(default_factory=dict)

    def as_it_stands(self) -> "Cast":
        """Return the same cast, read anew."""
        rows = {
            name: type(row).objects.get(pk=row.pk)
            for name, row in self.__dict__.items()
            if isinstance(row, Model)
        }
        users = User.objects.in_bulk([each.pk for each in self.people.values()])
        people = {name: replace(each, user=users[each.pk]) for name, each in self.people.items()}
        return replace(self, people=people, **rows)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def make_person(name: str) -> Person:
    user = User.objects.create_user(f"{name}@demo.example", name=f"Demo {name.title()}")
    secret = UserSecret.generate()
    person = Person(user, secret)
    _keep_key(person)
    return person


def renew(person: Person) -> None:
    """Give somebody another key pair, as whoever has forgotten everything gets one."""
    person.secret, person.version = UserSecret.generate(), person.version + 1
    _keep_key(person)


def _keep_key(person: Person) -> None:
    """Write a person's key down as enrolling does: in the ledger and in the database."""
    public, version = person.secret.public(), person.version
    key_register.register_key(Owner.PERSON, person.pk, version, public, at=AT)
    UserKey.objects.create(user=person.user, version=version, public=public.raw, created=AT)


def wait_in(person: Person, team: Team, role: str = "caseworker") -> Membership:
    """Let somebody wait for a colleague to let them in."""
    row = Membership.objects.create(
        user=person.user, organisation=team.organisation, team=team, role=role, created=AT
    )
    return orgs.apply_membership_move(row, MembershipMove.READY, actor=person.pk, at=AT)


def serve(
    person: Person, organisation: Organisation, role: str, team: Team | None = None
) -> Membership:
    """Give somebody a role without keys; in a team, as a row that nobody has signed."""
    return Membership.objects.create(
        user=person.user,
        organisation=organisation,
        team=team,
        role=role,
        state=MembershipState.ACTIVE,
        created=AT,
        admitted_at=AT,
    )


def new_team(organisation: Organisation, name: str) -> Team:
    return Team.objects.create(
        organisation=organisation, name=name, state=TeamState.NO_KEY, created=AT
    )


def found(team: Team, founder: Person) -> TeamKey:
    """Make a team's first key."""
    return members.make_first_key(founder.unlocked(), wait_in(founder, team, "supervisor"), at=AT)


def admit(team: Team, by: Person, person: Person, role: str = "caseworker") -> Membership:
    place = wait_in(person, team, role)
    members.admit_to_team(by.scope, by.unlocked(), place, words=person.words, at=AT)
    return place


def appoint_officers(scope: Scope, organisation: Organisation) -> dict[int, str]:
    """Return the printed codes of three officers who have confirmed them."""
    codes = {}
    for slot in (1, 2, 3):
        appointed = recovery_kit.appoint_officer(scope, organisation, slot, at=AT)
        codes[slot] = appointed.code.printed()
        recovery_kit.confirm_officer(scope, appointed.officer, codes[slot], at=AT)
    return codes


def finish_kit(person: Person, team: Team, *, at: datetime = AT) -> Team:
    """Finish a team's kit with the words of whatever keys stand in its officers' places."""
    words = {
        slot: " ".join(fingerprint.words(UserPublicKey(bytes(each.public))))
        for slot, each in recovery_kit.officers_by_slot(team.organisation_id).items()
    }
    return recovery_kit.finish_kit(person.scope, person.unlocked(at), team, words=words, at=at)


def make_cast() -> Cast:
    """Make three teams at work."""
    office, partner = make_organisation("Demo office"), make_organisation("Demo partner", "MT")
    other = make_organisation("Demo other", "IE")
    made = Cast(
        office=office,
        partner=partner,
        other=other,
        desk=new_team(office, "Demo desk"),
        shelter=new_team(partner, "Demo shelter"),
        far=new_team(other, "Demo far"),
    )
    for name in ("amal", "sana", "bela", "noor", "chidi", "dana", "emil", "femi", "olga"):
        made.people[name] = make_person(name)
    for name, organisation in (("dana", office), ("emil", partner), ("femi", other)):
        serve(made.people[name], organisation, "organisation_admin")
        made.codes[organisation.pk] = appoint_officers(made.people[name].scope, organisation)
    serve(made.olga, other, "operator")
    for founder, team in (("sana", made.desk), ("bela", made.shelter), ("chidi", made.far)):
        person = made.people[founder]
        found(team, person)
        finish_kit(person, team)
        team.refresh_from_db()
    admit(made.desk, made.sana, made.amal)
    admit(made.shelter, made.bela, made.noor, "receiver")
    return made


def forget_cast() -> None:
    """Delete what was committed."""
    forget_everything()  # the audit's own guards refuse the usual clearing
    for model in (
        DBTaskResult,
        Outgoing,
        Draft,
        UnlockSession,
        Manifest,
        Record,
        DekWrap,
        TeamGrant,
    ):
        model.objects.all().delete()
    for model in (RecoveryHalf, RecoveryOfficer, TeamKey, UserKey, Membership):
        model.objects.all().delete()
    for model in (Team, Organisation, User):
        model.objects.all().delete()


def write(person: Person, team: Team, document: dict[str, Any] = SAID, kind: str = "case"):
    """Seal a record for a team."""
    writing = NewRecord(kind=kind, team=team)
    return records.seal_record(person.unlocked(), writing, document, retention=MONTH, at=AT)


def read(person: Person, record: Record) -> OpenedRecord:
    return records.open_record(person.unlocked(), record, at=LATER)


def note(person: Person, team: Team) -> Record:
    return write(person, team, kind=Kind.NOTE)


def grants(team: Team) -> set[tuple[UUID, int]]:
    """Return who holds which version of a team's key."""
    rows = TeamGrant.objects.filter(team_key__team=team).order_by("pk")
    return set(rows.values_list("user_key__user", "team_key__version"))


def versions(team: Team) -> dict[int, str]:
    """Return the state of each version of a team's key."""
    rows = TeamKey.objects.filter(team=team).order_by("version")
    return dict(rows.values_list("version", "state"))


def entries(action: str) -> int:
    """Return how often something stands in the audit, of whichever file it was."""
    code = f"vault.{action}"
    return Entry.objects.filter(Q(action=code) | Q(action__startswith=f"{code}.")).count()


def must_verify() -> None:
    """Compute every chain of the audit anew."""
    broken = [checked for checked in facts.verify_chains(at=LATER) if checked.broken]
    assert broken == []
