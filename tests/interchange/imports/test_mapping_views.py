import pytest
from django.utils.translation import override

from protect.interchange.imports.actions import rows as import_rows, runs
from protect.interchange.imports.labels import code_meaning
from protect.interchange.imports.values import code_words as words_of_codes
from protect.interchange.imports.views import mapping as mapping_views, runs as run_views
from protect.interchange.models import ImportRun
from tests.interchange.imports.test_views import desk, form_of, go, prepare, send, upload
from tests.interchange.imports.uploads import csv_of, rows_of, sheets_of, xlsx_of
from tests.vault.views.desk import led_to, words

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def test_unmarked_address_columns_stop_a_file_of_shelters(desk):
    rows = rows_of({"categories": "shelter"}, {})
    content = csv_of(row | {"Straat + nr": "Demo Street 5"} for row in rows)
    page = go(desk, upload(desk, content))
    mapping, typed = page.request["PATH_INFO"], form_of(page)
    page = go(desk, send(desk, mapping, typed | {"notes": typed.pop("address")}))
    run = ImportRun.objects.get()

    assert (
        "Stopped: columns that are not marked as addresses may contain addresses of shelters."
        in words(page)
    )
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
    """Return the values in a form for the address column."""
    form = desk.get(f"/directory/imports/{run.pk}/map").context["form"]
    (found,) = (key for key, told in form.fields["places"].choices if told.startswith("Straat"))
    return found


def test_mapped_column_cannot_also_be_marked_as_address(desk):
    page = go(desk, upload(desk, csv_of(rows_of({}))))
    typed = form_of(page)

    again = send(desk, page.request["PATH_INFO"], typed | {"places": typed["service"]})

    assert again.status_code == 422
    assert (
        "A column that you ticked is already mapped above. Untick it, or choose “none” above."
        in words(again)
    )


def test_rows_are_processed_in_batches_with_json_progress(desk, edda, monkeypatch):
    monkeypatch.setattr(import_rows, "BATCH", 2)
    monkeypatch.setattr(run_views, "SECONDS", 0.0)
    run = edda.map(edda.begin(csv_of(rows_of({}, {}, {}))))
    address = f"/directory/imports/{run.pk}/prepare"
    told = [send(desk, address, accept="application/json").json() for _ in range(4)]

    assert [each["done"] for each in told] == [2, 3, 5, 6]
    assert [each["is_over"] for each in told] == [False, False, False, True]
    assert told[0]["said"] == "Rows stored: 2 of 3"
    assert led_to(desk.get(address)).endswith(str(run.pk))


def test_time_budget_starts_after_the_file_is_parsed(desk, edda, monkeypatch):
    run = edda.map(edda.begin(csv_of(rows_of({}))))
    order = []
    opened, going = runs.parse_file, mapping_views.start_time_budget
    monkeypatch.setattr(runs, "parse_file", lambda *a: order.append("open") or opened(*a))
    monkeypatch.setattr(mapping_views, "start_time_budget", lambda: order.append("time") or going())

    send(desk, f"/directory/imports/{run.pk}/prepare")

    assert order == ["open", "time"]


def test_file_is_not_parsed_for_a_preview_between_batches(desk, edda, monkeypatch):
    monkeypatch.setattr(import_rows, "BATCH", 2)
    run = edda.stage_rows(edda.map(edda.begin(csv_of(rows_of({}, {}, {})))), lambda: False)
    monkeypatch.setattr(runs, "parse_file", None)

    page = desk.get(f"/directory/imports/{run.pk}/prepare")

    assert "Rows stored: 2 of 3" in words(page)
    assert "Map the columns again" in words(page)


def test_sheet_is_chosen_by_name_and_row_count(desk):
    content = sheets_of(Info=rows_of({}), List=rows_of({"service": "Demo Two"}, {}))
    page = go(desk, upload(desk, content, "demo.xlsx"))
    run = ImportRun.objects.get()
    assert page.request["PATH_INFO"].endswith("/sheet")
    assert all(each in words(page) for each in ("Info", "1 row", "List", "2 rows"))
    assert (run.sheet, run.total) == (None, 0)
    assert led_to(desk.get(f"/directory/imports/{run.pk}/map")).endswith("/sheet")

    page = go(desk, desk.post(page.request["PATH_INFO"], sheet="2"))

    run.refresh_from_db()
    assert page.request["PATH_INFO"].endswith("/map")
    assert (run.sheet, run.total) == (2, 2)
    assert "Demo Two" in words(page)


def test_heading_row_is_detected_and_can_be_chosen(desk):
    page = go(desk, upload(desk, xlsx_of(rows_of({}, {}), ["Demo list 2026"]), "demo.xlsx"))
    run = ImportRun.objects.get()
    assert "The headings are in row 2." in words(page)

    address = f"/directory/imports/{run.pk}/headings"
    page = desk.get(address)
    assert "Demo list 2026" in words(page)
    assert page.context["form"]["heading"].value() == 2
    page = go(desk, desk.post(address, heading="3"))

    run.refresh_from_db()
    assert "The headings are in row 3." in words(page)
    assert (run.heading, run.total, run.mapping) == (3, 1, {})


def test_words_page_shows_code_meanings_and_row_counts(desk):
    rows = rows_of({"categories": "Demo juridique"}, {"categories": "Demo juridique"})
    page = go(desk, upload(desk, csv_of(rows)))
    page = go(desk, send(desk, page.request["PATH_INFO"], form_of(page)))

    assert "2 rows have this word." in words(page)
    (field,) = page.context["form"].fields.values()
    told = dict(field.choices)
    assert told["shelter"].startswith("Shelter")
    assert "shelter" in told["shelter"]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("column", sorted(words_of_codes.CODES_BY_COLUMN))
def test_every_code_has_a_label_in_every_page_language(column, language):
    with override(language):
        assert all(code_meaning(column, code) for code in words_of_codes.column_codes(column))
