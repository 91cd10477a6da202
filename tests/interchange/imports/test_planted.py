"""A file full of shelters' addresses goes through the whole import: no text of them is left.

Every column of every table is searched, with what was mailed and written into the audit, as
`tests/vault/test_planted.py` searches the bytes of the database. First the search is shown to work.
"""

import json
from collections.abc import Iterator

import pytest
from django.db import connection

from protect.directory.facts.base.cells import ProblemCode
from protect.directory.models import Location, Service
from protect.interchange.enums import RowState
from protect.interchange.imports.actions import rows as import_rows, runs
from protect.interchange.imports.actions.runs import ColumnMapping
from tests.interchange.imports.uploads import FORMATS, Importer, codes, csv_of, record_of, rows_of
from tests.refusals import refuses
from tests.verification.nights import NOW, make_directory_staff

pytestmark = pytest.mark.django_db

DROPPED = ProblemCode.SHELTER_PLACE_DROPPED
STREET, CODE, TOWN = "Triq Qarnita 77", "QRN 4077", "Marsaskala"
LATITUDE, LONGITUDE = "35.862211", "14.567733"
PLANTED = ("Qarnita", "QRN 4077", "QRN4077", "35.862211", "14.567733", "35.8622", "qarnita")
PLACE = {
    "city": TOWN,
    "address": STREET,
    "postal_code": CODE,
    "latitude": LATITUDE,
    "longitude": LONGITUDE,
}
SHELTER = PLACE | {"categories": "shelter", "service": "Demo Shelter"}
ROWS = [
    SHELTER,
    SHELTER | {"description": f"Ring twice at {STREET.lower()}, {CODE}."},
    SHELTER | {"how_to_access": f"https://www.google.com/maps/@{LATITUDE},{LONGITUDE}"},
    SHELTER | {"notes": "At 12 Qarnita Street, behind the church."},  # another spelling
    SHELTER | {"phones": f"{STREET}|voice"},  # in the wrong column: a mistake
    SHELTER | {"categories": "sheltr", "minimum_age": STREET},  # a code that nobody knows
    SHELTER | {"categories": "", "email": STREET},
    SHELTER | {"categories": STREET},
    SHELTER | {"source_id": STREET},
    SHELTER | {"categories": "legal;shelter", "area_served": STREET},
    SHELTER | {"organisation": f"Demo House, {STREET}"},
    SHELTER | {"source_id": "", "cost": f"free at {STREET}"},
]


