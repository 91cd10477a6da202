"""Pages on which users change the protection of their own account or reset a passphrase. Changing a
second factor or the recovery code requires a step-up. Changing the passphrase does not, because its
form asks for the old one. Ending a session does not, because it only takes access away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, text
from protect.orgs.access import scope_of
from protect.orgs.history import sign_ins
from protect.ui.pages import bind_form, redirect_with_message
from protect.vault.accounts import password_reset
from protect.vault.accounts.protection import Protection, load_protection
from protect.vault.errors import ResetLinkGone
from protect.vault.models import ResetLink
from protect.vault.sessions import authentication, gates, passwords
from protect.vault.sign_in import cookies, enrolment, forms, frame, passkeys, second_factors
from protect.vault.sign_in.frame import entry_of, refused_form, requires_step_up, show
from protect.vault.sign_in.views.sign_in import ENROLMENT_STEPS, show_code_page


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show the protection of the user's own account, and its latest sign-ins."""
    protection, latest = _own_protection(request), sign_ins.own_sign_ins(scope_of(request))
    context = {"protection": protection, "words": [protection.words], "sign_ins": latest}
    return show(request, "security.html", None, context)


@gates.counts_attempts
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    entry, form = entry_of(request), bind_form(request, forms.ChangePasswordForm)
    person = entry.session.user
    if form.is_valid():
        with form.showing_refusals():
            passphrases = {"old": form.cleaned_data["old"], "new": form.cleaned_data["password"]}
            password_reset.change_password(entry, **passphrases, at=clock.now())
            cookies.keep_signed_in(request)
            return _redirect_to_security(request, _("Your new passphrase is active."))
    context = {
        "offers": [passwords.offer_password(email=person.email, name=person.name)],
        "elsewhere": _own_protection(request).other_session_count,
        "person": person,
    }
    return show(request, "password_change.html", form, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def totp_change(request: HttpRequest) -> HttpResponse:
    """Set up a new authenticator app; the old one works until the new one is confirmed."""
    entry, at, form = entry_of(request), clock.now(), bind_form(request, forms.TotpForm)
    if form.is_valid():
        with form.showing_refusals():
            second_factors.confirm_totp(entry, form.cleaned_data["totp"], at=at)
            return _redirect_to_security(request, _("Your authenticator app is active."))
    is_offer_requested = request.method == "POST" and not form.is_bound
    offer = second_factors.offer_totp(entry, at=at) if is_offer_requested else None
    letters, protection = [offer.typed] if offer else [], _own_protection(request)
    context = {"totp": form, "offer": offer, "letters": letters, "protection": protection}
    return show(request, "totp_change.html", form, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def totp_remove(request: HttpRequest) -> HttpResponse:
    if _own_protection(request).totp_since is None:
        raise Http404
    if request.method == "POST":
        second_factors.remove_totp(entry_of(request), at=clock.now())
        return _redirect_to_security(request, _("The authenticator app was removed."))
    effects = [
        _("Codes from the app will no longer sign you in. Your passkeys will still work."),
        _("The entry in the app stays until you delete it there."),
    ]
    return _confirm(request, _("Remove the authenticator app?"), _("Remove the app"), effects)


@require_http_methods(["GET", "POST"])
@requires_step_up
def passkey_new(request: HttpRequest) -> HttpResponse:
    entry, at, form = entry_of(request), clock.now(), bind_form(request, forms.NewPasskeyForm)
    if form.is_valid():
        with form.showing_refusals():
            passkey_name, state = form.cleaned_data["name"], cookies.pop_ceremony(request)
            passkeys.register_passkey(entry, state, form.answer(), name=passkey_name, at=at)
            return _redirect_to_security(request, _("The passkey was added."))
    ceremony = passkeys.offer_registration(entry, at=at)
    cookies.store_ceremony(request, ceremony)
    return show(request, "passkey_new.html", form, {"passkey_options": ceremony.options})


@require_http_methods(["GET", "POST"])
@requires_step_up
def passkey_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    passkey = _own_protection(request).passkey(pk)
    if passkey is None:
        raise Http404
    if request.method == "POST":
        passkeys.remove_passkey(entry_of(request), pk, at=clock.now())
        return _redirect_to_security(request, _("The passkey was removed."))
    sentence = _("{name} will no longer sign you in. Your other second steps will still work.")
    effects = [
        format_html(sentence, name=text.isolate_direction(passkey.name)),
        _("The passkey stays in your phone, computer or key until you delete it there."),
    ]
    return _confirm(request, _("Remove this passkey?"), _("Remove the passkey"), effects)


@require_http_methods(["GET", "POST"])
@requires_step_up
def code_change(request: HttpRequest) -> HttpResponse:
    """Replace the recovery code. Only a POST shows the new code, because a URL can be reopened."""
    entry, at, form = entry_of(request), clock.now(), bind_form(request, forms.RecoveryCodeForm)
    if form.is_valid():
        with form.showing_refusals():
            enrolment.confirm_code(entry, form.cleaned_data["code"], at=at)
            message = _("Your new recovery code is active. The old code no longer works.")
            return _redirect_to_security(request, message)
    codes = []
    if request.method == "POST" and not form.is_bound:
        codes = [enrolment.offer_code(entry, at=at).printed()]
    context = {"codes": codes, "person": entry.session.user, "protection": _own_protection(request)}
    return show(request, "code_change.html", form, context)


@require_POST
def session_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one other session of the user; forget all remembered browsers but this one."""
    if not authentication.end_session(entry_of(request), pk, at=clock.now()):
        raise Http404
    cookies.remember_browser(request)
    return _redirect_to_security(request, _("The session has ended."))


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End all sessions of the user but this one; forget all other remembered browsers."""
    session = entry_of(request).session
    authentication.end_sessions_of(session.user_id, at=clock.now(), except_session=session.pk)
    cookies.remember_browser(request)
    return _redirect_to_security(request, _("All other sessions have ended."))


def _own_protection(request: HttpRequest) -> Protection:
    return load_protection(entry_of(request), at=clock.now())


def _redirect_to_security(request: HttpRequest, message: str) -> HttpResponseRedirect:
    return redirect_with_message(request, message, "vault:security")


def _confirm(request: HttpRequest, question: str, verb: str, effects: list[str]) -> HttpResponse:
    context = {"question": question, "verb": verb, "effects": effects, "is_danger": True}
    context["back"] = reverse("vault:security")
    return render(request, "ui/desk_confirm.html", context)


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address; if it has an account, mail a link to reset the passphrase."""
    form = bind_form(request, forms.EmailForm)
    if form.is_valid():
        password_reset.mail_reset_link(form.cleaned_data["email"], at=clock.now())
        return redirect("vault:forgot_sent")
    return show(request, "forgot.html", form)


@gates.open_to_all
@require_http_methods(["GET"])
def forgot_sent(request: HttpRequest) -> HttpResponse:
    return show(request, "forgot_sent.html")


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new passphrase by recovery code and second factor, from a mailed link."""
    link = _get_reset_link(token, is_restart=False)
    cookies.introduce_browser(request, link)
    factors = second_factors.factors_of(link.user_id)
    is_passkey_form = "credential" in request.POST
    form = _passkey_form(request.POST) if is_passkey_form else bind_form(request, forms.ResetForm)
    if form.is_valid():
        with form.showing_refusals():
            submission = _reset_submission(request, form)
            code = password_reset.reset_password(token, submission, at=clock.now())
            cookies.introduce_browser(request, link)  # the reset ended every remembered browser
            context = {"codes": [code.printed()], "person": link.user}
            return show(request, "reset_done.html", None, context)
    context = {
        "totp": forms.ResetForm() if is_passkey_form else form,
        "passkey": form if is_passkey_form else _passkey_form(None),
        "passkey_options": frame.offer_passkey(request, link.user_id),
        "factors": factors,
        "offers": [frame.suggest_passphrase(request, email=link.user.email, name=link.user.name)],
        "person": link.user,
    }
    return show(request, "reset.html", refused_form(form), context)


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def restart(request: HttpRequest, token: str) -> HttpResponse:
    """From a mailed link, give an account new passphrase, code and keys; begin a session."""
    link = _get_reset_link(token, is_restart=True)
    form = bind_form(request, forms.NewPassphraseForm)
    if form.is_valid():
        with form.showing_refusals():
            password = form.cleaned_data["password"]
            restarted = password_reset.restart_account(token, password=password, at=clock.now())
            if restarted.entry is not None:
                cookies.enter_session(request, restarted.entry)
                return show_code_page(request, forms.RecoveryCodeForm(), restarted.code)
    offers = [frame.suggest_passphrase(request, email=link.user.email, name=link.user.name)]
    context = {"offers": offers, "steps": ENROLMENT_STEPS, "person": link.user}
    return show(request, "restart.html", form, context)


def _get_reset_link(token: str, *, is_restart: bool) -> ResetLink:
    """Return the open reset link, or restart link, with this token. Errors: ResetLinkGone."""
    link = password_reset.get_open_link(token, at=clock.now())
    if link.is_restart != is_restart:
        raise ResetLinkGone
    return link


def _passkey_form(data: QueryDict | None) -> forms.ResetByPasskeyForm:
    """Return the form of a reset by passkey; its HTML ids differ from those of the app form."""
    return forms.ResetByPasskeyForm(data, auto_id="key_%s")


def _reset_submission(
    request: HttpRequest, form: forms.ResetForm | forms.ResetByPasskeyForm
) -> password_reset.ResetSubmission:
    code, password = form.cleaned_data["code"], form.cleaned_data["password"]
    if isinstance(form, forms.ResetByPasskeyForm):
        answer, state = form.answer(), cookies.pop_ceremony(request)
        return password_reset.ResetSubmission(code, password, passkey=answer, state=state)
    return password_reset.ResetSubmission(code, password, totp=form.cleaned_data["totp"])
