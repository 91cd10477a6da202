"""Browsers at the desk in miniature, at a moment that a test chooses."""

from protect.kernel import clock
from protect.vault.sign_in.cookies import UNLOCK_COOKIE
from tests.vault import pages
from tests.vault.signing import AT

MIDDLEWARE = [
    "tests.vault.pages.zone",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "protect.vault.middleware.UnlockMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]
SID = "__Host-sid"


def set_up(settings, monkeypatch) -> None:
    """Let every request be one of the desk."""
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it
    settings.MIDDLEWARE = MIDDLEWARE
    settings.SESSION_ENGINE = "protect.vault.models.sessions"
    settings.CSRF_USE_SESSIONS = True
    settings.LOGIN_URL = "vault:sign_in"
    settings.ALLOWED_HOSTS = ["testserver"]
    pages.seen.clear()


def post(browser, address, at=AT, **fields):
    with clock.frozen(at):
        return browser.post(address, fields)


def get(browser, address, at=AT, **headers):
    with clock.frozen(at):
        return browser.get(address, headers=headers)


def sign_in(browser, person, at=AT):
    post(browser, "/sign-in", at, email=person.user.email, password=person.password)
    return post(browser, "/second", at, code=person.totp(at))


def values(browser) -> tuple[str, str]:
    return browser.cookies[SID].value, browser.cookies[UNLOCK_COOKIE].value


def led_to(browser, page) -> str | None:
    response = get(browser, page)
    return response.headers["Location"].partition("?")[0] if response.status_code == 302 else None
