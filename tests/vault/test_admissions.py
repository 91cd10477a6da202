from datetime import timedelta

import pytest

from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.errors import KeyNotReady, MemberKeyMismatch
from protect.vault.formats import fingerprint, signing
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret, UserSecret
from protect.vault.formats.signing import KeyVersion
from protect.vault.integrity import admissions, ledger
from protect.vault.models import Admission, RecoveryOfficer, TeamGrant, TeamKey, UserKey
from protect.vault.team_keys import members as team_keys_members, recovery_kit, rotation
from tests.vault.cast import (
    AT,
    LATER,
    Person,
    admit,
    grants,
    make_person,
    renew,
    serve,
    versions,
    wait_in,
    write,
)
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import refused

CAST_IS_KEPT = True


@pytest.fixture
def key(cast) -> TeamKey:
    return TeamKey.objects.get(team=cast.desk)


@pytest.fixture
def public(key) -> TeamPublicKey:
    return TeamPublicKey(bytes(key.public))


def secret_of(cast) -> TeamSecret:
    return cast.sana.unlocked().team_secret(cast.desk.pk, 1)


def members(key, public) -> set:
    return {user_key.user_id for _, user_key in admissions.signed_members(key, public)}


def admission_of(person: Person) -> Admission:
    return Admission.objects.get(holder=person.pk)


def change(admission: Admission, **fields: object) -> None:
    Admission.objects.filter(pk=admission.pk).update(**fields)


def must_be_refused_everywhere(cast, key, public) -> None:
    """Neither members nor officers come out of forged rows; nothing is renewed or given."""
    for signed in (admissions.signed_members, admissions.signed_officers):
        with refused(MemberKeyMismatch):
            signed(key, public)
    with refused(MemberKeyMismatch):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    assert versions(cast.desk) == {1: "active"}


# --- members --------------------------------------------------------------------------------------


def test_each_member_is_signed_with_membership_role_and_key(cast, key, public):
    found = admissions.signed_members(key, public)

    assert {(place.pk, user_key.pk) for place, user_key in found} == {
        (person.place(cast.desk).pk, person.key.pk) for person in (cast.amal, cast.sana)
    }
    row = admission_of(cast.amal)
    said = signing.AdmissionStatement(
        team=KeyVersion(cast.desk.pk, 1),
        holder=cast.amal.pk,
        holder_version=1,
        place=cast.amal.place(cast.desk).pk,
        digest=fingerprint.digest(cast.amal.secret.public()),
        role="caseworker",
        at=AT,
    ).message()
    assert signing.must_verify(public.signing(), bytes(row.signature), said) is None


def test_admitting_again_keeps_one_signature_and_one_grant(cast, key):
    member = cast.amal.place(cast.desk), cast.amal.key
    before = bytes(admission_of(cast.amal).signature)

    admissions.admit_member(key, secret_of(cast), member, by=cast.sana.pk, at=LATER)

    row = admission_of(cast.amal)
    assert (row.at, bytes(row.signature) != before) == (LATER, True)
    assert TeamGrant.objects.filter(team_key=key, user_key=cast.amal.key).count() == 1


@pytest.mark.parametrize("raw", ["another", "none"])
def test_key_missing_in_the_ledger_gets_no_admission_or_grant(cast, key, raw):
    gita = make_person("gita")
    secret = secret_of(cast)
    user_key, place = gita.key, wait_in(gita, cast.desk)
    user_key.public = UserSecret.generate().public().raw if raw == "another" else b"\1"

    with refused(MemberKeyMismatch):
        admissions.admit_member(key, secret, (place, user_key), by=cast.sana.pk, at=AT)


def test_unsigned_member_is_left_out(cast, key, public):
    gita = make_person("gita")
    serve(gita, cast.office, "caseworker", team=cast.desk)

    assert members(key, public) == {cast.amal.pk, cast.sana.pk}


def test_member_with_another_membership_than_the_signed_one_is_left_out(cast, key, public):
    """The row of the place was deleted, and written down again as if it had never ended."""
    Membership.objects.filter(pk=cast.amal.place(cast.desk).pk).delete()
    serve(cast.amal, cast.office, "caseworker", team=cast.desk)

    assert members(key, public) == {cast.sana.pk}


@pytest.mark.parametrize("state", [MembershipState.PENDING, MembershipState.LEFT])
def test_signed_member_with_an_inactive_membership_is_left_out(cast, key, public, state):
    ended = {"ended_at": AT, "end_reason": "removed"} if state == MembershipState.LEFT else {}
    place = cast.amal.place(cast.desk)
    fields = {"admitted_at": None} if state == MembershipState.PENDING else {}
    Membership.objects.filter(pk=place.pk).update(state=state, **ended, **fields)

    assert members(key, public) == {cast.sana.pk}


