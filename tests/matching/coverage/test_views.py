import csv
import re

import pytest
from django.utils import translation

from protect.directory.enums import AddressReaders, Fact, Mode
from protect.directory.models import DirectoryVersion, Location
from protect.kernel import clock
from protect.matching import published
from protect.matching.coverage import SliceKey, slice_of, views, wording
from protect.matching.coverage.atlas import atlas
from protect.matching.coverage.atlas.distances import Figures
from protect.matching.coverage.atlas.slices import SliceLine, group_languages
from protect.matching.coverage.store import store_figures
from protect.matching.coverage.views import draw_map
from protect.matching.models import CoverageSnapshot
from protect.reference.models import Place
from tests.vault.views import desk as browser
from tests.verification.nights import NOW, checked, count_audit_entries, entry, locate

PAGE = "/directory/coverage"
KEY = ("need", "language", "person")
GAPS = f"{PAGE}/gaps"
SLICE = f"{PAGE}?country=MT&need=talk&language=ti&person=woman"
# Every need for every person who asks for it, in every language.
LINES = len(atlas.report_languages()) * sum(
    len(atlas.report_persons(need)) for need in atlas.report_needs()
)


@pytest.fixture(autouse=True)
def any_time(monkeypatch):
    """Let pages wait for their figures however busy the machine is."""
    for name in ("PAGE_SECONDS", "SAVE_SECONDS"):
        monkeypatch.setattr(views, name, 120.0)


@pytest.fixture
def service(db):
    found = entry("s1", modes=[Mode.IN_PERSON])
    locate(found)
    return found


def words(answer):
    """Return what a page says, without tags and without what isolates names and numbers."""
    return re.sub("[\u2066-\u2069]", "", browser.words(answer))


