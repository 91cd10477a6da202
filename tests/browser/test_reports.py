"""A visitor says that something is wrong; a moderator looks at it: two browsers, two faces."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.walking import go, must_be_accessible
from tests.vault.screens import until

pytestmark = [pytest.mark.browser, pytest.mark.node]
SAID = "Nobody answers since three weeks."


class Visitor:
    """Somebody with a small phone, by keyboard, on the public face of the same server."""

    def __init__(self, page: Page, site: str, *, has_script: bool) -> None:
        self.page, self.site, self.has_script = page, site, has_script

    def open(self, address: str) -> None:
        """Open a page once the server's snapshot has it: a request waits for at most 0.1 s."""
        until(lambda: self.page.goto(f"{self.site}{address}").ok)
        self.look()

    def take(self, selector: str) -> None:
        go(self.page, self.page.locator(selector).first, has_script=self.has_script)
        self.look()

    def look(self) -> None:
        assert self.page.locator("a.exit").is_visible()
        assert self.page.context.cookies() == []
        if self.has_script:
            must_be_accessible(self.page)
            assert self.page.evaluate("localStorage.length + sessionStorage.length") == 0

    def reads(self) -> str:
        return self.page.inner_text("main")


@pytest.fixture
def crew(chromium: Browser, desk: DeskSite, has_script: bool) -> Iterator[Crew]:
    found = Crew(chromium, desk, has_script=has_script)
    yield found
    found.close()


def office(crew: Crew, *roles: str) -> tuple[str, str, list[Colleague]]:
    """Return the code and the name of an entry that everybody sees, and who keeps it."""
    people = [crew.newcomer(role) for role in roles]
    entry = crew.desk.newcomer(crew.language).partition("@")[0]
    invited = [f"{role}={each.email}" for role, each in zip(roles, people, strict=True)]
    made = crew.desk.run("tests.browser.reporting", f"{entry}@demo.example", *invited)
    for each in people:
        each.come_in()
    return made, f"Demo line of {entry}", people


def test_a_visitor_reports_and_a_moderator_judges(crew, page, has_script):
    code, name, (mona,) = office(crew, "moderator")
    visitor = Visitor(page, crew.desk.public, has_script=has_script)

    visitor.open(f"/en/{code}")
    visitor.take(f"main a[href='/en/{code}/w']")
    page.check("[name=wrong][value=number]")
    page.fill("[name=text]", "They are at Demo Street 5 now.")
    visitor.take("form.form button")
    assert "Nothing was sent." in visitor.reads()
    assert page.is_checked("[name=wrong][value=number]")
    page.fill("[name=text]", SAID)
    visitor.take("form.form button")
    assert "Thank you." in visitor.reads()
    assert code not in page.url
    visitor.open(f"/en/{code}")
    assert "Being checked" not in visitor.reads()  # nobody has judged it

    mona.go("/directory/reports")
    mona.press(f"main a:has-text('{name}')")
    assert SAID in mona.reads()
    assert "Demo Street" not in mona.reads()
    mona.page.check("[name=verdict][value=accepted]")
    mona.send("verdict")
    assert "Decision saved" in mona.reads()
    mona.go("/directory?q=" + name.rpartition(" ")[2])
    mona.press(f"main a:has-text('{name}')")
    assert "Disputed" in mona.reads()

    def reads_that_it_is_checked() -> bool:
        visitor.open(f"/en/{code}")
        return "Being checked" in visitor.reads()

    until(reads_that_it_is_checked)
