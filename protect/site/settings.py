"""The only settings file. What an operator sets is read by `environ`; see docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from protect.site.environ import database, exits, folders, hosts, one_of, secret, url

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

MODE = one_of("PROTECT_MODE", "demo", "live", default="demo")
IS_DEMO = MODE == "demo"

SECRET_KEY = secret("PROTECT_SECRET_KEY", demo=VAR_DIR / "secret" if IS_DEMO else None)
PUBLIC_HOSTS = hosts("PROTECT_PUBLIC_HOSTS", default=["127.0.0.1"] if IS_DEMO else [])
STAFF_HOSTS = hosts("PROTECT_STAFF_HOSTS", default=["localhost"] if IS_DEMO else [])
ALLOWED_HOSTS = [*PUBLIC_HOSTS, *STAFF_HOSTS]
# The address that QR codes on cards and posters lead to.
PUBLIC_URL = url("PROTECT_PUBLIC_URL", default="http://127.0.0.1:8000" if IS_DEMO else None)
# Neutral sites to leave to, instead of the table in reference/data/exits.toml.
EXIT_TARGETS = exits("PROTECT_EXIT_TARGETS", may_be_local=IS_DEMO)
# Folders of TOML that add or replace languages, countries, vocabularies (docs/data.md).
PROTECT_DATA_DIRS = folders("PROTECT_DATA_DIRS")

DEBUG = False
# postgresql://… in production; the demo has a file of its own.
DATABASES = {
    "default": database(
        "PROTECT_DATABASE_URL", default=VAR_DIR / "demo.sqlite3" if IS_DEMO else None
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "orgs.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "protect.ui",
    "django_tasks_db",
    "protect.reference",
    "protect.audit",
    "protect.notices",
    "protect.orgs",
    "protect.vault",
    "protect.directory",
    "protect.findhelp",
    "protect.site",
]
MIDDLEWARE = [
    "protect.site.zones.ZoneMiddleware",
    "protect.site.refusals.RefusalMiddleware",
    # Neither is touched by a public view: guards in tests/guards ask every public address.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]
ROOT_URLCONF = "protect.site.urls_public"
WSGI_APPLICATION = "protect.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "protect.ui.templatetags.ui",
                "protect.reference.templatetags.speech",
            ],
            "string_if_invalid": "",
        },
    },
]

# A task only wakes the sender of mail: what must happen stands in rows (protect worker).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

USE_TZ = True  # stored in UTC, shown in the service's zone
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "protect" / "locale"]

# The largest body of a request: a question to /match. Uploads come with their own limits.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 60
APPEND_SLASH = False

SESSION_COOKIE_NAME, SESSION_COOKIE_SECURE, SESSION_COOKIE_SAMESITE = "__Host-sid", True, "Strict"
SESSION_COOKIE_AGE = 9 * 60 * 60  # seconds: one working day

# No access log anywhere. An error's record holds route and code; never address, agent or query.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django logs the path of each refused or failed request: `refusals` logs its route instead.
        "django.request": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
