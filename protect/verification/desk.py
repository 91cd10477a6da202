"""The panels of verification on the desk's home page, the most urgent first."""

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

SHOWN = 5  # rows of a panel
# What people may be misled by today.
PRESSING = (QueueReason.DISPUTED, QueueReason.OVERDUE, QueueReason.EXPIRED, QueueReason.CHANGED)
LATE = {QueueReason.OVERDUE.value, QueueReason.EXPIRED.value}

type Panel = dict[str, Any]


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    yield from _check_panels(scope, at)
    yield from _report_panels(scope)


def _check_panels(scope: Scope, at: datetime) -> Iterator[Panel]:
    if not directory_access.countries_where(scope, Permission.VERIFY_DIRECTORY):
        return
    pressing = Q()
    for reason in PRESSING:
        pressing |= Q(reasons__icontains=f'"{reason.value}"')
    # What this person holds comes first: half an hour is short.
    rows = access.queue_of(scope).waiting()
    mine = list(rows.filter(claimed_by=scope.user_id, leased_until__gt=at)[:SHOWN])
    free = rows.free(at).filter(pressing).select_related("service")
    items = [*mine, *free.order_by("-priority", "opened_at", "pk")[: SHOWN - len(mine)]]
    shown = [_item(each, is_mine=each in mine) for each in items]
    yield from _panel(_("Services to check"), shown, rows, "queue")
    calls = access.calls_of(scope).filter(state=CallState.WAITING).exclude(by=scope.user_id)
    calls = calls.filter(Q(second=None) | Q(second=scope.user_id))
    first = calls.select_related("service", "by").order_by("at", "pk")[:SHOWN]
    yield from _panel(_("Calls by two people"), list(map(_call, first)), calls, "call_list")


def _panel(title: str, shown: list[Panel], rows: QuerySet[Any], page: str) -> Iterator[Panel]:
    if shown:
        more = reverse(f"verification:{page}")
        yield {"title": title, "rows": shown, "count": rows.count(), "more": more}


def _row(name: str, detail: str, page: str, pk: UUID, verb: str, **more: Any) -> Panel:
    url = reverse(f"verification:{page}", args=[pk])
    return {"text": name, "detail": detail, "url": url, "verb": verb, **more}


def _item(item: models.QueueItem, *, is_mine: bool) -> Panel:
    detail = " · ".join(words for _shape, words in labels.reason_chips(item.reasons))
    # Translators: a button: to go on checking a service that one has taken.
    verb = _("Go on") if is_mine else _("Check")
    group = "overdue" if not is_mine and LATE.intersection(item.reasons) else "today"
    due = item.leased_until if is_mine else None
    return _row(item.service.name, detail, "queue_check", item.pk, verb, due=due, group=group)


def _call(call: models.CallTest) -> Panel:
    # Translators: {name} is a colleague who made the first of two calls.
    detail = _("{name} called first").format(name=call.by.name)
    # Translators: a button: to call as the second person.
    verb = _("Call too")
    if call.second_id is not None:
        # Translators: a button: to compare what two people heard who called a number.
        verb = _("Compare")
    return _row(call.service.name, detail, "call_answer", call.pk, verb, due=call.at, group="")


def _report_panels(scope: Scope) -> Iterator[Panel]:
    reports = access.corrections_of(scope).new()
    first = reports.new_first().select_related("service")[:SHOWN]
    # Translators: heading: what people say is wrong about services.
    title = _("Reports to judge")
    yield from _panel(title, list(map(_report, first)), reports, "correction_list")
    pairs = access.pairs_of(scope).filter(state=PairState.PROPOSED)
    likeliest = pairs.select_related("first", "second").order_by("-score", "pk")[:SHOWN]
    # Translators: heading: entries of the directory that may be the same service.
    title = _("Possible duplicates")
    yield from _panel(title, list(map(_pair, likeliest)), pairs, "pair_list")


def _report(each: models.Correction) -> Panel:
    detail = " · ".join(labels.what_of(each.facts))
    # Translators: a button: look at a report and say whether it is right.
    return _row(each.service.name, detail, "correction", each.pk, _("Judge"), group="soon")


def _pair(each: models.DuplicatePair) -> Panel:
    # Translators: a button: look at two entries.
    return _row(each.first.name, each.second.name, "pair", each.pk, _("Look"), group="soon")
