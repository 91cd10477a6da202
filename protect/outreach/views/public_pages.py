"""Pages without an account: a request by its one link, and the sessions of a holder."""

from http import HTTPStatus
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, limits
from protect.outreach import access, labels, rules, school_packs
from protect.outreach.actions import ambassadors, head_counts, request_form, requests
from protect.outreach.forms.ambassadors import DebriefForm
from protect.outreach.forms.head_counts import NumbersForm
from protect.outreach.forms.requests import AskForm, TellForm, conflicting_fields, request_values
from protect.outreach.views.ambassadors import call_notice, line_of
from protect.outreach.views.sessions import card_of, counted_of, typed_before
from protect.trainings.base.pages import frame, offline_pages
from protect.trainings.base.pages.open_pages import lead_to, listed, open_page, show_open
from protect.trainings.base.vocabulary import grades
from protect.trainings.scheduling.access import people_beside
from protect.trainings.scheduling.models import Booking
from protect.ui.assets import KEPT_CSP

MOST = 5  # requests, and what is said of them later, in a minute from one address
ASKED = limits.Limits(MOST)
LIMITS = limits.Limits(20)  # forms in a minute from one address
COUNTED, CALL_ASKED, DEBRIEFED = "counted", "told", "said"
# By the word in the address: what the page says of what was just done.
DONE = {COUNTED: _("Counted. You can correct it at any time."), DEBRIEFED: _("Thank you.")}


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def request_ask(request: HttpRequest) -> HttpResponse:
    initial = {"sent_key": uuid4(), "contact_language": get_language()}
    form = AskForm(frame.sent_data(request), initial=initial)
    ASKED.must_pass_form(request)
    if form.is_valid():
        data = form.cleaned_data
        fields = data | {
            "country_id": data["country"],
            "contact_language_id": data["contact_language"],
            "class_level": data["band"] if data["band"] in grades() else "",
        }
        row = request_form.ask(fields, sent_key=data["sent_key"], at=clock.now())
        return lead_to("open_outreach:request", request_form.token_of(row.pk))
    return listed(show_open(request, "outreach/public/request_ask.html", form))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def request(request: HttpRequest, token: str) -> HttpResponse:
    ASKED.must_pass_form(request)
    session_request = access.get_request_by_link(token)
    is_open = rules.is_open(session_request.state)
    form = None
    if is_open:
        initial = request_values(session_request)
        form = TellForm(frame.sent_data(request), setting=session_request.setting, initial=initial)
    if form is not None and form.is_valid():
        with form.mending():
            request_form.complete(session_request, form.cleaned_data, at=clock.now())
            return _with_query(lead_to("open_outreach:request", token), "saved=1")
    missing = requests.missing_of(session_request) if is_open else ()
    refused = requests.refused_of(session_request) if is_open else ()
    context = {
        "found": session_request,
        "state": labels.request_state(session_request.state),
        "card": school_packs.cards()[school_packs.card_language(get_language() or "en")],
        "missing": [labels.REQUEST_FIELDS[name] for name in missing if name not in refused],
        "refused": [labels.REQUEST_FIELDS[name] for name in refused],
        "edit_conflicts": conflicting_fields(form, session_request) if form is not None else [],
        "is_saved": "saved" in request.GET,
        "sessions": session_request.sessions.standing().select_related("venue__resource"),
    }
    return show_open(request, "outreach/public/request.html", form, context)


@open_page
@require_safe
def own_session(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    booking = access.get_held_by_link(token, pk, at=clock.now())
    session = access.session_of(booking)
    session_request, done = session.request, request.GET.get("done", "")
    context = {
        "booking": booking,
        "asked": session_request,
        "languages": session_request.languages.order_by("code").values_list("code", flat=True),
        "beside": people_beside(booking),
        "token": token,
        "has_begun": session.starts_at <= clock.now(),
        "is_over": session.ends_at <= clock.now(),
        "done": call_notice(booking.resource) if done == CALL_ASKED else DONE.get(done, ""),
        "line": line_of(booking.resource),
        "asked_at": ambassadors.asked_at(session, booking.resource),
        **counted_of(session),
        **card_of(session),
    }
    return show_open(request, "outreach/public/own_session.html", None, context)


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_count(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    booking = _held(request, token, pk)
    session = access.session_of(booking)
    initial = {"nonce": uuid4()} | typed_before(session)
    form = NumbersForm(request.POST or None, session=session, initial=initial)
    if form.is_valid():
        with form.mending():
            head_counts.declare_by_link(booking, form.declared(), at=clock.now())
            if request.POST.get("by") == "script":
                return HttpResponse(status=HTTPStatus.NO_CONTENT)
            return _to_session(token, pk, COUNTED)
    context = {
        "booking": booking,
        "asked": session.request,
        "token": token,
        "key": pk,
        "keeping": _keeping(token, pk),
        "line": line_of(booking.resource),
        **card_of(session),
    }
    return _may_keep(show_open(request, "outreach/public/own_count.html", form, context))


@open_page
@require_safe
def own_count_copy(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Show the page without place, time and link: the copy that a phone keeps."""
    session = access.session_of(_held(request, token, pk))
    form = NumbersForm(session=session, initial={"nonce": uuid4()})
    context = {"booking": None, "keeping": None, "others": [], "key": pk, **card_of(session)}
    page = show_open(request, "outreach/public/own_count.html", form, context)
    return _may_keep(offline_pages.as_copy(page))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_after(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    booking = _held(request, token, pk)
    form = DebriefForm(request.POST or None)
    if form.is_valid():
        ambassadors.debrief(access.holder_by_link(booking), **form.cleaned_data, at=clock.now())
        return _to_session(token, pk, DEBRIEFED)
    context = {"booking": booking, "token": token}
    return show_open(request, "outreach/public/own_after.html", form, context)


@open_page
@require_POST
def own_incident(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    ambassadors.report_incident(access.holder_by_link(_held(request, token, pk)), at=clock.now())
    return _to_session(token, pk, CALL_ASKED)


def _held(request: HttpRequest, token: str, pk: UUID) -> Booking:
    LIMITS.must_pass_form(request)
    return access.get_held_by_link(token, pk, at=clock.now())


def _keeping(token: str, pk: UUID) -> offline_pages.Keeping:
    """Return the parts of the page that a phone keeps. The service worker stores no link."""
    tag = get_language()
    whole = reverse("open:own_bookings", args=[tag, token])
    copy = reverse("open_outreach:own_count_copy", args=[tag, token, pk])
    return offline_pages.Keeping(pk, copy, reverse("open:keeper"), whole.removesuffix(token))


def _may_keep(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Security-Policy"] = KEPT_CSP
    return response


def _to_session(token: str, pk: UUID, done: str) -> HttpResponse:
    return _with_query(lead_to("open_outreach:own_session", token, pk), f"done={done}")


def _with_query(answer: HttpResponse, query: str) -> HttpResponse:
    answer.headers["Location"] += f"?{query}"
    return answer
