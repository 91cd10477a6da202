"""The first day: an invitation, a recovery code on paper, a second factor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import get_invited
from protect.orgs.languages import spoken
from protect.ui.pages import posted
from protect.vault.enums import Step
from protect.vault.errors import VaultRefusal
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.sessions import browser_sessions, gates
from protect.vault.sign_in import cookies, enrolment, frame, passkeys, second_factors
from protect.vault.sign_in.forms import CodeForm, EnrolForm, NewPasskeyForm, TotpForm

STEPS = (_("Account"), _("Recovery code"), _("Second factor"))


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    invitation = get_invited(token, at=clock.now())
    if enrolment.is_known(invitation):
        return _known(request, token)
    form = posted(request, EnrolForm, language=spoken(invitation.language))
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "language", "password")}
        with form.mending():
            enrolled = enrolment.enrol(token, **data, at=clock.now())
            if enrolled.entry is None or enrolled.code is None:
                return redirect("vault:sign_in")
            cookies.enter(request, enrolled.entry)
            return code_page(request, CodeForm(), enrolled.code)
    context = {
        "invitation": invitation,
        "offers": [frame.offered(request, email=invitation.email)],
        "steps": STEPS,
    }
    return frame.show(request, "invited.html", form, context)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def code_confirm(request: HttpRequest) -> HttpResponse:
    """The code is shown in the answer to a POST only: an address can be opened again."""
    entry, form = frame.entry_of(request), posted(request, CodeForm)
    if browser_sessions.step_of(entry) is not Step.CONFIRM_CODE:
        return _moved_on(request, entry)
    if form.is_valid():
        with form.mending():
            typed = form.cleaned_data["code"]
            return frame.entered(request, enrolment.confirm_code(entry, typed, at=clock.now()))
    code = None
    if request.method == "POST" and not form.is_bound:
        code = enrolment.offer_code(entry, at=clock.now())
    return code_page(request, form, code)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def factor_new(request: HttpRequest) -> HttpResponse:
    entry, at = frame.entry_of(request), clock.now()
    if browser_sessions.step_of(entry) is not Step.SET_UP_FACTOR:
        return _moved_on(request, entry)
    totp, passkey = posted(request, TotpForm), posted(request, NewPasskeyForm)
    if totp.is_valid():
        with totp.mending():
            code = totp.cleaned_data["totp"]
            return frame.entered(request, second_factors.confirm_totp(entry, code, at=at))
    if passkey.is_valid():
        with passkey.mending():
            named = passkey.cleaned_data["name"]
            state = cookies.held(request)
            return frame.entered(
                request, passkeys.register(entry, state, passkey.answer(), name=named, at=at)
            )
    is_asked = request.method == "POST" and not (totp.is_bound or passkey.is_bound)
    ceremony = passkeys.offer_registration(entry, at=at)
    cookies.hold(request, ceremony)
    offer = second_factors.offer_totp(entry, at=at) if is_asked else None
    context = {
        "totp": totp,
        "passkey": passkey,
        "passkey_options": ceremony.options,
        "offer": offer,
        "letters": [offer.typed] if offer else [],
        "steps": STEPS,
    }
    return frame.show(request, "factor_new.html", frame.first_wrong(totp, passkey), context)


def code_page(request: HttpRequest, form: CodeForm, code: RecoveryCode | None) -> HttpResponse:
    person = frame.entry_of(request).session.user
    translation.activate(spoken(person.language))  # the new user chose it a step before
    printed = [code.printed()] if code else []
    context = {"codes": printed, "steps": STEPS, "person": person}
    return frame.show(request, "code_confirm.html", form, context)


def _known(request: HttpRequest, token: str) -> HttpResponse:
    """Add a place to an account that there is; holding the link opens no account."""
    if request.method == "POST":
        language = get_language() or "en"
        enrolment.enrol(token, name="", language=language, password="", at=clock.now())
        return redirect("vault:sign_in")
    return frame.show(request, "invited_known.html", None, {"token": token})


def _moved_on(request: HttpRequest, entry: browser_sessions.Entry) -> HttpResponse:
    """Redirect a user who went back to their step. Errors: session_move_not_allowed for a POST."""
    if request.method == "POST":
        raise VaultRefusal("session_move_not_allowed")
    return redirect(cookies.page_of(entry))
