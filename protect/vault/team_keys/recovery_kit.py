"""What is left when no member of a team can sign in: two of three officers with printed codes.
For each pair of officers the team's secret is split in two halves; each half is sealed to an
officer's key, and that key opens with the code alone. Only the officer keeps the code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from protect.audit.models import Entry
from protect.orgs import access, actions as orgs
from protect.orgs.enums import Permission, TeamMove, TeamState
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope
from protect.vault import enums, errors
from protect.vault.access import must_drill
from protect.vault.formats import context, fingerprint, secrets, wraps
from protect.vault.formats.credentials import codes, userwrap
from protect.vault.formats.errors import Damaged, Mistyped
from protect.vault.integrity import admissions, authenticity, key_register
from protect.vault.models import RecoveryHalf, RecoveryOfficer, TeamKey, keys
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up

PAIRS = list(combinations(keys.SLOTS, 2))
RECORDED = "vault.recovery_drill"  # in the audit
BEGINNING = "vault.recovery_kit"
DRILLED = ("vault.recovery_drill", "vault.restore")  # the codes of two officers joined a key
DRILL = timedelta(days=183)  # every six months


@dataclass(frozen=True, slots=True, repr=False)
class Appointed:
    """An officer's place, and the code that is printed once and kept by the officer alone."""

    officer: RecoveryOfficer
    code: codes.RecoveryCode


@transaction.atomic
def appoint(scope: Scope, organisation: Organisation, slot: int, *, at: datetime) -> Appointed:
    """Make the key and code of an officer; an earlier one of that place opens nothing any more.
    Errors: PermissionDenied."""
    access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    RecoveryOfficer.objects.filter(organisation=organisation, slot=slot).delete()
    RecoveryHalf.objects.filter(team_key__team__organisation=organisation, slot=slot).delete()
    secret, code, pk = secrets.UserSecret.make(), codes.RecoveryCode.make(), uuid4()
    key_register.note_made(enums.Owner.OFFICER, pk, slot, secret.public(), at=at)
    officer = RecoveryOfficer.objects.create(
        pk=pk,
        organisation=organisation,
        slot=slot,
        public=secret.public().raw,
        wrapped=userwrap.seal_code(secret, code, user=pk, credential=pk),
        created=at,
    )
    scope.audit(organisation.pk, at=at).record("vault.appoint", f"officer:{pk}")
    return Appointed(officer, code)


@transaction.atomic
def confirm_officer(scope: Scope, officer: RecoveryOfficer, typed: str, *, at: datetime) -> None:
    """Take note that an officer has the code on paper: they typed it back.
    Errors: PermissionDenied; CodeWrong, with the group where a slip was seen; officers_missing,
    when another officer has that place now; MemberKeyMismatch, when the code opens another key."""
    access.must(scope, Permission.MANAGE_ORGANISATION, organisation=officer.organisation)
    if not RecoveryOfficer.objects.select_for_update().filter(pk=officer.pk).exists():
        raise errors.VaultRefusal("officers_missing")
    if open_officer(officer, typed).public() != authenticity.officer_public(officer):
        raise errors.MemberKeyMismatch
    officer.confirmed_at = at
    officer.save(update_fields=["confirmed_at"])
    audit = scope.audit(officer.organisation.pk, at=at)
    audit.record("vault.confirm_officer", f"officer:{officer.pk}")


