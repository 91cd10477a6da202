"""The recovery kit: two of three officers with printed codes can restore a team. It is used when no
member can sign in. For each pair of officers the team's secret is split in two halves; each half is
sealed to one officer's key, which only the officer's printed code opens."""

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
from protect.vault.access import must_be_allowed_to_drill
from protect.vault.formats import context, fingerprint, secrets, wraps
from protect.vault.formats.credentials import codes, userwrap
from protect.vault.formats.errors import Damaged, Mistyped
from protect.vault.integrity import admissions, authenticity, key_register
from protect.vault.models import RecoveryHalf, RecoveryOfficer, TeamKey, keys
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up

OFFICER_PAIRS = list(combinations(keys.OFFICER_SLOTS, 2))  # as pairs of slots
DRILL_ACTION = "vault.recovery_drill"  # audit action of a drill
KIT_DONE_ACTION = "vault.recovery_kit"  # audit action of a finished kit
CODES_PROVED_ACTIONS = ("vault.recovery_drill", "vault.restore")  # two officers' codes worked
DRILL_INTERVAL = timedelta(days=183)  # a drill is due every six months
type OfficersBySlot = Mapping[int, RecoveryOfficer]


@dataclass(frozen=True, slots=True, repr=False)
class AppointedOfficer:
    """A new officer, and the code that is printed once for the officer alone."""

    officer: RecoveryOfficer
    code: codes.RecoveryCode


@transaction.atomic
def appoint_officer(
    scope: Scope, organisation: Organisation, slot: int, *, at: datetime
) -> AppointedOfficer:
    """Appoint a slot's officer; delete the earlier one and halves. Errors: PermissionDenied."""
    access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    RecoveryOfficer.objects.filter(organisation=organisation, slot=slot).delete()
    RecoveryHalf.objects.filter(team_key__team__organisation=organisation, slot=slot).delete()
    secret, code, pk = secrets.UserSecret.generate(), codes.RecoveryCode.generate(), uuid4()
    key_register.register_key(enums.Owner.OFFICER, pk, slot, secret.public(), at=at)
    wrapped = userwrap.seal_with_code(secret, code, user=pk, credential=pk)
    columns = {"pk": pk, "organisation": organisation, "slot": slot, "created": at}
    officer = RecoveryOfficer.objects.create(**columns, public=secret.public().raw, wrapped=wrapped)
    scope.audit(organisation.pk, at=at).record("vault.appoint", f"officer:{pk}")
    return AppointedOfficer(officer, code)


@transaction.atomic
def confirm_officer(scope: Scope, officer: RecoveryOfficer, typed: str, *, at: datetime) -> None:
    """Mark an officer as confirmed, if `typed` is the code that was printed for the officer.
    Errors: PermissionDenied; CodeWrong (`group`: the mistyped group, 0 for the whole code);
    officers_missing if the officer was replaced; MemberKeyMismatch if it opens another key."""
    access.must(scope, Permission.MANAGE_ORGANISATION, organisation=officer.organisation)
    if not RecoveryOfficer.objects.select_for_update().filter(pk=officer.pk).exists():
        raise errors.VaultRefusal("officers_missing")
    secret = open_officer_secret(officer, typed)
    if secret.public() != authenticity.verified_officer_public_key(officer):
        raise errors.MemberKeyMismatch
    officer.confirmed_at = at
    officer.save(update_fields=["confirmed_at"])
    audit = scope.audit(officer.organisation.pk, at=at)
    audit.record("vault.confirm_officer", f"officer:{officer.pk}")


@transaction.atomic
def finish_kit(
    scope: Scope, unlocked: Unlocked, team: Team, *, words: Mapping[int, str], at: datetime
) -> Team:
    """Sign the three officers, and split every unretired version of the team's key for them.
    `words`: the six words that each officer in `officers_to_compare` read out, by slot. They are
    needed because an attacker may have added an officer to the database. A founding team becomes
    active. Errors: PermissionDenied; step_up_required; officers_missing until three have confirmed;
    OfficerWordsDiffer; team_not_ready; KeyNotReady; TeamKeyMismatch; MemberKeyMismatch."""
    access.must(scope, Permission.ADMIT, team=team)
    must_be_stepped_up(unlocked, at=at)
    key = active_key(team.pk, lock=True)
    team = Team.objects.get(pk=team.pk)  # read again under the lock
    officers = _confirmed_officers(RecoveryOfficer.objects.select_for_update(), team)
    if len(officers) < len(keys.OFFICER_SLOTS):
        raise errors.VaultRefusal("officers_missing")
    for slot, officer in _unsigned_officers(unlocked, team, officers).items():
        if officer_words(officer) != tuple(words.get(slot, "").lower().split()):
            raise errors.OfficerWordsDiffer(slot=slot)
    for version, secret in _unretired_secrets(unlocked, team):
        split_for_officers(version, secret, officers, at=at)
    if team.state == TeamState.FOUNDING:
        team = orgs.apply_team_move(team, TeamMove.CONFIRM_RECOVERY, actor=unlocked.user_id, at=at)
    unlocked.audit(team.organisation_id, at=at).record("vault.recovery_kit", f"teamkey:{key.pk}")
    return team


