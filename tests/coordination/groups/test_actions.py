"""Working groups: who may change them, and what a change does."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404

from protect.audit.models import Entry
from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups import access, actions, guest_links
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group, Member
from tests.coordination.cast import AT, DOCUMENT, make_group, make_member


def test_coordinator_founds_a_group_and_becomes_its_secretary(cast):
    group = make_group(cast, members=())

    (member,) = group.members.all()
    assert (member.user, member.role) == (cast.people["amal"], MemberRole.SECRETARY)
    assert Entry.objects.filter(action="coordination.create_group").count() == 1


@pytest.mark.parametrize("name", ["bela", "chidi", "dana"])
def test_others_found_no_group_for_the_office(cast, name):
    values = {"name": "Demo", "purpose": "Demo", "country_id": "HR", "language": "en"}

    with pytest.raises(PermissionDenied):
        actions.create_group(cast.scope(name), cast.office.pk, values, at=AT)

    assert not Group.objects.exists()


def test_a_group_of_another_country_is_refused(cast):
    with pytest.raises(CoordinationRefusal) as refusal:
        make_group(cast, country_id="BE")

    assert refusal.value.code == "coordination_group_elsewhere"
    assert not Group.objects.exists()


@pytest.mark.parametrize(
    ("name", "sees", "runs"),
    [
        ("amal", True, True),  # coordinates, and is the secretary
        ("bela", True, False),  # a member
        ("chidi", False, False),  # coordinates another country
        ("dana", False, False),  # administers the organisation that runs the group
    ],
)
def test_members_see_their_group_and_others_cannot_tell_that_it_exists(cast, name, sees, runs):
    group, scope = make_group(cast), cast.scope(name)

    assert access.visible_groups(scope).filter(pk=group.pk).exists() is sees
    assert access.may_run(scope, group) is runs
    if not sees:
        with pytest.raises(Http404):
            access.get_run_group(scope, group.pk)


def test_a_chair_without_the_permission_runs_the_group(cast):
    group = make_group(cast, members=())
    make_member(cast, group, "bela@demo.example", role=MemberRole.CHAIR)

    make_values = {
        "name": "Demo renamed",
        "purpose": "Demo",
        "country_id": "HR",
        "language": "en",
    }
    actions.change_group(cast.scope("bela"), group, make_values, at=AT)

    group.refresh_from_db()
    assert group.name == "Demo renamed"


def test_a_member_may_not_change_the_group(cast):
    group = make_group(cast)

    with pytest.raises(PermissionDenied):
        actions.end_member(cast.scope("bela"), group.members.get(role="secretary"), at=AT)

    assert group.members.current().count() == 2


def test_an_address_with_an_account_becomes_a_member_of_the_desk(cast):
    member = make_member(cast, make_group(cast, members=()), "Bela@demo.example")

    assert (member.user, member.email) == (cast.people["bela"], "")
    assert member.organisation_name == "Demo shelter Zagreb"


def test_another_address_becomes_a_guest_with_a_link(cast):
    member = make_member(cast, make_group(cast), "police@demo.example")

    assert (member.is_guest, member.mailbox) == (True, "police@demo.example")
    assert guest_links.get_guest(guest_links.make_token(member.pk)) == member


def test_a_guest_without_organisation_is_refused(cast):
    group = make_group(cast)

    with pytest.raises(CoordinationRefusal) as refusal:
        make_member(cast, group, "police@demo.example", organisation_name="")

    assert refusal.value.code == "coordination_guest_unnamed"
    assert group.members.count() == 2


@pytest.mark.parametrize("email", ["bela@demo.example", "police@demo.example"])
def test_an_address_is_a_member_once(cast, email):
    group = make_group(cast)
    make_member(cast, group, "police@demo.example")

    with pytest.raises(CoordinationRefusal) as refusal:
        make_member(cast, group, email)

    assert refusal.value.code == "coordination_member_twice"
    assert group.members.count() == 3


def test_the_link_of_a_former_guest_is_dead_and_a_returning_guest_gets_another(cast):
    group = make_group(cast)
    former = make_member(cast, group, "police@demo.example")
    token = guest_links.make_token(former.pk)
    actions.end_member(cast.scope(), former, at=AT)

    returned = make_member(cast, group, "police@demo.example")

    with pytest.raises(Http404):
        guest_links.get_guest(token)
    assert guest_links.make_token(returned.pk) != token


def test_a_closed_group_is_read_and_not_changed(cast):
    group = make_group(cast)
    actions.close_group(cast.scope(), group, is_closed=True, at=AT)

    with pytest.raises(CoordinationRefusal) as refusal:
        make_member(cast, group, "police@demo.example")

    assert refusal.value.code == "coordination_group_closed"
    assert access.get_group(cast.scope("bela"), group.pk).closed_at == AT
    assert group.members.count() == 2


def test_the_newest_terms_of_reference_are_in_force(cast):
    group = make_group(cast)
    actions.add_terms(cast.scope(), group, DOCUMENT, at=AT)

    assert bytes(access.get_terms(cast.scope("bela"), group.pk).content) == DOCUMENT.content
    with pytest.raises(Http404):
        access.get_terms(cast.scope("chidi"), group.pk)


def test_a_member_is_a_user_or_a_guest(cast):
    group = make_group(cast)

    with pytest.raises(IntegrityError):
        Member.objects.create(group=group, organisation_name="Demo", joined_at=AT)
