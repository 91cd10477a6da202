"""Every public address. A new one without a row fails here; the desk has access_matrix.toml."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

NONE = "00000000-0000-4000-8000-000000000000"
# By name of the address: the status for somebody without an account, method GET.
PUBLIC = {
    "findhelp:language_list": ("/", 200),
    "findhelp:language_choice": ("/l/fr/ns8wfx-gk", 200),
    "findhelp:robots": ("/robots.txt", 200),
    "findhelp:country_list": ("/en", 200),
    "findhelp:page": ("/en/g6zdzh", 200),
    "findhelp:page_for_place": ("/en/9wjpfv/vp4qzn", 200),
    "findhelp:results": ("/en/ns8wfx-gk", 200),
    "findhelp:results_more": ("/en/ns8wfx-gk/2", 200),
    "findhelp:service": ("/en/ns8wfx-gk/zzzzzz", 404),
    "findhelp:pathway": ("/en/ns8wfx-gk/info-4.pdf", 200),
    "findhelp:wrong": ("/en/zzzzzz/w", 404),
    "findhelp:booklet": ("/en/zzzzzz/info-5.pdf", 404),
    "findhelp:card": ("/en/zzzzzz/info-3.pdf", 404),
    "findhelp:recording": ("/en/s/0123456789abcdef.mp3", 404),
    "findhelp:refined": ("/en/r/forged", 410),
    "findhelp:refined_service": ("/en/r/forged/zzzzzz", 410),
    "findhelp:refined_pathway": ("/en/r/forged/info-4.pdf", 410),
    "ready": ("/ready", 200),
    "desk_file": ("/assets/none.css", 404),
    "open:language_choice": ("/trainings/", 302),
    "open:edition_calendar": ("/trainings/fr/", 200),
    "open:edition": ("/trainings/fr/e/none", 404),
    "open:edition_apply": ("/trainings/fr/e/none/apply", 404),
    "open:own": ("/trainings/fr/own/forged", 404),
    "open:send": ("/trainings/fr/send/forged", 404),
    "open:send_list": ("/trainings/fr/send/forged/none", 404),
    "open:send_roster": (f"/trainings/fr/send/forged/list/{NONE}", 404),
    "open:send_wrong": (f"/trainings/fr/send/forged/list/{NONE}/to-mend.csv", 404),
    "open_assessments:inquiry": ("/trainings/fr/t/none", 404),
    "open_assessments:slip": ("/trainings/fr/s/none", 410),
    "open_outreach:request_ask": ("/trainings/fr/ask", 200),
    "open_outreach:request": ("/trainings/fr/ask/none", 404),
    "open:public_feed": ("/trainings/fr/calendar.ics", 200),
    "open:registration_feed": ("/trainings/fr/own/forged/calendar.ics", 404),
    "open:own_calendar": ("/trainings/fr/own/forged/calendar", 404),
    "open:own_bookings": ("/trainings/fr/bookings/forged", 404),
    "open_coordination:guest": ("/trainings/fr/groups/forged", 404),
    "open_coordination:guest_meeting": (f"/trainings/fr/groups/forged/{NONE}", 404),
    "open_coordination:guest_paper": (f"/trainings/fr/groups/forged/papers/{NONE}", 404),
    "open_coordination:guest_calendar": (f"/trainings/fr/groups/forged/{NONE}/calendar.ics", 404),
    "open_coordination:guest_procedures": ("/trainings/fr/groups/forged/procedures", 404),
    "open_coordination:guest_procedure_paper": (
        f"/trainings/fr/groups/forged/procedures/{NONE}/info-fr.pdf",
        404,
    ),
    "open_outreach:own_session": (f"/trainings/fr/bookings/forged/{NONE}", 404),
    "open_outreach:own_count": (f"/trainings/fr/bookings/forged/{NONE}/count", 404),
    "open_outreach:own_count_copy": (f"/trainings/fr/bookings/forged/{NONE}/count/copy", 404),
    "open_outreach:own_after": (f"/trainings/fr/bookings/forged/{NONE}/after", 404),
    "open_outreach:own_incident": (f"/trainings/fr/bookings/forged/{NONE}/incident", 405),
    "open:keeper": ("/trainings/keeper.js", 200),
    "open:bookings_feed": ("/trainings/fr/bookings/forged/calendar.ics", 404),
    "open_certificates:certificate_any": (f"/certificates/{NONE}", 302),
    "open_certificates:certificate_badge": (f"/certificates/{NONE}/badge.json", 404),
    "open_certificates:certificate": (f"/trainings/fr/c/{NONE}", 404),
    "open_certificates:certificate_check": ("/trainings/fr/check", 200),
    "open:own_needs": ("/trainings/fr/own/forged/needs", 404),
    "open:own_attendance": ("/trainings/fr/own/forged/attendance", 404),
    "open_assessments:own_learning": ("/trainings/fr/own/forged/learning", 404),
    "open_assessments:own_assessment": ("/trainings/fr/own/forged/assessment", 404),
    "open_certificates:own_certificate": ("/trainings/fr/own/forged/certificate", 404),
    "open_certificates:own_certificate_pdf": ("/trainings/fr/own/forged/certificate.pdf", 404),
    "open_certificates:own_certificate_badge": ("/trainings/fr/own/forged/certificate.json", 404),
    "open_certificates:issuer_keys": (f"/issuers/{NONE}/did.json", 404),
    "open_certificates:status_list": (f"/issuers/{NONE}/status/1/revocation", 404),
    "api-1:openapi-json": ("/match/openapi.json", 200),
    "api-1:api-root": ("/", 200),
    "api-1:match": ("/match", 405),
    "hsds-profile:openapi-json": ("/hsds/openapi.json", 200),
    "hsds-profile:base": ("/hsds/", 200),
    "hsds-profile:Services": ("/hsds/services", 200),
    "hsds-profile:Service": ("/hsds/services/none", 404),
    "hsds-profile:Organizations": ("/hsds/organizations", 200),
    "hsds-profile:Organization": ("/hsds/organizations/none", 404),
    "hsds-profile:ServiceAtLocations": ("/hsds/service_at_locations", 200),
    "hsds-profile:ServiceAtLocation": ("/hsds/service_at_locations/none", 404),
    "hsds-profile:Taxonomies": ("/hsds/taxonomies", 200),
    "hsds-profile:Taxonomy": ("/hsds/taxonomies/none", 404),
    "hsds-profile:TaxonomyTerms": ("/hsds/taxonomy_terms", 200),
    "hsds-profile:TaxonomyTerm": ("/hsds/taxonomy_terms/none", 404),
    "hsds-profile:profile": ("/hsds/profile/", 200),
    "hsds-profile:patch": ("/hsds/profile/service.json", 200),
    "hsds-profile:api-root": ("/hsds/", 200),
    "hsds-core:openapi-json": ("/hsds/core/openapi.json", 200),
    "hsds-core:base": ("/hsds/core/", 200),
    "hsds-core:Services": ("/hsds/core/services", 200),
    "hsds-core:Service": ("/hsds/core/services/none", 404),
    "hsds-core:Organizations": ("/hsds/core/organizations", 200),
    "hsds-core:Organization": ("/hsds/core/organizations/none", 404),
    "hsds-core:ServiceAtLocations": ("/hsds/core/service_at_locations", 200),
    "hsds-core:ServiceAtLocation": ("/hsds/core/service_at_locations/none", 404),
    "hsds-core:Taxonomies": ("/hsds/core/taxonomies", 200),
    "hsds-core:Taxonomy": ("/hsds/core/taxonomies/none", 404),
    "hsds-core:TaxonomyTerms": ("/hsds/core/taxonomy_terms", 200),
    "hsds-core:TaxonomyTerm": ("/hsds/core/taxonomy_terms/none", 404),
    "hsds-core:api-root": ("/hsds/core/", 200),
}


def names(urlconf: str) -> set[str]:
    """Return the names of every address of a zone."""
    found: set[str] = set()
    waiting: list[tuple[str, URLPattern | URLResolver]] = [
        ("", each) for each in get_resolver(urlconf).url_patterns
    ]
    while waiting:
        space, each = waiting.pop()
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else space
            waiting += [(inner, child) for child in each.url_patterns]
        else:
            found.add(f"{space}{each.name}")
    return found


def test_every_address_has_a_row():
    assert names("protect.site.urls.public") == set(PUBLIC)


@pytest.mark.parametrize(("address", "status"), PUBLIC.values(), ids=PUBLIC)
def test_a_request_without_an_account_gets_the_status_of_the_table(starter, db, address, status):
    response = Client(headers={"host": "127.0.0.1"}).get(address)

    assert response.status_code == status


def test_a_url_name_without_a_row_is_reported():
    assert names("protect.site.urls.public") - {"findhelp:card"} != set(PUBLIC)
