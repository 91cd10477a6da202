"""A desk in miniature: the fewest pages on which somebody signs in, works, locks and leaves."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

from protect.kernel import clock
from protect.kernel.errors import ProtectError
from protect.vault.accounts import password_reset
from protect.vault.sessions import authentication, gates
from protect.vault.sign_in import cookies, second_factors
from protect.vault.sign_in.frame import browser_of

seen: list[object] = []  # what pages were given


def zone(get_response):
    """Make every request one of the desk."""

    def middleware(request: HttpRequest):
        request.urlconf = "tests.vault.pages"
        return get_response(request)

    return middleware


def entering(request: HttpRequest, act) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse("form")
    try:
        entry = act()
    except ProtectError as error:
        return HttpResponse(error.code, status=error.status)
    cookies.enter_session(request, entry)
    page = gates.next_url_of(request, cookies.next_page_of(entry))
    return HttpResponseRedirect(page)


@gates.open_to_all
def sign_in(request):
    email, password = request.POST.get("email", ""), request.POST.get("password", "")
    return entering(
        request,
        lambda: authentication.begin(email, password, browser=browser_of(request), at=clock.now()),
    )


@gates.open_while_provisional
def second_factor(request):
    code = request.POST.get("code", "")
    return entering(
        request,
        lambda: second_factors.pass_with_totp(
            request.entry, code, browser=browser_of(request), at=clock.now()
        ),
    )


@gates.open_while_locked
def unlock(request):
    password = request.POST.get("password", "")
    return entering(
        request,
        lambda: authentication.unlock_with_password(request.entry, password, at=clock.now()),
    )


@gates.open_while_locked
@gates.open_while_provisional
def sign_out(request):
    authentication.sign_out(request.entry, at=clock.now())
    cookies.clear_browser(request)
    return HttpResponseRedirect("/sign-in")


def lock(request):
    authentication.lock_browser_session(request.entry, at=clock.now())
    return HttpResponseRedirect("/unlock")


def home(request):
    seen.append(request.vault)
    seen.append(request)
    return HttpResponse(f"open for {request.vault.user_id}")


def form(request):
    return HttpResponse(f"saved {request.POST.get('text')}")


@gates.counts_attempts
def password(request):
    words = {"old": request.POST["old"], "new": request.POST["new"]}
    password_reset.change_password(request.entry, **words, at=clock.now())
    cookies.keep_signed_in(request)
    return HttpResponse("changed")


@gates.open_to_all
def hello(request):
    return HttpResponse("hello")


@gates.open_while_provisional
def enrol(request):
    return HttpResponse("enrol")


NAMED = [
    path("sign-in", sign_in, name="sign_in"),
    path("second", second_factor, name="second_factor"),
    path("unlock", unlock, name="unlock"),
    path("code", enrol, name="code_confirm"),
    path("factor", enrol, name="factor_new"),
]
urlpatterns = [
    path("", include((NAMED, "vault"))),
    path("", home),
    path("form", form),
    path("hello", hello),
    path("lock", lock),
    path("password", password),
    path("sign-out", sign_out),
]
