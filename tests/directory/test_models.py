from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, models, transaction

from protect.directory.models import (
    Accessibility,
    Criterion,
    DirectoryVersion,
    FactCheck,
    LanguageOffered,
    Location,
    Organisation,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceText,
)
from protect.orgs.models import User
from protect.reference.models import Area, Country, Language
from tests.directory.tables import PACKAGES, models_of_entries

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def world(db):
    country = Country.objects.get(code="MT")
    organisation = Organisation.objects.create(
        source="demo", source_id="o1", name="Demo House", country=country, last_modified=NOW
    )
    service = Service.objects.create(
        source="demo",
        source_id="s1",
        short="bcdfgh",
        organisation=organisation,
        country=country,
        name="Demo Counselling",
        last_modified=NOW,
    )
    return SimpleNamespace(
        country=country,
        area=Area.objects.filter(country=country).first(),
        organisation=organisation,
        service=service,
        location=Location.objects.create(organisation=organisation, zone="Europe/Malta"),
        language=Language.objects.get(code="mt"),
        user=User.objects.create(email="amal@demo.example"),
    )


def organisation(world, **changes):
    given = {"source": "demo", "source_id": "o2", "name": "Demo", "country": world.country}
    return Organisation(**given | {"last_modified": NOW} | changes)


def service(world, **changes):
    given = {
        "source": "demo",
        "source_id": "s2",
        "short": "xyz234",
        "organisation": world.organisation,
        "country": world.country,
        "name": "Demo Line",
        "last_modified": NOW,
    }
    return Service(**given | changes)


def into_itself(world):
    made = service(world, status="withdrawn")
    made.merged_into = made
    return made


def text(world, **changes):
    given = {"field": "name", "language": world.language, "text": "Demo", "at": NOW}
    return ServiceText(service=world.service, source_digest="d" * 64, **given | changes)


def location(world, **changes):
    return Location(organisation=world.organisation, zone="Europe/Malta", **changes)


def check(world, **changes):
    given = {"fact": "phone", "verdict": "confirmed", "method": "call", "at": NOW}
    return FactCheck(
        service=world.service, **given | {"next_check": NOW + timedelta(days=60)} | changes
    )


def criterion(world, **changes):
    return Criterion(service=world.service, **{"kind": "age", "operator": "range"} | changes)


def phone(world, **changes):
    return Phone(service=world.service, **{"number": "+35600000000"} | changes)


def schedule(world, **changes):
    return Schedule(service=world.service, **{"channel": "visit"} | changes)


def language(world, **changes):
    return LanguageOffered(service=world.service, language=world.language, **changes)


def at_location(world, **changes):
    return ServiceAtLocation(service=world.service, location=world.location, **changes)


def accessibility(world, **changes):
    return Accessibility(service=world.service, **{"kind": "hearing", "answer": "yes"} | changes)


def area(world, **changes):
    return ServiceArea(service=world.service, **changes)


