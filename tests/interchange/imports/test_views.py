import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.directory.models import Service
from protect.interchange.enums import RowState
from protect.interchange.models import ImportRun
from protect.kernel import clock
from protect.verification.models import QueueItem
from tests.interchange.imports.uploads import FORMATS, csv_of, rows_of, states
from tests.vault.views.desk import led_to, words

pytestmark = pytest.mark.django_db
NEW = "/directory/imports/new"


@pytest.fixture
def desk(staff):
    return staff.desk("edda")


def upload(desk, content: bytes, name: str = "Demo list.csv", source: str = "demo-list"):
    """Send a file as the form does, for the only organisation."""
    office = re.search(r'name="organisation" value="([^"]+)"', desk.get(NEW).content.decode())[1]
    file = SimpleUploadedFile(name, content)
    return desk.post(f"{NEW}/files", organisation=office, source=source, file=file)


def send(desk, address: str, fields=None, **headers: str):
    """Post fields of any names, optionally as the script of the page does."""
    with clock.frozen(desk.at):
        return desk.client.post(address, fields or {}, headers=headers)


def go(desk, answer):
    """Follow the redirect of a response, as a browser does."""
    while answer.status_code == 302:
        answer = desk.get(led_to(answer))
    return answer


def form_of(answer) -> dict[str, str]:
    """Return the data that the unchanged form of a page sends."""
    form = next(part["form"] for part in answer.context if "form" in part)
    found = {field.name: field.value() for field in form if field.value() is not None}
    return {name: value for name, value in found.items() if value != ""}


def prepare(desk, run: ImportRun) -> None:
    """Press the button until no row remains."""
    for _ in range(50):
        answer = desk.post(f"/directory/imports/{run.pk}/prepare")
        run.refresh_from_db()
        if run.state == "previewed":
            return
        assert led_to(answer).endswith("/prepare")
    raise AssertionError(run.state)


def journey(desk, content: bytes, name: str = "demo.csv") -> ImportRun:
    """Upload a file, accept the proposed mapping, read the file and open the preview."""
    page = go(desk, upload(desk, content, name))
    run = ImportRun.objects.order_by("-created").first()
    for step in ("map", "words"):
        if page.request["PATH_INFO"].endswith(step):
            page = go(desk, send(desk, page.request["PATH_INFO"], form_of(page)))
    assert page.status_code == 200, words(page)
    prepare(desk, run)
    return run


@pytest.mark.parametrize("kind", FORMATS)
def test_file_is_uploaded_mapped_previewed_and_applied(desk, kind):
    content = FORMATS[kind](rows_of({}, {"service": "Demo Line", "categories": "legal"}))

    run = journey(desk, content, f"demo.{kind}")
    page = desk.get(f"/directory/imports/{run.pk}")
    asked = desk.get(f"/directory/imports/{run.pk}/apply")

    assert "Demo Line" in words(page)
    assert "2 new services will be added" in words(asked)
    assert not Service.objects.exists()
    done = go(desk, desk.post(f"/directory/imports/{run.pk}/apply"))
    assert "Applied" in words(done)
    assert set(Service.objects.values_list("name", flat=True)) == {"Demo Counselling", "Demo Line"}


def test_empty_import_list_explains_what_to_do(desk):
    page = desk.get("/directory/imports")

    assert "No imports yet" in words(page)
    assert NEW in page.content.decode()


def test_import_list_shows_file_source_and_state(desk, edda):
    edda.preview(csv_of(rows_of({})))

    page_text = words(desk.get("/directory/imports"))

    assert all(
        each in page_text for each in ("demo.csv", "demo-list", "Ready to review", "Demo Edda")
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "It is empty."),
        (b"organisation,service\n", "no rows"),
        (b"PK\x03\x04", "damaged"),
        (b'[{"id": 1}, {"id": 2}', "not valid JSON"),
        (b"x" * 20_000_001, "the limit is 20"),
    ],
)
def test_unreadable_upload_is_an_error_beside_the_field(desk, content, says):
    page = upload(desk, content)

    assert page.status_code in {413, 422}
    assert says in words(page)
    assert not ImportRun.objects.exists()


def test_oversized_request_is_refused_before_reading(desk):
    with clock.frozen(desk.at):
        page = desk.client.post(f"{NEW}/files", CONTENT_LENGTH=25_000_000)

    assert page.status_code == 413
    assert "the limit is 20" in words(page)
    assert f'href="{NEW}"' in page.content.decode()


