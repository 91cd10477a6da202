"""Information sessions: overview of one, and its head count on a phone."""

from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.outreach import access, labels, rules
from protect.outreach.actions import ambassadors, head_counts, readiness
from protect.outreach.forms.head_counts import SEXES, CountForm, bands_of
from protect.outreach.models import InformationSession
from protect.outreach.views.ambassadors import line_of
from protect.outreach.views.requests import bookings_of, missing_of_session
from protect.trainings.base import help_lines
from protect.trainings.base.labels import band_name
from protect.trainings.base.pages import frame, offline_pages
from protect.vault.sessions import gates
from protect.vault.sign_in.cookies import VaultRequest

# Translators: numbers of a session were typed wrong, and nothing more is shown without an account.
SIGN_IN_TO_CORRECT = gettext_lazy(
    "A number is wrong or missing. Nothing was saved; the numbers stay on this phone. Sign in and "
    "open the session again: its page says which."
)


@require_safe
def info_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = access.sessions_of(scope).filter(cancelled_at=None).select_related("request__place")
    now = clock.now()
    context = {
        "to_come": rows.filter(ends_at__gte=now).order_by("starts_at"),
        "past": rows.filter(ends_at__lt=now).order_by("-starts_at")[:20],
    }
    return frame.show_tab(request, labels.SESSIONS, "outreach/session_list.html", context)


@require_safe
def info_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    context = {
        "found": session,
        "asked": session.request,
        "bookings": bookings_of(session),
        "may_plan": access.may_answer(scope, session.request),
        "is_over": session.ends_at <= clock.now(),
        "is_to_come": readiness.is_to_come(session, clock.now()),
        "missing": missing_of_session(session),
        **counted_of(session),
        **_own_part(scope, session),
        **card_of(session),
    }
    return frame.show(request, "outreach/session.html", None, context)


@offline_pages.may_keep
@require_safe
def info_count(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    initial = {"pass_text": head_counts.pass_for(scope, session, at=clock.now()), "nonce": uuid4()}
    form = CountForm(session=session, initial=initial | typed_before(session))
    return count_page(request, session, form)


@require_safe
def info_count_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the page without place, time and pass: the copy that a phone keeps."""
    session = access.get_session(scope_of(request), pk)
    form = CountForm(session=session, initial={"nonce": uuid4()})
    context = {"found": None, "action": "", "key": session.pk, "keeping": None, **card_of(session)}
    return offline_pages.as_copy(frame.show(request, "outreach/info_count.html", form, context))


@offline_pages.may_keep
@csrf_exempt  # the pass says who sends it: a page without signal outlives its session
@gates.open_to_all
@require_POST
def count_send(request: HttpRequest) -> HttpResponse:
    """Save numbers from a page whose login session may have ended: its pass names the user."""
    scope, session = head_counts.passed(request.POST.get("pass_text", ""), at=clock.now())
    form = CountForm(request.POST, session=session)
    if form.is_valid():
        with form.mending():
            head_counts.declare(scope, session, form.declared(), at=clock.now())
            if request.POST.get("by") == "script":
                return HttpResponse(status=204)
            messages.success(request, _("Counted. You can correct it at any time."))
            return redirect("outreach:info_session", pk=session.pk)
    is_open = cast("VaultRequest", request).vault is not None
    if is_open and scope_of(request).user_id == scope.user_id:  # a pass opens no page
        return count_page(request, session, form)
    return HttpResponse(
        SIGN_IN_TO_CORRECT, content_type="text/plain; charset=utf-8", status=form.status
    )


def count_page(request: HttpRequest, session: InformationSession, form: CountForm) -> HttpResponse:
    keeping = offline_pages.Keeping(
        session.pk,
        reverse("outreach:info_count_copy", args=[session.pk]),
        reverse("trainings:keeper"),
        reverse("outreach:info_count", args=[session.pk]),
    )
    context = {
        "found": session,
        "asked": session.request,
        "action": reverse("outreach:count_send"),
        "key": session.pk,
        "keeping": keeping,
        **card_of(session),
    }
    return frame.show(request, "outreach/info_count.html", form, context)


def card_of(session: InformationSession) -> dict[str, Any]:
    country, tag = session.request.country_id, get_language() or "en"
    return {
        "lines": help_lines.lines_in(country, tag, at=clock.now()),
        "child_line": help_lines.child_line(country, tag, at=clock.now()),
    }


def typed_before(session: InformationSession) -> dict[str, int]:
    counted = head_counts.counted(session)
    if counted is None:
        return {}
    tally = head_counts.tally_of(session, counted.revision)
    values = {"seen": counted.revision}
    values |= {f"n_{band}_{sex}": n for (band, sex), n in counted.cells.items() if n}
    return values | ({"answered": tally.answered, "could_name": tally.could_name} if tally else {})


def counted_of(session: InformationSession) -> dict[str, Any]:
    counted = head_counts.counted(session)
    table = _table(session, counted) if counted else None
    tally = head_counts.tally_of(session, counted.revision) if counted else None
    return {"counted": counted, "table": table, "tally": tally}


def _table(session: InformationSession, counted: rules.Counted) -> dict[str, Any]:
    by_band, by_sex = counted.by_band(), counted.by_sex()
    rows = [
        (
            band_name(band),
            [(label, counted.cells.get((band, sex), 0)) for sex, label in SEXES.items()],
            by_band[band],
        )
        for band in bands_of(session)
        if band in by_band
    ]
    sums = [(label, by_sex.get(sex, 0)) for sex, label in SEXES.items()]
    return {"sexes": list(SEXES.values()), "rows": rows, "sums": sums}


def _own_part(scope: Scope, session: InformationSession) -> dict[str, Any]:
    mine = session.bookings.live().filter(resource__user=scope.user_id)
    own = mine.select_related("resource__organisation").order_by("pk").first()
    if own is None:
        return {"is_holder": False}
    asked_at = ambassadors.asked_at(session, own.resource)
    return {"is_holder": True, "line": line_of(own.resource), "asked_at": asked_at}
