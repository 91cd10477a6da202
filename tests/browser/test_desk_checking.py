"""How an entry is kept true, in browsers: two people call, the service answers, it is shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.listing import NAME, NUMBER

pytestmark = [pytest.mark.browser, pytest.mark.node]
HEARD = "A woman says Demo House, in French and English."


class Office:
    """People who keep a country's directory, and an entry that waits to be checked."""

    def __init__(self, crew: Crew, *roles: str) -> None:
        self.crew = crew
        self.people = [crew.newcomer(role) for role in roles]
        number = crew.desk.newcomer(crew.language).partition("@")[0]
        self.email, self.name = f"entry-{number}@demo.example", f"{NAME} entry-{number}"
        invited = [f"{role}={each.email}" for role, each in zip(roles, self.people, strict=True)]
        crew.desk.run("tests.browser.listing", self.email, *invited)
        for each in self.people:
            each.come_in()

    def take(self, somebody: Colleague) -> None:
        """Take the entry from the list of what waits."""
        somebody.go("/directory/queue")
        row = somebody.page.locator("main tbody tr", has_text=self.name)
        with somebody.page.expect_navigation():
            row.locator("form button").click()
        somebody.look()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def crew(request, chromium: Browser, desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, desk, has_script=request.param)
    yield found
    found.close()


def say_what_was_heard(vito: Colleague, *, has_script: bool) -> None:
    """Save that the number is right and the cost another one, whose fields open at once."""
    vito.page.check("[name=is_phone][value=right]")
    assert not vito.page.is_visible("[name=cost-0-kind]")
    vito.page.check("[name=is_cost][value=changed]")
    vito.fill(call=HEARD)
    vito.page.select_option("[name=cost-0-kind]", "low")
    if has_script:  # Ctrl and Enter save from any field
        with vito.page.expect_navigation():
            vito.page.locator("[name=source]").press("Control+Enter")
        vito.look()
    else:
        vito.send("call")


def test_journey_of_a_service_checked_by_two_calls_and_shown(crew):
    office = Office(crew, "verifier", "coordinator")
    vito, cora = office.people

    office.take(vito)
    assert NUMBER in vito.reads()
    cora.go(vito.path())
    assert ". You can read this page, or check another service." in cora.reads()
    say_what_was_heard(vito, has_script=crew.has_script)

    cora.go("/directory/calls")
    row = cora.page.locator("main .row", has_text=office.name)
    with cora.page.expect_navigation():
        row.locator("a.row__verb").click()
    cora.look()
    assert HEARD not in cora.page.content()
    vito.go(cora.path())
    assert "Another person has to make the second one" in vito.reads()
    cora.page.check("[name=answer][value=service]")
    cora.fill(heard="A man says the name.")
    cora.send("answer")
    assert HEARD in cora.reads()
    cora.press("[name=action][value=same]")
    cora.go("/directory/release/BE")
    cora.press(".head__actions a")
    cora.send(".desk__content form")

    cora.go(cora.path().removesuffix("/confirm"))
    assert "Ready to publish" in cora.reads()
    cora.go("/directory?q=" + office.name.rpartition(" ")[2])
    cora.press(f"main a:has-text('{office.name}')")
    assert "Low cost" in cora.reads()


def test_a_service_confirms_its_own_entry_by_the_link_in_its_mail(crew):
    office = Office(crew, "verifier")
    (vito,) = office.people
    office.take(vito)
    vito.press("main .lead a")
    entry = vito.path()
    vito.go(f"{entry}/link")
    vito.send(".desk__content form")
    assert "has been sent" in vito.reads()

    service = crew.newcomer("service")
    service.go(crew.desk.link_to(office.email))
    assert service.page.get_attribute("html", "lang") == "nl"  # the first of their country
    link = service.path()
    service.press("a[hreflang=en]")
    assert office.name in service.reads()
    service.page.check("[name=is_phone][value=changed]")
    service.page.check("[name=is_cost][value=right]")
    service.fill(**{"phone-0-number": "+353 1 800 9999"})
    service.send("is_cost")
    assert "Thank you" in service.reads()
    service.page.goto(f"{crew.desk.url}{link}?in=en")
    assert "You have already answered" in service.page.inner_text("main")

    vito.go(f"{entry}/checks/cost")
    assert "Confirmed, by the service itself" in vito.reads()
    vito.go(f"{entry}/checks/phone")
    assert NUMBER in vito.reads()  # a link alone changes no number
    assert "Disputed" in vito.reads()
