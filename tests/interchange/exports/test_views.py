import csv
import io

import icalendar
import pytest
import vobject
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.directory.enums import Readers, Status
from protect.interchange.exports import actions
from protect.interchange.exports.actions import FORMATS
from protect.interchange.exports.store import ExportRequest
from protect.orgs.scope import ANONYMOUS_SCOPE
from tests.vault.views.desk import words
from tests.verification.nights import (
    NOW,
    DirectoryStaff,
    count_audit_entries,
    entry,
    make_directory_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(starter) -> DirectoryStaff:
    return make_directory_staff()


@pytest.fixture
def services(starter):
    first = entry("s1", referral_route="Demo: write first.")
    first.schedules.create(channel="visit", expression="Mo-Fr 09:00-17:00; PH off")
    first.languages.create(language_id="mt")
    only = entry("s2", name="Demo Inner Circle", professionals_only=True, categories=["legal"])
    draft = entry("s3", name="Demo Draft", status=Status.REVIEW)
    entry("s4", "IE", name="Demo Éire")
    return first, only, draft


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_counting_does_not_record_a_download(staff, services):
    desk = staff.desk("rita")

    page = words(desk.get("/directory/export?format=csv&country=MT"))

    assert "2 services" in page
    assert "Download file" in page
    assert count_audit_entries("export") == 0


def test_export_page_shows_no_count_before_a_query(staff, services):
    page = words(staff.desk("rita").get("/directory/export"))

    assert "Download file" not in page
    assert "What a file never contains" in page


def test_export_page_without_matches_explains_what_to_do(staff, services):
    page = words(staff.desk("rita").get("/directory/export?format=csv&category=fgm"))

    assert "0 services" in page
    assert "No published service matches all filters. Set one of them to “Any”." in page
    assert "Download file" not in page


def test_invalid_export_choice_is_an_error(staff, services):
    answer = staff.desk("rita").get("/directory/export?format=pdf&country=MT")

    assert answer.status_code == 422
    assert "Download file" not in words(answer)


def test_region_of_another_country_is_dropped(staff, services):
    page = staff.desk("rita").get("/directory/export?format=csv&country=IE&area=MT-60")

    assert "1 service" in words(page)
    assert "area=&amp;" in page.content.decode() or "area=%" not in page.content.decode()
    assert "area=MT-60" not in page.content.decode()


def test_member_download_is_audited(staff, services):
    answer = staff.desk("rita").get("/directory/export/file?format=csv&country=MT")

    rows = list(csv.DictReader(io.StringIO(content(answer).decode("utf-8-sig"))))
    assert {row["source_id"] for row in rows} == {"s1", "s2"}
    assert all("DEMONSTRATION" in row["notice"] for row in rows)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="demo-services-members-mt-2026-11-24.csv"'
    )
    (deed,) = Entry.objects.filter(action="interchange.export")
    assert (deed.actor_id, deed.organisation) == (
        staff.rita.user.pk,
        staff.office.pk,
    )


def test_download_contains_member_fields_and_no_drafts(staff, services):
    text = content(staff.desk("rita").get("/directory/export/file?format=geojson")).decode()

    assert "Demo: write first." in text
    assert "Demo Inner Circle" in text
    assert "Demo Draft" not in text


def test_download_without_a_format_shows_the_form(staff, services):
    answer = staff.desk("rita").get("/directory/export/file?country=MT")

    assert (answer.status_code, answer["Location"]) == (302, "/directory/export?country=MT")
    assert count_audit_entries("export") == 0


def test_single_service_can_be_downloaded_as_vcard_and_calendar(staff, services):
    desk, first = staff.desk("rita"), services[0]

    card = desk.get(f"/directory/services/{first.pk}/card.vcf")
    hours = desk.get(f"/directory/services/{first.pk}/hours.ics")

    assert vobject.readOne(content(card).decode()).fn.value == "Demo Counselling"
    calendar = icalendar.Calendar.from_ical(content(hours).decode())
    assert {str(event["SUMMARY"]) for event in calendar.walk("VEVENT")} == {
        "Demo Counselling: Open"
    }
    assert f'filename="demo-{first.short}.vcf"' in card["Content-Disposition"]


def test_unpublished_service_cannot_be_downloaded_even_by_maintainers(staff, services):
    desk, draft = staff.desk("cora"), services[2]

    assert desk.get(f"/directory/services/{draft.pk}").status_code == 200
    assert desk.get(f"/directory/services/{draft.pk}/card.vcf").status_code == 404
    assert desk.get(f"/directory/services/{draft.pk}/hours.ics").status_code == 404


def test_export_refuses_anonymous_users(staff, services):
    with pytest.raises(PermissionDenied):
        actions.export_services(
            ANONYMOUS_SCOPE, FORMATS["csv"], ExportRequest(Readers.MEMBERS), at=NOW
        )

    assert count_audit_entries("export") == 0
