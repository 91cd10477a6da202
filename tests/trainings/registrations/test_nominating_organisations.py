"""Nominating organisations and their links."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.notices.models import Outgoing
from protect.trainings.registrations import access
from protect.trainings.registrations.actions import nominating_organisations
from protect.trainings.registrations.models import Sender
from tests.refusals import refuses
from tests.trainings.planning import AT, make_sender

TOLD = {
    "name": "Demo Shelter",
    "country_id": "BE",
    "language_id": "fr",
    "email": "office@demo.example",
    "is_school": False,
}


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


def test_nominating_organisation_is_unique(planners, pia):
    nominating_organisations.add_sender(pia, planners.host, TOLD, at=AT)
    with refuses("trainings_sender_known"):
        nominating_organisations.add_sender(
            pia, planners.host, TOLD | {"name": "DEMO SHELTER"}, at=AT
        )

    assert Sender.objects.count() == 1


def test_sender_link_works_until_it_is_replaced(planners, pia):
    row = make_sender(planners.host)
    first = nominating_organisations.create_link(pia, row, is_mailed=False, at=AT)
    second = nominating_organisations.create_link(pia, row, is_mailed=False, at=AT)

    assert access.get_sender_by_token(second) == row
    with pytest.raises(Http404):
        access.get_sender_by_token(first)
    assert not Sender.objects.filter(token_hash__in=[first, second]).exists()


def test_ended_sender_link_is_not_found(planners, pia):
    row = make_sender(planners.host)
    token = nominating_organisations.create_link(pia, row, is_mailed=False, at=AT)
    nominating_organisations.end_link(pia, row, at=AT)

    with pytest.raises(Http404):
        access.get_sender_by_token(token)


def test_sender_link_is_mailed_to_the_organisation(planners, pia):
    row = make_sender(planners.host, email="office@demo.example")
    token = nominating_organisations.create_link(pia, row, is_mailed=True, at=AT)

    mail = Outgoing.objects.get()
    assert (mail.to, mail.template) == ("office@demo.example", "training_sender")
    assert mail.link.endswith(f"/trainings/fr/send/{token}")


def test_sender_without_an_address_gets_no_link(planners, pia):
    row = make_sender(planners.host)
    with refuses("trainings_sender_without_address"):
        nominating_organisations.create_link(pia, row, is_mailed=True, at=AT)

    row.refresh_from_db()
    assert row.token_hash is None


@pytest.mark.parametrize("who", ["otto", "tom", "chidi"])
def test_only_planners_of_the_host_create_sender_links(planners, who):
    row = make_sender(planners.host)
    with pytest.raises(PermissionDenied):
        nominating_organisations.create_link(planners.scope(who), row, is_mailed=False, at=AT)

    row.refresh_from_db()
    assert row.token_hash is None


def test_class_is_unique(planners, pia):
    school = make_sender(planners.host, is_school=True)
    first = nominating_organisations.add_cohort(pia, school, "Demo programme", "2", at=AT)

    assert nominating_organisations.add_cohort(pia, school, "Demo programme", "2", at=AT) == first
