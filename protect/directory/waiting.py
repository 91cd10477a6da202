"""What waits for those who check, at the desk's home: the most pressing first, one verb each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.directory import access
from protect.directory.enums import CallState, QueueReason
from protect.directory.models import CallTest, QueueItem
from protect.directory.telling import reason_words
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

SHOWN = 5  # rows of a panel
# What people may be misled by today.
PRESSING = (QueueReason.DISPUTED, QueueReason.OVERDUE, QueueReason.EXPIRED, QueueReason.CHANGED)
LATE = {QueueReason.OVERDUE.value, QueueReason.EXPIRED.value}


def panels(scope: Scope, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield what is to be checked, and calls that wait for a second person or a comparison."""
    if not access.countries_where(scope, Permission.VERIFY_DIRECTORY):
        return
    pressing = Q()
    for reason in PRESSING:
        pressing |= Q(reasons__icontains=f'"{reason.value}"')
    # What this person holds comes first: half an hour is short.
    rows = access.queue_of(scope).waiting()
    mine = list(rows.filter(claimed_by=scope.user_id, leased_until__gt=at)[:SHOWN])
    free = rows.free(at).filter(pressing).select_related("service")
    found = [*mine, *free.order_by("-priority", "opened_at", "pk")[: SHOWN - len(mine)]]
    if found:
        yield {
            "title": _("Services to check"),
            "rows": [_item(each, is_mine=each in mine) for each in found],
            "count": rows.count(),
            "more": reverse("directory:queue"),
        }
    calls = access.calls_of(scope).filter(state=CallState.WAITING).exclude(by=scope.user_id)
    calls = calls.filter(Q(second=None) | Q(second=scope.user_id))
    first = list(calls.select_related("service", "by").order_by("at", "pk")[:SHOWN])
    if first:
        yield {
            "title": _("Calls by two people"),
            "rows": [_call(each) for each in first],
            "count": calls.count(),
            "more": reverse("directory:call_list"),
        }


def _item(item: QueueItem, *, is_mine: bool) -> dict[str, Any]:
    return {
        "text": item.service.name,
        "detail": reason_words(item.reasons),
        "url": reverse("directory:queue_check", args=[item.pk]),
        # Translators: a button: to go on checking a service that one has taken.
        "verb": _("Go on") if is_mine else _("Check"),
        "due": item.leased_until if is_mine else None,
        "group": "overdue" if not is_mine and LATE.intersection(item.reasons) else "today",
    }


def _call(call: CallTest) -> dict[str, Any]:
    # Translators: {name} is a colleague who made the first of two calls.
    detail = _("{name} called first").format(name=call.by.name)
    # Translators: a button: to call as the second person.
    verb = _("Call too")
    if call.second_id is not None:
        # Translators: a button: to compare what two people heard who called a number.
        verb = _("Compare")
    return {
        "text": call.service.name,
        "detail": detail,
        "url": reverse("directory:call_answer", args=[call.pk]),
        "verb": verb,
        "due": call.at,
        "group": "",
    }
