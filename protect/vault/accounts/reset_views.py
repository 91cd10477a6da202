"""Pages for a forgotten passphrase, or for forgotten everything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.ui.pages import posted
from protect.vault.accounts import password_reset
from protect.vault.accounts.password_reset import Reset
from protect.vault.errors import ResetLinkGone
from protect.vault.models import ResetLink
from protect.vault.sessions import gates
from protect.vault.sign_in import cookies, forms, frame, second_factors
from protect.vault.sign_in.views.enrolment import STEPS, code_page


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    form = posted(request, forms.ForgotForm)
    if form.is_valid():
        password_reset.forgot(form.cleaned_data["email"], at=clock.now())
        return redirect("vault:forgot_sent")
    return frame.show(request, "forgot.html", form)


@gates.open_to_all
@require_http_methods(["GET"])
def forgot_sent(request: HttpRequest) -> HttpResponse:
    return frame.show(request, "forgot_sent.html")


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    link = _link(token, is_restart=False)
    cookies.introduce(request, link)
    factors = second_factors.factors_of(link.user_id)
    by_key = "credential" in request.POST
    form = _by_key(request.POST) if by_key else posted(request, forms.ResetForm)
    if form.is_valid():
        with form.mending():
            submitted = _submitted(request, form)
            code = password_reset.reset(token, submitted, at=clock.now())
            cookies.introduce(request, link)  # all that was known has ended
            done = {"codes": [code.printed()], "person": link.user}
            return frame.show(request, "reset_done.html", None, done)
    context: dict[str, Any] = {
        "totp": forms.ResetForm() if by_key else form,
        "passkey": form if by_key else _by_key(None),
        "passkey_options": _offer(request, token) if factors.passkeys else "",
        "factors": factors,
        "offers": [frame.offered(request, email=link.user.email, name=link.user.name)],
        "person": link.user,
    }
    return frame.show(request, "reset.html", frame.first_wrong(form), context)


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def restart(request: HttpRequest, token: str) -> HttpResponse:
    link = _link(token, is_restart=True)
    form = posted(request, forms.NewPassphraseForm)
    if form.is_valid():
        with form.mending():
            password = form.cleaned_data["password"]
            restarted = password_reset.begin_again(token, password=password, at=clock.now())
            if restarted.entry is not None:
                cookies.enter(request, restarted.entry)
                return code_page(request, forms.CodeForm(), restarted.code)
    context = {
        "offers": [frame.offered(request, email=link.user.email, name=link.user.name)],
        "steps": STEPS,
        "person": link.user,
    }
    return frame.show(request, "restart.html", form, context)


def _link(token: str, *, is_restart: bool) -> ResetLink:
    """Return an open link of the kind that its page is for. Errors: ResetLinkGone."""
    link = password_reset.get_link(token, at=clock.now())
    if link.is_restart != is_restart:
        raise ResetLinkGone
    return link


def _by_key(data: QueryDict | None) -> forms.ResetByPasskeyForm:
    """Return the form for a passkey; it stands on one page with the form for the app."""
    return forms.ResetByPasskeyForm(data, auto_id="key_%s")


def _submitted(request: HttpRequest, form: forms.ResetForm | forms.ResetByPasskeyForm) -> Reset:
    data = form.cleaned_data
    if isinstance(form, forms.ResetByPasskeyForm):
        state = cookies.held(request)
        return Reset(data["code"], data["password"], passkey=form.answer(), state=state)
    return Reset(data["code"], data["password"], totp=data["totp"])


def _offer(request: HttpRequest, token: str) -> str:
    ceremony = password_reset.offer_proof(token, at=clock.now())
    cookies.hold(request, ceremony)
    return ceremony.options
