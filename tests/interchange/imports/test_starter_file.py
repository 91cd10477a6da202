"""The import of the whole starter directory. The numbers were counted by hand in the file."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import serializers
from django.db import transaction

from protect import directory
from protect.directory import hours
from protect.directory.enums import Status
from protect.directory.models import (
    Criterion,
    FactCheck,
    LanguageOffered,
    Location,
    Schedule,
    Service,
    ServiceArea,
)
from protect.interchange.imports.actions import command
from protect.interchange.imports.files import reader

FILE = Path(directory.__file__).parent / "data" / "services" / "services.csv"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def run_import() -> Any:
    return command.import_services(
        reader.csv_table(FILE.read_bytes(), "starter"),
        publish=True,
        dry_run=False,
        at=NOW,
        report_progress=lambda done, total: None,
    )


@pytest.fixture(scope="module")
def imported(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """Import the file twice, once for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        first = run_import()
        yield SimpleNamespace(first=first, second=run_import())
        transaction.set_rollback(True)


@pytest.fixture
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_starter_row_is_a_service_or_an_emergency_number(imported, rows):
    assert len(rows) == 640
    assert imported.first.summary() == "created 623, unchanged 0, reference data 17"


def test_trusted_reachable_starter_services_are_published(imported):
    statuses = Counter(Service.objects.values_list("status", flat=True))

    assert statuses == {Status.PUBLISHED: 547, Status.REVIEW: 76}
    assert imported.first.published == 547


def test_a_second_import_changes_nothing(imported):
    assert imported.second.summary() == "unchanged 623, reference data 17"
    assert not list(imported.second.problem_lines())


def test_starter_directory_covers_every_country(imported):
    counted = "BE 74, GR 76, HU 41, PL 54, ES 78, HR 45, IT 63, IE 52, NL 51, BG 35, MT 34, SI 20"
    found = Counter(Service.objects.values_list("country", flat=True))

    assert found == {code: int(count) for code, count in map(str.split, counted.split(","))}


@pytest.mark.parametrize(("kind", "count"), [("gender", 345), ("legal_status", 61)])
def test_number_of_imported_criteria_equals_the_file(imported, kind, count):
    shown = Criterion.objects.filter(kind=kind, service__status=Status.PUBLISHED)

    assert shown.count() == count


def test_number_of_imported_languages_and_hours_equals_the_file(imported):
    shown = Service.objects.published()

    assert shown.filter(languages__isnull=False).distinct().count() == 51
    assert Schedule.objects.filter(service__in=shown).exclude(expression="").count() == 231


def test_every_starter_hours_expression_can_be_parsed(imported):
    texts = {*Schedule.objects.values_list("expression", flat=True)}
    texts |= {*LanguageOffered.objects.values_list("window", flat=True)}

    assert all(hours.parse(text, "Europe/Brussels", "BE") for text in texts)
    assert not Schedule.objects.exclude(note="").exists()


def test_every_starter_city_is_found(imported):
    assert not Location.objects.filter(place=None).exclude(city="").exists()
    assert not [line for line in imported.first.problem_lines() if "place_unknown" in line]


def test_no_starter_shelter_has_a_location(imported, rows):
    shelters = [row["source_id"] for row in rows if "shelter" in row["categories"].split(";")]
    stored = Service.objects.filter(source_id__in=shelters)

    assert len(shelters) == stored.filter(address_audience="never_stored").count() == 72
    assert not Location.objects.filter(services__service__in=stored).exists()


def test_starter_shelter_rows_contain_no_address(imported, rows):
    stored_text = serializers.serialize("json", Location.objects.all())
    for row in rows:
        if "shelter" in row["categories"].split(";"):
            stored = serializers.serialize(
                "json", Service.objects.filter(source_id=row["source_id"])
            )
            assert not row["latitude"] or row["latitude"] not in stored
    assert "never_stored" not in stored_text


def test_imported_services_have_no_checks(imported):
    assert not FactCheck.objects.exists()


def test_police_services_have_the_reporting_duty(imported):
    police = Service.objects.filter(categories="police")
    answered = police.filter(criteria__kind="tells_police", criteria__answer="yes")

    assert police.count() == answered.count() > 0


def test_national_service_serves_its_whole_country(imported):
    national = Service.objects.filter(scope="national")

    assert national.count() == ServiceArea.objects.exclude(country=None).count()
    assert all(
        area.country_id == area.service.country_id
        for area in ServiceArea.objects.exclude(country=None).select_related("service")
    )


def test_unknown_area_is_stored_as_a_note(imported, rows):
    silent = {row["source_id"] for row in rows if not row["area_served"]}
    known = Service.objects.filter(address_audience="public")  # else an area may be too small
    without = known.filter(areas=None).exclude(source_id__in=silent)

    assert all(without.values_list("area_note", flat=True))


def test_short_codes_are_unique(imported):
    shorts = list(Service.objects.values_list("short", flat=True))

    assert len(set(shorts)) == 623