def test_a_departed_member_whose_row_was_put_back_is_left_out(cast, key, public):
    """The row says that the place is active; the ledger says that it ended."""
    place = cast.amal.place(cast.desk)
    ledger.append(ledger.Line("membership", str(place.pk), LATER.isoformat(), "removed"))

    assert members(key, public) == {cast.sana.pk}
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    assert (cast.amal.pk, 2) not in grants(cast.desk)


def test_departure_before_the_signature_does_not_count(cast, key, public):
    place = cast.amal.place(cast.desk)
    before = (AT - timedelta(seconds=1)).isoformat()
    ledger.append(ledger.Line("membership", str(place.pk), before, "removed"))

    assert members(key, public) == {cast.amal.pk, cast.sana.pk}


@pytest.mark.parametrize(
    "fields",
    [
        {"holder_version": 2},
        {"digest": bytes(32)},
        {"role": "supervisor"},
        {"at": AT - timedelta(days=1)},
        {"signature": bytes(64)},
        {"signature": b""},
    ],
)
def test_a_changed_field_of_one_admission_stops_all(cast, key, public, fields):
    change(admission_of(cast.amal), **fields)

    must_be_refused_everywhere(cast, key, public)


@pytest.mark.parametrize("field", ["holder", "place"])
def test_admission_moved_to_another_person_or_membership_stops_all(cast, key, public, field):
    gita = make_person("gita")
    place = serve(gita, cast.office, "caseworker", team=cast.desk)
    change(admission_of(cast.amal), **{field: gita.pk if field == "holder" else place.pk})

    must_be_refused_everywhere(cast, key, public)


def test_an_admission_signed_by_another_team_stops_all(cast, key, public):
    """An outsider with a team of their own signs themselves into this one."""
    gita, own = make_person("gita"), TeamSecret.generate()
    place = serve(gita, cast.office, "caseworker", team=cast.desk)
    admissions.admit_member(key, own, (place, gita.key), by=gita.pk, at=AT)

    must_be_refused_everywhere(cast, key, public)


def test_an_admission_of_an_older_version_is_none_of_the_next(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    second = TeamKey.objects.get(team=cast.desk, version=2)
    public = TeamPublicKey(bytes(second.public))
    first = Admission.objects.get(
        team_key__version=1, team_key__team=cast.desk, holder=cast.amal.pk
    )
    Admission.objects.filter(team_key=second, holder=cast.amal.pk).delete()
    change(first, team_key=second)

    with refused(MemberKeyMismatch):
        admissions.signed_members(second, public)


def test_deleted_admission_gives_no_key(cast, key, public):
    admission_of(cast.amal).delete()

    assert members(key, public) == {cast.sana.pk}


def test_unsigned_member_cannot_renew(cast):
    admission_of(cast.sana).delete()

    with refused(KeyNotReady):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)


def test_a_signed_members_key_that_was_replaced_stops_all(cast, key, public):
    UserKey.objects.filter(pk=cast.amal.key.pk).update(public=UserSecret.generate().public().raw)
    rebuild_uncompared()

    with refused(MemberKeyMismatch):
        admissions.signed_members(key, public)
    with refused(MemberKeyMismatch):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)


@pytest.mark.parametrize("raw", [b"", b"\1" * 1215])
def test_a_signed_members_key_of_another_size_stops_all(cast, key, public, raw):
    UserKey.objects.filter(pk=cast.amal.key.pk).update(public=raw)
    rebuild_uncompared()

    with refused(MemberKeyMismatch):
        admissions.signed_members(key, public)


def test_a_newer_key_beside_the_signed_one_stops_all_until_a_colleague_compares(cast, key, public):
    """Written by an attacker, or made by the member who forgot everything: nobody can tell yet."""
    renew(cast.amal)
    rebuild_uncompared()
    with refused(MemberKeyMismatch):
        admissions.signed_members(key, public)

    team_keys_members.remove_access_of_user(cast.amal.pk, actor=None, at=AT)
    place = cast.amal.place(cast.desk)
    team_keys_members.admit_to_team(
        cast.sana.scope, cast.sana.unlocked(), place, words=cast.amal.words, at=AT
    )

    assert members(key, public) == {cast.amal.pk, cast.sana.pk}


