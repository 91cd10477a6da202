"""Visitors of an export that a server without any rule sends: their journeys, and the way out."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from protect.findhelp import addresses
from protect.findhelp.enums import SpotKind
from protect.kernel.ids import short_code
from tests.browser.walking import go, link, must_be_accessible, need, place
from tests.originals import Originals
from tests.site.export.exports import Site

pytestmark = [pytest.mark.browser, pytest.mark.node]

VALLETTA = place(2562305)
MALTA = short_code(SpotKind.COUNTRY, "MT")
LANGUAGES = ("en", "ar", "ti")
OPTIONS = ("--demo", "--country", "MT", "--area", "MT-60")


class Handler(SimpleHTTPRequestHandler):
    """`python -m http.server`, which notes what it is asked."""

    asked: list[str]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        self.asked.append(self.path)


@pytest.fixture(scope="module")
def bare_site(
    originals: Originals, neutral, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a bare server of an export of Valletta in three languages."""
    folder = tmp_path_factory.mktemp("bare")
    demo = Site(originals.file("demo", folder / "demo.sqlite3"), folder)
    chosen = [option for tag in LANGUAGES for option in ("--language", tag)]
    target = folder / "export"
    demo.export(target, *OPTIONS, *chosen, PROTECT_EXIT_TARGETS=f"{neutral.url}/today")
    kind = type("Bare", (Handler,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(target)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Walk:
    """A visitor on her way by keyboard; every page is looked at by axe."""

    def __init__(self, page, site, has_script):
        self.page, self.site, self.has_script = page, site, has_script
        self.cookies_and_strangers: list[str] = []
        page.on("request", self._note_request)

    def _note_request(self, request):
        if not request.url.startswith((self.site, "data:")):
            self.cookies_and_strangers.append(request.url)

    def open(self, address):
        self.page.goto(f"{self.site}{address}")
        self.look()

    def take(self, address):
        go(self.page, link(self.page, address), has_script=self.has_script)
        assert self.page.url.rstrip("/") == f"{self.site}{address}"
        self.look()

    def look(self):
        assert self.page.locator("a.exit").is_visible()
        assert self.page.locator("form").count() == 0
        if self.has_script:
            must_be_accessible(self.page)
        cookies = self.page.context.cookies()
        assert [*cookies, *self.cookies_and_strangers] == []


@pytest.fixture
def walk(page, bare_site, has_script):
    return Walk(page, bare_site, has_script)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_from_the_languages_to_a_service_in_malta(walk, tag):
    walk.open("/")
    walk.take(f"/{tag}")
    walk.take(f"/{tag}/{MALTA}")
    walk.take(f"/{tag}/{short_code(SpotKind.INITIAL, 'MT:V')}")
    walk.take(f"/{tag}/{VALLETTA}")
    walk.take(f"/{tag}/{VALLETTA}-{need('talk')}")

    assert walk.page.locator("html").get_attribute("lang") == tag
    assert walk.page.locator("article.card").count() >= 3
    assert walk.page.locator(".card__now--open").count() == 0
    go(walk.page, walk.page.locator("article.card h2 a").first, has_script=walk.has_script)
    walk.look()
    assert walk.page.locator("dl.facts").is_visible()


def test_the_same_page_in_another_language_and_without_speaking(walk):
    talk = f"{VALLETTA}-{need('talk')}"
    walk.open(f"/en/{talk}")
    go(walk.page, walk.page.locator("#languages a[lang=ar]"), has_script=walk.has_script)
    assert walk.page.url.rstrip("/") == f"{walk.site}/ar/{talk}"
    walk.look()
    walk.open(f"/ti/{talk}/q")
    assert walk.page.locator("article.card").count() >= 1


def test_one_page_of_each_further_kind(walk):
    hours, police = addresses.first_hours_in("MT").code, addresses.police_in("MT").code
    rights = addresses.rights_in("MT", "rights").code
    for path in (
        *(f"/{VALLETTA}/{hours}", f"/{police}", f"/{rights}", f"/{addresses.TIPS.code}"),
        *(f"/{VALLETTA}-{need('helping')}", f"/{VALLETTA}-{need('hurt-now')}"),
        *("/404.html", "/410.html", "/500.html"),
    ):
        walk.open(f"/en{path}")


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("path", ["/", f"/ar/{VALLETTA}-{need('talk')}", "/en/404.html"])
def test_after_leaving_nothing_of_ours_is_shown(page, bare_site, neutral, path):
    page.goto(f"{neutral.url}/before")
    page.goto(f"{bare_site}{path}")
    page.locator("a.exit").click()
    page.wait_for_url("**/today")

    assert neutral.referrers[-1] is None
    assert page.title() == "Weather"
