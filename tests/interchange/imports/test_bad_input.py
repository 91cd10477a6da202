"""Every row of the table of invalid input (directory-and-matching.md, section 5), by its name."""

import json
import zipfile
from io import BytesIO

import pytest

from protect.directory.models import Location, Schedule, Service
from protect.interchange.enums import RowState
from protect.interchange.errors import FileNotReadable, FileTooLarge
from protect.interchange.imports.actions import rows, runs
from protect.interchange.imports.files import reader
from protect.interchange.imports.parsers.limits import MAX_ARCHIVE_FILES
from protect.interchange.models import ImportRun
from tests.interchange.imports.uploads import (
    Importer,
    codes,
    csv_of,
    page_of,
    record_of,
    rows_of,
    states,
    workbook,
    xlsx_of,
    zip_of,
)
from tests.refusals import refuses
from tests.verification.nights import make_directory_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def edda(db):
    return Importer(make_directory_staff())


def validated_row(edda, **changes):
    """Return the only row of a file with the given changes, after validation."""
    return edda.preview(csv_of(rows_of(changes))).rows.get()


def problem_text(row) -> str:
    found = rows.row_troubles(row)
    return " ".join(f"{each.problem} {each.remedy}" for each in found)


def test_number_with_a_lost_leading_zero_is_refused(edda):
    edda.staff.office.country = "NL"
    edda.staff.office.save()

    row = validated_row(edda, country="NL", phones="201234567")

    assert (row.state, codes(row)) == ("error", ["phone_leading_zero"])
    assert "+31201234567" in problem_text(row)


def test_spreadsheet_number_with_a_lost_leading_zero_is_refused(edda):
    edda.staff.office.country = "NL"
    edda.staff.office.save()
    sheet = xlsx_of(rows_of({"country": "NL", "phones": "NUMBER"}))
    files = _members(sheet)
    page = files["xl/worksheets/sheet1.xml"]
    cell = '<c r="F2" t="inlineStr"><is><t>NUMBER</t></is></c>'
    assert cell in page
    files["xl/worksheets/sheet1.xml"] = page.replace(cell, '<c r="F2"><v>201234567</v></c>')

    row = edda.preview(zip_of(files)).rows.get()

    assert codes(row) == ["phone_leading_zero"]


def _members(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize(
    ("column", "word", "nearest"),
    [
        ("categories", "legl", "legal"),
        ("languages", "frnch", "fr"),
        ("genders_served", "womans", "women"),
        ("country", "Maltta", "MT"),
    ],
)
def test_unknown_code_is_refused_with_suggestions(edda, column, word, nearest):
    row = validated_row(edda, **{column: word})

    assert (row.state, codes(row)[0]) == ("error", "unknown_code")
    proposed = problem_text(row).partition("write one of: ")[2].rstrip(".").split(", ")
    assert len(proposed) == 3
    assert nearest in proposed


def test_hours_in_free_text_become_a_note(edda):
    text = "weekday mornings, ring first"
    run = edda.preview(csv_of(rows_of({"opening_hours": text})))
    edda.apply(run)

    schedule = Schedule.objects.get()
    assert codes(run.rows.get()) == ["hours_bad"]
    assert (schedule.expression, schedule.note) == ("", text)


@pytest.mark.parametrize(
    ("point", "says"),
    [
        (("14.5148", "35.8997"), "latitude and longitude are swapped: exchange them."),  # swapped
        (("53.34", "-6.26"), "correct the city"),  # foreign
    ],
)
def test_swapped_or_foreign_coordinates_are_refused(edda, point, says):
    row = validated_row(edda, city="Valletta", latitude=point[0], longitude=point[1])

    assert (row.state, codes(row)) == ("error", ["place_mismatch"])
    assert f"{point[0]}, {point[1]}" in problem_text(row)
    assert "35.89968, 14.5148" in problem_text(row)  # both are shown
    assert says in problem_text(row)


def test_file_in_another_encoding_asks_for_the_encoding(edda):
    content = csv_of(rows_of({"service": "Ħaż-Żebbuġ – Żółw"})).decode().encode("utf-16")

    run = edda.begin(content)

    assert run.encoding == runs.UNCLEAR_ENCODING
    assert "utf_16" in reader.likely_encodings(content)
    runs.choose_encoding(edda.person.scope, edda.person.unlocked(), run, "utf_16", at=edda.at)
    run.refresh_from_db()
    run = edda.validate(edda.stage_rows(edda.map(run)))
    assert run.rows.get().cells["service"] == "Ħaż-Żebbuġ – Żółw"


BOMB = "0" * 70_000_000
DENSE = '<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="XFD90000"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "content",
    [
        b"x" * 20_000_001,
        b"a,b\n" + b"1,2\n" * 100_001,
        zip_of({"page-1.json": BOMB}),  # 70 MB in 70 kB
        workbook(Demo="<row><c><v>1</v></c></row>" * 100_002),
        workbook(Demo=DENSE),  # two cells, and room for 1.5 billion between them
        workbook(Demo='<row r="2000000"><c r="A2000000"><v>1</v></c></row>'),
        zip_of({"page-1.json": json.dumps([{"id": str(n)} for n in range(100_001)])}),
    ],
    ids=["bytes", "rows", "bomb", "sheet rows", "dense sheet", "far row", "records"],
)
def test_too_large_file_is_refused_before_parsing(edda, content):
    with pytest.raises(FileTooLarge):
        edda.begin(content)

    assert not ImportRun.objects.exists()


