"""A form that is sent again until nothing is left, in a real browser under the strictest policy."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from protect.ui import assets
from tests.ui.conftest import page
from tests.ui.tabs import POLICY

pytestmark = pytest.mark.browser

AT = "http://localhost/work"
WORK = """
  {% if is_over %}<p>Nothing is left.</p>{% else %}
  <form method="post" action="/work" data-again{% if begins %}="now"{% endif %}>
    <input type="hidden" name="csrf" value="secret">
    <progress value="0" max="4" aria-label="Work"></progress>
    <bdi data-again-said role="status">0 of 4</bdi>
    <button class="button">Continue</button>
    <button type="button" class="button" data-again-stop hidden>Stop for now</button></form>
  {% endif %}
  <script type="module" src="{% desk_file 'again.js' %}" nonce="{{ csp_nonce }}"></script>"""


class Server:
    """Does one of `of` things for each form that is sent; waits where a test says so."""

    def __init__(self, draw: Callable[..., str], of: int = 4) -> None:
        self.draw, self.of, self.done = draw, of, 0
        self.sent: list[str] = []
        self.complaints: list[str] = []
        self.waits_at = -1
        self.held: list[Route] = []
        self.is_locked = False
        self.begins = False  # by itself

    def answer(self, route: Route) -> None:
        request, path = route.request, urlsplit(route.request.url).path
        if request.method == "POST":
            return self.work(route)
        if path.startswith(assets.ASSETS_PATH):
            media_type, content = assets.CONTENT_BY_NAME[path.removeprefix(assets.ASSETS_PATH)]
            return route.fulfill(body=content, content_type=media_type)
        html = self.draw(page(WORK), is_over=self.done == self.of, begins=self.begins)
        headers = {"Content-Security-Policy": POLICY}
        return route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)

    def work(self, route: Route) -> None:
        if self.is_locked:
            return route.fulfill(status=401, json={"code": "vault_locked"})
        self.sent.append(route.request.post_data or "")
        if len(self.sent) - 1 == self.waits_at:
            self.held.append(route)
            return None
        return self.tell(route)

    def tell(self, route: Route) -> None:
        self.done += 1
        said = {"done": self.done, "of": self.of, "said": f"{self.done} of {self.of}"}
        told = json.dumps({**said, "is_over": self.done == self.of})
        route.fulfill(body=told, content_type="application/json")


@pytest.fixture
def server(draw: Callable[..., str]) -> Server:
    return Server(draw)


@pytest.fixture
def tab(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.on("console", lambda message: server.complaints.append(message.text))
    opened.on("pageerror", lambda error: server.complaints.append(str(error)))
    opened.route("**/*", server.answer)
    opened.goto(AT)
    yield opened
    context.close()


def test_form_is_sent_again_until_nothing_is_left(tab, server):
    tab.click("text=Continue")

    tab.wait_for_selector("text=Nothing is left.")
    assert server.done == len(server.sent) == 4
    assert all("secret" in each for each in server.sent)
    assert server.complaints == []


def test_progress_is_shown_and_can_be_stopped(tab, server):
    server.waits_at = 2

    tab.click("text=Continue")
    tab.wait_for_selector("text=2 of 4")
    assert tab.evaluate("document.querySelector('progress').value") == 2
    assert tab.evaluate("document.activeElement.textContent") == "Stop for now"
    assert not tab.is_visible("text=Continue")
    tab.click("text=Stop for now")
    server.tell(server.held[0])

    tab.wait_for_selector("text=3 of 4")
    tab.wait_for_selector("button:text('Continue'):focus")
    assert (server.done, len(server.sent)) == (3, 3)


def test_button_continues_after_stopping(tab, server):
    server.waits_at = 0
    tab.click("text=Continue")
    tab.click("text=Stop for now")
    server.tell(server.held[0])

    tab.click("button:text('Continue')")

    tab.wait_for_selector("text=Nothing is left.")
    assert server.done == 4


def test_page_is_reloaded_if_the_session_has_locked(tab, server):
    server.is_locked = True
    with tab.expect_navigation(url=AT):
        tab.click("text=Continue")

    assert tab.is_visible("text=0 of 4")
    assert server.sent == []


def test_work_begun_in_another_window_continues_by_itself(tab, server):
    server.begins = True

    tab.reload()

    tab.wait_for_selector("text=Nothing is left.")
    assert server.done == len(server.sent) == 4


def test_refused_automatic_start_waits_for_the_button(tab, server):
    server.begins = server.is_locked = True

    with tab.expect_response(lambda answer: answer.status == 401):
        tab.reload()
    tab.wait_for_selector("text=Continue >> visible=true")
    assert server.done == 0

    server.is_locked = False
    tab.click("text=Continue")
    tab.wait_for_selector("text=Nothing is left.")
    assert server.done == 4
