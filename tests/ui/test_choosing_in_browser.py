"""A long list of boxes in a real browser, under the strictest policy."""

from collections.abc import Iterator

import pytest
from django import forms
from django.utils import translation
from playwright.sync_api import Browser, Page, Route

from protect.ui import assets
from protect.ui.forms import LongCheckboxList
from tests.ui.conftest import page
from tests.ui.tabs import POLICY

pytestmark = pytest.mark.browser

FIND = "fieldset [type=search]"
AT = "http://localhost/many"
CHOICES = [(f"l{number}", f"Demo language {number:03}") for number in range(120)]
MANY = """
  <form class="form" method="post">{% field form.spoken %}
    <button class="button">Save</button></form>
  {% include "ui/_choosing.html" %}"""


class Form(forms.Form):
    spoken = forms.MultipleChoiceField(
        choices=[*CHOICES, ("ar", "Árabe")], initial=["l7", "l99"], widget=LongCheckboxList
    )


@pytest.fixture(params=["en", "ar"])
def shown(request, chromium: Browser, draw) -> Iterator[Page]:
    with translation.override(request.param):
        html = draw(page(MANY), form=Form())
    context = chromium.new_context(viewport={"width": 320, "height": 600})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://localhost")
        if path.startswith(assets.ASSETS_PATH):
            media_type, content = assets.CONTENT_BY_NAME[path.removeprefix(assets.ASSETS_PATH)]
            return route.fulfill(body=content, content_type=media_type)
        headers = {"Content-Security-Policy": POLICY}
        return route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)

    tab.route("**/*", answer)
    tab.goto(AT)
    tab.locator(FIND).wait_for()
    yield tab
    assert complaints == []
    context.close()


def labels(tab: Page) -> list[str]:
    return [each.strip() for each in tab.locator(".boxes label:visible").all_inner_texts()]


def test_ticked_options_come_first_and_the_page_is_not_wider(shown):
    assert labels(shown)[:3] == ["Demo language 007", "Demo language 099", "Demo language 000"]
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_search_ignores_accents_and_keeps_ticked_options(shown):
    shown.fill(FIND, "arab")

    assert labels(shown) == ["Demo language 007", "Demo language 099", "Árabe"]


def test_option_is_found_and_ticked_by_keyboard_and_enter_does_not_submit(shown):
    shown.focus(FIND)
    shown.keyboard.type("arab")
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.value") == "ar"
    shown.keyboard.press("Space")
    shown.keyboard.press("Tab")

    assert shown.url == AT
    assert shown.evaluate("document.activeElement.textContent") == "Save"
    assert shown.locator("input[value=ar]").is_checked()


def test_arrows_move_and_lead_back_to_the_field(shown):
    shown.focus(FIND)
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("ArrowDown")
    assert shown.evaluate("document.activeElement.value") == "l99"
    shown.keyboard.press("ArrowUp")
    shown.keyboard.press("ArrowUp")

    assert shown.evaluate("document.activeElement.type") == "search"


def test_ticked_options_are_sent_without_the_search_text(shown):
    shown.fill(FIND, "arab")
    shown.check("input[value=ar]")
    with shown.expect_request(lambda asked: asked.method == "POST") as sent:
        shown.click("fieldset ~ button")

    assert sent.value.post_data == "spoken=l7&spoken=l99&spoken=ar"
