import pytest

from protect.notices.models import Outgoing
from protect.orgs import access, actions
from protect.orgs.actions import NewOrganisation
from protect.orgs.enums import MembershipMove, OrganisationState, Permission
from tests.orgs.conftest import AT
from tests.orgs.traces import recorded, refused

pytestmark = pytest.mark.django_db
FIRST = NewOrganisation("Demo office", "iom_office", "BE", "Europe/Brussels")
ME = {"email": "olga@demo.example", "language": "en", "at": AT}


def test_the_first_person_manages_the_first_organisation_and_runs_the_platform():
    organisation = actions.create_first_organisation(FIRST, **ME)
    links = Outgoing.objects.order_by("pk").values_list("link", flat=True)
    for link in links:
        came = actions.accept_invitation(
            link.rpartition("/")[2], name="Demo Olga", language="en", at=AT
        )
        actions.apply_membership_move(
            came.membership, MembershipMove.READY, actor=came.user.pk, at=AT
        )

    scope = access.scope_for(came.user.pk)
    assert organisation.state == OrganisationState.ACTIVE
    assert scope.may(Permission.OPERATE)
    assert scope.may(Permission.MANAGE_ORGANISATION, organisation=organisation.pk)
    assert recorded().count("orgs.begin") == 1


def test_second_organisation_needs_only_the_vouch_of_the_first():
    first = actions.create_first_organisation(FIRST, **ME)
    link = Outgoing.objects.order_by("pk").values_list("link", flat=True)
    came = [
        actions.accept_invitation(each.rpartition("/")[2], name="Demo Olga", language="en", at=AT)
        for each in link
    ]
    for each in came:
        actions.apply_membership_move(
            each.membership, MembershipMove.READY, actor=each.user.pk, at=AT
        )
    scope = access.scope_for(came[0].user.pk)

    second = actions.propose_organisation(scope, FIRST._replace(name="Demo two"), at=AT)

    assert actions.vouch(scope, second, by=first, at=AT).state == OrganisationState.ACTIVE


def test_first_organisation_is_created_once():
    actions.create_first_organisation(FIRST, **ME)

    with refused("already_begun"):
        actions.create_first_organisation(FIRST._replace(name="Demo two"), **ME)


def test_invalid_address_creates_no_organisation():
    with refused("detail_invalid"):
        actions.create_first_organisation(FIRST, **ME | {"email": "olga"})
