"""Reports: what is kept of them, what is refused unstored, and what follows from a decision."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, strategies as st

from protect.directory.enums import Fact, Method, Verdict
from protect.directory.models import FactCheck, Service
from protect.verification import rules
from protect.verification.enums import CorrectionState, QueueReason, ReportClaim, Reporter
from protect.verification.errors import ReportIncomplete, ReportNotSafe
from protect.verification.models import Correction, QueueItem
from protect.verification.reports import reports
from protect.verification.reports.reports import Report, ReportDecision, decide_report
from tests.refusals import refuses
from tests.verification.nights import BEFORE, LATER, NOW, checked, count_audit_entries, entry
from tests.verification.reports import make_report, report_rows

pytestmark = pytest.mark.django_db
S = CorrectionState
UNSAFE = (
    "They are now at Demo Street 5.",
    "rue Démo 12",
    "https://maps.app.goo.gl/demo",
    "See www.demo.example",
    "Write to desk@demo.example",
    "bit.ly/demo",
    "Call me: +356 2100 0001",
    "٠٧٧٠٠٩٠٠١٢٣",
    "x" * 1001,
)


@pytest.fixture
def service(staff):
    return entry()


def test_visitor_report_changes_nothing_but_the_report(service):
    before = report_rows()[1:]

    is_new = reports.report_as_public(service, Report(("phone",), " Dead. ", "fr"), at=NOW)

    (row,) = Correction.objects.values()
    assert is_new
    assert (row["facts"], row["text"], row["language"]) == (["phone"], "Dead.", "fr")
    assert (row["reporter"], row["by_id"], row["state"]) == ("public", None, "new")
    assert report_rows()[1:] == before
    assert count_audit_entries("report") == 0


@pytest.mark.parametrize("text", UNSAFE)
def test_public_report_with_an_address_or_link_is_not_stored(service, text):
    with pytest.raises(ReportNotSafe):
        reports.report_as_public(service, Report(("cost",), text), at=NOW)

    assert not Correction.objects.exists()


def test_public_report_about_the_number_may_contain_a_number(service):
    text = "The new one is +356 2100 0002."

    assert reports.report_as_public(service, Report(("phone",), text), at=NOW)
    with pytest.raises(ReportNotSafe):
        reports.report_as_public(service, Report(("visit_hours",), text), at=NOW)


@pytest.mark.parametrize(
    "report", [Report(()), Report((), "Words."), Report((), " ", is_other=True), Report(("moon",))]
)
def test_report_without_a_subject_is_refused(service, report):
    with pytest.raises(ReportIncomplete):
        reports.report_as_public(service, report, at=NOW)

    assert not Correction.objects.exists()


def test_report_of_something_else_needs_a_text(service):
    assert reports.report_as_public(service, Report((), "It moved.", is_other=True), at=NOW)


def test_identical_report_is_stored_once_until_it_is_decided(staff, service):
    report = Report(("phone", "cost"), "Dead.")
    reports.report_as_public(service, report, at=NOW)

    assert not reports.report_as_public(service, Report(("cost", "phone"), "Dead. "), at=LATER)
    assert Correction.objects.count() == 1
    decide_report(staff.mona.scope, Correction.objects.get(), ReportDecision(S.ACCEPTED), at=LATER)
    assert reports.report_as_public(service, report, at=LATER)


def test_flood_of_reports_replaces_only_its_own_reports(service):
    reports.report_as_public(service, Report(("languages",), "True."), at=BEFORE)
    texts = [f"Wrong {'x' * number}" for number in range(reports.MAXIMUM_OPEN_REPORTS + 5)]

    stored = [
        reports.report_as_public(
            service, Report(("cost",), text), at=NOW + timedelta(seconds=number)
        )
        for number, text in enumerate(texts)
    ]

    assert all(stored)
    assert Correction.objects.count() == reports.MAXIMUM_OPEN_REPORTS
    assert reports.report_as_public(service, Report(("phone",)), at=LATER)
    assert Correction.objects.count() == reports.MAXIMUM_OPEN_REPORTS
    stored_texts = {report.text for report in Correction.objects.all()}
    assert {"True.", texts[-1]} <= stored_texts
    assert texts[0] not in stored_texts
    assert reports.report_as_public(entry("s2"), Report(("cost",)), at=NOW)


def test_member_report_about_the_number_disputes_it_at_once(staff, service):
    checked(service, Fact.PHONE)

    report = reports.report_as_member(staff.rita.scope, service, Report(("phone",)), at=NOW)

    newest = FactCheck.objects.filter(fact=Fact.PHONE).order_by("-at")[0]
    assert (report.reporter, report.by_id) == ("member", staff.rita.pk)
    assert (newest.verdict, newest.by_id) == (Verdict.DISPUTED, staff.rita.pk)
    assert QueueItem.objects.get().reasons == [QueueReason.DISPUTED]
    assert count_audit_entries("report") == 1


def test_member_report_about_other_facts_waits_for_a_moderator(staff, service):
    reports.report_as_member(staff.rita.scope, service, Report(("languages",)), at=NOW)

    assert not FactCheck.objects.exists()
    assert not QueueItem.objects.exists()
    assert Correction.objects.get().state == S.NEW


def test_member_report_may_contain_a_number_and_a_link_but_no_address(staff, service):
    text = "www.demo.example says +356 2100 0002"
    reports.report_as_member(staff.rita.scope, service, Report(("cost",), text), at=NOW)
    before = report_rows()

    with pytest.raises(ReportNotSafe):
        reports.report_as_member(
            staff.rita.scope, service, Report(("phone",), "Demo Street 5"), at=NOW
        )

    assert report_rows() == before


def test_repeated_member_report_disputes_once(staff, service):
    for at in (NOW, LATER):
        reports.report_as_member(staff.rita.scope, service, Report(("phone",)), at=at)

    assert (
        Correction.objects.count(),
        FactCheck.objects.count(),
        count_audit_entries("report"),
    ) == (1, 1, 1)


@pytest.mark.parametrize(("state", "verdict"), [*product(S, S)])
def test_report_is_decided_only_once(staff, service, state, verdict):
    other = make_report(service, "cost")
    report = make_report(service, "phone", "cost")
    if state != S.NEW:
        Correction.objects.filter(pk=report.pk).update(
            state=state,
            judged_by=staff.cora.user,
            judged_at=NOW,
            reason="Demo",
            duplicate_of=other if state == S.DUPLICATE else None,
        )
    before = report_rows()
    decision = ReportDecision(verdict, ("cost",), "Demo", other)

    if state == S.NEW and verdict != S.NEW:
        assert decide_report(staff.mona.scope, report, decision, at=LATER).state == verdict
    else:
        with refuses("verification_correction_judged"):
            decide_report(staff.mona.scope, report, decision, at=LATER)
        assert report_rows() == before


@pytest.mark.parametrize("name", ["edda", "vito", "rita", "zoe"])
def test_only_moderators_of_the_country_can_decide(staff, service, name):
    report = make_report(service, "phone")
    before = report_rows()

    with pytest.raises(PermissionDenied):
        decide_report(staff.people[name].scope, report, ReportDecision(S.ACCEPTED), at=LATER)

    assert report_rows() == before


def test_accepted_report_disputes_only_its_facts(staff, service):
    for fact in (Fact.PHONE, Fact.COST, Fact.LANGUAGES):
        checked(service, fact)

    decide_report(
        staff.mona.scope,
        make_report(service, "phone", "cost"),
        ReportDecision(S.ACCEPTED),
        at=NOW,
    )

    disputed = FactCheck.objects.filter(verdict=Verdict.DISPUTED).values_list("fact", flat=True)
    assert sorted(disputed) == ["cost", "phone"]
    assert QueueItem.objects.get().reasons == ["disputed"]
    assert count_audit_entries("correction_accepted") == 1


def test_partly_accepted_report_disputes_only_the_chosen_facts(staff, service):
    report = make_report(service, "phone", "cost")

    decide_report(staff.mona.scope, report, ReportDecision(S.PARTLY, ("cost", "languages")), at=NOW)

    assert [check.fact for check in FactCheck.objects.all()] == ["cost"]


@pytest.mark.parametrize(
    "decision",
    [
        ReportDecision(S.PARTLY),
        ReportDecision(S.PARTLY, ("phone", "cost")),
        ReportDecision(S.PARTLY, ("languages",)),
        ReportDecision(S.REJECTED, reason=" "),
        ReportDecision(S.DUPLICATE),
    ],
)
def test_incomplete_decision_changes_nothing(staff, service, decision):
    report = make_report(service, "phone", "cost")
    before = report_rows()

    with pytest.raises(ReportIncomplete):
        decide_report(staff.mona.scope, report, decision, at=LATER)

    assert report_rows() == before


def test_decision_reason_with_an_address_is_refused(staff, service):
    report = make_report(service, "phone")
    before = report_rows()

    with pytest.raises(ReportNotSafe):
        decide_report(
            staff.mona.scope,
            report,
            ReportDecision(S.REJECTED, reason="It is Demo Street 5"),
            at=NOW,
        )

    assert report_rows() == before


def test_rejected_report_does_not_change_the_service(staff, service):
    before = report_rows()[1:3]

    decide_report(
        staff.mona.scope,
        make_report(service, "phone"),
        ReportDecision(S.REJECTED, reason="Spam"),
        at=NOW,
    )

    assert report_rows()[1:3] == before
    assert Correction.objects.get().reason == "Spam"


def test_accepted_report_of_closure_disputes_every_fact(staff, service):
    decide_report(
        staff.mona.scope,
        make_report(service, ReportClaim.CLOSED),
        ReportDecision(S.ACCEPTED),
        at=NOW,
    )

    disputed = {check.fact for check in FactCheck.objects.all()}
    assert {"phone", "languages", "cost"} <= disputed
    assert "address" not in disputed
    assert Service.objects.get().status == "published"


def test_disputed_fact_is_not_disputed_again(staff, service):
    decide_report(
        staff.mona.scope,
        make_report(service, "phone"),
        ReportDecision(S.ACCEPTED),
        at=NOW,
    )
    decide_report(
        staff.mona.scope,
        make_report(service, "phone"),
        ReportDecision(S.ACCEPTED),
        at=LATER,
    )

    assert FactCheck.objects.count() == 1


def test_accepted_proposal_is_applied_and_a_new_number_is_queued(staff, service):
    phones = {"phones": [{"number": "+35621000009", "kind": "voice"}]}
    costs = {"costs": [{"kind": "free", "note": ""}]}
    report = make_report(
        service,
        "phone",
        "cost",
        reporter=Reporter.PROVIDER,
        proposed={"phone": phones, "cost": costs},
    )

    decide_report(staff.mona.scope, report, ReportDecision(S.ACCEPTED), at=NOW)

    assert [phone.number for phone in service.phones.all()] == ["+35621000009"]
    assert [each.kind for each in service.costs.all()] == ["free"]
    found = {(check.fact, check.verdict, check.method) for check in FactCheck.objects.all()}
    changed = (Verdict.CHANGED, Method.PROVIDER)
    assert found == {("phone", *changed), ("cost", *changed)}
    assert QueueItem.objects.get().reasons == ["changed"]


def test_partly_accepted_proposal_applies_only_the_chosen_facts(staff, service):
    phones = {"phones": [{"number": "+35621000009", "kind": "voice"}]}
    costs = {"costs": [{"kind": "free", "note": ""}]}
    proposed = {"phone": phones, "cost": costs}
    report = make_report(service, "phone", "cost", reporter=Reporter.PROVIDER, proposed=proposed)

    decide_report(staff.mona.scope, report, ReportDecision(S.PARTLY, ("cost",)), at=NOW)

    assert [phone.number for phone in service.phones.all()] == ["+35621000001"]
    assert service.costs.count() == 1


def test_duplicate_report_refers_to_the_original_never_to_a_duplicate(staff, service):
    first, second, third = (make_report(service, "cost") for _ in range(3))
    scope = staff.mona.scope
    decide_report(scope, second, ReportDecision(S.DUPLICATE, duplicate_of=first), at=NOW)
    second.refresh_from_db()

    decide_report(scope, third, ReportDecision(S.DUPLICATE, duplicate_of=second), at=NOW)

    third.refresh_from_db()
    assert third.duplicate_of == first
    alone = make_report(service, "cost")
    for other in (alone, make_report(entry("s2"), "cost")):
        with pytest.raises(ReportIncomplete):
            decide_report(scope, alone, ReportDecision(S.DUPLICATE, duplicate_of=other), at=NOW)


def test_report_about_a_merged_entry_applies_to_the_remaining_entry(staff, service):
    loser = entry("s2")
    report = make_report(loser, "cost")
    Service.objects.filter(pk=loser.pk).update(status="withdrawn", merged_into=service)

    decide_report(staff.mona.scope, report, ReportDecision(S.ACCEPTED), at=NOW)

    assert FactCheck.objects.get().service == service


@pytest.mark.parametrize(("days", "left"), [(29, "Words."), (30, ""), (400, "")])
def test_public_report_texts_are_erased_thirty_days_after_the_decision(staff, service, days, left):
    report = make_report(service, "cost", text="Words.")
    waiting = make_report(service, "cost", text="Waits.")
    member = make_report(
        service, "cost", text="Kept.", reporter=Reporter.MEMBER, by=staff.rita.user
    )
    for each in (report, member):
        decide_report(staff.mona.scope, each, ReportDecision(S.ACCEPTED), at=NOW)

    reports.erase_report_texts(at=NOW + timedelta(days=days))

    texts = [Correction.objects.get(pk=each.pk).text for each in (report, waiting, member)]
    assert texts == [left, "Waits.", "Kept."]


@given(st.sampled_from(list(S)), st.sampled_from(list(S)))
def test_decided_report_cannot_change_its_state(state, verdict):
    if state == S.NEW and verdict != S.NEW:
        assert rules.next_report_state(state, verdict) == verdict
    else:
        with refuses("verification_correction_judged"):
            rules.next_report_state(state, verdict)


def test_original_of_duplicates_is_never_displaced(staff, service):
    first = make_report(service, "cost", created=BEFORE)
    duplicate = make_report(service, "cost")
    decide_report(
        staff.mona.scope,
        duplicate,
        ReportDecision(S.DUPLICATE, duplicate_of=first),
        at=NOW,
    )

    for number in range(reports.MAXIMUM_OPEN_REPORTS + 2):
        reports.report_as_public(service, Report(("cost",), f"Wrong {'x' * number}"), at=NOW)

    assert Correction.objects.filter(pk=first.pk).exists()
