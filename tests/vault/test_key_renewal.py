import pytest
from django.core.exceptions import PermissionDenied

from protect.vault.sessions.rules import STEP_UP_VALIDITY
from protect.vault.team_keys import members, rotation
from tests.vault.cast import AT, LATER, entries, must_verify, versions, write
from tests.vault.traces import refused

CAST_IS_KEPT = True


def renew(person, team, *, stepped_up=AT):
    return rotation.renew_key(person.scope, person.unlocked(stepped_up), team, at=AT)


def test_supervisor_renews_a_key_that_is_not_due(cast):
    write(cast.amal, cast.desk)

    assert renew(cast.sana, cast.desk).version == 2

    assert versions(cast.desk) == {1: "retiring", 2: "active"}
    assert entries("rotate") == 1
    must_verify()


@pytest.mark.parametrize("name", ["amal", "dana", "chidi", "olga"])
def test_member_without_supervise_permission_cannot_renew(cast, name):
    with refused(PermissionDenied):
        renew(cast.people[name], cast.desk)


@pytest.mark.parametrize("stepped_up", [None, AT - STEP_UP_VALIDITY])
def test_renewal_needs_a_step_up(cast, stepped_up):
    with refused("step_up_required"):
        renew(cast.sana, cast.desk, stepped_up=stepped_up)


def test_second_renewal_is_refused_until_all_wraps_have_moved(cast):
    write(cast.amal, cast.desk)
    renew(cast.sana, cast.desk)

    with refused("renewal_under_way"):
        renew(cast.sana, cast.desk)


def test_due_renewal_refuses_a_requested_one(cast):
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)

    with refused("renewal_under_way"):
        renew(cast.sana, cast.desk)
