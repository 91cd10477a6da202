"""The screens of one check: stored facts, what the user found out, the history of a fact."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access as directory_access, models
from protect.directory.enums import Fact, Method, PhoneKind
from protect.directory.fact_records.checks import is_tested, standing_of
from protect.directory.fact_records.fact_view import check_sentence, fact_view, shown_moment
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import posted, show
from protect.ui.pagination import Paginator
from protect.verification import access, enums, labels, rules
from protect.verification.call_tests.call_tests import first_call
from protect.verification.checks import forms
from protect.verification.checks.checks import Heard, save_checks, save_missed
from protect.verification.models import CallTest, QueueItem
from protect.verification.queue import queue, views

STOP, NOBODY = "stop", "nobody"
PAGE = 50  # checks


class Sheet(forms.FactSheet[forms.CheckForm]):
    template = "verification/queue_check.html"

    def __init__(self, request: HttpRequest, item: QueueItem) -> None:
        super().__init__(request, item.service)
        self.item, self.scope = item, scope_of(request)
        self.call = first_call(self.service)

    def form(self, data: Mapping[str, object] | None = None) -> forms.CheckForm:
        has_number = Fact.PHONE in self.views
        return forms.CheckForm(
            data,
            facts=self.views,
            unknown=self.unknown,
            needs_call=has_number and self.call is None and not is_tested(self.service),
            initial={"how": Method.CALL if has_number else None},
        )

    def save(self, heard: Heard, form: forms.MarksForm) -> HttpResponse:
        save_checks(self.scope, self.item, heard, seen=form.reasons, at=self.at)
        if self.request.POST.get("do") == STOP:
            return redirect("verification:queue")
        return views.onward(self.request, self.scope, _("Saved."))

    def more(self, form: forms.CheckForm) -> dict[str, object]:
        item, service = self.item, self.service
        item.refresh_from_db(fields=["state", "claimed_by", "leased_until", "closed_at"])
        is_leased = rules.leased(enums.QueueState(item.state), item.leased_until, self.at)
        is_mine = item.claimed_by_id == self.scope.user_id
        phones = list(service.phones.order_by("position", "pk"))
        return {
            "check": form,
            "item": item,
            "service": service,
            "seen": " ".join(item.reasons),
            "phones": [each for each in phones if each.kind == PhoneKind.VOICE] or phones,
            "is_called": not settings.IS_DEMO,
            "chips": labels.reason_chips(item.reasons),
            "call": self.call,
            "is_over": item.closed_at is not None,
            "is_mine": is_mine and is_leased,
            "is_theirs": is_leased and not is_mine,
            "has_run_out": is_mine and not is_leased,
        }


@require_http_methods(["GET", "POST"])
def queue_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    sheet = Sheet(request, access.get_item(scope_of(request), pk))
    if request.method != "POST":
        return sheet.show(sheet.form())
    do = request.POST.get("do", "")
    if do == NOBODY:
        return _nobody(sheet)
    return sheet.answer(Method(do) if do in forms.METHODS else None)


def _nobody(sheet: Sheet) -> HttpResponse:
    form = forms.MarksForm(sheet.request.POST)
    with form.mending():
        save_missed(sheet.scope, sheet.item, at=sheet.at)
        return views.onward(sheet.request, sheet.scope, _("Noted: no answer."))
    return sheet.show(sheet.form(), wrong=form)


@require_http_methods(["GET", "POST"])
def queue_hand_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    item = access.get_item(scope, pk)
    form = posted(request, forms.HandOnForm)
    if form.is_valid():
        with form.mending():
            held = queue.hold(scope, item, at=at)
            queue.hand_on(scope, held, form.cleaned_data["note"], at=at)
            return views.onward(request, scope, _("Handed on."))
    return show(request, "verification/queue_hand_on.html", form, {"item": item})


@require_safe
def fact_history(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk)
    if fact not in Fact.values or service.country_id not in directory_access.kept_by(scope):
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
        "entries": list(_history(page, call if is_sealed else None)),
    }
    return show(request, "verification/fact_history.html", None, context)


def _history(
    checks: Iterable[models.FactCheck], sealed: CallTest | None
) -> Iterator[dict[str, object]]:
    """Yield the checks of a fact as a timeline shows them. `sealed`: a first call that the reader
    may still have to make for the second time; what its caller noted since is not shown."""
    for check in checks:
        is_sealed = sealed is not None and check.by_id == sealed.by_id and check.at >= sealed.at
        yield {
            "at": shown_moment(check),
            "text": check_sentence(check, clock.now()),
            "who": " · ".join(each.name for each in (check.by, check.second_checker) if each),
            "detail": "" if is_sealed else check.source,
        }
