import pytest

from protect.kernel import clock
from tests.vault.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def desk_settings(settings, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it
    settings.LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()
