"""Information sessions: one at a glance, and how many people were there, counted on a phone."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.outreach import access, labels, readiness
from protect.outreach.actions import ambassadors, head_counts
from protect.outreach.errors import PassOver
from protect.outreach.forms.head_counts import SEXES, CountForm, bands_of
from protect.outreach.models import InformationSession
from protect.outreach.rules import Counted
from protect.outreach.views.ambassadors import line_of
from protect.outreach.views.requests import bookings_of, missing_of_session
from protect.trainings.base import help_lines
from protect.trainings.base.labels import band_name
from protect.trainings.base.pages.frame import show, show_tab
from protect.trainings.base.pages.offline_pages import Keeping, as_copy, may_keep
from protect.vault import gates
from protect.vault.cookies import VaultRequest


@require_safe
def info_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = access.sessions_of(scope).filter(cancelled_at=None).select_related("request__place")
    now = clock.now()
    context = {
        "to_come": rows.filter(ends_at__gte=now).order_by("starts_at"),
        "past": rows.filter(ends_at__lt=now).order_by("-starts_at")[:20],
    }
    return show_tab(request, labels.SESSIONS, "outreach/session_list.html", context)


@require_safe
def info_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_session(scope, pk)
    counted = head_counts.counted(found)
    context = {
        "found": found,
        "asked": found.request,
        "bookings": bookings_of(found),
        "may_plan": access.may_answer(scope, found.request),
        "table": table_of(found, counted) if counted else None,
        "counted": counted,
        "tally": head_counts.tally_of(found, counted.revision) if counted else None,
        "is_over": found.ends_at <= clock.now(),
        "is_to_come": readiness.is_to_come(found, clock.now()),
        "missing": missing_of_session(found),
        **holder_of(scope, found),
        **card_of(found),
    }
    return show(request, "outreach/session.html", None, context)


@may_keep
@require_safe
def info_count(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_session(scope, pk)
    initial = {
        "pass_text": head_counts.pass_for(scope, found, at=clock.now()),
        "nonce": uuid4(),
    }
    form = CountForm(session=found, initial=initial | typed_before(found))
    return count_page(request, found, form)


@require_safe
def info_count_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the page without place, time and pass: what a phone keeps of it."""
    found = access.get_session(scope_of(request), pk)
    form = CountForm(session=found, initial={"nonce": uuid4()})
    context = {"found": None, "action": "", "key": found.pk, "keeping": None, **card_of(found)}
    return as_copy(show(request, "outreach/info_count.html", form, context))


@may_keep
@csrf_exempt  # the pass says who sends it: a page without signal outlives its session
@gates.open_to_all
@require_POST
def count_send(request: HttpRequest) -> HttpResponse:
    """Take numbers from a page that may have lost its session: its pass says who sends them."""
    scope, found = head_counts.passed(request.POST.get("pass_text", ""), at=clock.now())
    form = CountForm(request.POST, session=found)
    if form.is_valid():
        with form.mending():
            head_counts.declare(scope, found, form.declared(), at=clock.now())
            if request.POST.get("by") == "script":
                return HttpResponse(status=204)
            messages.success(request, _("Counted. You can correct it at any time."))
            return redirect("outreach:info_session", pk=found.pk)
    if is_theirs(request, scope):
        return count_page(request, found, form)
    said = PassOver.message
    return HttpResponse(said, content_type="text/plain; charset=utf-8", status=form.status)


def is_theirs(request: HttpRequest, scope: Scope) -> bool:
    """Return whether the browser has an open session of whom a pass names: a pass opens no page."""
    is_open = cast("VaultRequest", request).vault is not None
    return is_open and scope_of(request).user_id == scope.user_id


def count_page(request: HttpRequest, found: InformationSession, form: CountForm) -> HttpResponse:
    keeping = Keeping(
        found.pk,
        reverse("outreach:info_count_copy", args=[found.pk]),
        reverse("trainings:keeper"),
        reverse("outreach:info_count", args=[found.pk]),
    )
    context = {
        "found": found,
        "asked": found.request,
        "action": reverse("outreach:count_send"),
        "key": found.pk,
        "keeping": keeping,
        **card_of(found),
    }
    return show(request, "outreach/info_count.html", form, context)


def card_of(found: InformationSession) -> dict[str, Any]:
    """Return what the card says: whom to call where the session is."""
    country, tag = found.request.country_id, get_language() or "en"
    return {
        "lines": help_lines.lines_in(country, tag, at=clock.now()),
        "child_line": help_lines.child_line(country, tag, at=clock.now()),
    }


def typed_before(found: InformationSession) -> dict[str, int]:
    """Return the numbers that stand, so that one of them can be corrected."""
    counted = head_counts.counted(found)
    if counted is None:
        return {}
    tally = head_counts.tally_of(found, counted.revision)
    told = {"seen": counted.revision}
    told |= {f"n_{band}_{sex}": n for (band, sex), n in counted.cells.items() if n}
    return told | ({"answered": tally.answered, "could_name": tally.could_name} if tally else {})


def table_of(found: InformationSession, counted: Counted) -> dict[str, Any]:
    """Return the cells of a declaration as a table, its sums beside and below."""
    bands = [band for band in bands_of(found) if band in counted.by_band()]
    return {
        "sexes": list(SEXES.values()),
        "rows": [
            (
                band_name(band),
                [(label, counted.cells.get((band, sex), 0)) for sex, label in SEXES.items()],
                counted.by_band()[band],
            )
            for band in bands
        ],
        "sums": [(label, counted.by_sex().get(sex, 0)) for sex, label in SEXES.items()],
    }


def holder_of(scope: Scope, found: InformationSession) -> dict[str, Any]:
    """Return what the page says to who is booked for a session themselves."""
    mine = found.bookings.live().filter(resource__user=scope.user_id)
    own = mine.select_related("resource__organisation").order_by("pk").first()
    if own is None:
        return {"is_holder": False}
    asked_at = ambassadors.asked_at(found, own.resource)
    return {"is_holder": True, "line": line_of(own.resource), "asked_at": asked_at}
