"""A real server, a real browser, and a neutral site to leave for."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.desks import DeskSite, public_of
from tests.serving import CHROMIUM, PROTECT, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "var/failed"
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Neutral:
    """A site to leave for, and what it learnt of where its visitors came from."""

    url: str
    referrers: list[str | None] = field(default_factory=list)


@pytest.fixture(scope="session", autouse=True)
def _axe_looks_once(run_folder: Path) -> None:
    """Let the processes of a run share the folder in which `walking` notes what axe has seen."""
    folder = run_folder / "axe"
    folder.mkdir(exist_ok=True)
    os.environ["PROTECT_TEST_AXE"] = str(folder)


@pytest.fixture(scope="session")
def neutral() -> Iterator[Neutral]:
    found = Neutral("")

    class Weather(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.referrers.append(self.headers.get("Referer"))
            page = f"<!doctype html><title>Weather</title><h1>Weather {self.path}</h1>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    found.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def desk(
    own_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DeskSite]:
    """The desk as `protect serve` runs it, with people who are invited and nobody who came yet."""
    database = own_database("migrated", "desk")
    with desk_on(database, tmp_path_factory.mktemp("desk"), invited=True) as served:
        yield served


@pytest.fixture(scope="session")
def loaded_desk(
    own_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DeskSite]:
    """The desk with places, vocabularies and forms: what is typed is read against them."""
    database = own_database("loaded", "loaded_desk")
    with desk_on(database, tmp_path_factory.mktemp("loaded_desk")) as served:
        yield served


@contextmanager
def desk_on(database: str, folder: Path, *, invited: bool = False) -> Iterator[DeskSite]:
    """Serve the desk on a database that is ready; to stretch a passphrase costs the least."""
    port = free_port()
    address = f"http://localhost:{port}"
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.cheap",
        "PROTECT_DATABASE_URL": database,
        "PROTECT_STAFF_URL": address,
        "PROTECT_PUBLIC_URL": public_of(address),
        "PROTECT_LEDGER": f"{folder}/ledger-{port}.jsonl",  # keys of another build are not ours
        "PYTHONPATH": str(ROOT),
    }
    desk = DeskSite(address, database, environ["PROTECT_LEDGER"])
    if invited:
        desk.run("tests.browser.inviting")
    command = [str(PROTECT), "serve", "--port", f"{port}"]
    with subprocess.Popen(command, env=environ, cwd=ROOT) as server:
        wait_for(f"{address}/sign-in")
        yield desk
        server.terminate()
    desk.close()


@pytest.fixture(scope="session")
def database_url(own_database: Callable[[str, str], str]) -> str:
    """The demo as `make demo` builds it, of the kind of database that this run is about."""
    return own_database("demo", "site")


@pytest.fixture(scope="session")
def site(database_url: str, neutral: Neutral) -> Iterator[str]:
    """The demo on granian. Its clock stands (stopped.py)."""
    port = free_port()
    environ = {
        **os.environ,
        "PROTECT_DATABASE_URL": database_url,
        "PROTECT_EXIT_TARGETS": f"{neutral.url}/today",
        "PYTHONPATH": str(ROOT),
    }
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-log"),
        *("--host", "127.0.0.1", "--port", str(port), "tests.browser.stopped:application"),
    ]
    with subprocess.Popen(command, env=environ, cwd=ROOT) as server:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
        server.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def context(chromium: Browser, has_script: bool) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        java_script_enabled=has_script, viewport={"width": 320, "height": 640}
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A small phone. When the test fails, a picture is kept in var/failed."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    failures = request.session.testsfailed
    yield page
    if request.session.testsfailed > failures:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{request.node.name[:60]}.png", full_page=True)
