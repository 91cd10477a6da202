"""Somebody without an account, by their links: no cookies, nothing kept, a language, its side."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.desks import REFUSED
from tests.browser.walking import must_be_accessible

RIGHT_TO_LEFT = {"ar"}


@dataclass
class Guest:
    """One browser of its own. Looks at each page that it comes to."""

    page: Page
    site: str
    language: str
    has_script: bool = True
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else f"{self.site}{address}")
        self.look()

    def look(self) -> None:
        assert self.page.context.cookies() == []
        assert self.page.get_attribute("html", "lang") == self.language
        side = "rtl" if self.language in RIGHT_TO_LEFT else "ltr"
        assert self.page.get_attribute("html", "dir") == side
        if self.has_script:
            must_be_accessible(self.page)
            assert self.page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert self.complaints == []

    def press(self, what: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(what).first.click()
        self.look()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"main [name={name}]", value)

    def send(self) -> None:
        """Press the first button of the page's form."""
        self.press("main form button")

    def state(self) -> str:
        """Return how the page says that something stands: the shape, which no language changes."""
        found = self.page.locator("main .lead .state").first.get_attribute("class") or ""
        return found.rpartition("state--")[2].partition(" ")[0]

    def reads(self) -> str:
        return self.page.inner_text("main")

    def path(self) -> str:
        return self.page.url.removeprefix(self.site).partition("?")[0]

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.complaints.append(message.text)


def guest(chromium: Browser, site: str, language: str = "en", *, has_script: bool = True) -> Guest:
    """Return somebody with a small phone. Their browser ends with `chromium`."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 800},
        locale=language,
        reduced_motion="reduce",
        java_script_enabled=has_script,
    )
    return Guest(context.new_page(), site, language, has_script)