def test_archive_with_a_false_declared_size_is_refused(edda):
    """The header states ten bytes and the content is longer. Neither size is trusted."""
    whole = zip_of({"page-1.json": json.dumps([record_of(row) for row in rows_of({})])})
    size = zipfile.ZipFile(BytesIO(whole)).infolist()[0].file_size
    lying = whole.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(FileNotReadable):
        edda.begin(lying)


def test_archive_with_too_many_files_is_refused(edda):
    with pytest.raises(FileTooLarge):
        edda.begin(zip_of({f"p{n}.json": "[]" for n in range(MAX_ARCHIVE_FILES + 1)}))


def test_row_without_an_id_gets_a_generated_one(edda):
    run = edda.preview(csv_of(rows_of({"source_id": ""})))
    made = run.rows.get().source_id
    edda.apply(run)

    assert made.startswith("made-")
    assert codes(run.rows.get()) == ["no_source_id"]
    assert states(edda.preview(csv_of(rows_of({"source_id": ""})))) == ["unchanged"]


@pytest.mark.parametrize(("city", "code"), [("Berg", "ambiguous"), ("Bergxyzh", "unknown")])
def test_ambiguous_or_unknown_place_is_a_warning(edda, city, code):
    edda.staff.office.country = "BE"
    edda.staff.office.save()

    run = edda.preview(csv_of(rows_of({"country": "BE", "city": city, "phones": "1712"})))
    edda.apply(run)

    assert codes(run.rows.get()) == [f"place_{code}"]
    assert (Location.objects.get().place, Service.objects.count()) == (None, 1)


# --- feeds ----------------------------------------------------------------------------------------


def feed(*records: object) -> bytes:
    return json.dumps(list(records)).encode()


GOOD = record_of(rows_of({})[0])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": 17}, "id"),
        ({"name": None}, "name"),
        ({"status": "Active"}, "status"),
        ({"status": None}, "status"),
        ({"organization": None, "organization_id": "o1"}, "organization"),
        ({"phones": [{"id": "p"}]}, "phones.0.number"),
        ({"phones": "+35621000001"}, "phones"),
        ({"minimum_age": "eighteen"}, "minimum_age"),
        ({"schedules": [{"freq": "DAILY"}]}, "schedules.0.freq"),
        (
            {"service_at_locations": [{"location": {"latitude": "35.9"}}]},
            "service_at_locations.0.location.latitude",
        ),
    ],
)
def test_invalid_record_is_reported_by_position_and_others_are_imported(edda, change, field):
    run = edda.preview(feed(GOOD | {"id": "good"}, GOOD | change))

    assert states(run) == ["create", "error"]
    row = run.rows.get(line=2)
    assert codes(row)[0] == "record_invalid"
    assert problem_text(row).startswith("Page 1, record 2: ")
    assert f"“{field}”" in problem_text(row)


