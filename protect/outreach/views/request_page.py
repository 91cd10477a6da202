"""The public pages of a request: no account, one form, one link."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.kernel.limits import Limits
from protect.kernel.visitors import address_of
from protect.outreach import access, labels
from protect.outreach.actions import request_form
from protect.outreach.actions.requests import scheduling_fields
from protect.outreach.enums import RequestState, Setting
from protect.outreach.forms.requests import AskForm, TellForm
from protect.outreach.models import SessionRequest
from protect.outreach.rules import OPEN, missing_of, refused_of
from protect.outreach.school_packs.lessons import card_language, cards
from protect.trainings.base.pages.edit_conflicts import conflicting_values
from protect.trainings.base.pages.open_pages import lead_to, listed, open_page, show_open
from protect.trainings.base.vocabulary import grades

MOST = 5  # requests, and what is said of them later, in a minute from one address
ASKED = Limits(MOST)
TICKS = ("teacher_present", "accepts_protocol", "has_private_room")


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def request_ask(request: HttpRequest) -> HttpResponse:
    initial = {"sent_key": uuid4(), "contact_language": get_language()}
    form = AskForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        ASKED.must_pass(address_of(request.META))
    if form.is_valid():
        data = form.cleaned_data
        fields = data | {
            "country_id": data["country"],
            "contact_language_id": data["contact_language"],
            "class_level": data["band"] if data["band"] in grades() else "",
        }
        receipt = request_form.ask(fields, sent_key=data["sent_key"], at=clock.now())
        return lead_to("open_outreach:request", receipt.token)
    return listed(show_open(request, "outreach/public/request_ask.html", form))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def request(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        ASKED.must_pass(address_of(request.META))
    session_request = access.get_request_by_link(token)
    is_open = RequestState(session_request.state) in OPEN
    form = None
    if is_open:
        form = TellForm(
            request.POST if request.method == "POST" else None,
            setting=session_request.setting,
            initial=request_values(session_request),
        )
    if form is not None and form.is_valid():
        with form.mending():
            request_form.complete(session_request, form.cleaned_data, at=clock.now())
            answer = lead_to("open_outreach:request", token)
            answer.headers["Location"] += "?saved=1"
            return answer
    setting, fields = Setting(session_request.setting), scheduling_fields(session_request)
    missing = missing_of(setting, fields) if is_open else ()
    refused = refused_of(setting, fields) if is_open else ()
    context = {
        "found": session_request,
        "state": labels.request_state(session_request.state),
        "card": cards()[card_language(get_language() or "en")],
        "missing": [labels.REQUEST_FIELDS[name] for name in missing if name not in refused],
        "refused": [labels.REQUEST_FIELDS[name] for name in refused],
        "edit_conflicts": conflicting_fields(form, session_request) if form is not None else [],
        "is_saved": "saved" in request.GET,
        "sessions": session_request.sessions.standing().select_related("venue__resource"),
    }
    return show_open(request, "outreach/public/request.html", form, context)


def conflicting_fields(form: TellForm, session_request: SessionRequest) -> list[tuple[str, str]]:
    initial = request_values(session_request)
    stands = initial | {name: getattr(session_request, name) for name in TICKS}
    order = [code for code, _name in form.fields["languages"].choices]  # type: ignore[attr-defined]
    stands["languages"] = sorted(initial["languages"], key=order.index)
    return conflicting_values(form, stands, session_request.edited)


def request_values(session_request: SessionRequest) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: getattr(session_request, name) for name in request_form.COMPLETED
    }
    for name in TICKS:
        initial[name] = {True: "yes", False: "no", None: ""}[initial[name]]
    languages = session_request.languages.order_by("pk").values_list("pk", flat=True)
    same = {
        "said": session_request.said,
        "country": session_request.country_id,
        "edited": session_request.edited,
    }
    return initial | same | {"languages": list(languages)}
