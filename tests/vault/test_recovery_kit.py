import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs.enums import TeamState
from protect.vault.errors import (
    CodeWrong,
    KeyNotReady,
    MemberKeyMismatch,
    RecordDamaged,
    TeamKeyMismatch,
)
from protect.vault.formats import context, fingerprint, wraps
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.errors import Damaged
from protect.vault.formats.secrets import TeamSecret, UserPublicKey, UserSecret, split_team_secret
from protect.vault.integrity import admissions, authenticity
from protect.vault.models import Admission, RecoveryHalf, RecoveryOfficer, TeamKey
from protect.vault.sessions.rules import STEP_UP_VALIDITY
from protect.vault.team_keys import recovery_kit, rotation
from tests.orgs.conftest import make_organisation
from tests.vault.cast import (
    AT,
    LATER,
    appoint_officers,
    entries,
    finish_kit,
    found,
    make_person,
    must_verify,
    new_team,
    serve,
    wait_in,
)
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import everything, key_lines, refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def gita(cast):
    return make_person("gita")


@pytest.fixture
def office(cast, gita):
    """An organisation that begins: nobody is an officer yet."""
    made = make_organisation("Demo beginning", "FR")
    serve(gita, made, "organisation_admin")
    return made


@pytest.fixture
def team(office, gita):
    made = new_team(office, "Demo new")
    found(made, gita)
    made.refresh_from_db()
    return made


def officer(organisation, slot: int) -> RecoveryOfficer:
    return RecoveryOfficer.objects.get(organisation=organisation, slot=slot)


def halves(team) -> set[tuple[int, str, int]]:
    rows = RecoveryHalf.objects.filter(team_key__team=team).order_by("pk")
    return set(rows.values_list("team_key__version", "pair", "slot"))


ALL = {("12", 1), ("12", 2), ("13", 1), ("13", 3), ("23", 2), ("23", 3)}


def key_of(team, version=1) -> TeamKey:
    return TeamKey.objects.get(team=team, version=version)


def typed(cast, *slots) -> dict[int, str]:
    return {slot: cast.codes[cast.office.pk][slot] for slot in slots}


# --- officers -----------------------------------------------------------------------------------


def test_appointed_officer_gets_a_code_that_is_not_stored(office, gita):
    appointed = recovery_kit.appoint_officer(gita.scope, office, 2, at=AT)

    row = officer(office, 2)
    assert (row.confirmed_at, row.created) == (None, AT)
    opened = recovery_kit.open_officer_secret(row, appointed.code.printed())
    assert opened.public().raw == bytes(row.public)
    kept = repr(everything())
    assert appointed.code.printed() not in kept + repr(appointed)
    assert repr(appointed.code.reveal())[2:-1] not in kept


def test_typing_the_code_confirms_the_officer(office, gita):
    appointed = recovery_kit.appoint_officer(gita.scope, office, 1, at=AT)

    recovery_kit.confirm_officer(
        gita.scope, appointed.officer, appointed.code.printed().lower(), at=LATER
    )

    assert officer(office, 1).confirmed_at == LATER
    assert (entries("appoint"), entries("confirm_officer")) == (10, 10)
    must_verify()


def test_mistyped_or_wrong_code_confirms_nothing(office, gita):
    appointed = recovery_kit.appoint_officer(gita.scope, office, 1, at=AT)
    code = appointed.code.printed()
    slip = code[:-1] + ("A" if code[-1] != "A" else "B")
    for wrong, group in ((slip, 8), (RecoveryCode.generate().printed(), 0), ("", 0)):
        with refused(CodeWrong, group=group):
            recovery_kit.confirm_officer(gita.scope, appointed.officer, wrong, at=AT)


def test_code_does_not_open_the_key_of_another_officer(office, gita):
    first = recovery_kit.appoint_officer(gita.scope, office, 1, at=AT)
    second = recovery_kit.appoint_officer(gita.scope, office, 2, at=AT)

    with refused(CodeWrong):
        recovery_kit.confirm_officer(gita.scope, second.officer, first.code.printed(), at=AT)


