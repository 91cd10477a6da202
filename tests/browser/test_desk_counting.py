"""Numbers of a session on a phone: the signal goes in the middle, and each is counted once."""

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.walking import wait_in_page

pytestmark = [pytest.mark.browser, pytest.mark.node]
GIRLS, BOYS = "n_secondary_1_3_f", "n_secondary_1_3_m"


def run(crew: Crew, *said: str) -> str:
    return crew.desk.run("tests.browser.sessioning", *said)


def begin(crew: Crew) -> tuple[Colleague, str]:
    """Return somebody before the page on which they count, and the session."""
    somebody = crew.newcomer("cora")
    session = run(crew, "plan", somebody.email, crew.language)
    somebody.come_in()
    somebody.go(f"/trainings/information-sessions/{session}/count")
    return somebody, session


@pytest.fixture
def crew(request, chromium: Browser, desk: DeskSite):
    """The desk in English; a test of what is read from right to left asks for it."""
    found = Crew(chromium, desk, language=getattr(request, "param", "en"))
    yield found
    found.close()


@pytest.fixture
def crew_without_script(chromium: Browser, desk: DeskSite):
    found = Crew(chromium, desk, has_script=False)
    yield found
    found.close()


@pytest.mark.parametrize("crew", ["en", "ar"], indirect=True)
def test_without_network_counts_are_stored_and_sent_once_later(crew):
    cora, session = begin(crew)
    told = cora.page.locator("[data-told]")
    cora.page.fill(f"[name={GIRLS}]", "12")
    cora.page.context.set_offline(True)
    cora.page.fill(f"[name={BOYS}]", "11")
    cora.page.click("form[data-count] button")
    expect(told).to_have_attribute("data-state", "kept")
    expect(cora.page.locator("[data-total]")).to_have_text("23")
    assert run(crew, "counts", session) == ""
    kept = cora.page.evaluate("JSON.stringify(localStorage)")
    assert "Demo" not in kept  # numbers and a nonce, nothing else
    cora.complaints.clear()  # the browser says that it was offline

    cora.page.context.set_offline(False)
    expect(told).to_have_attribute("data-state", "sent")
    assert run(crew, "counts", session) == "1 secondary_1_3 f 12\n1 secondary_1_3 m 11\n"
    assert cora.page.evaluate("localStorage.length") == 0


def test_a_reopened_page_sends_its_stored_counts(crew):
    cora, session = begin(crew)
    context, address = cora.page.context, cora.page.url
    context.set_offline(True)
    cora.page.fill(f"[name={GIRLS}]", "7")
    cora.page.click("form[data-count] button")
    expect(cora.page.locator("[data-told]")).to_have_attribute("data-state", "kept")
    cora.page.close()  # a page that is only left may hear that the signal is back, and send
    context.set_offline(False)
    assert run(crew, "counts", session) == ""

    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-told]")).to_have_attribute("data-state", "sent")
    assert run(crew, "counts", session) == "1 secondary_1_3 f 7\n"


def put_away(page) -> None:
    """Wait until the phone has a copy of the page."""
    expect(page.locator("form[data-is-kept]")).to_have_count(1)


def nothing_stays(page) -> None:
    """Wait until the phone has neither numbers nor a copy nor a worker."""
    wait_in_page(
        page,
        """async () => !localStorage.length && !(await caches.keys()).length
           && !(await navigator.serviceWorker.getRegistrations()).length""",
    )


def test_without_network_a_page_can_be_reloaded_and_its_tab_closed(crew):
    cora, session = begin(crew)
    context, address = cora.page.context, cora.page.url
    put_away(cora.page)
    cora.page.fill(f"[name={GIRLS}]", "12")
    context.set_offline(True)
    cora.page.reload()
    expect(cora.page.locator("form[data-is-copy]")).to_have_count(1)
    expect(cora.page.locator(f"[name={GIRLS}]")).to_have_value("12")
    assert "Demo" not in cora.reads()  # neither the place nor who asked
    cora.page.fill(f"[name={BOYS}]", "11")
    cora.page.close()

    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-total]")).to_have_text("23")
    page.click("details.told summary")
    expect(page.locator("details.told ol")).to_be_visible()
    page.click("form[data-count] button")
    expect(page.locator("[data-told]")).to_have_attribute("data-state", "kept")
    assert run(crew, "counts", session) == ""
    context.set_offline(False)
    expect(page.locator("[data-told]")).to_have_attribute("data-state", "sent")
    assert page.locator("form[data-is-copy]").count() == 0
    assert run(crew, "counts", session) == "1 secondary_1_3 f 12\n1 secondary_1_3 m 11\n"
    nothing_stays(page)


