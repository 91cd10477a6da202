"""A training in browsers: named, confirmed, there, tested, asked, certified, verified."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.guests import Guest, guest
from tests.browser.walking import ROOT
from tests.trainings.documents.paper.demo import text_by_poppler

pytestmark = [pytest.mark.browser, pytest.mark.node]
TICKED = {"single", "multiple"}  # types of questions
FORMS = ROOT / "protect/questionnaires/data/forms"
NAMES = {"en": "Demo Nora", "ar": "Demo نورا"}
CARD = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
PROGRAM = "tests.browser.training"


@dataclass
class Training:
    """A training of one organisation, and those who meet at it."""

    chromium: Browser
    crew: Crew
    cora: Colleague  # plans it
    has_script: bool  # of whoever has no account
    code: str
    page: str  # its address at the desk
    sender: str  # the token of an organisation that sends people

    @property
    def language(self) -> str:
        return self.crew.language

    @property
    def email(self) -> str:
        return f"nora-of-{self.code.lower()}@demo.example"

    def guest(self) -> Guest:
        public = self.crew.desk.public
        found = guest(self.chromium, public, self.language, has_script=self.has_script)
        self.crew.contexts.append(found.page.context)
        return found

    def open(self, path: str) -> str:
        """Return the address of a page for whoever has no account."""
        return f"/trainings/{self.language}/{path}"

    def let_pass(self, when: str) -> None:
        self.crew.desk.run(PROGRAM, "pass", self.page.rpartition("/")[2], when)

    def own_link(self) -> str:
        """Return the link in the last mail to who takes part."""
        return self.crew.desk.link_to(self.email)


@pytest.fixture(params=[("en", True), ("en", False), ("ar", True)], ids=["en", "no script", "ar"])
def training(request, chromium: Browser, loaded_desk: DeskSite) -> Iterator[Training]:
    language, has_script = request.param
    crew = Crew(chromium, loaded_desk, language=language)
    cora = crew.newcomer("cora")
    made = json.loads(loaded_desk.run(PROGRAM, "plan", cora.email, language))
    cora.come_in()
    page = f"/trainings/{made['edition']}"
    yield Training(chromium, crew, cora, has_script, made["code"], page, made["sender"])
    crew.close()


def test_journey_from_a_participant_list_to_a_verified_certificate(training):
    nora = training.guest()
    name_nora(training)
    say_yes(training, nora)
    confirm(training, nora)
    apply(training)

    choose_forms(training)
    card = CARD.findall(paper(training.cora, f"{training.page}/learning/cards"))[0]
    slip = addresses(paper(training.cora, f"{training.page}/learning/slips"))[0]
    training.let_pass("first")
    take_test(training, nora, "pre", card, right=7)
    note_all(training, 1)
    training.let_pass("last")
    note_all(training, 2)
    take_test(training, nora, "post", card, right=14)
    take_named_test(training, nora)
    evaluate(nora, slip)

    training.let_pass("over")
    finish(training)
    issue(training)
    address = find_certificate(training, nora)
    verify(training, address)


def name_nora(training: Training) -> None:
    """An organisation names somebody by its link, looks through its list, and sees them wait."""
    shelter = training.guest()
    shelter.go(training.open(f"send/{training.sender}"))
    shelter.press(f"main a[href$='/send/{training.sender}/{training.code}']")
    shelter.fill(names=f"{NAMES[training.language]}, {training.email}")
    shelter.send()
    assert training.email in shelter.reads()
    shelter.press("main button[value=confirm]")
    shelter.press(f"main a.button[href$='/send/{training.sender}']")
    row = shelter.page.locator("main tbody tr")
    assert training.email in row.inner_text()
    assert row.locator(".state--open").count() == 1


def say_yes(training: Training, nora: Guest) -> None:
    nora.go(training.own_link())
    assert nora.state() == "open"
    nora.press("main button[value=agree]")
    assert nora.page.locator("main .notice--good").count() == 1
    assert nora.page.locator("main button[value=agree]").count() == 0


def confirm(training: Training, nora: Guest) -> None:
    cora = training.cora
    cora.go(training.page)
    cora.press("main a[href^='/trainings/registrations/']")
    cora.send("main form:has([name=deed][value=approve])")
    nora.go(training.own_link())
    assert nora.state() == "good"


def apply(training: Training) -> None:
    """Ali applies by the public form: the page that follows opens nothing, the mail does.

    The application waits for a decision once it is confirmed there, and not before.
    """
    ali, email = training.guest(), f"ali-of-{training.email}"
    ali.go(training.open(f"e/{training.code}/apply"))
    ali.fill(name="Demo Ali", email=email)
    ali.page.select_option("main [name=profession]", "nurse")
    ali.send()
    assert email in ali.reads()
    assert ali.page.locator("main a[href*='/own/']").count() == 0
    ali.go(training.crew.desk.link_to(email))
    assert ali.state() == "plain"
    ali.press("main button[value=prove]")
    assert ali.state() == "open"


def choose_forms(training: Training) -> None:
    """Take what the course suggests, and a test by name for the certificate."""
    cora = training.cora
    cora.go(f"{training.page}/learning")
    cora.press("main .empty a[href$='/learning/forms']")
    cora.page.check("main [name=assessment][value=named]")
    cora.page.select_option("main [name=named]", index=1)
    cora.send("assessment")
    assert cora.page.locator("[aria-labelledby=asked] tbody tr").count() == 4


def paper(cora: Colleague, address: str) -> str:
    """Return what stands on a paper whose form is sent as it is shown."""
    cora.go(address)
    form = cora.page.locator("main form.form")
    typed = form.evaluate("form => Object.fromEntries(new FormData(form))")
    headers = {"Origin": cora.desk.url}
    made = cora.page.request.post(f"{cora.desk.url}{address}", form=typed, headers=headers)
    return text_by_poppler(made.body())


def addresses(text: str) -> list[str]:
    """Return what somebody types who has a paper: its addresses go without http://."""
    return [f"http://{each}" for each in re.findall(r"127\.0\.0\.1:\d+/[\w/-]+", text)]