def test_invalid_source_name_is_an_error(desk):
    page = upload(desk, csv_of(rows_of({})), source="Demo List!")

    assert "lower-case letters" in words(page)
    assert not ImportRun.objects.exists()


def test_likely_encodings_are_shown_with_lines_of_the_file(desk):
    text = "organisation,service,categories,phones\nDemo House,Żółta linia pomocy,legal,\n"
    page = go(desk, upload(desk, text.encode("cp1250")))

    assert page.request["PATH_INFO"].endswith("/encoding")
    assert "Żółta linia" in words(page)
    answer = go(desk, desk.post(page.request["PATH_INFO"], encoding="cp1250"))
    assert answer.request["PATH_INFO"].endswith("/map")
    assert ImportRun.objects.get().encoding == "cp1250"


def test_column_cannot_be_mapped_twice(desk):
    page = go(desk, upload(desk, csv_of(rows_of({}))))
    typed = form_of(page)

    again = send(desk, page.request["PATH_INFO"], typed | {"email": typed["service"]})

    assert again.status_code == 422
    assert "This column is already mapped. Choose another one." in words(again)
    assert ImportRun.objects.get().mapping == {}


def test_words_page_offers_the_nearest_codes(desk):
    page = go(desk, upload(desk, csv_of(rows_of({"categories": "Demo juridique"}))))
    page = go(desk, send(desk, page.request["PATH_INFO"], form_of(page)))
    assert page.request["PATH_INFO"].endswith("/words")
    form = page.context["form"]
    (name,) = form.fields
    assert "legal" in [code for code, _word in form.fields[name].choices]

    page = go(desk, desk.post(page.request["PATH_INFO"], **{name: "legal"}))

    run = ImportRun.objects.get()
    assert run.values["categories"] == {"Demo juridique": "legal"}
    prepare(desk, run)
    assert run.rows.get().cells["categories"] == "legal"


def test_mapping_preview_hides_the_location_of_possible_shelters(desk):
    content = csv_of(rows_of({"categories": "shelter", "address": "Demo Street 5"}, {}))
    page = go(desk, upload(desk, content))
    page = go(desk, send(desk, page.request["PATH_INFO"], form_of(page)))

    assert page.request["PATH_INFO"].endswith("/prepare")
    assert "never stored" in words(page)
    assert "1 row may be a shelter" in words(page)
    assert "Demo Street 5" not in words(page)


def test_reserved_source_name_is_an_error_beside_the_field(desk):
    page = upload(desk, csv_of(rows_of({})), source="desk")

    assert page.status_code == 422
    assert "“desk” is reserved for services that were entered here." in words(page)
    assert not ImportRun.objects.exists()


def test_only_the_uploader_maps_a_file_then_any_editor_continues(staff, edda):
    run = edda.begin(csv_of(rows_of({})))
    cora = staff.desk("cora")

    page = go(cora, cora.get(f"/directory/imports/{run.pk}"))
    assert "only Demo Edda can open it" in words(page)
    assert cora.get(f"/directory/imports/{run.pk}/map").status_code == 409
    edda.stage_rows(edda.map(run))
    prepare(cora, run)
    cora.post(f"/directory/imports/{run.pk}/apply")
    assert Service.objects.count() == 1


def test_rows_are_filtered_by_state(desk, edda):
    run = edda.preview(csv_of(rows_of({"service": "Demo One"}, {"minimum_age": "young"})))

    page = desk.get(f"/directory/imports/{run.pk}?state=error")

    assert "Demo One" not in words(page)
    assert "“young” is not a valid age." in words(page)


def test_row_is_corrected_on_its_page(desk, edda):
    run = edda.preview(csv_of(rows_of({"minimum_age": "young"})))
    address = f"/directory/imports/{run.pk}/rows/2"
    page = desk.get(address)
    assert "write whole years" in words(page)

    send(desk, address, form_of(page) | {"minimum_age": "18"})

    assert run.rows.get().state == RowState.CREATE
    stale = send(desk, address, form_of(page) | {"minimum_age": "16"})
    assert stale.status_code == 409
    assert run.rows.get().cells["minimum_age"] == "18"


def test_proposed_hours_are_applied_by_the_user(desk, edda):
    run = edda.preview(csv_of(rows_of({"opening_hours": "Monday to Friday 9am - 5pm"})))
    address = f"/directory/imports/{run.pk}/rows/2"
    page = desk.get(address)
    assert "Mo-Fr 09:00-17:00" in words(page)
    assert run.rows.get().cells["opening_hours"] == "Monday to Friday 9am - 5pm"

    desk.post(f"{address}/take", what="hours", seen=page.context["seen"])

    row = run.rows.get()
    assert (row.cells["opening_hours"], row.troubles) == ("Mo-Fr 09:00-17:00", [])