def test_numbers_outlast_a_session_that_ended_meanwhile(crew):
    cora, session = begin(crew)
    put_away(cora.page)
    cora.page.fill(f"[name={GIRLS}]", "12")
    cora.page.context.set_offline(True)
    cora.page.reload()
    cora.page.click("form[data-count] button")
    expect(cora.page.locator("[data-told]")).to_have_attribute("data-state", "kept")
    run(crew, "end", cora.email)
    typed_at = "Object.values(localStorage).map((each) => JSON.parse(each).at)"
    at = cora.page.evaluate(typed_at)
    cora.page.context.set_offline(False)

    cora.page.wait_for_url("**/sign-in*")
    assert cora.page.evaluate(typed_at) == at  # the week goes on, it does not begin anew
    cora.complaints.clear()  # the browser says that it was offline
    cora.fill(email=cora.email, password=cora.password)
    cora.send("password")
    cora.fill(totp=cora.totp())
    cora.page.click("form:has([name=totp]) button:not([type=button])")
    expect(cora.page.locator("[data-told]")).to_have_attribute("data-state", "sent")
    assert run(crew, "counts", session) == "1 secondary_1_3 f 12\n"


def test_the_service_worker_caches_no_other_page_of_the_desk(crew):
    cora, _session = begin(crew)
    put_away(cora.page)
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map((r) => r.scope)"
    kept = "async () => (await (await caches.open('kept')).keys()).map((r) => r.url)"

    assert cora.page.evaluate(scopes) == [cora.page.url]
    files = [each.removeprefix(crew.desk.url) for each in cora.page.evaluate(kept)]
    assert all(file.startswith(("/assets/", "/kept/")) for file in files)
    cora.go("/trainings/information-sessions")
    assert cora.page.evaluate("navigator.serviceWorker.controller") is None
    cora.page.context.set_offline(True)
    with pytest.raises(Error, match="INTERNET_DISCONNECTED"):
        cora.page.reload()


OLD = """([session, ...others]) => {
    const now = Date.now(), at = now - 8 * 24 * 3600_000, typed = { n_secondary_1_3_f: "12" };
    localStorage[`count:${session}`] = JSON.stringify({ nonce: "n", typed, isWaiting: true, at });
    if (!others.length) return;
    localStorage["count:other"] = JSON.stringify({ typed, at });
    localStorage["count:new"] = JSON.stringify({ typed, at: now });
    localStorage["scan:other"] = JSON.stringify([{ code: "old", at }]);
    localStorage["scan:new"] = JSON.stringify([{ code: "old", at }, { code: "new", at: now }]);
    localStorage["folds"] = "not ours";
}"""


def test_stored_counts_and_codes_are_deleted_after_a_week(crew):
    cora, session = begin(crew)
    page = cora.page
    put_away(page)
    page.evaluate(OLD, [session, "others"])
    page.reload()
    put_away(page)
    wait_in_page(page, "!('scan:other' in localStorage)")
    assert page.evaluate("Object.keys(localStorage).sort()") == ["count:new", "folds", "scan:new"]
    codes = page.evaluate("JSON.parse(localStorage['scan:new']).map(({ code }) => code)")
    assert codes == ["new"]

    page.evaluate(OLD, [session])
    page.context.set_offline(True)
    page.reload()  # the copy deletes what it finds of itself
    expect(page.locator("form[data-is-copy]")).to_have_count(1)
    wait_in_page(page, "(key) => !(key in localStorage)", f"count:{session}")
    expect(page.locator(f"[name={GIRLS}]")).to_have_value("")
    assert run(crew, "counts", session) == ""


def test_signing_out_leaves_nothing_on_the_phone(crew):
    cora, _session = begin(crew)
    put_away(cora.page)
    cora.page.fill(f"[name={GIRLS}]", "12")
    assert cora.page.evaluate("localStorage.length") > 0
    cora.go("/account")
    cora.page.locator("summary:visible").first.click()
    cora.press("form[action='/sign-out'] button:visible")

    nothing_stays(cora.page)


def test_without_script_it_is_an_ordinary_form(crew_without_script):
    cora, session = begin(crew_without_script)
    cora.page.fill(f"[name={GIRLS}]", "5")
    with cora.page.expect_navigation():
        cora.page.click("form[data-count] button")

    assert cora.path() == f"/trainings/information-sessions/{session}"
    assert run(crew_without_script, "counts", session) == "1 secondary_1_3 f 5\n"


def test_what_to_say_opens_offline_without_requests(crew):
    cora, session = begin(crew)
    asked: list[str] = []
    put_away(cora.page)  # what the phone asks for its copy is asked before
    cora.page.context.set_offline(True)
    cora.page.on("request", lambda request: asked.append(request.url))
    cora.page.click("details.told summary")

    expect(cora.page.locator("details.told ol")).to_be_visible()
    assert asked == []
    assert run(crew, "counts", session) == ""
