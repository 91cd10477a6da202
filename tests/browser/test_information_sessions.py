"""A school asks, ambassadors say yes, people are counted while the signal goes, all is held."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from protect.kernel import clock
from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.guests import Guest, guest

pytestmark = [pytest.mark.browser, pytest.mark.node]
PROGRAM = "tests.browser.asking"
GIRLS, BOYS = "n_secondary_1_3_f", "n_secondary_1_3_m"


@dataclass
class Office:
    """Who answers requests, an ambassador with an account, and two people who have none."""

    crew: Crew
    cora: Colleague  # plans sessions
    amina: Colleague  # speaks at them
    sami: Guest  # speaks, too
    school: Guest  # asks for one
    name: str = ""  # of the school

    def address(self, who: str) -> str:
        return f"{who}-of-{self.cora.email}"


@pytest.fixture(params=["en", "ar"])
def office(request, chromium: Browser, loaded_desk: DeskSite) -> Iterator[Office]:
    crew = Crew(chromium, loaded_desk, language=request.param)
    cora, amina = crew.newcomer("cora"), crew.newcomer("amina")
    people = [f"coordinator={cora.email}", f"ambassador={amina.email}"]
    loaded_desk.run(PROGRAM, "invite", crew.language, *people)
    for each in (cora, amina):
        each.come_in()
    sami, school = (guest(chromium, loaded_desk.public, crew.language) for _ in range(2))
    crew.contexts.extend(each.page.context for each in (sami, school))
    found = Office(crew, cora, amina, sami, school, f"Demo College {cora.email[:8]}")
    loaded_desk.run(PROGRAM, "book", amina.email, found.address("sami"), crew.language)
    yield found
    crew.close()


def test_journey_from_a_session_request_to_an_offline_head_count(office):
    ask(office)
    agree(office)
    tell_the_rest(office)
    schedule(office)
    accept(office)

    session = office.crew.desk.run(PROGRAM, "pass", office.address("school"))
    count_without_signal(office, session)
    hold(office)
    office.school.go(office.crew.desk.link_to(office.address("school")))
    assert office.school.page.locator("main form").count() == 0  # it is over


def ask(office: Office) -> None:
    school = office.school
    school.go(f"/trainings/{school.language}/ask")
    school.page.check("main [name=setting][value=school]")
    school.fill(asker=office.name, place="Liège", contact_name="Demo Teacher", expected="24")
    school.fill(contact_email=office.address("school"))
    school.page.select_option("main [name=country]", "BE")
    for spoken in ("fr", "ar"):
        school.page.check(f"main [name=languages][value={spoken}]")
    school.send()
    assert school.state() == "open"
    assert office.name in school.reads()
    assert school.page.url == office.crew.desk.link_to(office.address("school"))


def agree(office: Office) -> None:
    cora = office.cora
    cora.go("/trainings/requests")
    with cora.page.expect_navigation():
        cora.page.locator("main tbody a", has_text=office.name).click()
    cora.look()
    cora.press("main a[href$='/move/agree']")
    cora.send(".desk__content form")


def tell_the_rest(office: Office) -> None:
    """Complete by one's own link what the mail says is missing."""
    school = office.school
    school.go(office.crew.desk.link_to(office.address("school")))
    assert school.page.locator("main .notice--caution").count() == 1
    school.page.select_option("main [name=class_level]", "secondary_1_3")
    for name in ("teacher_present", "accepts_protocol"):
        school.page.check(f"main [name={name}][value=yes]")
    school.fill(safeguarding_lead="Demo Lead")
    school.press("main form.form button")
    assert school.page.locator("main .notice--caution").count() == 0


def schedule(office: Office) -> None:
    cora, tomorrow = office.cora, clock.now() + timedelta(days=1)
    cora.go(cora.path())
    cora.press("main a[href$='/schedule']")
    cora.fill(day=f"{tomorrow:%Y-%m-%d}", clock_from="10:00", clock_to="12:00")
    for box in cora.page.locator("main [name=ambassadors]").all():
        box.check()
    cora.send("day")
    assert cora.page.locator("main .panel .row .state--open").count() == 2


def accept(office: Office) -> None:
    """One says yes at the desk, one by the link in the mail."""
    amina, sami = office.amina, office.sami
    amina.go(office.crew.desk.link_to(amina.email))
    amina.press("main button[name=move][value=accept]")
    assert amina.page.locator("main .rows .state--good").count() == 1
    sami.go(office.crew.desk.link_to(office.address("sami")))
    sami.press("main button[name=move][value=accept]")
    assert sami.page.locator("main .rows .state--good").count() == 1


def count_without_signal(office: Office, session: str) -> None:
    amina = office.amina
    amina.go("/trainings/information-sessions")
    amina.press(f"main a[href='/trainings/information-sessions/{session}']")
    amina.press("main a[href$='/count']")
    told = amina.page.locator("[data-told]")
    amina.fill(**{GIRLS: "12"})
    expect(amina.page.locator("form[data-is-kept]")).to_have_count(1)
    amina.page.context.set_offline(True)
    amina.fill(**{BOYS: "11"})
    amina.page.click("form[data-count] button")
    expect(told).to_have_attribute("data-state", "kept")
    assert counts(office, session) == ""
    amina.complaints.clear()  # the browser says that it was offline

    amina.page.context.set_offline(False)
    expect(told).to_have_attribute("data-state", "sent")
    amina.look()
    assert counts(office, session) == "1 secondary_1_3 f 12\n1 secondary_1_3 m 11\n"


def counts(office: Office, session: str) -> str:
    return office.crew.desk.run("tests.browser.sessioning", "counts", session)


def hold(office: Office) -> None:
    """The desk sees both answers and the count, and closes what was asked."""
    cora = office.cora
    cora.go(cora.path())
    assert cora.page.locator("main .panel .row .state--good").count() == 2
    cora.press("main .panel__more a")
    assert "23" in cora.reads()
    cora.page.go_back()
    for move in ("hold", "close"):
        cora.press(f"main a[href$='/move/{move}']")
        cora.send(".desk__content form")
    assert cora.page.locator("main .head .state--ended").count() == 1