def table(answer):
    """Return the cells of the table by region, the whole country last."""
    result = re.search(r'id="regions".*?</table>', answer.content.decode(), re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", result[0], re.DOTALL)[1:]
    return [re.findall(r'<bdi dir="ltr">([\d,.%]+)</bdi>', row) for row in rows]


def numbers(cells):
    return [int(cell.replace(",", "")) for cell in cells]


def test_any_member_sees_a_slice_as_map_and_table(staff, service):
    answer = staff.desk("rita").get(SLICE)

    page = words(answer)
    assert "0 of 70 settlements have a service within reach that fits. 70 have only" in page
    assert 'role="img"' in answer.content.decode()
    assert "GeoNames (geonames.org), CC BY 4.0, as of 25 Nov 2026" in page


def test_the_filter_shows_the_users_own_country_by_default(staff, service):
    assert 'value="MT" selected' in staff.desk("rita").get(PAGE).content.decode()
    assert 'value="IE" selected' in staff.desk("zoe").get(PAGE).content.decode()


def test_the_chosen_filter_is_in_the_form_and_in_all_links(staff, service):
    text = staff.desk("rita").get(SLICE).content.decode()

    for value in ("talk", "ti", "woman"):
        assert f'value="{value}" selected' in text
    assert "coverage.csv?country=MT&amp;need=talk&amp;language=ti&amp;person=woman" in text


@pytest.mark.parametrize(
    "wrong", ["country=XX", "need=nonsense", "language=xx-yy", "person=nobody"]
)
def test_unknown_codes_are_not_found(staff, wrong):
    assert staff.desk("rita").get(f"{PAGE}?{wrong}").status_code == 404
    assert staff.desk("rita").get(f"{PAGE}.csv?{wrong}").status_code == 404
    assert staff.desk("rita").get(f"{GAPS}?{wrong}").status_code == 404


def test_the_table_counts_what_the_map_shows(staff, service):
    entry("s2", categories=["shelter"], modes=[Mode.IN_PERSON], name="Demo Shelter")
    with clock.frozen(NOW):
        coverage_slice = slice_of(SliceKey("MT", "talk"))
    drawn = draw_map(coverage_slice, "Demo", "Demo")

    rows = table(staff.desk("rita").get(f"{PAGE}?country=MT&need=talk"))

    counts = {layer.code: layer.count for layer in drawn.layers}
    total = numbers(rows[-1][:6])
    assert total == [
        70,
        counts["fits"],
        counts["ask"],
        counts["beyond"],
        counts["nothing"],
        counts.get("across", 0),
    ]
    columns = zip(*[numbers(row[:6]) for row in rows[:-1]], strict=True)
    assert [sum(column) for column in columns] == total
    assert rows[-1][6:] == ["0%", "100%"]  # nobody has one that fits for sure


def test_map_dots_are_settlements_not_services(staff, service):
    Location.objects.update(latitude=35.95, longitude=14.3)  # in the sea
    with clock.frozen(NOW):
        coverage_slice = slice_of(SliceKey("MT", "talk"))

    drawn = draw_map(coverage_slice, "Demo", "Demo")

    spots = sum(layer.path.count("M") for layer in drawn.layers if layer.code != "across")
    assert (
        spots
        <= len(coverage_slice.settlements)
        == sum(layer.count for layer in drawn.layers if layer.code != "across")
    )
    for layer in drawn.layers:
        for x, y in re.findall(r"M(\d+) (\d+)", layer.path):
            assert 0 < int(x) < drawn.width
            assert 0 < int(y) < drawn.height


def test_the_file_says_the_same_and_where_it_is_from(staff, service):
    answer = staff.desk("rita").get(f"{PAGE}.csv?country=MT&need=talk&person=man")

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    with clock.frozen(NOW):
        coverage_slice = slice_of(SliceKey("MT", "talk", "", "man"))
    assert len(rows) == len(coverage_slice.settlements) == 70
    by_id = {int(row["geonames_id"]): row for row in rows}
    for number, place in enumerate(coverage_slice.settlements.places):
        row = by_id[place.id]
        assert row["class"] == ("fits", "ask", "beyond", "nothing")[coverage_slice.gaps[number]]
        assert row["inhabitants"] == ""  # those of Malta do not add up: test_people.py
        assert int(row["metres_to_ask_first"]) == coverage_slice.asks_metres[number]
        assert row["metres_to_fitting"] == ""
    assert {row["settlements_from"] for row in rows} == {
        "GeoNames (geonames.org), CC BY 4.0, 2026-11-25"
    }
    assert {row["reach_metres"] for row in rows} == {"50000"}
    number = DirectoryVersion.objects.get().number
    assert {row["directory_version"] for row in rows} == {str(number)}


def test_a_settlement_leads_to_the_same_question_of_a_person(staff, service, settings):
    settings.PUBLIC_URL = "https://help.example"
    place = Place.objects.get(pk=2563191)  # Birkirkara
    settings.IS_DEMO = True

    desk = staff.desk("rita")

    lacking = f"{PAGE}?country=MT&need=doctor&language=ti"  # then the largest stand first
    assert f'href="https://help.example/ti/{place.short}-vm"' in desk.get(lacking).content.decode()
    assert "help.example" not in desk.get(f"{PAGE}?country=MT&need=shelter").content.decode()


def test_moving_a_protected_address_changes_no_byte(staff, service):
    service.address_audience = AddressReaders.PROFESSIONALS
    service.coarse_area_id = "MT-60"
    service.save()
    DirectoryVersion.objects.update(number=0)  # as it shall be afterwards: only bytes count here
    asked = [f"{PAGE}.csv?country=MT&need=talk", f"{PAGE}?country=MT&need=talk"]
    before = [_steady(staff.desk("rita").get(each)) for each in asked]

    Location.objects.update(latitude=36.05, longitude=14.25, address="Demo Street 99")
    DirectoryVersion.objects.update(number=0)
    atlas.forget()

    assert [_steady(staff.desk("rita").get(each)) for each in asked] == before


def _steady(answer):
    """Return a page without what is new in each answer."""
    text = answer.content.decode()
    return re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]+"', "", text)


def test_the_worst_settlements_come_first(staff, db):
    entry("s1", modes=[Mode.PHONE], phone="")
    with clock.frozen(NOW):
        coverage_slice = slice_of(SliceKey("MT", "doctor"))

    first, *others = views.worst_settlements(coverage_slice)

    people = [place.population for place in coverage_slice.settlements.places]
    assert people[first] == max(people)
    assert people[others[-1]] == min(people)
    assert sorted([first, *others]) == list(range(70))


