"""A needs mapping from its first interview to a finding, its gap, and the issued report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite

pytestmark = pytest.mark.browser
SAID = "Demo: men find no bed at night"


@pytest.fixture
def crew_of(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, loaded_desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def a_coordinator(crew: Crew) -> Colleague:
    dana = crew.found_organisation()
    crew.desk.run("tests.browser.coordinating", dana.email)
    return dana


def begin_round(dana: Colleague) -> str:
    dana.go("/mappings/new")
    dana.fill(title="Demo round", purpose="Demo: what is missing", starts_on="2026-01-01")
    dana.fill(ends_on="2099-12-31")
    dana.send("title")
    return dana.path()


def interview(dana: Colleague, mapping: str) -> None:
    """Add a focus group; a phone number is refused and the text stays."""
    dana.press(f"a[href='{mapping}/interviews/new?method=focus_group']")
    dana.page.select_option("main [name=setting]", "community")
    dana.fill(place="Namur", **{"q-barriers": "Call 0470 12 34 56"})
    dana.fill(**{"people-women": "7"})
    dana.send("place")
    field = dana.page.locator("[name=q-barriers]")
    expect(field).to_have_value("Call 0470 12 34 56")
    field.fill(SAID)
    dana.send("place")
    assert SAID in dana.reads()


def code_by_keyboard(dana: Colleague, mapping: str) -> None:
    dana.go(mapping)
    dana.press("a[href^='/mappings/answers/']")
    if dana.is_scripted:
        dana.page.keyboard.press("2")
        dana.page.keyboard.press("s")
        assert dana.page.locator("[name=needs][value=safe-place]").is_checked()
        assert dana.page.locator("[name=groups][value=m]").is_checked()
        with dana.page.expect_navigation():
            dana.page.keyboard.press("Enter")
    else:
        dana.page.check("[name=needs][value=safe-place]")
        dana.page.check("[name=groups][value=m]")
        dana.send("form[data-coding]")
    assert dana.path() == mapping


def find_and_recommend(dana: Colleague, mapping: str) -> None:
    dana.press(f"a[href='{mapping}/findings/new?need=safe-place']")
    dana.fill(title="Demo: no bed for men", text="Demo: men find no bed.")
    dana.send("title")
    finding = dana.path()
    assert dana.page.locator("a[href*='/directory/coverage?country=']").count() == 1
    assert SAID in dana.reads()
    dana.press(f"a[href='{finding}/recommendations']")
    dana.fill(text="Demo: open four beds", organisation_name="Demo shelter")
    dana.fill(position="Head of the shelter", due_on="2099-01-01")
    dana.send("position")
    assert "Demo: open four beds" in dana.reads()


def issue_report(dana: Colleague, mapping: str) -> None:
    dana.go(mapping)
    dana.press(f"form[action='{mapping}/report/begin'] button")
    dana.fill(introduction="Demo: what we asked")
    dana.send("introduction")
    dana.press(f"form[action='{mapping}/report/issue'] button")
    for text in ("Demo: what we asked", "Demo: no bed for men", "Demo: open four beds"):
        assert text in dana.reads()
    with dana.page.expect_download() as started:
        dana.page.click("a[href$='.docx']")
    assert Path(started.value.path()).read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_of_a_mapping_from_its_first_interview_to_the_issued_report(
    crew_of, width, language, has_script
):
    crew = crew_of(width=width, language=language, has_script=has_script)
    dana = a_coordinator(crew)

    mapping = begin_round(dana)
    interview(dana, mapping)
    code_by_keyboard(dana, mapping)
    find_and_recommend(dana, mapping)
    issue_report(dana, mapping)
