"""Pages of co-hosting: the host invites organisations, and each of them accepts or declines."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.editions.actions.co_hosts import answer_co_hosting, ask_co_hosts
from protect.trainings.editions.forms import CoHostsForm
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition

YES, NO = "yes", "no"


@require_http_methods(["GET", "POST"])
def edition_co_hosts(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    initial = {"co_hosts": chosen(edition)}
    form = CoHostsForm(sent_data(request), edition=edition, initial=initial)
    if form.is_valid():
        with form.mending():
            ask_co_hosts(scope, edition, form.cleaned_data["co_hosts"], at=clock.now())
            return done(request, _("Saved. Whoever is new is asked."), "trainings:edition", pk)
    return show(request, "trainings/edition_co_hosts.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def co_hosting(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition, organisations = access.get_hosted(scope, pk)
    answer = request.POST.get("answer")
    if answer in {YES, NO}:
        typed = request.POST.get("organisation")
        own = next((each for each in organisations if str(each.pk) == typed), None)
        if own is None:
            raise Http404
        answer_co_hosting(scope, edition, own, agrees=answer == YES, at=clock.now())
        return done(request, _("Thank you. Your answer is noted."), "trainings:edition_list")
    agreed = set(edition.co_hosts.order_by("pk").values_list("pk", flat=True))
    context = {
        "edition": edition,
        "asked": [(each, each.pk in agreed) for each in organisations],
        "half_days": edition.sessions.standing().order_by("starts_at", "number"),
    }
    return show(request, "trainings/co_hosting.html", None, context)


def chosen(edition: Edition) -> list[UUID]:
    agreed, invited = edition.co_hosts.order_by("pk"), edition.asked_co_hosts.order_by("pk")
    return [each.pk for each in (*agreed, *invited)]
