"""Pages on which members report problems and moderators decide."""

import pytest

from protect.directory.models import FactCheck, Service
from protect.verification.enums import CorrectionState, Reporter
from protect.verification.models import Correction, QueueItem
from protect.verification.reports.reports import ReportDecision, decide_report
from tests.orgs.conftest import make_organisation
from tests.vault.cast import serve
from tests.vault.views.desk import words
from tests.verification.nights import LATER, NOW, entry

S = CorrectionState


def make_report(service, *facts, **given):
    fields = {"reporter": Reporter.PUBLIC, "created": NOW} | given
    return Correction.objects.create(
        service=service, country_id=service.country_id, facts=sorted(facts), **fields
    )


def page_text(staff, name, address):
    return words(staff.desk(name).get(address))


def test_member_reports_a_wrong_number(staff):
    service = entry()
    desk = staff.desk("rita")
    assert "Report a problem" in words(desk.get(f"/directory/services/{service.pk}"))

    answer = desk.post(f"/directory/services/{service.pk}/report", facts=["phone"], text="Dead.")

    assert answer.headers["Location"] == f"/directory/services/{service.pk}"
    assert Correction.objects.get().by == staff.rita.user
    shown = words(desk.get(answer.headers["Location"]))
    assert "Thank you. The number is now shown as disputed." in shown
    assert "Disputed" in shown
    assert QueueItem.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"facts": ["phone"], "text": "At Demo Street 5"}, "looks like an address"),
        ({"facts": []}, "Choose at least one thing that is wrong."),
        ({"facts": ["other"], "text": ""}, "Choose at least one thing that is wrong."),
        ({"facts": ["moon"]}, "moon"),
        ({"facts": ["cost"], "text": "x" * 1001}, "1000"),
    ],
)
def test_refused_report_shows_the_error_beside_the_typed_text(staff, fields, text):
    service = entry()

    answer = staff.desk("rita").post(f"/directory/services/{service.pk}/report", **fields)

    assert answer.status_code == 422
    assert text in words(answer)
    assert fields.get("text", "") in answer.content.decode()
    assert not Correction.objects.exists()
    assert not FactCheck.objects.exists()


def test_report_list_shows_new_reports_first_oldest_first(staff):
    service = entry()
    decided_report = make_report(service, "cost", created=NOW.replace(day=1))
    decide_report(staff.mona.scope, decided_report, ReportDecision(S.REJECTED, reason="No"), at=NOW)
    newest, oldest = (
        make_report(service, "phone"),
        make_report(service, "languages", created=NOW.replace(day=2)),
    )

    shown = staff.desk("mona").get("/directory/reports").context["page"].object_list

    assert list(shown) == [oldest, newest, decided_report]


def test_report_filters_are_in_the_url_and_invalid_values_are_ignored(staff):
    serve(staff.mona, make_organisation("Demo Ireland", "IE"), "moderator")
    make_report(entry("s1", name="Demo One"), "phone")
    make_report(entry("s2", "IE", name="Demo Two"), "cost")

    assert "Demo Two" not in page_text(staff, "mona", "/directory/reports?country=MT")
    assert "Demo One" in page_text(staff, "mona", "/directory/reports?country=MT&state=moon")
    assert "No report matches your filters." in page_text(
        staff, "mona", "/directory/reports?state=rejected"
    )
    assert (
        'value="MT" selected'
        in staff.desk("mona").get("/directory/reports?country=MT&reporter=public").content.decode()
    )


def test_empty_list_explains_itself(staff):
    text = page_text(staff, "mona", "/directory/reports")

    assert "Visitors can report a problem on the public page of a service." in text


def test_moderator_of_another_country_sees_no_reports(staff):
    report = make_report(entry(), "phone")

    assert staff.desk("zoe").get(f"/directory/reports/{report.pk}").status_code == 404
    assert "Demo Counselling" not in page_text(staff, "zoe", "/directory/reports")


def test_text_of_a_public_report_is_escaped(staff):
    report = make_report(entry(), "phone", text="<b>Dead</b>", language="ar")

    shown = staff.desk("mona").get(f"/directory/reports/{report.pk}").content.decode()

    assert "&lt;b&gt;Dead&lt;/b&gt;" in shown
    assert 'lang="ar"' in shown


