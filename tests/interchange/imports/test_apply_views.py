import pytest

from protect.directory.models import Service
from protect.interchange.imports.actions import apply
from protect.interchange.imports.views import runs
from tests.interchange.imports.test_views import desk, go, send
from tests.interchange.imports.uploads import csv_of, rows_of
from tests.vault.views.desk import led_to, words

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def run(edda, monkeypatch):
    """Take three rows to the preview. One batch writes two of them."""
    monkeypatch.setattr(apply, "BATCH", 2)
    monkeypatch.setattr(runs, "SECONDS", 0.0)
    return edda.preview(csv_of(rows_of({}, {}, {})))


def test_import_is_applied_in_batches_with_progress(desk, run):
    address = f"/directory/imports/{run.pk}/apply"

    page = go(desk, desk.post(address))
    assert page.request["PATH_INFO"] == address
    assert "Rows applied: 2 of 3" in words(page)
    assert Service.objects.count() == 2

    answers = [send(desk, address, accept="application/json").json() for _ in range(2)]
    assert [(each["done"], each["of"], each["is_over"]) for each in answers] == [
        (3, 3, False),
        (3, 3, True),
    ]
    assert "The file has been applied. New services wait for review." in words(
        go(desk, desk.get(address))
    )
    assert Service.objects.count() == 3


def test_another_user_can_continue_applying(desk, run, staff):
    address = f"/directory/imports/{run.pk}"
    desk.post(f"{address}/apply")

    assert "Being applied" in words(desk.get("/directory/imports"))
    assert led_to(desk.get(address)).endswith("/apply")
    cora = staff.desk("cora")
    assert "Rows applied: 2 of 3" in words(go(cora, cora.get(address)))
    for _ in range(2):
        cora.post(f"{address}/apply")

    run.refresh_from_db()
    assert (run.state, Service.objects.count()) == ("applied", 3)


def test_applied_import_is_not_applied_again(desk, run):
    address = f"/directory/imports/{run.pk}/apply"
    for _ in range(3):
        desk.post(address)

    again = desk.post(address)

    assert again.status_code == 409
    assert Service.objects.count() == 3


def test_discarding_while_applying_keeps_written_rows(desk, run):
    desk.post(f"/directory/imports/{run.pk}/apply")
    address = f"/directory/imports/{run.pk}/discard"
    assert (
        "Rows that were already applied stay in the directory. The other rows will not be applied."
        in words(desk.get(address))
    )

    desk.post(address)

    run.refresh_from_db()
    assert (run.state, run.rows.count(), Service.objects.count()) == ("discarded", 0, 2)
