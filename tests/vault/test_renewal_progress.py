from datetime import timedelta

import pytest

from protect.orgs import actions as orgs
from protect.orgs.enums import TeamMove, TeamState
from protect.orgs.models import Team
from protect.vault.models import DekWrap
from protect.vault.team_keys import members, rotation
from protect.vault.team_keys.rotation import Progress
from tests.refusals import refuses
from tests.vault import cast as casting
from tests.vault.cast import AT, LATER, finish_kit, new_team, note

CAST_IS_KEPT = True


def lose_amal(cast) -> None:
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    cast.desk.refresh_from_db()


def notes(cast, team, person, count: int) -> None:
    for _ in range(count):
        note(person, team)


@pytest.fixture
def second(cast):
    """Another team of sana's, at work."""
    team = new_team(cast.office, "Demo second")
    casting.found(team, cast.sana)
    finish_kit(cast.sana, team)
    team.refresh_from_db()
    return team


def test_everything_opens_with_the_newest_key_where_nothing_is_due(cast):
    notes(cast, cast.desk, cast.sana, 3)

    assert rotation.renewal_progress(cast.desk) == Progress(3, 0)


def test_before_a_renewal_begins_all_is_left(cast):
    notes(cast, cast.desk, cast.sana, 3)
    lose_amal(cast)

    assert rotation.renewal_progress(cast.desk) == Progress(0, 3)


def test_while_it_goes_on_both_numbers_move_and_what_is_saved_counts_as_done(cast):
    notes(cast, cast.desk, cast.sana, 3)
    lose_amal(cast)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER, limit=2)
    assert rotation.renewal_progress(cast.desk) == Progress(2, 1)

    note(cast.sana, cast.desk)

    assert rotation.renewal_progress(cast.desk) == Progress(3, 1)


def test_what_did_not_open_is_left_out(cast):
    notes(cast, cast.desk, cast.sana, 2)
    wrap = DekWrap.objects.filter(team=cast.desk).order_by("pk")[0]
    DekWrap.objects.filter(pk=wrap.pk).update(damaged_at=AT)

    assert rotation.renewal_progress(cast.desk) == Progress(1, 0)


def test_a_team_without_a_key_has_no_progress(cast):
    with refuses("team_not_ready"):
        rotation.renewal_progress(new_team(cast.office, "Demo new"))


# --- since when -----------------------------------------------------------------------------------


def test_nothing_is_due_since_any_time_in_a_team_that_is_at_rest(cast):
    assert rotation.renewal_due_since(cast.desk) is None
    assert rotation.renewal_due_since(new_team(cast.office, "Demo new")) is None


def test_a_renewal_is_due_since_a_member_who_held_the_key_left(cast):
    notes(cast, cast.desk, cast.sana, 1)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)
    cast.desk.refresh_from_db()

    assert rotation.renewal_due_since(cast.desk) == LATER


def test_a_renewal_that_has_begun_stays_due_since_the_member_left(cast):
    notes(cast, cast.desk, cast.sana, 2)
    lose_amal(cast)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER, limit=1)
    cast.desk.refresh_from_db()

    assert rotation.renewal_due_since(cast.desk) == AT


def test_a_renewal_that_a_member_began_is_due_since_then(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)

    assert rotation.renewal_due_since(cast.desk) == LATER


def test_nothing_is_due_any_more_when_the_last_wrap_was_moved(cast):
    notes(cast, cast.desk, cast.sana, 1)
    lose_amal(cast)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    cast.desk.refresh_from_db()

    assert rotation.renewal_due_since(cast.desk) is None


def test_an_earlier_renewal_does_not_count_for_the_next_one(cast):
    lose_amal(cast)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT + timedelta(minutes=1))
    orgs.apply_team_move(
        Team.objects.get(pk=cast.desk.pk), TeamMove.ASK_ROTATION, actor=None, at=LATER
    )
    cast.desk.refresh_from_db()

    assert rotation.renewal_due_since(cast.desk) == LATER


def test_a_team_that_was_retired_is_never_due(cast):
    lose_amal(cast)
    Team.objects.filter(pk=cast.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)
    cast.desk.refresh_from_db()

    assert rotation.renewal_due_since(cast.desk) is None


def test_renewals_that_are_due_are_listed_with_since_when_oldest_first(cast):
    assert rotation.list_due_renewals() == []

    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)
    rotation.begin_renewal(cast.bela.unlocked(), cast.shelter, at=AT)

    assert rotation.list_due_renewals() == [AT, LATER]


def test_renewal_that_was_finished_is_not_due_any_more(cast):
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert rotation.list_due_renewals() == []
