"""Who checked one fact of a service, how, when, and what came of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.directory import access
from protect.directory.actions.calling import first_call
from protect.directory.enums import Fact
from protect.directory.standing import standing_of
from protect.directory.telling import fact_view, history
from protect.directory.views.frame import show
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.paging import Paginator

PAGE = 50  # checks


@require_safe
def fact_history(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    if fact not in Fact.values or service.country_id not in access.kept_by(scope):
        raise Http404  # who checked is for those who keep the country
    checks = service.checks.filter(fact=fact).select_related("by", "second_checker")
    page = Paginator(checks.order_by("-at", "pk"), PAGE).get_page(request.GET.get("page"))
    standing = standing_of(service, clock.now()).get(Fact(fact))
    call = first_call(service)
    is_sealed = call is not None and call.second_id is None and call.by_id != scope.user_id
    context = {
        "service": service,
        "view": fact_view(service, standing) if standing else None,
        "page": page,
        "entries": list(history(page, call if is_sealed else None)),
    }
    return show(request, "fact_history.html", None, context)
