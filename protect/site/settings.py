"""The only settings file. What an operator sets is read by `environ`; see docs/settings.md."""

from pathlib import Path

from django.utils.csp import CSP

from protect.site import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

MODE = environ.one_of("PROTECT_MODE", "demo", "live", default="demo")
IS_DEMO = MODE == "demo"
DEMO_FOLDER = VAR_DIR if IS_DEMO else None  # for keys that a demo makes itself

SECRET_KEY = environ.secret("PROTECT_SECRET_KEY", demo=VAR_DIR / "secret" if IS_DEMO else None)
PUBLIC_HOSTS = environ.hosts("PROTECT_PUBLIC_HOSTS", default=["127.0.0.1"] if IS_DEMO else [])
STAFF_HOSTS = environ.hosts("PROTECT_STAFF_HOSTS", default=["localhost"] if IS_DEMO else [])
# The programme's own site. Browsers send *.localhost to this machine (RFC 6761, 6.3).
PROGRAMME_HOSTS = environ.hosts(
    "PROTECT_PROGRAMME_HOSTS", default=["programme.localhost"] if IS_DEMO else []
)
ALLOWED_HOSTS = [*PUBLIC_HOSTS, *STAFF_HOSTS, *PROGRAMME_HOSTS]
# Base address of the public site: in QR codes, and in links mailed to participants.
PUBLIC_URL = environ.url("PROTECT_PUBLIC_URL", default="http://127.0.0.1:8000" if IS_DEMO else None)
# Base address of the desk: in links mailed to staff and providers. Passkeys work only there.
STAFF_URL = environ.url("PROTECT_STAFF_URL", default="http://localhost:8000" if IS_DEMO else None)
# Peppers of all passwords, the newest first: never in the database or its backups.
PEPPERS = environ.key_file("PROTECT_PEPPER_FILE", "pepper", demo_folder=DEMO_FOLDER)
# Keys that sign the heads of the audit chains, the newest first.
SIGNING_SEEDS = environ.key_file("PROTECT_SIGN_FILE", "sign", demo_folder=DEMO_FOLDER)
# The key for hashes by which people and cards are counted once: one line, never replaced.
MATCH_KEYS = environ.key_file("PROTECT_MATCH_FILE", "match", demo_folder=DEMO_FOLDER)
# "off": no records of survivors can be stored. A live system with SQLite must be "off".
CASES = environ.one_of("PROTECT_CASES", "on", "off", default="on")
# Virus scanner of uploads: clamd:/run/clamav/clamd.ctl, clamd:127.0.0.1:3310, or none (demo).
SCANNER = environ.text("PROTECT_SCANNER", default="none" if IS_DEMO else "")
# Ledger outside the database: public keys, and deletions that are replayed after a restore.
LEDGER = Path(environ.text("PROTECT_LEDGER", default=f"{VAR_DIR}/ledger.jsonl" if IS_DEMO else ""))
# Neutral sites for the exit button, instead of the table in reference/data/exits.toml.
EXIT_TARGETS = environ.exits("PROTECT_EXIT_TARGETS", may_be_local=IS_DEMO)
# Folders of TOML that add or replace languages, countries, vocabularies (docs/data.md).
PROTECT_DATA_DIRS = environ.folders("PROTECT_DATA_DIRS")

# The mail server. Without one, mail waits; in the demo `protect worker` prints it instead.
MAILERS = environ.smtp("PROTECT_SMTP_URL")
DEFAULT_FROM_EMAIL = environ.text("PROTECT_MAIL_FROM", default="desk@localhost")

