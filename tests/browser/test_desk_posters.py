"""A poster in five languages, from the tab to five files that are read."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from protect.reference.formats import format_number
from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.listing import COUNTRY, NUMBER
from tests.browser.test_desk_checking import Office
from tests.ui.press.seeing import as_seen, pages

pytestmark = [pytest.mark.browser, pytest.mark.node]
MOST_RELOADS = 20
CHOSEN = ["en", "nl", "ar", "fa", "ti"]  # as they stand on the page


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def crew(request, chromium: Browser, desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, desk, has_script=request.param)
    yield found
    found.close()


def show(office: Office) -> None:
    office.crew.desk.run("tests.browser.printing", office.email)


def choose(somebody: Colleague, tags: list[str]) -> None:
    """Tick these languages and no other."""
    boxes = somebody.page.locator("main [name=languages]")
    assert boxes.count() > 30
    ticked = boxes.evaluate_all("all => all.filter(each => each.checked).map(each => each.value)")
    assert len(ticked) == 5  # suggested
    for tag in {*ticked, *tags}:
        box = somebody.page.locator(f"main [name=languages][value={tag}]")
        box.set_checked(tag in tags)


def downloaded(somebody: Colleague) -> bytes:
    with somebody.page.expect_download() as coming:
        somebody.page.locator("main form[method=post] button").last.click()
    assert coming.value.suggested_filename == "info.zip"
    return Path(coming.value.path()).read_bytes()


def test_a_poster_is_published_in_five_languages(crew):
    office = Office(crew, "coordinator")
    show(office)
    (cora,) = office.people

    cora.go("/directory")
    cora.press(".tabs a[href='/directory/posters']")
    cora.page.select_option("[name=need]", "gk")
    cora.send("need")
    for _ in range(MOST_RELOADS):  # a busy server shows what it knew a moment ago
        if office.name in cora.reads():
            break
        cora.go(cora.path())
    assert office.name in cora.reads()
    assert cora.page.locator(".poster img").evaluate("each => each.naturalWidth") > 400
    choose(cora, CHOSEN)
    archive = zipfile.ZipFile(BytesIO(downloaded(cora)))

    assert archive.namelist() == [f"info-{tag}.pdf" for tag in CHOSEN]
    for tag in CHOSEN:
        pdf = archive.read(f"info-{tag}.pdf")
        assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == tag
        (page,) = pages(pdf)
        seen = as_seen(page)
        assert format_number(NUMBER, COUNTRY) in seen
        assert office.name in seen
        assert "Demonstration" in seen
    cora.go(cora.path())
    assert "Last downloaded by your organisation" in cora.reads()