def test_nulls_of_a_feed_are_ignored(edda):
    run = edda.preview(feed(GOOD | {"email": None, "schedules": None, "url": None}))

    assert states(run) == ["create"]


def test_violation_message_quotes_no_value(edda):
    planted = "12 Demo Street"
    bad = GOOD | {"minimum_age": planted, "status": planted, "phones": [planted]}
    bad |= {"attributes": []}  # what has no kind may be a shelter

    row = edda.preview(feed(bad)).rows.get()

    assert codes(row)[0] == "record_invalid"
    assert planted not in repr((row.cells, row.troubles))


def test_page_of_open_referral_uk_is_read_record_by_record(edda):
    page = {
        "totalElements": 2,
        "totalPages": 1,
        "number": 1,
        "size": 2,
        "content": [
            GOOD | {"id": "one", "eligibilitys": [], "regular_schedules": []},
            {"id": "two", "name": "Demo", "organization_id": "o1", "status": "active"},
        ],
    }

    run = edda.preview(json.dumps(page).encode())

    assert states(run) == ["create", "error"]


def test_corrected_record_has_no_violation(edda):
    run = edda.preview(feed(GOOD | {"status": "Active"}))
    fingerprint = rows.cells_fingerprint(run.rows.get().cells)

    row = rows.edit_row(edda.person.scope, run, 1, {"notes": "x"}, fingerprint, at=edda.at)

    assert row.state == RowState.CREATE


ONE, TWO = GOOD | {"id": "one"}, GOOD | {"id": "two"}
CHANGED = [
    ("totals", [page_of([ONE], 1, 2, 2), page_of([TWO], 2, 2, 3)]),
    ("pages", [page_of([ONE], 1, 2, 2), page_of([TWO], 2, 3, 2)]),
    ("missing page", [page_of([ONE], 1, 3, 2), page_of([TWO], 3, 3, 2)]),
    ("missing record", [page_of([ONE], 1, 2, 3), page_of([TWO], 2, 2, 3)]),
    ("twice", [page_of([ONE], 1, 2, 2), page_of([ONE | {"name": "Other"}], 2, 2, 2)]),
    ("one of many", [page_of([ONE], 1, 5, 5)]),
]


@pytest.mark.parametrize("pages", [pages for _name, pages in CHANGED], ids=[n for n, _ in CHANGED])
@pytest.mark.parametrize("shape", ["zip", "lines", "list"])
def test_feed_that_changed_during_download_is_refused(edda, pages, shape):
    content = {
        "zip": zip_of({f"page-{n}.json": json.dumps(page) for n, page in enumerate(pages)}),
        "lines": "\n".join(map(json.dumps, pages)).encode(),
        "list": json.dumps(pages).encode(),
    }[shape]

    with refuses("feed_changed") as refused:
        edda.begin(content)

    assert (
        "Download all its pages again without a break and upload them in one ZIP file."
        in refused.value.text()
    )
    assert not ImportRun.objects.exists()


def test_consistent_pages_are_read_in_natural_order(edda):
    pages = {
        f"p{n}.json": json.dumps(page_of([GOOD | {"id": f"r{n}"}], n, 11, 11)) for n in range(1, 12)
    }

    run = edda.preview(zip_of(pages))

    assert [row.source_id for row in run.rows.all()] == [f"r{n}" for n in range(1, 12)]


def test_identical_repeated_record_is_read_once(edda):
    assert states(edda.preview(feed(ONE, ONE, TWO))) == ["create", "create"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p>For <b>women</b></p><script>alert(1)</script>", "For women"),
        ("a &lt; b", "a < b"),
        ("<img src=x onerror=alert(1)>Come", "Come"),
        ("&lt;script&gt;x&lt;/script&gt;Come", "Come"),
        ("One<br>Two", "One\nTwo"),
    ],
)
def test_markup_is_removed_from_every_format(edda, text, kept):
    for content in (
        feed(GOOD | {"description": text}),
        csv_of(rows_of({"description": text})),
        xlsx_of(rows_of({"description": text})),
    ):
        assert edda.preview(content).rows.get().cells["description"] == kept
