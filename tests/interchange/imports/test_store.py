from datetime import UTC, datetime, timedelta

import pytest
from django.core import serializers
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.fact_records import checks
from protect.directory.fact_records.checks import Finding
from protect.directory.models import (
    DirectoryVersion,
    FactCheck,
    Location,
    Organisation,
    Phone,
    Service,
    ServiceAtLocation,
)
from protect.directory.protection import addresses
from protect.interchange.enums import RowState
from protect.interchange.imports import outcomes
from protect.interchange.imports.actions import command
from protect.kernel.ids import stable_uuid
from protect.reference.models import Category, Language
from tests.directory.tables import models_of_entries
from tests.orgs.conftest import make_organisation
from tests.refusals import refuses
from tests.vault.cast import make_person, serve

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.django_db


def dump():
    """Return all rows of the directory as text."""
    models = models_of_entries()
    return "\n".join(
        serializers.serialize("json", model._default_manager.order_by("pk"), ensure_ascii=False)
        for model in models
    )


def test_import_stores_every_column_of_a_row(run_import):
    run_import(
        {
            "categories": "legal;psychosocial",
            "city": "Liège",
            "address": "Demo Street 5",
            "latitude": "50.63",
            "longitude": "5.57",
            "languages": "fr;ar[Mo 09:00-11:00]",
            "opening_hours": "Mo-Fr 09:00-17:00",
            "genders_served": "women",
            "minimum_age": "14",
            "cost": "free",
            "area_served": "Wallonia, Arlon",
            "tells_police": "no",
            "professionals_only": "yes",
            "notes": "For the desk.",
        }
    )

    service = Service.objects.get()
    location = Location.objects.get()
    areas = service.areas.values_list("area", "place__name", "radius_km")
    assert (service.name, service.organisation.name) == ("Demo Counselling", "Demo House")
    assert (service.professionals_only, service.desk_notes) == (True, "For the desk.")
    assert set(service.categories.values_list("code", flat=True)) == {"legal", "psychosocial"}
    assert set(service.languages.values_list("language", "window")) == {
        ("fr", ""),
        ("ar", "Mo 09:00-11:00"),
    }
    assert service.schedules.get().expression == "Mo-Fr 09:00-17:00"
    assert service.phones.get().number == "+3225550000"
    assert set(areas) == {("BE-WAL", None, None), (None, "Arlon", 10)}
    assert set(service.criteria.values_list("kind", flat=True)) == {"gender", "age", "tells_police"}
    assert service.costs.get().kind == "free"
    assert (location.place.name, location.zone, location.is_exact) == (
        "Liège",
        "Europe/Brussels",
        False,
    )


def test_unknown_place_gets_the_time_zone_of_its_country(run_import):
    run_import({"city": "Demo Town", "country": "MT", "phones": "1772"})

    assert (Location.objects.get().zone, Location.objects.get().place) == ("Europe/Malta", None)


def test_imported_facts_are_unchecked(run_import):
    run_import({}, {})

    assert Service.objects.count() == 2
    assert not FactCheck.objects.exists()


@pytest.mark.parametrize(
    ("publish", "confidence", "expected"),
    [
        (True, "high", Status.PUBLISHED),
        (True, "low", Status.REVIEW),
        (False, "high", Status.REVIEW),  # live: a person calls first
    ],
)
def test_new_service_is_published_only_in_a_demo(run_import, publish, confidence, expected):
    report = run_import({"confidence": confidence}, publish=publish)

    assert Service.objects.get().status == expected
    assert report.published == (expected == Status.PUBLISHED)


def test_services_of_one_organisation_share_its_row(run_import):
    run_import({"service": "One"}, {"service": "Two"}, {"organisation": "Demo Other"})

    assert Organisation.objects.count() == 2


def test_a_second_import_changes_nothing(run_import):
    rows = [{"city": "Liège"}, {"categories": "shelter"}, {"languages": "fr;nl"}]
    run_import(*rows)
    before = dump()

    report = run_import(*rows, at=LATER)

    assert report.summary() == "unchanged 3"
    assert dump() == before


