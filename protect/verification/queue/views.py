"""The queue: what is to be checked, the most urgent first; taking and giving back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.directory import access as directory_access, desk
from protect.directory.fact_records.fact_view import recency
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.ui.pagination import Paginator
from protect.verification import access, enums, labels, rules
from protect.verification.queue import queue as queue_actions

PAGE = 50  # items
DISPUTED = enums.QueueReason.DISPUTED.value


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    countries = directory_access.must_somewhere(scope, Permission.VERIFY_DIRECTORY)
    country, reason = request.GET.get("country", ""), request.GET.get("reason", "")
    chosen = {"country": country, "reason": reason if reason in enums.QueueReason.values else ""}
    rows = waiting = access.queue_of(scope).waiting()
    if country:
        rows = rows.filter(country=country)
    if chosen["reason"]:  # as it stands in the list: no code is a part of another
        rows = rows.filter(reasons__icontains=f'"{reason}"')
    rows = rows.select_related("service__organisation", "claimed_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    mine = waiting.filter(claimed_by=scope.user_id, leased_until__gt=at).select_related("service")
    context = {
        "page": page,
        "rows": [
            {
                "item": item,
                "chips": labels.reason_chips(item.reasons),
                "reported": recency(item.opened_at, at) if DISPUTED in item.reasons else "",
                "is_held": rules.leased(enums.QueueState(item.state), item.leased_until, at),
                "is_mine": queue_actions.is_held(item, scope, at=at),
            }
            for item in page
        ],
        "mine": mine.order_by("leased_until"),
        "is_free": waiting.free(at).exists(),
        "calls": access.calls_of(scope).filter(state=enums.CallState.WAITING).count(),
        "released": sorted(directory_access.countries_where(scope, Permission.RELEASE_DIRECTORY)),
        "chosen": chosen,
        "is_narrow": any(chosen.values()),
        "countries": sorted(countries),
        "reasons": enums.QueueReason.choices,
    }
    return desk.show_tab(request, "verification/queue.html", desk.QUEUE, None, context)


@require_POST
def queue_next(request: HttpRequest) -> HttpResponse:
    return onward(request, scope_of(request))


@require_POST
def queue_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    item = queue_actions.claim(scope, access.get_item(scope, pk), at=clock.now())
    return redirect("verification:queue_check", pk=item.pk)


@require_POST
def queue_let_go(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    queue_actions.let_go(scope, access.get_item(scope, pk), at=clock.now())
    messages.success(request, _("You gave it back. A colleague can take it now."))
    return redirect("verification:queue")


def onward(request: HttpRequest, scope: Scope, message: str = "") -> HttpResponse:
    taken = queue_actions.take_next(scope, at=clock.now())
    if message:
        # Translators: after checking a service; the page shows the next service already.
        more = _("This is the next one.") if taken else _("Nothing else is free now.")
        messages.success(request, f"{message} {more}")
    elif taken is None:
        messages.info(request, _("Nothing is free now: others are just checking what waits."))
    if taken is None:
        return redirect("verification:queue")
    return redirect("verification:queue_check", pk=taken.pk)
