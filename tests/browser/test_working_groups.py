"""A working group from its founding to a done action, its minutes written by two secretaries."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite

pytestmark = [pytest.mark.browser, pytest.mark.node]
LATER = "2099-06-01"
PATIENCE = 15_000  # milliseconds: lines of colleagues are looked for every five seconds


@pytest.fixture
def crew_of(chromium: Browser, desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def two_coordinators(crew: Crew) -> tuple[Colleague, Colleague]:
    dana = crew.found_organisation()
    crew.create_team(dana)
    sana = crew.invite(dana, "sana", "caseworker")
    crew.desk.run("tests.browser.coordinating", dana.email, sana.email)
    return dana, sana


def found_group(dana: Colleague, sana: Colleague) -> str:
    """Found a group with two secretaries and a meeting with an agenda; return its minutes."""
    dana.go("/groups/new")
    dana.fill(name="Demo group", purpose="Demo: whom to call at night")
    dana.page.select_option("main [name=country]", "")
    dana.page.select_option("main [name=organisation]", index=1)
    dana.send("purpose")
    group = dana.path()
    dana.press(f"a[href='{group}/members/new']")
    dana.fill(email=sana.email)
    dana.page.select_option("main [name=role]", "secretary")
    dana.send("email")
    dana.press(f"a[href='{group}/meetings/new']")
    dana.fill(day="2099-05-04", clock_from="10:00", clock_to="12:00", place="Demo hall")
    dana.send("day")
    meeting = dana.path()
    dana.press(f"a[href='{meeting}/items/new']")
    dana.fill(title="Demo: nights")
    dana.send("title")
    dana.press(f"form[action='{meeting}/invite'] button")
    return f"{meeting}/minutes"


def line_of(somebody: Colleague) -> Locator:
    return somebody.page.locator("textarea[form=minutes]")


def write_at_once(dana: Colleague, sana: Colleague, minutes: str) -> None:
    """Both secretaries write the same line; the second sees both texts and joins them."""
    for each in (dana, sana):
        each.go(minutes)
    line_of(dana).fill("Dana: the line answers until ten.")
    if dana.is_scripted:
        line_of(dana).blur()
        expect(line_of(sana)).to_have_value("Dana: the line answers until ten.", timeout=PATIENCE)
    else:
        dana.send("form#minutes")
        sana.go(minutes)
    line_of(sana).fill("Sana: men may call, too.")
    line_of(dana).fill("Dana: it answers all night.")
    for each in (dana, sana):
        if each.is_scripted:
            line_of(each).blur()
            each.page.wait_for_timeout(500)
        else:
            each.send("form#minutes")
    both = sana.page.locator("main")
    expect(both).to_contain_text("Dana: it answers all night.", timeout=PATIENCE)
    expect(line_of(sana)).to_have_value("Sana: men may call, too.")
    line_of(sana).fill("Dana: it answers all night. Sana: men may call, too.")
    sana.send("form#minutes")
    dana.go(minutes)
    expect(line_of(dana)).to_have_value("Dana: it answers all night. Sana: men may call, too.")


def decide_and_do(dana: Colleague, sana: Colleague, minutes: str) -> None:
    sana.go(minutes)
    sana.press("a[href$='/decisions/new']")
    sana.fill(text="Demo: the line opens all night")
    sana.send("text")  # the meeting has not begun
    assert sana.page.locator("main [name=is_early]").count() == 1
    sana.page.check("main [name=is_early]")
    sana.send("text")
    sana.press("a[href$='/actions/new']")
    sana.fill(text="Demo: print the cards", due_on=LATER)
    sana.page.select_option("main [name=owner]", index=1)
    sana.send("due_on")
    owner = next(each for each in (dana, sana) if own_actions(each).count())
    owner.press("form[action$='/done'] button")
    assert own_actions(owner).count() == 0
    dana.go("/groups/decisions?q=night")
    assert "Demo: the line opens all night" in dana.reads()


def own_actions(somebody: Colleague) -> Locator:
    """Return the rows of the user's own open actions, which stand before those of others."""
    somebody.go("/groups/actions")
    return somebody.page.locator("main h2:first-of-type ~ .row:not(h2:nth-of-type(2) ~ .row)")


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_of_a_group_from_its_founding_to_a_done_action(
    crew_of, width, language, has_script
):
    crew = crew_of(width=width, language=language, has_script=has_script)
    dana, sana = two_coordinators(crew)

    minutes = found_group(dana, sana)
    write_at_once(dana, sana, minutes)
    decide_and_do(dana, sana, minutes)