def test_services_across_water_are_marked_as_unconfirmed(staff, service):
    desk = staff.desk("rita")

    page = words(desk.get(f"{PAGE}?country=MT&need=talk"))

    assert "Across water: 15" in page
    assert "The settlements across water were read from a map. They are not confirmed yet." in page
    assert (
        "The settlements across water were read from a map. They are not confirmed yet."
        not in words(desk.get(f"{PAGE}?country=MT&need=doctor"))
    )


def test_an_empty_directory_says_so(staff):
    page = words(staff.desk("rita").get(f"{PAGE}?country=MT&need=doctor"))

    assert "No service in the directory answers this need in this country" in page
    assert "70 have none within reach" in page


def test_the_report_shows_the_largest_gaps_and_leads_to_them(staff, service):
    answer = staff.desk("rita").get(f"{GAPS}?country=MT&person=woman&language=any")

    text = answer.content.decode()
    assert "A safe place" in words(answer)
    assert "?country=MT&amp;need=safe-place&amp;language=&amp;person=woman" in text
    lines = re.search(r'id="lines".*?</table>', text, re.DOTALL)[0]
    assert "No certain fit" in lines
    assert lines.index("A safe place") < lines.index("Someone to talk to")


def test_slices_count_settlements_to_ask_first_and_beyond_reach(staff, service):
    with clock.frozen(NOW):
        figures = slice_of(SliceKey("MT", "talk", "", "woman")).figures
    assert (figures.fits, figures.asks, figures.gaps) == (0, 70, 0)

    text = staff.desk("rita").get(f"{GAPS}?country=MT&need=talk&person=woman&language=any")

    (row,) = re.findall(r"<tr>\s*<th scope=.row.*?</tr>", text.content.decode(), re.DOTALL)
    cells = re.findall(r'"ltr">([\d,.%]+)</bdi>', row)
    assert cells[:6] == ["0%", "0", "0", "0", "100%", "70"]
    assert "A service within reach may fit, but none certainly does:" in words(text)


def test_a_gap_report_that_takes_long_shows_its_progress(staff, service, monkeypatch):
    monkeypatch.setattr("protect.matching.coverage.views.PAGE_SECONDS", -1.0)
    desk = staff.desk("cora")

    first = words(desk.get(f"{GAPS}?country=MT"))
    second = words(desk.get(f"{GAPS}?country=MT"))

    assert "1 of 7" in first
    assert "Calculate the rest" in first
    assert "Save today's figures" not in first
    assert "2 of 7" in second


def test_a_gap_report_without_gaps_says_so(staff, service):
    service.areas.create(country_id="MT")
    checked(service, Fact.ELIGIBILITY)
    asked = "country=MT&need=talk&person=anyone&language=any"

    page = words(staff.desk("rita").get(f"{GAPS}?{asked}"))

    assert "No gaps" in page


def test_the_report_as_a_file_has_every_line(staff, service):
    answer = staff.desk("rita").get(f"{GAPS}.csv?country=MT")

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert len(rows) == LINES
    lacking = [int(row["beyond"]) + int(row["nothing"]) for row in rows]
    assert lacking == sorted(lacking, reverse=True)
    assert [float(row["gap_share"]) for row in rows] == [round(each / 70, 4) for each in lacking]
    (talk,) = (row for row in rows if [row[each] for each in KEY] == ["talk", "", "woman"])
    assert (talk["asks"], talk["ask_share"]) == ("70", "1.0")
    assert {row["gap_people"] + row["ask_people"] for row in rows} == {""}


def test_a_coordinator_saves_todays_figures_once_a_day(staff, service):
    desk = staff.desk("cora")

    desk.post(f"{PAGE}/MT/keep")
    answer = desk.post(f"{PAGE}/MT/keep")

    assert answer.headers["Location"] == f"{GAPS}?country=MT"
    assert "Today&#x27;s figures are saved" in words(desk.get(f"{GAPS}?country=MT"))
    assert CoverageSnapshot.objects.count() == LINES
    assert count_audit_entries("keep_coverage") == 2


