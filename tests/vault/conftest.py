"""The cheapest Argon2 that the formats allow, two peppers' worth of settings, and a desk."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from protect.vault.formats.credentials import stretch
from tests.vault.cast import Cast, forget_cast, make_cast

PEPPER, OLD_PEPPER = b"p" * 32, b"o" * 32
CHEAP = {"memory_kib": 19 * 1024, "passes": 1, "lanes": 1}


@pytest.fixture(autouse=True)
def vault_settings(settings, tmp_path, kept_ledger: Path) -> None:
    settings.ARGON2 = CHEAP
    settings.PEPPERS = [PEPPER]
    settings.PASSWORD_HASHERS = ["protect.vault.sessions.hashers.PepperedArgon2"]
    settings.AUTHENTICATION_BACKENDS = ["protect.vault.sessions.authentication.VaultBackend"]
    settings.STAFF_URL = "https://desk.demo.example"
    settings.LEDGER = tmp_path / "ledger.jsonl"
    if kept_ledger.exists():
        shutil.copy(kept_ledger, settings.LEDGER)


@pytest.fixture(scope="module")
def kept_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger that knows the keys of a kept cast: each test of the module goes on with a copy.

    It is absent where no cast is kept.
    """
    return tmp_path_factory.mktemp("kept") / "ledger.jsonl"


@pytest.fixture(scope="module", autouse=True)
def kept_cast(request: pytest.FixtureRequest, kept_ledger: Path) -> Iterator[Cast | None]:
    """Commit the cast once for a module that says CAST_IS_KEPT: all its tests roll back."""
    if not getattr(request.module, "CAST_IS_KEPT", False):
        yield None
        return
    request.getfixturevalue("django_db_setup")
    django_db_blocker: Any = request.getfixturevalue("django_db_blocker")
    with (
        django_db_blocker.unblock(),
        override_settings(LEDGER=kept_ledger),
        transaction.atomic(),
    ):
        made = make_cast()
    yield made
    with django_db_blocker.unblock():
        forget_cast()


@pytest.fixture
def cast(kept_cast: Cast | None, db: None) -> Cast:
    """Three teams at work."""
    return kept_cast.as_it_stands() if kept_cast else make_cast()


@pytest.fixture
def runs(monkeypatch) -> list[int]:
    """Return the work of each run of Argon2 since: memory in KiB times passes."""
    counted: list[int] = []

    class Counting:
        def __init__(self, **cost):
            self.work = cost["memory_cost"] * cost["iterations"]
            self.inner = argon2(**cost)

        def derive(self, raw):
            counted.append(self.work)
            return self.inner.derive(raw)

    argon2 = stretch.Argon2id
    monkeypatch.setattr(stretch, "Argon2id", Counting)
    return counted
