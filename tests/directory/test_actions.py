from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction

from protect.directory.changes import raise_version
from protect.directory.enums import Fact, Method, Status, StatusChange, Verdict
from protect.directory.fact_records import checks
from protect.directory.fact_records.checks import Finding
from protect.directory.models import (
    DirectoryVersion,
    FactCheck,
    Location,
    Organisation,
    Service,
    ServiceAtLocation,
)
from protect.directory.protection import addresses
from protect.directory.services.actions import status
from protect.directory.services.actions.status import ReleaseResult
from protect.reference.models import Area, Country
from tests.refusals import refuses
from tests.verification.nights import count_audit_entries, make_directory_staff

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def world(db):
    country = Country.objects.get(code="MT")
    organisation = Organisation.objects.create(
        source="demo", source_id="o1", name="Demo House", country=country, last_modified=BEFORE
    )
    staff = make_directory_staff()
    return SimpleNamespace(
        country=country,
        organisation=organisation,
        service=new_service(organisation, "s1", "bcdfgh"),
        amal=staff.vito.user,
        bela=staff.vera.user,
        scope=staff.cora.scope,
        staff=staff,
    )


def new_service(organisation, source_id, short, **given):
    service = Service.objects.create(
        **{"status": Status.REVIEW, "last_modified": BEFORE} | given,
        source="demo",
        source_id=source_id,
        short=short,
        organisation=organisation,
        country=organisation.country,
        name="Demo Counselling",
    )
    service.phones.create(number="+35600000000")
    return service


def call_test(world, service, at=NOW):
    finding = Finding(Verdict.CONFIRMED, Method.CALL, by=world.amal, second_checker=world.bela)
    return checks.record_check(service, Fact.PHONE, finding, at=at)


@pytest.fixture(autouse=True)
def no_version(db):
    """Start without a version. On PostgreSQL, tests that commit leave one behind."""
    DirectoryVersion.objects.all().delete()


def version():
    return DirectoryVersion.objects.values_list("number", flat=True).first() or 0


def test_raising_the_version_adds_one(db):
    assert [raise_version(), raise_version()] == [1, 2]


def test_check_is_stored_with_user_method_and_time(world):
    check = call_test(world, world.service)

    kept = FactCheck.objects.get()
    assert kept == check
    assert (kept.by, kept.second_checker, kept.method, kept.at) == (
        world.amal,
        world.bela,
        Method.CALL,
        NOW,
    )


def test_stronger_method_has_a_later_next_check(world):
    call = call_test(world, world.service)
    web = checks.record_check(
        world.service, Fact.PHONE, Finding(Verdict.CONFIRMED, Method.WEB), at=NOW
    )

    assert NOW < web.next_check < call.next_check <= NOW + timedelta(days=90)


def test_check_raises_the_directory_version_but_not_the_service_version(world):
    call_test(world, world.service)

    world.service.refresh_from_db()
    assert version() == 1
    assert (world.service.last_modified, world.service.version) == (NOW, 1)


def test_checking_one_fact_keeps_the_state_of_others(world):
    call_test(world, world.service, at=BEFORE)
    before = list(FactCheck.objects.filter(fact=Fact.PHONE).values())

    checks.record_check(world.service, Fact.COST, Finding(Verdict.CHANGED, Method.CALL), at=NOW)

    assert list(FactCheck.objects.filter(fact=Fact.PHONE).values()) == before


def test_call_tested_service_can_be_published(world):
    call_test(world, world.service)

    moved = status.change_status(world.scope, world.service, StatusChange.PUBLISH, at=NOW)

    world.service.refresh_from_db()
    assert moved.status == world.service.status == Status.PUBLISHED
    assert version() == 2


@pytest.mark.parametrize(
    "finding",
    [
        None,
        Finding(Verdict.CONFIRMED, Method.CALL),  # one nobody, no second
        Finding(Verdict.CONFIRMED, Method.WEB),
        Finding(Verdict.NOT_REACHED, Method.CALL),
    ],
)
def test_service_with_an_untested_number_cannot_be_published(world, finding):
    if finding:
        checks.record_check(world.service, Fact.PHONE, finding, at=BEFORE)
    before = version()

    with refuses("service_number_not_tested") as refusal:
        status.change_status(world.scope, world.service, StatusChange.PUBLISH, at=NOW)

    world.service.refresh_from_db()
    assert refusal.value.code == "service_number_not_tested"
    assert (world.service.status, version()) == (Status.REVIEW, before)


