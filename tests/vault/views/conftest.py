import pytest

from protect.kernel import clock
from tests.vault.signing import Person, make_person
from tests.vault.views.desk import Desk


@pytest.fixture(autouse=True)
def one_clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it


@pytest.fixture
def amal(db) -> Person:
    """Somebody with an account of their own and no place yet."""
    return make_person("amal")


@pytest.fixture
def desk(amal: Person) -> Desk:
    """Amal's browser, signed in."""
    return Desk().sign_in(amal)
