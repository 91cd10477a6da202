"""A report for a period on a page, as files, and the entries behind its figures."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from protect.campaigns.base.enums import CopySource, PlaceKind
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    make_campaign,
    make_campaigners,
    make_file,
    make_material,
    reach_values,
)
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
PERIOD = "first=2026-11-01&last=2026-12-31&about=SI"


@pytest.fixture
def cast(db):
    return make_campaigners()


def desk_of(name, organisation):
    person = make_person(name)
    serve(person, organisation, "campaigner")
    return Desk(at=AT).let_in(person)


@pytest.fixture
def nela(cast):
    return desk_of("nela2", cast.office)


@pytest.fixture
def campaign(cast):
    """Return a campaign that gave out 1,200 copies and counted 3, 40 and 9,000 people."""
    scope, campaign = cast.scope(), make_campaign(cast)
    file = make_file(cast, make_material(cast, campaign, title="=Demo poster"))
    log.record_run(scope, file, CopySource.PRINTED, 5000, TODAY, at=AT)
    given = Given(1200, TODAY, "Demo clinic", place_kind=PlaceKind.HEALTH)
    log.distribute(scope, file, given, at=AT)
    for people, method, day in (
        (3, "head_count", date(2026, 11, 2)),
        (40, "head_count", TODAY),
        (9000, "listeners", TODAY),
    ):
        values = {**reach_values("SI", people), "method": method, "day": day}
        log.record_reach(scope, campaign, values, at=AT)
    return campaign


def test_a_report_shows_its_figures_what_it_counts_and_what_not(nela, campaign):
    shown = words(nela.get(f"/campaigns/report?{PERIOD}"))

    assert "1,200" in shown
    assert "9,000" in shown
    assert "Doctor, hospital or pharmacy" in shown
    assert "November 2026" in shown
    assert "hidden" in shown
    assert "Downloads, and copies that were printed and not given out, are not counted" in shown
    assert "40 + hidden" in " ".join(shown.split())  # the small month is in no sum


def test_each_number_leads_to_its_entries(nela, campaign):
    page = nela.get(f"/campaigns/report?{PERIOD}")
    by_kind = next(table for table in page.context["tables"] if table.axis == "place_kind")
    heads = page.context["groups"][0][1][0]

    entries = words(nela.get(by_kind.lines[0].url))
    assert "Demo clinic" in entries
    assert "1,200" in entries
    assert "No matches" in words(nela.get(f"/campaigns/report/copies?{PERIOD}&place_kind=school"))
    for line in heads.months:
        hidden = words(nela.get(line.url))
        assert "hidden" in hidden
        assert "Demo radio" in hidden
    listeners = page.context["groups"][1][1][0]
    assert "9,000" in words(nela.get(listeners.total.url))


def test_the_workbook_and_the_table_have_the_figures_and_no_formula(nela, campaign):
    answer = nela.get(f"/campaigns/report/xlsx?{PERIOD}")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    text = nela.get(f"/campaigns/report/csv?{PERIOD}").content.decode()

    assert 'filename="campaigns-2026-11-01-2026-12-31.xlsx"' in answer["Content-Disposition"]
    assert book.sheetnames == ["Report", "Copies given out", "People reached", "Actions held"]
    (_heads, row) = book["Copies given out"].iter_rows(values_only=True)
    assert row[2] == "=Demo poster"
    assert book["Copies given out"]["C2"].data_type == "s"
    assert row[-1] == 1200
    people = [line[3] for line in book["People reached"].iter_rows(values_only=True)]
    assert people == ["Figure", "hidden", 40, 40, 9000, 9000]
    assert "'=Demo poster" in text
    assert ",3\r\n" not in text
    assert ",hidden\r\n" in text


def test_a_period_without_entries_says_so(nela, campaign):
    shown = words(nela.get("/campaigns/report?first=2020-01-01&last=2020-01-31&about=SI"))

    assert "Nothing in this period" in shown


def test_without_an_address_the_year_so_far_is_shown(nela, campaign):
    query = nela.get("/campaigns/report").context["query"]

    assert (query.first, query.last, query.country) == (date(2026, 1, 1), TODAY, "SI")


@pytest.mark.parametrize(
    "address",
    ["first=2026-12-31&last=2026-01-01&about=SI", "first=2026-01-01&last=2026-12-31&about=BE"],
)
def test_a_wrong_period_and_another_country_are_refused(nela, campaign, address):
    page = nela.get(f"/campaigns/report?{address}")

    assert page.status_code == 422
    assert "1,200" not in words(page)
    for kind in ("xlsx", "csv", "copies", "reach"):
        assert nela.get(f"/campaigns/report/{kind}?{address}").status_code == 404


def test_wrong_parts_of_an_address_find_nothing(nela, campaign):
    for part in ("month=2026-13", "month=x"):
        assert nela.get(f"/campaigns/report/copies?{PERIOD}&{part}").status_code == 404
    assert "No matches" in words(nela.get(f"/campaigns/report/copies?{PERIOD}&material=x"))


def test_another_country_reads_nothing_of_it(cast, campaign):
    otto = desk_of("otto2", cast.other)

    about = f"first=2026-11-01&last=2026-12-31&about={campaign.pk}"
    assert otto.get(f"/campaigns/report?{about}").status_code == 422
    assert otto.get(f"/campaigns/report/csv?{about}").status_code == 404


def test_the_page_of_a_campaign_hides_small_numbers_from_others(cast, nela):
    region = make_campaign(cast, country_id=None)
    log.record_reach(cast.scope(), region, reach_values("SI", 3), at=AT)
    otto = desk_of("otto2", cast.other)

    assert "hidden" in words(otto.get(f"/campaigns/{region.pk}"))
    assert "hidden" not in words(nela.get(f"/campaigns/{region.pk}"))
