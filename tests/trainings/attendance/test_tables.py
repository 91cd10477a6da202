"""Attendance is exported and imported as a table; one bad row rejects the import."""

import csv

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from python_calamine import CalamineWorkbook

from protect.kernel import clock
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.actions.attendance import AttendanceEntry
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.tables import EXPORT_COLUMNS
from tests.trainings.attending import (
    MINUTES,
    first_session,
    make_filled_edition,
    minutes_into,
    recorded_attendance,
)

PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT = AttendanceState


@pytest.fixture
def edition(planners):
    return make_filled_edition(planners.host)[0]


@pytest.fixture
def people(edition):
    return [*edition.registrations.order_by("applied_at")]


@pytest.fixture(autouse=True)
def later(edition):
    with clock.frozen(minutes_into(first_session(edition), 60)):
        yield


def write_table(path, *rows: tuple) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("session", "registration", "state", "minutes"))
        lines.writerows(rows)


def import_table(edition, path, by: str = "tom@demo.example", **options) -> None:
    call_command("trainings", "import-attendance", edition.code, str(path), "--by", by, **options)


def test_exported_table_is_imported_unchanged(planners, edition, people, tmp_path, capsys):
    session, path = first_session(edition), tmp_path / "out.csv"
    people[1].participant.name = "=HYPERLINK(1)"
    people[1].participant.save()
    entries = [AttendanceEntry(people[0].pk, PRESENT), AttendanceEntry(people[1].pk, LATE, 90)]
    tom = planners.scope("tom")
    attendance.record_attendance(
        tom, session, entries, AttendanceMethod.LIST, at=minutes_into(session)
    )
    call_command("trainings", "export-attendance", edition.code, "--out", str(path))
    before = recorded_attendance(session)
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    Attendance.objects.all().delete()
    import_table(edition, path)

    assert recorded_attendance(session) == before
    assert len(rows) == 6
    assert {row["name"] for row in rows} >= {"'=HYPERLINK(1)"}
    assert {row["percent"] for row in rows if row["registration"] == str(people[0].pk)} == {"50"}
    assert "recorded 2 of 2 rows" in capsys.readouterr().out


@pytest.mark.parametrize(("tag", "is_turned"), [("fr", False), ("ar", True)])
def test_exported_sheet_contains_texts_but_no_formulas(edition, people, tmp_path, tag, is_turned):
    path = tmp_path / "out.xlsx"
    people[0].participant.name = "=HYPERLINK(1)"
    people[0].participant.save()
    people[1].participant.name = "https://demo.example"
    people[1].participant.save()

    call_command(
        "trainings", "export-attendance", edition.code, "--out", str(path), "--language", tag
    )

    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert head == [*EXPORT_COLUMNS]
    assert len(rows) == 6
    assert {row[3] for row in rows} >= {"=HYPERLINK(1)", "https://demo.example"}
    assert {row[2] for row in rows} == {str(person.pk) for person in people}
    assert {row[0] for row in rows} == {1, 2}
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    assert {cell.data_type for line in sheet for cell in line} <= {"s", "n"}
    assert not any(cell.hyperlink for line in sheet for cell in line)
    assert (sheet.freeze_panes, bool(sheet.sheet_view.rightToLeft)) == ("A2", is_turned)


def test_an_unknown_language_is_refused(edition, tmp_path):
    out = str(tmp_path / "x.xlsx")
    with pytest.raises(CommandError, match="no language has the tag"):
        call_command("trainings", "export-attendance", edition.code, "--out", out, language="xx")

    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ["x.ods", "x"])
def test_unsupported_file_type_is_refused(edition, tmp_path, name):
    with pytest.raises(CommandError, match="is not a table file"):
        call_command("trainings", "export-attendance", edition.code, "--out", str(tmp_path / name))

    assert [*tmp_path.iterdir()] == []


def test_bad_rows_are_listed_with_a_remedy_and_nothing_is_recorded(
    edition, people, tmp_path, capsys
):
    path = tmp_path / "in.csv"
    write_table(
        path,
        (1, people[0].pk, "present", ""),
        (9, people[0].pk, "present", ""),
        (1, people[0].pk, "absent", ""),
        (1, people[1].pk, "late", MINUTES * 2),
        (1, people[1].pk, "here", ""),
        (1, "nobody", "present", ""),
        ("one", people[1].pk, "present", ""),
        (1, people[2].pk, "late", "some"),
        (1, edition.pk, "present", ""),
    )
    with pytest.raises(CommandError, match="8 rows to correct: nothing was recorded"):
        import_table(edition, path)
    text = capsys.readouterr().out

    assert [line.split(":")[0] for line in text.splitlines()] == [
        "line 3 session",
        "line 4 registration",
        "line 5 minutes",
        "line 6 state",
        "line 7 registration",
        "line 8 session",
        "line 9 minutes",
        "line 10 registration",
    ]
    assert not Attendance.objects.exists()


def test_table_without_a_column_names_the_missing_column(edition, tmp_path, capsys):
    path = tmp_path / "in.csv"
    path.write_text("session,state\n1,present\n", encoding="utf-8")
    with pytest.raises(CommandError):
        import_table(edition, path)

    assert "line 1 registration" in capsys.readouterr().out


@pytest.mark.parametrize("by", ["otto@demo.example", "nobody@demo.example"])
def test_only_staff_of_the_host_import_a_table(edition, people, tmp_path, by):
    path = tmp_path / "in.csv"
    write_table(path, (1, people[0].pk, "present", ""))
    with pytest.raises(CommandError):
        import_table(edition, path, by)

    assert not Attendance.objects.exists()


def test_dry_run_records_nothing(edition, people, tmp_path, capsys):
    path = tmp_path / "in.csv"
    write_table(path, (1, people[0].pk, "present", ""))
    import_table(edition, path, dry_run=True)

    assert "would record 1 rows" in capsys.readouterr().out
    assert not Attendance.objects.exists()


def test_an_unknown_training_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no training has the code"):
        call_command("trainings", "export-attendance", "NONE", "--out", str(tmp_path / "x.csv"))

    assert [*tmp_path.iterdir()] == []
