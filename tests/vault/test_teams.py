from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership
from protect.vault.enums import KeyState
from protect.vault.errors import FingerprintDiffers, KeyNotReady, MemberKeyMismatch, TeamKeyMismatch
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret, UserSecret
from protect.vault.integrity import admissions, key_register
from protect.vault.models import Admission, TeamGrant, TeamKey, UserKey
from protect.vault.sessions.rules import STEP_UP_VALIDITY
from protect.vault.team_keys import members, rotation
from protect.vault.teams.team_info import get_team_info
from tests.orgs.traces import told
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    admit,
    entries,
    found,
    grants,
    make_person,
    must_verify,
    new_team,
    read,
    renew,
    serve,
    wait_in,
    write,
)
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import key_lines, refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def gita(cast):
    return make_person("gita")


@pytest.fixture
def team(cast):
    return new_team(cast.office, "Demo new")


def let_in(cast, place, *, by=None, words=None, stepped_up=AT):
    host = by or cast.sana
    given = host.unlocked(stepped_up)
    person_words = words or " ".join(members.key_words(UserKey.objects.get(user=place.user_id)))
    members.admit_to_team(host.scope, given, place, words=person_words, at=AT)


def test_the_founder_makes_a_key_and_is_let_in_with_it(team, gita):
    key = found(team, gita)

    team.refresh_from_db()
    assert team.state == TeamState.FOUNDING
    assert (key.version, key.state, bytes(key.continuity)) == (1, KeyState.ACTIVE, b"")
    assert grants(team) == {(gita.pk, 1)}
    assert gita.place(team).state == MembershipState.ACTIVE
    secret = gita.unlocked().team_secret(team.pk, 1)
    assert secret.public() == TeamPublicKey(bytes(key.public))
    assert entries("make_key") == 4
    must_verify()


def test_making_a_key_takes_a_fresh_proof_of_who_does_it(team, gita):
    place = wait_in(gita, team, "supervisor")

    for stepped_up in (None, AT - STEP_UP_VALIDITY):
        with refused("step_up_required"):
            members.make_first_key(gita.unlocked(stepped_up), place, at=AT)


def test_a_key_is_made_once(cast, gita):
    place = wait_in(gita, cast.desk, "supervisor")

    with refused("team_move_not_allowed"):
        members.make_first_key(gita.unlocked(), place, at=AT)


def test_nobody_makes_a_key_for_somebody_else_or_without_the_role(cast, team, gita):
    own, foreign = wait_in(gita, team), wait_in(cast.amal, team, "supervisor")
    without_team = serve(gita, cast.office, "organisation_admin")

    for place in (own, foreign, without_team):
        with refused(PermissionDenied):
            members.make_first_key(gita.unlocked(), place, at=AT)


def test_who_has_no_keys_of_their_own_makes_none_for_a_team(team, gita):
    place = wait_in(gita, team, "supervisor")
    UserKey.objects.filter(user=gita.pk).delete()

    with refused(KeyNotReady):
        members.make_first_key(gita.unlocked(), place, at=AT)


def test_a_colleague_is_let_in_by_the_six_words_and_opens_what_was_before(cast, gita):
    record = write(cast.amal, cast.desk)
    place = wait_in(gita, cast.desk)

    let_in(cast, place, words=f"  {gita.words.upper()} ")

    place.refresh_from_db()
    assert place.state == MembershipState.ACTIVE
    assert read(gita, record).document == SAID
    assert TeamGrant.objects.get(user_key__user=gita.pk).admitted_by_id == cast.sana.pk
    assert ("admitted", "gita") in told()
    must_verify()


def test_who_is_let_in_during_a_renewal_opens_old_and_new(cast, gita):
    old = write(cast.amal, cast.desk)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    new = write(cast.amal, cast.desk)

    let_in(cast, wait_in(gita, cast.desk))

    assert {version for user, version in grants(cast.desk) if user == gita.pk} == {1, 2}
    assert [read(gita, record).document for record in (old, new)] == [SAID, SAID]


@pytest.mark.parametrize("change", ["", "one two three four five six", "drop", "swap", "add"])
def test_other_words_let_nobody_in(cast, gita, change):
    words = gita.words.split()
    said = {
        "drop": words[:-1],
        "swap": [words[1], words[0], *words[2:]],
        "add": [*words, words[0]],
    }.get(change, change.split())
    place = wait_in(gita, cast.desk)

    with refused(FingerprintDiffers):
        members.admit_to_team(
            cast.sana.scope, cast.sana.unlocked(), place, words=" ".join(said), at=AT
        )


def test_the_words_of_a_key_that_was_replaced_let_nobody_in(cast, gita):
    before = gita.words
    place = wait_in(gita, cast.desk)
    renew(gita)

    with refused(FingerprintDiffers):
        members.admit_to_team(cast.sana.scope, cast.sana.unlocked(), place, words=before, at=AT)


