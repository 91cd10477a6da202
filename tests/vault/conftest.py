"""The cheapest Argon2 that the formats allow, two peppers' worth of settings, and a desk."""

from __future__ import annotations

import pytest

from tests.vault.cast import Cast, make_cast

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


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()
