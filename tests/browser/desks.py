"""Somebody at the desk in a real browser: what they know, and the steps that they take."""

import base64
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import urljoin

import psycopg
from lxml import html
from playwright.sync_api import APIResponse, BrowserContext, Page

from tests.browser.walking import must_be_accessible
from tests.programs import Programs
from tests.vault.signing import PASSWORD, totp

LATE_CODE = HTTPStatus.FORBIDDEN  # the answer to a code of an earlier half minute
HALF_MINUTE = 30  # seconds
REFUSED = "Failed to load resource: the server responded with a status of 4"  # a form, refused
MAIL = 'SELECT link FROM notices_outgoing WHERE "to" = {} ORDER BY created DESC'
AUTHENTICATOR = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class DeskSite:
    """The server, and the outbox that its links wait in."""

    url: str
    database: str
    ledger: str = ""  # of the server, where it is not that of the tests
    numbers: dict[str, Iterator[int]] = field(default_factory=dict)
    programs: Programs | None = None  # once it was asked

    @property
    def public(self) -> str:
        """Return its address for whoever has no account."""
        return public_of(self.url)

    def run(self, module: str, *arguments: str) -> str:
        """Call `main` of a module of tests on the server's database; return what it returns."""
        if self.programs is None:
            environ = {
                "PROTECT_DATABASE_URL": self.database,
                "PROTECT_STAFF_URL": self.url,
                "PROTECT_PUBLIC_URL": self.public,
            }
            ledger = {"PROTECT_LEDGER": self.ledger} if self.ledger else {}
            self.programs = Programs(environ | ledger)
        return self.programs.call(module, *arguments)

    def close(self) -> None:
        """End the process of `run`."""
        if self.programs is not None:
            self.programs.close()

    def newcomer(self, language: str = "en") -> str:
        """Return the address of somebody who is invited and has not come yet."""
        numbers = self.numbers.setdefault(language, count())
        return f"{language}{next(numbers)}@demo.example"

    def link_to(self, email: str) -> str:
        """Return the link in the last mail to somebody."""
        if self.database.startswith("sqlite"):
            path = self.database.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=10)) as file:
                return file.execute(MAIL.format("?"), [email]).fetchone()[0]
        with psycopg.connect(self.database) as server:
            return server.execute(MAIL.format("%s"), [email]).fetchone()[0]


@dataclass
class Worker:
    """Somebody with a browser, a memory and a phone. Looks at each page that they come to."""

    page: Page
    desk: DeskSite
    email: str
    is_scripted: bool = True
    password: str = PASSWORD
    code: str = ""
    seed: bytes = b""
    used: int = 0  # the half minute of the last code: each works once
    complaints: list[str] = field(default_factory=list)
    name: str = "Demo Newcomer"

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.desk.url}{path}")
        self.look()

    def look(self) -> None:
        if self.is_scripted:
            must_be_accessible(self.page)
        assert self.complaints == []

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"main [name={name}]", value)

    def send(self, of: str) -> None:
        """Press the button of the form that has a field, or that goes to an address."""
        form = self.page.locator(f"form:has([name={of}])" if of.isidentifier() else of)
        with self.page.expect_navigation():
            form.locator("button:not([type=button])").first.click()
        self.look()

    def totp(self) -> str:
        """Return the code that the phone shows, or the one beside it if that was used already."""
        self.used = max(self.used + 1, int(time.time()) // HALF_MINUTE - 1)
        return self.used_totp()

    def used_totp(self) -> str:
        """Return the code that was shown last."""
        return totp(self.seed, datetime.fromtimestamp(self.used * HALF_MINUTE, UTC))

    def accept(self) -> None:
        """Make an account from the mail."""
        self.go(self.desk.link_to(self.email))
        self.fill(name=self.name, password=self.password, again=self.password)
        self.send("again")
        self.code = self.shown()

    def shown(self) -> str:
        """Return the recovery code that the page shows, as one writes it down."""
        groups = self.page.locator(".codes li").first.locator("span").all_text_contents()
        assert len(groups) == 8
        return "-".join(groups)

    def set_up_app(self) -> None:
        """Take a phone into use as it is done: a picture or letters, then the first code."""
        self.send("main form:not(:has([name=totp], [name=credential]))")
        letters = self.page.locator(".qr ~ details .codes span").all_text_contents()
        self.seed = base64.b32decode("".join(letters))
        self.fill(totp=self.totp())

    def come_in(self) -> None:
        """Make an account and begin to work: each form of the first day is sent, no page drawn."""
        page = self._load(self.page.request.get(self.desk.link_to(self.email)))
        page = self._submit(
            page, "again", name=self.name, password=self.password, again=self.password
        )
        self.code = "-".join(page.xpath("(//*[@class='codes']/li)[1]/span/text()"))
        page = self._submit(page, "code", code=self.code)
        page = self._submit(page, "")
        self.seed = base64.b32decode("".join(page.xpath("//details//li/span/text()")))
        page = self._submit(page, "totp", LATE_CODE, totp=self.totp())
        if page.xpath("//input[@name='totp']"):  # the half minute of the code ended meanwhile
            page = self._submit(page, "totp", totp=self.totp())
        assert page.base_url == f"{self.desk.url}/"
        self.go("/")

    def _load(self, response: APIResponse, allowed: int = HTTPStatus.OK) -> Any:
        assert response.ok or response.status == allowed, response.status
        return html.fromstring(response.text(), base_url=response.url)

    def _submit(self, page: Any, field: str, allowed: int = HTTPStatus.OK, **values: str) -> Any:
        """Send the form with a field as a browser does; without one, the form of a button alone.
        `allowed`: the status of a refusal after which the page that shows it is returned."""
        form = next(
            form
            for form in page.forms
            if "csrfmiddlewaretoken" in form.fields
            and (field in form.fields if field else len(form.fields.keys()) == 1)
            and "/sign-out" not in (form.action or "")
        )
        address = urljoin(page.base_url, form.action or page.base_url)
        sent = {**dict(form.form_values()), **values}
        headers = {"Origin": self.desk.url}
        answer = self.page.request.post(address, form=sent, headers=headers)
        return self._load(answer, allowed)

    def come_in_page_by_page(self) -> None:
        """Go the whole way of the first day on its pages."""
        self.accept()
        self.fill(code=self.code)
        self.send("code")
        self.set_up_app()
        self.show_code()
        assert self.path() == "/"

    def sign_in(self) -> None:
        self.go("/sign-in")
        self.fill(email=self.email, password=self.password)
        self.send("password")
        assert self.path() == "/sign-in/second-factor"
        self.fill(totp=self.totp())
        self.show_code()

    def show_code(self) -> None:
        """Send the code that was typed, and the next one where its half minute ended meanwhile."""
        self.send("totp")
        if self.page.locator("[name=totp]").count():
            self.fill(totp=self.totp())
            self.send("totp")

    def send_covered(self, name: str) -> None:
        """Send what was typed before another window locked: a script has covered it by then."""
        if self.is_scripted:
            with self.page.expect_navigation():
                self.page.click("[data-keep-now]")
        else:
            self.send(name)

    def unlock(self) -> None:
        self.fill(password=self.password)
        self.send("password")

    def path(self) -> str:
        return self.page.url.removeprefix(self.desk.url).partition("?")[0]

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.complaints.append(message.text)


def public_of(staff_url: str) -> str:
    """Return the public face of a server of tests: the same port under another name."""
    return staff_url.replace("localhost", "127.0.0.1")


def authenticator(context: BrowserContext, page: Page, **changed: Any) -> None:
    """Put a passkey's device into a browser: one that always says yes."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR | changed})
