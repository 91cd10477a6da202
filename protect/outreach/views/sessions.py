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
from protect.outreach.forms.head_counts import SEX_LABELS, DeskHeadCountForm, bands_for_session
from protect.outreach.models import InformationSession
from protect.outreach.views.ambassadors import get_organisation_help_line
from protect.outreach.views.requests import all_bookings_with_states, find_gaps_if_upcoming
from protect.trainings.base import help_lines
from protect.trainings.base.labels import age_band_name
from protect.trainings.base.pages import frame, offline_pages
from protect.vault.sessions import gates
from protect.vault.sign_in.cookies import VaultRequest

# Translators: numbers of a session were typed wrong, and nothing more is shown without an account.
SIGN_IN_TO_CORRECT = gettext_lazy(
    "A number is wrong or missing. Nothing was saved; the numbers stay on this phone. "
    "Sign in and open the session again: its page shows which number."
)


@require_safe
def information_session_list_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = access.visible_sessions(scope).filter(cancelled_at=None).select_related("request__place")
    now = clock.now()
    context = {
        "to_come": rows.filter(ends_at__gte=now).order_by("starts_at"),
        "past": rows.filter(ends_at__lt=now).order_by("-starts_at")[:20],
    }
    return frame.show_tab(request, labels.SESSIONS_URL, "outreach/session_list.html", context)


@require_safe
def information_session_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    context = {
        "found": session,
        "asked": session.request,
        "bookings": all_bookings_with_states(session),
        "may_plan": access.may_plan_session_of(scope, session.request),
        "is_over": session.ends_at <= clock.now(),
        "is_to_come": readiness.is_upcoming(session, clock.now()),
        "missing": find_gaps_if_upcoming(session),
        **head_count_context(session),
        **_holder_context(scope, session),
        **help_card_context(session),
    }
    return frame.render_form_page(request, "outreach/session.html", None, context)


@offline_pages.allow_copy
@require_safe
def head_count_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    initial = {"pass_text": head_counts.make_pass(scope, session, at=clock.now()), "nonce": uuid4()}
    form = DeskHeadCountForm(session=session, initial=initial | initial_count_values(session))
    return show_head_count_page(request, session, form)


@require_safe
def head_count_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the page of a head count without place, time and pass, for a phone to keep offline."""
    session = access.get_session(scope_of(request), pk)
    form = DeskHeadCountForm(session=session, initial={"nonce": uuid4()})
    context = {"found": None, "action": "", "key": session.pk, "keeping": None}
    context |= help_card_context(session)
    page = frame.render_form_page(request, "outreach/info_count.html", form, context)
    return offline_pages.set_copy_expiry(page)


@offline_pages.allow_copy
@csrf_exempt  # a page used offline outlives its login session; the pass names the user
@gates.open_to_all
@require_POST
def receive_head_count(request: HttpRequest) -> HttpResponse:
    """Save a head count, perhaps after the login has ended: the signed pass names the user."""
    scope, session = head_counts.verify_pass(request.POST.get("pass_text", ""), at=clock.now())
    form = DeskHeadCountForm(request.POST, session=session)
    if form.is_valid():
        with form.showing_refusals():
            head_counts.save(scope, session, form.to_declaration(), at=clock.now())
            if request.POST.get("by") == "script":
                return HttpResponse(status=204)
            messages.success(request, _("Head count saved. You can correct it at any time."))
            return redirect("outreach:info_session", pk=session.pk)
    is_open = cast("VaultRequest", request).vault is not None
    if is_open and scope_of(request).user_id == scope.user_id:  # a pass alone opens no page
        return show_head_count_page(request, session, form)
    return HttpResponse(
        SIGN_IN_TO_CORRECT, content_type="text/plain; charset=utf-8", status=form.status
    )


def show_head_count_page(
    request: HttpRequest, session: InformationSession, form: DeskHeadCountForm
) -> HttpResponse:
    offline_copy = offline_pages.OfflineSettings(
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
        "keeping": offline_copy,
        **help_card_context(session),
    }
    return frame.render_form_page(request, "outreach/info_count.html", form, context)


def help_card_context(session: InformationSession) -> dict[str, Any]:
    """Return the template values of `_help_card.html`: help lines of the session's country."""
    country, tag = session.request.country_id, get_language() or "en"
    return {
        "lines": help_lines.national_help_lines(country, tag, at=clock.now()),
        "child_line": help_lines.find_child_help_line(country, tag, at=clock.now()),
    }


def initial_count_values(session: InformationSession) -> dict[str, int]:
    current_count = head_counts.get_current_count(session)
    if current_count is None:
        return {}
    tally = head_counts.get_tally(session, current_count.revision)
    values = {"seen": current_count.revision}
    values |= {f"n_{band}_{sex}": n for (band, sex), n in current_count.cells.items() if n}
    return values | ({"answered": tally.answered, "could_name": tally.could_name} if tally else {})


def head_count_context(session: InformationSession) -> dict[str, Any]:
    current_count = head_counts.get_current_count(session)
    table = _head_count_table(session, current_count) if current_count else None
    tally = head_counts.get_tally(session, current_count.revision) if current_count else None
    return {"counted": current_count, "table": table, "tally": tally}


def _head_count_table(session: InformationSession, count: rules.CurrentCount) -> dict[str, Any]:
    by_band, by_sex = count.by_band(), count.by_sex()
    rows = [
        (
            age_band_name(band),
            [(label, count.cells.get((band, sex), 0)) for sex, label in SEX_LABELS.items()],
            by_band[band],
        )
        for band in bands_for_session(session)
        if band in by_band
    ]
    sums = [(label, by_sex.get(sex, 0)) for sex, label in SEX_LABELS.items()]
    return {"sexes": list(SEX_LABELS.values()), "rows": rows, "sums": sums}


def _holder_context(scope: Scope, session: InformationSession) -> dict[str, Any]:
    """Return whether the user is booked; if so, the help line and when they asked for a call."""
    own_bookings = session.bookings.live().filter(resource__user=scope.user_id)
    booking = own_bookings.select_related("resource__organisation").order_by("pk").first()
    if booking is None:
        return {"is_holder": False}
    requested_at = ambassadors.get_open_incident_time(session, booking.resource)
    line = get_organisation_help_line(booking.resource)
    return {"is_holder": True, "line": line, "asked_at": requested_at}
