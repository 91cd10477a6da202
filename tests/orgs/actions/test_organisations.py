import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.orgs import actions
from protect.orgs.actions import NewOrganisation
from protect.orgs.enums import EndReason, MembershipState, OrganisationState, TeamState
from protect.orgs.models import Invitation, Membership, Organisation, Team
from tests.orgs.conftest import AT, give, make_organisation, make_person
from tests.orgs.traces import recorded, refused, told

pytestmark = pytest.mark.django_db
PROFILE = NewOrganisation("Demo new shelter", "service_provider", "GR", "Europe/Athens")


@pytest.fixture
def proposed(world) -> Organisation:
    return make_organisation("Demo new", state=OrganisationState.PROPOSED)


def test_proposal_asks_others_to_vouch_and_is_not_active(world):
    made = actions.propose_organisation(world.scope("dana"), PROFILE, at=AT)

    assert (made.state, made.name) == (OrganisationState.PROPOSED, "Demo new shelter")
    assert made.vouches.count() == 0
    assert recorded() == ["orgs.propose_organisation"]
    assert told() == [("organisation_vouch_asked", "emil")]


def test_two_organisations_of_the_country_are_asked_before_all_others(world):
    for name in ("Demo near one", "Demo near two"):
        make_person(name[-3:], make_organisation(name, "GR"), "organisation_admin")

    actions.propose_organisation(world.scope("dana"), PROFILE, at=AT)

    assert {name for _, name in told()} == {"one", "two"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"country": "XX"}, "detail_invalid"),
        ({"zone": "Europe/Nowhere"}, "detail_invalid"),
        ({"kind": "club"}, "detail_invalid"),
        ({"name": "  "}, "detail_invalid"),
        ({"name": "x" * 121}, "detail_invalid"),
        ({"name": "Demo\x00"}, "detail_invalid"),
        ({"name": "Demo\ud800"}, "detail_invalid"),
        ({"name": " Demo  office ", "country": "BE"}, "name_taken"),
    ],
)
def test_invalid_proposal_changes_nothing(world, change, error):
    with refused(error):
        actions.propose_organisation(world.scope("dana"), PROFILE._replace(**change), at=AT)


@pytest.mark.parametrize("name", ["amal", "sana", "olga"])
def test_only_users_who_may_vouch_can_propose(world, name):
    with refused(PermissionDenied):
        actions.propose_organisation(world.scope(name), PROFILE, at=AT)


def test_the_second_vouch_makes_an_organisation_active(world, proposed):
    first = actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)
    assert first.state == OrganisationState.PROPOSED

    second = actions.vouch(world.scope("emil"), proposed, by=world.other, at=AT)

    assert second.state == OrganisationState.ACTIVE
    assert recorded() == ["orgs.vouch", "orgs.vouch", "orgs.activate_organisation"]


def test_the_same_organisation_does_not_vouch_twice(world, proposed):
    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)
    give(world.amal, world.office, "organisation_admin")

    with refused("vouch_not_allowed"):
        actions.vouch(world.scope("amal"), proposed, by=world.office, at=AT)


def test_organisation_cannot_vouch_for_itself(world, proposed):
    give(world.dana, proposed, "organisation_admin")

    with refused(PermissionDenied):
        actions.vouch(world.scope("dana"), proposed, by=proposed, at=AT)


def test_user_cannot_vouch_for_a_foreign_organisation(world, proposed):
    for name, by in (("dana", world.other), ("amal", world.office), ("olga", world.office)):
        with refused(PermissionDenied):
            actions.vouch(world.scope(name), proposed, by=by, at=AT)


def test_the_vouch_of_an_organisation_that_was_suspended_since_does_not_count(world, proposed):
    third = make_organisation("Demo third")
    world.people["gina"] = make_person("gina", third, "organisation_admin")
    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)
    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)

    after = actions.vouch(world.scope("emil"), proposed, by=world.other, at=AT)
    assert after.state == OrganisationState.PROPOSED

    after = actions.vouch(world.scope("gina"), proposed, by=third, at=AT)
    assert after.state == OrganisationState.ACTIVE


def test_scope_loaded_before_a_suspension_cannot_vouch(world, proposed):
    scope = world.scope("dana")
    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)

    with refused("vouch_not_allowed"):
        actions.vouch(scope, proposed, by=world.office, at=AT)


def test_active_organisation_takes_no_vouch(world):
    with refused("organisation_move_not_allowed"):
        actions.vouch(world.scope("dana"), world.other, by=world.office, at=AT)


def test_single_active_organisation_can_vouch_alone(world, proposed):
    actions.suspend_organisation(world.scope("olga"), world.other, at=AT)

    after = actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)

    assert after.state == OrganisationState.ACTIVE


def test_suspension_stops_members_until_reactivation(world):
    scope = world.scope("olga")

    actions.suspend_organisation(scope, world.office, at=AT)
    assert world.scope("amal").held == ()
    after = actions.reactivate_organisation(scope, world.office, at=AT)

    assert world.scope("amal").held
    assert (after.state, after.suspended_at) == (OrganisationState.ACTIVE, None)
    assert recorded() == ["orgs.suspend_organisation", "orgs.reactivate_organisation"]
    assert told() == [("suspended", "dana")]


@pytest.mark.parametrize("name", ["dana", "emil", "amal"])
def test_only_operators_suspend(world, name):
    with refused(PermissionDenied):
        actions.suspend_organisation(world.scope(name), world.office, at=AT)
    with refused(PermissionDenied):
        actions.reactivate_organisation(world.scope(name), world.office, at=AT)


def test_nothing_is_suspended_or_reactivated_twice(world):
    scope = world.scope("olga")
    with refused("organisation_move_not_allowed"):
        actions.reactivate_organisation(scope, world.office, at=AT)
    actions.suspend_organisation(scope, world.office, at=AT)
    with refused("organisation_move_not_allowed"):
        actions.suspend_organisation(scope, world.office, at=AT)


def test_leaving_ends_teams_memberships_and_invitations(world):
    place = actions.OfferedRole(world.office, world.desk, "caseworker")
    actions.invite(world.scope("sana"), place, email="new@demo.example", language="en", at=AT)

    after = actions.leave_organisation(world.scope("dana"), world.office, at=AT)

    assert (after.state, after.left_at) == (OrganisationState.LEFT, AT)
    assert set(Team.objects.filter(organisation=world.office).values_list("state", flat=True)) == {
        TeamState.RETIRED
    }
    places = Membership.objects.filter(organisation=world.office)
    assert set(places.values_list("state", "end_reason")) == {
        (MembershipState.LEFT, EndReason.ORGANISATION_LEFT)
    }
    assert Invitation.objects.open().count() == 0
    assert [name for code, name in told() if code == "left"] == ["amal", "bela", "dana", "sana"]
    assert world.scope("chidi").held
    assert Entry.objects.filter(organisation=world.office.pk, chain="platform").count() == 1


@pytest.mark.parametrize("name", ["amal", "sana", "chidi", "emil"])
def test_only_managers_and_operators_can_end_an_organisation(world, name):
    with refused(PermissionDenied):
        actions.leave_organisation(world.scope(name), world.office, at=AT)


def test_the_only_operators_cannot_leave_with_their_organisation(world):
    with refused("last_administrator"):
        actions.leave_organisation(world.scope("emil"), world.other, at=AT)


def test_organisation_that_left_cannot_be_reactivated(world):
    actions.leave_organisation(world.scope("olga"), world.office, at=AT)

    with refused("organisation_move_not_allowed"):
        actions.reactivate_organisation(world.scope("olga"), world.office, at=AT)
