"""Pages without an account: a new request; by own link, a request or a booking (`pk`)."""

from http import HTTPStatus
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, limits
from protect.outreach import access, labels, rules, school_packs
from protect.outreach.actions import ambassadors, head_counts, request_form, requests
from protect.outreach.forms import requests as request_forms
from protect.outreach.forms.ambassadors import DebriefForm
from protect.outreach.forms.head_counts import HeadCountForm
from protect.outreach.views import sessions
from protect.outreach.views.ambassadors import call_request_message, get_organisation_help_line
from protect.trainings.base.pages import frame, offline_pages, open_pages
from protect.trainings.base.pages.open_pages import open_page, redirect_to, show_open
from protect.trainings.base.vocabulary import grades
from protect.trainings.scheduling.access import other_people_of_session
from protect.trainings.scheduling.models import Booking
from protect.ui.assets import OFFLINE_CSP

MAX_REQUESTS_PER_MINUTE = 5  # requests and later answers in a minute from one IP address
REQUEST_LIMITS = limits.RateLimiter(MAX_REQUESTS_PER_MINUTE)  # new requests, and own pages
FORM_LIMITS = limits.RateLimiter(20)  # forms sent in a minute from one IP address
COUNTED, CALL_ASKED, DEBRIEFED = "counted", "told", "said"  # values of `done` in a URL
# Messages about the action just taken, by the value of `done` in the URL. CALL_ASKED is not here:
# its message says which people were asked to call (`call_request_message`).
DONE_MESSAGES = {
    COUNTED: _("Head count saved. You can correct it until a week after the session."),
    DEBRIEFED: _("Thank you."),
}


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_request_page(request: HttpRequest) -> HttpResponse:
    initial = {"sent_key": uuid4(), "contact_language": get_language()}
    form = request_forms.RequestForm(frame.sent_data(request), initial=initial)
    REQUEST_LIMITS.count_form_post(request)
    if form.is_valid():
        data = form.cleaned_data
        fields = data | {
            "country_id": data["country"],
            "contact_language_id": data["contact_language"],
            "class_level": data["band"] if data["band"] in grades() else "",
        }
        row = request_form.save_request(fields, sent_key=data["sent_key"], at=clock.now())
        return redirect_to("open_outreach:request", request_form.make_token(row.pk))
    return open_pages.allow_indexing(show_open(request, "outreach/public/request_ask.html", form))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_request_page(request: HttpRequest, token: str) -> HttpResponse:
    REQUEST_LIMITS.count_form_post(request)
    session_request = access.get_request_by_link(token)
    is_open = rules.is_open(session_request.state)
    form = None
    if is_open:
        initial = request_forms.initial_request_values(session_request)
        form = request_forms.FurtherAnswersForm(
            frame.sent_data(request), setting=session_request.setting, initial=initial
        )
    if form is not None and form.is_valid():
        with form.showing_refusals():
            request_form.save_further_answers(session_request, form.cleaned_data, at=clock.now())
            return _with_query(redirect_to("open_outreach:request", token), "saved=1")
    tag = school_packs.pick_card_language(get_language() or "en")
    missing = requests.find_missing_fields(session_request) if is_open else ()
    refused = requests.find_refused_fields(session_request) if is_open else ()
    context = {
        "found": session_request,
        "state": labels.request_state_label(session_request.state),
        "card": school_packs.load_teacher_cards()[tag],
        "missing": [labels.REQUEST_FIELD_LABELS[name] for name in missing if name not in refused],
        "refused": [labels.REQUEST_FIELD_LABELS[name] for name in refused],
        "edit_conflicts": request_forms.edit_conflicts(form, session_request) if form else [],
        "is_saved": "saved" in request.GET,
        "sessions": session_request.sessions.not_cancelled().select_related("venue__resource"),
    }
    return show_open(request, "outreach/public/request.html", form, context)


