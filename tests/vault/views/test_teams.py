from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from protect.orgs.models import Team
from protect.vault.models import RecoveryOfficer
from protect.vault.team_keys import members, recovery_kit
from tests.vault import cast as casting
from tests.vault.cast import AT, make_person, new_team, note, wait_in
from tests.vault.views.desk import Desk, words

CAST_IS_KEPT = True


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def page_of(team: Team, part: str = "") -> str:
    return f"/teams/{team.pk}{part}"


def shown(person, team: Team) -> str:
    return words(at_desk(person).get(page_of(team)))


# --- the list ------------------------------------------------------------------------------------


def test_the_list_holds_ones_own_teams_and_no_other(cast):
    page = words(at_desk(cast.amal).get("/teams"))

    assert "Your teams" in page
    assert "Demo desk Demo office Active You have nothing to do for this team." in page
    assert not any(name in page for name in ("Demo shelter", "Demo far", "Create a team"))


def test_whoever_manages_an_organisation_sees_its_teams_and_can_found_one(cast):
    page = words(at_desk(cast.dana).get("/teams"))

    assert "Other teams that you manage" in page
    assert "Demo desk" in page
    assert "Create a team" in page
    assert "Demo shelter" not in page


def test_a_team_that_one_waits_for_stands_in_the_list_with_what_to_do(cast):
    rana = make_person("rana")
    wait_in(rana, cast.desk)

    page = words(at_desk(rana).get("/teams"))

    assert "Demo desk Demo office Waiting for admission See your six words" in page


@pytest.mark.parametrize(
    ("role", "then"),
    [
        ("supervisor", "No key yet Make the team's key"),
        ("caseworker", "No key yet This team has no key yet. Its first supervisor will make it."),
    ],
)
def test_before_a_team_has_a_key_nobody_waits_to_be_let_in(cast, role, then):
    rana = make_person("rana")
    wait_in(rana, new_team(cast.office, "Demo new"), role)

    page = unescape(words(at_desk(rana).get("/teams")))

    assert f"Demo new Demo office {then}" in page
    assert "Waiting for admission" not in page


def test_somebody_without_a_team_is_told_how_one_comes_into_one(cast):
    rana = make_person("rana")

    assert "You are not in a team. A person who manages a team can invite you by e-mail." in words(
        at_desk(rana).get("/teams")
    )


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bela", "chidi", "emil", "olga"])
def test_a_foreign_team_is_a_missing_one(cast, name):
    desk = at_desk(cast.people[name])

    foreign, missing = desk.get(page_of(cast.desk)), desk.get(f"/teams/{uuid4()}")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words(foreign) == words(missing)


KIT, KEYS = "Any two of three officers can open the team", "Seals and opens records"


def test_a_supervisor_sees_people_keys_kit_and_the_ways_on(cast):
    page = at_desk(cast.sana).get(page_of(cast.desk))

    assert "Demo Sana (you) Supervisor Active" in words(page)
    assert "Demo Amal Case worker Active" in words(page)
    assert KIT in words(page)
    assert KEYS in words(page)
    body = page.content.decode()
    assert page_of(cast.desk, "/notes") in body
    assert page_of(cast.desk, "/partners") in body


def test_a_case_worker_sees_people_and_the_ways_on_and_no_keys(cast):
    page = at_desk(cast.amal).get(page_of(cast.desk))

    assert "Demo Amal (you) Case worker Active" in words(page)
    assert "Demo Sana Supervisor Active" in words(page)
    assert KIT not in words(page)
    assert KEYS not in words(page)
    assert page_of(cast.desk, "/notes") in page.content.decode()


def test_a_case_worker_may_leave_and_change_nobody(cast):
    body = at_desk(cast.amal).get(page_of(cast.desk)).content.decode()

    assert f"/places/{cast.amal.place(cast.desk).pk}/end" in body
    assert f"/places/{cast.sana.place(cast.desk).pk}/end" not in body
    assert "/role" not in body
    assert page_of(cast.desk, "/edit") not in body


def test_a_supervisor_manages_people_and_lets_in_who_waits(cast):
    rana = make_person("rana")
    place = wait_in(rana, cast.desk)

    page = at_desk(cast.sana).get(page_of(cast.desk))

    body = page.content.decode()
    assert "Let in \u2068Demo Rana\u2069" in words(page)
    assert "1 person is waiting to be let in" in words(page)
    assert f"/places/{place.pk}/admit" in body
    assert f"/places/{cast.amal.place(cast.desk).pk}/role" in body
    assert page_of(cast.desk, "/retire") not in body


def test_a_manager_without_a_key_sees_names_and_states_only(cast):
    place = wait_in(make_person("rana"), cast.desk)

    page = at_desk(cast.dana).get(page_of(cast.desk))

    said, body = words(page), page.content.decode()
    assert "Demo Amal Case worker Active" in said
    assert (
        "A person is waiting to be let in. These members can do it: \u2068Demo Sana\u2069." in said
    )
    assert not any(
        word in said for word in ("holds the key", "Seals and opens records", "Partner teams")
    )
    assert f"/places/{place.pk}/admit" not in body
    assert page_of(cast.desk, "/notes") not in body
    assert page_of(cast.desk, "/retire") in body


