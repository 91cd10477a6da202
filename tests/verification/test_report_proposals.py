"""Deciding on values that a service proposed."""

import pytest
from django.http import Http404

from protect.directory.enums import Fact
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import FactCheck
from protect.directory.services.actions.edits import write_fact
from protect.verification.enums import CorrectionState, Reporter
from protect.verification.models import Correction
from protect.verification.reports import reports
from protect.verification.reports.reports import Report, ReportDecision, decide_report
from tests.refusals import refuses
from tests.verification.nights import LATER, NOW, entry
from tests.verification.reports import make_report, report_rows

pytestmark = pytest.mark.django_db
S = CorrectionState


@pytest.fixture
def service(staff):
    return entry()


def test_members_can_report_only_services_they_may_see(staff):
    hidden = entry("s2", status="draft")

    with pytest.raises(Http404):
        reports.report_as_member(staff.rita.scope, hidden, Report(("phone",)), at=NOW)

    assert not Correction.objects.exists()
    assert not FactCheck.objects.exists()


def test_accepting_a_proposal_is_refused_after_an_edit_of_the_fact(staff, service):
    costs = {"costs": [{"kind": "free", "note": ""}]}
    marks = {"cost": fingerprint_of(read_fact(service, Fact.COST))}
    report = make_report(
        service, "cost", reporter=Reporter.PROVIDER, proposed={"cost": costs}, marks=marks
    )
    write_fact(service, Fact.COST, {"costs": [{"kind": "paid", "note": ""}]}, at=NOW)
    before = report_rows()

    with refuses("directory_edit_conflict"):
        decide_report(staff.mona.scope, report, ReportDecision(S.ACCEPTED), at=LATER)

    assert report_rows() == before
    assert [each.kind for each in service.costs.all()] == ["paid"]


def test_accepting_a_proposal_that_is_already_stored_is_allowed(staff, service):
    costs = {"costs": [{"kind": "free", "note": ""}]}
    marks = {"cost": fingerprint_of(read_fact(service, Fact.COST))}
    report = make_report(
        service, "cost", reporter=Reporter.PROVIDER, proposed={"cost": costs}, marks=marks
    )
    write_fact(service, Fact.COST, costs, at=NOW)

    decide_report(staff.mona.scope, report, ReportDecision(S.ACCEPTED), at=LATER)

    report.refresh_from_db()
    assert report.state == S.ACCEPTED
