import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given, strategies as st

from protect.interchange.errors import FileNotReadable, FileTooLarge
from protect.interchange.imports.files import feeds, records
from protect.interchange.imports.files.feeds import Record
from protect.interchange.imports.files.schedules import opening_hours
from protect.interchange.imports.files.tables import SentFile, parse_table
from protect.interchange.imports.parsers import feed_pages
from protect.interchange.imports.parsers.limits import CellBudget
from protect.interchange.imports.row import text_without_tags
from tests.interchange.imports.uploads import zip_of

OFFICIAL = settings.BASE_DIR.parent / "shared/data/hsds"
TODAY = date(2026, 11, 24)
ZONE = "Europe/Brussels"
needs_official = pytest.mark.skipif(
    not OFFICIAL.is_dir(), reason="the official examples of HSDS are not here"
)


def cells_of(data: object) -> dict[str, str]:
    table = records.records_table([Record(1, 1, data)], "demo", today=TODAY)
    return table.rows[0].texts


def package(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.write(folder / "datapackage.json", "datapackage.json")
        for path in (folder / "examples/csv").iterdir():
            archive.write(path, f"examples/csv/{path.name}")
    return out.getvalue()


@needs_official
@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_official_example_has_no_violations(version):
    content = (OFFICIAL / version / "examples/service_full.json").read_bytes()

    (line,) = parse_table(SentFile.from_content(content), "demo", today=TODAY).rows

    assert line.troubles == []
    assert line["service"] == "Community Counselling"
    assert line["organisation"] == "Example Organization Inc."
    assert line["languages"] == "ur"
    assert line["opening_hours"].startswith("The service is available from 10 am")


@needs_official
@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_official_data_package_is_joined_without_numbers_of_contacts(version):
    found = feeds.read_package(package(OFFICIAL / version))

    line = records.records_table(found, "demo", today=TODAY).rows[0]
    assert line["organisation"] == "Example Organization Inc."
    assert line["city"] == "MyCity"
    assert line["phones"] == ""  # the one number hangs on a contact


@needs_official
@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_our_required_fields_are_required_by_the_standard(version):
    """A record that is valid by the official schema and names its organisation is accepted."""
    official = json.loads((OFFICIAL / version / "schema/service.json").read_text("utf-8"))
    ours = json.loads(records.SCHEMA_PATH.read_text("utf-8"))

    assert set(official["required"]) <= set(ours["required"])
    assert set(ours["required"]) - set(official["required"]) == {"organization"}
    assert ours["properties"]["status"]["enum"] == official["properties"]["status"]["enum"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    (
        *("id", "name", "status", "organization", "phones", "schedules", "service_at_locations"),
        *("attributes", "languages", "cost_options", "service_areas", "minimum_age"),
    )
)


@given(st.dictionaries(FIELDS, JSON, max_size=6) | JSON)
def test_any_record_becomes_cells_of_text(data):
    cells = cells_of(feed_pages.load_document(json.dumps(data), CellBudget()))

    assert all(isinstance(text, str) for text in cells.values())


@given(st.lists(JSON, max_size=4))
def test_any_json_document_becomes_pages_of_records(document):
    facts, body = feed_pages.parse(json.dumps(document).encode(), {})

    pages = feeds.PAGES.validate_json(body)
    assert facts == {}
    assert sum(len(page.records) for page in pages) <= max(1, len(document))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[" * 33 + b"1" + b"]" * 33, "It has more than 32 nested levels."),
        (b"[" * 100_000, "It is not valid JSON, or it is incomplete."),
        (b'[{"id": "\\ud800"}]', "It is not valid JSON, or it is incomplete."),
        (b'[{"id": NaN}]', "It is not valid JSON, or it is incomplete."),
    ],
    ids=["deep", "deeper", "half a letter", "no number"],
)
def test_hostile_json_is_refused_with_a_message(content, problem):
    with pytest.raises(FileNotReadable) as refused:
        feeds.read_feed(content)

    assert refused.value.text() == f"The file cannot be read: {problem} Nothing was read."