def texts() -> Iterator[tuple[str, str]]:
    """Yield every value of every table as text, with its column."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in sorted(tables):
            if table.startswith(("reference_", "sqlite_")):  # settlements bear the names of towns
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [each[0] for each in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(columns, row, strict=True):
                    yield f"{table}.{name}", _text(value)


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, default=str, ensure_ascii=False)


def found(*planted: str) -> set[str]:
    """Return the columns that contain one of these texts."""
    return {place for place, text in texts() for each in planted if each in text}


@pytest.fixture
def edda(db):
    return Importer(make_directory_staff())


def test_search_for_planted_texts_finds_unprotected_rows(edda):
    edda.run_import(PLACE | {"description": f"At {STREET}"})

    places = found(*PLANTED)
    assert {"directory_location.address", "directory_service.description"} <= places
    assert {"interchange_importrow.cells", "directory_location.latitude"} <= places


@pytest.mark.parametrize("kind", FORMATS)
def test_import_of_shelter_addresses_stores_none(edda, kind):
    content = FORMATS[kind](rows_of(*ROWS))
    steps = []
    run = edda.begin(content)
    steps.append(found(*PLANTED))
    run = edda.stage_rows(edda.map(run), has_time=lambda: False)
    steps.append(found(*PLANTED))
    run = edda.validate(run)
    steps.append(found(*PLANTED))
    edda.apply(run)
    steps.append(found(*PLANTED))

    assert steps == [set()] * 4
    assert TOWN not in {text for place, text in texts() if place.startswith("directory_")}
    assert Service.objects.exists()
    assert not Location.objects.exists()
    dropped = [
        trouble for row in run.rows.all() for trouble in row.troubles if trouble[0] == DROPPED
    ]
    assert len(dropped) >= len(ROWS) - 1  # one has no id, by which tables are joined
    assert all("address" in column for _code, column, *_more in dropped)


def test_second_import_with_other_addresses_stores_none(edda):
    edda.run_import(*ROWS)
    moved = [row | {"address": "Triq Qarnita 78"} for row in ROWS]
    moved[1] |= {"description": "Triq Qarnita 78"}

    edda.run_import(*moved)

    assert found(*PLANTED) == set()


def mapped(edda, rows: list[dict[str, str]], places: tuple[str, ...] = (), **columns: str):
    """Import rows with address columns mapped to the given fields, and to no others."""
    run = edda.begin(csv_of(rows))
    found = runs.parse_file(edda.person.unlocked(), run)
    chosen = {ours: name for ours, name in found.columns.items() if ours != "address"} | columns
    meant = ColumnMapping(chosen, found.table.columns, places)
    return runs.map_columns(edda.person.scope, run, meant, at=NOW)


@pytest.mark.parametrize("name", ["Street address", "Straat + nr", "Qarnita"])
@pytest.mark.parametrize("ours", ["", "notes", "description"])
def test_unmarked_address_column_refuses_a_file_before_storing(edda, name, ours):
    rows = [row | {name: STREET} for row in rows_of({}, {"categories": "shelter"})]
    run = mapped(edda, rows, **({ours: name} if ours else {}))

    with refuses("interchange_import_places_unnamed") as refused:
        edda.stage_rows(run)

    assert refused.value.facts == {"columns": "7"}
    assert found(*PLANTED) == set()
    assert not run.rows.exists()


def test_marked_address_column_is_removed_from_other_cells_and_not_stored(edda):
    address_texts = {"categories": "shelter", "description": f"Our house: {STREET}"}
    rows = [row | {"Wegweiser": STREET} for row in rows_of(address_texts)]
    run = mapped(edda, rows, places=("Wegweiser",))

    edda.apply(edda.validate(edda.stage_rows(run)))

    assert found(*PLANTED) == set()
    assert "Our house" in Service.objects.get().description


def test_file_without_shelters_may_leave_address_columns_unmarked(edda):
    rows = [row | {"Street address": STREET} for row in rows_of({}, {"categories": "legal"})]

    edda.apply(edda.validate(edda.stage_rows(mapped(edda, rows))))

    assert found(*PLANTED) == set()
    assert Service.objects.count() == 2


def test_protected_service_requires_marked_address_columns(edda):
    edda.run_import({}, {})
    Service.objects.filter(source_id="r1").update(address_audience="never_stored")
    rows = [row | {"Street address": STREET} for row in rows_of({}, {})]

    with refuses("interchange_import_places_unnamed"):
        edda.stage_rows(mapped(edda, rows))


def test_file_without_a_header_stores_no_address_as_column_name(edda):
    line = ["a", "Demo Shelter", "Demo House", "shelter", STREET, TOWN]
    content = "\n".join([",".join(line), ",".join(line)]).encode()
    run = edda.begin(content)
    columns = {"service": line[1], "organisation": line[2], "categories": line[3]}
    every = runs.parse_file(edda.person.unlocked(), run).table.columns

    meant = ColumnMapping({**columns, "address": STREET}, every)
    run = runs.map_columns(edda.person.scope, run, meant, at=NOW)

    assert found(*PLANTED) == set()
    edda.apply(edda.validate(edda.stage_rows(run)))
    assert found(*PLANTED) == set()


def test_invalid_record_stores_no_address(edda):
    (row,) = rows_of(SHELTER)
    bad = record_of(row, phones=[{"id": "p", "nummer": STREET}], status=STREET, alert=STREET)

    edda.apply(edda.preview(json.dumps([bad, {"id": STREET}, STREET]).encode()))

    assert found(*PLANTED) == set()


def test_row_corrected_into_a_shelter_stores_no_address(edda):
    run = edda.preview(csv_of(rows_of(PLACE | {"minimum_age": "x"})))
    assert "interchange_importrow.cells" in found(*PLANTED)
    fingerprint = import_rows.cells_fingerprint(run.rows.get().cells)
    typed = PLACE | {"categories": "shelter", "minimum_age": "18", "description": STREET}

    import_rows.edit_row(edda.person.scope, run, 2, typed, fingerprint, at=NOW)
    edda.apply(run)

    assert found(*PLANTED) == set()
    assert Service.objects.get().address_audience == "never_stored"


def test_discarded_or_expired_import_leaves_no_address(edda):
    run = edda.preview(csv_of(rows_of(PLACE)))
    runs.discard_import(edda.person.scope, run, at=NOW)

    assert found(*PLANTED) == set()


def test_service_turned_into_a_shelter_by_a_file_is_erased_everywhere(edda):
    address_texts = {"notes": f"Ring at {STREET}", "how_to_access": f"Come to {STREET}."}
    edda.run_import(PLACE | address_texts)
    edda.preview(csv_of(rows_of(PLACE | address_texts)))  # never applied
    assert found(*PLANTED)

    edda.run_import({"categories": "shelter", "city": TOWN, "how_to_access": "Call."})

    assert Service.objects.get().address_audience == "never_stored"
    assert found(*PLANTED) == set()


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("service", "Refuge Triq Qarnita 77"),
        ("organisation", "Casa Triq Qarnita 77"),
        ("source_id", "triq-qarnita-77-4077"),
    ],
)
def test_shelter_named_by_its_street_is_refused_without_quote(edda, column, text):
    run = edda.preview(csv_of(rows_of({"categories": "shelter", column: text})))

    row = run.rows.get()
    assert row.state == RowState.ERROR
    assert ProblemCode.SHELTER_NAME_TELLS in codes(row)
    edda.apply(run)
    assert found(*PLANTED) == set()
    assert not Service.objects.exists()


def test_helpline_number_and_hospital_names_are_accepted(edda):
    named = {"service": "15900 Helpline", "organisation": "Demo Regional Hospital"}

    edda.run_import({"categories": "shelter", **named})

    assert Service.objects.get().name == "15900 Helpline"
