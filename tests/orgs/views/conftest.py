import pytest

from protect.kernel import clock
from tests.vault.kept_rows import cast, kept_ledger, kept_rows, own_ledger

__all__ = ["cast", "kept_ledger", "kept_rows", "own_ledger"]


@pytest.fixture(autouse=True)
def desk_settings(monkeypatch, own_ledger) -> None:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it
