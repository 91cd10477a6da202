"""A service asks itself what keeps migrant women away, changes it, and /match answers better."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.serving import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.node]
LATER = "2099-06-01"
WEAK = {"interpreters": "no", "papers": "no", "procedure": "partly"}
PARTS = {
    "words": ("language", "interpreters"),
    "door": ("papers", "cost", "opening"),
    "people": ("women_only", "men", "sons_age", "lgbtqi"),
    "house": ("disability", "child_friendly"),
    "practice": ("reporting", "procedure", "staff_trained"),
}


@pytest.fixture
def crew_of(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, loaded_desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def answers_of_match(somebody: Colleague, country: str) -> list[str]:
    """Return whom a Tigrinya speaker without papers may turn to for talking."""
    question = {
        "needs": ["talk"],
        "place": {"country": country},
        "languages": ["ti"],
        "person": {"gender": "f", "legal_status": "undocumented"},
    }
    answer = somebody.page.request.post(f"{somebody.desk.public}/match", data=question)
    assert answer.ok, answer.text()
    body = answer.json()
    return [row["name"] for row in (*body["answers"], *body["national"])]


def answer_questions(sana: Colleague) -> str:
    """Answer page by page; return the address of the check."""
    for topics in PARTS.values():
        for topic in topics:
            value = WEAK.get(topic, "yes")
            sana.page.check(f"main [name=value-{topic}][value={value}]")
        if sana.is_scripted:
            expect(sana.page.locator("[data-answers-state]")).not_to_be_empty()
        sana.send("main form:has([name^=value-])")
    return sana.path()


def plan(sana: Colleague, check: str) -> None:
    for topic in WEAK:
        sana.press(f"a[href$='/steps/new?topic={topic}']")
        sana.fill(function="Demo head", due_on=LATER)
        sana.send("due_on")
        assert sana.path() == check
    sana.press("form[action$='/finish'] button")


def end_steps(sana: Colleague, check: str) -> None:
    """An interpreter can be called: a fact at once. No papers are asked for: a moderator looks."""
    sana.go(check)
    sana.press("a[href$='/done']")
    sana.page.select_option("main [name=languages-1-language]", "ti")
    sana.page.select_option("main [name=languages-1-how]", "phone_interpreter")
    sana.send("seen")
    sana.press("a[href$='/done']")
    sana.page.select_option("main [name=eligibility-legal_status-0-operator]", "all")
    for box in sana.page.locator("main [name=eligibility-legal_status-0-values]:checked").all():
        box.uncheck()
    sana.send("seen")
    assert sana.path() == check


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_from_a_check_to_a_better_answer(crew_of, width, language, has_script):
    crew = crew_of(width=width, language=language, has_script=has_script)
    dana = crew.found_organisation()
    crew.create_team(dana)
    sana = crew.invite(dana, "sana", "caseworker")
    crew.desk.run("tests.browser.coordinating", dana.email)
    code = f"{language}{width}{has_script}"
    service, name, country = json.loads(crew.desk.run("tests.browser.offering", sana.email, code))
    assert name not in answers_of_match(sana, country)

    sana.go("/")
    sana.press(f"a[href='/services/{service}']")
    sana.press(f"main a[href='/services/{service}/checks/new']")
    sana.send("peer")
    check = answer_questions(sana)
    plan(sana, check)
    end_steps(sana, check)
    dana.go("/directory/reports")
    dana.press("main a[href^='/directory/reports/']")
    dana.page.check("main [name=verdict][value=accepted]")
    dana.send("verdict")

    wait_until(lambda: name in answers_of_match(sana, country))  # a snapshot later
    sana.go(f"{check}/comparison")
    assert sana.page.locator("main #papers .state--good").count() == 1
    assert sana.page.locator("main #interpreters .state--good").count() == 1
