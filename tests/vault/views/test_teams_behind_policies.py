"""The screens of teams as the role that the application has in production, behind row security."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from protect.orgs.models import Membership
from protect.vault.models import Record
from protect.vault.team_keys import pins
from tests.vault.cast import Person, make_person, note, versions, wait_in
from tests.vault.views.desk import Desk, led_to

ROLES = Path(__file__).resolve().parents[3] / "deploy/roles.sql"

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def record(cast) -> Record:
    return note(cast.sana, cast.desk)


@pytest.fixture
def rana(cast, record) -> Person:
    """Somebody who waits; with them, all that is done before the application's role."""
    rana = make_person("rana")
    wait_in(rana, cast.desk, "supervisor")
    return rana


@pytest.fixture
def as_application(rana) -> Iterator[None]:
    role = f"app_{uuid4().hex[:8]}"
    grants = ROLES.read_text("utf-8").replace(':"app"', role).replace(":'app'", f"'{role}'")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        cursor.execute("\n".join(x for x in grants.splitlines() if not x.startswith("--")))
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


def place_of(person: Person) -> Membership:
    return Membership.objects.live().get(user=person.pk)


def end(cast, person: Person) -> None:
    answer = Desk().let_in(cast.dana).post(f"/places/{place_of(person).pk}/end")
    assert led_to(answer) == f"/organisations/{cast.office.pk}/people"


def reads(person: Person, record: Record) -> bool:
    return Desk().let_in(person).get(f"/notes/{record.pk}").status_code == 200


@pytest.mark.usefixtures("as_application")
def test_letting_in_and_renewing_reach_every_row_that_they_need(cast, rana, record):
    team, sana = f"/teams/{cast.desk.pk}", Desk().let_in(cast.sana)

    answer = sana.post(f"/places/{place_of(rana).pk}/admit", words=rana.words)
    assert led_to(answer) == team
    assert reads(rana, record)
    end(cast, cast.amal)
    assert led_to(sana.post(f"{team}/renew")) == f"{team}/renew"

    assert versions(cast.desk) == {1: "retired", 2: "active"}
    assert reads(rana, record)


@pytest.mark.usefixtures("as_application")
def test_two_officers_open_a_team_whose_rows_nobody_saw_any_more(cast, rana, record):
    codes = cast.codes[cast.office.pk]
    for person in (cast.amal, cast.sana):
        end(cast, person)
    desk = Desk().let_in(rana)
    typed = {"code_1": codes[1], "code_2": codes[2], "code_3": ""}

    answer = desk.post(f"/places/{place_of(rana).pk}/restore", **typed)
    assert led_to(answer) == f"/teams/{cast.desk.pk}"
    desk.post(f"/teams/{cast.desk.pk}/renew")

    assert versions(cast.desk) == {1: "retired", 2: "active"}
    assert reads(rana, record)


@pytest.mark.usefixtures("as_application")
def test_partners_are_compared_and_teams_ended(cast):
    team = f"/teams/{cast.desk.pk}"
    said = pins.own_key_words(cast.shelter)

    answer = Desk().let_in(cast.amal).post(f"{team}/partners/{cast.shelter.pk}", words=said)
    assert led_to(answer) == f"{team}/partners"
    assert led_to(Desk().let_in(cast.dana).post(f"{team}/retire")) == "/teams"
