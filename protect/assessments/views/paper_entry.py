"""Entry of paper forms, sheet by sheet; the last one can be deleted for ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from protect.assessments.actions import answers
from protect.assessments.actions.answers import Moment, Sheet
from protect.assessments.errors import TypedTooLong
from protect.assessments.forms import TypedForm
from protect.assessments.models import Inquiry, Response
from protect.assessments.result_lines import ON_PAPER, TESTS
from protect.assessments.rules import half_day
from protect.assessments.views.papers import inquiry_of, tag_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.languages import of_desk
from protect.questionnaires.access import form_of
from protect.trainings.base import access as base_access
from protect.trainings.base.enums import Phase
from protect.trainings.base.pages.frame import show
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition, Session

LAST = "trainings_typed"  # in the session: edition, answer, when
TAKEN_BACK_FOR = timedelta(minutes=10)


@require_http_methods(["GET", "POST"])
def learning_type(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    inquiry = inquiry_of(edition, phase, ON_PAPER)
    sets, tag = sets_of(inquiry), tag_of(request)
    chosen = sets.get(request.GET.get("set", ""), inquiry)
    form = TypedForm(
        request.POST if request.method == "POST" else None,
        edition=edition,
        asked_form=form_of(chosen.form, tag),
        has_card=Phase(phase) in TESTS,
        initial={"sent_key": uuid4(), "half_day": _usual(request, edition, phase)},
    )
    if form.is_valid():
        with form.mending():
            data = form.cleaned_data
            sheet = Sheet(form.asked_form, form.answers(), data.get("code", ""), data["sent_key"])
            row = answers.type_in(scope, inquiry, sheet, _moment(data["half_day"]), at=at)
            _remember(request, edition, row, at)
            query = {"set": chosen.form.code, "language": tag, "half_day": data["half_day"].pk}
            return redirect(f"{request.path}?{urlencode(query)}")
    context = {
        "edition": edition,
        "phase": Phase(phase),
        "count": Response.objects.filter(edition=edition, phase=phase).count(),
        "can_take_back": _last(request, edition, at) is not None,
        "languages": [
            (each.endonym, _with(request, language=key), key == tag)
            for key, each in of_desk().items()
        ],
        "sets": [
            (each.form.code, _with(request, set=code), each == chosen)
            for code, each in sets.items()
        ]
        if len(sets) > 1
        else [],
    }
    return show(request, "assessments/paper_entry.html", form, context)


@require_POST
def learning_typed_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    response = _last(request, edition, at)
    if response is None:
        raise TypedTooLong
    answers.take_back(scope, edition, response, at=at)
    request.session.pop(LAST)
    messages.success(request, _("Taken back."))
    return redirect("assessments:learning", pk=pk)


def sets_of(inquiry: Inquiry) -> dict[str, Inquiry]:
    measuring = inquiry.measuring
    if measuring.order != SetOrder.HALVES or inquiry.phase not in TESTS:
        return {inquiry.form.code: inquiry}
    rows = measuring.inquiries.select_related("form").filter(phase__in=TESTS).order_by("pk")
    return {each.form.code: each for each in rows}


def _moment(session: Session) -> Moment:
    return Moment(*half_day(session.starts_at, ZoneInfo(session.zone)))


def _usual(request: HttpRequest, edition: Edition, phase: str) -> Session | None:
    rows = edition.sessions.standing()
    try:
        stood = rows.filter(pk=UUID(request.GET.get("half_day", ""))).first()
    except ValueError:
        stood = None
    first = rows.order_by("starts_at" if phase == Phase.PRE else "-starts_at").first()
    return stood or first


def _remember(request: HttpRequest, edition: Edition, row: Response | None, at: datetime) -> None:
    if row is None:
        messages.info(request, _("This sheet was sent already. Nothing was added."))
        return
    request.session[LAST] = [str(edition.pk), str(row.pk), at.isoformat()]
    messages.success(request, _("Kept. The next sheet, please."))


def _last(request: HttpRequest, edition: Edition, at: datetime) -> UUID | None:
    kept: list[str] = request.session.get(LAST, [])
    if len(kept) != 3 or kept[0] != str(edition.pk):
        return None
    is_over = at - datetime.fromisoformat(kept[2]) > TAKEN_BACK_FOR
    return None if is_over else UUID(kept[1])


def _with(request: HttpRequest, **asked: Any) -> str:
    return f"?{urlencode({**request.GET.dict(), **asked})}"