@pytest.mark.parametrize("name", ["edda", "vito", "mona", "rita", "zoe"])
def test_other_roles_cannot_save_figures(staff, service, name):
    answer = staff.desk(name).post(f"{PAGE}/MT/keep")

    assert answer.status_code == 403
    assert not CoverageSnapshot.objects.exists()
    assert count_audit_entries("keep_coverage") == 0
    assert "Save today's figures" not in words(staff.desk(name).get(f"{GAPS}?country=MT"))


def test_figures_that_take_too_long_are_not_saved_by_a_page(staff, service, monkeypatch):
    monkeypatch.setattr("protect.matching.coverage.views.SAVE_SECONDS", -1.0)

    desk = staff.desk("cora")
    desk.post(f"{PAGE}/MT/keep")
    file = desk.get(f"{GAPS}.csv?country=MT")

    assert file.headers["Location"] == f"{GAPS}?country=MT"
    assert "The figures are not ready yet, so nothing was saved. Try again in a minute." in words(
        desk.get(f"{GAPS}?country=MT")
    )
    assert not CoverageSnapshot.objects.exists()


def test_two_days_are_compared_the_greatest_change_first(staff, service):
    with clock.frozen(NOW):
        store_figures(None, "MT", at=NOW.replace(month=10))
        entry("s2", categories=["shelter"], modes=[Mode.PHONE])
        DirectoryVersion.objects.update(number=1)
        atlas.forget()
        published.forget()
        store_figures(None, "MT", at=NOW)

    page = words(staff.desk("rita").get(f"{PAGE}/changes?country=MT"))

    assert "24 Oct 2026 and 24 Nov 2026" in page
    assert "A safe place" in page
    assert "Someone to talk to" not in page
    assert "−" in page
    assert "Settlements with no certain fit on the earlier day" in page
    same = words(
        staff.desk("rita").get(f"{PAGE}/changes?country=MT&before=2026-10-24&after=2026-10-24")
    )
    assert "Nothing has changed" in same


def test_one_day_cannot_be_compared_and_an_unknown_one_is_not_there(staff, service):
    desk = staff.desk("rita")
    assert "Figures of fewer than two days are saved" in words(
        desk.get(f"{PAGE}/changes?country=MT")
    )
    assert desk.get(f"{PAGE}/changes?country=XX").status_code == 404
    with clock.frozen(NOW):
        store_figures(None, "MT", at=NOW)
        store_figures(None, "MT", at=NOW.replace(month=10))

    assert desk.get(f"{PAGE}/changes?country=MT&before=2020-01-01").status_code == 404


def test_lines_that_say_the_same_of_several_languages_are_one():
    figures = Figures(9, 0, 0, 0, 9, 100, 0, None)
    others = figures._replace(gap_people=90)
    lines = [
        SliceLine("talk", "", "man", figures),
        SliceLine("talk", "ti", "man", others),
        SliceLine("talk", "ar", "man", figures),
        SliceLine("talk", "ar", "woman", figures),
    ]

    found = [(language.languages, language.person) for language in group_languages(lines)]

    assert found == [(("", "ar"), "man"), (("ti",), "man"), (("ar",), "woman")]


def test_a_long_list_of_languages_is_shortened():
    with translation.override("en"):
        assert wording.language_list(["", "fr"]) == "Any language, French"
        text = wording.language_list(["", "fr", "nl", "de", "it", "ar"])
        assert (
            re.sub("[\u2066-\u2069]", "", text) == "Any language, French, Dutch, German and 2 more"
        )


def test_an_adult_is_not_reported_as_asking_for_a_child():
    assert "man" not in atlas.report_persons("child")
    assert {"anyone", "girl", "boy"} == set(atlas.report_persons("child"))


def test_every_type_of_person_has_the_words_of_the_file():
    with translation.override("en"):
        for code, each in wording.persons.person_types().items():
            assert wording.person_name(code) == each.name


def test_the_day_of_the_settlements_is_that_of_their_file(settings):
    readme = settings.BASE_DIR / "protect/reference/data/places/README.md"

    assert wording.DATA_DATE.isoformat() in readme.read_text(encoding="utf-8")