def test_waiting_member_who_lost_the_keys_is_left_out(cast, key, public):
    renew(cast.amal)
    team_keys_members.remove_access_of_user(cast.amal.pk, actor=None, at=LATER)

    assert members(key, public) == {cast.sana.pk}


def test_a_suspended_member_is_left_out(cast, key, public):
    orgs.suspend_user(cast.olga.scope, cast.amal.user, at=AT)

    assert members(key, public) == {cast.sana.pk}


# --- officers -------------------------------------------------------------------------------------


def test_the_officers_of_the_kit_are_signed(cast, key, public):
    assert admissions.signed_officers(key, public) == recovery_kit.officers_by_slot(cast.office.pk)


def test_officer_appointed_later_is_not_signed(cast, key, public):
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 2, at=AT)

    assert set(admissions.signed_officers(key, public)) == {1, 3}


@pytest.mark.parametrize(
    "is_moved",
    [False, True],
    ids=[
        "there",
        "notes and files are identified by their numbers.",
    ],
)
def test_officer_of_another_organisation_is_left_out(cast, key, public, is_moved):
    other = RecoveryOfficer.objects.get(organisation=cast.partner, slot=1)
    admissions.sign_officer(key, secret_of(cast), other, at=AT)
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=1).delete()
    if is_moved:
        RecoveryOfficer.objects.filter(pk=other.pk).update(organisation=cast.office)

    assert set(admissions.signed_officers(key, public)) == {2, 3}


@pytest.mark.parametrize("field", ["public", "slot"])
def test_a_signed_officers_key_or_slot_that_was_replaced_stops_all(cast, key, public, field):
    rows = RecoveryOfficer.objects.filter(organisation=cast.office, slot=3)
    if field == "slot":
        RecoveryOfficer.objects.filter(organisation=cast.office, slot=1).delete()
        rows.update(slot=1)
    else:
        rows.update(public=UserSecret.generate().public().raw)
    rebuild_uncompared()

    with refused(MemberKeyMismatch):
        admissions.signed_officers(key, public)
    with refused(MemberKeyMismatch):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)


def test_an_officers_key_that_the_ledger_does_not_know_is_not_signed(cast, key):
    officer, secret = RecoveryOfficer.objects.get(organisation=cast.office, slot=1), secret_of(cast)
    officer.public = UserSecret.generate().public().raw

    with refused(MemberKeyMismatch):
        admissions.sign_officer(key, secret, officer, at=AT)


def test_a_member_does_not_pass_as_an_officer_nor_an_officer_as_a_member(cast, key, public):
    officers = admissions.signed_officers(key, public)

    assert members(key, public) & {officer.pk for officer in officers.values()} == set()
    assert {each.role for each in Admission.objects.filter(team_key=key).order_by()} == {
        "caseworker",
        "supervisor",
        "officer_1",
        "officer_2",
        "officer_3",
    }


# --- what a forged member costs the others --------------------------------------------------------


def test_membership_row_cannot_block_a_renewal(cast):
    gita = make_person("gita")
    serve(gita, cast.office, "caseworker", team=cast.desk)
    write(cast.amal, cast.desk)

    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)

    assert {user for user, version in grants(cast.desk) if version == 2} == {
        cast.amal.pk,
        cast.sana.pk,
    }


def test_the_newest_member_is_signed_for_every_living_version(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    gita = make_person("gita")
    admit(cast.desk, cast.sana, gita)

    signed = Admission.objects.filter(holder=gita.pk).order_by("team_key__version")
    assert list(signed.values_list("team_key__version", flat=True)) == [1, 2]


def test_membership_moved_to_another_team_is_left_out(cast, key, public):
    Membership.objects.filter(user=cast.amal.pk, team=cast.desk).update(team=cast.far)

    assert members(key, public) == {cast.sana.pk}


@pytest.mark.parametrize("state", [MembershipState.PENDING, MembershipState.ENROLLED])
def test_inactive_membership_is_left_out(cast, key, public, state):
    Membership.objects.filter(user=cast.amal.pk, team=cast.desk).update(state=state)

    assert members(key, public) == {cast.sana.pk}


def test_officer_moved_to_another_organisation_is_left_out(cast, key, public):
    officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=1)
    assert set(admissions.signed_officers(key, public)) == {1, 2, 3}
    RecoveryOfficer.objects.filter(organisation=cast.partner).delete()
    RecoveryOfficer.objects.filter(pk=officer.pk).update(organisation=cast.partner)

    assert set(admissions.signed_officers(key, public)) == {2, 3}
