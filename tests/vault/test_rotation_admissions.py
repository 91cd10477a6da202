"""Who is signed and given the next version of a key, and what the ledger learns of it."""

import pytest

from protect.orgs.enums import MembershipState
from protect.vault import enums
from protect.vault.enums import KeyState
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.integrity import admissions, key_register
from protect.vault.models import Admission, RecoveryHalf, TeamKey
from protect.vault.team_keys import recovery_kit, rotation
from tests.vault.cast import AT, LATER, grants, make_person, serve, versions, write
from tests.vault.traces import key_lines, then_fail

CAST_IS_KEPT = True


def begin(person, team) -> TeamKey:
    return rotation.begin_renewal(person.unlocked(), team, at=AT)


def step(person, team) -> rotation.Progress:
    return rotation.continue_renewal(person.unlocked(), team, at=LATER)


def test_the_next_version_signs_members_and_officers_anew(cast):
    first = TeamKey.objects.get(team=cast.desk, version=1)
    second = begin(cast.sana, cast.desk)

    for key in (first, second):
        public = cast.sana.unlocked().team_secret(cast.desk.pk, key.version).public()
        members = admissions.signed_members(key, public)
        assert {user_key.user_id for _, user_key in members} == {cast.amal.pk, cast.sana.pk}
        assert set(admissions.signed_officers(key, public)) == {1, 2, 3}
    signatures = set(Admission.objects.values_list("signature", flat=True).order_by())
    assert len({bytes(each) for each in signatures}) == Admission.objects.count()


def test_a_place_that_is_only_written_down_gets_nothing_and_waits(cast):
    """A row of a membership opens nothing: the team has signed nobody there."""
    gita = make_person("gita")
    serve(gita, cast.office, "caseworker", team=cast.desk)

    begin(cast.sana, cast.desk)

    assert gita.pk not in {user for user, _ in grants(cast.desk)}
    assert gita.place(cast.desk).state == MembershipState.PENDING


def test_an_officer_whom_the_team_has_not_signed_gets_no_half(cast):
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 1, at=AT)

    key = begin(cast.sana, cast.desk)

    halves = RecoveryHalf.objects.filter(team_key=key)
    assert set(halves.values_list("pair", "slot").order_by()) == {("23", 2), ("23", 3)}


def test_the_ledger_learns_of_the_next_version_and_that_the_old_one_opens_nothing_more(
    cast, django_capture_on_commit_callbacks
):
    write(cast.amal, cast.desk)
    key = begin(cast.sana, cast.desk)
    digest = fingerprint.digest(TeamPublicKey(bytes(key.public))).hex()

    assert key_lines("team_key")[-1] == (str(cast.desk.pk), f"2:{digest}")
    with django_capture_on_commit_callbacks(execute=True):
        step(cast.sana, cast.desk)

    assert key_lines("team_key_retired") == [(str(cast.desk.pk), "1")]
    assert key_register.is_retired(enums.Owner.TEAM, cast.desk.pk, 1)
    assert not key_register.is_retired(enums.Owner.TEAM, cast.desk.pk, 2)


def test_a_step_that_is_rolled_back_retires_nothing_in_the_ledger(
    cast, django_capture_on_commit_callbacks
):
    write(cast.amal, cast.desk)
    begin(cast.sana, cast.desk)

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        then_fail(lambda: step(cast.sana, cast.desk))

    assert key_lines("team_key_retired") == []
    assert versions(cast.desk) == {1: KeyState.RETIRING, 2: KeyState.ACTIVE}


def test_the_old_versions_admissions_go_with_it(cast):
    begin(cast.sana, cast.desk)

    step(cast.sana, cast.desk)

    admitted = Admission.objects.filter(team_key__team=cast.desk).order_by()
    assert set(admitted.values_list("team_key__version", flat=True)) == {2}
