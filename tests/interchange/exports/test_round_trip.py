"""An exported file that is imported again: into the same directory, and into another one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

import protect.directory
from protect.directory.enums import Readers, Status
from protect.directory.models import Location, Organisation, Phone, Service
from protect.interchange.imports.actions import command
from protect.interchange.imports.files import reader
from tests.directory.demo import TUESDAY
from tests.interchange.exports.files import exported_file

STARTER = Path(protect.directory.__file__).parent / "data" / "services" / "services.csv"
LATER = TUESDAY + timedelta(days=1)


@pytest.fixture(scope="module")
def imported(django_db_setup, django_db_blocker):
    """Load the starter directory once for each file."""
    if not STARTER.is_file():
        pytest.skip("the starter directory is not part of this checkout")
    with django_db_blocker.unblock(), transaction.atomic():
        run_import(STARTER.read_bytes(), "starter")
        yield
        transaction.set_rollback(True)


def run_import(content, source):
    table = reader.csv_table(content, source)
    return command.import_services(
        table, publish=True, dry_run=False, at=TUESDAY, report_progress=lambda done, total: None
    )


def written(readers=Readers.PUBLIC, **given):
    return exported_file("csv", readers, **given)


def state():
    fields = ("pk", "version", "source_url", "desk_notes", "source_digest", "source_date")
    return list(Service.objects.order_by("pk").values_list(*fields))


@pytest.mark.parametrize("is_demo", [True, False])
@pytest.mark.parametrize("readers", Readers)
def test_importing_an_export_changes_nothing(imported, db, readers, is_demo):
    before = state()
    assert Service.objects.filter(status=Status.PUBLISHED).count() > 200

    report = run_import(written(readers, is_demo=is_demo), "starter")

    assert report.summary() == f"unchanged {Service.objects.for_readers(readers).count()}"
    assert state() == before


def test_changed_cell_of_an_export_updates_and_keeps_desk_columns(imported, db):
    text = written(countries=("BE",))
    service = Service.objects.get(source_id="be-003")
    assert service.source_url

    report = run_import(text.replace(b"+3280030030|voice", b"+3280030031|voice"), "starter")

    assert report.summary().startswith("updated 1, unchanged ")
    service.refresh_from_db()
    assert service.phones.get().number == "+3280030031"
    assert service.source_url
    assert service.desk_notes


def test_export_of_another_directory_is_identical(imported, db):
    text = written()
    _forget()

    report = run_import(text, "elsewhere")

    # Without the column of the desk a row is nobody's to trust: a person releases it.
    assert not report.bad_rows
    Service.objects.update(status=Status.PUBLISHED, released_at=LATER)
    assert sorted(written().splitlines()) == sorted(text.splitlines())
    assert run_import(text, "elsewhere").has_changes is False


def _forget():
    Phone.objects.all().delete()
    Service.objects.all().delete()
    Location.objects.all().delete()
    Organisation.objects.all().delete()
