import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory.enums import Status
from protect.directory.models import Organisation, Service
from protect.interchange.hsds import entries, filters, terms
from protect.interchange.hsds.filters import Conditions
from protect.kernel.ids import stable_uuid
from protect.reference import vocabulary
from protect.site import zones
from tests.directory.demo import TUESDAY
from tests.verification.nights import entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]

LATER = TUESDAY + timedelta(hours=1)
EVERY_LIST = (
    "/hsds/services",
    "/hsds/organizations",
    "/hsds/service_at_locations",
    "/hsds/taxonomies",
    "/hsds/taxonomy_terms",
)
PIRAEUS, PATRA = 255274, 255683  # GeoNames
ENVELOPE = {
    "total_items",
    "total_pages",
    "page_number",
    "size",
    "first_page",
    "last_page",
    "empty",
    "contents",
}


def term(scheme, code):
    return str(terms.term_id(scheme, code))


def withdraw(service):
    Service.objects.filter(pk=service.pk).update(status=Status.WITHDRAWN, last_modified=LATER)


@pytest.mark.parametrize("path", EVERY_LIST)
def test_every_list_has_all_page_fields(read, path):
    first, second = read(path, per_page="2"), read(path, per_page="2", page="2")

    assert set(first) == set(second) == ENVELOPE
    assert (first["first_page"], second["first_page"]) == (True, False)
    assert (first["size"], first["empty"], first["page_number"]) == (2, False, 1)
    assert first["total_pages"] == -(-first["total_items"] // 2)
    assert not {each["id"] for each in first["contents"]} & {e["id"] for e in second["contents"]}


@pytest.mark.parametrize("root", ["/hsds/", "/hsds/core/"])
def test_root_returns_version_profile_and_openapi_url(read, root):
    body = read(root)

    assert set(body) == {"version", "profile", "openapi_url"}
    assert body["version"] == "3.1.3"
    assert body["openapi_url"] == f"http://127.0.0.1:8000{root}openapi.json"
    assert "paths" in read(f"{root}openapi.json")


def test_profile_is_served_at_the_address_in_the_root(read):
    address = read("/hsds/")["profile"].removeprefix("http://127.0.0.1:8000")

    schemas = read(address)["schemas"]

    assert "service.json" in schemas
    for address in schemas.values():
        patch = read(address.removeprefix("http://127.0.0.1:8000"))
        assert all(each["description"] for each in patch["properties"].values())
    assert read("/hsds/profile/contact.json", status=404)["code"] == "not_found"


@pytest.mark.parametrize("path", EVERY_LIST)
def test_post_returns_the_same_as_get(read, path):
    assert read(path, method="post", per_page="3") == read(path, per_page="3")


@pytest.mark.parametrize(
    "query", [{}, {"search": "demo"}, {"modified_after": "2026-11-24T09:30:00Z"}]
)
def test_every_format_returns_the_same_services_in_the_same_order(read, ids, query, demo_services):
    withdraw(demo_services["line-voice"])
    every = ids("/hsds/services", **query)

    assert ids("/hsds/services", full="true", per_page="7", **query) == every
    assert ids("/hsds/services", minimal="true", **query) == every
    assert ids("/hsds/services", minimal="true", per_page="5", **query) == every
    for form in ({}, {"full": "true"}, {"minimal": "true"}):
        lines = read("/hsds/services", format="ndjson", **form, **query)
        assert [line["id"] for line in lines] == every
    assert every


def test_minimal_is_on_one_page_and_overrides_full(read):
    body = read("/hsds/services", minimal="true", full="true")

    assert body["size"] == body["total_items"] > 0
    assert set(body["contents"][0]) == {"id", "last_modified"}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"page": "0"}, ["page"]),
        ({"page": "one"}, ["page"]),
        ({"per_page": "1001"}, ["per_page"]),
        ({"per_page": "1.0"}, ["per_page"]),
        ({"full": "yes"}, ["full"]),
        ({"format": "xml"}, ["format"]),
        ({"taxonomy_id": "shelter"}, ["taxonomy_id"]),
        ({"organization_id": "00000000000000000000000000000000"}, ["organization_id"]),
        ({"search": "a\x00b"}, ["search"]),
        ({"modifed_after": "2026-11-24T09:30:00Z"}, ["modifed_after"]),
        ({"page": "0", "full": ""}, ["page", "full"]),
    ],
)
def test_invalid_parameter_is_named(read, query, named):
    for path in ("/hsds/services", "/hsds/core/services"):
        body = read(path, status=400, **query)

        assert body["code"] == "hsds_parameter_bad"
        assert list(body["fields"]) == named
        assert all(body["fields"].values())


