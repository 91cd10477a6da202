from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.demo import services
from protect.directory.enums import Status
from protect.directory.models import Organisation, Service
from protect.directory.services.actions import texts
from protect.interchange.enums import ImportState, RowState
from protect.interchange.errors import FileNotReadable, FileTooLarge
from protect.interchange.imports.actions import rows as import_rows, runs
from protect.interchange.models import ImportRow, ImportRun, SourceMapping
from tests.interchange.imports.uploads import Importer, codes, csv_of, rows_of, states
from tests.refusals import refuses
from tests.vault.cast import renew
from tests.verification.nights import NOW, count_audit_entries

pytestmark = pytest.mark.django_db


def test_upload_is_sealed_to_its_uploader(edda, staff):
    run = edda.begin(csv_of(rows_of({"description": "PLANTED"})), name="Demo list.csv")

    assert (run.state, run.kind, run.name) == ("uploaded", "csv", "Demo list.csv")
    assert b"PLANTED" not in bytes(run.sealed)
    assert not run.rows.exists()
    with refuses("interchange_import_file_gone"):
        runs.parse_file(staff.cora.unlocked(), run)
    assert count_audit_entries("import_begin") == 1


def test_upload_cannot_be_opened_after_a_key_change(edda):
    run = edda.begin(csv_of(rows_of({})))
    renew(edda.person)

    with refuses("interchange_import_file_gone"):
        edda.map(run)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileNotReadable),
        (b"organisation,service\n", FileNotReadable),
        (b"PK\x03\x04 no archive", FileNotReadable),
        (b"x" * 20_000_001, FileTooLarge),
    ],
)
def test_unreadable_upload_is_not_stored(edda, content, refusal):
    with pytest.raises(refusal):
        edda.begin(content)

    assert not ImportRun.objects.exists()
    assert count_audit_entries("import_begin") == 0


@pytest.mark.parametrize("source", [texts.DESK, services.SOURCE])
def test_reserved_source_is_refused(edda, source):
    edda.source = source
    with refuses("interchange_import_source_reserved") as refusal:
        edda.begin(csv_of(rows_of({})))

    assert refusal.value.code == "interchange_import_source_reserved"
    assert not ImportRun.objects.exists()
    assert count_audit_entries("import_begin") == 0


@pytest.mark.parametrize("name", ["vito", "mona", "rita", "zoe"])
def test_only_editors_of_the_country_can_upload(staff, name):
    with pytest.raises(PermissionDenied):
        Importer(staff, name).begin(csv_of(rows_of({})))

    assert not ImportRun.objects.exists()


def test_staging_deletes_the_upload_and_keeps_its_rows(edda):
    run = edda.stage_rows(edda.map(edda.begin(csv_of(rows_of({}, {})))))

    run.refresh_from_db()
    assert (run.state, run.sealed, run.total, run.prepared) == ("mapped", None, 2, 0)
    assert [row.source_id for row in run.rows.all()] == ["r1", "r2"]


def test_next_file_of_a_source_reuses_its_mapping(edda):
    content = b"Who,What,Sort,Tel\nDemo House,Demo Line,legal,+35621000001\n"
    edda.map(edda.begin(content), organisation="Who", service="What", categories="Sort")
    run = edda.begin(content)

    found = runs.parse_file(edda.person.unlocked(), run)

    assert found.columns == {
        "organisation": "Who",
        "service": "What",
        "categories": "Sort",
        "phones": "Tel",
    }
    assert SourceMapping.objects.count() == 1


def test_unknown_column_name_is_not_stored_in_the_mapping(edda):
    """A file without a header has a shelter's address in place of a column name."""
    header = b"Demo Street 5,service,organisation,categories\n"
    run = edda.begin(header + b"x,Demo Line,Demo House,legal\n")
    edda.map(run, address="Demo Street 5")

    run.refresh_from_db()
    stored_text = f"{run.mapping} {run.columns} {SourceMapping.objects.get().columns}"
    assert "Demo Street" not in stored_text
    assert runs.parse_file(edda.person.unlocked(), run).columns["address"] == "Demo Street 5"


