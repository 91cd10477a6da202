"""Codes at the door: the signal goes, the page is loaded anew, and each is noted once."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.crew import Crew
from tests.browser.desks import DeskSite

pytestmark = [pytest.mark.browser, pytest.mark.node]
PROGRAM = "tests.browser.training"


@pytest.fixture(params=["en", "ar"])
def crew(request, chromium: Browser, loaded_desk: DeskSite):
    found = Crew(chromium, loaded_desk, language=request.param)
    yield found
    found.close()


def run(crew: Crew, *said: str) -> dict[str, str]:
    return json.loads(crew.desk.run(PROGRAM, *said))


def test_without_network_the_page_reloads_and_keeps_scanning(crew):
    cora = crew.newcomer("cora")
    edition = run(crew, "plan", cora.email, crew.language)["edition"]
    seated = run(crew, "seat", edition)
    run(crew, "pass", edition, "first")
    cora.come_in()
    cora.go(f"/trainings/sessions/{seated['session']}/scan")
    page = cora.page
    expect(page.locator("form[data-is-kept]")).to_have_count(1)
    page.context.set_offline(True)
    scan(page, "DEMOCODE-1")
    page.reload()
    expect(page.locator("form[data-is-copy]")).to_have_count(1)
    scan(page, seated["code"])
    expect(page.locator("[data-told]")).to_contain_text("2")
    assert "Demo" not in cora.reads()
    kept = json.loads(page.evaluate(f"localStorage['scan:{seated['session']}']"))
    assert [{*each} for each in kept] == [{"nonce", "code", "at"}] * 2
    assert run(crew, "seen", edition) == {}

    page.context.set_offline(False)
    expect(page.locator("[data-done] li")).to_have_count(2)
    assert page.locator("form[data-is-copy]").count() == 0
    assert run(crew, "seen", edition) == {seated["code"]: "scan present"}
    assert page.evaluate("localStorage.length") == 0
    expect(page.locator("form[data-is-kept]")).to_have_count(1)
    page.context.set_offline(True)
    page.reload()  # the door goes on: what is sent does not end the copy
    expect(page.locator("form[data-is-copy]")).to_have_count(1)


def scan(page, code: str) -> None:
    page.fill("form[data-scan] [name=code]", code)
    page.keyboard.press("Enter")