def test_repeated_parameter_is_named(read):
    response = Client(headers={"host": "127.0.0.1"}).get("/hsds/services?page=1&page=2")

    assert (response.status_code, list(response.json()["fields"])) == (400, ["page"])


def test_proximity_without_a_postcode_is_refused(read):
    body = read("/hsds/service_at_locations", status=400, proximity="500")

    assert list(body["fields"]) == ["proximity"]


@pytest.mark.parametrize(
    "kind", ["services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms"]
)
@pytest.mark.parametrize("key", ["none", "00000000-0000-4000-8000-000000000000", "0" * 32, "%00"])
def test_missing_record_returns_a_problem_document(kind, key):
    response = Client(headers={"host": "127.0.0.1"}).get(f"/hsds/{kind}/{key}")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "path", ["/hsds/", "/hsds/services", "/hsds/services?format=ndjson", "/hsds/none", "/hsds/x/y"]
)
def test_responses_have_public_headers_and_no_cookie(path):
    response = Client(headers={"host": "127.0.0.1"}).get(path)

    assert [name for name in zones.REMOVED_HEADERS if name in response.headers] == []
    assert not response.cookies
    for name, value in zones.PUBLIC_HEADERS.items():
        assert response.headers[name] == value


def test_withdrawn_service_shows_only_its_status(read, ids, demo_services):
    service = demo_services["line-voice"]
    withdraw(service)

    assert read(f"/hsds/services/{service.pk}") == {
        "id": str(service.pk),
        "name": "Withdrawn",
        "description": "Withdrawn",
        "status": "defunct",
        "last_modified": "2026-11-24T10:00:00.000Z",
    }
    assert ids("/hsds/services", modified_after="2026-11-24T10:00:00Z") == [str(service.pk)]
    assert str(service.pk) not in ids("/hsds/services", search="Demo")  # its text is silent
    category = term(terms.Scheme.CATEGORIES, "helpline")
    assert str(service.pk) in ids("/hsds/services", taxonomy_term_id=category)


def test_suspended_service_is_temporarily_closed_without_numbers(read, demo_services):
    service = demo_services["line-voice"]
    Service.objects.filter(pk=service.pk).update(status=Status.SUSPENDED)

    body = read(f"/hsds/services/{service.pk}")

    assert set(body) == {"id", "name", "description", "status", "last_modified"}
    assert (body["status"], body["name"]) == ("temporarily closed", service.name)


def test_merged_service_is_defunct_and_names_its_replacement(read, demo_services):
    kept, gone = demo_services["line-voice"], demo_services["line-malta"]
    withdraw(gone)
    Service.objects.filter(pk=gone.pk).update(merged_into=kept)

    assert read(f"/hsds/services/{gone.pk}")["replaced_by"] == str(kept.pk)
    assert read(f"/hsds/services/{gone.pk}")["status"] == "defunct"
    assert "replaced_by" not in read(f"/hsds/core/services/{gone.pk}")
    Service.objects.filter(pk=kept.pk).update(professionals_only=True)
    assert "replaced_by" not in read(f"/hsds/services/{gone.pk}")


def test_draft_is_not_found(read, ids, demo_services):
    service = demo_services["talk-draft"]

    assert str(service.pk) not in ids("/hsds/services")
    read(f"/hsds/services/{service.pk}", status=404)


