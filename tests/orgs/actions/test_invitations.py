from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.kernel.ids import hash_token
from protect.notices.models import Outgoing
from protect.orgs import access, actions
from protect.orgs.actions import OfferedRole
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.errors import InvitationGone
from protect.orgs.models import Invitation, Membership, Team, User
from tests.orgs.conftest import AT
from tests.orgs.traces import everything, recorded, refused, told

pytestmark = pytest.mark.django_db
NEW = {"email": " New@Demo.Example ", "language": "fr", "at": AT}
LATER = AT + timedelta(days=6)
ME = {"name": " Demo  Noor ", "language": "nl", "at": LATER}


def sent_token(invitation: Invitation | None = None) -> str:
    """Return the token of an invitation, or of the only one, as its mail carries it."""
    wanted = (invitation or Invitation.objects.get()).token_hash
    links = Outgoing.objects.order_by("pk").values_list("link", flat=True)
    tokens = [link.rpartition("/")[2] for link in links]
    return next(each for each in tokens if hash_token(each) == wanted)


@pytest.fixture
def desk(world) -> OfferedRole:
    return OfferedRole(world.office, world.desk, "caseworker")


@pytest.fixture
def invited(world, desk) -> str:
    """Return the token of an invitation to the desk, as the mail carries it."""
    actions.invite(world.scope("sana"), desk, **NEW)
    return sent_token()


def test_token_of_an_invitation_is_only_in_the_mail(world, desk):
    invitation = actions.invite(world.scope("sana"), desk, **NEW)

    mail = Outgoing.objects.get()
    token = sent_token()
    assert (mail.to, mail.language) == ("new@demo.example", "fr")
    assert mail.link == f"https://desk.demo.example/invited/{token}"
    assert invitation.expires == AT + timedelta(days=7)
    assert invitation.token_hash == hash_token(token)
    rest = {table: rows for table, rows in everything().items() if table != "Outgoing"}
    assert token not in str(rest)
    assert recorded() == ["orgs.invite"]


@pytest.mark.parametrize(
    ("name", "role", "may"),
    [
        ("sana", "caseworker", True),
        ("sana", "supervisor", True),
        ("dana", "supervisor", True),  # manages the organisation: appoints, and reads nothing
        ("amal", "caseworker", False),
        ("bela", "receiver", False),  # of another team
        ("chidi", "caseworker", False),
        ("emil", "caseworker", False),
        ("olga", "caseworker", False),
    ],
)
def test_who_may_invite_into_a_team(world, desk, name, role, may):
    place = desk._replace(role=role)

    if may:
        assert actions.invite(world.scope(name), place, **NEW).role == role
    else:
        with refused(PermissionDenied):
            actions.invite(world.scope(name), place, **NEW)


@pytest.mark.parametrize(
    ("name", "role", "error"),
    [
        ("dana", "protection_officer", None),
        ("dana", "organisation_admin", None),
        ("dana", "operator", PermissionDenied),  # nobody makes an operator who is none
        ("olga", "operator", PermissionDenied),  # may run the platform, not invite for the office
        ("sana", "trainer", PermissionDenied),
        ("dana", "caseworker", "role_unknown"),
        ("dana", "chief", "role_unknown"),
    ],
)
def test_who_may_invite_into_an_organisation(world, name, role, error):
    place = OfferedRole(world.office, None, role)

    if error:
        with refused(error):
            actions.invite(world.scope(name), place, **NEW)
    else:
        assert actions.invite(world.scope(name), place, **NEW).team is None


@pytest.mark.parametrize("change", [{"email": "nobody"}, {"email": "a@b\nc"}, {"language": "xx"}])
def test_invalid_address_or_language_is_refused(world, desk, change):
    with refused("detail_invalid"):
        actions.invite(world.scope("sana"), desk, **NEW | change)


def test_member_is_not_invited_again(world, desk):
    with refused("already_member"):
        actions.invite(world.scope("sana"), desk, **NEW | {"email": "amal@demo.example"})


def test_inviting_does_not_reveal_accounts_elsewhere(world, desk):
    made = actions.invite(world.scope("sana"), desk, **NEW | {"email": "chidi@demo.example"})

    assert made.email == "chidi@demo.example"


def test_team_of_another_organisation_raises_value_error(world):
    with refused(ValueError):
        actions.invite(
            world.scope("dana"), OfferedRole(world.office, world.other_team, "receiver"), **NEW
        )


def test_ended_team_or_organisation_takes_no_invitations(world, desk):
    scope = world.scope("dana")
    actions.retire_team(scope, world.desk, at=AT)
    with refused("organisation_not_active"):
        actions.invite(scope, desk, **NEW)

    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)
    with refused("organisation_not_active"):
        actions.invite(scope, OfferedRole(world.office, None, "trainer"), **NEW)


