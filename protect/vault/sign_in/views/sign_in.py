from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from protect.kernel import clock
from protect.orgs import access, languages
from protect.ui.pages import bind_form
from protect.vault import enums, errors
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.sessions import authentication, browser_sessions, drafts, gates
from protect.vault.sign_in import cookies, enrolment, forms, frame, passkeys, second_factors
from protect.vault.sign_in.frame import entry_of, offer_passkey, redirect_next, refused_form, show

ENROLMENT_STEPS = (_("Account"), _("Recovery code"), _("Second factor"))


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the passphrase; the session that then begins still needs a second factor."""
    if getattr(request, "vault", None) is not None:
        return redirect(gates.next_url_of(request))
    form = bind_form(request, forms.SignInForm)
    if form.is_valid():
        with form.showing_refusals():
            browser = frame.browser_of(request)
            entry = authentication.begin(**form.cleaned_data, browser=browser, at=clock.now())
            return redirect_next(request, entry)
    return show(request, "sign_in.html", form)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Complete a sign-in with an app code or a passkey."""
    entry, browser, at = entry_of(request), frame.browser_of(request), clock.now()
    totp, passkey = bind_form(request, forms.TotpForm), bind_form(request, forms.PasskeyForm)
    if totp.is_valid():
        with totp.showing_refusals():
            code = totp.cleaned_data["totp"]
            updated_entry = second_factors.pass_with_totp(entry, code, browser=browser, at=at)
            return redirect_next(request, updated_entry)
    if passkey.is_valid():
        with passkey.showing_refusals():
            state, answer = cookies.pop_ceremony(request), passkey.answer()
            updated_entry = passkeys.pass_with_passkey(entry, state, answer, browser=browser, at=at)
            return redirect_next(request, updated_entry)
    context = {
        "typed": totp,
        "has_totp": second_factors.factors_of(entry.session.user_id).has_totp,
        "passkey": passkey,
        "passkey_options": offer_passkey(request, entry.session.user_id),
    }
    return show(request, "second_factor.html", refused_form(totp, passkey), context)


@gates.open_while_locked
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Unlock a locked session with the passphrase or a passkey."""
    entry, at = entry_of(request), clock.now()
    if entry.state is enums.SessionState.UNLOCKED:
        return redirect(gates.next_url_of(request))
    password = bind_form(request, forms.PasswordForm)
    passkey = bind_form(request, forms.PasskeyForm)
    if password.is_valid():
        with password.showing_refusals():
            typed = password.cleaned_data["password"]
            return redirect_next(request, authentication.unlock_with_password(entry, typed, at=at))
    if passkey.is_valid():
        with passkey.showing_refusals():
            state, answer = cookies.pop_ceremony(request), passkey.answer()
            return redirect_next(request, passkeys.unlock(entry, state, answer, at=at))
    can_unlock = passkeys.can_unlock_with_passkey(entry)
    context = {
        "typed": password,
        "passkey": passkey,
        "passkey_options": offer_passkey(request, entry.session.user_id) if can_unlock else "",
        "person": entry.session.user,
        "is_kept": drafts.has_waiting_draft(entry.session.user_id, at=at),
    }
    return show(request, "unlock.html", refused_form(password, passkey), context)


@gates.counts_attempts
@require_http_methods(["GET", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """Confirm the user's identity by passphrase, app code or passkey, for ten minutes."""
    entry, at = entry_of(request), clock.now()
    password, totp = bind_form(request, forms.PasswordForm), bind_form(request, forms.TotpForm)
    passkey = bind_form(request, forms.PasskeyForm)
    if password.is_valid():
        with password.showing_refusals():
            authentication.step_up_with_password(entry, password.cleaned_data["password"], at=at)
            return _redirect_after_step_up(request)
    if totp.is_valid():
        with totp.showing_refusals():
            second_factors.step_up_with_totp(entry, totp.cleaned_data["totp"], at=at)
            return _redirect_after_step_up(request)
    if passkey.is_valid():
        with passkey.showing_refusals():
            passkeys.step_up(entry, cookies.pop_ceremony(request), passkey.answer(), at=at)
            return _redirect_after_step_up(request)
    context = {
        "password": password,
        "totp": totp if second_factors.factors_of(entry.session.user_id).has_totp else None,
        "passkey": passkey,
        "passkey_options": offer_passkey(request, entry.session.user_id),
        "why": frame.step_up_reason(request).why,
        "back": gates.next_url_of(request),
        "person": entry.session.user,
    }
    return show(request, "step_up.html", refused_form(password, totp, passkey), context)


def _redirect_after_step_up(request: HttpRequest) -> HttpResponse:
    frame.show_remaining_task(request)
    return redirect(gates.next_url_of(request))


