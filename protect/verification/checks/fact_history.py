"""The history of one fact of a service: checker, method, time and verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.directory import access
from protect.directory.enums import Fact
from protect.directory.fact_records.fact_view import check_sentence, fact_view, shown_moment
from protect.directory.fact_records.freshness import standing_of
from protect.directory.models import FactCheck
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import show
from protect.ui.pagination import Paginator
from protect.verification.call_tests.call_tests import first_call
from protect.verification.models import CallTest

PAGE = 50  # checks


@require_safe
def fact_history(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    if fact not in Fact.values or service.country_id not in access.kept_by(scope):
        raise Http404  # only organisations that maintain the country see the checker
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
    return show(request, "verification/fact_history.html", None, context)


def history(checks: Iterable[FactCheck], sealed: CallTest | None) -> Iterator[dict[str, object]]:
    """Yield the checks of a fact as a timeline shows them. `checks` with both people loaded.

    `sealed`: a first call that the reader may still have to make for the second time; what its
    caller noted since is not shown.
    """
    for check in checks:
        is_sealed = sealed is not None and check.by_id == sealed.by_id and check.at >= sealed.at
        yield {
            "at": shown_moment(check),
            "text": check_sentence(check, clock.now()),
            "who": " · ".join(each.name for each in (check.by, check.second_checker) if each),
            "detail": "" if is_sealed else check.source,
        }
