import pytest

from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership, Team
from protect.vault.models import RecoveryHalf, TeamGrant, TeamKey
from tests.vault.cast import entries, grants, make_person, new_team, serve, wait_in
from tests.vault.views.desk import Desk, led_to, words

CAST_IS_KEPT = True
TYPED = {"name": "Demo night team", "purpose": "Answers at night"}


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def page_of(team: Team, part: str = "") -> str:
    return f"/teams/{team.pk}{part}"


# --- making the key ------------------------------------------------------------------------------


def test_making_the_key_founds_the_team_with_its_founder(cast):
    team, rana = new_team(cast.office, "Demo new"), make_person("rana")
    place = wait_in(rana, team, "supervisor")

    answer = at_desk(rana).post(page_of(team, "/key"))

    team.refresh_from_db(), place.refresh_from_db()
    assert led_to(answer) == page_of(team)
    assert (team.state, place.state) == (TeamState.FOUNDING, MembershipState.ACTIVE)
    assert grants(team) == {(rana.pk, 1)}


def test_making_the_key_asks_once_more_who_it_is(cast):
    team, rana = new_team(cast.office, "Demo new"), make_person("rana")
    wait_in(rana, team, "supervisor")

    answer = at_desk(rana, stepped_up=False).post(page_of(team, "/key"))

    team.refresh_from_db()
    assert led_to(answer) == "/confirm"
    assert team.state == TeamState.NO_KEY
    assert not TeamKey.objects.filter(team=team).exists()


@pytest.mark.parametrize(("role", "code"), [("caseworker", 403), (None, 403)])
def test_nobody_else_makes_a_key(cast, role, code):
    team = new_team(cast.office, "Demo new")
    person = make_person("tomo") if role else cast.dana
    if role:
        wait_in(person, team, role)

    answer = at_desk(person).post(page_of(team, "/key"))

    team.refresh_from_db()
    assert (answer.status_code, team.state) == (code, TeamState.NO_KEY)
    assert not TeamKey.objects.filter(team=team).exists()


def test_a_second_first_key_is_refused(cast):
    rana = make_person("rana")
    wait_in(rana, cast.desk, "supervisor")

    answer = at_desk(rana).post(page_of(cast.desk, "/key"))

    assert answer.status_code == 409
    assert TeamKey.objects.filter(team=cast.desk).count() == 1


def test_a_foreign_team_gets_no_key(cast):
    assert at_desk(cast.chidi).post(page_of(cast.desk, "/key")).status_code == 404
    assert at_desk(cast.sana).get(page_of(cast.desk, "/key")).status_code == 405


# --- founding, changing, ending ------------------------------------------------------------------


def test_founding_a_team_leads_to_its_page(cast):
    desk = at_desk(cast.dana)

    asked = desk.get(f"/organisations/{cast.office.pk}/teams/new")
    answer = desk.post(f"/organisations/{cast.office.pk}/teams/new", **TYPED)

    made = Team.objects.get(name="Demo night team")
    assert "you yourself will not be able to read its files" in words(asked)
    assert led_to(answer) == page_of(made)
    assert (made.organisation, made.state) == (cast.office, TeamState.NO_KEY)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("", 422, "This field is required"),
        ("Demo desk", 409, "This name is already in use. Nothing was saved. Choose another name."),
    ],
)
def test_a_name_that_cannot_be_used_is_said_in_the_form(cast, name, code, said):
    typed = {"name": name, "purpose": ""}

    answer = at_desk(cast.dana).post(f"/organisations/{cast.office.pk}/teams/new", **typed)

    assert answer.status_code == code
    assert said in words(answer)
    assert Team.objects.filter(organisation=cast.office).count() == 1


@pytest.mark.parametrize(("name", "code"), [("sana", 403), ("amal", 403), ("emil", 404)])
def test_only_whoever_manages_an_organisation_founds_its_teams(cast, name, code):
    desk = at_desk(cast.people[name])

    asked = desk.get(f"/organisations/{cast.office.pk}/teams/new")
    answer = desk.post(f"/organisations/{cast.office.pk}/teams/new", **TYPED)

    assert (asked.status_code, answer.status_code) == (code, code)
    assert not Team.objects.filter(name="Demo night team").exists()


@pytest.mark.parametrize("name", ["sana", "dana"])
def test_those_who_manage_a_team_change_its_name(cast, name):
    desk = at_desk(cast.people[name])

    assert 'value="Demo desk"' in desk.get(page_of(cast.desk, "/edit")).content.decode()
    answer = desk.post(page_of(cast.desk, "/edit"), **TYPED)

    cast.desk.refresh_from_db()
    assert led_to(answer) == page_of(cast.desk)
    assert (cast.desk.name, cast.desk.purpose) == ("Demo night team", "Answers at night")


@pytest.mark.parametrize(("name", "code"), [("amal", 403), ("chidi", 404)])
def test_nobody_else_changes_it(cast, name, code):
    answer = at_desk(cast.people[name]).post(page_of(cast.desk, "/edit"), **TYPED)

    cast.desk.refresh_from_db()
    assert (answer.status_code, cast.desk.name) == (code, "Demo desk")


def test_ending_a_team_says_first_what_ends_and_what_stays(cast):
    page = words(at_desk(cast.dana).get(page_of(cast.desk, "/retire")))

    assert "All memberships end now, including waiting ones. Open invitations end, too." in page
    assert (
        "Sealed records stay, unreadable, until their retention period ends. Then they are deleted."
        in page
    )
    assert "This cannot be undone." in page


def test_ending_a_team_ends_places_and_keys(cast):
    answer = at_desk(cast.dana).post(page_of(cast.desk, "/retire"))

    cast.desk.refresh_from_db()
    assert led_to(answer) == "/teams"
    assert cast.desk.state == TeamState.RETIRED
    assert not TeamGrant.objects.filter(team_key__team=cast.desk).exists()
    assert not RecoveryHalf.objects.filter(team_key__team=cast.desk).exists()
    assert not Membership.objects.live().filter(team=cast.desk).exists()


@pytest.mark.parametrize(("name", "code"), [("sana", 403), ("amal", 403), ("emil", 404)])
def test_nobody_else_ends_a_team(cast, name, code):
    answer = at_desk(cast.people[name]).post(page_of(cast.desk, "/retire"))

    cast.desk.refresh_from_db()
    assert (answer.status_code, cast.desk.state) == (code, TeamState.ACTIVE)


def test_ending_a_team_asks_once_more_who_it_is(cast):
    answer = at_desk(cast.dana, stepped_up=False).post(page_of(cast.desk, "/retire"))

    cast.desk.refresh_from_db()
    assert answer.headers["Location"] == f"/confirm?next=%2Fteams%2F{cast.desk.pk}%2Fretire"
    assert cast.desk.state == TeamState.ACTIVE
    assert entries("end_keys") == 0


def test_a_team_that_has_ended_is_a_missing_one(cast):
    desk = at_desk(cast.dana)
    desk.post(page_of(cast.desk, "/retire"))

    assert desk.get(page_of(cast.desk)).status_code == 404


def test_who_serves_two_organisations_founds_in_either(cast):
    serve(cast.dana, cast.partner, "organisation_admin")

    page = words(at_desk(cast.dana).get("/teams"))

    assert "Create a team in Demo office" in page
    assert "Create a team in Demo partner" in page
