import pytest
from django.core.exceptions import PermissionDenied

from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady
from protect.vault.models import (
    Draft,
    RecoveryHalf,
    TeamKey,
    UnlockSession,
    UserKey,
    UserWrap,
)
from protect.vault.sessions import browser_sessions, drafts
from protect.vault.sign_in import enrolment
from protect.vault.team_keys import closures, members, rotation
from tests.vault import signing
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    admit,
    found,
    grants,
    make_person,
    must_verify,
    new_team,
    note,
    read,
    renew,
    serve,
    versions,
    wait_in,
    write,
)
from tests.vault.traces import refused, written

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


def test_removed_member_opens_nothing(cast):
    record = write(cast.amal, cast.desk)
    browser_sessions.begin_session(cast.amal.user, 1, cast.amal.secret, at=AT)
    place = cast.amal.place(cast.desk)

    members.end_membership_and_access(cast.sana.scope, place, cast.sana.unlocked(), at=LATER)

    place.refresh_from_db()
    assert (place.state, place.end_reason) == (MembershipState.LEFT, "removed")
    assert not UnlockSession.objects.filter(user=cast.amal.pk).exists()
    assert grants(cast.desk) == {(cast.sana.pk, 1), (cast.sana.pk, 2)}
    assert written() == [("membership", str(place.pk), "removed")]
    with refused(KeyNotReady):
        read(cast.amal, record)
    assert read(cast.sana, record).document == SAID
    must_verify()


def test_removal_by_a_key_holder_begins_the_next_key_version(cast):
    members.end_membership_and_access(
        cast.sana.scope, cast.amal.place(cast.desk), cast.sana.unlocked(), at=LATER
    )

    cast.desk.refresh_from_db()
    assert versions(cast.desk) == {1: KeyState.RETIRING, 2: KeyState.ACTIVE}
    assert cast.desk.state == TeamState.ROTATION_DUE
    assert RecoveryHalf.objects.filter(team_key__version=2).count() == 6


def test_removal_without_a_key_holder_makes_a_renewal_due(cast):
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)

    cast.desk.refresh_from_db()
    assert versions(cast.desk) == {1: KeyState.ACTIVE}
    assert rotation.is_renewal_due(cast.desk)

    assert rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER).left == 0
    cast.desk.refresh_from_db()
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert (cast.desk.state, rotation.is_renewal_due(cast.desk)) == (TeamState.ACTIVE, False)


def test_key_of_another_team_begins_no_renewal(cast):
    admit(cast.shelter, cast.bela, cast.sana)

    members.end_membership_and_access(
        cast.emil.scope, cast.noor.place(cast.shelter), cast.amal.unlocked(), at=LATER
    )

    assert versions(cast.shelter) == {1: KeyState.ACTIVE}


def test_departure_of_a_member_without_the_key_causes_no_renewal(cast, gita):
    place = wait_in(gita, cast.desk)

    members.end_membership_and_access(cast.sana.scope, place, cast.sana.unlocked(), at=LATER)

    cast.desk.refresh_from_db()
    assert versions(cast.desk) == {1: KeyState.ACTIVE}
    assert (cast.desk.state, rotation.is_renewal_due(cast.desk)) == (TeamState.ACTIVE, False)


def test_member_leaves_and_a_colleague_renews_the_key(cast):
    ended = members.end_membership_and_access(
        cast.amal.scope, cast.amal.place(cast.desk), cast.amal.unlocked(), at=LATER
    )

    cast.desk.refresh_from_db()
    assert ended.end_reason == "own_wish"
    assert versions(cast.desk) == {1: KeyState.ACTIVE}
    assert cast.desk.state == TeamState.ROTATION_DUE


def test_last_member_may_leave_and_records_stay_unreadable(cast):
    record = write(cast.amal, cast.desk)
    for person in (cast.amal, cast.sana):
        members.end_membership_and_access(
            person.scope, person.place(cast.desk), person.unlocked(), at=LATER
        )

    cast.desk.refresh_from_db()
    assert grants(cast.desk) == set()
    assert cast.desk.state == TeamState.ROTATION_DUE
    assert RecoveryHalf.objects.filter(team_key__team=cast.desk).count() == 6
    with refused(KeyNotReady):
        read(cast.sana, record)


def test_ending_a_membership_without_keys_changes_no_key(cast):
    serve(cast.amal, cast.office, "organisation_admin")
    place = Membership.objects.get(user=cast.amal.pk, team=None)

    members.end_membership_and_access(cast.dana.scope, place, None, at=LATER)

    assert versions(cast.desk) == {1: KeyState.ACTIVE}
    assert (cast.amal.pk, 1) in grants(cast.desk)


@pytest.mark.parametrize("name", ["amal", "bela", "chidi", "olga"])
def test_only_team_managers_remove_members(cast, name):
    browser_sessions.begin_session(cast.sana.user, 1, cast.sana.secret, at=AT)
    person = cast.people[name]

    with refused(PermissionDenied):
        members.end_membership_and_access(
            person.scope, cast.sana.place(cast.desk), person.unlocked(), at=LATER
        )


def test_last_administrator_cannot_leave_and_ended_memberships_cannot_end(cast):
    admin = Membership.objects.get(user=cast.dana.pk)
    place = cast.amal.place(cast.desk)
    members.end_membership_and_access(cast.sana.scope, place, None, at=AT)

    with refused("last_administrator"):
        members.end_membership_and_access(cast.dana.scope, admin, None, at=LATER)
    with refused("membership_move_not_allowed"):
        members.end_membership_and_access(cast.sana.scope, place, cast.sana.unlocked(), at=LATER)