def test_an_officers_wrap_moved_to_another_place_does_not_open(office, gita):
    first = recovery_kit.appoint_officer(gita.scope, office, 1, at=AT)
    second = recovery_kit.appoint_officer(gita.scope, office, 2, at=AT)
    RecoveryOfficer.objects.filter(pk=second.officer.pk).update(wrapped=first.officer.wrapped)

    with refused(CodeWrong):
        recovery_kit.confirm_officer(gita.scope, officer(office, 2), first.code.printed(), at=AT)


@pytest.mark.parametrize("name", ["amal", "sana", "bela", "emil"])
def test_only_managers_appoint_and_confirm_officers(cast, name):
    scope, code = cast.people[name].scope, cast.codes[cast.office.pk][1]

    with refused(PermissionDenied):
        recovery_kit.appoint_officer(scope, cast.office, 1, at=AT)
    with refused(PermissionDenied):
        recovery_kit.confirm_officer(scope, officer(cast.office, 1), code, at=AT)


def test_new_officer_replaces_the_earlier_one_and_the_code(cast):
    old = officer(cast.office, 1)
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=LATER)

    assert halves(cast.desk) == {(1, pair, slot) for pair, slot in ALL if slot != 1}
    assert not recovery_kit.is_kit_complete(cast.desk)
    with refused(CodeWrong):
        recovery_kit.join_secret(key_of(cast.desk), {**typed(cast, 2, 3), 2: typed(cast, 1)[1]})
    with refused("kit_has_gaps"):
        recovery_kit.join_secret(key_of(cast.desk), typed(cast, 1, 2))
    with refused("officers_missing"):
        recovery_kit.confirm_officer(cast.dana.scope, old, typed(cast, 1)[1], at=LATER)


def test_another_organisations_halves_stay_when_an_officer_changes(cast):
    before = halves(cast.shelter)

    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=LATER)

    assert halves(cast.shelter) == before


def test_officers_are_distinguished_by_slot(cast):
    found = recovery_kit.officers_by_slot(cast.office.pk)

    assert {slot: row.organisation_id for slot, row in found.items()} == dict.fromkeys(
        (1, 2, 3), cast.office.pk
    )


# --- the kit ------------------------------------------------------------------------------------


def test_three_confirmed_officers_make_a_founding_team_active(team, office, gita):
    appoint_officers(gita.scope, office)

    finished = finish_kit(gita, team, at=LATER)

    team.refresh_from_db()
    assert finished.state == team.state == TeamState.ACTIVE
    assert halves(team) == {(1, pair, slot) for pair, slot in ALL}
    assert recovery_kit.is_kit_complete(team)
    assert entries("recovery_kit") == 4
    must_verify()


def test_a_kit_waits_for_all_three(team, office, gita):
    for slot in (1, 2, 3):
        with refused("officers_missing"):
            finish_kit(gita, team)
        appointed = recovery_kit.appoint_officer(gita.scope, office, slot, at=AT)
        if slot < 3:
            code = appointed.code.printed()
            recovery_kit.confirm_officer(gita.scope, appointed.officer, code, at=AT)
    with refused("officers_missing"):
        finish_kit(gita, team)


def test_only_a_key_holder_who_may_admit_finishes_it(cast):
    for name in ("amal", "dana", "bela"):
        person = cast.people[name]
        with refused(PermissionDenied):
            finish_kit(person, cast.desk)
    with refused(KeyNotReady):
        recovery_kit.finish_kit(cast.sana.scope, cast.bela.unlocked(), cast.desk, words={}, at=AT)


@pytest.mark.parametrize("shown", [None, AT - STEP_UP_VALIDITY])
def test_finishing_a_kit_needs_a_step_up(team, office, gita, shown):
    appoint_officers(gita.scope, office)

    with refused("step_up_required"):
        recovery_kit.finish_kit(gita.scope, gita.unlocked(shown), team, words={}, at=AT)

    team.refresh_from_db()
    assert (team.state, halves(team)) == (TeamState.FOUNDING, set())


