from io import StringIO

import pytest
from django.core.management import call_command

from protect.directory.enums import Status
from protect.directory.models import Location, Service
from protect.interchange.errors import FileEncodingUnclear, FileNotReadable
from protect.interchange.imports.proposal import storable_name
from tests.refusals import refuses

HEADER = "source_id,organisation,service,categories,country,phones,minimum_age,confidence\n"
GOOD = "demo-1,Demo House,Demo Counselling,legal,MT,1772|voice,,high\n"
BAD = "demo-2,Demo House,Demo Line,legal,MT,1773|voice,young,high\n"


@pytest.fixture
def run_import(db, tmp_path):
    """Run the command on a text and return its result and progress messages."""

    def run_import(text, *options):
        path = tmp_path / "services.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out, progress = StringIO(), StringIO()
        call_command("import_services", str(path), *options, stdout=out, stderr=progress)
        return out.getvalue(), progress.getvalue()

    return run_import


def test_command_writes_result_and_progress_separately(run_import):
    out, progress = run_import(HEADER + GOOD + BAD)

    assert "created 1, unchanged 0, error 1" in out
    assert "published 1 of 1 created" in out
    assert "line 3 demo-2: age_bad (minimum_age)" in out
    assert progress == "2/2 rows\n"


def test_second_run_reports_unchanged_rows(run_import):
    run_import(HEADER + GOOD)

    assert run_import(HEADER + GOOD)[0].startswith("unchanged 1\n")


def test_live_site_publishes_no_imported_service(run_import, settings):
    settings.IS_DEMO = False

    out, _ = run_import(HEADER + GOOD)

    assert "published 0 of 1 created" in out
    assert Service.objects.get().status == Status.REVIEW


def test_dry_run_stores_nothing(run_import):
    out, _ = run_import(HEADER + GOOD, "--dry-run")

    assert "would be: created 1" in out
    assert not Service.objects.exists()


def test_bad_rows_are_written_to_a_file_and_can_be_imported_again(run_import, tmp_path):
    mend = tmp_path / "mend.csv"
    out, _ = run_import(HEADER + GOOD + BAD, "--errors", str(mend))
    text = mend.read_text(encoding="utf-8")

    assert str(mend) in out
    assert "age_bad" in text
    run_import(text.replace("young", "18"))
    assert Service.objects.count() == 2


def test_bad_rows_are_only_reported_without_an_errors_file(run_import, tmp_path):
    out, _ = run_import(HEADER + BAD)

    assert "run again with --errors FILE" in out
    assert [path.name for path in tmp_path.iterdir()] == ["services.csv"]


def test_rows_of_two_sources_do_not_conflict(run_import):
    run_import(HEADER + GOOD)
    run_import(HEADER + GOOD, "--source", "demo-office")

    assert Service.objects.count() == 2


def test_other_encoding_is_refused_unless_named(run_import):
    data = (HEADER + GOOD.replace("Demo House", "Démo Maison d’été à Liège")).encode("cp1252")

    with pytest.raises(FileEncodingUnclear):
        run_import(data)
    assert not Service.objects.exists()

    run_import(data, "--encoding", "cp1252")
    assert Service.objects.get().organisation.name == "Démo Maison d’été à Liège"


# --- other columns --------------------------------------------------------------------------------

OTHER_HEADER = "Nr;Huis;Dienst;Soort;Straat + nr;Tel\n"
ROWS = (
    "1;Demo Huis;Demo dienst;Juridisch;Demo Straat 5;1772\n"
    "2;Demo Huis;Demo opvang;Foyer;Demo Straat 9;1773\n"
)
MAPPING = """
country = "MT"

[columns]
Nr = "source_id"
Huis = "organisation"
Dienst = "service"
Soort = "categories"
"Straat + nr" = "address"
Tel = "phones"

[values.categories]
Juridisch = "legal"
Foyer = "shelter"
"""


@pytest.fixture
def mapping(tmp_path):
    """Write a mapping and return its path."""

    def write(text: str = MAPPING) -> str:
        path = tmp_path / "mapping.toml"
        path.write_text(text)
        return str(path)

    return write


def test_file_with_other_columns_is_mapped_by_a_mapping_file(run_import, mapping):
    out, _ = run_import(OTHER_HEADER + ROWS, "--mapping", mapping())

    assert "created 2" in out
    assert "Demo Straat 9" not in out
    names = dict(Service.objects.values_list("name", "address_audience"))
    assert names == {"Demo dienst": "public", "Demo opvang": "never_stored"}
    assert {service.source_id for service in Service.objects.all()} == {"1", "2"}
    assert run_import(OTHER_HEADER + ROWS, "--mapping", mapping())[0].startswith("unchanged 2\n")


def test_mapping_file_may_use_fingerprints_of_the_desk(run_import, mapping):
    kept = MAPPING.replace("Huis =", f'"{storable_name("Huis")}" =')

    assert "created 2" in run_import(OTHER_HEADER + ROWS, "--mapping", mapping(kept))[0]


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        ('Dienst = "service"\n', "", "interchange_import_columns_missing"),
        ('country = "MT"', "", "interchange_import_columns_missing"),
        ('"phones"', '"fons"', FileNotReadable),
        ('"shelter"', '"sheltr"', FileNotReadable),
        ('Tel = "phones"', 'Tel = "service"', FileNotReadable),
        ("[columns]", "[colums]", FileNotReadable),
        ("[columns]", "[columns", FileNotReadable),
        ('"address"', '"description"', "interchange_import_places_unnamed"),
        ('"Straat + nr" = "address"', "", "interchange_import_places_unnamed"),
    ],
)
def test_invalid_mapping_file_is_refused(run_import, mapping, before, after, refusal):
    with refuses(refusal):
        run_import(OTHER_HEADER + ROWS, "--mapping", mapping(MAPPING.replace(before, after)))

    assert not Service.objects.exists()


def test_column_marked_as_address_is_not_stored(run_import, mapping):
    run_import(OTHER_HEADER + ROWS, "--mapping", mapping(MAPPING.replace('"address"', '"*place"')))

    assert Service.objects.count() == 2
    assert not Location.objects.filter(address__contains="Straat").exists()


def test_titles_above_the_headings_are_skipped(run_import):
    out, _ = run_import(f"Demo list\nas of 2026\n\n{HEADER}{GOOD}")

    assert "created 1, unchanged 0\n" in out
