import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady
from protect.vault.models import (
    DekWrap,
    RecoveryHalf,
    Sealed,
    UnlockSession,
)
from protect.vault.records import records
from protect.vault.sessions import browser_sessions
from protect.vault.team_keys import closures
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    entries,
    grants,
    make_person,
    must_verify,
    note,
    read,
    serve,
    versions,
    wait_in,
    write,
)
from tests.vault.traces import refused, written

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def sign_in(*people) -> None:
    for person in people:
        browser_sessions.begin_session(person.user, person.version, person.secret, at=AT)


def signed_in() -> set:
    return set(UnlockSession.objects.order_by("pk").values_list("user", flat=True))


def departed(team=None, organisation=None) -> set[str]:
    rows = Membership.objects.filter(state=MembershipState.LEFT)
    rows = rows.filter(team=team) if team else rows.filter(organisation=organisation)
    return {str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)}


def test_retired_team_loses_keys_memberships_and_sessions_and_keeps_records(cast):
    record = write(cast.amal, cast.desk)
    sign_in(cast.amal, cast.sana, cast.dana, cast.bela)

    retired = closures.retire_team(cast.dana.scope, cast.desk, at=LATER)

    assert (retired.state, retired.retired_at) == (TeamState.RETIRED, LATER)
    assert grants(cast.desk) == set()
    assert versions(cast.desk) == {1: KeyState.RETIRED}
    assert not RecoveryHalf.objects.filter(team_key__team=cast.desk).exists()
    assert not Membership.objects.live().filter(team=cast.desk).exists()
    assert signed_in() == {cast.dana.pk, cast.bela.pk}
    assert Sealed.objects.filter(record=record).count() == 1
    assert DekWrap.objects.filter(record=record).count() == 1
    with pytest.raises(KeyNotReady):
        read(cast.amal, record)


def test_a_retired_team_leaves_every_other_team_alone(cast):
    record = write(cast.bela, cast.shelter)

    closures.retire_team(cast.dana.scope, cast.desk, at=LATER)

    assert read(cast.bela, record).document == SAID
    assert grants(cast.shelter) == {(cast.bela.pk, 1), (cast.noor.pk, 1)}
    assert RecoveryHalf.objects.filter(team_key__team=cast.shelter).count() == 6


def test_nothing_is_sealed_for_a_retired_team_any_more(cast):
    kept = write(cast.bela, cast.shelter)
    closures.retire_team(cast.emil.scope, cast.shelter, at=LATER)
    packet = Packet(
        fields=SAID,
        consent=cast.amal.pk,
        scope=frozenset({"contact"}),
        expires=LATER.replace(year=2027),
        to_team=cast.shelter.pk,
        to_version=1,
    )

    with refused("team_not_ready"):
        packets.seal_packet(
            cast.amal.unlocked(), packet, cast.desk, at=LATER, uncompared_reason="urgent"
        )
    with refused("team_not_ready"):
        note(cast.bela, cast.shelter)
    with refused("team_not_ready"):
        records.save_record(cast.bela.unlocked(), kept, SAID, seen=1, at=LATER)


def test_end_of_a_team_is_in_the_ledger_and_the_audit(cast):
    closures.retire_team(cast.dana.scope, cast.desk, at=LATER)

    places = departed(team=cast.desk)
    assert len(places) == 2
    assert set(written()) == {
        ("team", str(cast.desk.pk), "retired"),
        *(("membership", pk, "team_retired") for pk in places),
    }
    assert entries("end_keys") == 1
    must_verify()


def test_a_team_without_a_key_ends_too(cast):
    team = orgs.create_team(cast.dana.scope, cast.office, name="Demo new", purpose="", at=AT)
    wait_in(make_person("gita"), team)

    closures.retire_team(cast.dana.scope, team, at=LATER)

    assert written()[0] == ("team", str(team.pk), "retired")
    assert len(written()) == 2
    assert entries("end_keys") == 0


@pytest.mark.parametrize("name", ["amal", "sana", "bela", "chidi", "emil", "olga"])
def test_only_managers_end_a_team(cast, name):
    sign_in(cast.amal)
    scope = cast.people[name].scope

    with refused(PermissionDenied):
        closures.retire_team(scope, cast.desk, at=LATER)


def test_team_is_retired_once(cast):
    scope = cast.dana.scope
    closures.retire_team(scope, cast.desk, at=LATER)

    with refused("team_move_not_allowed"):
        closures.retire_team(scope, cast.desk, at=LATER)