def officers_to_compare(unlocked: Unlocked, team: Team) -> dict[int, RecoveryOfficer]:
    """Return the confirmed officers that not every unretired key version has signed, by slot.
    Errors: KeyNotReady; TeamKeyMismatch; MemberKeyMismatch."""
    confirmed = _confirmed_officers(RecoveryOfficer.objects.all(), team)
    return _unsigned_officers(unlocked, team, confirmed)


def _unsigned_officers(
    unlocked: Unlocked, team: Team, officers: OfficersBySlot
) -> dict[int, RecoveryOfficer]:
    """Return the `officers` that not every unretired key version has signed, by slot."""
    unsigned: dict[int, RecoveryOfficer] = {}
    for version, secret in _unretired_secrets(unlocked, team):
        signed = admissions.signed_officers(version, secret.public())
        rows = officers.items()
        unsigned |= {slot: row for slot, row in rows if not _has_signed_key(row, signed.get(slot))}
    return dict(sorted(unsigned.items()))


def _has_signed_key(officer: RecoveryOfficer, signed: RecoveryOfficer | None) -> bool:
    """Return whether `signed`, from the team's signatures, is this officer with the same key."""
    if signed is None or signed.pk != officer.pk:
        return False
    return bytes(signed.public) == bytes(officer.public)


def officer_words(officer: RecoveryOfficer) -> tuple[str, ...]:
    """Return the six words of an officer's key. Errors: MemberKeyMismatch."""
    return fingerprint.words(authenticity.verified_officer_public_key(officer))


def split_for_officers(
    key: TeamKey, secret: secrets.TeamSecret, officers: OfficersBySlot, *, at: datetime
) -> None:
    """Sign officers, and split `secret` again for each pair of them. Errors: MemberKeyMismatch."""
    RecoveryHalf.objects.filter(team_key=key).delete()
    for officer in officers.values():
        admissions.sign_officer(key, secret, officer, at=at)
    for pair in OFFICER_PAIRS:
        if set(pair) <= set(officers):
            for slot, half in zip(pair, secrets.split_team_secret(secret), strict=True):
                public = authenticity.verified_officer_public_key(officers[slot])
                wrap = wraps.wrap_half(half, public, _half_context(key, pair, slot))
                name = pair_name(pair)
                RecoveryHalf.objects.create(team_key=key, pair=name, slot=slot, wrap=wrap)


def _unretired_secrets(
    unlocked: Unlocked, team: Team
) -> Iterator[tuple[TeamKey, secrets.TeamSecret]]:
    for version in TeamKey.unretired_versions_of(team):
        yield version, unlocked.team_secret(team.pk, version.version)


def is_kit_complete(team: Team) -> bool:
    """Return whether any two of the three officers could restore the active key."""
    return len(restoring_pairs(team)) == len(OFFICER_PAIRS)


def restoring_pairs(team: Team) -> list[tuple[int, int]]:
    """Return the pairs of officer slots of which both halves of the active key are stored.
    Errors: team_not_ready."""
    rows = RecoveryHalf.objects.filter(team_key=active_key(team.pk)).order_by("pk")
    stored = set(rows.values_list("pair", "slot"))
    return [pair for pair in OFFICER_PAIRS if {(pair_name(pair), slot) for slot in pair} <= stored]


def teams_lost_without(organisation: Organisation, slot: int) -> list[Team]:
    """Return the teams past founding that no pair can restore without this officer, or at all."""
    living_teams = Team.objects.living().filter(organisation=organisation).order_by("name", "pk")
    teams_at_work = living_teams.exclude(state__in=(TeamState.NO_KEY, TeamState.FOUNDING))
    return [team for team in teams_at_work if all(slot in pair for pair in restoring_pairs(team))]


