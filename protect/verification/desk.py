from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.directory import access as directory_access
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import access, labels, models
from protect.verification.enums import CallState, PairState, QueueReason

PANEL_ROWS = 5  # rows of a panel
# Reasons for which visitors may already read something wrong.
URGENT = (QueueReason.DISPUTED, QueueReason.OVERDUE, QueueReason.EXPIRED, QueueReason.CHANGED)
OVERDUE_REASONS = {QueueReason.OVERDUE.value, QueueReason.EXPIRED.value}

type Panel = dict[str, Any]


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield the start page's panels: checks, call tests, reports and possible duplicates."""
    yield from _queue_panels(scope, at)
    yield from _moderation_panels(scope)


def _queue_panels(scope: Scope, at: datetime) -> Iterator[Panel]:
    if not directory_access.countries_with_permission(scope, Permission.VERIFY_DIRECTORY):
        return
    is_urgent = Q()
    for reason in URGENT:
        is_urgent |= Q(reasons__icontains=f'"{reason.value}"')
    # Items that the user has claimed come first, because a claim ends after half an hour.
    rows = access.checkable_items(scope).waiting()
    mine = list(rows.filter(claimed_by=scope.user_id, leased_until__gt=at)[:PANEL_ROWS])
    free = rows.free(at).filter(is_urgent).select_related("service")
    items = [*mine, *free.order_by("-priority", "opened_at", "pk")[: PANEL_ROWS - len(mine)]]
    panel_rows = [_queue_item_row(item, is_mine=item in mine) for item in items]
    yield from _panel(_("Services to check"), panel_rows, rows, "queue")
    calls = access.checkable_call_tests(scope).filter(state=CallState.WAITING)
    calls = calls.exclude(by=scope.user_id).filter(Q(second=None) | Q(second=scope.user_id))
    first = calls.select_related("service", "by").order_by("at", "pk")[:PANEL_ROWS]
    yield from _panel(_("Calls by two people"), list(map(_call_row, first)), calls, "call_list")


def _panel(title: str, panel_rows: list[Panel], rows: QuerySet[Any], page: str) -> Iterator[Panel]:
    """Yield a panel of `panel_rows`, if there are any. `rows`: all rows, to show their number."""
    if panel_rows:
        more = reverse(f"verification:{page}")
        yield {"title": title, "rows": panel_rows, "count": rows.count(), "more": more}


def _row(name: str, detail: str, page: str, pk: UUID, verb: str, **more: Any) -> Panel:
    """Return a row of a panel; `verb` is its button, which opens `page` for `pk`."""
    url = reverse(f"verification:{page}", args=[pk])
    return {"text": name, "detail": detail, "url": url, "verb": verb, **more}


def _queue_item_row(item: models.QueueItem, *, is_mine: bool) -> Panel:
    detail = " · ".join(words for _shape, words in labels.reason_chips(item.reasons))
    # Translators: a button: to go on checking a service that one has taken.
    verb = _("Continue") if is_mine else _("Check")
    group = "overdue" if not is_mine and OVERDUE_REASONS.intersection(item.reasons) else "today"
    due = item.leased_until if is_mine else None
    return _row(item.service.name, detail, "queue_check", item.pk, verb, due=due, group=group)


def _call_row(call: models.CallTest) -> Panel:
    # Translators: {name} is a colleague who made the first of two calls.
    detail = _("{name} made the first call").format(name=call.by.name)
    verb = _("Make the second call")  # For translators: a button: to call as the second person
    if call.second_id is not None:
        verb = _("Compare")  # For translators: a button: what two people heard who called a number
    return _row(call.service.name, detail, "call_answer", call.pk, verb, due=call.at, group="")


def _moderation_panels(scope: Scope) -> Iterator[Panel]:
    reports = access.moderatable_reports(scope).new()
    first = reports.new_first().select_related("service")[:PANEL_ROWS]
    title = _("Reports to review")  # For translators: heading: people say a service has errors
    yield from _panel(title, list(map(_report_row, first)), reports, "correction_list")
    pairs = access.editable_pairs(scope).filter(state=PairState.PROPOSED)
    likeliest = pairs.select_related("first", "second").order_by("-score", "pk")[:PANEL_ROWS]
    title = _("Possible duplicates")  # For translators: heading: entries that may be one service
    yield from _panel(title, list(map(_pair_row, likeliest)), pairs, "pair_list")


def _report_row(report: models.Correction) -> Panel:
    detail = " · ".join(labels.report_subjects(report.facts))
    # Translators: a button: look at a report and say whether it is right.
    return _row(report.service.name, detail, "correction", report.pk, _("Review"), group="soon")


def _pair_row(pair: models.DuplicatePair) -> Panel:
    # Translators: a button: look at two entries.
    return _row(pair.first.name, pair.second.name, "pair", pair.pk, _("Look"), group="soon")
