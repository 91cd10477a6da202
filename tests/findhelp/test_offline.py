"""The page of the desk for people without internet: who may use it, what it says and gives."""

import pytest

from protect.findhelp.posters import offline, views
from tests.findhelp.paper.editions import release
from tests.ui.press.seeing import as_seen, pages
from tests.vault.views.desk import words
from tests.verification.nights import (
    DirectoryStaff,
    count_audit_entries,
    entry,
    locate,
    make_directory_staff,
)

PAGE = "/directory/offline"
DEEDS = ("print_booklet", "write_offline_file")


@pytest.fixture
def staff(db) -> DirectoryStaff:
    release("en", "vi")
    return make_directory_staff()


@pytest.fixture
def counselling(staff):
    service = entry("s1", name="Demo Counselling Valletta")
    locate(service)
    return service


@pytest.mark.parametrize("name", ["cora", "edda", "vito", "mona"])
def test_maintainers_of_a_country_can_open_the_page(staff, name):
    assert staff.desk(name).get(PAGE).status_code == 200


def test_a_member_without_a_country_gets_no_page_or_file(staff):
    desk = staff.desk("rita")

    assert desk.get(PAGE).status_code == 403
    assert desk.post(PAGE, area="MT", language="en", kind="pdf").status_code == 403
    assert count_audit_entries(*DEEDS) == 0


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_the_files_of_another_country_are_not_made(staff, kind):
    refused = staff.desk("zoe").post(PAGE, area="MT", language="en", kind=kind)

    assert refused.status_code == 422
    assert count_audit_entries(*DEEDS) == 0


def test_permission_is_checked_before_a_file_is_made(staff, monkeypatch):
    made = []
    monkeypatch.setattr(views, "require_permission_anywhere", lambda *_: frozenset({"MT"}))
    monkeypatch.setattr(offline, "download", lambda *given, **named: made.append(given))

    assert staff.desk("zoe").post(PAGE, area="MT", language="en").status_code == 403
    assert made == []


def test_the_page_says_how_much_is_in_another_language_before_anything_is_printed(
    staff, counselling
):
    page = words(staff.desk("cora").get(f"{PAGE}?area=MT&language=vi"))

    assert "19 pages about rights and 1 service." in page
    assert "19 of 19 pages are not yet, or not completely, in Vietnamese" in page
    assert "printed in English and marked" in page
    assert count_audit_entries(*DEEDS) == 0


def test_a_complete_language_has_no_warning(staff, counselling):
    page = words(staff.desk("cora").get(f"{PAGE}?area=MT&language=en"))

    assert "not completely" not in page
    assert "Download the booklet to print and staple (A4)" in page


def test_a_country_without_services_is_stated(staff):
    page = words(staff.desk("cora").get(f"{PAGE}?area=MT&language=en"))

    assert "No published service helps there." in page


def test_the_pages_to_staple_are_side_by_side(staff, counselling):
    desk = staff.desk("cora")

    sheets, single = (
        pages(desk.post(PAGE, area="MT", language="vi", kind=kind).content)
        for kind in ("imposed", "pdf")
    )

    assert len(sheets) * 2 == len(single)
    assert count_audit_entries("print_booklet") == 2


def test_both_files_have_neutral_names_and_are_written_into_the_history(staff, counselling):
    desk = staff.desk("cora")

    booklet = desk.post(PAGE, area="MT", language="vi", kind="pdf")
    file = desk.post(PAGE, area="MT", language="vi", kind="html")

    assert booklet.headers["Content-Disposition"] == 'attachment; filename="info-5.pdf"'
    assert file.headers["Content-Disposition"] == 'attachment; filename="info-5.html"'
    assert booklet.headers["Content-Type"] == "application/pdf"
    assert "Demo Counselling Valletta" in "".join(map(as_seen, pages(booklet.content)))
    assert "Demo Counselling Valletta" in file.content.decode()
    assert (count_audit_entries("print_booklet"), count_audit_entries("write_offline_file")) == (
        1,
        1,
    )


@pytest.mark.parametrize(
    "given", [{"area": "", "language": "en"}, {"area": "MT", "language": "xx"}]
)
def test_invalid_choices_create_nothing(staff, given):
    assert staff.desk("cora").post(PAGE, kind="pdf", **given).status_code == 422
    assert count_audit_entries(*DEEDS) == 0


def test_a_file_that_is_too_large_is_refused_on_the_page(staff, counselling, monkeypatch):
    monkeypatch.setattr(offline, "MAX_FILE_BYTES", 1000)

    answer = staff.desk("cora").post(PAGE, area="MT", language="en", kind="html")

    assert answer.status_code == 422
    assert "it may have 1 kB, so that it can be sent to a phone. No file was made." in words(answer)
    assert count_audit_entries(*DEEDS) == 0
