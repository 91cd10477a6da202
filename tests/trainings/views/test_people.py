"""Participants at the desk: erasure on request, and decisions about duplicates."""

import pytest

from protect.trainings.registrations.models import Participant, PersonDoubt
from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT, make_edition, make_participant
from tests.trainings.registrations.test_decisions import come
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words


@pytest.fixture
def host(db):
    return make_organisation("Demo Academy")


@pytest.fixture
def desk(host) -> Desk:
    person = make_person("pia")
    serve(person, host, "coordinator")
    return Desk(at=AT).let_in(person)


@pytest.fixture
def doubt(host) -> PersonDoubt:
    people = [
        make_participant(host, name="Demo Ada", email=f"ada@{n}.demo.example") for n in (1, 2)
    ]
    first, second = sorted(people, key=lambda person: person.pk)
    return PersonDoubt.objects.create(first=first, second=second, signs=["address"])


def test_erasure_page_explains_what_is_deleted_and_kept(desk, host):
    row = come(make_edition(host))
    page = f"/trainings/people/{row.participant.pk}/erase"

    assert "This cannot be undone." in words(desk.get(page))
    assert Participant.objects.get().name != ""

    text = words(desk.get(desk.post(page)["Location"]))

    assert "The person was erased. Totals stay, without a name." in text
    assert Participant.objects.get().name == ""
    assert desk.get(page).status_code == 404  # nobody is left to be erased


def test_duplicate_pair_is_listed_with_its_matches(desk, doubt):
    text = words(desk.get("/trainings/duplicates"))

    assert "ada@1.demo.example" in text
    assert "ada@2.demo.example" in text
    assert "The same address before the @" in text


@pytest.mark.parametrize(("do", "is_same"), [("same", True), ("different", False)])
def test_decided_pair_moves_to_the_decided_list(desk, doubt, do, is_same):
    desk.post(f"/trainings/duplicates/{doubt.pk}", do=do)

    doubt.refresh_from_db()
    assert doubt.is_same is is_same
    assert "No possible duplicates" in words(desk.get("/trainings/duplicates"))
    assert "Demo Ada" in words(desk.get("/trainings/duplicates?show=decided"))


def test_unknown_decision_changes_nothing(desk, doubt):
    desk.post(f"/trainings/duplicates/{doubt.pk}", do="perhaps")

    doubt.refresh_from_db()
    assert doubt.is_same is None
