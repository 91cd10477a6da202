from __future__ import annotations

import pytest

from protect.directory.actions import import_rows, import_runs
from protect.directory.models import ImportRun
from protect.directory.views import import_mapping, imports
from tests.directory.bringing import csv_of, rows_of
from tests.directory.views.test_imports import desk, form_of, go, prepare, send, upload
from tests.vault.views.desk import led_to, words

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def test_addresses_that_nobody_named_stop_a_file_of_shelters_until_they_are(desk):
    rows = rows_of({"categories": "shelter"}, {})
    content = csv_of(row | {"Straat + nr": "Demo Street 5"} for row in rows)
    page = go(desk, upload(desk, content))
    mapping, typed = page.request["PATH_INFO"], form_of(page)
    page = go(desk, send(desk, mapping, typed | {"notes": typed.pop("address")}))
    run = ImportRun.objects.get()

    assert "Stopped: addresses of shelters may stand" in words(page)
    assert "Straat + nr" in words(page)
    assert "data-again" not in page.content.decode()
    refused = desk.post(f"/directory/imports/{run.pk}/prepare")
    assert refused.status_code == 422
    assert not run.rows.exists()

    send(
        desk, mapping, form_of(desk.get(mapping)) | {"notes": "", "places": typed_place(desk, run)}
    )
    prepare(desk, run)
    assert {"Straat + nr", "address"} & set(run.rows.get(line=3).cells) == set()


def typed_place(desk, run: ImportRun) -> str:
    """Return what stands in a form for the column of addresses."""
    form = desk.get(f"/directory/imports/{run.pk}/map").context["form"]
    (found,) = (key for key, told in form.fields["places"].choices if told.startswith("Straat"))
    return found


def test_a_column_that_stands_for_something_is_not_ticked_as_a_place_as_well(desk):
    page = go(desk, upload(desk, csv_of(rows_of({}))))
    typed = form_of(page)

    again = send(desk, page.request["PATH_INFO"], typed | {"places": typed["service"]})

    assert again.status_code == 422
    assert "stands for something above" in words(again)


def test_work_goes_in_pieces_and_a_script_hears_how_far(desk, edda, monkeypatch):
    monkeypatch.setattr(import_rows, "BATCH", 2)
    monkeypatch.setattr(imports, "SECONDS", 0.0)
    run = edda.map(edda.begin(csv_of(rows_of({}, {}, {}))))
    address = f"/directory/imports/{run.pk}/prepare"
    told = [send(desk, address, accept="application/json").json() for _ in range(4)]

    assert [each["done"] for each in told] == [2, 3, 5, 6]
    assert [each["is_over"] for each in told] == [False, False, False, True]
    assert told[0]["said"] == "Rows kept: 2 of 3"
    assert led_to(desk.get(address)).endswith(str(run.pk))


def test_the_time_for_a_piece_begins_when_the_file_is_open(desk, edda, monkeypatch):
    run = edda.map(edda.begin(csv_of(rows_of({}))))
    order = []
    opened, going = import_runs.opened, import_mapping.for_a_while
    monkeypatch.setattr(import_runs, "opened", lambda *a: order.append("open") or opened(*a))
    monkeypatch.setattr(import_mapping, "for_a_while", lambda: order.append("time") or going())

    send(desk, f"/directory/imports/{run.pk}/prepare")

    assert order == ["open", "time"]


def test_between_two_pieces_the_file_is_not_read_for_a_preview(desk, edda, monkeypatch):
    monkeypatch.setattr(import_rows, "BATCH", 2)
    run = edda.take_in(edda.map(edda.begin(csv_of(rows_of({}, {}, {})))), lambda: False)
    monkeypatch.setattr(import_runs, "opened", None)

    page = desk.get(f"/directory/imports/{run.pk}/prepare")

    assert "Rows kept: 2 of 3" in words(page)
    assert "Map the columns anew" in words(page)