def test_missing_required_columns_refuse_the_mapping(edda):
    run = edda.begin(b"organisation,service,x\nDemo House,Demo Line,y\n")

    with refuses("interchange_import_columns_missing") as refused:
        edda.map(run)

    assert "categories" in refused.value.text()
    with refuses("interchange_import_step_not_allowed"):
        edda.stage_rows(run)
    assert not ImportRow.objects.exists()


def test_file_without_a_country_gets_that_of_the_organisation(edda):
    rows = [{key: text for key, text in row.items() if key != "country"} for row in rows_of({})]

    edda.apply(edda.preview(csv_of(rows)))

    assert Service.objects.get().country_id == "MT"


def test_row_of_another_country_is_refused(edda):
    run = edda.preview(csv_of(rows_of({"country": "IE", "phones": ""}, {})))

    assert states(run) == ["error", "create"]
    assert codes(run.rows.get(line=2)) == ["country_not_yours"]


def test_id_of_a_service_in_another_country_is_refused(edda, staff):
    edda.run_import({})
    Service.objects.update(country="IE")

    run = edda.preview(csv_of(rows_of({"description": "Changed."})))

    assert codes(run.rows.get()) == ["country_not_yours"]
    edda.apply(run)
    assert Service.objects.get().description == ""


def test_new_services_wait_for_review_unpublished(edda):
    edda.run_import({}, {"service": "Demo Line"})

    assert set(Service.objects.values_list("status", "released_at")) == {(Status.REVIEW, None)}
    assert count_audit_entries("import_create") == 2


def test_organisation_without_a_service_creates_none(edda):
    run = edda.preview(csv_of(rows_of({"service": ""}, {})))
    edda.apply(run)

    assert states(run) == ["error", "create"]
    assert codes(run.rows.get(line=2)) == ["cell_missing"]
    assert (Service.objects.count(), Organisation.objects.count()) == (1, 1)


def test_importing_twice_changes_nothing(edda):
    edda.run_import({}, {"categories": "shelter", "city": "Valletta", "address": "Demo Street 5"})
    before = list(Service.objects.order_by("pk").values())

    run = edda.preview(csv_of(rows_of({}, {"categories": "shelter", "city": "Sliema"})))

    assert states(run) == ["unchanged", "unchanged"]
    edda.apply(run)
    assert list(Service.objects.order_by("pk").values()) == before


def test_generated_ids_use_the_chosen_columns(edda):
    rows = rows_of({"source_id": "", "email": "a@demo.example"}, {"source_id": "", "email": ""})
    run = edda.map(edda.begin(csv_of(rows)), id_columns=["service", "email"])
    run = edda.validate(edda.stage_rows(run))

    ids = [row.source_id for row in run.rows.all()]
    assert len(set(ids)) == 2
    assert all(id_.startswith("made-") for id_ in ids)
    again = edda.map(edda.begin(csv_of([rows[0] | {"phones": "1772"}])), ["service", "email"])
    assert edda.stage_rows(again).rows.get().source_id == ids[0]


def test_generated_ids_never_use_address_columns(edda):
    rows = rows_of({"source_id": "", "address": "Demo Street 5"})
    run = edda.map(edda.begin(csv_of(rows)), id_columns=["service", "address"])

    assert run.values["source_id"] == {"*": "service"}


def test_edited_row_is_validated_again(edda):
    run = edda.preview(csv_of(rows_of({"minimum_age": "young"}, {})))
    row = run.rows.get(line=2)
    fingerprint = import_rows.cells_fingerprint(row.cells)

    mended = import_rows.edit_row(
        edda.person.scope, run, 2, {"minimum_age": "18"}, fingerprint, at=NOW
    )

    run.refresh_from_db()
    assert (mended.state, mended.troubles) == (RowState.CREATE, [])
    assert run.counts == {"create": 2}
    assert count_audit_entries("import_edit_row") == 1


