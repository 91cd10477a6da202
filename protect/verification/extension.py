"""The extension of verification: its reactions to changed services, and its nightly steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from protect.directory import enums, extension, models
from protect.directory.protection.erasure import Cleaner
from protect.kernel.steps import Step
from protect.matching import coverage
from protect.orgs.scope import Scope
from protect.vault.sign_in.posted import DraftPage
from protect.verification.call_tests import call_tests, views
from protect.verification.checks.forms import CheckForm, HandOverForm
from protect.verification.duplicates.duplicates import propose_pairs
from protect.verification.duplicates.merges import erase_undo_data
from protect.verification.duplicates.views import MergeForm
from protect.verification.enums import CallState, QueueReason, QueueState
from protect.verification.health.facts import store_health
from protect.verification.models import CallTest, Correction, DuplicatePair, QueueItem
from protect.verification.provider_links.provider_links import send_reminders
from protect.verification.queue.queue import enqueue, refresh_queue
from protect.verification.reports.forms import MemberReportForm, ReportDecisionForm
from protect.verification.reports.reports import erase_report_texts

# Forms whose input is shown again after a session was locked, by URL name.
PAGES = {
    "verification:queue_check": DraftPage(CheckForm.page, CheckForm),
    "verification:queue_hand_on": DraftPage(HandOverForm.page, HandOverForm),
    "verification:service_call": DraftPage(views.FirstCallForm.page, views.FirstCallForm),
    "verification:call_answer": DraftPage(views.SecondCallForm.page, views.SecondCallForm),
    "verification:correction_new": DraftPage(MemberReportForm.page, MemberReportForm),
    "verification:correction": DraftPage(ReportDecisionForm.page, ReportDecisionForm),
    "verification:pair": DraftPage(MergeForm.page, MergeForm),
}


class Extension(extension.Extension):
    """The reactions of verification to changes in the directory, and its nightly steps."""

    def on_numbers_changed(self, service: models.Service, *, at: datetime) -> None:
        """End the waiting call test of a service, because it tested the old numbers."""
        waiting = CallTest.objects.filter(service=service, state=CallState.WAITING)
        waiting.update(state=CallState.LAPSED, ended_at=at)

    def on_fact_edited(self, service: models.Service, fact: enums.Fact, *, at: datetime) -> None:
        """Add the service to the queue of checks."""
        # A new number needs a call test, so it has a reason of its own.
        is_number = fact == enums.Fact.PHONE
        enqueue(service, QueueReason.CHANGED if is_number else QueueReason.UNVERIFIED, at=at)

    def is_first_caller(self, service: models.Service, user: UUID | None) -> bool:
        return call_tests.has_waiting_call(service, user)

    def erase_address(self, service: models.Service, cleaner: Cleaner) -> None:
        """Remove the address of a service from notes, reports, proposals and undo data."""
        cleaner.clean_rows(QueueItem.objects.filter(service=service), ("note",))
        cleaner.clean_rows(CallTest.objects.filter(service=service), ("heard", "second_heard"))
        reports = Correction.objects.filter(service=service)
        cleaner.clean_rows(reports, ("text", "reason", "proposed"))
        pairs = DuplicatePair.objects.filter(Q(first=service) | Q(second=service))
        cleaner.clean_rows(pairs, ("before",))

    def filter_reasons(self) -> Mapping[str, Any]:
        """Return the reasons for a check by code, as choices for filtering the service list."""
        return dict(QueueReason.choices)

    def services_with_reason(self, reason: str) -> Q | None:
        if reason not in QueueReason.values:
            return None
        rows = QueueItem.objects.waiting().annotate(codes=Cast("reasons", TextField()))
        return Q(pk__in=rows.filter(codes__contains=f'"{reason}"').values("service"))

    def services_assigned_to(self, scope: Scope) -> Q:
        """Return the condition that the user has claimed the queue item of a service."""
        claimed_items = QueueItem.objects.filter(state=QueueState.CLAIMED, claimed_by=scope.user_id)
        return Q(pk__in=claimed_items.values("service"))

    def count_reports(self, service: models.Service) -> int:
        """Return how many reports about a service no moderator has decided on."""
        return Correction.objects.new().about(service.pk).count()

    def nightly_steps(self) -> Mapping[str, Step]:
        # The order matters: reminders follow the refreshed queue, and health figures come last.
        return {
            "refresh_queue": lambda *, at: refresh_queue(at=at, dependents=coverage.dependents()),
            "propose_pairs": propose_pairs,
            "remind": send_reminders,
            "forget_corrections": erase_report_texts,
            "forget_merges": erase_undo_data,
            "keep_health": store_health,
        }
