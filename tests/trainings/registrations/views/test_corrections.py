"""Coordinators correct a participant at the desk."""

import pytest

from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come
from tests.vault.views.desk import words


@pytest.fixture
def edition(host):
    return make_edition(host)


def correction_data(row, **change):
    person = row.participant
    return {
        "edited": person.edited,
        "name": "Demo Nora",
        "email": person.email,
        "country": "MT",
        "language": "fr",
        "profession": "midwife",
    } | change


def test_participant_is_corrected_and_the_page_shows_it(desk_of, edition):
    row = come(edition)
    address = f"/trainings/registrations/{row.pk}"
    desk = desk_of()
    response = desk.post(f"{address}/correct", **correction_data(row))
    shown = words(desk.get(address))

    assert response["Location"] == address
    for told in ("Demo Nora", "Profession Midwife", "Malta"):
        assert told in shown.replace("\u2068", "").replace("\u2069", "")


def test_conflicting_correction_shows_both_versions(desk_of, edition):
    row = come(edition)
    address = f"/trainings/registrations/{row.pk}/correct"
    desk = desk_of()
    desk.post(address, **correction_data(row))
    response = desk.post(address, **correction_data(row, name="Demo Other", profession="nurse"))

    assert response.status_code == 409
    assert "Profession: Midwife" in words(response).replace("\u2068", "").replace("\u2069", "")
    assert 'name="edited" value="1"' in response.content.decode()
    row.participant.refresh_from_db()
    assert row.participant.name == "Demo Nora"


def test_address_of_another_participant_is_refused_at_its_field(desk_of, edition):
    row, other = come(edition), come(edition)
    fields = correction_data(row, email=other.participant.email)
    response = desk_of().post(f"/trainings/registrations/{row.pk}/correct", **fields)

    assert (response.status_code, {*response.context["form"].errors}) == (409, {"email"})
    row.participant.refresh_from_db()
    assert row.participant.email != other.participant.email


def test_erased_participant_cannot_be_corrected(desk_of, edition):
    row = come(edition)
    desk = desk_of()
    desk.post(f"/trainings/people/{row.participant_id}/erase")

    assert desk.get(f"/trainings/registrations/{row.pk}/correct").status_code == 404
    assert "Correct this person" not in words(desk.get(f"/trainings/registrations/{row.pk}"))
