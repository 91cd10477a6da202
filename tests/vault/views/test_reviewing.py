import re

import pytest

from protect.vault.accounts import password_reset
from protect.vault.models import TeamGrant
from protect.vault.team_keys import closures
from tests.vault.cast import AT, make_person, serve, wait_in
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def jonas(cast) -> Desk:
    """The data protection officer of the office."""
    cast.people["jonas"] = make_person("jonas")
    serve(cast.jonas, cast.office, "protection_officer")
    return Desk().let_in(cast.jonas)


def people(organisation) -> str:
    return f"/organisations/{organisation.pk}/people"


def rows(answer) -> list[str]:
    """Return the rows of the tables of a page, in words."""
    found = re.findall(r"<tr>.*?</tr>", answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def row_of(name: str, answer) -> str:
    (found,) = (each for each in rows(answer) if name in each)
    return found


def test_an_officer_sees_every_place_its_role_since_when_and_who_holds_a_key(cast, jonas):
    wait_in(make_person("nadia"), cast.desk)

    page = jonas.get(people(cast.office))

    assert "All people, once for each membership" in words(page)
    amal, nadia = row_of("Demo Amal", page), row_of("Demo Nadia", page)
    assert amal.startswith("Demo Amal Case worker Demo desk")
    assert "30 Nov" in amal
    assert amal.endswith("holds the key")
    assert nadia.endswith("–")
    assert row_of("Demo Dana", page).endswith("–")


def test_who_lost_the_key_is_seen_without_it_and_a_colleague_sees_no_column(cast, jonas):
    TeamGrant.objects.filter(user_key__user=cast.amal.user).delete()

    assert row_of("Demo Amal", jonas.get(people(cast.office))).endswith("–")
    assert "holds the key" not in words(Desk().let_in(cast.dana).get(people(cast.office)))


def test_teams_lead_to_their_people_and_keys_and_to_nothing_that_is_refused(cast, jonas):
    listed = jonas.get("/teams")
    assert "Teams whose people, roles and keys you review" in words(listed)
    assert (
        "You are not in a team. A person who manages a team can invite you by e-mail."
        not in words(listed)
    )
    assert "Other teams that you manage" not in words(listed)

    page = jonas.get(f"/teams/{cast.desk.pk}")

    assert row_of("Demo Sana", page).endswith("holds the key")
    assert "Seals and opens records" in words(page)
    main = page.content.decode().partition("<main")[2]
    for address in set(re.findall(r'href="(/[^"#]*)', main)):
        assert jonas.get(address).status_code in {200, 302}, address


@pytest.mark.parametrize("what", ["notes", "partners", "edit", "renew"])
def test_an_officer_opens_and_changes_nothing_of_a_team(cast, jonas, what):
    assert jonas.get(f"/teams/{cast.desk.pk}/{what}").status_code == 403


def test_another_organisations_teams_and_places_are_not_there(cast, jonas):
    assert jonas.get(people(cast.partner)).status_code == 404
    assert jonas.get(f"/teams/{cast.shelter.pk}").status_code == 404
    assert jonas.get(f"/places/{cast.bela.place(cast.shelter).pk}").status_code == 404


def test_a_closed_account_and_a_new_beginning_stand_in_the_history_and_are_found(cast, jonas):
    closures.suspend_user(cast.olga.scope, cast.amal.user, at=AT)
    password_reset.mail_restart_link(cast.olga.scope, cast.sana.user, at=AT)
    history = f"/organisations/{cast.office.pk}/history"

    said = words(jonas.get(f"{history}?action=orgs.suspend_user"))

    assert "An account was suspended." in said.partition("Only:")[2]
    assert "Account Demo Amal" in said
    said = words(jonas.get(f"{history}?action=vault.restart"))
    assert "Account Demo Sana" in said
    assert "Account suspended" in row_of("Demo Amal", jonas.get(people(cast.office)))