def test_last_membership_deletes_password_code_and_factors(cast):
    jonas = signing.make_person("jonas")
    place = signing.join(jonas.user, cast.desk, state=MembershipState.ACTIVE)
    drafts.keep_draft(jonas.user.pk, "/somewhere", {"text": ["unfinished"]}, at=AT)

    members.end_membership_and_access(cast.sana.scope, place, None, at=LATER)

    jonas.user.refresh_from_db()
    assert not jonas.user.has_usable_password()
    assert not UserWrap.objects.filter(user_key__user=jonas.user).exists()
    assert not Draft.objects.exists()
    assert not enrolment.is_account_complete(jonas.user)
    assert UserKey.objects.filter(user=jonas.user).count() == 1


def test_member_with_another_membership_keeps_credentials(cast):
    jonas = signing.make_person("jonas")
    place = signing.join(jonas.user, cast.desk, state=MembershipState.ACTIVE)
    signing.join(jonas.user, cast.far)

    members.end_membership_and_access(cast.sana.scope, place, None, at=LATER)

    jonas.user.refresh_from_db()
    assert jonas.user.has_usable_password()
    assert enrolment.is_account_complete(jonas.user)


def test_former_member_who_is_invited_again_enrols_again(cast):
    jonas = signing.make_person("jonas")
    members.end_membership_and_access(
        cast.sana.scope,
        signing.join(jonas.user, cast.desk, state=MembershipState.ACTIVE),
        None,
        at=LATER,
    )
    Outgoing.objects.all().delete()
    place = orgs.OfferedRole(cast.office, cast.desk, "caseworker")
    orgs.invite(cast.sana.scope, place, email=jonas.user.email, language="en", at=LATER)

    given = enrolment.enrol(
        signing.mailed_token(), name="x", language="en", password=signing.OTHER, at=LATER
    )

    assert given.entry.session.user_id == jonas.user.pk
    assert given.entry.session.user_version == 2
    assert given.code is not None


def test_restarted_member_waits_and_keys_become_due_for_renewal(cast):
    admit(cast.shelter, cast.bela, cast.amal)
    record = write(cast.amal, cast.desk)

    members.remove_access_of_user(cast.amal.pk, actor=cast.amal.pk, at=LATER)
    renew(cast.amal)

    for team in (cast.desk, cast.shelter):
        team.refresh_from_db()
        assert team.state == TeamState.ROTATION_DUE
        assert cast.amal.place(team).state == MembershipState.PENDING
        assert cast.amal.pk not in {user for user, _ in grants(team)}
    with refused(KeyNotReady):
        read(cast.amal, record)
    must_verify()


def test_restarted_member_reads_earlier_records_after_admission(cast):
    record = write(cast.amal, cast.desk)
    members.remove_access_of_user(cast.amal.pk, actor=None, at=AT)
    renew(cast.amal)
    while rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT).left:
        pass

    let_in(cast, cast.amal.place(cast.desk), words=cast.amal.words)

    assert read(cast.amal, record).document == SAID
    assert grants(cast.desk) == {(cast.sana.pk, 2), (cast.amal.pk, 2)}


def test_restart_keeps_memberships_without_keys(cast):
    serve(cast.amal, cast.office, "coordinator")

    members.remove_access_of_user(cast.amal.pk, actor=None, at=LATER)

    held = Membership.objects.get(user=cast.amal.pk, team=None)
    assert held.state == MembershipState.ACTIVE


def test_departure_from_a_founding_team_ends_access_to_its_key(cast, team, gita):
    found(team, gita)
    admit(team, gita, cast.noor)
    members.end_membership_and_access(cast.dana.scope, cast.noor.place(team), None, at=LATER)
    team.refresh_from_db()

    assert (team.state, rotation.is_renewal_due(team)) == (TeamState.FOUNDING, True)
    rotation.continue_renewal(gita.unlocked(), team, at=LATER)

    team.refresh_from_db()
    assert versions(team) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert (team.state, rotation.is_renewal_due(team)) == (TeamState.FOUNDING, False)


def test_suspended_account_gets_no_new_key_version_and_waits(cast):
    record = note(cast.amal, cast.desk)
    closures.suspend_user(cast.olga.scope, cast.amal.user, at=AT)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert cast.amal.pk not in {user for user, _ in grants(cast.desk)}
    assert cast.amal.place(cast.desk).state == MembershipState.PENDING

    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    orgs.reactivate_user(cast.olga.scope, cast.amal.user, at=LATER)
    let_in(cast, cast.amal.place(cast.desk))
    assert read(cast.amal, record).document == SAID


def test_suspended_organisation_renews_no_key(cast):
    record = write(cast.amal, cast.desk)
    closures.suspend_organisation(cast.olga.scope, cast.office, at=AT)

    with refused(KeyNotReady):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    orgs.reactivate_organisation(cast.olga.scope, cast.office, at=LATER)
    assert read(cast.amal, record).document == SAID


def test_a_role_that_changes_keeps_its_keys(cast):
    record = write(cast.amal, cast.desk)
    orgs.change_role(cast.dana.scope, cast.amal.place(cast.desk), "supervisor", at=LATER)

    assert read(cast.amal, record).document == SAID
    assert TeamKey.objects.filter(team=cast.desk).count() == 1
