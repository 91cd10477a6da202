"""A coordinator in Zagreb founds a group; a member reads it; others learn nothing of it."""

import pytest

from protect.coordination.groups.models import Group, Member
from tests.coordination.cast import make_group, make_member
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db


def test_a_group_is_founded_and_gets_members(cast, desks):
    amal = desks["amal"]

    amal.post(
        "/groups/new",
        organisation=str(cast.office.pk),
        name="Demo group",
        purpose="Pathways for the night",
        country="HR",
        language="hr",
    )
    group = Group.objects.get()
    amal.post(
        f"/groups/{group.pk}/members/new", email="bela@demo.example", role="chair", language="en"
    )

    page = words(amal.get(f"/groups/{group.pk}"))
    assert "Pathways for the night" in page
    assert "Demo shelter Zagreb" in page


def test_a_guest_without_function_is_explained_beside_the_address(cast, desks):
    group = make_group(cast)

    answer = desks["amal"].post(
        f"/groups/{group.pk}/members/new", email="police@demo.example", role="member", language="en"
    )

    assert answer.status_code == 422
    assert "No account here has this address." in words(answer)
    assert group.members.count() == 2


@pytest.mark.parametrize(
    ("name", "status", "may_edit"),
    [("amal", 200, 200), ("bela", 200, 403), ("chidi", 404, 404), ("dana", 404, 404)],
)
def test_only_members_and_the_coordinator_open_a_group(cast, desks, name, status, may_edit):
    group = make_group(cast)

    assert desks[name].get(f"/groups/{group.pk}").status_code == status
    assert desks[name].get(f"/groups/{group.pk}/edit").status_code == may_edit
    assert ("Demo group" in words(desks[name].get("/groups"))) is (status == 200)


def test_a_member_ends_and_a_stranger_cannot_end_one(cast, desks):
    member = make_member(cast, make_group(cast), "police@demo.example")

    assert desks["chidi"].post(f"/groups/members/{member.pk}/end").status_code == 404
    assert Member.objects.current().filter(pk=member.pk).exists()
    assert desks["amal"].post(f"/groups/members/{member.pk}/end").status_code == 302
    assert not Member.objects.current().filter(pk=member.pk).exists()
