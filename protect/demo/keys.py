"""Demo data: keys for the people and teams of the demo, so that every account can sign in.
The passphrase is public. Therefore no live system serves a database with such keys
(protect/orgs/actions/modes.py)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings

from protect.demo.consortium import Counts, DemoOrganisation, DemoTeam, consortium, pk_of
from protect.kernel import tables
from protect.orgs import access, actions as orgs, models, roles
from protect.orgs.enums import MembershipMove, MembershipState, Permission, TeamState
from protect.vault import enums
from protect.vault.formats.credentials import codes, stretch, userwrap
from protect.vault.formats.secrets import UserSecret
from protect.vault.integrity import key_register
from protect.vault.models import UserKey, keys
from protect.vault.records import records
from protect.vault.rows import show_all_rows
from protect.vault.sessions import browser_sessions, passwords
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.sign_in import second_factors
from protect.vault.team_keys import members, recovery_kit

PASSPHRASE = "walnut saddle river copper violin thistle"  # noqa: S105 - published on purpose
TOTP_SEED = b"protect demo: no key"  # seed of every demo account's authenticator app
NOTE_RETENTION = timedelta(days=365)  # of the demo's notes
# The passphrase is public, so hashing may be cheap; the first sign-in renews it at full cost.
LOWEST_COST = (stretch.MEMORY_BOUNDS[0], stretch.PASSES_BOUNDS[0], stretch.LANES_BOUNDS[0])
CHEAP_HASHING = dict(zip(("memory_kib", "passes", "lanes"), LOWEST_COST, strict=True))

type UnlockedPeople = dict[UUID, Unlocked]  # sessions of accounts with new keys, by user id


class DemoNote(tables.Record):
    team: str  # <organisation>.<team>
    by: str  # code of a person in consortium.toml
    title: str
    text: str


def build_keys(*, at: datetime) -> Counts:
    """Give keys to the demo's people and teams without any; count these, and the new notes.
    Run `build_organisations` first. Errors: as there, and pepper_missing."""
    orgs.must_allow_demo_data()
    counts: Counts = Counter()
    with show_all_rows(), _cheap_hashing():
        if not UserKey.objects.exists():
            key_register.register_demo_build(at=at)
        for plan in consortium().values():
            people = _enrol_people(plan, at)
            counts["user"] += len(people)
            for team in plan.teams:
                _set_up_team(plan, team, people, counts, at)
    return counts


def demo_recovery_code(email: str) -> codes.RecoveryCode:
    digest = sha256(f"protect demo recovery {email}".encode()).digest()
    return codes.RecoveryCode(digest[: codes.RecoveryCode.SIZE])


@contextmanager
def _cheap_hashing() -> Iterator[None]:
    previous, settings.ARGON2 = settings.ARGON2, CHEAP_HASHING
    try:
        yield
    finally:
        settings.ARGON2 = previous


def _enrol_people(plan: DemoOrganisation, at: datetime) -> UnlockedPeople:
    """Enrol the people of an organisation that have no keys; return their sessions."""
    rows = models.User.objects.filter(pk__in=[pk_of("user", person.code) for person in plan.people])
    keyless = [user for user in rows.order_by("pk") if UserKey.newest_of(user.pk) is None]
    return {user.pk: _enrol_user(user, at) for user in keyless}


def _enrol_user(user: models.User, at: datetime) -> Unlocked:
    """Give an account all that sign-in needs; its memberships then wait for admission."""
    secret, credential = UserSecret.generate(), uuid4()
    key = UserKey.objects.create(user=user, version=1, public=secret.public().raw, created=at)
    key_register.register_key(enums.Owner.PERSON, user.pk, 1, secret.public(), at=at)
    passwords.set_password(user, key, secret, PASSPHRASE, at=at)
    code = demo_recovery_code(user.email)
    blob = userwrap.seal_with_code(secret, code, user=user.pk, credential=credential)
    fields = {"credential": credential, "blob": blob, "created": at, "confirmed_at": at}
    key.wraps.create(kind=enums.WrapKind.RECOVERY, **fields)
    second_factors.give_demo_totp(user, TOTP_SEED, at=at)
    key_register.register_key(enums.Owner.FACTOR, user.pk, 1, secret.public(), at=at)
    browser_sessions.note("build_demo", user.pk, at=at)
    memberships = models.Membership.objects.filter(user=user, state=MembershipState.ENROLLED)
    for membership in memberships.order_by("pk"):
        orgs.apply_membership_move(membership, MembershipMove.READY, actor=user.pk, at=at)
    return Unlocked(user.pk, key.version, secret, session=uuid4(), stepped_up=at)


def _set_up_team(
    plan: DemoOrganisation, planned: DemoTeam, people: UnlockedPeople, counts: Counts, at: datetime
) -> None:
    """Give a team key, recovery kit, members and notes, if one of `people` may make the key."""
    code = f"{plan.code}.{planned.code}"
    team = models.Team.objects.get(pk=pk_of("team", code))
    waiting = models.Membership.objects.filter(team=team, state=MembershipState.PENDING)
    new_memberships = list(waiting.filter(user__in=people).order_by("created", "pk"))
    admitting = roles.roles_with(Permission.ADMIT)
    founder = next((member for member in new_memberships if member.role in admitting), None)
    if founder is None or team.state != TeamState.NO_KEY or planned.state == TeamState.NO_KEY:
        return
    unlocked = people[founder.user_id]
    team = members.make_first_key(unlocked, founder, at=at).team
    if planned.state == TeamState.ACTIVE:
        _appoint_officers(team.organisation, at)
        officers = recovery_kit.officers_to_compare(unlocked, team).items()
        words = {slot: " ".join(recovery_kit.officer_words(officer)) for slot, officer in officers}
        scope = access.scope_for(founder.user_id)
        recovery_kit.finish_kit(scope, unlocked, team, words=words, at=at)
    skipped = {pk_of("user", person.code) for person in plan.people if person.waits}
    skipped.add(founder.user_id)
    admitted = [member for member in new_memberships if member.user_id not in skipped]
    _admit_members(admitted, unlocked, at)
    counts["team"] += 1
    counts["note"] += _write_notes(code, team, people, at)


def _appoint_officers(organisation: models.Organisation, at: datetime) -> None:
    """Appoint and confirm an organisation's recovery officers, in the name of a manager."""
    manager = access.users_with(Permission.MANAGE_ORGANISATION, organisation=organisation.pk)[0]
    scope, officers = access.scope_for(manager.pk), recovery_kit.officers_by_slot(organisation.pk)
    for slot in keys.OFFICER_SLOTS:
        if slot not in officers or officers[slot].confirmed_at is None:
            appointed = recovery_kit.appoint_officer(scope, organisation, slot, at=at)
            typed = appointed.code.printed()
            recovery_kit.confirm_officer(scope, appointed.officer, typed, at=at)


def _admit_members(waiting: list[models.Membership], unlocked: Unlocked, at: datetime) -> None:
    """Admit the waiting members, with the six words that each would read out."""
    scope = access.scope_for(unlocked.user_id)
    for membership in waiting:
        words = " ".join(members.key_words(UserKey.objects.get(user=membership.user_id)))
        members.admit_to_team(scope, unlocked, membership, words=words, at=at)


def _write_notes(code: str, team: models.Team, people: UnlockedPeople, at: datetime) -> int:
    """Write the notes of the team `<organisation>.<team>` by `people`; return how many."""
    notes = tables.load("demo", "notes", DemoNote).values()
    own_notes = [note for note in notes if note.team == code and pk_of("user", note.by) in people]
    for note in own_notes:
        records.seal_record(
            people[pk_of("user", note.by)],
            records.NewRecord(enums.Kind.NOTE, team),
            {"title": note.title, "text": note.text},
            retention=(at + NOTE_RETENTION).date(),
            at=at,
        )
    return len(own_notes)
