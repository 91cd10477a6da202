"""Only moderators see the time of a report, because the time could identify the reporter."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from protect.directory.changes import publish_disputes
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.fact_view import rough_age
from protect.directory.models import Service
from protect.interchange.hsds import services
from protect.matching.snapshots.current import Snapshot
from protect.notices.models import Outgoing
from protect.verification.call_tests import call_tests
from protect.verification.enums import CorrectionState
from protect.verification.models import QueueItem
from protect.verification.provider_links import provider_links
from protect.verification.reports.reports import (
    Report,
    ReportDecision,
    decide_report,
    report_as_member,
)
from tests.vault.views.desk import Desk, words
from tests.verification.merges import pair_of
from tests.verification.nights import BEFORE, checked, entry
from tests.verification.reports import make_report

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 13, 37, tzinfo=UTC)
SOON = AT + timedelta(minutes=6)
NIGHT = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
MOMENT = re.compile(r"2026-11-24|24 Nov|(?:minute|hour)s? ago|today|yesterday|1[34]:37")


@pytest.fixture
def service(staff):
    service = entry(email="desk@demo.example", text_language_id="en")
    service.costs.create(kind="free")
    for fact in (Fact.PHONE, Fact.COST):
        checked(service, fact, BEFORE)
    Service.objects.update(last_modified=BEFORE)
    return service


@pytest.fixture
def reported(staff, service):
    """Accept a public report about the cost, and report the number as a member."""
    provider_links.send_link(staff.vito.scope, service, at=BEFORE + timedelta(days=20))
    correction = make_report(service, "cost", created=AT - timedelta(minutes=20))
    decide_report(staff.mona.scope, correction, ReportDecision(CorrectionState.ACCEPTED), at=AT)
    report_as_member(staff.rita.scope, service, Report(facts=("phone",)), at=AT)
    service.refresh_from_db()
    return service


def main_content(answer):
    """Return the main element of a page, without menus."""
    html = answer.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def provider_page_path():
    return f"/entry/{Outgoing.objects.get(template='service_check').link.rsplit('/', 1)[1]}"


def test_provider_page_shows_only_the_rough_age_of_a_report(reported):
    page = Desk(at=SOON).get(provider_page_path())

    text = words(page)
    assert "Reported wrong, and a moderator agreed · in the last 30 days" in text
    assert text.count("in the last 30 days") == 2
    assert MOMENT.findall(main_content(page)) == []


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("rita", "/directory/services/{service}"),
        ("edda", "/directory/services/{service}"),
        ("edda", "/directory/services/{service}/facts/cost"),
        ("rita", "/directory"),
        ("cora", "/directory/services/{service}/checks/cost"),
        ("cora", "/directory/services/{service}/checks/phone"),
        ("vito", "/directory/queue"),
        ("vito", "/directory/queue/{item}"),
        ("edda", "/directory/duplicates/{pair}"),
    ],
)
def test_report_time_is_hidden_on_pages_outside_moderation(staff, reported, name, page):
    item = QueueItem.objects.get(service=reported)
    pair = make_pair_with(reported)
    address = page.format(service=reported.pk, item=item.pk, pair=pair.pk)

    answer = staff.desk(name, at=SOON).get(address)

    assert answer.status_code == 200
    assert MOMENT.findall(main_content(answer)) == []


def make_pair_with(service):
    other = entry("s2")
    Service.objects.filter(pk=other.pk).update(last_modified=BEFORE)
    return pair_of(service, other)


def test_moderator_sees_the_time_of_a_report(staff, reported):
    late = make_report(reported, "cost", created=AT)

    page = staff.desk("mona", at=SOON).get(f"/directory/reports/{late.pk}")

    assert "6 minutes ago" in words(page)


def test_dispute_by_a_call_test_shows_only_its_rough_age(staff, service):
    call = call_tests.record_first_call(staff.vito.scope, service, "Demo", at=BEFORE)
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=False, note="A bakery.", at=AT
    )

    page = staff.desk("cora", at=SOON).get(f"/directory/services/{service.pk}/checks/phone")

    assert "Reported wrong · in the last 30 days" in words(page)
    assert MOMENT.findall(main_content(page)) == []


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(), "in the last 30 days"),
        (timedelta(minutes=6), "in the last 30 days"),
        (timedelta(days=30, hours=10, minutes=22), "in the last 30 days"),
        (timedelta(days=30, hours=10, minutes=23), "more than 30 days ago"),  # midnight in UTC
        (timedelta(days=400), "more than 30 days ago"),
    ],
)
def test_rough_age_changes_at_midnight_utc(later, expected):
    with translation.override("en"):
        assert rough_age(AT, AT + later) == expected


def hsds_document(at):
    (document,) = services.documents(Service.objects.order_by("pk"), at=at)
    return document


def test_hsds_shows_a_dispute_from_the_next_day_by_date_only(service, request):
    before = hsds_document(SOON)
    request.getfixturevalue("reported")
    assert hsds_document(SOON) == before

    assert publish_disputes(at=NIGHT) == 1

    after = hsds_document(NIGHT)
    disputes = [row for row in after["metadata"] if row["last_action_type"] == "disputed"]
    assert {row["fact"] for row in disputes} == {"cost", "phone"}
    assert {row["last_action_date"] for row in disputes} == {"2026-11-24"}
    assert after["last_modified"].startswith("2026-11-25T02:30")


def test_nightly_job_publishes_each_dispute_once(reported):
    assert publish_disputes(at=SOON) == 0  # reported today
    assert publish_disputes(at=NIGHT) == 1
    assert publish_disputes(at=NIGHT) == 0
    assert publish_disputes(at=NIGHT + timedelta(days=1)) == 0
    assert Service.objects.get().last_modified == NIGHT


def test_edit_on_the_day_of_a_dispute_does_not_prevent_its_publication(reported):
    evening = AT + timedelta(hours=9)
    Service.objects.update(last_modified=evening)

    assert publish_disputes(at=NIGHT) == 1


@pytest.mark.parametrize(
    ("fact", "changes"),
    [
        (Fact.ADDRESS, {"address_audience": "never_stored"}),
        (Fact.COST, {"status": "withdrawn"}),
    ],
)
def test_nightly_job_publishes_no_dispute_of_hidden_facts_or_services(service, fact, changes):
    checked(service, fact, AT, verdict=Verdict.DISPUTED, method=Method.WEB)
    Service.objects.update(**changes)

    assert publish_disputes(at=NIGHT) == 0
    assert Service.objects.get().last_modified == BEFORE


def test_public_page_shows_at_once_that_a_fact_is_being_checked(service, request):
    memory = Snapshot.read(1)
    request.getfixturevalue("reported")

    row = memory.refreshed(2).row_with_short(service.short)

    assert row.checks[Fact.COST][0].verdict == Verdict.DISPUTED


def test_report_sends_no_mail(reported):
    assert [mail.template for mail in Outgoing.objects.all()] == ["service_check"]
