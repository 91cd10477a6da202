"""What must be true before sealed records may be kept here. Each problem says how to mend it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

from protect.vault.formats.wraps import is_hybrid_available

MAKE_KEY = "openssl rand -hex 32"


@register()
def start(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check the machine everywhere, and in live mode everything that keeps records safe."""
    problems: list[CheckMessage] = [*_machine()]
    return problems if settings.IS_DEMO else [*problems, *_keys(), *_database(), *_surroundings()]


def _machine() -> Iterator[Error]:
    if not is_hybrid_available():
        yield Error(
            "This OpenSSL has no ML-KEM, so nothing can be sealed.",
            hint="install cryptography from its wheel, or OpenSSL 3.5 or newer.",
            id="protect.no_ml_kem",
        )


def _keys() -> Iterator[Error]:
    for keys, name, what in (
        (settings.PEPPERS, "PROTECT_PEPPER_FILE", "pepper"),
        (settings.SIGNING_SEEDS, "PROTECT_SIGN_FILE", "signing key"),
        (settings.MATCH_KEYS, "PROTECT_MATCH_FILE", "match key"),
    ):
        if not keys:
            yield Error(
                f"There is no {what}.",
                hint=f"name a file of one line, made by `{MAKE_KEY}`, in {name}; keep two sealed "
                "paper copies (docs/operating.md). Never make a second one to replace a lost one.",
                id=f"protect.no_{what.replace(' ', '_')}",
            )
    if len(set(settings.SECRET_KEY)) < 16:
        yield Error(
            "The secret key looks like a default: it repeats a few letters.",
            hint="set PROTECT_SECRET_KEY to random characters (docs/settings.md).",
            id="protect.default_secret",
        )


def _database() -> Iterator[Error]:
    if connection.vendor == "sqlite" and settings.CASES == "on":
        yield Error(
            "SQLite may not keep records of survivors: it has no roles and no row-level security.",
            hint="use PostgreSQL in PROTECT_DATABASE_URL, or set PROTECT_CASES=off.",
            id="protect.sqlite_keeps_no_cases",
        )


def _surroundings() -> Iterator[Error]:
    if not settings.SCANNER.startswith("clamd:"):
        yield Error(
            "Uploaded files are not scanned.",
            hint="run clamd and set PROTECT_SCANNER=clamd:/run/clamav/clamd.ctl.",
            id="protect.no_scanner",
        )
    if not settings.LEDGER.name:
        yield Error(
            "There is no ledger of deletions, so a restored backup would bring them back.",
            hint="set PROTECT_LEDGER to a file on another disk than the database.",
            id="protect.no_ledger",
        )