def test_changed_row_replaces_the_last_import(run_import):
    run_import({"city": "Liège", "languages": "fr", "phones": "+3225550000"})
    first = Service.objects.get()

    report = run_import({"city": "Arlon", "languages": "nl", "phones": "1712"}, at=LATER)

    service = Service.objects.get()
    assert report.summary() == "updated 1, unchanged 0"
    assert (service.pk, service.short, service.status) == (first.pk, first.short, first.status)
    assert (service.version, service.last_modified) == (2, LATER)
    assert list(service.languages.values_list("language", flat=True)) == ["nl"]
    assert Phone.objects.get().number == "1712"
    assert Location.objects.get().place.name == "Arlon"
    assert ServiceAtLocation.objects.get().service == service


def test_row_can_change_repeatedly(run_import):
    for name in ("One", "Two", "Three"):
        run_import({"service": name})

    assert Service.objects.get().name == "Three"


def test_edited_service_is_a_conflict(run_import):
    run_import({})
    Service.objects.update(name="Edited here", version=2)
    before = dump()

    report = run_import({"service": "From the source"}, at=LATER)

    assert [row.state for row in report.rows] == [RowState.CONFLICT]
    assert dump() == before


def test_checked_service_is_a_conflict(run_import):
    run_import({})
    finding = Finding(Verdict.CONFIRMED, Method.CALL)
    checks.record_check(Service.objects.get(), Fact.PHONE, finding, at=NOW)

    report = run_import({"phones": "1712"}, at=LATER)

    assert [row.state for row in report.rows] == [RowState.CONFLICT]
    assert Phone.objects.get().number == "+3225550000"


def test_protected_service_is_a_conflict(run_import):
    row = {"city": "Liège", "address": "Demo Street 5"}
    run_import(row)
    service = Service.objects.get()
    keeper = make_person("edda")
    serve(keeper, make_organisation("Demo staff", service.country_id), "editor")
    addresses.protect_address(keeper.scope, service, None, at=NOW)

    report = run_import(row, at=LATER)

    assert [row.state for row in report.rows] == [RowState.CONFLICT]
    assert "Demo Street" not in dump()


def test_status_change_is_not_a_conflict(run_import):
    run_import({}, publish=False)
    Service.objects.update(status=Status.SUSPENDED)

    run_import({"service": "Renamed"}, at=LATER)

    assert Service.objects.get().name == "Renamed"
    assert Service.objects.get().status == Status.SUSPENDED


def test_bad_rows_are_skipped_and_good_rows_imported(run_import):
    report = run_import({"minimum_age": "x"}, {}, {"phones": "none"})

    assert report.summary() == "created 1, unchanged 0, error 2"
    assert Service.objects.get().source_id == "demo-3"


def test_bad_row_does_not_change_its_stored_service(run_import):
    run_import({"service": "Before"})

    run_import({"service": "After", "minimum_age": "x"}, at=LATER)

    assert Service.objects.get().name == "Before"


def test_services_missing_from_the_file_are_counted_and_kept(run_import):
    run_import({}, {}, {})

    report = run_import({})

    assert (report.absent, Service.objects.count()) == (2, 3)


def test_emergency_numbers_are_not_stored(run_import):
    report = run_import({"categories": "emergency"})

    assert report.summary() == "unchanged 0, reference data 1"
    assert not Service.objects.exists()


def version() -> int:
    """Return the version of the directory. Tests that commit leave one behind."""
    return DirectoryVersion.objects.values_list("number", flat=True).first() or 0


def test_dry_run_reports_the_same_and_stores_nothing(run_import):
    rows, before = [{"city": "Liège"}, {"minimum_age": "x"}], version()

    preview = run_import(*rows, dry_run=True)

    assert not Service.objects.exists()
    assert not Organisation.objects.exists()
    assert version() == before
    assert preview == run_import(*rows)


def test_import_raises_the_version_once_and_only_for_a_change(run_import):
    before = version()
    run_import({}, {})
    run_import({}, {})

    assert version() == before + 1


def test_crash_rolls_the_whole_import_back(run_import, monkeypatch):
    monkeypatch.setattr(command, "BATCH", 2)
    heard, before = [], version()

    def crash(done, total):
        heard.append((done, total))
        if done > 2:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        run_import({}, {}, {}, {}, {}, say=crash)

    assert heard == [(2, 5), (4, 5)]
    assert not Service.objects.exists()
    assert version() == before


