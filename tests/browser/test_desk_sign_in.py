"""Coming in, being away and coming back, as people do it: a real server, a real browser."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, Page

from protect.vault.formats.credentials.codes import RecoveryCode
from tests.browser.desks import DeskSite, Worker, authenticator
from tests.vault.signing import OTHER

pytestmark = [pytest.mark.browser, pytest.mark.node]
WIDTHS = (320, 1280)


@pytest.fixture
def somebody(page: Page, desk: DeskSite, has_script: bool) -> Worker:
    """Somebody invited, with a small phone, with and without scripts."""
    return Worker(page, desk, desk.newcomer(), is_scripted=has_script)


@pytest.fixture
def at_work(chromium: Browser, desk: DeskSite) -> Iterator[Callable[..., Worker]]:
    """Open a browser of a size and language for somebody invited."""
    opened = []

    def begin(width: int = 1280, language: str = "en", email: str = "") -> Worker:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale=language, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return Worker(page, desk, email or desk.newcomer(language))

    yield begin
    for each in opened:
        each.close()


def sign_out(worker: Worker) -> None:
    worker.page.locator("summary:visible").first.click()
    press(worker, "form[action='/sign-out'] button:visible")


def lock(worker: Worker) -> None:
    press(worker, ".top__lock button")
    assert worker.path() == "/unlock"


def press(worker: Worker, button: str) -> None:
    with worker.page.expect_navigation():
        worker.page.locator(button).first.click()
    worker.look()


def test_journey_of_the_first_day_with_signing_out_and_in(somebody):
    somebody.come_in_page_by_page()
    assert "Demo Newcomer" in somebody.page.text_content("header")

    sign_out(somebody)
    assert somebody.path() == "/sign-in"
    left = [cookie["name"] for cookie in somebody.page.context.cookies()]
    assert left == ["__Host-device"]  # it opens nothing
    somebody.go("/account")
    assert somebody.path() == "/sign-in"
    somebody.sign_in()

    assert somebody.path() == "/"


def test_a_code_works_once_and_a_wrong_passphrase_is_refused(somebody):
    somebody.come_in()
    sign_out(somebody)
    somebody.fill(email=somebody.email, password=OTHER)
    somebody.send("password")
    assert somebody.path() == "/sign-in"
    assert "passphrase is not correct" in somebody.page.inner_text(".mistakes")

    somebody.fill(email=somebody.email, password=somebody.password)
    somebody.send("password")
    somebody.fill(totp=somebody.used_totp())
    somebody.send("totp")

    assert "did not work" in somebody.page.inner_text(".mistakes")
    assert somebody.path() == "/sign-in/second-factor"


def test_locking_and_a_form_that_was_sent_meanwhile(somebody):
    somebody.come_in()
    somebody.go("/account")
    somebody.fill(name="Demo Newcomer, renamed")
    other = Worker(somebody.page.context.new_page(), somebody.desk, somebody.email)
    other.is_scripted = somebody.is_scripted
    other.go("/")
    lock(other)

    somebody.send_covered("name")
    assert somebody.path() == "/unlock"
    somebody.unlock()

    assert somebody.path() == "/drafts"
    press(somebody, ".row__verb")
    assert "Demo Newcomer, renamed" in somebody.page.inner_text(".facts")
    somebody.send("kept_draft")
    assert somebody.path() == "/account"
    assert somebody.page.input_value("[name=name]") == "Demo Newcomer, renamed"
    somebody.send("name")
    somebody.go("/drafts")
    assert "No unsent forms" in somebody.page.inner_text("main")


def test_a_forgotten_passphrase_and_a_code_on_paper(somebody):
    somebody.come_in()
    sign_out(somebody)
    press(somebody, "a[href='/forgot']")
    somebody.fill(email=somebody.email)
    somebody.send("email")
    assert somebody.path() == "/forgot/sent"

    somebody.go(somebody.desk.link_to(somebody.email))
    somebody.password = OTHER
    somebody.fill(code=somebody.code, totp=somebody.totp(), password=OTHER, again=OTHER)
    somebody.send("again")
    newer = somebody.shown()
    assert newer != somebody.code

    press(somebody, "a.button[href='/sign-in']")
    somebody.sign_in()
    assert somebody.path() == "/recovery-code"
    somebody.fill(code=newer.lower().replace("-", " "))
    somebody.send("code")
    assert somebody.path() == "/"


def test_a_passkey_signs_in_and_unlocks(at_work):
    worker = at_work()
    authenticator(worker.page.context, worker.page)
    worker.come_in()
    worker.go("/security/passkeys/new")
    worker.fill(name="Demo laptop")
    worker.send("name")
    assert worker.path() == "/security"
    assert "Second step and unlocking" in worker.page.inner_text("main")

    lock(worker)
    worker.send("credential")
    assert worker.path() == "/"
    sign_out(worker)
    worker.fill(email=worker.email, password=worker.password)
    worker.send("password")
    worker.send("credential")
    assert worker.path() == "/"


def test_a_passkey_without_prf_signs_in_and_is_not_offered_for_unlocking(at_work):
    worker = at_work(width=320)
    authenticator(worker.page.context, worker.page, hasPrf=False)
    worker.accept()
    worker.fill(code=worker.code)
    worker.send("code")
    worker.fill(name="Demo phone")
    worker.send("credential")  # instead of an app
    assert worker.path() == "/"
    worker.go("/security")
    assert "Second step only" in worker.page.inner_text("main")

    lock(worker)
    assert worker.page.locator("[data-passkey]").count() == 0
    worker.unlock()
    sign_out(worker)
    worker.fill(email=worker.email, password=worker.password)
    worker.send("password")
    worker.send("credential")
    assert worker.path() == "/"


def test_an_unanswered_passkey_request_is_reported_and_another_method_works(at_work):
    worker = at_work()
    authenticator(worker.page.context, worker.page, isUserVerified=False)
    worker.come_in()
    worker.go("/security/passkeys/new")
    worker.fill(name="Demo laptop")

    worker.page.click("form[data-passkey] button")

    worker.page.locator("[data-passkey-failed]").wait_for(state="visible")
    worker.look()
    assert worker.path() == "/security/passkeys/new"


PAGES = (
    "/",
    "/account",
    "/security",
    "/security/passphrase",
    "/security/app",
    "/security/passkeys/new",
    "/security/code",
    "/drafts",
    "/keys",
    "/nothing-here",
)


@pytest.mark.parametrize(("width", "language"), [(320, "ar"), (1280, "ar"), (1280, "en")])
def test_every_sign_in_page_passes_accessibility_checks(at_work, width, language):
    worker = at_work(width, language)
    worker.come_in_page_by_page()

    for page in PAGES:
        worker.go(page)
        assert worker.page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    worker.go("/confirm?next=/security")
    lock(worker)
    worker.unlock()
    sign_out(worker)
    worker.go("/forgot")
    worker.go("/invited/nothing")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_whole_recovery_code_can_be_read_while_it_is_typed(at_work, width):
    worker = at_work(width)
    worker.accept()

    worker.fill(code=worker.code)

    hidden = worker.page.locator("[name=code]").evaluate(
        "each => [each.scrollHeight - each.clientHeight, each.scrollWidth - each.clientWidth]"
    )
    assert hidden == [0, 0]
    worker.fill(code=RecoveryCode.generate().printed())
    worker.send("code")
    assert "This code is not correct" in worker.page.inner_text(".mistakes")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_for_the_app_is_drawn_whole(at_work, width):
    worker = at_work(width)
    worker.accept()
    worker.fill(code=worker.code)
    worker.send("code")
    worker.set_up_app()

    drawn = modules(worker.page, ".qr svg")

    assert drawn == [[bool(each) for each in row] for row in code_for(worker).matrix_iter(border=4)]


def code_for(worker: Worker) -> segno.QRCode:
    """Return the code that an app must read: RFC 6238 as authenticator apps write it."""
    letters = "".join(worker.page.locator(".qr + details .codes span").all_text_contents())
    name = worker.email.replace("@", "%40")
    return segno.make(
        f"otpauth://totp/PROTECT:{name}?digits=6&secret={letters}&algorithm=SHA1&issuer=PROTECT"
        "&period=30",
        error="m",
    )


def modules(page: Page, selector: str) -> list[list[bool]]:
    """Return which modules of a drawn code are dark, read from the screen at their middles."""
    drawn = page.locator(selector)
    count = int(drawn.get_attribute("viewBox").split()[2])
    inner = drawn.evaluate(
        "each => { const style = getComputedStyle(each), border = parseFloat(style.borderTopWidth);"
        "return [border, each.getBoundingClientRect().width - 2 * border]; }"
    )
    picture = Image.open(BytesIO(drawn.screenshot())).convert("L")
    step = inner[1] / count
    middles = [round(inner[0] + (n + 0.5) * step) for n in range(count)]
    return [[picture.getpixel((x, y)) < 128 for x in middles] for y in middles]
