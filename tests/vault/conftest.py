"""The cheapest Argon2 that the formats allow, two peppers' worth of settings, and a desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.vault.cast import Cast, forget_cast, make_cast

PEPPER, OLD_PEPPER = b"p" * 32, b"o" * 32
CHEAP = {"memory_kib": 19 * 1024, "passes": 1, "lanes": 1}


@pytest.fixture(autouse=True)
def vault_settings(settings, tmp_path) -> None:
    settings.ARGON2 = CHEAP
    settings.PEPPERS = [PEPPER]
    settings.PASSWORD_HASHERS = ["protect.vault.hashers.PepperedArgon2"]
    settings.AUTHENTICATION_BACKENDS = ["protect.vault.backends.VaultBackend"]
    settings.STAFF_URL = "https://desk.demo.example"
    settings.LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture(scope="module", autouse=True)
def kept_cast(request: pytest.FixtureRequest) -> Iterator[Cast | None]:
    """Commit the cast once for a module that says CAST_IS_KEPT: all its tests roll back."""
    if not getattr(request.module, "CAST_IS_KEPT", False):
        yield None
        return
    request.getfixturevalue("django_db_setup")
    django_db_blocker: Any = request.getfixturevalue("django_db_blocker")
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_cast()
    yield made
    with django_db_blocker.unblock():
        forget_cast()


@pytest.fixture
def cast(kept_cast: Cast | None, db: None) -> Cast:
    """Three teams at work."""
    return kept_cast.as_it_stands() if kept_cast else make_cast()
