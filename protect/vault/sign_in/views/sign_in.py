"""Pages of sign-in, second factor, locking and sign-out, and of the first day of an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from protect.kernel import clock
from protect.orgs import access, languages
from protect.ui.pages import posted
from protect.vault import enums, errors
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.sessions import authentication, browser_sessions, drafts, gates
from protect.vault.sign_in import cookies, enrolment, forms, frame, passkeys, second_factors
from protect.vault.sign_in.frame import entered, entry_of, first_wrong, passkey_offer, show

STEPS = (_("Account"), _("Recovery code"), _("Second factor"))


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "vault", None) is not None:
        return redirect(gates.next_of(request))
    form = posted(request, forms.SignInForm)
    if form.is_valid():
        with form.mending():
            browser = frame.browser_of(request)
            entry = authentication.begin(**form.cleaned_data, browser=browser, at=clock.now())
            return entered(request, entry)
    return show(request, "sign_in.html", form)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    entry, browser, at = entry_of(request), frame.browser_of(request), clock.now()
    totp, passkey = posted(request, forms.TotpForm), posted(request, forms.PasskeyForm)
    if totp.is_valid():
        with totp.mending():
            code = totp.cleaned_data["totp"]
            gone_on = second_factors.second_factor_totp(entry, code, browser=browser, at=at)
            return entered(request, gone_on)
    if passkey.is_valid():
        with passkey.mending():
            state, answer = cookies.held(request), passkey.answer()
            gone_on = passkeys.second_factor_passkey(entry, state, answer, browser=browser, at=at)
            return entered(request, gone_on)
    context = {
        "typed": totp,
        "has_totp": second_factors.factors_of(entry.session.user_id).has_totp,
        "passkey": passkey,
        "passkey_options": passkey_offer(request, entry),
    }
    return show(request, "second_factor.html", first_wrong(totp, passkey), context)


@gates.open_while_locked
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    entry, at = entry_of(request), clock.now()
    if entry.state is enums.SessionState.UNLOCKED:
        return redirect(gates.next_of(request))
    password, passkey = posted(request, forms.PasswordForm), posted(request, forms.PasskeyForm)
    if password.is_valid():
        with password.mending():
            typed = password.cleaned_data["password"]
            return entered(request, authentication.resume(entry, typed, at=at))
    if passkey.is_valid():
        with passkey.mending():
            state, answer = cookies.held(request), passkey.answer()
            return entered(request, passkeys.resume_with_passkey(entry, state, answer, at=at))
    context = {
        "typed": password,
        "passkey": passkey,
        "passkey_options": passkey_offer(request, entry) if passkeys.can_unlock(entry) else "",
        "person": entry.session.user,
        "is_kept": drafts.is_waiting(entry.session.user_id, at=at),
    }
    return show(request, "unlock.html", first_wrong(password, passkey), context)


@gates.counts_tries
@require_http_methods(["GET", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    entry, at = entry_of(request), clock.now()
    password, totp = posted(request, forms.PasswordForm), posted(request, forms.TotpForm)
    passkey = posted(request, forms.PasskeyForm)
    if password.is_valid():
        with password.mending():
            authentication.step_up(entry, password.cleaned_data["password"], at=at)
            return _went_on(request)
    if totp.is_valid():
        with totp.mending():
            second_factors.step_up_totp(entry, totp.cleaned_data["totp"], at=at)
            return _went_on(request)
    if passkey.is_valid():
        with passkey.mending():
            passkeys.step_up_passkey(entry, cookies.held(request), passkey.answer(), at=at)
            return _went_on(request)
    context = {
        "password": password,
        "totp": totp if second_factors.factors_of(entry.session.user_id).has_totp else None,
        "passkey": passkey,
        "passkey_options": passkey_offer(request, entry),
        "why": frame.reason_of(request).why,
        "back": gates.next_of(request),
        "person": entry.session.user,
    }
    return show(request, "step_up.html", first_wrong(password, totp, passkey), context)


def _went_on(request: HttpRequest) -> HttpResponse:
    frame.tell_then(request)
    return redirect(gates.next_of(request))


@gates.open_while_locked
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    authentication.lock(entry_of(request), at=clock.now())
    return redirect("vault:unlock")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    entry_of(request)  # being asked at all counts as being there
    return HttpResponse(status=204)


@gates.open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    entry = getattr(request, "entry", None)
    if entry is not None:
        authentication.sign_out(entry, at=clock.now())
    cookies.leave(request)
    return redirect("vault:sign_in")


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    invitation = access.get_invited(token, at=clock.now())
    if enrolment.is_known(invitation):
        return _known(request, token)
    form = posted(request, forms.EnrolForm, language=languages.spoken(invitation.language))
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "language", "password")}
        with form.mending():
            enrolled = enrolment.enrol(token, **data, at=clock.now())
            if enrolled.entry is None or enrolled.code is None:
                return redirect("vault:sign_in")
            cookies.enter(request, enrolled.entry)
            return code_page(request, forms.CodeForm(), enrolled.code)
    context = {
        "invitation": invitation,
        "offers": [frame.offered(request, email=invitation.email)],
        "steps": STEPS,
    }
    return show(request, "invited.html", form, context)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def code_confirm(request: HttpRequest) -> HttpResponse:
    """The code is shown in the answer to a POST only: an address can be opened again."""
    entry, form = entry_of(request), posted(request, forms.CodeForm)
    if browser_sessions.step_of(entry) is not enums.Step.CONFIRM_CODE:
        return _moved_on(request, entry)
    if form.is_valid():
        with form.mending():
            typed = form.cleaned_data["code"]
            return entered(request, enrolment.confirm_code(entry, typed, at=clock.now()))
    code = None
    if request.method == "POST" and not form.is_bound:
        code = enrolment.offer_code(entry, at=clock.now())
    return code_page(request, form, code)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def factor_new(request: HttpRequest) -> HttpResponse:
    entry, at = entry_of(request), clock.now()
    if browser_sessions.step_of(entry) is not enums.Step.SET_UP_FACTOR:
        return _moved_on(request, entry)
    totp, passkey = posted(request, forms.TotpForm), posted(request, forms.NewPasskeyForm)
    if totp.is_valid():
        with totp.mending():
            code = totp.cleaned_data["totp"]
            return entered(request, second_factors.confirm_totp(entry, code, at=at))
    if passkey.is_valid():
        with passkey.mending():
            named = passkey.cleaned_data["name"]
            state, answer = cookies.held(request), passkey.answer()
            return entered(request, passkeys.register(entry, state, answer, name=named, at=at))
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
    return show(request, "factor_new.html", first_wrong(totp, passkey), context)


def code_page(
    request: HttpRequest, form: forms.CodeForm, code: RecoveryCode | None
) -> HttpResponse:
    person = entry_of(request).session.user
    translation.activate(languages.spoken(person.language))  # the new user chose it a step before
    context = {"codes": [code.printed()] if code else [], "steps": STEPS, "person": person}
    return show(request, "code_confirm.html", form, context)


def _known(request: HttpRequest, token: str) -> HttpResponse:
    """Add a place to an account that there is; holding the link opens no account."""
    if request.method == "POST":
        language = get_language() or "en"
        enrolment.enrol(token, name="", language=language, password="", at=clock.now())
        return redirect("vault:sign_in")
    return show(request, "invited_known.html", None, {"token": token})


def _moved_on(request: HttpRequest, entry: browser_sessions.Entry) -> HttpResponse:
    """Redirect a user who went back to their step. Errors: session_move_not_allowed for a POST."""
    if request.method == "POST":
        raise errors.VaultRefusal("session_move_not_allowed")
    return redirect(cookies.page_of(entry))
