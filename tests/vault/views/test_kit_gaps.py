"""Officers who were replaced: which two can still open a team, and who is told when none can."""

import pytest

from protect.vault.team_keys import members, recovery_kit
from tests.vault.cast import (
    AT,
    Cast,
    finish_kit,
    found,
    make_person,
    new_team,
    wait_in,
)
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def replace(cast: Cast, slot: int) -> str:
    """Give an officer's place to somebody new; return their code."""
    made = recovery_kit.appoint_officer(cast.dana.scope, cast.office, slot, at=AT)
    code = made.code.printed()
    recovery_kit.confirm_officer(cast.dana.scope, made.officer, code, at=AT)
    return code


def appoint_page(cast: Cast, slot: int) -> str:
    return words(
        Desk().let_in(cast.dana).get(f"/organisations/{cast.office.pk}/officers/{slot}/appoint")
    )


def test_the_first_who_is_replaced_leaves_one_pair(cast):
    assert "no two officers left" not in appoint_page(cast, 1)

    replace(cast, 1)

    assert recovery_kit.restoring_pairs(cast.desk) == [(2, 3)]


def test_before_the_last_pair_goes_the_page_names_the_teams_and_their_kits(cast):
    replace(cast, 1)

    page = appoint_page(cast, 2)

    assert "no two officers left who could open them" in page
    assert "Demo desk" in page
    assert "no two officers left" not in appoint_page(cast, 1)


def test_only_teams_at_work_are_named_by_their_names(cast):
    for name in ("xyz", "abc"):
        team, founder = new_team(cast.office, f"Demo {name}"), make_person(name)
        found(team, founder)
        finish_kit(founder, team)
    new_team(cast.office, "Demo without key")
    found(new_team(cast.office, "Demo founding"), make_person("founder"))
    replace(cast, 1)

    closed = [recovery_kit.teams_lost_without(cast.office, slot) for slot in (1, 2)]

    assert [[team.name for team in each] for each in closed] == [
        [],
        ["Demo abc", "Demo desk", "Demo xyz"],
    ]
    assert recovery_kit.teams_lost_without(cast.partner, 2) == []


def test_when_no_pair_is_left_who_manages_and_who_can_finish_are_told_today(cast):
    for slot in (1, 2):
        replace(cast, slot)
    gap = "No two officers could open this team now"

    home, theirs = (words(Desk().let_in(each).get("/")) for each in (cast.dana, cast.sana))

    assert gap in home
    assert "These members can finish the kit: \u2068Demo Sana\u2069" in home
    assert gap in theirs
    assert "Finish the recovery kit" in theirs
    said = words(Desk().let_in(cast.dana).get(f"/teams/{cast.desk.pk}"))
    assert "You have nothing left to do for this team" not in said
    assert f"Not finished {gap}" in said
    assert "Not every two officers" not in said


def test_a_case_worker_reads_nothing_of_a_kit_with_gaps_nor_that_all_is_well(cast):
    replace(cast, 1)

    page = words(Desk().let_in(cast.amal).get(f"/teams/{cast.desk.pk}"))

    for text in ("You have nothing left to do for this team", "recovery kit", "officers"):
        assert text not in page


def test_right_codes_of_a_pair_without_halves_say_why_they_open_nothing(cast):
    new = replace(cast, 1)
    place = wait_in(rana := make_person("rana"), cast.desk, "supervisor")
    codes = {"code_1": new, "code_2": cast.codes[cast.office.pk][2], "code_3": ""}

    answer = Desk().let_in(rana).post(f"/places/{place.pk}/restore", **codes)

    assert answer.status_code == 409
    assert "The recovery kit of this team is not complete for these two officers." in words(answer)
    place.refresh_from_db()
    assert place.state == "pending"


# --- beginning anew of whoever holds a key alone --------------------------------------------------


def effects(cast: Cast) -> str:
    """Return what is said before Sana, the last who holds the key, begins anew."""
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    page = f"/places/{cast.sana.place(cast.desk).pk}/restart"
    return words(Desk().let_in(cast.dana).get(page))


def test_nothing_is_lost_where_a_colleague_holds_the_key_too(cast):
    page = f"/places/{cast.sana.place(cast.desk).pk}/restart"

    assert "No files are lost" in words(Desk().let_in(cast.dana).get(page))


def test_two_officers_are_needed_where_nobody_else_holds_it(cast):
    said = effects(cast)

    assert ". Two recovery officers must then open the team with their codes on paper." in said
    assert "No files are lost" not in said


def test_the_files_are_lost_where_no_two_officers_could_open_it(cast):
    for slot in (1, 2):
        replace(cast, slot)

    said = effects(cast)

    assert ", and no two recovery officers can open it." in said
    assert "No files are lost" not in said


def test_page_of_officers_names_the_teams_whose_kits_are_to_be_finished_and_who_can(cast):
    address = f"/organisations/{cast.office.pk}/officers"
    assert "Recovery kits to finish" not in words(Desk().let_in(cast.dana).get(address))

    replace(cast, 1)

    page = Desk().let_in(cast.dana).get(address)
    kits = words(page).partition("Recovery kits to finish")[2]
    assert "Demo desk" in kits
    assert "These members can finish the kit: \u2068Demo Sana\u2069." in kits
    assert "No two officers could open this team now." not in kits
    assert f'href="/teams/{cast.desk.pk}/kit"' in page.content.decode()

    replace(cast, 2)
    again = words(Desk().let_in(cast.dana).get(address)).partition("Recovery kits to finish")[2]
    assert "No two officers could open this team now." in again


def test_the_page_of_the_kit_is_true_where_one_officer_of_three_was_replaced(cast):
    replace(cast, 2)

    page = words(Desk().let_in(cast.sana).get(f"/teams/{cast.desk.pk}/kit"))

    assert "Below is a field for each officer whom this team has not confirmed yet." in page
    assert "The six words of officer 2" in page
    assert "The six words of officer 1" not in page
