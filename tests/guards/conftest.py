"""The world that every address of the desk is asked in."""

import pytest

from protect.kernel import clock
from tests.guards.matrix import World
from tests.vault.cast import make_cast


@pytest.fixture
def world(db, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    settings.LEDGER = tmp_path / "ledger.jsonl"
    settings.PEPPERS = [b"p" * 32]
    return World(make_cast())
