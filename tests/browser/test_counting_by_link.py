"""Somebody without an account counts people on a phone, without signal, and asks for a call."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.desks import DeskSite
from tests.browser.guests import Guest, guest
from tests.browser.walking import wait_in_page

pytestmark = [pytest.mark.browser, pytest.mark.node]
PROGRAM = "tests.browser.sessioning"
GIRLS, BOYS = "n_secondary_1_3_f", "n_secondary_1_3_m"
NOTHING = """async () => !localStorage.length && !(await caches.keys()).length
    && !(await navigator.serviceWorker.getRegistrations()).length"""

ADDRESSES = """async () => {
    const cache = await caches.open("kept"), all = [];
    for (const each of await cache.keys()) all.push(each.url, (await cache.match(each)).url);
    return all;
}"""


@dataclass
class Held:
    """A session, and somebody without an account who holds it."""

    desk: DeskSite
    sami: Guest
    session: str
    link: str

    def counts(self) -> str:
        return self.desk.run(PROGRAM, "counts", self.session)


VARIANTS = {"en": ("en", True), "ar": ("ar", True), "no script": ("en", False)}


@pytest.fixture
def held(request, chromium: Browser, desk: DeskSite) -> Iterator[Held]:
    language, has_script = VARIANTS[getattr(request, "param", "en")]
    session = desk.run(PROGRAM, "plan", desk.newcomer(language), language)
    link = desk.run(PROGRAM, "link", session, language)
    sami = guest(chromium, desk.public, language, has_script=has_script)
    yield Held(desk, sami, session, link)
    sami.page.context.close()


@pytest.mark.parametrize("held", VARIANTS, indirect=True)
def test_journey_from_the_booking_link_to_a_head_count_and_a_call(held):
    sami = held.sami
    sami.go(held.link)
    sami.press("main .rows a[href*='/bookings/']")
    sami.press("main a[href$='/count']")
    count(held)
    assert held.counts() == "1 secondary_1_3 f 12\n1 secondary_1_3 m 11\n"
    sami.go(sami.path().removesuffix("/count"))
    assert "23" in sami.reads()
    sami.press("main form[action$='/incident'] button")
    assert sami.page.locator("main .notice--good").count() == 1
    sami.press("main a[href$='/after']")
    sami.page.check("main [name=mood][value=tired]")
    sami.send()
    assert sami.page.locator("main .notice--good").count() == 1


def count(held: Held) -> None:
    """Count; with a script, while the signal is gone and the page is loaded anew."""
    sami, page = held.sami, held.sami.page
    sami.fill(**{GIRLS: "12"})
    if not sami.has_script:
        sami.fill(**{BOYS: "11"})
        return sami.press("main form[data-count] button")
    expect(page.locator("form[data-is-kept]")).to_have_count(1)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("form[data-is-copy]")).to_have_count(1)
    expect(page.locator(f"[name={GIRLS}]")).to_have_value("12")
    token = held.link.rpartition("/")[2]
    assert token not in page.content()
    sami.fill(**{BOYS: "11"})
    page.click("main form[data-count] button")
    expect(page.locator("[data-told]")).to_have_attribute("data-state", "kept")
    assert held.counts() == ""
    page.context.set_offline(False)
    expect(page.locator("[data-told]")).to_have_attribute("data-state", "sent")
    wait_in_page(page, NOTHING)
    sami.complaints.clear()  # the browser says that it was offline
    return sami.look()


def test_counts_of_a_deleted_session_are_refused_and_kept(held):
    sami, page = held.sami, held.sami.page
    sami.go(f"{held.link}")
    sami.press("main .rows a[href*='/bookings/']")
    sami.press("main a[href$='/count']")
    sami.fill(**{GIRLS: "12"})
    page.route("**/count", lambda route: route.fulfill(status=404))
    page.click("main form[data-count] button")

    expect(page.locator("[data-told]")).to_have_attribute("data-state", "refused")
    expect(page.locator(f"[name={GIRLS}]")).to_have_value("12")
    sami.complaints.clear()  # the browser says that it was not found


def test_the_phone_keeps_no_link_and_answers_for_no_other_page(held):
    page, token = held.sami.page, held.link.rpartition("/")[2]
    held.sami.go(held.link)
    held.sami.press("main .rows a[href*='/bookings/']")
    held.sami.press("main a[href$='/count']")
    expect(page.locator("form[data-is-kept]")).to_have_count(1)
    session = page.url.removesuffix("/count")
    addresses, key = page.evaluate(ADDRESSES), page.get_attribute("form[data-count]", "data-count")
    assert f"{held.desk.public}/kept/{key}" in addresses
    assert not [address for address in addresses if token in address]

    page.context.set_offline(True)
    for other in (session, f"{session}/after", held.link):
        tab = page.context.new_page()
        with pytest.raises(Error, match="INTERNET_DISCONNECTED"):
            tab.goto(other)
        tab.close()
    page.reload()
    expect(page.locator("form[data-is-copy]")).to_have_count(1)


@pytest.mark.parametrize("held", ["ar", "no script"], indirect=True)
def test_the_booking_link_works_by_keyboard_alone(held):
    sami, page = held.sami, held.sami.page
    sami.go(held.link)
    reach(page, "a[href*='/bookings/'][class*=button]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reach(page, "a[href$='/count']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reach(page, f"[name={GIRLS}]")
    page.keyboard.type("4")
    reach(page, "form[data-count] button")
    page.keyboard.press("Enter")
    if sami.has_script:
        expect(page.locator("[data-told]")).to_have_attribute("data-state", "sent")
    else:
        page.wait_for_url("**?done=counted")
    assert held.counts() == "1 secondary_1_3 f 4\n"


def reach(page, what: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{what}:focus").count():
            return
    raise AssertionError(what)
