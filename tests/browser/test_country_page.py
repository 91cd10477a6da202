"""A coordinator opens the page of a country from the home page, and prints its brief."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.crew import Crew
from tests.browser.desks import DeskSite

pytestmark = pytest.mark.browser
COUNTRY = "/countries/HR"
PARTS = (  # the page that the heading of each part leads to
    "/groups/actions",
    "/pathways",
    "/groups/procedures",
    "/directory/coverage",
    "/groups",
    "/mappings",
)


@pytest.fixture
def crew_of(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, loaded_desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


@pytest.mark.parametrize(
    ("width", "language"), [(1280, "en"), (320, "ar")], ids=["wide", "arabic on a phone"]
)
def test_journey_from_home_to_the_page_of_a_country_and_its_brief(crew_of, width, language):
    crew = crew_of(width=width, language=language)
    dana, chidi = crew.found_organisation(), crew.found_organisation()  # chidi's is not in Croatia
    crew.desk.run("tests.browser.coordinating", dana.email, chidi.email)
    crew.desk.run("tests.browser.directing", "make", dana.email)

    dana.go("/")
    dana.press(f"a[href='{COUNTRY}']")
    assert dana.path() == COUNTRY
    links = dana.page.locator("main section.panel h2 a")
    assert links.count() >= len(PARTS)
    for part in PARTS:
        dana.go(COUNTRY)
        dana.press(f"main section.panel h2 a[href^='{part}']")
        assert dana.path().startswith(part)

    dana.go(COUNTRY)
    dana.page.select_option("#brief [name=language]", "en")
    quarter = dana.page.locator("#brief [name=quarter]").input_value()
    address = f"{dana.desk.url}{COUNTRY}/brief?quarter={quarter}&language=en"
    answer = dana.page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    text = PdfReader(BytesIO(answer.body())).pages[0].extract_text()
    assert "Croatia" in text
    for path in (COUNTRY, f"{COUNTRY}/brief?quarter={quarter}&language=en"):
        refused = chidi.page.request.get(f"{chidi.desk.url}{path}")
        assert refused.status == HTTPStatus.NOT_FOUND