def test_a_team_without_a_key_offers_it_to_whoever_may_found_it(cast):
    team, rana = new_team(cast.office, "Demo new"), make_person("rana")
    wait_in(rana, team, "supervisor")

    page = at_desk(rana).get(page_of(team))

    assert "This team has no key yet." in words(page)
    assert "Make the team's key" in words(page).replace("&#x27;", "'")
    assert page_of(team, "/key") in page.content.decode()


def test_a_case_worker_of_a_team_without_a_key_learns_who_makes_it(cast):
    team, rana, tomo = new_team(cast.office, "Demo new"), make_person("rana"), make_person("tomo")
    wait_in(rana, team, "supervisor"), wait_in(tomo, team)

    page = at_desk(tomo).get(page_of(team))

    assert "One of these people can make it after signing in: \u2068Demo Rana\u2069" in words(page)
    assert page_of(team, "/key") not in page.content.decode()


def test_a_manager_of_a_team_where_nobody_could_make_the_key_invites_a_supervisor(cast):
    team = new_team(cast.office, "Demo new")

    page = at_desk(cast.dana).get(page_of(team))

    assert "No members yet" in words(page)
    assert "Invite a supervisor" in words(page)
    assert page_of(team, "/invite") in page.content.decode()


def test_whoever_waits_reads_their_own_words_and_who_lets_them_in(cast):
    rana = make_person("rana")
    wait_in(rana, cast.desk)

    page = words(at_desk(rana).get(page_of(cast.desk)))

    assert rana.words in page
    assert "Demo Sana · Supervisor" in page
    assert "Demo Amal" not in page


def test_nobody_elses_page_shows_the_words_of_somebody_who_waits(cast):
    rana = make_person("rana")
    place = wait_in(rana, cast.desk)

    for name, address in (
        ("sana", page_of(cast.desk)),
        ("sana", f"/places/{place.pk}/admit"),
        ("amal", page_of(cast.desk)),
        ("dana", page_of(cast.desk)),
    ):
        assert rana.words not in words(at_desk(cast.people[name]).get(address))


def test_whoever_waits_for_a_team_without_anybody_is_sent_to_the_officers(cast):
    rana = make_person("rana")
    place = wait_in(rana, cast.far, "supervisor")
    members.end_membership_and_access(cast.femi.scope, cast.chidi.place(cast.far), None, at=AT)

    page = at_desk(rana).get(page_of(cast.far))

    assert "Open the team with two officers" in words(page)
    assert f"/places/{place.pk}/restore" in page.content.decode()


def test_a_case_worker_who_waits_there_is_told_who_must_act(cast):
    rana = make_person("rana")
    wait_in(rana, cast.far)
    members.end_membership_and_access(cast.femi.scope, cast.chidi.place(cast.far), None, at=AT)

    page = at_desk(rana).get(page_of(cast.far))

    assert "A supervisor must first open the team with two recovery officers" in words(page)
    assert "/restore" not in page.content.decode()


def test_a_team_whose_member_has_left_says_that_its_key_must_be_renewed(cast):
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)

    page = shown(cast.sana, cast.desk)

    assert "Key renewal due" in page
    assert "Renew the key" in page


def test_the_most_urgent_stands_first_and_the_rest_is_there_too(cast):
    wait_in(make_person("rana"), cast.desk)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)

    page = at_desk(cast.sana).get(page_of(cast.desk))

    assert "Let in \u2068Demo Rana\u2069 Also to do: Renew the key" in words(page)
    assert page_of(cast.desk, "/renew") in page.content.decode()


def test_a_renewal_under_way_is_said_too(cast):
    rana = make_person("rana")
    place = wait_in(rana, cast.desk, "supervisor")
    note(cast.sana, cast.desk)
    codes = cast.codes[cast.office.pk]
    members.restore_team(rana.unlocked(), place, {1: codes[1], 2: codes[2]}, at=AT)

    page = shown(rana, cast.desk)

    assert "Key renewal under way" in page
    assert "Key renewal due" not in page
    assert "Only opens records, being replaced" in page


def test_a_founding_team_practises_and_finishes_its_kit(cast):
    team = new_team(cast.office, "Demo new")
    casting.found(team, rana := make_person("rana"))

    page = shown(rana, team)

    assert "Founding" in page
    assert "This team is still practising." in page
    assert "Finish the recovery kit" in page


def test_without_three_officers_the_kit_waits_for_them(cast):
    team = new_team(cast.office, "Demo new")
    casting.found(team, rana := make_person("rana"))
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=3).update(confirmed_at=None)

    assert "needs three officers; 2 have confirmed" in shown(rana, team)
    assert "See what is missing" in shown(rana, team)
    assert "Appoint recovery officers" in shown(cast.dana, team)


def test_an_active_team_whose_officer_was_replaced_is_told_of_the_gap(cast):
    made = recovery_kit.appoint_officer(cast.dana.scope, cast.office, 2, at=AT)
    typed = made.code.printed()
    recovery_kit.confirm_officer(cast.dana.scope, made.officer, typed, at=AT)

    assert "The recovery kit is no longer complete" in shown(cast.sana, cast.desk)


def test_after_six_months_the_codes_want_to_be_tried(cast):
    desk = Desk(at=AT + timedelta(days=184)).let_in(cast.sana)

    assert (
        "The recovery codes have not been tested for six months. Ask two officers to type theirs."
        in words(desk.get(page_of(cast.desk)))
    )
