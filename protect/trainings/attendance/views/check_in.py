"""“I am here”: said in the open zone, by one's own link or by the screen of the room."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.kernel.limits import Limits, address_of
from protect.trainings.attendance.actions import check_in
from protect.trainings.attendance.forms.check_in import ExcuseForm, HereByAddressForm, HereForm
from protect.trainings.attendance.rules.room_code import SECONDS, is_open
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.registrations import access
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session
from protect.ui.press import qr

# Codes typed in a minute from one address: a class sits behind one.
LIMITS = Limits(120)


@open_page
@require_http_methods(["GET", "POST"])
def here(request: HttpRequest) -> HttpResponse:
    """Say by address and code that one is there."""
    form = _form(request, HereByAddressForm)
    if form.is_valid():
        data = form.cleaned_data
        with form.mending():
            at = clock.now()
            check_in.claim_by_address(data["email"], data["code"], data["sent_key"], at=at)
            return show_open(request, "trainings/public/here_said.html")
    return show_open(request, "trainings/public/here.html", form, {"half_days": []})


@open_page
@require_http_methods(["GET", "POST"])
def own_here(request: HttpRequest, token: str) -> HttpResponse:
    """Say by one's own link that one is there, or which session one cannot come to."""
    registration = access.get_own(token)
    if "session" in request.POST:
        return _excused(request, registration, token)
    if "take_back" in request.POST:
        return _took_back(request, registration, token)
    form = _form(request, HereForm)
    if form.is_valid():
        data = form.cleaned_data
        with form.mending():
            check_in.claim(registration, data["code"], data["sent_key"], at=clock.now())
            return show_open(request, "trainings/public/here_said.html", None, {"token": token})
    return show_open(request, "trainings/public/here.html", form, _to_come(registration, token))


@open_page
@require_safe
def room(request: HttpRequest, token: str) -> HttpResponse:
    """Show the code for the screen of a room; the page comes anew by itself."""
    pk, at = check_in.session_of(token), clock.now()
    rows = Session.objects.filter(cancelled_at=None).select_related("edition")
    session = rows.filter(pk=pk).first() if pk else None
    if session is None:
        raise Http404
    shows = is_open(session.starts_at, session.ends_at, at)
    code = check_in.code_now(session, at=at) if shows else ""
    address = here_address()
    context = {
        "session": session,
        "code": code,
        "address": address,
        "qr": qr(f"{address}?code={code}") if code else "",
        "again": SECONDS - int(at.timestamp()) % SECONDS,
    }
    return show_open(request, "trainings/public/room.html", None, context)


def here_address() -> str:
    """Return the address that stands on the wall, in the language of the page."""
    return public_address("open:here")


def room_address(session: Session) -> str:
    """Return the address of the page for the screen of a room. Its holder sees the codes."""
    return public_address("open:room", check_in.room_token(session))


def _form[F: HereForm](request: HttpRequest, kind: type[F]) -> F:
    if request.method == "POST":
        LIMITS.must_pass(address_of(request.META))
        return kind(request.POST)
    return kind(initial={"code": request.GET.get("code", ""), "sent_key": uuid4()})


def _excused(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        raise Http404
    session = _half_day(registration, form.cleaned_data["session"])
    key = uuid5(form.cleaned_data["sent_key"], str(session.pk))  # one page shows several half days
    check_in.excuse(registration, session, key, at=clock.now())
    return show_open(
        request, "trainings/public/here_said.html", None, {"is_excuse": True, "token": token}
    )


def _took_back(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    try:
        session = _half_day(registration, UUID(request.POST["take_back"]))
    except ValueError:
        raise Http404 from None
    is_taken_back = check_in.take_excuse_back(registration, session, at=clock.now())
    form = HereForm(initial={"sent_key": uuid4()})
    context = _to_come(registration, token) | {"is_taken_back": is_taken_back}
    return show_open(request, "trainings/public/here.html", form, context)


def _half_day(registration: Registration, pk: UUID) -> Session:
    """Return a session of the participant's own edition. Errors: Http404."""
    session = registration.edition.sessions.standing().filter(pk=pk).first()
    if session is None:
        raise Http404
    return session


def _to_come(registration: Registration, token: str) -> dict[str, object]:
    at = clock.now()
    if registration.state != RegistrationState.CONFIRMED:
        return {"half_days": [], "token": token}
    claims = check_in.claims_of(registration)
    excused = [claim.session_id for claim in claims if claim.is_excuse]
    rows = registration.edition.sessions.standing().filter(starts_at__gt=at).exclude(pk__in=excused)
    return {
        "half_days": rows.order_by("starts_at", "number"),
        "sent_key": uuid4(),
        "square": qr(str(registration.pk).upper()),
        "claims": claims,
        "at": at,
        "token": token,
    }
