from __future__ import annotations

import pytest

from protect.orgs.enums import TeamState
from protect.vault.actions import recovery_kit, renewing, rotation, teams
from protect.vault.actions.rotation import Progress
from protect.vault.errors import TeamNotReady
from protect.vault.models import DekWrap, TeamGrant
from tests.vault import cast as casting
from tests.vault.cast import AT, LATER, new_team, note, versions

CAST_IS_KEPT = True


def lose_amal(cast) -> None:
    teams.leave(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    cast.desk.refresh_from_db()


def notes(cast, team, person, count: int) -> None:
    for _ in range(count):
        note(person, team)


@pytest.fixture
def second(cast):
    """Another team of sana's, at work."""
    team = new_team(cast.office, "Demo second")
    casting.found(team, cast.sana)
    recovery_kit.finish(cast.sana.scope, cast.sana.unlocked(), team, at=AT)
    team.refresh_from_db()
    return team


def test_everything_opens_with_the_newest_key_where_nothing_is_due(cast):
    notes(cast, cast.desk, cast.sana, 3)

    assert renewing.progress(cast.desk) == Progress(3, 0)


def test_before_a_renewal_begins_all_is_left(cast):
    notes(cast, cast.desk, cast.sana, 3)
    lose_amal(cast)

    assert renewing.progress(cast.desk) == Progress(0, 3)


def test_while_it_goes_on_both_numbers_move_and_what_is_saved_counts_as_done(cast):
    notes(cast, cast.desk, cast.sana, 3)
    lose_amal(cast)
    rotation.step(cast.sana.unlocked(), cast.desk, at=LATER, limit=2)
    assert renewing.progress(cast.desk) == Progress(2, 1)

    note(cast.sana, cast.desk)

    assert renewing.progress(cast.desk) == Progress(3, 1)


def test_what_did_not_open_is_left_out(cast):
    notes(cast, cast.desk, cast.sana, 2)
    wrap = DekWrap.objects.filter(team=cast.desk).order_by("pk")[0]
    DekWrap.objects.filter(pk=wrap.pk).update(damaged_at=AT)

    assert renewing.progress(cast.desk) == Progress(1, 0)


def test_a_team_without_a_key_has_no_progress(cast):
    with pytest.raises(TeamNotReady):
        renewing.progress(new_team(cast.office, "Demo new"))


def test_whoever_holds_the_key_goes_on_until_nothing_is_due(cast):
    notes(cast, cast.desk, cast.sana, 2)
    lose_amal(cast)

    assert renewing.continue_due(cast.sana.unlocked(), at=LATER) == 1

    assert renewing.continue_due(cast.sana.unlocked(), at=LATER) == 0
    cast.desk.refresh_from_db()
    assert (cast.desk.state, versions(cast.desk)) == (
        TeamState.ACTIVE,
        {1: "retired", 2: "active"},
    )


@pytest.mark.parametrize("name", ["dana", "chidi", "bela"])
def test_whoever_does_not_hold_it_changes_nothing(cast, name):
    lose_amal(cast)

    assert renewing.continue_due(cast.people[name].unlocked(), at=LATER) == 0
    assert versions(cast.desk) == {1: "active"}


def test_several_teams_share_one_batch(cast, second, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    for team in (cast.desk, second):
        notes(cast, team, cast.sana, 2)
        rotation.begin(cast.sana.unlocked(), team, at=AT)

    assert renewing.continue_due(cast.sana.unlocked(), at=LATER) == 2

    left = [renewing.progress(team).left for team in (cast.desk, second)]
    assert sorted(left) == [0, 1]


def test_what_cannot_go_on_does_not_hold_up_the_others(cast, second):
    for team in (cast.desk, second):
        note(cast.sana, team)
        rotation.begin(cast.sana.unlocked(), team, at=AT)
    grant = TeamGrant.objects.filter(team_key__team=cast.desk, team_key__version=1)
    grant.filter(user_key__user=cast.sana.pk).update(wrap=b"\x01")

    renewing.continue_due(cast.sana.unlocked(), at=LATER)

    assert versions(cast.desk) == {1: "retiring", 2: "active"}
    assert versions(second) == {1: "retired", 2: "active"}
