from datetime import timedelta

import pytest

from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.team_keys import members
from tests.vault.cast import AT, make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def people(organisation) -> str:
    return f"/organisations/{organisation.pk}/people"


def part(cast, days: int = 0) -> None:
    """End the place of the case worker, some days before now."""
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    ended = AT - timedelta(days=days)
    rows = Membership.objects.filter(user=cast.amal.user, state=MembershipState.LEFT)
    rows.update(ended_at=ended, created=ended)


@pytest.mark.parametrize("name", ["dana", "sana", "olga"])
def test_who_left_stands_there_with_when_and_why(cast, name):
    part(cast)

    said = words(at_desk(getattr(cast, name)).get(people(cast.office)))

    here, _heading, left = said.partition(" Left Name")
    assert "Demo Amal Case worker Demo desk" in left
    assert "Removed" in left
    assert "Demo Amal" not in here


def test_who_left_three_years_ago_stands_there_no_more(cast):
    part(cast, days=3 * 365)

    assert "Demo Amal" not in words(at_desk(cast.dana).get(people(cast.office)))


def test_who_left_a_team_is_not_told_to_those_of_other_teams(cast):
    part(cast)
    trainer = make_person("tomo")
    serve(trainer, cast.office, "trainer")

    assert "Demo Amal" not in words(at_desk(trainer).get(people(cast.office)))
