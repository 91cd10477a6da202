"""Pages for whoever asks for an information session: no account, one form, one link."""

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
from protect.outreach.actions.requests import known_of
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
        told = form.cleaned_data
        fields = told | {
            "country_id": told["country"],
            "contact_language_id": told["contact_language"],
            "class_level": told["band"] if told["band"] in grades() else "",
        }
        asked = request_form.ask(fields, sent_key=told["sent_key"], at=clock.now())
        return lead_to("open_outreach:request", asked.token)
    return listed(show_open(request, "outreach/public/request_ask.html", form))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def request(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        ASKED.must_pass(address_of(request.META))
    found = access.get_asked(token)
    is_open = RequestState(found.state) in OPEN
    form = None
    if is_open:
        form = TellForm(
            request.POST if request.method == "POST" else None,
            setting=found.setting,
            initial=told_of(found),
        )
    if form is not None and form.is_valid():
        with form.mending():
            request_form.complete(found, form.cleaned_data, at=clock.now())
            answer = lead_to("open_outreach:request", token)
            answer.headers["Location"] += "?saved=1"
            return answer
    setting, known = Setting(found.setting), known_of(found)
    missing = missing_of(setting, known) if is_open else ()
    refused = refused_of(setting, known) if is_open else ()
    fields = labels.REQUEST_FIELDS
    context = {
        "found": found,
        "said": labels.request_state(found.state),
        "card": cards()[card_language(get_language() or "en")],
        "missing": [fields[name] for name in missing if name not in refused],
        "refused": [fields[name] for name in refused],
        "theirs": meanwhile_of(form, found) if form is not None else [],
        "is_saved": "saved" in request.GET,
        "sessions": found.sessions.standing().select_related("venue__resource"),
    }
    return show_open(request, "outreach/public/request.html", form, context)


def meanwhile_of(form: TellForm, found: SessionRequest) -> list[tuple[str, str]]:
    """Return labels and values of what somebody else saved while this form was written."""
    told = told_of(found)
    stands = told | {name: getattr(found, name) for name in TICKS}
    order = [code for code, _name in form.fields["languages"].choices]  # type: ignore[attr-defined]
    stands["languages"] = sorted(told["languages"], key=order.index)
    return conflicting_values(form, stands, found.edited)


def told_of(found: SessionRequest) -> dict[str, Any]:
    """Return what is known of a request, as its forms show it at first."""
    told: dict[str, Any] = {name: getattr(found, name) for name in request_form.COMPLETED}
    for name in TICKS:
        told[name] = {True: "yes", False: "no", None: ""}[told[name]]
    languages = found.languages.order_by("pk").values_list("pk", flat=True)
    same = {"said": found.said, "country": found.country_id, "edited": found.edited}
    return told | same | {"languages": list(languages)}