def test_a_team_without_a_key_has_no_kit(cast):
    team = new_team(cast.office, "Demo new")
    gita = make_person("kai")
    row = wait_in(gita, team, "supervisor")
    type(row).objects.filter(pk=row.pk).update(state="active", admitted_at=AT)

    with refused("team_not_ready"):
        finish_kit(gita, team)
    with refused("team_not_ready"):
        recovery_kit.is_kit_complete(team)


def test_finishing_again_replaces_the_halves_and_keeps_the_state(cast):
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=AT)
    codes = appoint_officers(cast.dana.scope, cast.office)
    finished = finish_kit(cast.sana, cast.desk)

    assert finished.state == TeamState.ACTIVE
    assert recovery_kit.is_kit_complete(cast.desk)
    secret = recovery_kit.join_secret(key_of(cast.desk), {1: codes[1], 3: codes[3]})
    assert secret == cast.sana.unlocked().team_secret(cast.desk.pk, 1)


def test_every_living_version_is_split(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    codes = appoint_officers(cast.dana.scope, cast.office)
    assert halves(cast.desk) == set()

    finish_kit(cast.sana, cast.desk)

    assert halves(cast.desk) == {(version, *half) for version in (1, 2) for half in ALL}
    for version in (1, 2):
        secret = recovery_kit.join_secret(key_of(cast.desk, version), {2: codes[2], 3: codes[3]})
        assert secret == cast.amal.unlocked().team_secret(cast.desk.pk, version)


def test_a_renewal_before_all_have_confirmed_splits_for_those_who_have(cast):
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=AT)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert {half for half in halves(cast.desk) if half[0] == 2} == {(2, "23", 2), (2, "23", 3)}
    assert recovery_kit.restoring_pairs(cast.desk) == [(2, 3)]
    assert not recovery_kit.is_kit_complete(cast.desk)


# --- two of three -------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", recovery_kit.OFFICER_PAIRS)
def test_any_two_officers_open_the_teams_secret(cast, pair):
    secret = recovery_kit.join_secret(key_of(cast.desk), typed(cast, *pair))

    assert secret == cast.sana.unlocked().team_secret(cast.desk.pk, 1)


@pytest.mark.parametrize("slot", [1, 2, 3])
def test_half_of_one_officer_reveals_nothing(cast, slot):
    """Whatever one code opens is no secret of the team, nor half of it in clear."""
    code = cast.codes[cast.office.pk][slot]
    secret = recovery_kit.open_officer_secret(officer(cast.office, slot), code)
    whole = cast.sana.unlocked().team_secret(cast.desk.pk, 1)
    for row in RecoveryHalf.objects.filter(team_key__team=cast.desk).order_by("pk"):
        bound = context.half(team=cast.desk.pk, version=1, pair=row.pair, slot=row.slot)
        if row.slot != slot:
            with pytest.raises(Damaged):
                wraps.unwrap_half(bytes(row.wrap), secret, bound)
            continue
        half = wraps.unwrap_half(bytes(row.wrap), secret, bound)
        assert TeamSecret(half.reveal()).public() != whole.public()


def test_two_codes_of_one_pair_do_not_open_another_pair(cast):
    """The halves of each pair are drawn anew: they do not fit across pairs."""
    rows = RecoveryHalf.objects.filter(team_key__team=cast.desk)
    rows.filter(pair="12", slot=1).update(wrap=bytes(rows.get(pair="13", slot=1).wrap))

    with refused(RecordDamaged):
        recovery_kit.join_secret(key_of(cast.desk), typed(cast, 1, 2))
    assert recovery_kit.join_secret(key_of(cast.desk), typed(cast, 2, 3))


