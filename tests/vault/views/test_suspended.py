import re

import pytest

from protect.orgs import actions as orgs
from protect.vault.team_keys import closures
from tests.vault.cast import AT
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def page(organisation, rest: str = "") -> str:
    return f"/organisations/{organisation.pk}{rest}"


def suspend(cast) -> None:
    closures.suspend_organisation(cast.olga.scope, cast.office, at=AT)


@pytest.mark.parametrize("address", ["/", "/teams", "/organisations", "own page"])
def test_people_of_a_suspended_organisation_are_told_since_when_and_whom_to_ask(cast, address):
    suspend(cast)
    desk = at_desk(cast.amal)

    said = words(desk.get(page(cast.office) if address == "own page" else address))

    assert re.search(r"Demo office\W* has been suspended since .*10:00", said)
    assert "You do not work for an organisation now" not in said
    assert (
        "You are not in a team. A person who manages a team can invite you by e-mail." not in said
    )
    assert "Ask the people who manage it: \u2068Demo Dana\u2069" in said
    assert (
        "The people who run the platform have suspended it and can reactivate it. They work at:"
        in said
    )


def test_the_page_of_a_suspended_organisation_opens_to_its_people_and_gives_them_nothing(cast):
    suspend(cast)
    desk = at_desk(cast.dana)

    answer = desk.get(page(cast.office))

    assert answer.status_code == 200
    assert "Members" not in words(answer)
    for rest in ("/people", "/invitations", "/leave", "/officers"):
        assert desk.get(page(cast.office, rest)).status_code == 404


@pytest.mark.parametrize("name", ["bela", "chidi"])
def test_others_learn_nothing_of_a_suspended_organisation(cast, name):
    suspend(cast)
    desk = at_desk(getattr(cast, name))

    assert desk.get(page(cast.office)).status_code == 404
    assert "is suspended" not in words(desk.get("/"))


def test_nobody_is_told_of_a_suspension_that_is_over(cast):
    suspend(cast)
    orgs.reactivate_organisation(cast.olga.scope, cast.office, at=AT)

    assert "is suspended" not in words(at_desk(cast.amal).get("/"))