def test_leaving_organisation_loses_keys_memberships_and_sessions(cast):
    serve(cast.bela, cast.office, "coordinator")
    sign_in(cast.amal, cast.dana, cast.bela, cast.chidi)

    left = closures.leave_organisation(cast.dana.scope, cast.office, at=LATER)

    assert (left.state, left.left_at) == (OrganisationState.LEFT, LATER)
    assert grants(cast.desk) == set()
    assert versions(cast.desk) == {1: KeyState.RETIRED}
    assert not RecoveryHalf.objects.filter(team_key__team=cast.desk).exists()
    assert not Membership.objects.live().filter(organisation=cast.office).exists()
    assert signed_in() == {cast.chidi.pk}
    assert grants(cast.shelter) == {(cast.bela.pk, 1), (cast.noor.pk, 1)}


def test_departure_of_an_organisation_is_in_the_ledger_with_each_membership(cast):
    closures.leave_organisation(cast.dana.scope, cast.office, at=LATER)

    places = departed(organisation=cast.office)
    assert len(places) == 3
    assert set(written()) == {
        ("organisation", str(cast.office.pk), "left"),
        ("team", str(cast.desk.pk), "retired"),
        *(("membership", pk, "organisation_left") for pk in places),
    }
    must_verify()


def test_earlier_departures_are_not_registered_twice(cast):
    closures.retire_team(cast.dana.scope, cast.desk, at=AT)
    before = written()

    closures.leave_organisation(cast.dana.scope, cast.office, at=LATER)

    assert len(set(written())) == len(written())
    assert written()[: len(before)] == before


@pytest.mark.parametrize("name", ["amal", "sana", "bela", "chidi", "emil"])
def test_only_managers_and_operators_end_an_organisation(cast, name):
    sign_in(cast.amal)
    scope = cast.people[name].scope

    with refused(PermissionDenied):
        closures.leave_organisation(scope, cast.office, at=LATER)


def test_organisation_of_the_only_operators_cannot_leave(cast):
    scope = cast.femi.scope

    with refused("last_administrator"):
        closures.leave_organisation(scope, cast.other, at=LATER)


def test_an_organisation_leaves_once(cast):
    closures.leave_organisation(cast.olga.scope, cast.office, at=LATER)

    with refused("organisation_move_not_allowed"):
        closures.leave_organisation(cast.olga.scope, cast.office, at=LATER)


def test_a_suspended_organisation_is_signed_out_and_keeps_its_keys(cast):
    sign_in(cast.amal, cast.dana, cast.bela)
    before = grants(cast.desk)

    suspended = closures.suspend_organisation(cast.olga.scope, cast.office, at=LATER)

    assert suspended.state == OrganisationState.SUSPENDED
    assert signed_in() == {cast.bela.pk}
    assert grants(cast.desk) == before
    assert written() == []
    must_verify()


def test_reactivated_organisation_opens_its_earlier_records(cast):
    record = write(cast.amal, cast.desk)
    closures.suspend_organisation(cast.olga.scope, cast.office, at=AT)

    orgs.reactivate_organisation(cast.olga.scope, cast.office, at=LATER)

    assert records.open_record(cast.amal.unlocked(), record, at=LATER).document == SAID


@pytest.mark.parametrize("name", ["amal", "dana", "chidi"])
def test_only_operators_suspend(cast, name):
    sign_in(cast.amal)
    scope = cast.people[name].scope

    with refused(PermissionDenied):
        closures.suspend_organisation(scope, cast.office, at=LATER)
    with refused(PermissionDenied):
        closures.suspend_user(scope, cast.amal.user, at=LATER)


def test_an_organisation_is_suspended_once(cast):
    closures.suspend_organisation(cast.olga.scope, cast.office, at=AT)
    sign_in(cast.amal)

    with refused("organisation_move_not_allowed"):
        closures.suspend_organisation(cast.olga.scope, cast.office, at=LATER)


def test_suspended_account_is_signed_out_and_keeps_its_memberships(cast):
    sign_in(cast.amal, cast.amal, cast.sana)

    closures.suspend_user(cast.olga.scope, cast.amal.user, at=LATER)

    assert signed_in() == {cast.sana.pk}
    assert entries("session_end") == 2
    assert cast.amal.place(cast.desk).state == MembershipState.ACTIVE
    assert (cast.amal.pk, 1) in grants(cast.desk)
    assert written() == []


def test_account_is_suspended_once_and_never_the_last_operator(cast):
    closures.suspend_user(cast.olga.scope, cast.amal.user, at=AT)
    sign_in(cast.amal, cast.olga)

    with refused("account_move_not_allowed"):
        closures.suspend_user(cast.olga.scope, cast.amal.user, at=LATER)
    with refused("last_administrator"):
        closures.suspend_user(cast.olga.scope, cast.olga.user, at=LATER)