@gates.open_while_locked
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock this browser's session and show the page that unlocks it."""
    authentication.lock_browser_session(entry_of(request), at=clock.now())
    return redirect("vault:unlock")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Count this request as activity, so that the session does not lock."""
    entry_of(request)  # the middleware counts this request as activity
    return HttpResponse(status=204)


@gates.open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    entry = getattr(request, "entry", None)
    if entry is not None:
        authentication.sign_out(entry, at=clock.now())
    cookies.clear_browser(request)
    return redirect("vault:sign_in")


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: create an account, or add a membership to an existing one."""
    invitation = access.get_invitation_by_token(token, at=clock.now())
    if enrolment.has_account(invitation):
        return _accept_with_account(request, token)
    language = languages.desk_language_of(invitation.language)
    form = bind_form(request, forms.EnrolForm, language=language)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "language", "password")}
        with form.showing_refusals():
            enrolled = enrolment.enrol(token, **data, at=clock.now())
            if enrolled.entry is None or enrolled.code is None:
                return redirect("vault:sign_in")
            cookies.enter_session(request, enrolled.entry)
            return show_code_page(request, forms.RecoveryCodeForm(), enrolled.code)
    offers = [frame.suggest_passphrase(request, email=invitation.email)]
    context = {"invitation": invitation, "offers": offers, "steps": ENROLMENT_STEPS}
    return show(request, "invited.html", form, context)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def code_confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the recovery code. Only a POST makes a new code, because a URL can be reopened."""
    entry, form = entry_of(request), bind_form(request, forms.RecoveryCodeForm)
    if browser_sessions.step_of(entry) is not enums.Step.CONFIRM_CODE:
        return _redirect_to_step(request, entry)
    if form.is_valid():
        with form.showing_refusals():
            typed = form.cleaned_data["code"]
            return redirect_next(request, enrolment.confirm_code(entry, typed, at=clock.now()))
    code = None
    if request.method == "POST" and not form.is_bound:
        code = enrolment.offer_code(entry, at=clock.now())
    return show_code_page(request, form, code)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def factor_new(request: HttpRequest) -> HttpResponse:
    """Set up an app or a passkey as second factor, the last step of enrolment."""
    entry, at = entry_of(request), clock.now()
    if browser_sessions.step_of(entry) is not enums.Step.SET_UP_FACTOR:
        return _redirect_to_step(request, entry)
    totp, passkey = bind_form(request, forms.TotpForm), bind_form(request, forms.NewPasskeyForm)
    if totp.is_valid():
        with totp.showing_refusals():
            code = totp.cleaned_data["totp"]
            return redirect_next(request, second_factors.confirm_totp(entry, code, at=at))
    if passkey.is_valid():
        with passkey.showing_refusals():
            name = passkey.cleaned_data["name"]
            state, answer = cookies.pop_ceremony(request), passkey.answer()
            updated_entry = passkeys.register_passkey(entry, state, answer, name=name, at=at)
            return redirect_next(request, updated_entry)
    is_offer_requested = request.method == "POST" and not (totp.is_bound or passkey.is_bound)
    ceremony = passkeys.offer_registration(entry, at=at)
    cookies.store_ceremony(request, ceremony)
    offer = second_factors.offer_totp(entry, at=at) if is_offer_requested else None
    context = {
        "totp": totp,
        "passkey": passkey,
        "passkey_options": ceremony.options,
        "offer": offer,
        "letters": [offer.typed] if offer else [],
        "steps": ENROLMENT_STEPS,
    }
    return show(request, "factor_new.html", refused_form(totp, passkey), context)


def show_code_page(
    request: HttpRequest, form: forms.RecoveryCodeForm, code: RecoveryCode | None
) -> HttpResponse:
    """Show the page on which the recovery code is typed back, and the code itself if given."""
    person = entry_of(request).session.user
    translation.activate(languages.desk_language_of(person.language))  # chosen in the step before
    codes = [code.printed()] if code else []
    context = {"codes": codes, "steps": ENROLMENT_STEPS, "person": person}
    return show(request, "code_confirm.html", form, context)


def _accept_with_account(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first; on POST add the membership to the existing account, which must then sign in."""
    if request.method == "POST":
        language = get_language() or "en"
        enrolment.enrol(token, name="", language=language, password="", at=clock.now())
        return redirect("vault:sign_in")
    return show(request, "invited_known.html", None, {"token": token})


def _redirect_to_step(request: HttpRequest, entry: browser_sessions.BrowserSession) -> HttpResponse:
    """Redirect to the user's current step. Errors: session_move_not_allowed for a POST."""
    if request.method == "POST":
        raise errors.VaultRefusal("session_move_not_allowed")
    return redirect(cookies.next_page_of(entry))