def test_second_invitation_revokes_the_first(world, desk, invited):
    second = actions.invite(world.scope("dana"), desk, **NEW)

    with refused(InvitationGone):
        actions.accept_invitation(invited, **ME)
    assert actions.accept_invitation(sent_token(second), **ME).is_new


def test_accepting_creates_an_account_without_password_and_an_enrolled_membership(world, invited):
    user, membership, is_new = actions.accept_invitation(invited, **ME)

    assert is_new
    assert (user.email, user.name, user.language) == ("new@demo.example", "Demo Noor", "nl")
    assert not user.has_usable_password()
    assert (membership.state, membership.role) == (MembershipState.ENROLLED, "caseworker")
    assert membership.team == world.desk
    assert access.scope_for(user.pk).held == ()
    assert recorded() == ["orgs.invite", "orgs.accept_invitation"]


def test_an_invitation_works_once(world, invited):
    actions.accept_invitation(invited, **ME)

    with refused(InvitationGone):
        actions.accept_invitation(invited, **ME)


@pytest.mark.parametrize("token", ["", "x", "é", "\ud800", "A" * 43])
def test_guessed_token_reveals_nothing(world, invited, token):
    with refused(InvitationGone):
        actions.accept_invitation(token, **ME)


def test_an_invitation_ends_after_seven_days(world, invited):
    with refused(InvitationGone):
        actions.accept_invitation(invited, **ME | {"at": AT + timedelta(days=7)})


def test_an_invitation_to_a_role_that_no_longer_exists_is_refused(world, invited):
    Invitation.objects.update(role="former_role")

    with refused("role_unknown"):
        actions.accept_invitation(invited, **ME)


def test_invitation_to_an_ended_team_or_organisation_is_gone(world, invited):
    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)
    with refused(InvitationGone):
        actions.accept_invitation(invited, **ME)
    actions.reactivate_organisation(world.scope("olga"), world.office, at=AT)

    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)
    with refused(InvitationGone):
        actions.accept_invitation(invited, **ME)


def test_invalid_name_leaves_the_invitation_open(world, invited):
    with refused("detail_invalid"):
        actions.accept_invitation(invited, **ME | {"name": " "})

    assert actions.accept_invitation(invited, **ME).is_new


def test_existing_account_gets_a_membership_and_is_unchanged(world, desk):
    actions.invite(world.scope("sana"), desk, **NEW | {"email": "chidi@demo.example"})
    before = User.objects.filter(pk=world.chidi.pk).values().get()

    unasked = ME | {"name": "", "language": ""}  # the page asks for neither
    user, membership, is_new = actions.accept_invitation(sent_token(), **unasked)

    assert (user, is_new, membership.team) == (world.chidi, False, world.desk)
    assert User.objects.filter(pk=world.chidi.pk).values().get() == before


def test_suspended_account_cannot_accept_an_invitation(world, desk):
    actions.invite(world.scope("sana"), desk, **NEW | {"email": "bela@demo.example"})
    actions.suspend_user(world.scope("olga"), world.bela, at=AT)

    with refused("account_suspended"):
        actions.accept_invitation(sent_token(), **ME)


def test_member_admitted_meanwhile_cannot_accept_again(world, desk, invited):
    other = actions.invite(world.scope("sana"), desk._replace(role="receiver"), **NEW)
    actions.accept_invitation(sent_token(other), **ME)

    with refused("already_member"):
        actions.accept_invitation(invited, **ME)
    assert Membership.objects.filter(team=world.desk, user__email="new@demo.example").count() == 1


@pytest.mark.parametrize("name", ["sana", "dana"])
def test_users_who_may_invite_can_revoke(world, invited, name):
    scope = world.scope(name)
    invitation = access.get_invitation(scope, Invitation.objects.get().pk)

    actions.revoke_invitation(scope, invitation, at=AT)

    with refused(InvitationGone):
        actions.accept_invitation(invited, **ME)
    with refused("invitation_closed"):
        actions.revoke_invitation(scope, invitation, at=AT)
    assert recorded() == ["orgs.invite", "orgs.revoke_invitation"]
    assert told() == [("invitation", "new")]


@pytest.mark.parametrize("name", ["amal", "bela", "chidi", "emil", "olga"])
def test_other_users_cannot_revoke(world, invited, name):
    with refused(PermissionDenied):
        actions.revoke_invitation(world.scope(name), Invitation.objects.get(), at=AT)


def test_accepted_invitation_cannot_be_revoked(world, invited):
    actions.accept_invitation(invited, **ME)

    with refused("invitation_closed"):
        actions.revoke_invitation(world.scope("sana"), Invitation.objects.get(), at=AT)
