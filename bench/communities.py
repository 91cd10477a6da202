"""Pages about rights, the programme's site, releases, the matrix at the desk, the first view.

Everything runs on the demonstration. CPU is the time of this process and its threads, which hardly
depends on what else the machine does, as the seconds do. What a measurement changes in the database
is rolled back. The first view is that of Chromium's own preset “Slow 3G” (400 kbit/s, 2 s of delay
for each request) on a page about rights, beside a page of about the size of GOV.UK's: a stand-in
that this bench serves, with style sheet, fonts and scripts as that site has them, of sizes that we
assume and did not measure there.
"""

import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from statistics import median
from typing import Any, NamedTuple
from wsgiref.util import setup_testing_defaults

import brotli
import numpy as np
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.urls import set_urlconf

from bench import pages as http
from bench.measure import table
from protect.audit.context import AuditContext
from protect.content import views
from protect.content.enums import SegmentKind
from protect.content.models import Page, PageState, Release, Revision, Segment
from protect.content.releases import actions
from protect.findhelp import access, public
from protect.kernel import clock
from protect.orgs.models import User
from protect.reference import vocabulary
from protect.site.management.commands.weigh import BUDGET_BYTES, weigh
from protect.site.server.wsgi import django_application
from tests.serving import PROTECT

COUNTRY = "MT"  # whose facts the pages show
PAGES, LANGUAGES, MATRIX_RUNS = 500, 30, 5
DRAWN = 400  # pages about rights that are made anew, one after the other
COORDINATOR = "dana@demo.example"
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000}  # ms; bytes a second
GOV_UK = {"page": 14_000, "style.css": 40_000, "font1.woff2": 33_000, "font2.woff2": 33_000}
GOV_UK |= {"all.js": 60_000}  # bytes as sent
STAND_IN = (
    "<!DOCTYPE html><title>Stand-in</title><link rel=stylesheet href=style.css>"
    "<link rel=preload as=font crossorigin href=font1.woff2>"
    "<link rel=preload as=font crossorigin href=font2.woff2>"
    "<script type=module src=all.js></script><h1>Stand-in</h1><!--"
)
FIRST_PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) =>
  list.getEntries().filter((each) => each.name === "first-contentful-paint")
    .forEach((each) => resolve(each.startTime))).observe({type: "paint", buffered: true}))"""


class Timing(NamedTuple):
    """Units: seconds."""

    wall: float
    cpu: float


def timed[T](make: Callable[[], T]) -> tuple[T, Timing]:
    start, used = time.perf_counter(), time.process_time()
    made = make()
    return made, Timing(time.perf_counter() - start, time.process_time() - used)


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rights_paths(tag: str) -> list[str]:
    """Return the pages about rights of one country in a language."""
    of_countries = len(vocabulary.countries()) + 1
    place = 1 + list(vocabulary.countries()).index(COUNTRY)
    return list(public.rights_addresses(tag))[place::of_countries]


def weights() -> str:
    """Return the bytes of the pages about rights of a country in each language."""
    rows = []
    for tag in access.languages():
        sizes = [weigh(path, is_cached=False).size for path in rights_paths(tag)]
        if sizes:
            largest = max(sizes)
            share = f"{100 * largest / BUDGET_BYTES:.0f} %"
            rows.append((tag, len(sizes), int(median(sizes)), largest, share))
    whole = f"{sum(row[1] for row in rows)} pages in {len(rows)} languages"
    header = ("language", "pages", "median bytes", "largest", f"of {BUDGET_BYTES:,}")
    return f"{whole}, compressed as pages that are sent once.\n\n{table(header, rows)}"


def draw(path: str) -> float:
    """Draw a page as for a first visitor, with its compression. Units: milliseconds of CPU."""
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": settings.PUBLIC_HOSTS[0]}
    environ |= {"QUERY_STRING": "anew", "wsgi.input": BytesIO()}
    setup_testing_defaults(environ)
    start = time.process_time()
    response: Any = django_application.get_response(WSGIRequest(environ))
    brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=7)
    return (time.process_time() - start) * 1000


def drawn() -> str:
    """Return what a page made from a release takes, in this process and over HTTP."""
    paths = [path for tag in access.languages() for path in rights_paths(tag)]
    random.Random(5).shuffle(paths)
    draw(paths[0])
    took = np.array([draw(path) for path in paths[:DRAWN]])
    p50, p99 = np.percentile(took, [50, 99])
    rows = [("in one process", f"{1000 / took.mean():,.0f} of a core", f"{p50:.1f}", f"{p99:.1f}")]
    if http.shutil.which("wrk"):
        with http.ours() as (server, address), suppress(ZeroDivisionError):  # nothing was answered
            row = http.load_in_turn("", server, address, (f"{path}?anew" for path in paths))
            rows.append(("over HTTP, two processes", f"{row.rate:,.0f}", f"{row.cpu_ms:.1f}", "–"))
    return table(("page about rights, made anew", "a second", "CPU ms p50", "p99"), rows)


def released() -> str:
    """Return how long it takes to release all texts."""
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    tags = [tag for tag, each in vocabulary.languages().items() if each.has_text]
    rows = []
    for name, chosen in (("one language", ["fr"]), (f"{len(tags)} languages", tags)):
        with rolled_back():
            Release.objects.filter(language__in=chosen).delete()
            made, took = timed(partial(actions.release_languages, chosen, audit))
            rows.append((name, len(made), took.wall, took.cpu))
    count = Segment.objects.count()
    return f"{Page.objects.count()} pages, {count:,} texts.\n\n" + table(
        ("release of", "releases", "seconds", "CPU s"), rows
    )


def matrix() -> str:
    """Return how long the list of PAGES pages and LANGUAGES languages takes, without the server."""
    with rolled_back():
        _fill_matrix()
        request = WSGIRequest(_desk_environ())
        request.user = User.objects.get(email=COORDINATOR)
        set_urlconf("protect.site.urls.desk")
        took = []
        for _ in range(MATRIX_RUNS):
            response, timing = timed(lambda: views.page_list(request))
            took.append(timing)
        set_urlconf(None)
        size = len(response.content) / 1e6
    best = min(took)
    header = ("pages", "languages", "ms", "CPU ms", "aim ms", "MB of HTML")
    row = (PAGES, LANGUAGES, best.wall * 1000, best.cpu * 1000, "300", size)
    return table(header, [row]) + f"\n\nThe fastest of {MATRIX_RUNS}."


def _fill_matrix() -> None:
    chance = random.Random(5)
    PageState.objects.all().delete()
    written = [tag for tag, each in vocabulary.languages().items() if each.has_text][:LANGUAGES]
    pages = [Page(code=f"demo-{number}").sealed() for number in range(PAGES)]
    Page.objects.bulk_create(pages)
    for page in pages:
        revision = Revision(page=page, number=1, language_id="en", created_at=clock.now())
        revision.store(
            [Segment(revision=revision, key="title", position=0, kind=SegmentKind.TITLE, text="T")]
        )
    states = ("current", "behind", "missing", "unreviewed")
    PageState.objects.bulk_create(
        (
            PageState(
                page=page,
                language_id=tag,
                counts={chance.choice(states): chance.randrange(1, 30), "carried": 2},
            )
            for page in pages
            for tag in written
        ),
        batch_size=500,
    )


def _desk_environ() -> dict[str, Any]:
    environ: dict[str, Any] = {"PATH_INFO": "/texts", "HTTP_HOST": settings.STAFF_HOSTS[0]}
    environ |= {"wsgi.input": BytesIO()}
    setup_testing_defaults(environ)
    return environ


class StandIn(BaseHTTPRequestHandler):
    """Serves a page of about the size of GOV.UK's, as bytes that no browser can compress."""

    def do_GET(self) -> None:
        name = self.path.strip("/") or "page"
        size = GOV_UK.get(name, 0)
        head, filler = (STAND_IN, "-->") if name == "page" else ("/*", "*/")
        body = (head + "x" * max(0, size - len(head) - len(filler)) + filler).encode()
        kinds = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2"}
        self.send_response(200)
        self.send_header("Content-Type", kinds.get(name.rpartition(".")[2], "text/html"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        pass


def first_views() -> str:
    """Return when the first content stands on the screen, on a slow connection."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "The first view was not measured: playwright is not installed."
    stand_in = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=stand_in.serve_forever, daemon=True).start()
    programme = settings.PROGRAMME_HOSTS[0]
    english, tigrinya = (rights_paths(tag)[0] for tag in ("en", "ti"))
    with http.ours() as (_server, address), sync_playwright() as player:
        port = address.rpartition(":")[2]
        browser = player.chromium.launch(
            executable_path=http.shutil.which("chromium-headless-shell") or None,
            args=["--no-sandbox", f"--host-resolver-rules=MAP {programme} 127.0.0.1"],
        )
        targets = {
            "page about rights, English": f"{address}{english}",
            "page about rights, Tigrinya": f"{address}{tigrinya}",
            "the programme's site": f"http://{programme}:{port}/en",
            f"stand-in of {sum(GOV_UK.values()) // 1000} kB": (
                f"http://127.0.0.1:{stand_in.server_port}/"
            ),
        }
        rows = [(name, *_first_view(browser, url)) for name, url in targets.items()]
        browser.close()
    stand_in.shutdown()
    header = ("page", "kB", "requests", "first content, s", "all loaded, s")
    return table(header, rows)


def _first_view(browser: Any, url: str) -> tuple[float, int, float, float]:
    """Return kilobytes, requests, and two times in seconds of the first visit to a page."""
    page = browser.new_context().new_page()
    session = page.context.new_cdp_session(page)
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {**SLOW_3G, "uploadThroughput": 50_000})
    page.goto(url, timeout=120_000)
    page.wait_for_load_state("networkidle", timeout=120_000)
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    painted = page.evaluate(FIRST_PAINT) / 1000
    page.context.close()
    return sum(sizes) / 1000, len(sizes), painted, max(loaded, painted)


def report() -> str:
    subprocess.run([str(PROTECT), "demo", "--build-only"], capture_output=True, check=True)
    parts = {
        "Bytes": weights,
        "A page made from a release": drawn,
        "A release": released,
        "The matrix at the desk": matrix,
        "The first view": first_views,
    }
    texts = [f"## {title}\n\n{measure()}" for title, measure in parts.items()]
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    about = (__doc__ or "").partition("\n")[2].strip()
    end = f"Average load of the machine at the end (1, 5, 15 minutes): {load}."
    return "\n\n".join([about, *texts, end])