def test_the_ledger_knows_the_first_key_and_the_team_signs_its_founder(team, gita):
    key = found(team, gita)

    public = TeamPublicKey(bytes(key.public))
    assert key_lines("team_key")[-1] == (str(team.pk), f"1:{fingerprint.digest(public).hex()}")
    admission = Admission.objects.get(team_key=key)
    assert (admission.holder, admission.place, admission.role) == (
        gita.pk,
        gita.place(team).pk,
        "supervisor",
    )
    assert admissions.signed_members(key, public) == [(gita.place(team), gita.key)]


@pytest.mark.parametrize("has_ledger", [True, False])
def test_a_key_that_was_put_in_the_place_of_a_founders_is_given_no_team(team, gita, has_ledger):
    place = wait_in(gita, team, "supervisor")
    UserKey.objects.filter(pk=gita.key.pk).update(public=UserSecret.generate().public().raw)
    if not has_ledger:
        rebuild_uncompared()

    with refused(MemberKeyMismatch):
        members.make_first_key(gita.unlocked(), place, at=AT)


def test_the_words_of_a_key_that_the_ledger_does_not_know_let_nobody_in(cast, gita):
    """A writer to the database reads out the words of the key that they put there."""
    place, forged = wait_in(gita, cast.desk), UserSecret.generate().public()
    UserKey.objects.filter(pk=gita.key.pk).update(public=forged.raw)
    words = " ".join(fingerprint.words(forged))

    with refused(MemberKeyMismatch):
        members.admit_to_team(cast.sana.scope, cast.sana.unlocked(), place, words=words, at=AT)


def test_a_key_in_the_place_of_the_teams_lets_nobody_in(cast, gita):
    place = wait_in(gita, cast.desk)
    TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)

    with refused(TeamKeyMismatch):
        let_in(cast, place)
    rebuild_uncompared()
    with refused(TeamKeyMismatch):
        let_in(cast, place)


def test_leaving_that_cannot_renew_the_key_is_refused_and_nobody_has_left(cast):
    """Who removes a member renews the key with it; where another's key differs, nothing ends."""
    gita = make_person("gita")
    admit(cast.desk, cast.sana, gita)
    rebuild_uncompared()
    UserKey.objects.filter(pk=gita.key.pk).update(public=UserSecret.generate().public().raw)
    cast.sana.unlocked().team_secret(cast.desk.pk, 1)
    place = cast.amal.place(cast.desk)

    with refused(MemberKeyMismatch):
        members.end_membership_and_access(cast.sana.scope, place, cast.sana.unlocked(), at=LATER)

    assert not key_register.has_departed(place.pk, since=AT)


def test_letting_in_takes_a_fresh_proof_of_who_does_it(cast, gita):
    place = wait_in(gita, cast.desk)

    for stepped_up in (None, AT - STEP_UP_VALIDITY):
        with refused("step_up_required"):
            let_in(cast, place, stepped_up=stepped_up)
    let_in(cast, place, stepped_up=AT - STEP_UP_VALIDITY + timedelta(seconds=1))


@pytest.mark.parametrize("name", ["amal", "dana", "bela", "chidi"])
def test_only_who_may_admit_there_lets_in(cast, gita, name):
    place = wait_in(gita, cast.desk)
    person = cast.people[name]

    with refused(PermissionDenied):
        let_in(cast, place, by=person)


def test_a_role_without_the_key_lets_nobody_in(cast, gita):
    """A supervisor who waits for a key has the role, and not yet the key."""
    place = wait_in(gita, cast.desk)
    TeamGrant.objects.filter(user_key__user=cast.sana.pk).delete()

    with refused(KeyNotReady):
        let_in(cast, place)


def test_nobody_is_let_in_twice_before_they_are_ready_or_where_no_keys_are(cast, gita):
    admitted = cast.amal.place(cast.desk)
    enrolled = Membership.objects.create(
        user=gita.user,
        organisation=cast.office,
        team=cast.desk,
        role="caseworker",
        state=MembershipState.ENROLLED,
        created=AT,
    )
    for place in (admitted, enrolled):
        with refused("membership_move_not_allowed"):
            let_in(cast, place)
    with refused(PermissionDenied):
        let_in(cast, Membership.objects.get(user=cast.dana.pk))


def test_somebody_without_keys_cannot_be_let_in(cast, gita):
    place, words = wait_in(gita, cast.desk), gita.words
    UserKey.objects.filter(user=gita.pk).delete()

    with refused(KeyNotReady):
        let_in(cast, place, words=words)


def test_whose_account_is_closed_is_let_in_by_nobody(cast, gita):
    place = wait_in(gita, cast.desk)
    orgs.suspend_user(cast.olga.scope, gita.user, at=AT)

    with refused("member_suspended"):
        let_in(cast, place)

    assert get_team_info(cast.sana.scope, cast.desk, at=AT).waiting == []
