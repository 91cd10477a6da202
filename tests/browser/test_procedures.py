"""A procedure from its first version over comments and signatures to what changed in the next."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.test_working_groups import two_coordinators

pytestmark = [pytest.mark.browser, pytest.mark.node]
PATIENCE = 15_000  # milliseconds: a text is saved soon after it was typed
KEPT = 2  # sections; the others are left out
OPEN_EMPTY = "section:has(.state--plain) a[href*='/sections/']"


@pytest.fixture
def crew_of(chromium: Browser, desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def begin_procedure(dana: Colleague) -> tuple[str, list[str]]:
    """Found a group and begin a procedure; return the pages of its version and of two sections."""
    dana.go("/groups/new")
    dana.fill(name="Demo group", purpose="Demo: whom to call at night")
    dana.page.select_option("main [name=country]", "")
    dana.page.select_option("main [name=organisation]", index=1)
    dana.send("purpose")
    dana.press(f"a[href='{dana.path()}/procedures/new']")
    dana.fill(title="Demo procedure")
    dana.page.select_option("main [name=kind]", "sop")
    dana.page.select_option("main [name=language]", "en")
    dana.send("title")
    version = dana.path()
    links = dana.page.locator(OPEN_EMPTY)
    pages = [links.nth(at).get_attribute("href") or "" for at in range(links.count())]
    for page in pages[KEPT:]:
        dana.go(page)
        dana.send("form[action$='/leave-out']")
    dana.go(version)
    assert dana.page.locator(OPEN_EMPTY).count() == KEPT
    return version, pages[:KEPT]


def write_section(dana: Colleague, page: str, text: str) -> None:
    dana.go(page)
    field = dana.page.locator("textarea[form=minutes]")
    field.fill(text)
    if dana.is_scripted:
        field.blur()
        state = dana.page.locator("[data-line-state]")
        saving = dana.page.get_attribute("#minutes", "data-saved") or ""
        expect(state).to_have_text(saving, timeout=PATIENCE)
    else:
        dana.send("form#minutes")
    dana.go(page)
    expect(field).to_have_value(text)


def agree_section(dana: Colleague, page: str) -> None:
    dana.go(page)
    dana.press("button[name=agree]")
    assert dana.page.locator("form[action$='/reopen']").count()


def comment_and_answer(dana: Colleague, sana: Colleague, page: str) -> None:
    """Sana proposes a text and asks; dana accepts the one and answers the other."""
    sana.go(page)
    sana.press("a[href$='/proposals/new']")
    sana.fill(proposed_text="Demo: call the line, by day and at night.", reason="Demo: clearer")
    sana.send("reason")
    sana.press("a[href$='/comments/new']")
    sana.fill(text="Demo: who pays?")
    sana.send("text")
    for state in ("accepted", "resolved"):
        dana.go(page)
        dana.press("a[href$='/answer']")
        dana.page.check(f"main [name=state][value={state}]")
        dana.fill(answer="Demo: agreed")
        dana.send("answer")
    field = dana.page.locator("textarea[form=minutes]")
    expect(field).to_have_value("Demo: call the line, by day and at night.")


def sign(dana: Colleague, version: str) -> None:
    dana.go("/groups/new")  # lists the own organisation alone
    organisation = dana.page.locator("main [name=organisation] option").nth(1).inner_text()
    dana.go(version)
    dana.press("a[href$='/signatories/new']")
    dana.page.select_option("main [name=organisation]", label=organisation)
    dana.fill(position="")
    dana.send("position")
    assert dana.page.locator("[name=position][aria-invalid]").count()  # no role to sign
    dana.fill(position="Director")
    dana.send("position")
    dana.press("a[href$='/sign']")
    dana.page.check("main [name=is_read]")
    dana.send("is_read")
    assert dana.page.locator("#signatories ~ .row .state--good").count() == 1


def put_in_force_and_change(dana: Colleague, version: str, key: str) -> None:
    """Put the version in force, and write one section anew in the next one."""
    dana.press(f"a[href='{version}/in-force']")
    dana.fill(starts="2026-01-01", review_by="2099-01-01")
    dana.send("starts")
    dana.send("form[action$='/versions']")
    later = dana.path()
    assert later != version
    dana.press("section a[href*='/sections/']")
    dana.send("form[action$='/reopen']")
    write_section(dana, dana.path(), "Demo: call the police only if asked, by day and at night.")
    dana.go(later)
    dana.press("a[href$='/changes/1']")
    assert dana.page.locator("del").first.inner_text() == "line,"
    assert "police only if asked," in dana.page.locator("ins").all_inner_texts()[0]
    assert key in dana.reads()


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_of_a_procedure_from_its_first_version_to_what_changed(
    crew_of, width, language, has_script
):
    crew = crew_of(width=width, language=language, has_script=has_script)
    dana, sana = two_coordinators(crew)

    version, (first, second) = begin_procedure(dana)
    write_section(dana, first, "Demo: call the line.")
    write_section(dana, second, "Demo: ask before you write.")
    comment_and_answer(dana, sana, first)
    for page in (first, second):
        agree_section(dana, page)
    sign(dana, version)
    put_in_force_and_change(dana, version, "Demo: call the")
