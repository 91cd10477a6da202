"""Keys for the people and teams of the demo, so that every demo account can sign in and work.

Their passphrase is public: no live system serves a database that holds such keys
(protect/orgs/actions/modes.py).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings

from protect.demo.consortium import Counts, DemoOrganisation, DemoTeam, consortium, pk_of
from protect.kernel import tables
from protect.orgs import access, actions as orgs, roles
from protect.orgs.enums import MembershipMove, MembershipState, Permission, TeamState
from protect.orgs.models import Membership, Organisation, Team, User
from protect.vault import enums
from protect.vault.formats.credentials import codes, stretch, userwrap
from protect.vault.formats.secrets import UserSecret
from protect.vault.integrity import key_register
from protect.vault.models import UserKey
from protect.vault.models.keys import SLOTS
from protect.vault.records import records
from protect.vault.rows import all_rows
from protect.vault.sessions import browser_sessions, passwords
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.sign_in import second_factors
from protect.vault.team_keys import members, recovery_kit

PASSPHRASE = "walnut saddle river copper violin thistle"  # noqa: S105 - published on purpose
SEED = b"protect demo: no key"  # of every demo account's authenticator app
NOTES_KEPT = timedelta(days=365)
# A guess costs next to nothing anyway; each sign-in makes hash and bundle anew at full cost.
CHEAP = {
    "memory_kib": stretch.MEMORY_KIB[0],
    "passes": stretch.PASSES[0],
    "lanes": stretch.LANES[0],
}

type People = dict[UUID, Unlocked]  # accounts with new keys, by id


class DemoNote(tables.Record):
    team: str  # <organisation>.<team>
    by: str
    title: str
    text: str


def build_keys(*, at: datetime) -> Counts:
    """Give keys to the demo's people and teams without any. Return how many rows by table.
    `build_organisations` has run. A person or team that has keys keeps them.
    Errors: demo_only on a live system; database_was_live; DataError; pepper_missing."""
    orgs.must_be_for_demo()
    counts: Counts = Counter()
    with all_rows(), _cheaply():
        if not UserKey.objects.exists():
            key_register.note_demo_built(at=at)
        for plan in consortium().values():
            people = _people(plan, at)
            counts["user"] += len(people)
            for team in plan.teams:
                _team(plan, team, people, counts, at)
    return counts


def recovery_code(email: str) -> codes.RecoveryCode:
    digest = sha256(f"protect demo recovery {email}".encode()).digest()
    return codes.RecoveryCode(digest[: codes.RecoveryCode.SIZE])


@contextmanager
def _cheaply() -> Iterator[None]:
    before, settings.ARGON2 = settings.ARGON2, CHEAP
    try:
        yield
    finally:
        settings.ARGON2 = before


def _people(plan: DemoOrganisation, at: datetime) -> People:
    rows = User.objects.filter(pk__in=[pk_of("user", person.code) for person in plan.people])
    without = [user for user in rows.order_by("pk") if UserKey.newest_of(user.pk) is None]
    return {user.pk: _enrol(user, at) for user in without}


def _enrol(user: User, at: datetime) -> Unlocked:
    """Give an account everything that sign-in needs; its memberships then wait for admission."""
    secret, credential = UserSecret.make(), uuid4()
    key = UserKey.objects.create(user=user, version=1, public=secret.public().raw, created=at)
    key_register.note_made(enums.Owner.PERSON, user.pk, 1, secret.public(), at=at)
    passwords.put(user, key, secret, PASSPHRASE, at=at)
    code = recovery_code(user.email)
    blob = userwrap.seal_code(secret, code, user=user.pk, credential=credential)
    fields = {"credential": credential, "blob": blob, "created": at, "confirmed_at": at}
    key.wraps.create(kind=enums.WrapKind.RECOVERY, **fields)
    second_factors.give_totp(user, SEED, at=at)
    key_register.note_made(enums.Owner.FACTOR, user.pk, 1, secret.public(), at=at)
    browser_sessions.note("build_demo", user.pk, at=at)
    places = Membership.objects.filter(user=user, state=MembershipState.ENROLLED)
    for place in places.order_by("pk"):
        orgs.set_membership_state(place, MembershipMove.READY, actor=user.pk, at=at)
    return Unlocked(user.pk, key.version, secret, session=uuid4(), stepped_up=at)


def _team(
    plan: DemoOrganisation, planned: DemoTeam, people: People, counts: Counts, at: datetime
) -> None:
    """Bring a team to its planned state, if one of its new members may found it."""
    code = f"{plan.code}.{planned.code}"
    team = Team.objects.get(pk=pk_of("team", code))
    waiting = Membership.objects.filter(team=team, state=MembershipState.PENDING)
    here = list(waiting.filter(user__in=people).order_by("created", "pk"))
    admits = (each for each in here if Permission.ADMIT in roles.permissions_of(each.role))
    founder = next(admits, None)
    if founder is None or team.state != TeamState.NO_KEY or planned.state == TeamState.NO_KEY:
        return
    unlocked = people[founder.user_id]
    team = members.make_key(unlocked, founder, at=at).team
    if planned.state == TeamState.ACTIVE:
        _appoint(team.organisation, at)
        new = recovery_kit.officers_to_compare(unlocked, team)
        words = {slot: " ".join(recovery_kit.words_of(each)) for slot, each in new.items()}
        recovery_kit.finish(access.scope_for(founder.user_id), unlocked, team, words=words, at=at)
    not_yet = {pk_of("user", person.code) for person in plan.people if person.waits}
    _admit([each for each in here if each.user_id not in {founder.user_id, *not_yet}], unlocked, at)
    counts["team"] += 1
    counts["note"] += _note(code, team, people, at)


def _appoint(organisation: Organisation, at: datetime) -> None:
    """Let a manager of an organisation appoint its officers. Their codes are not kept."""
    manager = access.holders(Permission.MANAGE_ORGANISATION, organisation=organisation.pk)[0]
    scope, officers = access.scope_for(manager.pk), recovery_kit.officers_of(organisation.pk)
    for slot in SLOTS:
        if slot not in officers or officers[slot].confirmed_at is None:
            appointed = recovery_kit.appoint(scope, organisation, slot, at=at)
            typed = appointed.code.printed()
            recovery_kit.confirm_officer(scope, appointed.officer, typed, at=at)


def _admit(waiting: list[Membership], unlocked: Unlocked, at: datetime) -> None:
    """Let in the people who still wait, with the six words that each would read out."""
    scope = access.scope_for(unlocked.user_id)
    for membership in waiting:
        words = " ".join(members.words_of(UserKey.objects.get(user=membership.user_id)))
        members.admit(scope, unlocked, membership, words=words, at=at)


def _note(code: str, team: Team, people: People, at: datetime) -> int:
    notes = tables.load("demo", "notes", DemoNote).values()
    here = [note for note in notes if note.team == code and pk_of("user", note.by) in people]
    for note in here:
        records.seal(
            people[pk_of("user", note.by)],
            records.Writing(enums.Kind.NOTE, team),
            {"title": note.title, "text": note.text},
            retention=(at + NOTES_KEPT).date(),
            at=at,
        )
    return len(here)