DEBUG = False
DEMO_FILE = VAR_DIR / "demo.sqlite3" if IS_DEMO else None  # live: postgresql://…
DATABASES = {"default": environ.database("PROTECT_DATABASE_URL", default=DEMO_FILE)}
# Each request of the desk is one transaction; the public site opens none.
DATABASES["default"]["ATOMIC_REQUESTS"] = True
# Folder of the snapshot file, from which a server that starts answers; "": it keeps no file.
SNAPSHOT_FOLDER = environ.text(
    "PROTECT_SNAPSHOT_FOLDER", default=environ.cache_folder(DATABASES["default"])
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "orgs.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "protect.ui",
    "django_tasks_db",
    "protect.reference",
    "protect.audit",
    "protect.notices",
    "protect.orgs",
    "protect.vault",
    "protect.questionnaires",
    "protect.directory",
    "protect.matching",
    "protect.verification",
    "protect.interchange",
    "protect.content",
    "protect.trainings",
    "protect.assessments",
    "protect.certificates",
    "protect.outreach",
    "protect.programme",
    "protect.campaigns",
    "protect.coordination",
    "protect.findhelp",
    "protect.demo",
    "protect.site",
]
MIDDLEWARE = [
    "protect.site.zones.ZoneMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",  # outside those that refuse
    "protect.audit.middleware.RefusalAuditMiddleware",  # outside all that handle exceptions
    "protect.site.refusals.pages.RefusalMiddleware",
    # The following serve the desk only and leave public requests alone, as tests/guards check.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "protect.site.refusals.forgery.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "protect.vault.middleware.UnlockMiddleware",
    "protect.site.desk.DeskLocaleMiddleware",
    "protect.site.refusals.pages.UploadLimit",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]
ROOT_URLCONF = "protect.site.urls.public"
WSGI_APPLICATION = "protect.site.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["protect.ui.template_loader.CompactLoader"],
                )
            ],
            "builtins": ["protect.ui.templatetags.ui", "protect.reference.templatetags.speech"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "protect.site.desk.context",
            ],
            "string_if_invalid": "",
        },
    }
]

# A task only wakes the mail sender; pending work is stored in rows (protect worker).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

USE_TZ = True  # stored in UTC, shown in the service's zone
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
# Languages of the desk: the source, official languages of the consortium's countries, and one
# that is written from right to left. The public site has a list of its own (languages.toml).
DESK_LANGUAGES = ("en", "fr", "nl", "ar")
LANGUAGES = [(tag, tag) for tag in DESK_LANGUAGES]  # from which Django chooses by Accept-Language
# The public catalogue and the desk catalogue (protect messages).
LOCALE_PATHS = [BASE_DIR / "protect" / "locale", BASE_DIR / "protect" / "locale_desk"]
FACTS_LOCALE_PATH = BASE_DIR / "protect" / "locale_facts"  # of facts of countries
RIGHTS_LOCALE_PATH = BASE_DIR / "protect" / "locale_rights"  # of further facts, in some languages

# The largest body of a request without its files, such as a question to /match.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # one page of the desk can hold the fields of all facts
APPEND_SLASH = False

SESSION_ENGINE = "protect.vault.models.sessions"
SESSION_COOKIE_NAME, SESSION_COOKIE_SECURE, SESSION_COOKIE_SAMESITE = "__Host-sid", True, "Strict"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 9 * 60 * 60  # seconds: one working day; keys end after 15 idle minutes
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "protect.site.refusals.pages.csrf_page"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
AUTHENTICATION_BACKENDS = ["protect.vault.sessions.authentication.VaultBackend"]
PASSWORD_HASHERS = ["protect.vault.sessions.hashers.PepperedArgon2"]
ARGON2 = {"memory_kib": 64 * 1024, "passes": 3, "lanes": 1}  # for hash and key derivation
LOGIN_URL = "vault:sign_in"
# The desk: nothing inline, no other origin, no evaluation of strings as code.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.NONCE, CSP.STRICT_DYNAMIC],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "media-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": [CSP.NONE],
}
FILE_UPLOAD_HANDLERS = ["protect.uploads.upload_handler.MemoryOnly"]  # never on a disk

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
SILENCED_SYSTEM_CHECKS = [] if MAILERS else ["mail.W001"]  # `protect worker` reports it
