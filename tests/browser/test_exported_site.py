"""Visitors of an export that a server without any rule sends: their journeys, and the way out."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from protect.findhelp import addresses
from protect.findhelp.enums import SpotKind
from protect.kernel.ids import short_code
from protect.site import zones
from protect.site.export import day_line
from protect.site.management.commands.weigh import BUDGET_BYTES
from tests.browser.conftest import Neutral
from tests.browser.test_exit import arrive, leave, must_be_neutral
from tests.browser.walking import Traffic, go, link, must_be_accessible, need, place
from tests.conftest import IS_LONG
from tests.guards.test_public_pages import ELSEWHERE, TITLES
from tests.originals import Originals
from tests.site.export.exports import malta_of_demo, whole_demo
from tests.site.export.test_exported_pages import HEADERS
from tests.site.export.test_server_headers import NGINX, OWN_HEADERS, nginx_on

pytestmark = [pytest.mark.browser, pytest.mark.node]

VALLETTA = place(2562305)
MALTA = short_code(SpotKind.COUNTRY, "MT")
LANGUAGES = ("en", "ar", "ti")
OPTIONS = ("--demo", "--country", "MT")


class Handler(SimpleHTTPRequestHandler):
    """`python -m http.server`, which notes what it is asked."""

    asked: list[str]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        self.asked.append(self.path)


@pytest.fixture(scope="module")
def exported(
    originals: Originals, neutral: Neutral, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An export in three languages: of Valletta, or, by `make faults`, of all Malta."""
    folder = tmp_path_factory.mktemp("exported")
    demo = whole_demo(originals, folder) if IS_LONG else malta_of_demo(originals, folder)
    chosen = [option for tag in LANGUAGES for option in ("--language", tag)]
    target = folder / "export"
    place = () if IS_LONG else ("--area", "MT-60")
    demo.export(target, *OPTIONS, *place, *chosen, PROTECT_EXIT_TARGETS=f"{neutral.url}/today")
    return target


@pytest.fixture(scope="module")
def bare_site(exported: Path) -> Iterator[str]:
    """The address of a bare server of the export."""
    kind = type("Bare", (Handler,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(exported)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def nginx_site(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx with the export and its header file."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    with nginx_on(exported, tmp_path_factory.mktemp("nginx")) as address:
        yield address


@pytest.fixture(params=["bare", "nginx"])
def mirror(request: pytest.FixtureRequest) -> str:
    """The address of each server in turn."""
    return request.getfixturevalue(f"{request.param}_site")


class Walk:
    """A visitor on her way by keyboard; every page is looked at by axe."""

    def __init__(self, page, site, has_script):
        self.page, self.site, self.has_script = page, site, has_script
        self.traffic = Traffic(page, site)

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
        self.traffic.must_stay()


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


def test_no_page_of_the_export_does_what_no_public_page_may_do(exported):
    """The guards of find-help that ask no server: tests/guards/test_public_pages.py."""
    wrong = {}
    for path in exported.rglob("*.html"):
        body, packed = path.read_text("utf-8"), path.with_name(f"{path.name}.br")
        title = re.search(r"<title>(.*?)</title>", body)
        found = [*ELSEWHERE.findall(body), *re.findall(r"<[^>]+ (?:style|on\w+)=|<form", body)]
        found += [] if title and title[1] in TITLES else ["title"]
        found += [] if 'class="skip"' in body.partition('class="exit"')[0] else ["way out"]
        found += [] if "112" in body and body.count("<h1") == 1 else ["number or heading"]
        if packed.exists() and packed.stat().st_size + HEADERS > BUDGET_BYTES:  # packed fast
            size = len(day_line.pack(path.read_bytes()).brotli)
            found += [f"{size} bytes"] if size + HEADERS > BUDGET_BYTES else []
        if found:
            wrong[str(path)] = found

    assert wrong == {}
    assert {path.name for path in exported.iterdir() if path.is_dir()} == {*LANGUAGES, "servers"}


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_nginx_adds_the_headers_and_no_script_or_style_is_refused(page, nginx_site):
    walk, refused, headers = Walk(page, nginx_site, has_script=True), [], []
    page.on("console", lambda message: refused.append(message.text))
    page.on("response", lambda response: headers.append(response.all_headers()))

    walk.open("/ar")
    walk.take(f"/ar/{MALTA}")
    walk.open(f"/ti/{VALLETTA}-{need('talk')}")

    assert refused == []
    assert len(headers) == 3
    for sent in headers:
        assert "set-cookie" not in sent
        for name, value in zones.PUBLIC_HEADERS.items():
            assert name in OWN_HEADERS or sent[name.lower()] == value, name


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("path", ["/", f"/ar/{VALLETTA}-{need('talk')}", "/en/404.html"])
def test_after_leaving_back_shows_only_neutral_sites(page, mirror, neutral, path):
    arrive(page, mirror, neutral, "/en", path)
    stored = "[sessionStorage.length, localStorage.length, document.cookie]"
    assert page.evaluate(stored) == [0, 0, ""]

    leave(page)

    assert neutral.referrers[-1] is None
    for step in ("/today", "/before"):
        page.go_back(wait_until="commit")
        must_be_neutral(page)
        assert page.url == f"{neutral.url}{step}"


@pytest.mark.parametrize("has_script", [False], indirect=True, ids=["no script"])
def test_the_exit_is_a_link_that_tells_nobody_where_from(page, mirror, neutral):
    arrive(page, mirror, neutral, f"/ti/{VALLETTA}-{need('talk')}")

    leave(page)

    assert page.title() == "Weather"
    assert neutral.referrers[-1] is None


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_three_presses_of_shift_leave_and_back_works_before(page, nginx_site, neutral):
    arrive(page, nginx_site, neutral, "/en", f"/en/{VALLETTA}-{need('talk')}")
    page.go_back()
    assert page.url == f"{nginx_site}/en"

    for _ in range(3):
        page.keyboard.press("Shift")

    page.wait_for_url("**/today")
