import pytest

from protect.kernel import clock
from tests.vault.signing import Person
from tests.vault.views.desk import Desk


@pytest.fixture(autouse=True)
def one_clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it


@pytest.fixture
def desk(amal: Person) -> Desk:
    """Amal's browser, signed in."""
    return Desk().sign_in(amal)
