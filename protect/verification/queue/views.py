from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.directory import access as directory_access, desk
from protect.directory.fact_records.fact_view import rough_age
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.ui.pagination import Paginator
from protect.verification import access, enums, labels, rules
from protect.verification.queue import queue as queue_actions

PAGE_SIZE = 50  # items
DISPUTED = enums.QueueReason.DISPUTED.value


@require_safe
def check_queue(request: HttpRequest) -> HttpResponse:
    """Show the queue of checks: the services that have to be checked, with filters."""
    scope, at = scope_of(request), clock.now()
    countries = directory_access.require_permission_anywhere(scope, Permission.VERIFY_DIRECTORY)
    country, reason = request.GET.get("country", ""), request.GET.get("reason", "")
    chosen = {"country": country, "reason": reason if reason in enums.QueueReason.values else ""}
    rows = waiting = access.checkable_items(scope).waiting()
    if country:
        rows = rows.filter(country=country)
    if chosen["reason"]:  # quoted, as in the JSON list, so that only the whole code matches
        rows = rows.filter(reasons__icontains=f'"{reason}"')
    rows = rows.select_related("service__organisation", "claimed_by")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    mine = waiting.filter(claimed_by=scope.user_id, leased_until__gt=at).select_related("service")
    released = directory_access.countries_with_permission(scope, Permission.RELEASE_DIRECTORY)
    context = {
        "page": page,
        "rows": [
            {
                "item": item,
                "chips": labels.reason_chips(item.reasons),
                "reported": rough_age(item.opened_at, at) if DISPUTED in item.reasons else "",
                "is_held": rules.is_lease_active(
                    enums.QueueState(item.state), item.leased_until, at
                ),
                "is_mine": queue_actions.is_held_by_user(item, scope, at=at),
            }
            for item in page
        ],
        "mine": mine.order_by("leased_until"),
        "is_free": waiting.free(at).exists(),
        "calls": access.checkable_call_tests(scope).filter(state=enums.CallState.WAITING).count(),
        "released": sorted(released),
        "chosen": chosen,
        "is_narrow": any(chosen.values()),
        "countries": sorted(countries),
        "reasons": enums.QueueReason.choices,
    }
    return desk.show_tab(request, "verification/queue.html", desk.QUEUE, None, context)


@require_POST
def claim_next_item(request: HttpRequest) -> HttpResponse:
    return redirect_to_next_check(request, scope_of(request))


@require_POST
def claim_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    item = queue_actions.claim(scope, access.get_queue_item(scope, pk), at=clock.now())
    return redirect("verification:queue_check", pk=item.pk)


@require_POST
def release_queue_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    queue_actions.release_claim(scope, access.get_queue_item(scope, pk), at=clock.now())
    messages.success(request, _("You have released the service. A colleague can take it now."))
    return redirect("verification:queue")


def redirect_to_next_check(request: HttpRequest, scope: Scope, message: str = "") -> HttpResponse:
    """Claim the most urgent free item and redirect to it; to the queue if none is free."""
    item = queue_actions.claim_next(scope, at=clock.now())
    if message:
        # Translators: after checking a service; the page shows the next service already.
        hint = _("This is the next service.") if item else _("No other service is free now.")
        messages.success(request, f"{message} {hint}")
    elif item is None:
        messages.info(
            request,
            _(
                "No service is free for you now: colleagues are checking the remaining "
                "ones, or you handed them over in the last 24 hours."
            ),
        )
    return redirect("verification:queue_check", item.pk) if item else redirect("verification:queue")
