import pytest

from protect.vault.models import UnlockSession
from protect.vault.sessions import authentication
from tests.vault.signing import AT, PASSWORD, make_person
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db


def sign_in(desk: Desk):
    return desk.post("/sign-in", email="amal@demo.example", password=PASSWORD)


def test_fault_for_operators_is_logged_and_answered_with_its_status(settings, caplog):
    make_person("amal")
    settings.PEPPERS = []

    answer = sign_in(Desk())

    assert answer.status_code == 503
    assert (
        "Sign-in is not available now. All work is safe. Tell the people who run this system."
        in words(answer)
    )
    assert "pepper_missing" in words(answer)
    [line] = [each.getMessage() for each in caplog.records if each.name == "protect"]
    assert line.startswith(
        "failed route=sign-in error=pepper_missing at=protect/vault/server_keys/peppers.py:"
    )
    assert "amal" not in caplog.text
    assert not UnlockSession.objects.exists()


def test_unexpected_error_is_logged_by_name_and_not_shown(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise LookupError("amal@demo.example")

    monkeypatch.setattr(authentication, "begin", fail)
    desk = Desk(at=AT)
    desk.client.raise_request_exception = False

    answer = sign_in(desk)

    assert answer.status_code == 500
    assert "This failed on our side. Nothing was kept." in words(answer)
    assert "LookupError" not in answer.content.decode()
    assert "error=LookupError" in caplog.text
    assert "amal" not in caplog.text
