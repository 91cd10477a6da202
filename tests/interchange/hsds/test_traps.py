"""The eleven known errors of interfaces by this standard. Source: section 6 of the design."""

import json
import re
from datetime import UTC, datetime

import pytest

from protect.directory.enums import AddressReaders
from protect.directory.models import (
    Location,
    Organisation,
    Service,
    ServiceAtLocation,
    ServiceCapacity,
)
from protect.interchange.hsds import filters, services
from protect.interchange.hsds.filters import Conditions
from protect.interchange.hsds.schemas import Variant
from protect.site.api import hsds_api, hsds_core_api
from tests.directory.demo import TUESDAY
from tests.interchange.hsds.conftest import validator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]

JANUARY, JULY = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


def full(service, at=TUESDAY, **given):
    """Return the full document of a service."""
    found = Service.objects.known_to_public().filter(pk=service.pk).order_by("pk")
    return next(iter(services.documents(found, at=at, **given)))


def test_trap_1_service_at_location_contains_its_location_and_service(read, ids):
    for key in ids("/hsds/service_at_locations"):
        body = read(f"/hsds/service_at_locations/{key}")

        assert body["id"] == key
        assert body["location"]["location_type"] == "physical"
        assert body["service"]["status"] == "active"
        assert str(ServiceAtLocation.objects.get(pk=key).service_id) == body["service"]["id"]


def test_trap_2_minimal_contains_last_modified(read):
    body = read("/hsds/services", minimal="true")

    assert body["total_pages"] == 1
    assert {frozenset(each) for each in body["contents"]} == {frozenset({"id", "last_modified"})}
    assert {each["last_modified"] for each in body["contents"]} == {"2026-11-24T09:00:00.000Z"}


def test_trap_3_top_only_returns_terms_without_a_parent(read, ids):
    terms = {each["id"]: each for each in read("/hsds/taxonomy_terms", per_page="1000")["contents"]}

    top = set(ids("/hsds/taxonomy_terms", top_only="true"))

    assert top == {key for key, each in terms.items() if "parent_id" not in each}
    assert top < terms.keys()
    parent = next(term["parent_id"] for term in terms.values() if "parent_id" in term)
    assert ids("/hsds/taxonomy_terms", parent_id=parent)
    assert parent in terms


def test_trap_4_modified_after_is_an_inclusive_date_time(read, ids):
    every = ids("/hsds/services")
    service = Service.objects.get(pk=every[-1])
    later = TUESDAY.replace(microsecond=123456, hour=11)
    Service.objects.filter(pk=service.pk).update(last_modified=later)
    last_modified = read(f"/hsds/services/{service.pk}")["last_modified"]

    assert last_modified == "2026-11-24T10:00:00.123Z"
    assert ids("/hsds/services", modified_after=last_modified) == [str(service.pk)]
    assert ids("/hsds/services", modified_after="2026-11-24T12:00:00.123+01:00") == []
    assert ids("/hsds/services", modified_after="2026-11-24T09:00:00Z") == every
    # RFC 3339 allows offsets that PostgreSQL refuses.
    assert ids("/hsds/services", modified_after="2026-11-25T05:00:00+20:07") == every
    for wrong in ("2026-11-24", "1764000000", "2026-11-24T09:00:00", "2026-13-24T09:00:00Z"):
        body = read("/hsds/services", status=400, modified_after=wrong)
        assert list(body["fields"]) == ["modified_after"]


def test_trap_4_proximity_is_a_string_of_metres(read, ids):
    Location.objects.filter(address="Rue Demo 1").update(postal_code="4000")

    near = ids("/hsds/service_at_locations", postcode="40 00", proximity="5000.5")

    assert near
    parameters = hsds_api.get_openapi_schema()["paths"]["/hsds/service_at_locations"]["get"]
    shape = next(each for each in parameters["parameters"] if each["name"] == "proximity")
    assert shape["schema"]["type"] == "string"
    for wrong in ("5 km", "-1", "5e3", ""):
        body = read("/hsds/service_at_locations", status=400, postcode="4000", proximity=wrong)
        assert list(body["fields"]) == ["proximity"]


@pytest.mark.parametrize("api", [hsds_api, hsds_core_api], ids=["profile", "core"])
def test_trap_5_page_fields_are_at_the_root_of_a_response(api):
    described = json.loads(json.dumps(api.get_openapi_schema()))

    lists = [
        operation["responses"]["200"]["content"]["application/json"]["schema"]
        for methods in described["paths"].values()
        for operation in methods.values()
        if "application/x-ndjson" in operation["responses"]["200"]["content"]
    ]
    assert len(lists) == 10
    for schema in lists:
        page, contents = schema["allOf"]
        assert page == {"$ref": "#/components/schemas/Page"}
        assert list(contents["properties"]) == ["contents"]
    assert "empty" in described["components"]["schemas"]["Page"]["required"]


