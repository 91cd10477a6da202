"""A campaigner plans a week, sends an order with its copies, and reports the period."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.test_desk_checking import Office

pytestmark = [pytest.mark.browser, pytest.mark.node]


@pytest.fixture(params=[(1200, True), (320, False)], ids=["script", "phone, no script"])
def crew(request, chromium: Browser, loaded_desk: DeskSite) -> Iterator[Crew]:
    width, has_script = request.param
    found = Crew(chromium, loaded_desk, width=width, has_script=has_script)
    yield found
    found.close()


@pytest.fixture
def cora(crew) -> Colleague:
    (cora,) = Office(crew, "coordinator").people
    return cora


def plan_a_week(cora: Colleague, campaign: str) -> None:
    cora.go(campaign)
    cora.press("a[href$='/plan']")
    cora.fill(title="Demo week", starts_on="2026-12-01", ends_on="2030-12-07")
    cora.send("title")
    assert "Now" in cora.reads()
    cora.press("a[href$='/edit']:has-text('Demo week')")
    cora.fill(ends_on="2026-12-02", title="Demo two days")
    cora.send("title")
    assert "Demo two days" in cora.reads()
    cora.press("form[action$='/done'] button")
    assert "undoes this" in cora.reads()


def send_an_order(cora: Colleague, material: str) -> None:
    cora.go(f"{material}/order")
    cora.page.select_option("main [name=language]", "fr")
    cora.fill(copies="5", destination="Demo library")
    cora.send("destination")
    cora.press("a[href$='/send']")
    assert cora.page.input_value("main [name=place]") == "Demo library"
    assert cora.page.input_value("main [name=copies]") == "5"
    cora.page.select_option("main [name=place_kind]", "public")
    cora.fill(day="2026-12-01")
    cora.send("place_kind")
    assert "the log has its copies" in cora.reads()


def must_print_marks_at_the_edge(cora: Colleague) -> None:
    """Check that on paper nothing stands between the mark of a row and the edge of the page."""
    cora.page.emulate_media(media="print")
    gaps = cora.page.evaluate(
        "[...document.querySelectorAll('.row:has(.row__due > *)')].map(row =>"
        " row.getBoundingClientRect().right"
        " - row.querySelector('.row__due').lastElementChild.getBoundingClientRect().right)"
    )
    assert gaps
    assert max(gaps) <= 1
    cora.page.emulate_media(media="screen")


def test_a_campaigner_plans_sends_and_reports(crew, cora):
    _film, file, _code = crew.desk.run("tests.browser.filming", "plan", cora.email).split("|")
    cora.go(file)
    material = cora.page.locator("a:has-text('Demo poster')").first.get_attribute("href")
    cora.go(material)
    campaign = cora.page.locator("dl a[href^='/campaigns/']").first.get_attribute("href")
    plan_a_week(cora, campaign)
    send_an_order(cora, material)

    cora.go(campaign)
    cora.press("a[href*='/campaigns/report']")
    cora.page.fill("[name=first]", "2026-12-01")
    cora.page.fill("[name=last]", "2026-12-31")
    cora.send("first")

    shown = cora.reads()
    assert "9 in total" in shown
    assert "Demo two days" in shown
    with cora.page.expect_download() as coming:
        cora.page.locator("a[href*='/report/xlsx']").click()
    book = openpyxl.load_workbook(BytesIO(Path(coming.value.path()).read_bytes()))
    assert [row[-1] for row in book["Copies given out"].iter_rows(values_only=True)][1:] == [4, 5]
    cora.press("a[href*='place_kind=public']")
    assert "Demo library" in cora.reads()
    cora.go(file)
    cora.press("a[href$='/collect']")
    assert "Demo library" in cora.reads()
    cora.press("main form.form button")
    assert "undoes this" in cora.reads()
    cora.go("/campaigns")
    cora.press("a[href^='/campaigns/countries/']")
    must_print_marks_at_the_edge(cora)