def test_short_code_is_never_given_twice(run_import, monkeypatch):
    monkeypatch.setattr(outcomes, "short_code", lambda kind, key: "bcdfgh")

    report = run_import({}, {})

    assert report.summary() == "created 1, unchanged 0, error 1"
    assert report.rows[1].troubles[-1].code == "short_code_taken"


def test_short_code_of_another_source_is_refused(run_import, monkeypatch):
    run_import({})
    short = Service.objects.get().short
    Service.objects.update(source="other")
    monkeypatch.setattr(outcomes, "short_code", lambda kind, key: short)
    monkeypatch.setattr(outcomes, "service_key", lambda source, key: stable_uuid("x", key))

    report = run_import({})

    assert report.summary() == "unchanged 0, error 1"


SHELTER = {
    "categories": "shelter;psychosocial",
    "city": "Arlon",
    "address": "Rue Demo 77",
    "postal_code": "DMO-6700",
    "latitude": "49.70707",
    "longitude": "5.80808",
    "description": "Behind the church, rue demo 77.",
    "notes": "Printed: Rue Demo 77, DMO-6700. https://maps.app.goo.gl/demo",
}
SECRETS = ("rue demo", "dmo-6700", "49.70707", "5.80808", "arlon", "goo.gl")


def test_import_leaves_no_shelter_address_in_any_table(run_import):
    spoilt = {"minimum_age": "x"}, {"phones": "Rue Demo 77"}, {"categories": "shelterr"}
    rows = [SHELTER, *(SHELTER | each for each in spoilt), SHELTER | {"country": "XX"}]

    report = run_import(*rows)

    stored_text = "\n".join(
        [dump(), report.summary(), *report.problem_lines(), report.bad_rows_csv()]
    ).casefold()
    assert Service.objects.get().address_audience == "never_stored"
    assert not [secret for secret in SECRETS if secret in stored_text]
    assert not Location.objects.exists()


@pytest.mark.parametrize(
    ("city", "cell"), [("Arlon", "BE-WLX"), ("Brussels", None), ("Valletta", None)]
)
def test_shelter_has_only_a_coarse_area_or_its_country(run_import, city, cell):
    run_import(SHELTER | {"city": city, "country": "MT" if city == "Valletta" else "BE"})

    assert Service.objects.get().coarse_area_id == cell


def test_service_that_becomes_a_shelter_loses_its_location(run_import):
    run_import(SHELTER | {"categories": "psychosocial"})
    assert Location.objects.exists()

    run_import(SHELTER, at=LATER)

    assert not [secret for secret in SECRETS if secret in dump().casefold()]
    assert Service.objects.get().address_audience == "never_stored"


@pytest.mark.parametrize(("model", "code"), [(Category, "legal"), (Language, "aii")])
def test_import_is_refused_if_reference_tables_are_outdated(run_import, model, code):
    model.objects.filter(code=code).delete()

    with refuses("reference_tables_outdated") as refusal:
        run_import({})

    assert "load-data" in refusal.value.text()
    assert not Service.objects.exists()


CELLS = st.fixed_dictionaries(
    {},
    optional={
        "city": st.sampled_from(["Liège", "Arlon", "Saint-Nicolas", "Nowhere"]),
        "categories": st.sampled_from(["legal", "shelter", "police;legal", "emergency", "?"]),
        "languages": st.sampled_from(["fr", "fr;nl", "ar[Mo 09:00-11:00]", "ar[?]", "xx"]),
        "opening_hours": st.sampled_from(["24/7", "Mo-Fr 09:00-17:00", "mornings"]),
        "minimum_age": st.sampled_from(["", "14", "x"]),
        "area_served": st.sampled_from(["national", "Liège", "Wallonia and more", "Arlon"]),
        "cost": st.sampled_from(["free", "free call", "5 euro"]),
        "confidence": st.sampled_from(["high", "low", ""]),
        "service": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
        "notes": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    },
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(CELLS, max_size=5))
def test_importing_twice_equals_importing_once(run_import, rows):
    Service.objects.all().delete()
    Organisation.objects.all().delete()
    first = run_import(*rows)
    before = dump()

    second = run_import(*rows, at=LATER)

    counts = first.counts
    assert dump() == before
    assert second.counts[RowState.UNCHANGED] == counts[RowState.CREATE]
    assert second.counts[RowState.ERROR] == counts[RowState.ERROR]