def test_paging_while_rows_change_misses_no_service(read, demo_services):
    """Rows are never removed, withdrawn ones stay as defunct, and new ones come last."""
    before = {each["id"] for each in read("/hsds/services", minimal="true")["contents"]}
    seen, page, is_last, number = [], 1, False, 0
    listed = sorted(before)
    while not is_last:
        body = read("/hsds/services", page=str(page), per_page="5")
        seen += [each["id"] for each in body["contents"]]
        page, is_last = page + 1, body["last_page"]
        if number < 3:  # between two pages one is withdrawn, one suspended and one released
            Service.objects.filter(pk=listed[number]).update(status=Status.WITHDRAWN)
            Service.objects.filter(pk=listed[-1 - number]).update(status=Status.SUSPENDED)
            entry(f"new-{number}", released_at=LATER + timedelta(minutes=number))
            number += 1

    assert before <= set(seen)
    assert len(seen) == len(set(seen)) == len(before) + 3


def test_organisation_lists_its_services_and_stays_when_all_are_withdrawn(read, ids):
    every = ids("/hsds/organizations")
    body = read(f"/hsds/organizations/{every[0]}")
    longer = read(f"/hsds/organizations/{every[0]}", full_service="true")

    assert body["description"] == body["name"]
    assert {each["id"] for each in body["services"]} == {each["id"] for each in longer["services"]}
    assert "organization" in longer["services"][0]
    Service.objects.filter(organisation=every[0]).update(status=Status.WITHDRAWN)
    assert read(f"/hsds/organizations/{every[0]}") == {
        "id": every[0],
        "name": "Withdrawn",
        "description": "Withdrawn",
    }
    assert ids("/hsds/organizations") == every
    assert every[0] not in ids("/hsds/organizations", search="Demo")


def test_postcode_finds_services_located_there_or_serving_it(ids, demo_services):
    here, elsewhere = demo_services["housing-step-free"], demo_services["talk-ar-staff"]
    for each in (here, elsewhere):
        each.areas.all().delete()
    site = here.at_locations.get()
    site.location.postal_code = "185 35"
    site.location.save()

    afar = str(elsewhere.at_locations.get().pk)

    found = set(ids("/hsds/service_at_locations", postcode="18535"))
    assert str(site.pk) in found
    assert afar not in found
    elsewhere.areas.create(country_id="GR")
    assert set(ids("/hsds/service_at_locations", postcode="18535")) == found | {afar}
    elsewhere.areas.all().delete()
    elsewhere.areas.create(place_id=PIRAEUS, radius_km=None)
    assert set(ids("/hsds/service_at_locations", postcode="18535")) == found | {afar}
    elsewhere.areas.update(place_id=PATRA)
    assert set(ids("/hsds/service_at_locations", postcode="18535")) == found
    near = ids("/hsds/service_at_locations", postcode="18535", proximity="100")
    assert set(near) <= found
    assert str(site.pk) in near
    assert ids("/hsds/service_at_locations", postcode="99999") == []
    Service.objects.filter(pk=elsewhere.pk).update(status=Status.SUSPENDED)
    elsewhere.areas.update(place_id=PIRAEUS)
    assert afar not in ids("/hsds/service_at_locations", postcode="18535")
    assert afar in ids("/hsds/service_at_locations")


def test_list_queries_do_not_depend_on_the_number_of_services(django_assert_num_queries):
    one = filters.services(Conditions())[:1]
    page = filters.services(Conditions())[:40]

    with django_assert_num_queries(15):
        list(entries.read_entries(one))
    with django_assert_num_queries(15):
        assert len(list(entries.read_entries(page))) == 40


def test_page_without_full_reads_fewer_tables(django_assert_num_queries):
    with django_assert_num_queries(8):
        assert len(list(entries.read_list_entries(filters.services(Conditions())[:40]))) == 40


