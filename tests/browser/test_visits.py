"""On a phone the first number to call, or address to write to, stands on the first screen."""

import pytest

from tests.browser.walking import need, place
from tests.visits import LANGUAGES, VISITS

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 390, 664  # a small phone, without the bars of its browser
SILENT = [place(key) for key in (2964574, 728193, 2792413)]  # Dublin, Plovdiv, Liège
LJUBLJANA = place(3196359)
WITHOUT_BANNER = "document.querySelector('.demo')?.remove()"  # as on the site that is in use
FIRST_CONTACT = "document.querySelector('.card__call, .card__link').getBoundingClientRect().bottom"


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_first_number_is_on_the_first_screen(page, site, tag):
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    below = {}
    for visit in VISITS:
        page.goto(f"{site}{visit.address(tag)}")
        bottom = page.evaluate(FIRST_CONTACT)
        if bottom > HEIGHT:
            below[visit.name] = round(bottom)

    assert below == {}


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_first_way_to_write_is_on_the_first_screen(page, site, tag):
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    below = {}
    for code in SILENT:
        for needed in ("hurt-now", "safe-place"):
            page.goto(f"{site}/{tag}/{code}-{need(needed)}/q")
            page.evaluate(WITHOUT_BANNER)
            bottom = page.evaluate(FIRST_CONTACT)
            if bottom > HEIGHT:
                below[code, needed] = round(bottom)

    assert below == {}


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_after_two_presses_the_first_number_is_on_the_first_screen(page, site, tag):
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    for needed in ("talk", "safe-place"):
        page.goto(f"{site}/{tag}/{LJUBLJANA}-{need(needed)}")
        for answer in ("f", "lgbtqi"):
            page.locator(f".who button[value={answer}]").click()
            page.wait_for_url("**/r/*")
            page.locator(f"#refine [value={answer}]:checked").wait_for(state="attached")
        page.evaluate(WITHOUT_BANNER)
        assert page.evaluate(FIRST_CONTACT) <= HEIGHT, needed