@open_page
@require_safe
def own_session_page(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    booking = access.get_recent_booking_by_link(token, pk, at=clock.now())
    session = access.get_session_of_booking(booking)
    session_request, done = session.request, request.GET.get("done", "")
    context = {
        "booking": booking,
        "asked": session_request,
        "languages": session_request.languages.order_by("code").values_list("code", flat=True),
        "beside": other_people_of_session(booking),
        "token": token,
        "has_begun": session.starts_at <= clock.now(),
        "is_over": session.ends_at <= clock.now(),
        "done": call_request_message(booking.resource)
        if done == CALL_ASKED
        else DONE_MESSAGES.get(done, ""),
        "line": get_organisation_help_line(booking.resource),
        "asked_at": ambassadors.get_open_incident_time(session, booking.resource),
        **sessions.head_count_context(session),
        **sessions.help_card_context(session),
    }
    return show_open(request, "outreach/public/own_session.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_head_count_page(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    booking = _get_booking(request, token, pk)
    session = access.get_session_of_booking(booking)
    initial = {"nonce": uuid4()} | sessions.initial_count_values(session)
    form = HeadCountForm(request.POST or None, session=session, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            head_counts.save_by_link(booking, form.to_declaration(), at=clock.now())
            if request.POST.get("by") == "script":
                return HttpResponse(status=HTTPStatus.NO_CONTENT)
            return _redirect_to_session(token, pk, COUNTED)
    context = {
        "booking": booking,
        "asked": session.request,
        "token": token,
        "key": pk,
        "keeping": _offline_settings(token, pk),
        "line": get_organisation_help_line(booking.resource),
        **sessions.help_card_context(session),
    }
    return _set_offline_csp(show_open(request, "outreach/public/own_count.html", form, context))


@open_page
@require_safe
def own_head_count_copy(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Show the page of a head count without place, time and link, for a phone to keep offline."""
    session = access.get_session_of_booking(_get_booking(request, token, pk))
    form = HeadCountForm(session=session, initial={"nonce": uuid4()})
    context: dict[str, object] = {"booking": None, "keeping": None, "others": [], "key": pk}
    context |= sessions.help_card_context(session)
    page = show_open(request, "outreach/public/own_count.html", form, context)
    return _set_offline_csp(offline_pages.set_copy_expiry(page))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_debrief_page(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    booking = _get_booking(request, token, pk)
    form = DebriefForm(request.POST or None)
    if form.is_valid():
        holder = access.holder_from_booking(booking)
        ambassadors.save_debrief(holder, **form.cleaned_data, at=clock.now())
        return _redirect_to_session(token, pk, DEBRIEFED)
    context = {"booking": booking, "token": token}
    return show_open(request, "outreach/public/own_after.html", form, context)


@open_page
@require_POST
def report_incident_by_link(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    holder = access.holder_from_booking(_get_booking(request, token, pk))
    ambassadors.report_incident(holder, at=clock.now())
    return _redirect_to_session(token, pk, CALL_ASKED)


def _get_booking(request: HttpRequest, token: str, pk: UUID) -> Booking:
    """Count a sent form against the rate limit; return the booking `pk` of the link's person."""
    FORM_LIMITS.count_form_post(request)
    return access.get_recent_booking_by_link(token, pk, at=clock.now())


def _offline_settings(token: str, pk: UUID) -> offline_pages.OfflineSettings:
    """Return settings by which a phone keeps the head count page. The worker stores no link."""
    tag = get_language()
    root_url = reverse("open:own_bookings", args=[tag, token]).removesuffix(token)
    copy_url = reverse("open_outreach:own_count_copy", args=[tag, token, pk])
    return offline_pages.OfflineSettings(pk, copy_url, reverse("open:keeper"), root_url)


def _set_offline_csp(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = OFFLINE_CSP
    return response


def _redirect_to_session(token: str, pk: UUID, done: str) -> HttpResponse:
    return _with_query(redirect_to("open_outreach:own_session", token, pk), f"done={done}")


def _with_query(response: HttpResponse, query: str) -> HttpResponse:
    response.headers["Location"] += f"?{query}"
    return response
