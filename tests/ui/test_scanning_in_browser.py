"""Scans at the door in a real browser: what is refused is said, and not sent for ever."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from protect.ui import assets
from tests.ui.conftest import page
from tests.ui.tabs import POLICY

pytestmark = pytest.mark.browser

AT = "http://localhost/scan"
SCAN = """
  <form method="post" action="/scan" data-scan="one" data-waits="Waiting:" data-ended="Ended.">
    <input type="hidden" name="csrfmiddlewaretoken" value="secret">
    <label>Code <input name="code"></label>
    <button class="button">Mark present</button>
    <p aria-live="polite" data-told></p></form>
  <ol data-done></ol>
  <script type="module" src="{% desk_file 'scanning.js' %}" nonce="{{ csp_nonce }}"></script>"""


class Server:
    """Answers scans as a test says."""

    def __init__(self, html: str) -> None:
        self.html, self.posts = html, 0
        self.says: dict[str, object] = {}

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.method == "POST":
            self.posts += 1
            return route.fulfill(**self.says)
        if path.startswith(assets.ASSETS_PATH):
            media_type, content = assets.CONTENT_BY_NAME[path.removeprefix(assets.ASSETS_PATH)]
            return route.fulfill(body=content, content_type=media_type)
        headers = {"Content-Security-Policy": POLICY}
        return route.fulfill(
            body=self.html, content_type="text/html; charset=utf-8", headers=headers
        )


@pytest.fixture
def server(draw: Callable[..., str]) -> Server:
    return Server(draw(page(SCAN)))


@pytest.fixture
def tab(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.clock.install()
    opened.route("**/*", server.answer)
    opened.goto(AT)
    yield opened
    context.close()


def scan(tab: Page) -> None:
    tab.fill("[name=code]", "BCDFGH-001")
    tab.click("text=Mark present")


def minutes(tab: Page) -> None:
    """Let time pass in which the script could send again four times a minute."""
    for _ in range(8):
        tab.clock.run_for(15_000)
        tab.wait_for_timeout(50)


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ({"status": 409, "json": {"title": "It is not on."}}, "It is not on. Waiting: 1"),
        ({"status": 403, "body": "<h1>Old</h1>"}, "Ended. Waiting: 1"),
    ],
    ids=["refused", "session over"],
)
def test_refused_scan_is_shown_until_the_next_scan(tab, server, says, said):
    server.says = says
    scan(tab)
    tab.wait_for_selector(f"text={said}")
    minutes(tab)
    assert server.posts == 1
    scan(tab)
    tab.wait_for_selector(f"text={said.replace('1', '2')}")

    assert server.posts == 2


def test_answer_about_other_scans_causes_no_immediate_retry(tab, server):
    server.says = {"body": json.dumps({"done": []}), "content_type": "application/json"}
    scan(tab)
    tab.wait_for_selector("text=Waiting: 1")
    tab.wait_for_timeout(300)

    assert server.posts == 1


def test_failed_request_is_retried(tab, server):
    server.says = {"status": 503, "body": ""}
    scan(tab)
    tab.wait_for_selector("text=Waiting: 1")
    minutes(tab)

    assert server.posts > 1
