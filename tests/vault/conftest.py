"""The cheapest Argon2 that the formats allow, two peppers' worth of settings, and a desk."""

from pathlib import Path

import pytest

from protect.vault.formats.credentials import stretch
from tests.vault.kept_rows import (
    CHEAP as CHEAP,
    PEPPER as PEPPER,
    VAULT_SETTINGS,
    amal as amal,
    cast as cast,
    kept_ledger as kept_ledger,
    kept_rows as kept_rows,
    own_ledger as own_ledger,
)

OLD_PEPPER = b"o" * 32


@pytest.fixture(autouse=True)
def vault_settings(settings, own_ledger: Path) -> None:
    for name, value in VAULT_SETTINGS.items():
        setattr(settings, name, value)


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
