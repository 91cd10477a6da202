from datetime import timedelta

import pytest

from protect.directory.models import Service
from protect.interchange.imports.actions import runs
from tests.interchange.imports.uploads import csv_of, rows_of
from tests.vault.views.desk import led_to, words
from tests.verification.nights import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff):
    return staff.desk("edda")


def test_expired_file_is_refused_with_its_reason(desk, edda):
    run = edda.begin(csv_of(rows_of({})))
    runs.delete_expired_imports(at=NOW + timedelta(hours=48))

    page = desk.get(f"/directory/imports/{run.pk}")

    assert "discarded or has expired" in words(page)
    assert led_to(desk.get(f"/directory/imports/{run.pk}/map")).endswith(str(run.pk))


@pytest.mark.parametrize("name", ["vito", "mona", "rita"])
def test_users_without_edit_permission_see_no_imports(staff, edda, name):
    run = edda.preview(csv_of(rows_of({})))
    desk = staff.desk(name)

    assert desk.get("/directory/imports").status_code == 403
    assert desk.get(f"/directory/imports/{run.pk}").status_code == 404
    assert desk.post(f"/directory/imports/{run.pk}/apply").status_code == 404
    assert not Service.objects.exists()


def test_editors_of_another_country_get_404_for_an_import(staff, edda):
    run = edda.preview(csv_of(rows_of({})))
    zoe = staff.desk("zoe")

    for path in ("", "/map", "/prepare", "/rows/2", "/apply", "/discard", "/bad-rows.csv"):
        assert zoe.get(f"/directory/imports/{run.pk}{path}").status_code == 404
    assert zoe.post(f"/directory/imports/{run.pk}/rows/2", minimum_age="1").status_code == 404
