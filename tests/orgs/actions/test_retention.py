from datetime import timedelta

import pytest

from protect.orgs import actions
from protect.orgs.models import Invitation, Membership, User
from tests.orgs.conftest import AT, give
from tests.orgs.traces import everything, recorded

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEARS = timedelta(days=3 * 365)


@pytest.fixture
def left(world):
    """Amal left; everybody else stays."""
    User.objects.update(created=AT)
    actions.end_membership(world.scope("amal"), world.place("amal"), at=AT)
    return world


def test_account_without_memberships_is_emptied_after_three_years(left):
    assert actions.forget_accounts(at=AT + YEARS - DAY).people == 0
    left.amal.refresh_from_db()
    assert left.amal.name == "Demo Amal"

    assert actions.forget_accounts(at=AT + YEARS).people == 1

    left.amal.refresh_from_db()
    assert (left.amal.name, left.amal.email) == ("", f"{left.amal.pk}@gone.invalid")
    assert (left.amal.is_active, left.amal.has_usable_password()) == (False, False)
    assert "amal" not in str(everything()["User"]).lower()
    assert recorded() == ["orgs.end_membership", "orgs.forget_user"]


def test_account_with_a_membership_is_never_emptied(left):
    give(left.amal, left.other, "reader")

    assert actions.forget_accounts(at=AT + 5 * YEARS).people == 0


def test_second_run_empties_nothing_more(left):
    actions.forget_accounts(at=AT + YEARS)
    before = everything()

    assert actions.forget_accounts(at=AT + YEARS) == (0, 0, 0)
    assert everything() == before


def test_address_of_an_emptied_account_can_be_used_again(left):
    actions.forget_accounts(at=AT + YEARS)

    assert User.objects.create_user("amal@demo.example").pk != left.amal.pk


@pytest.mark.parametrize(("after", "kept"), [(36 * DAY, 1), (37 * DAY, 0)])
def test_expired_invitation_is_kept_for_30_days(world, after, kept):
    place = actions.OfferedRole(world.office, world.desk, "caseworker")
    actions.invite(world.scope("sana"), place, email="new@demo.example", language="en", at=AT)

    actions.forget_accounts(at=AT + after)

    assert Invitation.objects.count() == kept


def test_membership_outlives_its_invitation(world):
    place = actions.OfferedRole(world.office, world.desk, "caseworker")
    made = actions.invite(
        world.scope("sana"), place, email="new@demo.example", language="en", at=AT
    )
    actions.revoke_invitation(world.scope("sana"), made, at=AT)
    before = Membership.objects.count()

    assert actions.forget_accounts(at=AT + 30 * DAY).invitations == 1
    assert Membership.objects.count() == before