@pytest.mark.parametrize("name", ["edda", "vito", "mona", "rita", "zoe"])
def test_only_coordinators_of_the_country_can_publish(world, name):
    call_test(world, world.service)
    scope = world.staff.people[name].scope

    with pytest.raises(PermissionDenied):
        status.change_status(scope, world.service, StatusChange.PUBLISH, at=NOW)
    with pytest.raises(PermissionDenied):
        status.publish_ready_services(scope, "MT", at=NOW)

    world.service.refresh_from_db()
    assert (world.service.status, version(), count_audit_entries("publish")) == (
        Status.REVIEW,
        1,
        0,
    )


def test_republished_service_keeps_its_first_release_date(world):
    call_test(world, world.service)
    status.change_status(world.scope, world.service, StatusChange.PUBLISH, at=NOW)
    for move in (StatusChange.SUSPEND, StatusChange.RESUME):
        status.change_status(world.scope, world.service, move, at=NOW + timedelta(days=1))

    world.service.refresh_from_db()
    assert world.service.released_at == NOW
    assert count_audit_entries("publish", "suspend", "resume") == 3


def test_service_without_a_number_needs_no_call_test(world):
    world.service.phones.all().delete()
    Service.objects.update(email="house@demo.example")

    assert (
        status.change_status(world.scope, world.service, StatusChange.PUBLISH, at=NOW).status
        == Status.PUBLISHED
    )


def test_unreachable_service_cannot_be_published(world):
    world.service.phones.all().delete()

    with refuses("directory_service_not_reachable"):
        status.change_status(world.scope, world.service, StatusChange.PUBLISH, at=NOW)
    released = status.publish_ready_services(world.scope, "MT", at=NOW)

    world.service.refresh_from_db()
    assert (released, world.service.status) == (ReleaseResult(0, 1), Status.REVIEW)


def test_status_change_already_made_by_another_user_is_refused(world):
    stale = Service.objects.get(pk=world.service.pk)
    call_test(world, world.service)
    status.change_status(world.scope, world.service, StatusChange.PUBLISH, at=NOW)
    before = version()

    with refuses("service_move_not_allowed"):
        status.change_status(world.scope, stale, StatusChange.PUBLISH, at=NOW)

    assert version() == before


def test_release_publishes_only_call_tested_services_of_a_country(world):
    waiting = new_service(world.organisation, "s2", "xyz234")
    draft = new_service(world.organisation, "s3", "xyz235", status=Status.DRAFT)
    call_test(world, world.service)

    released = status.publish_ready_services(world.scope, "MT", at=NOW)

    found = dict(Service.objects.values_list("pk", "status"))
    assert released == ReleaseResult(published=1, waiting=1)
    assert found == {
        world.service.pk: Status.PUBLISHED,
        waiting.pk: Status.REVIEW,
        draft.pk: Status.DRAFT,
    }


def locate(world, service, address="Demo Street 5"):
    location = Location.objects.create(
        organisation=world.organisation,
        zone="Europe/Malta",
        address=address,
        postal_code="DMO 1234",
        latitude=35.9,
        longitude=14.5,
    )
    ServiceAtLocation.objects.create(service=service, location=location)
    return location


def test_protecting_a_service_erases_its_address(world):
    locate(world, world.service)
    Service.objects.filter(pk=world.service.pk).update(
        description="Ring at demo street 5.",
        desk_notes="Demo Street 5, DMO 1234",
        source_digest="d" * 64,
    )
    area = Area.objects.filter(country=world.country).first()

    protected = addresses.protect_address(world.scope, world.service, area, at=NOW)

    stored = Service.objects.values().get(pk=world.service.pk)
    assert not Location.objects.exists()
    assert "street 5" not in str(stored).casefold()
    assert "1234" not in str(stored)
    assert (stored["source_digest"], stored["address_audience"]) == ("", "never_stored")
    assert (protected.coarse_area, protected.version, version()) == (area, 2, 1)


def test_other_service_at_the_same_location_keeps_it(world):
    other = new_service(world.organisation, "s2", "xyz234")
    shared = locate(world, other)
    ServiceAtLocation.objects.create(service=world.service, location=shared)

    addresses.protect_address(world.scope, world.service, None, at=NOW)

    assert list(ServiceAtLocation.objects.values_list("service", flat=True)) == [other.pk]
    assert Location.objects.get() == shared


@pytest.mark.postgres
def test_second_writer_waits_for_the_version_lock(db):
    def write_too():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
                raise_version()
        finally:
            connection.close()

    raise_version()
    with ThreadPoolExecutor(1) as pool:
        refused = pool.submit(write_too).exception()

    assert isinstance(refused, OperationalError)
    assert version() == 1