def take_test(training: Training, nora: Guest, phase: str, card: str, right: int) -> None:
    """Answer by the address on the wall."""
    cora = training.cora
    sheet = cora.page.request.get(f"{cora.desk.url}{training.page}/learning/{phase}/wall")
    nora.go(addresses(text_by_poppler(sheet.body()))[0])
    nora.fill(code=card.lower())
    nora.send()
    answer_right(nora, "knowledge-a", right)


def answer_right(nora: Guest, form: str, most: int | None = None) -> None:
    """Send a form with its first questions, or all of them, answered as they should be."""
    asked = tomllib.loads((FORMS / f"{form}.toml").read_text("utf-8"))
    known = {key: told["right"] for key, told in asked.items() if told.get("type") in TICKED}
    for key, right in list(known.items())[:most]:
        for value in right:
            nora.page.check(f"main [name=q-{key}][value={value}]")
    nora.send()


def note_all(training: Training, number: int) -> None:
    cora = training.cora
    cora.go(training.page)
    ways = cora.page.locator("main a[href^='/trainings/sessions/'][href$='/attendance']")
    with cora.page.expect_navigation():
        ways.nth(number - 1).click()
    cora.look()
    assert NAMES[training.language] in cora.reads()
    cora.send("main form[action$='/attendance/all']")
    assert cora.page.locator("main tbody select").first.input_value() == "present"


def take_named_test(training: Training, nora: Guest) -> None:
    nora.go(training.own_link())
    nora.press("main a[href$='/learning']")
    nora.press("main a[href$='/assessment']")
    nora.page.check("main [name=q-named]")
    answer_right(nora, "assessment")
    assert nora.page.locator("main .notice--good").count() == 1


def evaluate(nora: Guest, slip: str) -> None:
    """Answer by a slip, which then opens nothing any more."""
    nora.go(slip)
    for scale in nora.page.locator("main fieldset:has(input[type=radio])").all():
        scale.locator("input[type=radio]").last.check()
    nora.send()
    gone = nora.page.goto(slip)
    assert gone is not None
    assert gone.status in {404, 409, 410}
    nora.look()


def finish(training: Training) -> None:
    cora = training.cora
    for move in ("close", "finish"):
        cora.go(training.page)
        cora.press(f"main a[href$='/move/{move}']")
        cora.send(".desk__content form")
    assert cora.path() == training.page


def issue(training: Training) -> None:
    cora = training.cora
    cora.press("main a[href$='/certificates']")
    cora.send("main form.form")
    assert cora.page.locator("main tbody .state--good").count() == 1


def find_certificate(training: Training, nora: Guest) -> str:
    """Follow the mail to the certificate; return the address that its code leads to."""
    nora.go(training.own_link())
    nora.press("main a[href$='/certificate']")
    assert nora.state() == "good"
    pdf = nora.page.request.get(f"{nora.page.url}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert NAMES["en"] in text_by_poppler(pdf.body()) or training.language == "ar"
    return str(nora.page.locator("main a[href*='/certificates/']").get_attribute("href"))


def verify(training: Training, address: str) -> None:
    """A stranger sees that it counts, not whose it is, and asks for a name."""
    stranger = training.guest()
    stranger.go(address)
    assert stranger.path().startswith(training.open("c/"))
    assert stranger.state() == "good"
    name = NAMES[training.language]
    assert name not in stranger.page.content()
    stranger.fill(name="Demo Somebody Else")
    stranger.send()
    assert stranger.page.locator("main .notice--caution").count() == 1
    stranger.fill(name=name)
    stranger.send()
    assert stranger.page.locator("main .notice--good").count() == 1