def test_accepted_report_leaves_the_next_one_open(staff):
    report = make_report(entry(), "phone", "cost")
    desk = staff.desk("mona")

    answer = desk.post(f"/directory/reports/{report.pk}", verdict="accepted")

    assert answer.headers["Location"] == "/directory/reports"
    assert "Decision saved" in words(desk.get("/directory/reports"))
    assert {check.fact for check in FactCheck.objects.all()} == {"phone", "cost"}
    after = words(desk.get(f"/directory/reports/{report.pk}"))
    assert "Decision" in after
    assert "Is the report right?" not in after


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Choose whether the report is right."),
        ({"verdict": "new"}, "new"),
        ({"verdict": "rejected"}, "Enter why the report is not right."),
        ({"verdict": "rejected", "reason": "It is Demo Street 5"}, "looks like an address"),
        (
            {"verdict": "partly"},
            "Tick at least one part, but not all. If all are right, choose “The report is right”.",
        ),
        (
            {"verdict": "partly", "facts": ["phone", "cost"]},
            "Tick at least one part, but not all. If all are right, choose “The report is right”.",
        ),
        ({"verdict": "duplicate"}, "Choose the report that says the same."),
    ],
)
def test_incomplete_decision_shows_the_form_again(staff, fields, text):
    service = entry()
    make_report(service, "cost")
    report = make_report(service, "phone", "cost")

    answer = staff.desk("mona").post(f"/directory/reports/{report.pk}", **fields)

    assert answer.status_code == 422
    assert text in words(answer)
    report.refresh_from_db()
    assert report.state == S.NEW


def test_second_decision_is_refused_and_shows_the_first(staff):
    report = make_report(entry(), "phone")
    desk = staff.desk("mona")
    decide_report(
        staff.cora.scope, report, ReportDecision(S.REJECTED, reason="Demo reason"), at=NOW
    )
    before = list(Correction.objects.values())

    answer = desk.post(f"/directory/reports/{report.pk}", verdict="accepted")

    assert answer.status_code == 409
    assert "A colleague has decided on this report in the meantime." in words(answer)
    assert list(Correction.objects.values()) == before


def test_report_about_one_fact_cannot_be_partly_accepted(staff):
    report = make_report(entry(), "phone")

    assert "The report is right in part" not in page_text(
        staff, "mona", f"/directory/reports/{report.pk}"
    )


def test_proposed_values_are_shown_beside_stored_values(staff):
    service = entry()
    number = {"number": "+35621000009", "kind": "voice", "cost": ""}
    answers = {"shown_on_bill": "unknown", "works_without_credit": "unknown"}
    proposed = {"phone": {"phones": [number | answers]}}
    report = make_report(service, "phone", reporter=Reporter.PROVIDER, proposed=proposed)
    desk = staff.desk("mona")

    shown = words(desk.get(f"/directory/reports/{report.pk}"))
    assert "0001" in shown
    assert "0009" in shown
    desk.post(f"/directory/reports/{report.pk}", verdict="accepted")

    assert [phone.number for phone in service.phones.all()] == ["+35621000009"]


def test_report_about_a_merged_entry_names_the_remaining_entry(staff):
    one, other = entry("s1", name="Demo One"), entry("s2", name="Demo Two")
    report = make_report(other, "cost")
    Service.objects.filter(pk=other.pk).update(status="withdrawn", merged_into=one)

    shown = page_text(staff, "mona", f"/directory/reports/{report.pk}")

    assert "Demo One" in shown
    assert (
        "The reported entry has been merged since. Your decision applies to the remaining entry."
        in shown
    )


def test_start_page_shows_waiting_reports(staff):
    make_report(entry(), "phone")

    assert "Reports to review" in words(staff.desk("mona", LATER).get("/"))
    assert "Reports to review" not in words(staff.desk("edda", LATER).get("/"))


def test_service_page_links_to_its_open_reports(staff):
    service = entry()
    merged_entry = entry("s2", status="withdrawn", merged_into=service)
    make_report(service, "cost")
    make_report(merged_entry, "phone")
    make_report(service, "phone", state=S.ACCEPTED, judged_by=staff.mona.user, judged_at=NOW)
    make_report(entry("s3", name="Demo Other"), "cost")
    address = f"/directory/services/{service.pk}"

    shown = {name: page_text(staff, name, address) for name in ("mona", "edda", "rita", "zoe")}

    assert "2 reports about this service wait for a decision. Review the reports" in shown["mona"]
    assert "2 reports about this service wait for a decision." in shown["edda"]
    assert "Review the reports" not in shown["edda"]
    assert "about this service wait" not in shown["rita"] + shown["zoe"]
    listed = page_text(staff, "mona", f"/directory/reports?state=new&service={service.pk}")
    assert "Only reports about Demo Counselling" in listed
    assert "Demo Other" not in listed
    assert "Phone numbers" in listed


@pytest.mark.parametrize("service", ["x", "00000000-0000-4000-8000-000000000000"])
def test_invalid_service_filter_is_ignored_and_unknown_service_is_404(staff, service):
    make_report(entry(), "cost")

    answer = staff.desk("mona").get(f"/directory/reports?service={service}")

    assert answer.status_code == (200 if service == "x" else 404)


def test_decided_report_shows_the_moderator_and_no_check_method(staff):
    service = entry()
    report = make_report(service, "cost")
    decide_report(staff.mona.scope, report, ReportDecision(S.ACCEPTED), at=LATER)

    text = page_text(staff, "mona", f"/directory/services/{service.pk}/checks/cost")

    assert "Reported wrong, and a moderator agreed" in text
    assert "website" not in text
