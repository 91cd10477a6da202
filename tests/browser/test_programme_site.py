"""The programme's site in a real browser: what a visitor sends arrives at the desk, each page is
usable by keyboard and on small screens, and the browser speaks with one origin."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.crew import Crew
from tests.browser.desks import DeskSite
from tests.browser.test_desk_checking import Office
from tests.browser.walking import must_be_accessible

pytestmark = [pytest.mark.browser, pytest.mark.node]
HOST = "programme.localhost"
# One of each kind of page, and a page with texts of another language.
PATHS = (
    *("/en/", "/en/about", "/en/objectives", "/en/partners", "/en/contacts", "/en/news"),
    *("/en/take-action", "/en/take-action/group", "/en/take-action/sent", "/en/resources"),
    *("/en/resources?q=nothing", "/en/protected-figures", "/en/agenda-2030", "/en/none"),
    *("/de/", "/mt/gender", "/el/take-action/materials"),
)
SCREENS = {
    "phone": {"viewport": {"width": 320, "height": 640}},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "forced": {"viewport": {"width": 320, "height": 640}, "forced_colors": "active"},
}
MESSAGE = "We are twelve social workers and would like a training in May."


def own_site(address: str) -> str:
    """Return the address of the programme's site on the same server."""
    return f"http://{HOST}:{urlsplit(address).port}"


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(**SCREENS[request.param])
    yield context
    context.close()


@pytest.fixture
def crew(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, loaded_desk, width=1200)
    yield found
    found.close()


def test_each_kind_of_page_is_accessible_on_each_screen_and_loads_from_one_origin(screen, site):
    page, address = screen.new_page(), own_site(site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        page.goto(address + path)
        must_be_accessible(page)
        assert page.locator("script").count() == 0, path  # so each works without
    page.goto(f"{address}/en/take-action/group")
    page.click("main form button")
    assert page.locator("[role=alert] a").count() == 4
    must_be_accessible(page)

    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(address).netloc}
    assert screen.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_page_that_runs_from_right_to_left_fits_the_screen(screen, site):
    page = screen.new_page()
    for path in ("/en/", "/en/take-action/group", "/en/resources"):
        page.goto(own_site(site) + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


def press_until(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("each => document.activeElement.matches(each)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def test_the_menu_and_the_languages_work_by_keyboard(chromium, site):
    page, address = chromium.new_page(viewport={"width": 1280, "height": 900}), own_site(site)
    page.goto(f"{address}/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press_until(page, ".top__menu a[href='/en/take-action']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, ".top__languages summary")
    page.keyboard.press("Enter")
    press_until(page, ".top__languages a[href='/fr/take-action']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("h1") == "Agir"
    page.close()


def ask_for_a_training(page: Page, address: str) -> None:
    """Ask by keyboard alone, first with a mistake in the address."""
    page.goto(f"{address}/en/take-action")
    press_until(page, "main a[href$='/take-action/training']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "#f-country")
    page.keyboard.type("Belg")
    for field, typed in (
        ("organisation", "Demo School"),
        ("reply_to", "demo"),
        ("message", MESSAGE),
    ):
        press_until(page, f"#f-{field}")
        page.keyboard.type(typed)
    press_until(page, "main form button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Write an e-mail address" in page.inner_text("[role=alert]")
    assert page.input_value("#f-message") == MESSAGE  # and what was typed is still there
    page.fill("#f-reply_to", "demo.teacher@example.org")
    page.click("main form button")
    assert "Your message was sent" in page.inner_text("main")


def test_an_enquiry_arrives_at_the_desk_and_is_answered(crew):
    (cora,) = Office(crew, "coordinator").people
    cora.go("/texts/releases")
    cora.page.check("[name=language][value=en]")
    cora.press("main form button.button--primary")
    if cora.page.locator("main form.once button").count():  # not yet released by another test
        cora.press("main form.once button")
    context = crew.chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    ask_for_a_training(page, own_site(crew.desk.url))
    assert context.cookies() == []
    context.close()

    cora.go("/")
    cora.press("main a[href^='/enquiries/']")
    assert MESSAGE in cora.reads()
    assert "demo.teacher@example.org" in cora.reads()
    cora.press("main form[action$='/move/answer'] button")
    assert "The enquiry is marked as answered." in cora.reads()
    cora.press("main form[action$='/move/reopen'] button")
    assert "The enquiry is open again." in cora.reads()
    cora.press("main form[action$='/move/close'] button")
    assert "The enquiry is closed." in cora.reads()
    cora.go("/enquiries")
    assert "Demo School" not in cora.reads()
