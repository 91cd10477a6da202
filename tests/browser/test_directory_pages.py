"""Each page of the directory at the desk, seen by axe: in light and dark, and on a small phone."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from protect.demo.keys import PASSPHRASE, TOTP_SEED
from protect.directory.enums import Fact
from protect.kernel.ids import stable_uuid
from tests.browser.comparing import keep_two_days
from tests.browser.desks import DeskSite, Worker
from tests.browser.test_desk_imports import ROWS
from tests.browser.walking import UNREACHABLE, must_be_accessible
from tests.interchange.imports.uploads import csv_of
from tests.serving import PROTECT, free_port, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.node]
SIZES = {1200: 900, 320: 640}  # width: height


def of(code: str, way: str = "") -> str:
    return f"/directory/services/{stable_uuid('service', 'demo', code)}{way}"


PAGES = [
    "/directory",
    "/directory/services/new",
    of("advice"),
    of("advice", "/history"),
    of("advice", "/texts"),
    *(of("advice", f"/facts/{fact}") for fact in Fact),
    of("advice", "/checks/cost"),
    of("advice", "/call"),
    of("advice", "/link"),
    of("advice", "/protect"),
    of("advice", "/report"),
    of("advice", "/translations"),
    of("advice", "/translations?language=fr"),
    of("advice", "/translations/fr/description"),
    of("advice", "/translations/nl/description"),
    of("advice", "/move/suspend"),
    of("clinic", "/move/submit"),
    of("circle", "/move/publish"),
    of("closed", "/move/withdraw"),
    of("garden"),
    of("garden", "/facts/address"),
    "/directory/queue",
    "/directory/calls",
    "/directory/reports",
    "/directory/duplicates",
    "/directory/release/BE",
    "/directory/release/BE/confirm",
    "/directory/health",
    "/directory/health/BE",
    "/directory/export",
    "/directory/imports",
    "/directory/imports/new",
    "/directory/coverage?country=MT&need=talk",
    "/directory/coverage?country=BE&need=safe-place&person=boy&language=ti",
    "/directory/coverage/gaps?country=MT",
    "/directory/coverage/changes?country=MT",
    "/directory/coverage/changes?country=BE",
    "/texts?language=fr",
    "/texts?q=police",
    "/texts?q=nothing",
    "/texts/men",
    "/texts/men/fr",
    "/texts/men/ar",
    "/texts/men/en/recordings",
    "/texts/men/fr/recordings",
    "/texts/men/fr/recordings/lead/files",
    "/texts/files",
    "/texts/new",
    "/texts/men/new-text",
    "/texts/readers",
    "/texts/queue?language=de",
    "/texts/glossary?language=ar",
    "/texts/releases",
    "/texts/releases/preview?language=de",
    "/texts/releases/fr/1",
    "/texts/countries",
    "/texts/countries/BE",
    "/campaigns",
    "/campaigns/new",
    "/campaigns/countries/BE",
    "/campaigns/report",
    "/campaigns/report?first=2020-01-01&last=2020-01-31",
    "/campaigns/report/copies",
    "/campaigns/report/reach",
    "/materials",
    "/materials?q=nothing",
    "/materials/new",
    "/materials/orders",
    "/materials/orders?all=1",
    "/materials/orders?without_copies=1",
    "/materials/numbers",
    "/materials/consents",
    "/materials/consents?reference=nothing",
    "/materials/consents/new",
    "/enquiries",
]
CAMPAIGN = ("/campaigns", "main a[href^='/campaigns/']:is([href*='-'])")
MATERIAL = ("/materials", "main a[href^='/materials/']:is([href*='-'])")
POSTER = ("/materials", "main a:has-text('Demo poster')")
FILE = (*POSTER, "main a[href^='/materials/files/']")
ORDER = ("/materials/orders", "main a[href^='/materials/orders/']:is([href*='-'])")
# A list, and what leads from it, step by step, to one of its pages.
LED = [
    ("/directory/queue", "main tbody th a"),
    ("/directory/reports", "main tbody th a"),
    ("/directory/duplicates", "main tbody th a"),
    ("/texts/readers", "main a[href^='/texts/readers/']"),
    CAMPAIGN,
    *((*CAMPAIGN, f"main a[href$='{way}']") for way in ("/edit", "/plan", "/reach", "/remove")),
    (*CAMPAIGN, "main a[href^='/campaigns/actions/'][href$='/edit']"),
    (*CAMPAIGN, "main a[href^='/campaigns/reach/']"),
    MATERIAL,
    *((*POSTER, f"main a[href$='{way}']") for way in ("/edit", "/print", "/order", "/take-down")),
    FILE,
    *((*FILE, f"main a[href$='{way}']") for way in ("/copies", "/distribute", "/collect")),
    (*FILE, "main a[href^='/materials/copies/']"),
    (*FILE, "main a[href^='/materials/distributed/']:not([href$='/files'])"),
    (*FILE, "main a[href^='/materials/distributed/'][href$='/files']"),
    ORDER,
    (*ORDER, "main a[href$='/send']"),
    ("/materials/consents", "main a[href$='/withdraw']"),
    ("/enquiries", "main a[href^='/enquiries/']"),
]


def rebuild_ledger(environ: dict[str, str]) -> None:
    """Let an operator compare the keys of a database, and write them down."""
    command = [str(PROTECT), "vault", "rebuild-ledger"]
    asked = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    digest = re.search(r"--compared ([0-9a-f]{16})", asked.stdout)[1]
    subprocess.run([*command, "--compared", digest], env=environ, capture_output=True, check=True)


@pytest.fixture(scope="module")
def desk_of_demo(
    site: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DeskSite]:
    """The desk of the same demo: it was built for the public pages, whose clock stands.

    Its ledger is rebuilt: that of the checkout knows the keys of another build.
    """
    port = free_port()
    address = f"http://localhost:{port}"
    environ = {
        **os.environ,
        "PROTECT_DATABASE_URL": database_url,
        "PROTECT_STAFF_URL": address,
        "PROTECT_LEDGER": f"{tmp_path_factory.mktemp('ledger')}/ledger.jsonl",
    }
    rebuild_ledger(environ)
    keep_two_days("MT", environ)
    command = [str(PROTECT), "serve", "--port", f"{port}"]
    with subprocess.Popen(command, env=environ) as server:
        wait_for(f"{address}/sign-in")
        yield DeskSite(address, database_url)
        server.terminate()


@pytest.fixture(scope="module")
def dana(chromium: Browser, desk_of_demo: DeskSite) -> Iterator[Worker]:
    """The coordinator of the demo, signed in once for all pages."""
    context = chromium.new_context(locale="en", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(30_000)
    worker = Worker(page, desk_of_demo, "dana@demo.example", password=PASSPHRASE, seed=TOTP_SEED)
    worker.sign_in()
    yield worker
    context.close()


# Those of texts, campaigns and the programme's site are also seen in forced colours and mirrored.
MIRRORED = ("/texts", "/campaigns", "/materials", "/enquiries")


def see(dana: Worker) -> None:
    """Look at the page that is open: all rules twice, in the dark those that it can change."""
    if dana.path().startswith(MIRRORED):
        see_mirrored(dana)
    for width, height in SIZES.items():
        dana.page.set_viewport_size({"width": width, "height": height})
        dana.look()
    dana.page.emulate_media(color_scheme="dark")
    must_be_accessible(dana.page, "color-contrast")
    dana.page.emulate_media(color_scheme="light")


def see_mirrored(dana: Worker) -> None:
    """Look at the page from right to left on a small screen in forced colours, by keyboard."""
    dana.page.set_viewport_size({"width": 320, "height": SIZES[320]})
    assert dana.page.evaluate(UNREACHABLE) == []
    dana.page.evaluate("document.documentElement.dir = 'rtl'")
    dana.page.emulate_media(forced_colors="active")
    must_be_accessible(dana.page, "color-contrast")
    dana.page.emulate_media(forced_colors="none")
    dana.page.evaluate("document.documentElement.dir = 'ltr'")


def test_the_pages_please_axe_in_light_and_dark_and_on_a_phone(dana, tmp_path: Path):
    """One test for all pages: split among three processes, each would build its own desk."""
    failures = []
    for path, *links in [*((path,) for path in PAGES), *LED]:
        answer = dana.page.goto(f"{dana.desk.url}{path}")
        assert answer.status == 200, path
        for link in links:
            follow(dana, link)
        try:
            see(dana)
        except AssertionError as error:
            failures.append(f"{path} {links}: {error}")
    assert not failures, failures
    save_beside_another(dana)
    upload_a_list(dana, tmp_path / "list.csv")
    begin_a_film(dana)
    mistake_the_days(dana)
    look_before_printing(dana)


def follow(dana: Worker, link: str) -> None:
    path = dana.path()
    with dana.page.expect_navigation():
        dana.page.locator(link).first.click()
    assert dana.path() != path


def save_beside_another(dana: Worker) -> None:
    """Save a text of a fact that changed meanwhile; look at the page that shows both."""
    fact = of("advice", "/facts/cost")
    dana.go(fact)
    other = dana.page.context.new_page()
    other.goto(f"{dana.desk.url}{fact}")
    other.fill("main [name=cost-0-note]", "Demo: first to save")
    with other.expect_navigation():
        other.click("main .form--fact .form__end button")
    other.close()
    dana.fill(**{"cost-0-note": "Demo: second to save"})
    dana.send("seen")

    assert "Demo: first to save" in dana.page.inner_text("main .both")
    see(dana)


def upload_a_list(dana: Worker, file: Path) -> None:
    """Upload a list of services; look at each step."""
    file.write_bytes(csv_of(ROWS, ";"))
    dana.go("/directory/imports/new")
    dana.fill(source="axe-list")
    dana.page.set_input_files("main [name=file]", file)
    dana.send("source")
    see(dana)
    dana.send("main form:has([name=ids])")

    assert dana.path().endswith("/words")
    see(dana)


def begin_a_film(dana: Worker) -> None:
    """Make a material with a mistake, then a film; look at its pages before it has a video."""
    dana.go("/materials/new")
    dana.send("code")
    assert dana.page.locator("main .field--wrong").count()
    see(dana)
    dana.page.select_option("main [name=organisation]", index=1)
    dana.page.select_option("main [name=campaign]", index=1)
    dana.page.select_option("main [name=kind]", "film")
    dana.fill(code="demo-film", title="Demo film", alternative_text="Demo: two women talk")
    dana.send("code")
    follow(dana, "main a[href$='/film']")
    see(dana)
    dana.go(f"{dana.path()}/files")
    see(dana)


def mistake_the_days(dana: Worker) -> None:
    """Ask for a report whose last day lies before the first."""
    dana.page.goto(f"{dana.desk.url}/campaigns/report")
    dana.fill(first="2026-12-31", last="2026-01-01")
    dana.send("first")
    assert dana.page.locator("[role=alert], .field--wrong, .notice").count()
    see(dana)


def look_before_printing(dana: Worker) -> None:
    """Look at the page that shows a poster before it is printed, with a language without texts."""
    path, *links = POSTER
    dana.go(path)
    follow(dana, *links)
    dana.go(f"{dana.path()}/print")
    dana.page.locator("main [name=countries]").first.check()
    for tag in ("fr", "de"):
        dana.page.check(f"main [name=languages][value={tag}]")
    dana.send("main form[method=get]")
    assert dana.page.locator("main details.preview").count()
    see(dana)
