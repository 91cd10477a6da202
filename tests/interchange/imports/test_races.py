"""Two users work on one import at the same time, on separate connections."""

from collections.abc import Iterator
from functools import partial

import pytest

from protect.directory.enums import Fact
from protect.directory.fact_records import values as facts_values
from protect.directory.models import Organisation, Phone, Service
from protect.directory.services.actions import edits
from protect.directory.services.actions.edits import Edit
from protect.interchange.imports.actions import rows
from protect.interchange.models import ImportRow, ImportRun, SourceMapping
from protect.verification.models import QueueItem
from tests.interchange.imports.uploads import Importer, apply_import, csv_of, rows_of
from tests.orgs.threads import apart, together
from tests.vault.cast import forget_cast
from tests.vault.test_key_races import refusals
from tests.verification.nights import (
    LATER,
    NOW,
    DirectoryStaff,
    count_audit_entries,
    make_directory_staff,
)

pytestmark = pytest.mark.postgres
ROUNDS = 4
MANY = [{} for _ in range(20)]


@pytest.fixture
def staff(db) -> Iterator[DirectoryStaff]:
    """Create directory staff that other connections also see, and delete them afterwards."""
    yield apart(make_directory_staff)
    apart(forget)


def forget() -> None:
    for model in (ImportRow, ImportRun, SourceMapping, QueueItem, Service, Organisation):
        model._default_manager.all().delete()
    forget_cast()


def test_two_users_applying_one_import_write_it_once(staff):
    for number in range(ROUNDS):
        edda = Importer(staff, source=f"list-{number}")
        run = apart(edda.preview, csv_of(rows_of(*MANY)))
        people = [staff.edda.scope, staff.cora.scope]

        found = together(*(partial(apply_import, each, run, at=NOW) for each in people))

        assert refusals(found) == ["interchange_import_step_not_allowed"]
        assert Service.objects.filter(source=f"list-{number}").count() == len(MANY)
    assert (count_audit_entries("import_apply"), count_audit_entries("import_create")) == (
        ROUNDS,
        ROUNDS * len(MANY),
    )


def test_two_windows_staging_one_file_store_each_row_once(staff, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 3)
    edda = Importer(staff)
    run = apart(lambda: edda.map(edda.begin(csv_of(rows_of(*MANY)))))

    together(partial(edda.stage_rows, run), partial(edda.stage_rows, run))
    run.refresh_from_db()
    together(partial(edda.validate, run), partial(edda.validate, run))

    run.refresh_from_db()
    assert (run.state, run.sealed, run.counts) == ("previewed", None, {"create": len(MANY)})
    assert list(run.rows.values_list("line", flat=True)) == list(range(2, len(MANY) + 2))


def test_the_second_user_editing_a_row_is_refused(staff):
    edda = Importer(staff)
    run = apart(edda.preview, csv_of(rows_of({"minimum_age": "x"})))
    fingerprint = rows.cells_fingerprint(run.rows.get().cells)
    mend = partial(rows.edit_row, staff.edda.scope, run, 2, seen=fingerprint, at=NOW)

    found = together(
        partial(mend, cells={"minimum_age": "16"}), partial(mend, cells={"minimum_age": "18"})
    )

    assert refusals(found) == ["directory_edit_conflict"]
    assert run.rows.get().state == "create"


def test_edit_concurrent_with_an_import_is_never_lost(staff):
    for number in range(ROUNDS):
        edda = Importer(staff, source=f"list-{number}")
        apart(edda.run_import, {})
        service = Service.objects.get(source=f"list-{number}")
        run = apart(edda.preview, csv_of(rows_of({"phones": "+35621000002|voice"})))
        values = {"phones": [{"number": "+35621000009", "kind": "voice"}]}
        fingerprint = facts_values.fingerprint_of(facts_values.read_fact(service, Fact.PHONE))
        wanted = Edit(Fact.PHONE, values, fingerprint)

        found = together(
            partial(apply_import, staff.edda.scope, run, at=LATER),
            partial(edits.edit_fact, staff.cora.scope, service, wanted, at=LATER),
        )

        # Whoever came second saw what the first had written, and was told or kept it.
        number_now = Phone.objects.get(service=service).number
        is_told = refusals(found) == ["directory_edit_conflict"]
        assert number_now == ("+35621000002" if is_told else "+35621000009")
