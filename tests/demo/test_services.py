from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from protect.demo.consortium import build_organisations
from protect.demo.services import SERVICE_PLANS, build_services
from protect.directory.changes import run_nightly_steps
from protect.directory.enums import AddressReaders, Fact, Status
from protect.directory.models import FactCheck, Location, Organisation, Service, ServiceText
from protect.notices.models import Outgoing
from protect.orgs.rules import DEMO_DOMAIN
from protect.verification.models import Correction, DuplicatePair, ProviderLink, QueueItem
from tests.vault.kept_rows import VAULT_SETTINGS
from tests.verification.nights import LATER, NOW, checked, entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def built(django_db_setup, django_db_blocker) -> Iterator[Counter[str]]:
    """The consortium and its services, made once; each test changes them for itself alone."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**VAULT_SETTINGS):
            build_organisations(at=NOW)
            made = build_services(at=NOW)
        yield made
        transaction.set_rollback(True)


def test_the_demo_shows_every_state_and_fills_every_list(built):
    assert built == Counter(service=len(SERVICE_PLANS))
    found = Service.objects.filter(source="demo")
    assert set(found.values_list("status", flat=True)) == set(Status) - {Status.WITHDRAWN}
    assert QueueItem.objects.filter(service__in=found).exists()
    assert Correction.objects.new().count() == 2
    assert DuplicatePair.objects.exists()
    assert set(ServiceText.objects.order_by("state").values_list("state", flat=True)) == {
        "draft",
        "reviewed",
    }


def test_everything_is_visibly_invented_and_nothing_of_it_is_public(built):
    for model in (Service, Organisation):
        assert all(row.name.startswith("Demo ") for row in model.objects.order_by("pk"))
    assert not Service.objects.published().for_public().exists()
    assert not any(each.phones.exists() for each in Service.objects.order_by("pk"))


def test_no_real_service_is_marked_as_checked(built):
    real = entry("real", "BE")

    assert not FactCheck.objects.exclude(service__source="demo").exists()
    assert not real.checks.exists()


def test_the_invented_shelter_has_no_address(built):
    shelter = Service.objects.get(name="Demo Shelter Garden")

    assert shelter.address_audience == AddressReaders.NEVER_STORED
    assert not Location.objects.filter(services__service=shelter).exists()


def test_building_again_makes_nothing(built):
    assert build_services(at=LATER) == Counter()
    assert Service.objects.count() == len(SERVICE_PLANS)


def test_nightly_steps_of_the_demo_change_no_real_service(built):
    real = entry("real", "BE", name="Demo Counselling", email="desk@example.org")
    checked(real, Fact.COST, NOW - timedelta(days=70))

    assert run_nightly_steps(at=LATER, say=lambda step, done: None) == []

    written = set(Outgoing.objects.order_by("to").values_list("to", flat=True))
    assert written
    assert {address.partition("@")[2] for address in written} == {DEMO_DOMAIN}
    assert not ProviderLink.objects.filter(service=real).exists()