def test_feed_with_too_many_values_is_refused_with_a_message():
    with pytest.raises(FileTooLarge, match="file_too_large") as refused:
        feeds.read_feed(b"[" + b"0," * 2_000_000 + b"0]")

    assert "more than 2000000 cells" in refused.value.text()


def test_own_category_codes_are_recognised_in_own_feeds():
    terms = ["category:legal", "category:shelter", "need:legal", "detail:osm_hours"]
    attributes = [{"taxonomy_term": {"code": code, "name": "x"}} for code in terms]

    assert cells_of({"attributes": attributes})["categories"] == "legal;shelter"


WEEKLY = {"freq": "WEEKLY", "byday": "MO"}


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("09:00", "17:00"), "Mo 09:00-17:00"),
        (("09:00:00", "17:00:00"), "Mo 09:00-17:00"),
        (("09:00+01:00", "17:00+01:00"), "Mo 09:00-17:00"),
    ],
)
def test_recurring_schedules_become_hours(times, expected):
    row = WEEKLY | {"opens_at": times[0], "closes_at": times[1]}

    assert expected in opening_hours([row], ZONE, TODAY)


@pytest.mark.parametrize(
    "change",
    [
        {"freq": "DAILY"},
        {"interval": 2},
        {"count": 5},
        {"bymonthday": "1"},
        {"byday": "XX"},
        {"opens_at": "nine"},
        {"opens_at": "09:00+05:00", "closes_at": "17:00+05:00"},  # of another zone
        {"timezone": 5},
    ],
)
def test_inexact_schedules_become_a_note(change):
    row = WEEKLY | {"opens_at": "09:00", "closes_at": "17:00"}
    row |= {"description": "Mondays, mostly"} | change

    assert opening_hours([row], ZONE, TODAY) == "Mondays, mostly"


def test_hours_for_visits_take_precedence_over_hours_for_calls():
    rows = [
        {"freq": "WEEKLY", "byday": day, "opens_at": "09:00", "closes_at": "12:00"} | how
        for day, how in (("TU", {"attending_type": "By phone"}), ("MO", {}))
    ]

    assert opening_hours(rows, ZONE, TODAY).startswith("Mo")


def test_hours_of_own_feeds_round_trip():
    term = {"taxonomy_term": {"code": "detail:osm_hours"}, "value": "Mo 09:00+"}

    assert opening_hours([{"attributes": [term]}], ZONE, TODAY) == "Mo 09:00+"


@given(st.text(alphabet="<>&ab /;ltgscrip=\"'", max_size=40))
def test_stripped_text_has_no_markup(text):
    assert text_without_tags(text_without_tags(text)) == text_without_tags(text)
    assert "<script" not in text_without_tags(text).casefold()


@given(
    st.text(
        st.characters(blacklist_characters="<>&\r\x00", blacklist_categories=["Cs"]), max_size=40
    )
)
def test_text_without_markup_keeps_its_words(text):
    assert text_without_tags(text).split() == text.split()


def test_tables_that_grow_too_large_when_joined_are_refused():
    files = {
        "datapackage.json": json.dumps(
            {
                "resources": [
                    {"name": name, "path": f"{name}.csv"} for name in ("service", "organization")
                ]
            }
        ),
        "organization.csv": f"id,name\no,{'x' * 100_000}\n",
        "service.csv": "id,organization_id\n" + "".join(f"s{n},o\n" for n in range(4000)),
    }

    with pytest.raises(FileNotReadable) as refused:
        feeds.read_package(zip_of(files))

    assert "Reading it takes too much time or memory." in refused.value.text()


def test_file_kind_is_detected_by_content():
    assert SentFile.from_content(b"a,b\n1,2\n").kind == "csv"
    assert SentFile.from_content(b'\xef\xbb\xbf {"id": "a"}').kind == "hsds"