def test_trap_6_capacities_and_units_have_ids(demo_services):
    rows = ServiceCapacity.objects.filter(expires_at__gt=TUESDAY).order_by("pk")
    documents = [full(row.service, for_members=True) for row in rows]

    capacities = [each for document in documents for each in document["capacities"]]
    assert len({each["id"] for each in capacities}) == len(rows) > 1
    assert len({each["unit"]["id"] for each in capacities}) == 1
    for each in capacities:
        assert list(validator(Variant.PROFILE, "service_capacity").iter_errors(each)) == []


@pytest.mark.parametrize(("at", "offset"), [(JANUARY, 1), (JULY, 2)])
def test_trap_7_utc_offset_is_that_of_the_first_day(demo_services, at, offset):
    rows = full(demo_services["talk-ar-staff"], at)["schedules"]

    assert rows[0]["timezone"] == offset
    assert rows[0]["opens_at"] == f"09:00+0{offset}:00"
    assert rows[0]["dtstart"][:7] == at.strftime("%Y-%m")
    assert {row["timezone"] for row in rows} == {1, 2}  # holidays cut it on either side of a change
    assert rows[0]["time_zone"] == "Europe/Brussels"


def test_trap_7_utc_offset_may_be_fractional(demo_services):
    Service.objects.filter(pk=demo_services["talk-ar-staff"].pk).update(country="MT")
    Location.objects.filter(address="Rue Demo 1").update(zone="Asia/Kathmandu")

    row = full(demo_services["talk-ar-staff"])["schedules"][0]

    assert (row["timezone"], row["opens_at"]) == (5.75, "09:00+05:45")


def test_trap_8_page_past_the_end_is_empty(read):
    total = read("/hsds/services")["total_items"]

    body = read("/hsds/services", page="1000000000", per_page="10")

    assert body == {
        "total_items": total,
        "total_pages": -(-total // 10),
        "page_number": 1000000000,
        "size": 0,
        "first_page": False,
        "last_page": True,
        "empty": True,
        "contents": [],
    }
    nobody = read("/hsds/services", search="nothing-says-this")
    assert (nobody["total_pages"], nobody["first_page"], nobody["last_page"]) == (0, True, True)
    assert (nobody["empty"], nobody["page_number"]) == (True, 1)


def test_trap_9_protected_service_has_no_location(read, ids, demo_services):
    shelters = [s for s in demo_services.values() if s.address_audience != AddressReaders.PUBLIC]
    assert len(shelters) > 5
    for service in shelters:
        for root in ("/hsds", "/hsds/core"):
            text = json.dumps(read(f"{root}/services/{service.pk}"))
            for word in ("address_1", "latitude", "postal_code", "location_type", "Rue Demo 7"):
                assert word not in text
    sites = ServiceAtLocation.objects.filter(service__in=shelters)
    hidden = set(map(str, sites.values_list("pk", flat=True)))
    assert hidden  # the one that professionals may know of
    assert not hidden & set(ids("/hsds/service_at_locations"))
    for key in hidden:
        assert read(f"/hsds/service_at_locations/{key}", status=404)["code"] == "not_found"


def test_trap_9_moving_a_protected_address_does_not_change_responses(read, demo_services):
    service = demo_services["talk-hidden-door"]
    before = read(f"/hsds/services/{service.pk}"), read("/hsds/services", full="true")

    Location.objects.filter(services__service=service).update(
        latitude=35.5, longitude=24.0, address="Demo Lane 9", city="Elsewhere", zone="Europe/Athens"
    )

    assert (read(f"/hsds/services/{service.pk}"), read("/hsds/services", full="true")) == before


def test_trap_10_markup_is_removed(read, demo_services):
    service = demo_services["line-voice"]
    Service.objects.filter(pk=service.pk).update(
        name="<b>Demo</b> Line",
        description="<p>5 < 6 &amp; safe</p><script>alert(1)</script>&lt;img src=x onerror=y&gt;",
        how_to_access="Women & girls<iframe src=//x></iframe>",
    )

    Organisation.objects.filter(pk=service.organisation_id).update(
        name="Demo <i>House</i>",
        identifiers=[{"scheme": "<u>Demo</u>", "identifier": "<b>7</b>"}],
    )

    body = read(f"/hsds/services/{service.pk}")

    assert body["organization"]["organization_identifiers"][0]["identifier"] == "7"
    assert not re.search(r"<[a-z/!]", json.dumps(body))
    assert body["name"] == "Demo Line"
    assert body["description"] == "5 < 6 & safe"
    assert body["application_process"] == "Women & girls"


def test_trap_11_core_variant_has_no_extensions(read, ids):
    every = ids("/hsds/services")
    strict = validator(Variant.CORE, "service")

    assert ids("/hsds/core/services") == every
    documents = read("/hsds/core/services", full="true", per_page="1000")["contents"]
    assert [error.message for document in documents for error in strict.iter_errors(document)] == []
    profiled = read("/hsds/services", full="true", per_page="1000")["contents"]
    assert any(not strict.is_valid(each) for each in profiled)


def test_services_for_professionals_are_never_served(ids, read, demo_services):
    service = demo_services["talk-professionals"]

    assert str(service.pk) not in ids("/hsds/services")
    assert read(f"/hsds/services/{service.pk}", status=404)["code"] == "not_found"
    assert list(services.documents(filters.services(Conditions()).filter(pk=service.pk))) == []
