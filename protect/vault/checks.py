"""System checks that this server may keep sealed records. Each error says how to correct it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

from protect.vault.formats.wraps import is_mlkem_available

MAKE_KEY_COMMAND = "openssl rand -hex 32"  # prints random digits for a new secret file


@register()
def check_vault(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check OpenSSL always; in live mode also secrets, database, scanner and ledger."""
    problems: list[CheckMessage] = [*_check_openssl()]
    if settings.IS_DEMO:
        return problems
    return [*problems, *_check_server_secrets(), *_check_sqlite(), *_check_scanner_and_ledger()]


def _check_openssl() -> Iterator[Error]:
    if not is_mlkem_available():
        yield Error(
            "This OpenSSL has no ML-KEM, so nothing can be sealed.",
            hint="install cryptography from its wheel, or OpenSSL 3.5 or newer.",
            id="protect.no_ml_kem",
        )


def _check_server_secrets() -> Iterator[Error]:
    for keys, name, description in (
        (settings.PEPPERS, "PROTECT_PEPPER_FILE", "pepper"),
        (settings.SIGNING_SEEDS, "PROTECT_SIGN_FILE", "signing key"),
        (settings.MATCH_KEYS, "PROTECT_MATCH_FILE", "match key"),
    ):
        if not keys:
            yield Error(
                f"There is no {description}.",
                hint=f"name a file of one line, made by `{MAKE_KEY_COMMAND}`, in {name}; keep two "
                "sealed paper copies (docs/operating.md). Never make a second one to replace a "
                "lost one.",
                id=f"protect.no_{description.replace(' ', '_')}",
            )
    if len(set(settings.SECRET_KEY)) < 16:
        yield Error(
            "The secret key looks like a default: it repeats a few letters.",
            hint="set PROTECT_SECRET_KEY to random characters (docs/settings.md).",
            id="protect.default_secret",
        )


def _check_sqlite() -> Iterator[Error]:
    """Yield an error if the database is SQLite although cases are switched on."""
    if connection.vendor == "sqlite" and settings.CASES == "on":
        yield Error(
            "SQLite may not keep records of survivors: it has no roles and no row-level security.",
            hint="use PostgreSQL in PROTECT_DATABASE_URL, or set PROTECT_CASES=off.",
            id="protect.sqlite_keeps_no_cases",
        )


def _check_scanner_and_ledger() -> Iterator[Error]:
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