def join_secret(key: TeamKey, typed_codes: dict[int, str]) -> secrets.TeamSecret:
    """Return a team's secret from the halves of two officers. `typed_codes`: codes by slot.
    Errors: CodeWrong; kit_has_gaps when this pair has no halves of this key; RecordDamaged
    for halves that do not open; TeamKeyMismatch for halves of another key."""
    first, second = sorted(typed_codes)
    pair, halves = (first, second), {}
    try:
        for slot in pair:
            officer_secret, half = _secret_and_sealed_half(key, pair, slot, typed_codes[slot])
            half_context = _half_context(key, pair, slot)
            halves[slot] = wraps.unwrap_half(bytes(half.wrap), officer_secret, half_context)
        secret = secrets.join_team_secret_halves(halves[first], halves[second])
    except Damaged:
        raise errors.RecordDamaged(reference=str(key.pk)) from None
    authenticity.must_be_team_secret(key, secret)
    return secret


def open_officer_secret(officer: RecoveryOfficer, typed_code: str) -> secrets.UserSecret:
    """Open an officer's secret with the printed code. Errors: CodeWrong."""
    try:
        code = codes.RecoveryCode.parse(typed_code)
        blob = bytes(officer.wrapped)
        return userwrap.open_with_code(blob, code, user=officer.pk, credential=officer.pk)
    except Mistyped as mistake:
        raise errors.CodeWrong(group=mistake.group) from None
    except Damaged:
        raise errors.CodeWrong(group=0) from None


def _secret_and_sealed_half(
    key: TeamKey, pair: tuple[int, int], slot: int, typed_code: str
) -> tuple[secrets.UserSecret, RecoveryHalf]:
    """Return an officer's secret and their sealed half. Errors: kit_has_gaps; CodeWrong."""
    officer = officers_by_slot(key.team.organisation_id).get(slot)
    half = RecoveryHalf.objects.filter(team_key=key, pair=pair_name(pair), slot=slot).first()
    if officer is None or half is None:
        raise errors.VaultRefusal("kit_has_gaps")
    return open_officer_secret(officer, typed_code), half


def pair_name(pair: tuple[int, int]) -> str:
    """Return the stored name of a pair of slots, such as "12"."""
    return "".join(map(str, pair))


def _half_context(key: TeamKey, pair: tuple[int, int], slot: int) -> context.HalfContext:
    return context.half(team=key.team_id, version=key.version, pair=pair_name(pair), slot=slot)


def _confirmed_officers(rows: QuerySet[RecoveryOfficer], team: Team) -> dict[int, RecoveryOfficer]:
    """Return officers with a confirmed code, by slot; the ledger is not checked."""
    officers = rows.filter(organisation=team.organisation_id).exclude(confirmed_at=None)
    return {officer.slot: officer for officer in officers.order_by("slot")}


def officers_by_slot(organisation: UUID) -> dict[int, RecoveryOfficer]:
    """Return an organisation's officers by slot, also those who are not confirmed."""
    officers = RecoveryOfficer.objects.filter(organisation=organisation).order_by("slot")
    return {officer.slot: officer for officer in officers}


@transaction.atomic
def hold_drill(scope: Scope, team: Team, typed_codes: dict[int, str], *, at: datetime) -> None:
    """Prove that the codes of two officers, by slot, still open the team's key; keep no secret.
    Errors: PermissionDenied, unless the user may admit members or manages the organisation;
    team_not_ready; as `join_secret`."""
    must_be_allowed_to_drill(scope, team)
    key = active_key(team.pk, lock=True)
    join_secret(key, typed_codes)
    scope.audit(team.organisation_id, at=at).record(DRILL_ACTION, f"teamkey:{key.pk}")


def last_drill_at(organisation: UUID) -> datetime | None:
    """Return when two officers' codes last worked, in a drill or a restore; None if never."""
    proofs = Entry.objects.of_organisation(organisation).filter(action__in=CODES_PROVED_ACTIONS)
    return proofs.order_by("-n").values_list("at", flat=True).first()


def next_drill_due_at(organisation: UUID) -> datetime | None:
    """Return when a drill is due: six months after the last, else the first kit; None: no kit."""
    kit_entries = Entry.objects.of_organisation(organisation).filter(action=KIT_DONE_ACTION)
    kit_times = kit_entries.order_by("n").values_list("at", flat=True)
    since = last_drill_at(organisation) or kit_times.first()
    return since + DRILL_INTERVAL if since else None
