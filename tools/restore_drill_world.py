"""The people of the restore drill, made by the actions that the screens use. All are invented."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connection, transaction

from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.orgs import access, actions as orgs
from protect.orgs.actions import NewOrganisation, OfferedRole
from protect.orgs.models import Membership, Organisation, Team
from protect.vault.models import Record, TeamGrant, TeamKey, UserKey
from protect.vault.records import erasure, records
from protect.vault.records.records import NewRecord
from protect.vault.rows import show_all_rows, show_rows_of_teams
from protect.vault.sessions import authentication, browser_sessions
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.sign_in import enrolment, second_factors
from protect.vault.team_keys import members, recovery_kit, rotation

STARTED_AT = clock.now() - timedelta(hours=1)
PASSWORD = "orchard lantern pebble window thistle"
BROWSER = orgs.Browser("127.0.0.1")
ORGANISATION, TEAM = "Demo drill office", "Demo drill desk"
PROFILE = NewOrganisation(ORGANISATION, "ngo_partner", "BE", "Europe/Brussels")


def at(minutes: int) -> datetime:
    """Return a moment of the drill, which plays in the past hour, so that no code has to be
    awaited."""
    return STARTED_AT + timedelta(minutes=minutes)


@dataclass
class Person:
    """A user, with the secrets that only this user has."""

    user: UUID
    email: str
    seed: bytes
    entry: BrowserSession

    @property
    def unlocked(self) -> Unlocked:
        unlocked = browser_sessions.unlocked_of(self.entry)
        assert unlocked
        return unlocked

    def code(self, minutes: int) -> str:
        """Return what the app of this person shows."""
        return TOTP(self.seed, 6, SHA1(), 30).generate(int(at(minutes).timestamp())).decode()


@dataclass
class World:
    """One organisation with one team, its manager, a member who stays, one who leaves, two
    notes."""

    team: Team
    manages: Person
    stays: Person
    leaves: Person
    kept: UUID
    erased: UUID

    @contextmanager
    def rows(self) -> Iterator[None]:
        """See the rows of the team, as a request of its members does."""
        with transaction.atomic():
            show_rows_of_teams({self.team.pk})
            yield


def build(sentence: str) -> World:
    """Create the organisation, users, team and two notes that contain the sentence."""
    office = orgs.create_first_organisation(
        PROFILE, email="manages@demo.example", language="en", at=at(0)
    )
    manages = accept_invitation("manages", 1)
    profile = {"name": "Demo Manages", "language": "en", "password": PASSWORD}
    enrolment.enrol(mailed_secret("manages"), **profile, at=at(2))  # the second mail: to operate
    scope = access.scope_for(manages.user)
    codes = [appoint(scope, office, slot) for slot in (1, 2, 3)]
    assert len(set(codes)) == 3
    team = orgs.create_team(scope, office, name=TEAM, purpose="", at=at(3))
    people = []
    for name, role in (("stays", "supervisor"), ("leaves", "caseworker")):
        place = OfferedRole(office, team, role)
        orgs.invite(scope, place, email=f"{name}@demo.example", language="en", at=at(3))
        people.append(accept_invitation(name, 4))
    stays, leaves = people
    found(team, stays, leaves)
    team.refresh_from_db()
    world = World(team, manages, stays, leaves, team.pk, team.pk)
    with world.rows():
        world.kept, world.erased = (seal(world, f"{sentence} {number}") for number in (1, 2))
    return world


def mailed_secret(name: str) -> str:
    """Return the secret of the next link that was mailed to a person."""
    mail = Outgoing.objects.filter(to=f"{name}@demo.example", template="invitation").first()
    assert mail
    Outgoing.objects.filter(pk=mail.pk).delete()
    return mail.link.rsplit("/", 1)[1]


def accept_invitation(name: str, minutes: int) -> Person:
    """Accept an invitation: password, keys, recovery code, app."""
    profile = {"name": f"Demo {name.title()}", "language": "en", "password": PASSWORD}
    enrolled = enrolment.enrol(mailed_secret(name), **profile, at=at(minutes))
    assert enrolled.entry
    assert enrolled.code
    entry = enrolment.confirm_code(enrolled.entry, enrolled.code.printed(), at=at(minutes))
    offer = second_factors.offer_totp(entry, at=at(minutes))
    seed = base64.b32decode(parse_qs(urlsplit(offer.uri).query)["secret"][0])
    user = entry.session.user
    person = Person(user.pk, user.email, seed, entry)
    person.entry = second_factors.confirm_totp(entry, person.code(minutes), at=at(minutes))
    return person


def appoint(scope: access.Scope, office: Organisation, slot: int) -> str:
    """Appoint a recovery officer, who types the printed code back."""
    appointed = recovery_kit.appoint_officer(scope, office, slot, at=at(2))
    code = appointed.code.printed()
    recovery_kit.confirm_officer(scope, appointed.officer, code, at=at(2))
    return code


def found(team: Team, founder: Person, other: Person) -> None:
    """Create the team's key, finish its recovery kit, and admit the other person."""
    members.make_first_key(founder.unlocked, place_of(founder), at=at(5))
    scope = access.scope_for(founder.user)
    officers = recovery_kit.officers_by_slot(team.organisation_id)
    papers = {slot: " ".join(recovery_kit.officer_words(each)) for slot, each in officers.items()}
    recovery_kit.finish_kit(scope, founder.unlocked, team, words=papers, at=at(5))
    words = " ".join(members.key_words(UserKey.objects.get(user=other.user)))
    members.admit_to_team(scope, founder.unlocked, place_of(other), words=words, at=at(6))


