import csv
import io
import json
import zipfile

import frictionless
import icalendar
import pytest
import vobject
from django.conf import settings

from protect.directory.enums import AddressReaders, Readers, Status
from protect.directory.models import Service
from protect.interchange.exports.actions import FORMATS, count_services
from protect.interchange.exports.store import (
    DEMO_NOTICE,
    MEMBERS_NOTICE,
    ExportHeader,
    ExportRequest,
    file_name,
)
from protect.interchange.hsds.schemas import Variant
from tests.directory.demo import TUESDAY
from tests.interchange.exports.files import exported_file
from tests.interchange.hsds.conftest import validator

PUBLIC, MEMBERS = Readers.PUBLIC, Readers.MEMBERS
HSDS = settings.BASE_DIR.parent / "shared" / "data" / "hsds"


@pytest.fixture
def demo(demo_services, db):
    return demo_services


def features(code="geojson", *given, **wanted):
    return json.loads(exported_file(code, *given, **wanted))["features"]


def rows(*given, **wanted):
    text = exported_file("csv", *given, **wanted).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def published(readers=PUBLIC):
    return Service.objects.for_readers(readers)


def test_csv_has_a_row_for_each_service_and_e164_numbers(demo):
    found = rows()

    assert len(found) == published().count() == count_services(FORMATS["csv"], ExportRequest())
    assert {row["source_id"] for row in found} == set(
        published().values_list("source_id", flat=True)
    )
    (row,) = [row for row in found if row["source_id"] == "shelter-sons-14"]
    assert (row["phones"], row["languages"]) == ("+300000000001|voice", "ar;el")
    assert (row["genders_served"], row["minimum_age"], row["tells_police"]) == ("women", "18", "no")
    assert (row["address"], row["city"], row["latitude"]) == ("", "", "")
    assert not {"source_url", "source_date", "confidence", "notes"} & set(row)


def test_geojson_has_points_only_for_public_locations(demo):
    found = {feature["id"]: feature for feature in features()}
    protected = published().exclude(address_audience=AddressReaders.PUBLIC)

    assert len(found) == published().count()
    assert protected.exists()
    for service in protected:
        feature = found[str(service.pk)]
        assert feature["geometry"] is None
        assert not {"address", "city", "postal_code"} & set(feature["properties"])
        if service.coarse_area_id:
            assert feature["properties"]["area"]["code"] == service.coarse_area_id
    points = [each["geometry"] for each in found.values() if each["geometry"]]
    assert points
    assert all(each["type"] == "Point" for each in points)
    assert all(-20 < each["coordinates"][0] < 35 for each in points)  # longitude first
    assert all(27 < each["coordinates"][1] < 56 for each in points)


def test_json_ld_uses_only_schema_org_types(demo):
    graph = json.loads(exported_file("json-ld"))
    services = [each for each in graph["@graph"] if each["@type"] == "Service"]

    assert graph["@context"] == "https://schema.org"
    assert len(services) == published().count()
    assert any(
        spec["dayOfWeek"] and spec["opens"]
        for service in services
        for spec in service.get("hoursAvailable", ())
    )
    assert all(service["provider"]["@type"] == "Organization" for service in services)


def test_calendar_is_parsed_and_events_recur_in_their_zone(demo):
    calendar = icalendar.Calendar.from_ical(exported_file("ical").decode())

    events = list(calendar.walk("VEVENT"))
    assert events
    assert len({str(event["UID"]) for event in events}) == len(events)
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    for event in events:
        start = event["DTSTART"]
        assert start.params.get("TZID", "Europe/Athens") in zones or start.params.get("VALUE")


def test_calendar_without_hours_is_valid(demo):
    whole = exported_file("ical", countries=("SI",)).decode()

    assert icalendar.Calendar.from_ical(whole).walk("VTIMEZONE")


def test_vcards_are_parsed_by_a_library(demo):
    cards = list(vobject.readComponents(exported_file("vcard").decode(), validate=False))

    assert len(cards) == published().count()
    assert {card.version.value for card in cards} == {"4.0"}
    assert {card.fn.value for card in cards} == set(published().values_list("name", flat=True))
    numbers = {tel.value for card in cards for tel in getattr(card, "tel_list", ())}
    assert "tel:+300000000001" in numbers


def test_every_ndjson_line_is_an_hsds_document(demo):
    found = [json.loads(each) for each in exported_file("hsds").splitlines()]

    assert len(found) == count_services(FORMATS["hsds"], ExportRequest())
    assert {each["status"] for each in found} >= {"active"}
    assert all("alert" not in each for each in found)


@pytest.mark.parametrize("readers", Readers)
def test_every_document_is_valid_by_the_official_schema(demo, readers):
    check = validator(Variant.PROFILE, "service")
    Service.objects.update(referral_route="Demo: write first.", reply_days=3)

    documents = [
        json.loads(each) for each in exported_file("hsds", readers, is_demo=True).splitlines()
    ]

    assert [str(fault) for document in documents for fault in check.iter_errors(document)] == []
    assert any("referral_route" in document for document in documents) == (readers is MEMBERS)
    assert any("capacities" in document for document in documents) == (readers is MEMBERS)


