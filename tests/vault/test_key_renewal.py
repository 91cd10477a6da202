import pytest
from django.core.exceptions import PermissionDenied

from protect.vault.sessions.rules import STEP_UP_VALIDITY
from protect.vault.team_keys import members, rotation
from tests.vault.cast import AT, LATER, entries, must_verify, versions, write
from tests.vault.traces import refused

CAST_IS_KEPT = True


def renew(person, team, *, stepped_up=AT):
    return rotation.renew_key(person.scope, person.unlocked(stepped_up), team, at=AT)


def test_supervisor_renews_a_key_that_nothing_makes_due(cast):
    write(cast.amal, cast.desk)

    assert renew(cast.sana, cast.desk).version == 2

    assert versions(cast.desk) == {1: "retiring", 2: "active"}
    assert entries("rotate") == 1
    must_verify()


@pytest.mark.parametrize("name", ["amal", "dana", "chidi", "olga"])
def test_member_who_does_not_supervise_renews_nothing(cast, name):
    with refused(PermissionDenied):
        renew(cast.people[name], cast.desk)


@pytest.mark.parametrize("stepped_up", [None, AT - STEP_UP_VALIDITY])
def test_renewing_takes_a_fresh_proof_of_who_does_it(cast, stepped_up):
    with refused("step_up_required"):
        renew(cast.sana, cast.desk, stepped_up=stepped_up)


def test_second_renewal_waits_until_everything_has_moved(cast):
    write(cast.amal, cast.desk)
    renew(cast.sana, cast.desk)

    with refused("renewal_under_way"):
        renew(cast.sana, cast.desk)


def test_a_renewal_that_is_due_and_not_begun_comes_first(cast):
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)

    with refused("renewal_under_way"):
        renew(cast.sana, cast.desk)
