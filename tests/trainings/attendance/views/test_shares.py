"""Attendance table for spreadsheets at the desk."""

from io import BytesIO

import openpyxl
import pytest

from protect.orgs.models import User
from protect.trainings.attendance.tables import EXPORT_COLUMNS
from tests.orgs.conftest import make_organisation
from tests.trainings.attending import make_filled_edition
from tests.vault.views.desk import words


@pytest.fixture
def edition(host):
    return make_filled_edition(host)[0]


def test_page_with_participants_offers_both_tables(desk_of, edition):
    shown = words(desk_of().get(f"/trainings/{edition.pk}/attendance"))

    assert "As a table (XLSX)" in shown
    assert "As a table (CSV)" in shown


@pytest.mark.parametrize(("tag", "is_turned"), [("en", False), ("ar", True)])
def test_sheet_is_mirrored_for_right_to_left_languages(desk_of, edition, tag, is_turned):
    desk = desk_of()
    User.objects.update(language=tag)

    response = desk.get(f"/trainings/{edition.pk}/attendance.xlsx")

    (sheet,) = openpyxl.load_workbook(BytesIO(response.content)).worksheets
    assert [cell.value for cell in sheet[1]] == [*EXPORT_COLUMNS]
    assert sheet.max_row == 7
    assert bool(sheet.sheet_view.rightToLeft) == is_turned
    assert f"attendance-{edition.code}.xlsx" in response["Content-Disposition"]


def test_table_is_offered_as_csv(desk_of, edition):
    response = desk_of().get(f"/trainings/{edition.pk}/attendance.csv")

    head, *rows = response.content.decode("utf-8-sig").splitlines()
    assert head.split(",") == [*EXPORT_COLUMNS]
    assert len(rows) == 6


def test_table_of_another_organisation_is_not_found(desk_of, edition):
    elsewhere = make_organisation("Demo Elsewhere", "MT")
    stranger = desk_of("otto", organisation=elsewhere)

    for kind in ("csv", "xlsx"):
        assert stranger.get(f"/trainings/{edition.pk}/attendance.{kind}").status_code == 404
