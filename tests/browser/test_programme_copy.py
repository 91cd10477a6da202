"""A visitor of a copy of the programme's site, which a server without any rule sends: each kind of
page is usable, speaks with one origin, and leads to the forms on the running site."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.walking import must_be_accessible
from tests.originals import Originals
from tests.site.export.exports import Site

pytestmark = [pytest.mark.browser, pytest.mark.node]
OPTIONS = ("--demo", "--site", "programme", "--language", "en", "--language", "de")
PATHS = (
    "/",
    "/en/",
    "/en/take-action/",
    "/en/resources/",
    "/en/contacts/",
    "/de/news/",
    "/404.html",
)
RUNNING = "http://programme.localhost:8000"


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Print nothing."""


@pytest.fixture(scope="module")
def bare_site(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("copied")
    demo = Site(originals.file("demo", folder / "demo.sqlite3"), folder)
    demo.export(folder / "export", *OPTIONS)
    handler = partial(Handler, directory=str(folder / "export"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [320, 1280])
def test_each_kind_of_page_is_accessible_and_loads_from_one_origin(
    chromium: Browser, bare_site: str, width: int
):
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS:
        page.goto(bare_site + path)
        must_be_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert asked
    assert all(url.startswith((bare_site, "data:")) for url in asked)
    assert context.cookies() == []
    context.close()


def test_a_visitor_finds_the_form_on_the_running_site_and_the_contacts(
    chromium: Browser, bare_site: str
):
    page = chromium.new_page()
    page.goto(bare_site)
    page.get_by_role("main").get_by_role("link", name="English").click()
    page.get_by_role("main").get_by_role("link", name="Ask for a training").click()

    expect(page.get_by_text("This is a copy of the site, without forms.")).to_be_visible()
    form = page.get_by_role("main").get_by_role("link", name="Ask for a training")
    expect(form).to_have_attribute("href", f"{RUNNING}/en/take-action/training")
    page.get_by_role("main").get_by_role("link", name="Contacts").click()
    expect(page.get_by_role("heading", name="Malta")).to_be_visible()
    page.close()