def place_of(person: Person) -> Membership:
    rows = Membership.objects.live().select_related("team", "organisation", "user")
    return rows.get(user=person.user, team__isnull=False)


def seal(world: World, text: str) -> UUID:
    writing = NewRecord(kind="note", team=world.team)
    retention = date(STARTED_AT.year + 1, 1, 1)
    record = records.seal_record(
        world.leaves.unlocked, writing, {"text": text}, retention=retention, at=at(7)
    )
    return record.pk


def erase(world: World) -> None:
    """Erase a note as a member of the team."""
    with world.rows():
        record = Record.objects.select_related("owner_team").get(pk=world.erased)
        erasure.erase_record(world.stays.unlocked, record, reason=erasure.PERSON_REASON, at=at(20))


def end_membership(world: World) -> None:
    """End the membership of the person who leaves."""
    scope = access.scope_for(world.manages.user)
    members.end_membership_and_access(scope, place_of(world.leaves), None, at=at(21))


def sign_in(person: Person, minutes: int) -> None:
    """Sign a person in with password and authenticator app."""
    attempt = authentication.begin(person.email, PASSWORD, browser=BROWSER, at=at(minutes))
    person.entry = second_factors.pass_with_totp(
        attempt, person.code(minutes), browser=BROWSER, at=at(minutes)
    )


def read(world: World, note: UUID) -> str:
    """Return the text of a note, opened by the person who stays."""
    with world.rows():
        record = Record.objects.select_related("owner_team").get(pk=note)
        return str(records.open_record(world.stays.unlocked, record, at=at(40)).document["text"])


def renew_key(world: World) -> set[UUID]:
    """Renew the team's key and move every wrap; return who holds a key of the team then."""
    unlocked = world.stays.unlocked
    with world.rows():
        rotation.begin_renewal(unlocked, world.team, at=at(41))
        while rotation.continue_renewal(unlocked, world.team, at=at(42)).left:
            pass
    return key_holders(world)


def key_holders(world: World) -> set[UUID]:
    rows = TeamGrant.objects.filter(team_key__team=world.team).order_by("pk")
    return set(rows.values_list("user_key__user", flat=True))


def notes() -> set[UUID]:
    """Return the ids of all records."""
    with show_all_rows():
        return set(Record.objects.order_by("pk").values_list("pk", flat=True))


def public_key(world: World) -> bytes:
    return bytes(TeamKey.objects.get(team=world.team).public)


def switch_database(database: str) -> None:
    """Continue with another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = database
