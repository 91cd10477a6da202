"""A visitor reads with a keyboard how to delete only our pages, and leaves the page."""

import pytest

from protect.findhelp import addresses
from protect.findhelp.answers.browser_steps import load_steps

pytestmark = pytest.mark.browser
NARROW = 320
FIRST = next(iter(load_steps().values()))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("tag", ["en", "ar", "so"])
def test_the_steps_open_by_keyboard_and_fit_a_small_phone(page, site, tag):
    page.set_viewport_size({"width": NARROW, "height": 640})
    page.goto(f"{site}/{tag}/{addresses.TIPS.code}")
    steps = page.locator("details.fold").filter(has_text=FIRST.name)
    assert not steps.locator("li").first.is_visible()

    steps.locator("summary").focus()
    page.keyboard.press("Enter")

    steps.locator("li").first.wait_for(state="visible")
    assert steps.locator("li").count() == len(FIRST.step)
    assert steps.locator("li svg.icon").count() == len(FIRST.step)
    assert page.evaluate(OVERFLOW) == 0
    assert page.locator("a.exit").is_visible()  # “Close” stays in reach
