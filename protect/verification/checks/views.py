from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access as directory_access, models
from protect.directory.enums import Fact, Method, PhoneKind
from protect.directory.fact_records.checks import has_call_test, service_fact_states
from protect.directory.fact_records.fact_view import check_sentence, fact_view, shown_moment
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import bind_form, render_form_page
from protect.ui.pagination import Paginator
from protect.verification import access, enums, labels, rules
from protect.verification.call_tests.call_tests import waiting_call_test
from protect.verification.checks import forms
from protect.verification.checks.checks import CheckResult, save_checks, save_unanswered_call
from protect.verification.models import CallTest, QueueItem
from protect.verification.queue import queue, views

STOP, NO_ANSWER = "stop", "nobody"  # buttons: save and stop; no answer to the call
PAGE_SIZE = 50  # checks of one fact


class CheckPage(forms.FactsPage[forms.CheckForm]):
    """The page on which a user checks the facts of a service in the queue."""

    template = "verification/queue_check.html"

    def __init__(self, request: HttpRequest, item: QueueItem) -> None:
        super().__init__(request, item.service)
        self.item, self.scope = item, scope_of(request)
        self.call = waiting_call_test(self.service)

    def form(self, data: Mapping[str, object] | None = None) -> forms.CheckForm:
        has_number = Fact.PHONE in self.views
        return forms.CheckForm(
            data,
            facts=self.views,
            unknown=self.unknown,
            needs_call=has_number and self.call is None and not has_call_test(self.service),
            initial={"how": Method.CALL if has_number else None},
        )

    def save(self, result: CheckResult, form: forms.SeenFactsForm) -> HttpResponse:
        save_checks(self.scope, self.item, result, reasons=form.reasons, at=self.at)
        if self.request.POST.get("do") == STOP:
            return redirect("verification:queue")
        return views.redirect_to_next_check(self.request, self.scope, _("Saved."))

    def extra_context(self, form: forms.CheckForm) -> dict[str, object]:
        item, service = self.item, self.service
        item.refresh_from_db(fields=["state", "claimed_by", "leased_until", "closed_at"])
        is_leased = rules.is_lease_active(enums.QueueState(item.state), item.leased_until, self.at)
        is_mine = item.claimed_by_id == self.scope.user_id
        phones = list(service.phones.order_by("position", "pk"))
        return {
            "check": form,
            "item": item,
            "service": service,
            "seen": " ".join(item.reasons),
            "phones": [phone for phone in phones if phone.kind == PhoneKind.VOICE] or phones,
            "is_called": not settings.IS_DEMO,
            "chips": labels.reason_chips(item.reasons),
            "call": self.call,
            "is_over": item.closed_at is not None,
            "is_mine": is_mine and is_leased,
            "is_theirs": is_leased and not is_mine,
            "has_run_out": is_mine and not is_leased,
        }


@require_http_methods(["GET", "POST"])
def check_queue_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    page = CheckPage(request, access.get_queue_item(scope_of(request), pk))
    if request.method != "POST":
        return page.show(page.form())
    action = request.POST.get("do", "")
    if action == NO_ANSWER:
        return _save_unanswered_call(page)
    return page.handle_post(Method(action) if action in forms.MEMBER_METHODS else None)


def _save_unanswered_call(page: CheckPage) -> HttpResponse:
    form = forms.SeenFactsForm(page.request.POST)
    with form.showing_refusals():
        save_unanswered_call(page.scope, page.item, reasons=form.reasons, at=page.at)
        return views.redirect_to_next_check(page.request, page.scope, _("Saved: no answer."))
    return page.show(page.form(), invalid_form=form)


@require_http_methods(["GET", "POST"])
def hand_over_queue_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    item = access.get_queue_item(scope, pk)
    form = bind_form(request, forms.HandOverForm)
    if form.is_valid():
        with form.showing_refusals():
            claimed_item = queue.ensure_claim(scope, item, at=at)
            queue.hand_over_item(scope, claimed_item, form.cleaned_data["note"], at=at)
            return views.redirect_to_next_check(request, scope, _("Handed over."))
    return render_form_page(request, "verification/queue_hand_on.html", form, {"item": item})


@require_safe
def fact_history(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk)
    maintained = directory_access.maintained_countries(scope)
    if fact not in Fact.values or service.country_id not in maintained:
        raise Http404  # only users who maintain the country see who checked a fact
    checks = service.checks.filter(fact=fact).select_related("by", "second_checker")
    page = Paginator(checks.order_by("-at", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    fact_state = service_fact_states(service, clock.now()).get(Fact(fact))
    call = waiting_call_test(service)
    is_sealed = call is not None and call.second_id is None and call.by_id != scope.user_id
    context = {
        "service": service,
        "view": fact_view(service, fact_state) if fact_state else None,
        "page": page,
        "entries": list(_timeline_entries(page, call if is_sealed else None)),
    }
    return render_form_page(request, "verification/fact_history.html", None, context)


def _timeline_entries(
    checks: Iterable[models.FactCheck], sealed: CallTest | None
) -> Iterator[dict[str, object]]:
    """Yield the checks of a fact as entries of a timeline. `sealed`: a call test whose second call
    the reader may still make, so that notes of the first caller are hidden."""
    for check in checks:
        is_sealed = sealed is not None and check.by_id == sealed.by_id and check.at >= sealed.at
        yield {
            "at": shown_moment(check),
            "text": check_sentence(check, clock.now()),
            "who": " · ".join(user.name for user in (check.by, check.second_checker) if user),
            "detail": "" if is_sealed else check.source,
        }