# Each constraint: rows that may stand, and a row that may not stand beside them.
INVALID_ROWS = [
    ("directory_organisation_source", lambda w: [organisation(w, source_id="o1")]),
    ("directory_service_source", lambda w: [service(w, source_id="s1")]),
    ("unique short", lambda w: [service(w, short="bcdfgh")]),
    (
        "directory_service_coarse_only_if_protected",
        lambda w: [service(w, coarse_area=w.area, address_audience="public")],
    ),
    (
        "directory_service_shown_was_released",
        lambda w: [service(w, status="published", released_at=None)],
    ),
    (
        "directory_service_merged_is_withdrawn",
        lambda w: [service(w, status="draft", merged_into=w.service)],
    ),
    ("directory_service_merged_into_another", lambda w: [into_itself(w)]),
    ("directory_text_once", lambda w: [text(w), text(w)]),
    ("directory_text_says_something", lambda w: [text(w, text="")]),
    ("directory_text_reviewed_by_another", lambda w: [text(w, state="reviewed")]),
    (
        "directory_text_reviewed_by_another",
        lambda w: [text(w, state="reviewed", by=w.user, reviewed_by=w.user, reviewed_at=NOW)],
    ),
    ("directory_text_reviewed_by_another", lambda w: [text(w, reviewed_by=w.user)]),
    ("directory_version_one_row", lambda w: [DirectoryVersion(id=2)]),
    (
        "directory_location_never_stored_has_no_row",
        lambda w: [location(w, audience="never_stored")],
    ),
    ("directory_location_both_coordinates", lambda w: [location(w, latitude=35.9)]),
    ("directory_location_both_coordinates", lambda w: [location(w, longitude=14.5)]),
    (
        "directory_location_both_coordinates",
        lambda w: [location(w, latitude=90.1, longitude=14.5)],
    ),
    (
        "directory_location_both_coordinates",
        lambda w: [location(w, latitude=35.9, longitude=-180.1)],
    ),
    ("directory_service_once_at_location", lambda w: [at_location(w), at_location(w)]),
    ("directory_phone_once", lambda w: [phone(w), phone(w)]),
    ("directory_phone_is_a_number", lambda w: [phone(w, number="call us")]),
    ("directory_phone_is_a_number", lambda w: [phone(w, number="1")]),
    ("directory_phone_is_a_number", lambda w: [phone(w, number="+1234567890123456")]),
    ("directory_schedule_one_a_channel", lambda w: [schedule(w), schedule(w)]),
    ("directory_language_once", lambda w: [language(w), language(w)]),
    ("directory_check_next_after_at", lambda w: [check(w, next_check=NOW)]),
    (
        "directory_check_by_two_people",
        lambda w: [check(w, by=w.user, second_checker=w.user)],
    ),
    ("directory_criterion_range_has_an_end", lambda w: [criterion(w)]),
    ("directory_criterion_range_in_order", lambda w: [criterion(w, minimum=18, maximum=17)]),
    ("directory_criterion_answer_given", lambda w: [criterion(w, operator="answer")]),
    ("directory_area_exactly_one", lambda w: [area(w)]),
    ("directory_area_exactly_one", lambda w: [area(w, country=w.country, area=w.area)]),
    ("directory_access_once", lambda w: [accessibility(w), accessibility(w)]),
]


@pytest.mark.parametrize(("name", "make"), INVALID_ROWS)
def test_database_refuses_invalid_rows(world, name, make):
    *standing, bad = make(world)
    for row in standing:
        row.save()
    before = type(bad)._default_manager.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        bad.save(force_insert=True)

    assert type(bad)._default_manager.count() == before


def test_every_constraint_has_an_invalid_row():
    declared = {
        constraint.name for model in models_of_entries() for constraint in model._meta.constraints
    }

    assert declared <= tried()


def tried():
    """Return the constraints for which this file and its neighbours insert an invalid row."""
    tests = Path(__file__).parents[1]
    modules = [
        import_module(f"tests.{package}.{path.stem}")
        for package in PACKAGES
        for path in sorted((tests / package).glob("test_models*.py"))
    ]
    return {name for module in modules for name, _ in module.INVALID_ROWS}


@pytest.mark.parametrize(
    "make",
    [
        lambda w: service(w, coarse_area=w.area, address_audience="never_stored"),
        lambda w: location(w, latitude=35.9, longitude=14.5, audience="professionals"),
        lambda w: service(w, status="published", released_at=NOW),
        lambda w: service(w, status="withdrawn", merged_into=w.service),
        lambda w: text(w, state="reviewed", reviewed_by=w.user, reviewed_at=NOW),
        lambda w: phone(w, number="112"),
        lambda w: check(w, by=w.user),
        lambda w: check(w),
        lambda w: criterion(w, minimum=18),
        lambda w: criterion(w, maximum=17),
        lambda w: criterion(w, operator="answer", answer="no"),
        lambda w: area(w, country=w.country),
        lambda w: area(w, area=w.area),
    ],
)
def test_database_accepts_valid_rows(world, make):
    row = make(world)
    row.save(force_insert=True)

    assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_organisation_with_services_cannot_be_deleted(world):
    with pytest.raises(models.ProtectedError):
        world.organisation.delete()

    assert Service.objects.filter(pk=world.service.pk).exists()


def test_str_of_rows_contains_no_name(world):
    rows = [world.organisation, world.service, world.location, phone(world)]

    assert not any("Demo" in str(row) or "+356" in str(row) for row in rows)
