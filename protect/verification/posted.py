"""The forms of verification, for what is kept while a session is locked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from protect.ui.forms import DeskForm
from protect.vault.forms.posted import Page
from protect.verification.call_tests.forms import FirstCallForm, SecondCallForm
from protect.verification.checks.forms import CheckForm, HandOnForm
from protect.verification.duplicates.forms import MergeForm
from protect.verification.reports.forms import MemberReportForm, kept_judging


def _checking() -> DeskForm:
    return CheckForm(needs_call=True)


# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {
    # Translators: a page: one service, and what somebody found out about it.
    "verification:queue_check": Page(gettext_lazy("Check a service"), _checking),
    # Translators: a page: somebody else should go on checking a service.
    "verification:queue_hand_on": Page(gettext_lazy("Hand it on"), HandOnForm),
    # Translators: a page: the first of two people calls a number.
    "verification:service_call": Page(gettext_lazy("Call as the first person"), FirstCallForm),
    # Translators: a page: the second of two people calls a number.
    "verification:call_answer": Page(gettext_lazy("Call as the second person"), SecondCallForm),
    # Translators: a page: a member says what is wrong about a service.
    "verification:correction_new": Page(
        gettext_lazy("Say that something is wrong"), MemberReportForm
    ),
    # Translators: a page: a report about a service is judged.
    "verification:correction": Page(gettext_lazy("Judge a report"), kept_judging),
    # Translators: a page: two entries of the directory become one.
    "verification:pair": Page(gettext_lazy("Merge two entries"), MergeForm),
}
