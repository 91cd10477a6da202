"""On a phone the first number to call, or address to write to, stands on the first screen."""

import pytest

from tests.visits import LANGUAGES, VISITS

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 390, 664  # a small phone, without the bars of its browser
FIRST_CONTACT = "document.querySelector('.card__call, .card__link').getBoundingClientRect().bottom"


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_first_number_stands_on_the_first_screen(page, site, tag):
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    below = {}
    for visit in VISITS:
        page.goto(f"{site}{visit.address(tag)}")
        bottom = page.evaluate(FIRST_CONTACT)
        if bottom > HEIGHT:
            below[visit.name] = round(bottom)

    assert below == {}