@transaction.atomic
def finish(
    scope: Scope, unlocked: Unlocked, team: Team, *, words: Mapping[int, str], at: datetime
) -> Team:
    """Sign the three officers, and split every living version of the team's key for them.
    `words` are the six words that each officer in `officers_to_compare` read out, by slot: an
    appointment is a row, and a writer to the database may have put a manager there who made it. A
    founding team becomes active with that.
    Errors: PermissionDenied; step_up_required; officers_missing until three have confirmed;
    OfficerWordsDiffer; team_not_ready; KeyNotReady; TeamKeyMismatch; MemberKeyMismatch."""
    access.must(scope, Permission.ADMIT, team=team)
    must_be_stepped_up(unlocked, at=at)
    key = active_key(team.pk, lock=True)
    team = Team.objects.get(pk=team.pk)  # of this moment: officers and signatures are of one place
    officers = _confirmed(RecoveryOfficer.objects.select_for_update(), team)
    if len(officers) < len(keys.SLOTS):
        raise errors.VaultRefusal("officers_missing")
    for slot, officer in _unsigned(unlocked, team, officers).items():
        if words_of(officer) != tuple(words.get(slot, "").lower().split()):
            raise errors.OfficerWordsDiffer(slot=slot)
    for version, secret in _living(unlocked, team):
        split(version, secret, officers, at=at)
    if team.state == TeamState.FOUNDING:
        team = orgs.set_team_state(team, TeamMove.CONFIRM_RECOVERY, actor=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.recovery_kit", f"teamkey:{key.pk}")
    return team


def officers_to_compare(unlocked: Unlocked, team: Team) -> dict[int, RecoveryOfficer]:
    """Return the confirmed officers that not every living key version has signed, by slot.
    Errors: KeyNotReady; TeamKeyMismatch; MemberKeyMismatch."""
    return _unsigned(unlocked, team, _confirmed(RecoveryOfficer.objects.all(), team))


def _unsigned(
    unlocked: Unlocked, team: Team, officers: Mapping[int, RecoveryOfficer]
) -> dict[int, RecoveryOfficer]:
    new: dict[int, RecoveryOfficer] = {}
    for version, secret in _living(unlocked, team):
        signed = admissions.signed_officers(version, secret.public())
        new |= {
            slot: officer
            for slot, officer in officers.items()
            if not _is_same(officer, signed.get(slot))
        }
    return dict(sorted(new.items()))


def _is_same(officer: RecoveryOfficer, signed: RecoveryOfficer | None) -> bool:
    if signed is None or signed.pk != officer.pk:
        return False
    return bytes(signed.public) == bytes(officer.public)


def words_of(officer: RecoveryOfficer) -> tuple[str, ...]:
    """Return the six words by which an officer's key is compared. Errors: MemberKeyMismatch."""
    return fingerprint.words(authenticity.officer_public(officer))


def split(
    key: TeamKey,
    secret: secrets.TeamSecret,
    officers: Mapping[int, RecoveryOfficer],
    *,
    at: datetime,
) -> None:
    """Sign officers, and give halves of a version's secret to each pair of them.
    Errors: MemberKeyMismatch."""
    RecoveryHalf.objects.filter(team_key=key).delete()
    for officer in officers.values():
        admissions.sign_officer(key, secret, officer, at=at)
    for pair in PAIRS:
        if set(pair) <= set(officers):
            for slot, half in zip(pair, secrets.split_secret(secret), strict=True):
                RecoveryHalf.objects.create(
                    team_key=key,
                    pair=name_of(pair),
                    slot=slot,
                    wrap=wraps.wrap_half(
                        half, authenticity.officer_public(officers[slot]), _context(key, pair, slot)
                    ),
                )


def _living(unlocked: Unlocked, team: Team) -> Iterator[tuple[TeamKey, secrets.TeamSecret]]:
    for version in TeamKey.living_of(team):
        yield version, unlocked.team(team.pk, version.version)


def is_complete(team: Team) -> bool:
    """Return whether any two of three officers could restore the key that seals now."""
    return len(pairs_of(team)) == len(PAIRS)


def pairs_of(team: Team) -> list[tuple[int, int]]:
    """Return which two officers, by their places, could restore the key that seals now.
    Errors: team_not_ready."""
    rows = RecoveryHalf.objects.filter(team_key=active_key(team.pk)).order_by("pk")
    held = set(rows.values_list("pair", "slot"))
    return [pair for pair in PAIRS if {(name_of(pair), slot) for slot in pair} <= held]


def closed_without(organisation: Organisation, slot: int) -> list[Team]:
    """Return the teams at work that no two officers could open once one of them is replaced."""
    living = Team.objects.living().filter(organisation=organisation).order_by("name", "pk")
    at_work = living.exclude(state__in=(TeamState.NO_KEY, TeamState.FOUNDING))
    return [team for team in at_work if all(slot in pair for pair in pairs_of(team))]


def join(key: TeamKey, typed: dict[int, str]) -> secrets.TeamSecret:
    """Return a team's secret from the codes of two officers, by their places.
    Errors: CodeWrong; kit_has_gaps, where this pair holds no halves of this key; RecordDamaged for
    halves that do not open; TeamKeyMismatch for halves of another key."""
    one, other = sorted(typed)
    opened_halves = {}
    try:
        for slot in (one, other):
            officer, half = _opened(key, (one, other), slot, typed[slot])
            bound = _context(key, (one, other), slot)
            opened_halves[slot] = wraps.unwrap_half(bytes(half.wrap), officer, bound)
        secret = secrets.join_halves(opened_halves[one], opened_halves[other])
    except Damaged:
        raise errors.RecordDamaged(reference=str(key.pk)) from None
    authenticity.must_be_team_secret(key, secret)
    return secret


def open_officer(officer: RecoveryOfficer, typed: str) -> secrets.UserSecret:
    """Return what an officer's printed code opens. Errors: CodeWrong."""
    try:
        code = codes.RecoveryCode.typed(typed)
        return userwrap.open_code(
            bytes(officer.wrapped), code, user=officer.pk, credential=officer.pk
        )
    except Mistyped as slip:
        raise errors.CodeWrong(group=slip.group) from None
    except Damaged:
        raise errors.CodeWrong(group=0) from None


def _opened(
    key: TeamKey, pair: tuple[int, int], slot: int, typed: str
) -> tuple[secrets.UserSecret, RecoveryHalf]:
    """Return what a code opens, and the half that it is for. Errors: kit_has_gaps; CodeWrong."""
    officer = officers_of(key.team.organisation_id).get(slot)
    half = RecoveryHalf.objects.filter(team_key=key, pair=name_of(pair), slot=slot).first()
    if officer is None or half is None:
        raise errors.VaultRefusal("kit_has_gaps")
    return open_officer(officer, typed), half


def name_of(pair: tuple[int, int]) -> str:
    """Return how a pair is written: "12"."""
    return "".join(map(str, pair))


def _context(key: TeamKey, pair: tuple[int, int], slot: int) -> context.HalfContext:
    return context.half(team=key.team_id, version=key.version, pair=name_of(pair), slot=slot)


def _confirmed(rows: QuerySet[RecoveryOfficer], team: Team) -> dict[int, RecoveryOfficer]:
    officers = rows.filter(organisation=team.organisation_id).exclude(confirmed_at=None)
    return {each.slot: each for each in officers.order_by("slot")}


def officers_of(organisation: UUID) -> dict[int, RecoveryOfficer]:
    """Return the officers of an organisation by place."""
    officers = RecoveryOfficer.objects.filter(organisation=organisation).order_by("slot")
    return {each.slot: each for each in officers}


@transaction.atomic
def drill(scope: Scope, team: Team, typed: dict[int, str], *, at: datetime) -> None:
    """Prove that the codes of two officers still open the team's key, and forget it at once.
    Shapes: as `join`.
    Errors: PermissionDenied, unless a person may let others in or manages the organisation;
    team_not_ready; CodeWrong; kit_has_gaps; RecordDamaged for halves that make another key."""
    must_drill(scope, team)
    key = active_key(team.pk, lock=True)
    join(key, typed)
    scope.audit(team.organisation_id, at=at).record(RECORDED, f"teamkey:{key.pk}")


def last_drill(organisation: UUID) -> datetime | None:
    """Return when two officers of an organisation last opened a key of it, or tried to."""
    proved = Entry.objects.of_organisation(organisation).filter(action__in=DRILLED)
    return proved.order_by("-n").values_list("at", flat=True).first()


def drill_due(organisation: UUID) -> datetime | None:
    """Return when the next drill is due: six months after the last, or after the first kit.
    None while there is no kit."""
    finished = Entry.objects.of_organisation(organisation).filter(action=BEGINNING)
    since = last_drill(organisation) or finished.order_by("n").values_list("at", flat=True).first()
    return since + DRILL if since else None
