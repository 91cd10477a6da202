import pytest
from django.core.exceptions import PermissionDenied

from protect.notices.models import Outgoing
from protect.orgs.enums import MembershipState, TeamState
from protect.vault.enums import KeyState
from protect.vault.errors import (
    CodeWrong,
    KeyNotReady,
    MemberKeyMismatch,
    RecordDamaged,
    TeamKeyMismatch,
)
from protect.vault.formats import context, secrets, wraps
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.secrets import TeamSecret, UserPublicKey, UserSecret
from protect.vault.integrity import authenticity
from protect.vault.models import RecoveryHalf, RecoveryOfficer, TeamKey, UserKey
from protect.vault.sessions.rules import STEP_UP_VALIDITY
from protect.vault.team_keys import members, recovery_kit, rotation
from tests.orgs.traces import told
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    entries,
    grants,
    make_person,
    must_verify,
    new_team,
    read,
    serve,
    versions,
    wait_in,
    write,
)
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def record(cast):
    return write(cast.amal, cast.desk)


@pytest.fixture
def gita(cast, record):
    """Somebody new, in a team that nobody opens any more."""
    gita = make_person("gita")
    for person in (cast.amal, cast.sana):
        members.end_membership_and_access(person.scope, person.place(cast.desk), None, at=AT)
    wait_in(gita, cast.desk, "supervisor")
    Outgoing.objects.all().delete()
    return gita


def typed(cast, *slots) -> dict[int, str]:
    return {slot: cast.codes[cast.office.pk][slot] for slot in slots}


def restore(person, team, codes, stepped_up=AT) -> TeamKey:
    return members.restore_team(person.unlocked(stepped_up), person.place(team), codes, at=AT)


@pytest.mark.parametrize("pair", recovery_kit.OFFICER_PAIRS)
def test_two_of_three_officers_restore_the_team_for_a_new_member(cast, gita, record, pair):
    key = restore(gita, cast.desk, typed(cast, *pair))

    assert key.version == 2
    assert gita.place(cast.desk).state == MembershipState.ACTIVE
    assert read(gita, record).document == SAID
    must_verify()


def test_the_key_that_was_opened_this_way_is_renewed_at_once(cast, gita, record):
    key = restore(gita, cast.desk, typed(cast, 1, 2))

    assert versions(cast.desk) == {1: KeyState.RETIRING, 2: KeyState.ACTIVE}
    assert authenticity.is_signed_successor(TeamKey.objects.get(team=cast.desk, version=1), key)
    assert grants(cast.desk) == {(gita.pk, 1), (gita.pk, 2)}
    assert rotation.continue_renewal(gita.unlocked(), cast.desk, at=LATER) == rotation.Progress(
        1, 0
    )
    cast.desk.refresh_from_db()
    assert (cast.desk.state, rotation.is_renewal_due(cast.desk)) == (TeamState.ACTIVE, False)
    assert read(gita, record).document == SAID


def test_the_officers_codes_restore_the_renewed_key_too(cast, gita):
    restore(gita, cast.desk, typed(cast, 1, 2))

    assert recovery_kit.is_kit_complete(cast.desk)
    secret = recovery_kit.join_secret(
        TeamKey.objects.get(team=cast.desk, version=2), typed(cast, 2, 3)
    )
    assert secret == gita.unlocked().team_secret(cast.desk.pk, 2)


def test_restore_is_mailed_to_managers_and_audited(cast, gita):
    restore(gita, cast.desk, typed(cast, 1, 3))

    assert ("recovery_used", "dana") in told()
    assert entries("restore") == 1


def test_every_version_of_an_unfinished_renewal_is_restored(cast, record):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    newer = write(cast.amal, cast.desk)
    for person in (cast.amal, cast.sana):
        members.end_membership_and_access(person.scope, person.place(cast.desk), None, at=AT)
    gita = make_person("gita")
    wait_in(gita, cast.desk, "supervisor")

    restore(gita, cast.desk, typed(cast, 2, 3))

    assert [read(gita, each).document for each in (record, newer)] == [SAID, SAID]
    assert {version for _, version in grants(cast.desk)} == {1, 2, 3}


def test_colleagues_who_are_still_there_keep_working(cast, record):
    gita = make_person("gita")
    wait_in(gita, cast.desk, "supervisor")

    restore(gita, cast.desk, typed(cast, 1, 2))

    assert read(cast.amal, record).document == SAID
    assert {user for user, version in grants(cast.desk) if version == 2} == {
        cast.amal.pk,
        cast.sana.pk,
        gita.pk,
    }


