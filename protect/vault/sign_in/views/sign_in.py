"""Pages of sign-in, second factor, locking, unlocking and sign-out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from protect.kernel import clock
from protect.ui.pages import posted
from protect.vault.enums import SessionState
from protect.vault.sessions import authentication, drafts, gates
from protect.vault.sign_in import cookies, forms, frame, passkeys, second_factors
from protect.vault.sign_in.frame import (
    browser_of,
    entered,
    entry_of,
    first_wrong,
    passkey_offer,
    show,
)


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "vault", None) is not None:
        return redirect(gates.next_of(request))
    form = posted(request, forms.SignInForm)
    if form.is_valid():
        with form.mending():
            entry = authentication.begin(
                **form.cleaned_data, browser=browser_of(request), at=clock.now()
            )
            return entered(request, entry)
    return show(request, "sign_in.html", form)


@gates.open_while_provisional
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    entry, totp, passkey = (
        entry_of(request),
        posted(request, forms.TotpForm),
        posted(request, forms.PasskeyForm),
    )
    browser, at = browser_of(request), clock.now()
    if totp.is_valid():
        with totp.mending():
            code = totp.cleaned_data["totp"]
            gone_on = second_factors.second_factor_totp(entry, code, browser=browser, at=at)
            return entered(request, gone_on)
    if passkey.is_valid():
        with passkey.mending():
            gone_on = passkeys.second_factor_passkey(
                entry, cookies.held(request), passkey.answer(), browser=browser, at=at
            )
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
    if entry.state is SessionState.UNLOCKED:
        return redirect(gates.next_of(request))
    password, passkey = posted(request, forms.PasswordForm), posted(request, forms.PasskeyForm)
    if password.is_valid():
        with password.mending():
            typed = password.cleaned_data["password"]
            return entered(request, authentication.resume(entry, typed, at=at))
    if passkey.is_valid():
        with passkey.mending():
            opened = passkeys.resume_with_passkey(
                entry, cookies.held(request), passkey.answer(), at=at
            )
            return entered(request, opened)
    passkey_options = passkey_offer(request, entry) if passkeys.can_unlock(entry) else ""
    context = {
        "typed": password,
        "passkey": passkey,
        "passkey_options": passkey_options,
        "person": entry.session.user,
        "is_kept": drafts.is_waiting(entry.session.user_id, at=at),
    }
    return show(request, "unlock.html", first_wrong(password, passkey), context)


@gates.counts_tries
@require_http_methods(["GET", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    entry, at = entry_of(request), clock.now()
    password, totp, passkey = (
        posted(request, forms.PasswordForm),
        posted(request, forms.TotpForm),
        posted(request, forms.PasskeyForm),
    )
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
    has_totp = second_factors.factors_of(entry.session.user_id).has_totp
    context = {
        "password": password,
        "totp": totp if has_totp else None,
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
