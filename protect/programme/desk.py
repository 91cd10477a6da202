"""Menu entry and start page panel of users who answer enquiries from the programme's site."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.programme import access, rules
from protect.programme.enums import EnquiryState
from protect.programme.models import Enquiry
from protect.ui.pages import panel_row

# Translators: in the navigation: messages from the forms of the programme's site.
MENU_ENTRY = (gettext_lazy("Enquiries"), "enquiries:enquiry_list")
MAX_PANEL_ROWS = 5  # on the start page


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users who answer enquiries."""
    return [MENU_ENTRY] if scope.organisations_where(Permission.ANSWER_ENQUIRIES) else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[dict[str, object]]:
    """Yield the panel of new enquiries, the oldest first, if there are any."""
    if not scope.organisations_where(Permission.ANSWER_ENQUIRIES):
        return
    waiting = access.visible_enquiries(scope).filter(state=EnquiryState.NEW)
    rows = [_row(enquiry, at) for enquiry in waiting.order_by("received_at")[:MAX_PANEL_ROWS]]
    if rows:
        url = reverse("enquiries:enquiry_list")
        yield {"title": _("Enquiries"), "rows": rows, "count": waiting.count(), "more": url}


def _row(enquiry: Enquiry, at: datetime) -> dict[str, object]:
    due = enquiry.received_at + rules.ANSWER_WITHIN
    url = reverse("enquiries:enquiry", args=[enquiry.pk])
    group = "overdue" if due < at else "soon"
    kind = enquiry.get_kind_display()
    return panel_row(enquiry.sender, kind, url, _("Look"), due=due, group=group)
