"""A pathway from the directory to its test and back, and whom to call at night."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite

pytestmark = pytest.mark.browser
NIGHT_NUMBER = "01 8000 001"


@pytest.fixture
def crew_of(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, loaded_desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def found_group(dana: Colleague) -> None:
    dana.go("/groups/new")
    dana.fill(name="Demo group", purpose="Demo: whom to call at night")
    dana.page.select_option("main [name=country]", "")
    dana.page.select_option("main [name=organisation]", index=1)
    dana.send("purpose")


def publish_pathway(dana: Colleague) -> str:
    """Create a pathway, move a service with the keyboard, agree, publish; return its address."""
    dana.go("/pathways/new")
    dana.page.select_option("main [name=group]", index=1)
    dana.page.select_option("main [name=country]", "HR")
    dana.page.select_option("main [name=need]", "safe-place")
    dana.fill(place="Zagreb")
    dana.send("place")
    pathway = dana.path().removesuffix("/arrange")
    entries = dana.page.locator("#parts form").first.locator(".pathway__entry")
    last = entries.last.locator(".row__text").inner_text()
    button = entries.last.locator("button[value*=':up:']")
    button.focus()
    with dana.page.expect_navigation():
        dana.page.keyboard.press("Enter")
    expect(entries.first.locator(".row__text")).to_have_text(last)
    dana.press(f"form[action='{pathway}/propose'] button")
    dana.press(f"form[action='{pathway}/agree'] button")
    dana.press(f"a[href='{pathway}/publish']")
    dana.send("reason")
    assert dana.path() == pathway
    return pathway


def find_and_report(dana: Colleague, pathway: str, night: str) -> None:
    """Test the pathway by phone, and report that the night line was not reached."""
    dana.press(f"a[href='{pathway}/tests/new']")
    dana.page.check("main [name=kind][value=call]")
    dana.send("tested_on")
    test = dana.path()
    dana.press(f"a[href='{test}/services/{night}']")
    dana.page.check("main [name=outcome][value=not_reached]")
    dana.page.check("main [name=answer_answered][value=no]")
    dana.fill(note="Demo: it rang out at two.")
    dana.send("note")
    dana.press("form[action$='/report'] button")
    assert dana.page.locator("form[action$='/report']").count() == 0


def decide_and_change(mona: Colleague, night: str) -> None:
    """As moderator, accept the report and correct the hours of calls in the directory."""
    mona.go("/directory/reports")
    mona.press("main a:has-text('Demo night')")
    assert "Demo: it rang out at two." in mona.reads()
    mona.page.check("main [name=verdict][value=accepted]")
    mona.send("verdict")
    mona.go(f"/directory/services/{night}/facts/phone_hours")
    mona.page.check("main [name=phone-hours-way][value=week]")
    for day in ("mo", "tu", "we", "th", "fr", "sa", "su"):
        mona.page.fill(f"main [name=phone-hours-{day}-day]", "08:00-22:00")
    mona.send("seen")


def ask_at_night(colleague: Colleague) -> None:
    """Ask whom to call at night for a man without papers."""
    colleague.go("/pathways/call")
    colleague.page.select_option("main [name=country]", "HR")
    answers = {"need": "safe-place", "who": "man", "papers": "no", "when": "night"}
    for name, value in answers.items():
        colleague.page.select_option(f"main [name={name}]", value)
    colleague.fill(place="Zagreb")
    colleague.send("place")


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_of_a_pathway_through_its_test_to_a_change_in_the_directory(
    crew_of, width, language, has_script
):
    crew = crew_of(width=width, language=language, has_script=has_script)
    dana = crew.found_organisation()
    crew.desk.run("tests.browser.coordinating", dana.email)
    night = crew.desk.run("tests.browser.directing", "make", dana.email)
    crew.desk.run("tests.browser.directing", "hours", "24/7")
    found_group(dana)
    pathway = publish_pathway(dana)

    ask_at_night(dana)
    first = dana.page.locator("section.pathway").first
    expect(first).to_contain_text(NIGHT_NUMBER)
    assert "Demo women" not in first.inner_text()

    dana.go(pathway)
    find_and_report(dana, pathway, night)
    mona = crew.newcomer("mona")
    crew.desk.run("tests.browser.moderating", "HR", mona.email, language)
    mona.come_in()
    decide_and_change(mona, night)
    ask_at_night(dana)
    assert NIGHT_NUMBER not in dana.page.locator("section.pathway").first.inner_text()
    dana.go("/pathways")
    assert dana.page.locator(f".row:has(a[href='{pathway}']) .state--caution").count()
    dana.go(pathway)
    notice = dana.page.locator(".notice").filter(has_text="Demo night")
    expect(notice).to_contain_text("22:00")
    dana.press("form[action$='/confirm'] button")
    assert dana.page.locator("form[action$='/confirm']").count() == 0
    dana.press(f"a[href='{pathway}/picture']")
    assert (
        dana.page.locator("svg [data-node]").count() == dana.page.locator("li[data-node]").count()
    )
    crew.desk.run("tests.browser.directing", "hours", "24/7")
