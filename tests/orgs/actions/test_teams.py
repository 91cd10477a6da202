import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs import actions
from protect.orgs.enums import EndReason, MembershipState, TeamMove, TeamState
from protect.orgs.models import Invitation, Membership
from tests.orgs.conftest import AT
from tests.orgs.traces import recorded, refused, told

pytestmark = pytest.mark.django_db
NEW = {"name": "Demo night team", "purpose": "Answers at night", "at": AT}


def test_a_new_team_has_no_key(world):
    team = actions.create_team(world.scope("dana"), world.office, **NEW)

    assert (team.state, team.name, team.organisation) == (
        TeamState.NO_KEY,
        "Demo night team",
        world.office,
    )
    assert recorded() == ["orgs.create_team"]


@pytest.mark.parametrize("name", ["amal", "sana", "emil", "chidi", "olga"])
def test_only_managers_of_the_organisation_create_teams(world, name):
    with refused(PermissionDenied):
        actions.create_team(world.scope(name), world.office, **NEW)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": ""}, "detail_invalid"),
        ({"purpose": "x" * 241}, "detail_invalid"),
        ({"name": "Demo desk"}, "name_taken"),
    ],
)
def test_team_with_an_invalid_name_is_not_created(world, change, error):
    with refused(error):
        actions.create_team(world.scope("dana"), world.office, **NEW | change)


def test_suspended_organisation_cannot_create_a_team(world):
    scope = world.scope("dana")
    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)

    with refused("organisation_not_active"):
        actions.create_team(scope, world.office, **NEW)


@pytest.mark.parametrize("name", ["sana", "dana"])
def test_a_team_is_renamed_by_those_who_manage_it(world, name):
    team = actions.rename_team(world.scope(name), world.desk, **NEW)

    team.refresh_from_db()
    assert (team.name, team.purpose) == ("Demo night team", "Answers at night")
    assert recorded() == ["orgs.rename_team"]


def test_rename_refuses_a_used_name_and_a_foreign_team(world):
    with refused("name_taken"):
        actions.rename_team(world.scope("dana"), world.desk, **NEW | {"name": "Demo shelter"})
    for name in ("amal", "chidi", "emil", "olga"):
        with refused(PermissionDenied):
            actions.rename_team(world.scope(name), world.desk, **NEW)


def test_retiring_a_team_ends_memberships_and_invitations_and_mails_members(world):
    place = actions.OfferedRole(world.office, world.desk, "caseworker")
    actions.invite(world.scope("sana"), place, email="new@demo.example", language="en", at=AT)

    team = actions.retire_team(world.scope("dana"), world.desk, at=AT)

    assert (team.state, team.retired_at) == (TeamState.RETIRED, AT)
    places = Membership.objects.filter(team=world.desk).values_list("state", "end_reason")
    assert set(places) == {(MembershipState.LEFT, EndReason.TEAM_RETIRED)}
    assert not Invitation.objects.open().exists()
    assert [each for each in told() if each[0] == "left"] == [("left", "amal"), ("left", "sana")]
    assert world.scope("bela").held
    for refuse in (actions.retire_team, lambda *args, at: actions.rename_team(*args, **NEW)):
        with refused("team_move_not_allowed"):
            refuse(world.scope("dana"), world.desk, at=AT)


@pytest.mark.parametrize("name", ["amal", "sana", "emil", "olga"])
def test_only_managers_of_the_organisation_retire_teams(world, name):
    with refused(PermissionDenied):
        actions.retire_team(world.scope(name), world.desk, at=AT)


def test_team_moves_follow_the_life_of_its_keys(world):
    team = actions.create_team(world.scope("dana"), world.office, **NEW)
    way = {
        TeamMove.MAKE_KEY: TeamState.FOUNDING,
        TeamMove.CONFIRM_RECOVERY: TeamState.ACTIVE,
        TeamMove.ASK_ROTATION: TeamState.ROTATION_DUE,
        TeamMove.ROTATE: TeamState.ACTIVE,
    }

    for move, state in way.items():
        assert actions.apply_team_move(team, move, actor=world.dana.pk, at=AT).state == state

    with refused("team_move_not_allowed"):
        actions.apply_team_move(team, TeamMove.MAKE_KEY, actor=None, at=AT)
    with refused(ValueError):
        actions.apply_team_move(team, TeamMove.RETIRE, actor=None, at=AT)
    assert recorded()[1:] == [f"orgs.team_{move}" for move in way]
