"""From a mapping over its finding to the plan of a service, and to a better answer in /match."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.test_adaptation_checks import answer_questions, plan
from tests.browser.test_needs_mappings import begin_round
from tests.browser.walking import need, place
from tests.serving import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.node]
NAMUR = 2790471  # GeoNames
SAID = "Demo: they speak Tigrinya, and no service answers in it"


@pytest.fixture
def crew_of(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, loaded_desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def reasons_of_match(colleague: Colleague, name: str, country: str, language: str) -> dict:
    """Return the reasons by code, in words, for which a service answers a Tigrinya speaker."""
    question = {
        "needs": ["talk"],
        "place": {"country": country},
        "languages": ["ti"],
        "person": {"gender": "f"},
        "text_language": language,
    }
    answer = colleague.page.request.post(f"{colleague.desk.public}/match", data=question)
    assert answer.ok, answer.text()
    body = answer.json()
    rows = [*body["answers"], *body["national"]]
    found = next(row for row in rows if row["name"] == name)
    return {reason["code"]: reason["text"] for reason in found["reasons"]}


def ask_find_help(visitor: Page, site: str, language: str, name: str) -> str:
    """Ask as a Tigrinya speaker in Namur who wants to talk; return what the page says of a
    service."""
    visitor.goto(f"{site}/{language}/{place(NAMUR)}-{need('talk')}")
    visitor.locator("#refine > summary").click()
    visitor.select_option("#refine [name=language]", "ti")
    with visitor.expect_navigation():
        visitor.click("#refine button")
    card = visitor.locator("article.card", has_text=name)
    while not card.count():
        with visitor.expect_navigation():
            visitor.click("button[name=more]")
    return card.inner_text()


def hold_focus_group(dana: Colleague, mapping: str) -> None:
    """Add a conversation, and code its answer to the need to talk."""
    dana.press(f"a[href='{mapping}/interviews/new?method=focus_group']")
    dana.page.select_option("main [name=setting]", "community")
    dana.fill(place="Namur", **{"q-barriers": SAID, "people-women": "7"})
    dana.send("place")
    dana.go(mapping)
    dana.press("a[href^='/mappings/answers/']")
    dana.page.check("[name=needs][value=talk]")
    dana.page.check("[name=groups][value=f]")
    dana.send("form[data-coding]")


def find(dana: Colleague, mapping: str, service: str) -> str:
    """Record a finding about the languages of a service, beside the gap of its need."""
    dana.go(mapping)
    dana.press(f"a[href='{mapping}/findings/new?need=talk']")
    dana.fill(title="Demo: nobody answers in Tigrinya", text="Demo: they hang up.")
    dana.page.check(f"main [name=services][value='{service}']")
    dana.page.select_option("main [name=fact]", "languages")
    dana.send("title")
    assert dana.page.locator("a[href*='/directory/coverage?country=']").count() == 1
    return dana.path()


def begin_check(dana: Colleague, finding: str, service: str) -> str:
    dana.press(f"a[href='{finding}/services/{service}/check']")
    dana.send("peer")
    expect(dana.page.locator(f"main a[href='{finding}']")).to_be_visible()
    return dana.path()


def change_languages(sana: Colleague, check: str) -> None:
    """Mark the step about interpreters as done: one for Tigrinya can be called."""
    sana.go(check)
    sana.press("a[href$='/done']")
    sana.page.select_option("main [name=languages-1-language]", "ti")
    sana.page.select_option("main [name=languages-1-how]", "phone_interpreter")
    sana.send("seen")
    assert sana.path() == check


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_from_a_mapping_to_a_better_answer(crew_of, width, language, has_script):
    crew = crew_of(width=width, language=language, has_script=has_script)
    dana = crew.found_organisation()
    crew.create_team(dana)
    sana = crew.invite(dana, "sana", "caseworker")
    crew.desk.run("tests.browser.coordinating", dana.email)
    code = f"finding {language}{width}{has_script}"
    service, name, country = json.loads(crew.desk.run("tests.browser.offering", sana.email, code))
    wait_until(lambda: name in match_names(sana, country))  # a snapshot later
    before = reasons_of_match(sana, name, country, language)
    visitor = crew.newcomer("visitor").page
    read_before = ask_find_help(visitor, crew.desk.public, language, name)
    assert before["language_unlisted"] in read_before

    mapping = begin_round(dana)
    hold_focus_group(dana, mapping)
    finding = find(dana, mapping, service)
    check = begin_check(dana, finding, service)
    sana.go(check)
    assert "Demo: they hang up." in sana.reads()
    sana.press(f"main a[href^='{check}/answers/']")
    assert answer_questions(sana) == check
    plan(sana, check)
    change_languages(sana, check)

    dana.go(finding)
    assert dana.page.locator(f"main a[href='{check}']").count()
    assert dana.page.locator("main li .state--good").count() == 1
    wait_until(lambda: reasons_of_match(sana, name, country, language) != before)
    after = reasons_of_match(sana, name, country, language)
    assert "language_phone" not in before
    read_after = ask_find_help(visitor, crew.desk.public, language, name)
    assert before["language_unlisted"] not in read_after
    assert after["language_phone"] in read_after
    assert after["language_phone"] not in read_before


def match_names(colleague: Colleague, country: str) -> list[str]:
    question = {"needs": ["talk"], "place": {"country": country}}
    answer = colleague.page.request.post(f"{colleague.desk.public}/match", data=question)
    body = answer.json()
    return [row["name"] for row in (*body["answers"], *body["national"])]