def test_two_users_editing_a_row_do_not_overwrite_each_other(edda):
    run = edda.preview(csv_of(rows_of({"minimum_age": "young"})))
    fingerprint = import_rows.cells_fingerprint(run.rows.get().cells)
    scope = edda.person.scope
    import_rows.edit_row(scope, run, 2, {"minimum_age": "18"}, fingerprint, at=NOW)

    with refuses("directory_edit_conflict"):
        import_rows.edit_row(scope, run, 2, {"minimum_age": "16"}, fingerprint, at=NOW)

    assert run.rows.get().cells["minimum_age"] == "18"


def test_rows_with_the_same_id_are_refused_until_corrected(edda):
    run = edda.preview(csv_of(rows_of({}, {})))
    scope = edda.person.scope
    for source_id, expected in (("r2", ["error", "error"]), ("r1", ["create", "create"])):
        fingerprint = import_rows.cells_fingerprint(run.rows.get(line=2).cells)
        import_rows.edit_row(scope, run, 2, {"source_id": source_id}, fingerprint, at=NOW)
        assert states(run) == expected


def test_row_edited_into_a_shelter_loses_its_location(edda):
    place = {"city": "Valletta", "address": "Demo Street 5", "postal_code": "VLT 1234"}
    run = edda.preview(csv_of(rows_of(place | {"description": "At Demo Street 5."})))
    row = run.rows.get()
    fingerprint = import_rows.cells_fingerprint(row.cells)

    import_rows.edit_row(edda.person.scope, run, 2, {"categories": "shelter"}, fingerprint, at=NOW)

    row.refresh_from_db()
    assert not any(secret in repr((row.cells, row.troubles)) for secret in ("Demo Street", "VLT"))
    assert import_rows.has_hidden_location(row)


def test_location_cannot_be_entered_for_a_shelter_row(edda):
    run = edda.preview(csv_of(rows_of({"categories": "shelter"})))
    fingerprint = import_rows.cells_fingerprint(run.rows.get().cells)
    typed = {"address": "Demo Street 5", "description": "Ring at 5 Demo Street.", "city": "Sliema"}

    row = import_rows.edit_row(edda.person.scope, run, 2, typed, fingerprint, at=NOW)

    assert "Demo Street" not in repr((row.cells, row.troubles))
    assert "Sliema" not in repr(row.cells)


def test_discarded_import_leaves_neither_file_nor_rows(edda):
    for run in (edda.begin(csv_of(rows_of({}))), edda.preview(csv_of(rows_of({})))):
        runs.discard_import(edda.person.scope, run, at=NOW)
        run.refresh_from_db()
        assert (run.state, run.sealed, run.rows.count()) == (ImportState.DISCARDED, None, 0)


def test_applied_or_discarded_import_cannot_change(edda):
    run = edda.run_import({})

    for again in (
        lambda: edda.apply(run),
        lambda: runs.discard_import(edda.person.scope, run, at=NOW),
        lambda: edda.map(run),
    ):
        with refuses(("interchange_import_step_not_allowed", "interchange_import_file_gone")):
            again()
    assert count_audit_entries("import_apply") == 1


def test_uploads_expire_after_two_days_and_rows_after_thirty(edda):
    waiting = edda.begin(csv_of(rows_of({})))
    previewed = edda.preview(csv_of(rows_of({})))
    applied = edda.run_import({})

    assert runs.delete_expired_imports(at=NOW + timedelta(hours=47)) == 0
    assert runs.delete_expired_imports(at=NOW + timedelta(hours=48)) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.sealed) == (ImportState.DISCARDED, None)
    assert runs.delete_expired_imports(at=NOW + timedelta(days=30)) == 2
    previewed.refresh_from_db()
    applied.refresh_from_db()
    assert (previewed.state, applied.state) == (ImportState.DISCARDED, ImportState.APPLIED)
    assert not ImportRow.objects.exists()


def test_import_steps_are_audited_for_the_organisation(edda, staff):
    edda.run_import({})

    entries = Entry.objects.filter(action__startswith="interchange.import_")
    assert {entry.organisation for entry in entries} == {staff.office.pk}
    assert {entry.actor_id for entry in entries} == {edda.person.pk}