def test_search_conditions_combine(read, ids):
    helplines = ids("/hsds/services", taxonomy_term_id=term(terms.Scheme.CATEGORIES, "helpline"))
    both = ids(
        "/hsds/services",
        taxonomy_term_id=term(terms.Scheme.CATEGORIES, "helpline"),
        search="demo dead",
    )

    assert len(both) == 1
    assert set(both) < set(helplines)
    nobody = "00000000-0000-4000-8000-000000000000"
    for name in ("taxonomy_term_id", "taxonomy_id", "organization_id"):
        assert ids("/hsds/services", **{name: nobody}) == []


WORDS = ["demo", "SHELTER", "line", "ar", "Staff", "none-says-this", "Organisation MT", ""]
MOMENTS = [None, TUESDAY, LATER, datetime(2020, 1, 1, tzinfo=UTC)]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_filters_agree_with_plain_python(data, demo_services):
    withdrawn = data.draw(st.sets(st.sampled_from(sorted(demo_services)), max_size=4))
    organisations = [None, *Organisation.objects.order_by("pk").values_list("pk", flat=True)]
    asked = Conditions(
        search=data.draw(st.sampled_from(WORDS)),
        taxonomy_term=data.draw(st.sampled_from([None, *terms.terms_by_id()])),
        taxonomy=data.draw(st.sampled_from([None, *map(terms.taxonomy_id, terms.Scheme)])),
        organisation=data.draw(st.sampled_from(organisations)),
        modified_after=data.draw(st.sampled_from(MOMENTS)),
    )
    # Only after all is drawn: an example that ends while drawing must leave nothing withdrawn.
    for service in withdrawn:
        withdraw(demo_services[service])
    everything = Service.objects.order_by("released_at", "pk").prefetch_related(
        "categories", "schedules", "organisation"
    )

    expected = [each.pk for each in everything if each.released_at and answers(each, asked)]
    found = [service.pk for service in filters.services(asked)]
    for service in demo_services.values():
        service.save(update_fields=["status", "last_modified"])

    assert found == expected


def answers(service, asked):
    """Return whether a service matches the query, computed without SQL."""
    if service.status in {Status.DRAFT, Status.REVIEW} or service.professionals_only:
        return False
    carried = set(carried_by(service))
    text = f"{service.name} {service.description} {service.organisation.name}".lower()
    words = asked.search.lower().split()
    return (
        all(word in text for word in words)
        and (not words or service.status == Status.PUBLISHED)
        and asked.organisation in {None, service.organisation_id}
        and (asked.modified_after is None or service.last_modified >= asked.modified_after)
        and (asked.taxonomy_term is None or asked.taxonomy_term in carried)
        and (
            asked.taxonomy is None
            or any(terms.terms_by_id()[each].taxonomy_id == asked.taxonomy for each in carried)
        )
    )


def carried_by(service):
    codes = {category.code for category in service.categories.all()}
    crossed = {
        category.id
        for category in terms.terms_of_categories(frozenset(codes))
        if category.scheme == "open_eligibility"
    }
    yield from crossed
    yield from (stable_uuid("hsds", "term", "category", code) for code in codes)
    for code, need in vocabulary.needs().items():
        if need.public and codes & set(need.categories) and not codes & set(need.never):
            yield stable_uuid("hsds", "term", "need", code)
    for schedule in service.schedules.all():
        if schedule.expression:
            yield stable_uuid("hsds", "term", "detail", "osm_hours")
            yield stable_uuid("hsds", "term", "detail", "time_zone")
        if schedule.by_appointment:
            yield stable_uuid("hsds", "term", "detail", "by_appointment")


def test_terms_find_exactly_the_services_that_carry_them(read, ids, demo_services):
    documents = read("/hsds/services", full="true", per_page="1000")["contents"]
    for each in terms.all_terms():
        found = set(ids("/hsds/services", taxonomy_term_id=str(each.id), per_page="1000"))

        carrying = {
            document["id"] for document in documents if str(each.id) in json.dumps(document)
        }
        if each.categories or each.scheme == "detail":
            assert found == carrying, each.code
        else:  # one above others stands in their documents, and nobody carries it
            assert found == set()