def test_only_those_whom_the_team_has_signed_are_given_the_renewed_key(cast, gita):
    kai = make_person("kai")
    serve(kai, cast.office, "caseworker", team=cast.desk)  # a row, and nobody's signature

    restore(gita, cast.desk, typed(cast, 1, 2))

    assert grants(cast.desk) == {(gita.pk, 1), (gita.pk, 2)}
    assert kai.place(cast.desk).state == MembershipState.PENDING


def test_halves_of_another_key_restore_nothing(cast, gita):
    """A writer to the database splits a secret of their own for the same officers."""
    key = TeamKey.objects.get(team=cast.desk)
    officers = recovery_kit.officers_by_slot(cast.office.pk)
    RecoveryHalf.objects.filter(team_key=key).delete()
    for pair in recovery_kit.OFFICER_PAIRS:
        for slot, half in zip(pair, secrets.split_team_secret(TeamSecret.generate()), strict=True):
            name = recovery_kit.pair_name(pair)
            bound = context.half(team=cast.desk.pk, version=1, pair=name, slot=slot)
            wrap = wraps.wrap_half(half, UserPublicKey(bytes(officers[slot].public)), bound)
            RecoveryHalf.objects.create(team_key=key, pair=name, slot=slot, wrap=wrap)

    with refused(TeamKeyMismatch):
        restore(gita, cast.desk, typed(cast, 1, 2))


def test_a_key_in_the_place_of_the_teams_is_not_restored(cast, gita):
    TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)

    with refused(TeamKeyMismatch):
        restore(gita, cast.desk, typed(cast, 1, 2))
    rebuild_uncompared()
    with refused(TeamKeyMismatch):
        restore(gita, cast.desk, typed(cast, 1, 2))


def test_an_officer_whose_signed_key_was_replaced_stops_the_restoring(cast, gita):
    rebuild_uncompared()
    rows = RecoveryOfficer.objects.filter(organisation=cast.office, slot=3)
    rows.update(public=UserSecret.generate().public().raw)

    with refused(MemberKeyMismatch):
        restore(gita, cast.desk, typed(cast, 1, 2))


def test_wrong_codes_restore_nothing(cast, gita):
    mine = typed(cast, 1, 2)
    for wrong in (
        {**mine, 2: RecoveryCode.generate().printed()},
        {**mine, 1: mine[2]},
        {**mine, 2: cast.codes[cast.partner.pk][2]},
        {**mine, 1: mine[1][:-1]},
    ):
        with refused(CodeWrong):
            restore(gita, cast.desk, wrong)


def test_damaged_halves_restore_nothing(cast, gita):
    RecoveryHalf.objects.filter(team_key__team=cast.desk).update(wrap=b"\x01\x02" + bytes(1300))

    with refused(RecordDamaged):
        restore(gita, cast.desk, typed(cast, 1, 2))


def test_a_pair_without_halves_restores_nothing(cast, gita):
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 3, at=AT)

    with refused("kit_has_gaps"):
        restore(gita, cast.desk, typed(cast, 1, 3))
    assert restore(gita, cast.desk, typed(cast, 1, 2)).version == 2


def test_restore_needs_a_step_up(cast, gita):
    for stepped_up in (None, AT - STEP_UP_VALIDITY):
        with refused("step_up_required"):
            restore(gita, cast.desk, typed(cast, 1, 2), stepped_up)


@pytest.mark.parametrize("role", ["caseworker", "receiver"])
def test_only_members_who_may_admit_can_restore(cast, role):
    kai = make_person("kai")
    wait_in(kai, cast.desk, role)

    with refused(PermissionDenied):
        restore(kai, cast.desk, typed(cast, 1, 2))


def test_restore_works_only_for_the_own_waiting_membership(cast, gita):
    with refused(PermissionDenied):
        members.restore_team(cast.bela.unlocked(), gita.place(cast.desk), typed(cast, 1, 2), at=AT)
    with refused(PermissionDenied):
        restore(cast.bela, cast.shelter, typed(cast, 1, 2))


def test_a_team_without_a_key_is_not_restored(cast):
    team, kai = new_team(cast.office, "Demo new"), make_person("kai")
    wait_in(kai, team, "supervisor")

    with refused("team_not_ready"):
        restore(kai, team, typed(cast, 1, 2))


def test_user_without_keys_cannot_restore(cast, gita):
    UserKey.objects.filter(user=gita.pk).delete()

    with refused(KeyNotReady):
        restore(gita, cast.desk, typed(cast, 1, 2))


def test_codes_of_another_organisation_open_nothing_here(cast, gita):
    with refused(CodeWrong):
        restore(gita, cast.desk, dict(list(cast.codes[cast.other.pk].items())[:2]))
