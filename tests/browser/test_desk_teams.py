"""A team's life in browsers: its key, its people coming and going, and what is left at the end."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.crew import Crew
from tests.browser.desks import DeskSite

pytestmark = [pytest.mark.browser, pytest.mark.node]
TITLE, TEXT = "Demo note", "Read by those who hold the key"


@pytest.fixture
def crew_of(chromium: Browser, desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    opened: list[Crew] = []

    def begin(**how: object) -> Crew:
        opened.append(Crew(chromium, desk, **how))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_journey_of_a_member_from_invitation_to_leaving_with_key_renewal(crew_of, language):
    crew = crew_of(language=language)
    dana, sana = crew.at_work()
    direction = "rtl" if language == "ar" else "ltr"
    assert sana.page.get_attribute("html", "dir") == direction

    amal = crew.invite(sana, "amal", "caseworker")
    crew.let_in(sana, amal)
    note = crew.write(amal, TITLE, TEXT)
    sana.go(note)
    assert TEXT in sana.reads()

    crew.end_place(dana, "Demo Amal")
    amal.go(crew.team)
    assert amal.path() == "/sign-in"
    amal.fill(email=amal.email, password=amal.password)
    amal.send("password")
    assert amal.path() == "/sign-in"  # with the last place went what one signs in with

    sana.go(crew.team)
    sana.press("main .notice a[href$='/renew']")
    sana.press("form[data-again] button")
    assert not sana.page.locator("form[data-again]").count()  # nothing is left to do
    sana.go(note)
    assert TEXT in sana.reads()
    sana.go(crew.team)
    versions = sana.page.locator("[aria-labelledby=keys] tbody tr")
    assert versions.nth(0).locator(".state--good").is_visible()  # seals and opens
    assert versions.nth(1).locator(".state--ended").is_visible()  # deleted


def test_a_user_who_lost_phone_and_passphrase_starts_again_without_losing_files(crew_of):
    crew = crew_of()
    _, sana = crew.at_work()
    amal = crew.invite(sana, "amal", "caseworker")
    crew.let_in(sana, amal)
    note = crew.write(amal, TITLE, TEXT)
    before = amal.code

    sana.go(crew.team)
    sana.press("main tbody tr:has-text('Demo Amal') th a")
    sana.press("a[href$='/restart']")
    sana.send(".desk__content form")
    amal.page.context.clear_cookies()
    amal.begin_anew()

    assert amal.code != before
    amal.go(note)
    assert TEXT not in amal.reads()  # not yet
    crew.let_in(sana, amal)
    amal.go(note)
    assert TEXT in amal.reads()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_two_officers_recover_a_team_without_members(crew_of, has_script):
    crew = crew_of(has_script=has_script)
    dana, sana = crew.at_work()
    note = crew.write(sana, TITLE, TEXT)
    crew.end_place(dana, "Demo Sana")

    tomo = crew.invite(dana, "tomo", "supervisor")
    tomo.go(crew.team)
    tomo.press("main a[href$='/restore']")
    tomo.fill(code_1=crew.codes[1], code_3=crew.codes[2])
    tomo.send("code_1")
    assert tomo.page.locator("#id_code_3_error").is_visible()
    tomo.fill(code_1=crew.codes[1], code_3=crew.codes[3])
    tomo.send("code_1")

    assert tomo.path() == crew.team
    tomo.go(note)
    assert TEXT in tomo.reads()
    tomo.go(f"{crew.team}/renew")
    tomo.press("form[data-again] button")
    assert not tomo.page.locator("form[data-again]").count()  # nothing is left to do
