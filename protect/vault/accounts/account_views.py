"""One's own account: what protects it, how each part is changed, and forgotten passphrases.
Whatever changes protection asks first to show once more that it is you. Two do not: the passphrase,
whose form asks for the old one, and ending a session, which only ever takes something away."""

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
from protect.ui.pages import done, posted
from protect.vault.accounts import password_reset
from protect.vault.accounts.protection import Protection, protection_of
from protect.vault.errors import ResetLinkGone
from protect.vault.models import ResetLink
from protect.vault.sessions import authentication, gates, passwords
from protect.vault.sign_in import cookies, enrolment, forms, passkeys, second_factors
from protect.vault.sign_in.frame import entry_of, first_wrong, offered, show, stepped_up
from protect.vault.sign_in.views.sign_in import STEPS, code_page


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    protection = _protection(request)
    context = {
        "protection": protection,
        "words": [protection.words],
        "sign_ins": sign_ins.own(scope_of(request)),
    }
    return show(request, "security.html", None, context)


@gates.counts_tries
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    entry, form = entry_of(request), posted(request, forms.ChangePasswordForm)
    person = entry.session.user
    if form.is_valid():
        with form.mending():
            passphrases = {"old": form.cleaned_data["old"], "new": form.cleaned_data["password"]}
            password_reset.change_password(entry, **passphrases, at=clock.now())
            cookies.keep(request)
            return _done(request, _("Your new passphrase counts from now on."))
    context = {
        "offers": [passwords.offer(email=person.email, name=person.name)],
        "elsewhere": _protection(request).elsewhere,
        "person": person,
    }
    return show(request, "password_change.html", form, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def totp_change(request: HttpRequest) -> HttpResponse:
    entry, at, form = entry_of(request), clock.now(), posted(request, forms.TotpForm)
    if form.is_valid():
        with form.mending():
            second_factors.confirm_totp(entry, form.cleaned_data["totp"], at=at)
            return _done(request, _("Your app is in use from now on."))
    is_asked = request.method == "POST" and not form.is_bound
    offer = second_factors.offer_totp(entry, at=at) if is_asked else None
    context = {
        "totp": form,
        "offer": offer,
        "letters": [offer.typed] if offer else [],
        "protection": _protection(request),
    }
    return show(request, "totp_change.html", form, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def totp_remove(request: HttpRequest) -> HttpResponse:
    if _protection(request).totp_since is None:
        raise Http404
    if request.method == "POST":
        second_factors.remove_totp(entry_of(request), at=clock.now())
        return _done(request, _("The app is removed."))
    effects = [
        _("Codes from the app no longer sign you in. Your passkeys go on working."),
        _("The entry in the app stays until you delete it there."),
    ]
    return _ask(request, _("Remove the authenticator app?"), _("Remove the app"), effects)


@require_http_methods(["GET", "POST"])
@stepped_up
def passkey_new(request: HttpRequest) -> HttpResponse:
    entry, at, form = entry_of(request), clock.now(), posted(request, forms.NewPasskeyForm)
    if form.is_valid():
        with form.mending():
            named, state = form.cleaned_data["name"], cookies.held(request)
            passkeys.register(entry, state, form.answer(), name=named, at=at)
            return _done(request, _("The passkey is added."))
    ceremony = passkeys.offer_registration(entry, at=at)
    cookies.hold(request, ceremony)
    return show(request, "passkey_new.html", form, {"passkey_options": ceremony.options})


@require_http_methods(["GET", "POST"])
@stepped_up
def passkey_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    passkey = _protection(request).passkey(pk)
    if passkey is None:
        raise Http404
    if request.method == "POST":
        passkeys.remove_passkey(entry_of(request), pk, at=clock.now())
        return _done(request, _("The passkey is removed."))
    gone = _("{name} no longer signs you in. Your other second steps go on working.")
    effects = [
        format_html(gone, name=text.isolated(passkey.name)),
        _("The passkey stays in your phone, computer or key until you delete it there."),
    ]
    return _ask(request, _("Remove this passkey?"), _("Remove the passkey"), effects)


@require_http_methods(["GET", "POST"])
@stepped_up
def code_change(request: HttpRequest) -> HttpResponse:
    """The code is shown in the answer to a POST only: an address can be opened again."""
    entry, at, form = entry_of(request), clock.now(), posted(request, forms.CodeForm)
    if form.is_valid():
        with form.mending():
            enrolment.confirm_code(entry, form.cleaned_data["code"], at=at)
            return _done(request, _("Your new recovery code counts. The old one opens nothing."))
    codes = []
    if request.method == "POST" and not form.is_bound:
        codes = [enrolment.offer_code(entry, at=at).printed()]
    context = {"codes": codes, "person": entry.session.user, "protection": _protection(request)}
    return show(request, "code_change.html", form, context)


@require_POST
def session_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not authentication.end_session(entry_of(request), pk, at=clock.now()):
        raise Http404
    cookies.remember(request)
    return _done(request, _("The session is ended."))


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    here = entry_of(request).session
    authentication.end_sessions_of(here.user_id, at=clock.now(), but=here.pk)
    cookies.remember(request)
    return _done(request, _("All other sessions are ended."))


def _protection(request: HttpRequest) -> Protection:
    return protection_of(entry_of(request), at=clock.now())


def _done(request: HttpRequest, message: str) -> HttpResponseRedirect:
    return done(request, message, "vault:security")


def _ask(request: HttpRequest, question: str, verb: str, effects: list[str]) -> HttpResponse:
    context = {"question": question, "verb": verb, "effects": effects, "is_danger": True}
    context["back"] = reverse("vault:security")
    return render(request, "ui/desk_confirm.html", context)


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    form = posted(request, forms.EmailForm)
    if form.is_valid():
        password_reset.forgot(form.cleaned_data["email"], at=clock.now())
        return redirect("vault:forgot_sent")
    return show(request, "forgot.html", form)


@gates.open_to_all
@require_http_methods(["GET"])
def forgot_sent(request: HttpRequest) -> HttpResponse:
    return show(request, "forgot_sent.html")


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
            code = password_reset.reset(token, _submitted(request, form), at=clock.now())
            cookies.introduce(request, link)  # all that was known has ended
            context = {"codes": [code.printed()], "person": link.user}
            return show(request, "reset_done.html", None, context)
    context = {
        "totp": forms.ResetForm() if by_key else form,
        "passkey": form if by_key else _by_key(None),
        "passkey_options": _offer(request, token) if factors.passkeys else "",
        "factors": factors,
        "offers": [offered(request, email=link.user.email, name=link.user.name)],
        "person": link.user,
    }
    return show(request, "reset.html", first_wrong(form), context)


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
        "offers": [offered(request, email=link.user.email, name=link.user.name)],
        "steps": STEPS,
        "person": link.user,
    }
    return show(request, "restart.html", form, context)


def _link(token: str, *, is_restart: bool) -> ResetLink:
    """Return an open link of the kind that its page is for. Errors: ResetLinkGone."""
    link = password_reset.get_link(token, at=clock.now())
    if link.is_restart != is_restart:
        raise ResetLinkGone
    return link


def _by_key(data: QueryDict | None) -> forms.ResetByPasskeyForm:
    """Return the form for a passkey; it stands on one page with the form for the app."""
    return forms.ResetByPasskeyForm(data, auto_id="key_%s")


def _submitted(
    request: HttpRequest, form: forms.ResetForm | forms.ResetByPasskeyForm
) -> password_reset.Reset:
    data = form.cleaned_data
    if isinstance(form, forms.ResetByPasskeyForm):
        answer, state = form.answer(), cookies.held(request)
        return password_reset.Reset(data["code"], data["password"], passkey=answer, state=state)
    return password_reset.Reset(data["code"], data["password"], totp=data["totp"])


def _offer(request: HttpRequest, token: str) -> str:
    ceremony = password_reset.offer_proof(token, at=clock.now())
    cookies.hold(request, ceremony)
    return ceremony.options