def test_ambiguous_place_is_chosen_or_replaced_by_the_country(desk, edda, staff):
    staff.office.country = "BE"
    staff.office.save()
    place = {"country": "BE", "city": "Saint-Nicolas"}
    rows = rows_of(place | {"phones": "", "email": "a@demo.example"})
    run = edda.preview(csv_of(rows))
    address = f"/directory/imports/{run.pk}/rows/2"
    page = desk.get(address)
    places = page.context["places"]
    assert len(places) > 1

    desk.post(f"{address}/take", what=str(places[0].id), seen=page.context["seen"])
    chosen = run.rows.get()
    assert (chosen.cells["latitude"], chosen.troubles) == (str(places[0].latitude), [])

    again = edda.preview(csv_of(rows))
    address = f"/directory/imports/{again.pk}/rows/2"
    page = desk.get(address)
    desk.post(f"{address}/take", what="national", seen=page.context["seen"])
    cells = again.rows.get().cells
    assert ("city" in cells, cells["area_served"]) == (False, "national")


def test_unknown_suggestion_changes_nothing(desk, edda):
    run = edda.preview(csv_of(rows_of({})))
    address = f"/directory/imports/{run.pk}/rows/2"
    before = run.rows.get().cells

    desk.post(f"{address}/take", what="2562305", seen=desk.get(address).context["seen"])

    assert run.rows.get().cells == before


def test_conflict_shows_both_values_and_one_is_chosen(desk, edda):
    edda.run_import({"description": "As it was."})
    Service.objects.update(description="As we say.", version=2)
    run = edda.preview(csv_of(rows_of({"description": "As the file says."})))
    address = f"/directory/imports/{run.pk}/rows/2"

    page = desk.get(address)
    assert all(each in words(page) for each in ("As we say.", "As the file says."))
    assert "Phone numbers" not in [str(label) for label, *_texts in page.context["both"]]
    desk.post(f"{address}/decide", takes="file")
    desk.post(f"/directory/imports/{run.pk}/apply")

    assert Service.objects.get().description == "As the file says."


def test_apply_confirmation_counts_the_effects(desk, edda):
    edda.run_import({}, {}, {})
    Service.objects.filter(source_id="r2").update(version=2)
    rows = rows_of({"notes": "New."}, {"notes": "New."}, {"minimum_age": "x"}, {"source_id": "n"})
    run = edda.preview(csv_of([*rows[:2], rows[3], {**rows[2], "source_id": "bad"}]))

    page_text = words(desk.get(f"/directory/imports/{run.pk}/apply"))

    assert "1 new service will be added" in page_text
    assert "1 service that was neither edited" in page_text
    assert "1 conflict is not decided" in page_text
    assert "1 service of this source is not in the file" in page_text
    assert "1 row with an error will be left out" in page_text
    assert not QueueItem.objects.exists()


def test_bad_rows_can_be_downloaded_and_uploaded_again(desk, edda):
    rows = rows_of({}, {"minimum_age": "young", "notes": "=1+1", "service": "Žluta"})
    run = edda.preview(csv_of(rows))

    answer = desk.get(f"/directory/imports/{run.pk}/bad-rows.csv")
    text = answer.content.decode("utf-8-sig")
    (bad,) = csv.DictReader(io.StringIO(text))

    assert "is not a valid age." in bad["reasons"]
    assert bad["notes"] == "'=1+1"
    mended = edda.preview(text.replace("young", "18").encode())
    assert states(mended) == ["create"]
    assert mended.rows.get().cells["notes"] == "=1+1"


def test_bad_rows_of_a_shelter_contain_no_address(desk, edda):
    secret = {"address": "Demo Street 5", "city": "Valletta", "description": "At Demo Street 5"}
    run = edda.preview(csv_of(rows_of(secret | {"categories": "shelter", "minimum_age": "x"})))

    answer = desk.get(f"/directory/imports/{run.pk}/bad-rows.csv")

    assert not any(each in answer.content.decode() for each in ("Demo Street", "Valletta"))


def test_import_is_discarded_after_confirmation(desk, edda):
    run = edda.preview(csv_of(rows_of({})))
    address = f"/directory/imports/{run.pk}/discard"
    assert "Discard this import?" in words(desk.get(address))
    assert run.rows.exists()

    desk.post(address)

    assert not run.rows.exists()
    assert "discarded" in words(desk.get(f"/directory/imports/{run.pk}"))
