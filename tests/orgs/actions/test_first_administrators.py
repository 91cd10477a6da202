import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs import actions
from protect.orgs.enums import MembershipState, OrganisationState
from protect.orgs.models import Invitation, Organisation
from tests.orgs.conftest import AT, give, make_organisation, make_person
from tests.orgs.traces import recorded, refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(world) -> Organisation:
    return make_organisation("Demo fresh", "GR")


def invite(world, organisation, email="first@demo.example", name="olga"):
    scope = world.scope(name)
    return actions.invite_first_administrator(
        scope, organisation, email=email, language="el", at=AT
    )


def test_an_operator_invites_the_first_administrator(world, fresh):
    made = invite(world, fresh)

    assert (made.organisation, made.team, made.role) == (fresh, None, "organisation_admin")
    assert (made.email, made.language) == ("first@demo.example", "el")
    assert told() == [("invitation", "first")]
    assert recorded() == ["orgs.invite"]


def test_another_address_ends_the_invitation_to_a_mistyped_one(world, fresh):
    slip = invite(world, fresh, "frist@demo.example")

    right = invite(world, fresh)

    slip.refresh_from_db()
    assert slip.revoked_at == AT
    assert list(Invitation.objects.open()) == [right]


@pytest.mark.parametrize("name", ["dana", "sana", "emil"])
def test_other_users_cannot_invite_the_first_administrator(world, fresh, name):
    with refused(PermissionDenied):
        invite(world, fresh, name=name)


@pytest.mark.parametrize("state", [MembershipState.ACTIVE, MembershipState.ENROLLED])
def test_operator_cannot_invite_where_an_administrator_exists(world, fresh, state):
    give(world.chidi, fresh, "organisation_admin", state=state)

    with refused("organisation_move_not_allowed"):
        invite(world, fresh)


def test_an_administrator_whose_account_is_closed_still_manages(world):
    actions.suspend_user(world.scope("olga"), world.dana, at=AT)

    with refused("organisation_move_not_allowed"):
        invite(world, world.office)


def test_other_roles_manage_nothing(world, fresh):
    make_person("femi", fresh, "reader")

    assert invite(world, fresh).role == "organisation_admin"


def test_an_organisation_that_is_only_proposed_has_no_administrator(world):
    proposed = make_organisation("Demo new", state=OrganisationState.PROPOSED)

    with refused("organisation_not_active"):
        invite(world, proposed)


def test_invalid_address_is_refused(world, fresh):
    with refused("detail_invalid"):
        invite(world, fresh, "nobody")