def test_the_kit_signs_the_three_officers_for_the_team(cast):
    key = key_of(cast.desk)
    public = cast.sana.unlocked().team_secret(cast.desk.pk, 1).public()

    signed = admissions.signed_officers(key, public)

    assert signed == recovery_kit.officers_by_slot(cast.office.pk)
    rows = Admission.objects.filter(team_key=key, role__startswith="officer_").order_by("role")
    assert [(row.role, row.holder, row.holder_version, row.place) for row in rows] == [
        (f"officer_{slot}", officer(cast.office, slot).pk, slot, cast.office.pk)
        for slot in (1, 2, 3)
    ]


def test_a_new_officer_is_signed_only_when_the_kit_is_finished_again(cast):
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=LATER)
    key, public = key_of(cast.desk), cast.sana.unlocked().team_secret(cast.desk.pk, 1).public()
    assert set(admissions.signed_officers(key, public)) == {2, 3}

    appoint_officers(cast.dana.scope, cast.office)
    finish_kit(cast.sana, cast.desk)

    assert set(admissions.signed_officers(key, public)) == {1, 2, 3}


def test_the_ledger_knows_the_key_of_each_officer(cast):
    appointed = recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=LATER)

    public = UserPublicKey(bytes(appointed.officer.public))
    digest = fingerprint.digest(public).hex()
    assert key_lines("officer_key")[-1] == (str(appointed.officer.pk), f"1:{digest}")
    assert authenticity.verified_officer_public_key(appointed.officer) == public


@pytest.mark.parametrize("has_ledger", [True, False])
def test_an_officers_key_that_was_replaced_is_not_confirmed(cast, has_ledger):
    row = officer(cast.office, 1)
    RecoveryOfficer.objects.filter(pk=row.pk).update(public=UserSecret.generate().public().raw)
    if not has_ledger:
        rebuild_uncompared()

    with refused(MemberKeyMismatch):
        recovery_kit.confirm_officer(
            cast.dana.scope, officer(cast.office, 1), typed(cast, 1)[1], at=AT
        )


def test_an_officers_key_that_the_ledger_does_not_know_gets_no_half(cast):
    rows = RecoveryOfficer.objects.filter(organisation=cast.office, slot=2)
    rows.update(public=UserSecret.generate().public().raw)

    with refused(MemberKeyMismatch):
        finish_kit(cast.sana, cast.desk)


def test_two_codes_that_open_another_secret_open_no_team(cast):
    """Halves that a writer to the database made of a secret of their own."""
    key, secret = key_of(cast.desk), TeamSecret.generate()
    rows = RecoveryHalf.objects.filter(team_key=key, pair="12")
    for slot, half in zip((1, 2), split_team_secret(secret), strict=True):
        bound = context.half(team=cast.desk.pk, version=1, pair="12", slot=slot)
        public = UserPublicKey(bytes(officer(cast.office, slot).public))
        rows.filter(slot=slot).update(wrap=wraps.wrap_half(half, public, bound))

    with refused(TeamKeyMismatch):
        recovery_kit.join_secret(key, typed(cast, 1, 2))


def test_a_wrong_or_mistyped_code_opens_nothing(cast):
    for wrong in (RecoveryCode.generate().printed(), cast.codes[cast.partner.pk][2], "abc", ""):
        with refused(CodeWrong):
            recovery_kit.join_secret(key_of(cast.desk), {**typed(cast, 1, 2), 2: wrong})


def test_damaged_halves_are_reported(cast):
    rows = RecoveryHalf.objects.filter(team_key__team=cast.desk, pair="12", slot=2)
    wrap = bytes(rows.get().wrap)
    rows.update(wrap=wrap[:-1] + bytes([wrap[-1] ^ 1]))

    with refused(RecordDamaged, reference=str(key_of(cast.desk).pk)):
        recovery_kit.join_secret(key_of(cast.desk), typed(cast, 1, 2))


def test_a_key_that_was_never_split_cannot_be_restored(cast):
    RecoveryHalf.objects.filter(team_key__team=cast.desk).delete()

    with refused("kit_has_gaps"):
        recovery_kit.join_secret(key_of(cast.desk), typed(cast, 1, 2))
