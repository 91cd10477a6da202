from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.directory.actions import import_runs
from protect.directory.models import ImportRun, Service
from protect.kernel import clock
from tests.directory.bringing import Bringer, csv_of, rows_of
from tests.directory.keeping import NOW, make_keepers
from tests.vault.views.desk import led_to, words

pytestmark = pytest.mark.django_db
NEW = "/directory/imports/new"


@pytest.fixture
def keepers(db):
    return make_keepers()


@pytest.fixture
def desk(keepers):
    return keepers.desk("edda")


@pytest.fixture
def edda(keepers):
    return Bringer(keepers)


def upload(desk, content: bytes, name: str = "Demo list.csv", source: str = "demo-list"):
    """Send a file as the form does, for the one organisation that there is."""
    office = re.search(r'name="organisation" value="([^"]+)"', desk.get(NEW).content.decode())[1]
    file = SimpleUploadedFile(name, content)
    return desk.post(f"{NEW}/files", organisation=office, source=source, file=file)


def send(desk, address: str, fields=None, **headers: str):
    """Post fields of any names, perhaps as the script of the page does."""
    with clock.frozen(desk.at):
        return desk.client.post(address, fields or {}, headers=headers)


def go(desk, answer):
    """Follow where an answer leads, as a browser does."""
    while answer.status_code == 302:
        answer = desk.get(led_to(answer))
    return answer


def form_of(answer) -> dict[str, str]:
    """Return what the form of a page would send as it stands."""
    form = next(part["form"] for part in answer.context if "form" in part)
    found = {field.name: field.value() for field in form if field.value() is not None}
    return {name: value for name, value in found.items() if value != ""}


def prepare(desk, run: ImportRun) -> None:
    """Press the button until nothing is left."""
    for _ in range(50):
        answer = desk.post(f"/directory/imports/{run.pk}/prepare")
        run.refresh_from_db()
        if run.state == "previewed":
            return
        assert led_to(answer).endswith("/prepare")
    raise AssertionError(run.state)


def journey(desk, content: bytes, name: str = "demo.csv") -> ImportRun:
    """Bring, map as proposed, read and look at the preview."""
    page = go(desk, upload(desk, content, name))
    run = ImportRun.objects.order_by("-created").first()
    for step in ("map", "words"):
        if page.request["PATH_INFO"].endswith(step):
            page = go(desk, send(desk, page.request["PATH_INFO"], form_of(page)))
    assert page.status_code == 200, words(page)
    prepare(desk, run)
    return run


def test_a_file_that_was_forgotten_meanwhile_is_said_to_be(desk, edda):
    run = edda.begin(csv_of(rows_of({})))
    import_runs.forget_imports(at=NOW + timedelta(hours=48))

    page = desk.get(f"/directory/imports/{run.pk}")

    assert "its time was over" in words(page)
    assert led_to(desk.get(f"/directory/imports/{run.pk}/map")).endswith(str(run.pk))


@pytest.mark.parametrize("name", ["vito", "mona", "rita"])
def test_who_does_not_edit_has_no_imports(keepers, edda, name):
    run = edda.preview(csv_of(rows_of({})))
    desk = keepers.desk(name)

    assert desk.get("/directory/imports").status_code == 403
    assert desk.get(f"/directory/imports/{run.pk}").status_code == 404
    assert desk.post(f"/directory/imports/{run.pk}/apply").status_code == 404
    assert not Service.objects.exists()


def test_who_edits_another_country_cannot_tell_that_an_import_exists(keepers, edda):
    run = edda.preview(csv_of(rows_of({})))
    zoe = keepers.desk("zoe")

    for path in ("", "/map", "/prepare", "/rows/2", "/apply", "/discard", "/bad-rows.csv"):
        assert zoe.get(f"/directory/imports/{run.pk}{path}").status_code == 404
    assert zoe.post(f"/directory/imports/{run.pk}/rows/2", minimum_age="1").status_code == 404
