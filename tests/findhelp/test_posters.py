"""Papers at the desk: who may make them, what they hold, and what is said before."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from protect.audit.models import Entry
from protect.directory.enums import AddressReaders, Fact, Status, Verdict
from protect.findhelp import addresses
from protect.findhelp.paper import books
from protect.findhelp.posters import papers, views
from protect.matching.questions import Match, Question
from protect.matching.services.rows import LanguageOffer
from protect.reference import vocabulary
from tests.findhelp.paper.demo import answers, found, service
from tests.ui.press.seeing import as_seen, pages
from tests.vault.views.desk import led_to, words
from tests.verification.nights import (
    NOW,
    DirectoryStaff,
    checked,
    count_audit_entries,
    entry,
    locate,
    make_directory_staff,
)

DAY = timedelta(days=1)
PLACES = "/directory/posters"


def of_malta(need: str = "gk") -> str:
    return f"{PLACES}/{addresses.anywhere_in('MT').code}/{need}"


@pytest.fixture
def staff(db) -> DirectoryStaff:
    return make_directory_staff()


@pytest.fixture
def counselling(staff):
    """A service in Valletta that speaks Arabic and Tigrinya; all of it was checked yesterday."""
    service = entry("s1", name="Demo Counselling Valletta")
    locate(service)
    for tag in ("ar", "ti", "en"):
        service.languages.create(language_id=tag)
    for fact in (Fact.PHONE, Fact.LANGUAGES, Fact.ADDRESS):
        checked(service, fact, NOW - DAY)
    return service


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cora", "edda", "vito", "mona"])
def test_maintainers_of_a_country_can_make_its_papers(staff, counselling, name):
    desk = staff.desk(name)

    for address in (PLACES, of_malta(), "/directory/printable"):
        assert desk.get(address).status_code == 200, address


def test_a_member_without_a_country_cannot_make_papers(staff, counselling):
    desk = staff.desk("rita")

    assert desk.get(PLACES).status_code == 403
    assert desk.get("/directory/printable").status_code == 403
    assert desk.get(of_malta()).status_code == 404
    assert desk.post(of_malta(), languages=["en"]).status_code == 404
    assert count_audit_entries("publish_poster", "print_directory") == 0


def test_the_papers_of_another_country_are_not_there(staff, counselling):
    desk = staff.desk("zoe")

    assert desk.get(of_malta()).status_code == 404
    assert desk.get(f"{of_malta()}/en.png").status_code == 404
    assert desk.post(of_malta(), languages=["en"]).status_code == 404
    refused = desk.post("/directory/printable", area="MT", language="en")
    assert refused.status_code == 422
    assert count_audit_entries("publish_poster", "print_directory") == 0


# --- where ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", lambda: addresses.anywhere_in("MT").code),
        ("Malta", lambda: addresses.anywhere_in("MT").code),
    ],
)
def test_a_place_that_is_certain_leads_to_its_poster(staff, typed, code):
    answer = staff.desk("cora").get(f"{PLACES}?country=MT&place={typed}&need=gk")

    assert led_to(answer) == f"{PLACES}/{code()}/gk"


def test_a_name_of_a_town_and_of_its_region_leads_to_a_choice(staff):
    answer = staff.desk("cora").get(f"{PLACES}?country=MT&place=Valletta&need=gk")

    page = answer.content.decode()
    assert f"{PLACES}/{addresses.place_spot(2562305).code}/gk" in page
    assert "Several places have this name. Choose one." in page
    assert words(answer).index("Region") < words(answer).index("Town ")


def test_an_unknown_place_is_shown_in_the_form_and_leads_nowhere(staff):
    answer = staff.desk("cora").get(f"{PLACES}?country=MT&place=Qwertzuiop&need=gk")

    assert answer.status_code == 422
    assert "No town or region there has that name." in words(answer)
    assert "Qwertzuiop" in answer.content.decode()  # what was typed stays


def test_staff_cannot_choose_another_country(staff):
    assert staff.desk("cora").get(f"{PLACES}?country=IE&place=&need=gk").status_code == 422


def test_a_name_that_is_several_places_is_asked_about(db):
    several = papers.matching_spots("Aalst", "BE")

    assert len(several) == 2
    assert len({papers.whereabouts(each) for each in several}) == 2


def test_a_region_is_found_by_its_name_and_its_code(db):
    by_code = papers.matching_spots("BE-WLG", "BE")[0]

    assert by_code == papers.matching_spots("Liège", "BE")[0] or by_code.key == "BE-WLG"
    assert papers.area_named("be-wlg").key == "BE-WLG"


# --- what is said before --------------------------------------------------------------------------


def test_a_poster_that_is_fresh_says_so_and_until_when(staff, counselling):
    desk = staff.desk("cora")

    assert (
        "the poster is valid until the first day on which one of them must be checked again."
        in words(desk.get(of_malta()))
    )
    seen = as_seen(pages(desk.post(of_malta(), languages=["en"]).content)[0])
    assert "Valid until 22 January 2027" in seen


@pytest.mark.parametrize(
    ("age", "verdict", "chip"),
    [
        (95, Verdict.CONFIRMED, "Overdue"),
        (181, Verdict.CONFIRMED, "Expired"),
        (0, Verdict.DISPUTED, "Disputed"),
    ],
)
def test_stale_facts_are_listed_before_printing(staff, counselling, age, verdict, chip):
    counselling.checks.filter(fact=Fact.PHONE).delete()
    checked(counselling, Fact.PHONE, NOW - age * DAY, verdict=verdict)
    desk = staff.desk("cora")

    page = words(desk.get(of_malta()))

    assert "Call first 1 of 1 services has a fact that is old or was never checked." in page
    assert chip in page
    assert "No number will be printed." in page
    assert f"/directory/services/{counselling.pk}" in desk.get(of_malta()).content.decode()
    seen = as_seen(pages(desk.post(of_malta(), languages=["en"]).content)[0])
    assert "2100 0001" not in seen
    assert "Valid until" not in seen


def test_a_need_without_services_is_stated(staff, counselling):
    page = words(staff.desk("cora").get(of_malta("xk")))

    assert "No service answers this need here" in page


def test_the_page_is_shown_as_it_will_be(staff, counselling):
    answer = staff.desk("cora").get(f"{of_malta()}/ti.png")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")
    assert staff.desk("cora").get(f"{of_malta()}/aa.png").status_code == 404


def test_the_most_spoken_languages_of_the_services_are_preselected(staff, counselling):
    for number in range(3):
        entry(f"n{number}").languages.create(language_id="so")

    chosen = papers.suggested_languages(addresses.anywhere_in("MT"))

    assert chosen[0] == "so"
    assert {"ar", "ti", "en"} < set(chosen)
    assert len(chosen) == 5


@pytest.mark.parametrize(
    ("tag", "need", "first"),
    [
        ("ti", "talk", ["Tigrinya", "Best", "Other", "Tigrinya, tells", "Tigrinya, far"]),
        ("ti", "hurt-now", ["Best", "Tigrinya", "Other", "Tigrinya, tells", "Tigrinya, far"]),
        ("so", "talk", ["Best", "Other", "Tigrinya", "Tigrinya, tells", "Tigrinya, far"]),
        ("mt", "talk", ["Best", "Other", "Tigrinya", "Tigrinya, tells", "Tigrinya, far"]),
    ],
    ids=["its language", "care comes first", "no speaker", "language of the country"],
)
def test_services_that_speak_the_language_of_a_paper_come_first(tag, need, first):
    def answer(name: str, language: str = "en", **key: int) -> Match:
        row = service(name=name, country="MT", points=(), languages=(LanguageOffer(language),))
        return found(row)._replace(key=found(row).key._replace(**key))

    matches = (
        answer("Best"),
        answer("Other", generality=1),
        answer("Tigrinya", "ti", generality=2),
        answer("Tigrinya, tells", "ti", disclosure_group=2),
        answer("Tigrinya, far", "ti", is_beyond=1),
    )
    said = answers(*matches, national=matches)

    ordered = papers.speakers_first(said, Question((need,), at=NOW), tag)

    assert [each.row.name for each in ordered.answers] == first
    assert [match.row.name for match in ordered.national] == first


# --- what comes -----------------------------------------------------------------------------------


def files(answer) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_five_languages_come_as_five_files_whose_names_tell_nothing(staff, counselling):
    tags = ["en", "fr", "ar", "ti", "fa"]

    answer = staff.desk("cora").post(of_malta(), languages=tags)

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="info.zip"'
    found = files(answer)
    assert list(found) == [f"info-{tag}.pdf" for tag in tags]
    for tag, pdf in zip(tags, found.values(), strict=True):
        assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == tag
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
        seen = as_seen(pages(pdf)[0])
        assert "2100 0001" in seen
        assert "Demo Counselling Valletta" in seen
        assert "Demonstration" in seen  # decision 11


def test_one_language_comes_as_one_file(staff, counselling):
    answer = staff.desk("cora").post(of_malta(), languages=["ti"])

    assert answer.headers["Content-Type"] == "application/pdf"
    assert "ትግርኛ" in as_seen(pages(answer.content)[0])


def test_cards_come_with_it_where_they_are_wanted(staff, counselling):
    answer = staff.desk("cora").post(of_malta(), languages=["ar"], cards="on")

    assert list(files(answer)) == ["info-ar.pdf", f"info-ar-{counselling.short}.pdf"]


@pytest.mark.parametrize("chosen", [[], ["aa"], ["en", "xx"]])
def test_without_a_language_that_can_be_printed_nothing_is_made(staff, counselling, chosen):
    answer = staff.desk("cora").post(of_malta(), languages=chosen)

    assert answer.status_code == 422
    assert count_audit_entries("publish_poster") == 0


def test_the_history_and_the_page_show_when_a_text_was_published(staff, counselling):
    desk = staff.desk("cora")
    desk.post(of_malta(), languages=["en", "fr"])

    found = Entry.objects.get(action=papers.POSTER_ACTION)
    assert found.at == NOW
    assert found.target == papers.paper_audit_subject(addresses.anywhere_in("MT").code, "gk")
    assert "Last downloaded by your organisation" in words(desk.get(of_malta()))
    assert "Last downloaded by your organisation" not in words(desk.get(of_malta("kq")))


def test_a_shelter_is_on_no_paper_with_its_street(staff):
    shelter = entry(
        "h1",
        name="Demo Shelter",
        categories=["shelter"],
        address_audience=AddressReaders.PROFESSIONALS,
    )
    locate(shelter, "Demo Street 77")
    desk = staff.desk("cora")

    poster = desk.post(of_malta("tq"), languages=["en"]).content
    book = desk.post("/directory/printable", area="MT", language="en", members="on").content

    for pdf in (poster, book):
        seen = "\n".join(as_seen(page) for page in pages(pdf))
        assert "Demo Shelter" in seen
        assert "Demo Street" not in seen


# --- the printed directory ------------------------------------------------------------------------


def printed(staff, **fields: str) -> str:
    answer = staff.desk("cora").post("/directory/printable", **fields)
    assert answer.headers["Content-Type"] == "application/pdf", words(answer)
    return "\n".join(as_seen(page) for page in pages(answer.content))


def test_a_directory_comes_as_one_file_and_is_written_down(staff, counselling):
    assert "Demo Counselling Valletta" in printed(staff, area="MT", language="ti")
    assert count_audit_entries("print_directory") == 1


def test_services_for_professionals_are_only_in_the_edition_for_members(staff, counselling):
    entry("p1", name="Demo Hidden Line", professionals_only=True)
    entry("p2", name="Demo Draft", status=Status.REVIEW, professionals_only=True)

    public = printed(staff, area="MT", language="en")
    members = printed(staff, area="MT", language="en", members="on")

    assert "Demo Hidden Line" not in public
    assert "For professionals only" not in public
    assert "Demo Hidden Line" in members
    assert members.count("For professionals only") >= 3  # each page, in front, and at the entry
    assert "Demo Draft" not in members


def test_too_many_services_are_refused_with_a_remedy(staff, counselling, monkeypatch):
    monkeypatch.setattr(books, "MOST", 0)

    answer = staff.desk("cora").post("/directory/printable", area="MT", language="en")

    assert answer.status_code == 422
    assert "This directory would contain 1 services; one file can hold 0." in words(answer)
    assert ". No file was made. Print one region or district at a time." in words(answer)
    assert count_audit_entries("print_directory") == 0


def test_every_language_of_the_public_site_can_be_printed():
    published = vocabulary.published_languages("demo")

    assert papers.printable_languages() == list(published)


def test_papers_are_refused_without_the_permission_for_the_country(staff, counselling, monkeypatch):
    made = []
    monkeypatch.setattr(views, "require_permission_anywhere", lambda *_: frozenset({"MT"}))
    monkeypatch.setattr(views, "book_pdf", made.append)

    answer = staff.desk("zoe").post("/directory/printable", area="MT", language="en")

    assert answer.status_code == 403
    assert not made
    assert count_audit_entries("print_directory") == 0