def test_hsds_file_lists_withdrawn_services_as_defunct(demo):
    service = published().order_by("pk").first()
    service.status = Status.WITHDRAWN
    service.save(update_fields=["status"])

    (record,) = [
        each
        for each in map(json.loads, exported_file("hsds").splitlines())
        if each["id"] == str(service.pk)
    ]

    assert (record["name"], record["description"], record["status"]) == (
        "Withdrawn",
        "Withdrawn",
        "defunct",
    )
    assert "phones" not in record
    for code in ("csv", "geojson", "json-ld", "ical", "vcard"):
        assert service.name.encode() not in exported_file(code)


@pytest.mark.parametrize("readers", Readers)
def test_hsds_tables_are_a_valid_data_package(demo, readers, tmp_path):
    gone = published().order_by("-pk").first()
    gone.status = Status.WITHDRAWN
    gone.save(update_fields=["status"])
    path = tmp_path / "services.zip"
    path.write_bytes(exported_file("hsds-tables", readers))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)

    report = frictionless.validate(str(tmp_path / "datapackage.json"))

    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:5]
    sizes = {path.stem: path.read_text().count("\n") - 1 for path in tmp_path.glob("*.csv")}
    assert sizes["services"] == count_services(FORMATS["hsds-tables"], ExportRequest(readers))
    assert sizes["phones"]
    assert sizes["taxonomy_terms"]
    assert bool(sizes["service_capacity"]) == (readers is MEMBERS)


def test_hsds_tables_equal_those_of_the_standard():
    path = HSDS / "3.1" / "datapackage.json"
    if not path.is_file():
        pytest.skip("the official files of HSDS are not there")
    from protect.interchange.exports.tabular import table_files

    official = {each["name"]: each for each in json.loads(path.read_text())["resources"]}
    # What the package of 3.1 leaves out although its schemas have it (trap 6).
    missing = {
        "service_capacity": {"id", "available", "maximum", "updated"},
        "unit": {"id", "name"},
    }
    for name, sheet in table_files().items():
        known = {field["name"] for field in official[name]["schema"]["fields"]}
        assert set(sheet.columns) <= known | missing.get(name, set()), name
        assert sheet.file == official[name]["path"]
        needed = {
            field["name"]
            for field in official[name]["schema"]["fields"]
            if field.get("constraints", {}).get("required")
        }
        assert needed <= set(sheet.columns), name


def test_members_get_fields_for_professionals_and_free_places(demo):
    only = Service.objects.published().filter(professionals_only=True)
    assert only.exists()
    Service.objects.filter(pk=only.first().pk).update(referral_route="Demo: write to the team.")

    public, members = exported_file("geojson").decode(), exported_file("geojson", MEMBERS).decode()

    assert str(only.first().pk) not in public
    assert str(only.first().pk) in members
    assert "Demo: write to the team." in members
    assert '"capacity"' not in public
    assert '"capacity":{"available":2' in members


def test_expired_free_places_are_omitted_instead_of_zero(demo):
    Service.objects.get(source_id="shelter-sons-14").capacity.__class__.objects.update(
        expires_at=TUESDAY
    )

    for code in ("geojson", "hsds", "vcard"):
        assert b'"available"' not in exported_file(code, MEMBERS)
        assert b"Free places" not in exported_file(code, MEMBERS)


def test_export_filters_combine(demo):
    def found(**wanted):
        return {row["source_id"] for row in rows(**wanted)}

    everything = found()
    assert found(countries=("GR",)) == {each.source_id for each in published().filter(country="GR")}
    assert found(category="shelter") == {
        each.source_id for each in published().filter(categories="shelter")
    }
    assert found(language="ar") < everything
    assert found(countries=("GR",), category="shelter") < found(category="shelter") | {"-"}
    near = found(area="GR-I")
    assert near
    assert near < everything
    assert "shelter-sons-14" in near  # by its coarse cell


@pytest.mark.parametrize("code", FORMATS)
def test_every_file_of_a_demo_has_the_demo_notice(demo, code):
    raw = exported_file(code, is_demo=True)
    if code == "hsds-tables":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw = archive.read("datapackage.json") + archive.read("services.csv")
    text = raw.decode().replace("\r\n ", "").replace("\\,", ",")

    assert DEMO_NOTICE in text
    assert DEMO_NOTICE not in exported_file(code).decode(errors="ignore")


@pytest.mark.parametrize("code", FORMATS)
def test_every_file_for_members_has_the_members_notice(demo, code):
    raw = exported_file(code, MEMBERS)
    if code == "hsds-tables":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw = archive.read("datapackage.json")

    assert MEMBERS_NOTICE in raw.decode().replace("\r\n ", "")


def test_file_name_describes_the_export():
    head = ExportHeader(TUESDAY, MEMBERS, is_demo=True)
    wanted = ExportRequest(MEMBERS, ("GR", "MT"), "GR-I", "shelter", "ar")

    assert file_name(head, wanted, ".csv") == (
        "demo-services-members-gr-mt-gr-i-shelter-ar-2026-11-24.csv"
    )
    assert file_name(ExportHeader(TUESDAY, PUBLIC, is_demo=False), ExportRequest(), ".ics") == (
        "services-public-2026-11-24.ics"
    )


def test_export_is_streamed_with_a_fixed_number_of_queries(demo, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        exported_file("geojson", MEMBERS)
