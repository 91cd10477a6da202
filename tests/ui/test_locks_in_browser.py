"""The lock of the desk in a real browser: it comes, covers, and is heard in every window."""

import pytest
from playwright.sync_api import Page

from tests.ui.conftest import desk
from tests.ui.tabs import FORM, SITE, NoteForm

pytestmark = pytest.mark.browser


def test_user_can_stay_signed_in_a_minute_before_the_lock(visit):
    tab, site = visit(FORM, form=NoteForm())
    tab.clock.run_for(14 * 60_000 + 2_000)
    assert tab.is_visible("[data-soon]")

    tab.click("[data-stay] button")
    tab.wait_for_selector("[data-soon]", state="hidden")
    tab.clock.run_for(13 * 60_000)

    assert [path for path, _ in site.posts] == ["/stay"]
    assert not tab.is_visible("[data-soon]")


def test_unlock_page_opens_when_the_time_is_over(visit):
    tab, _ = visit("<p>Secret</p>")

    tab.clock.run_for(15 * 60_000 + 2_000)

    tab.wait_for_url(f"{SITE}/unlock")

    assert tab.url == f"{SITE}/unlock"


def test_lock_covers_typed_text_and_offers_to_keep_it(visit):
    tab, site = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")

    tab.clock.run_for(15 * 60_000 + 2_000)

    assert not tab.is_visible("#id_note")
    tab.click("[data-keep-now]")
    assert [path for path, _ in site.posts] == ["/save"]
    assert "long+story" in site.posts[0][1]


@pytest.mark.parametrize("width", [1200, 320])
def test_keep_and_discard_buttons_do_not_touch(visit, width):
    tab, _site = visit(FORM, width, form=NoteForm())
    tab.fill("#id_note", "long story")
    tab.clock.run_for(15 * 60_000 + 2_000)

    keep, throw = tab.locator("[data-keep-now]"), tab.locator("[data-locked] a")

    one, other = keep.bounding_box(), throw.bounding_box()
    across = other["x"] - one["x"] - one["width"]
    down = other["y"] - one["y"] - one["height"]
    assert max(across, down) >= 8
    assert throw.inner_text() == "Discard the text and unlock"
    assert "button" not in (throw.get_attribute("class") or "")


ELSEWHERE = "new BroadcastChannel('desk').postMessage({said})"


def another_window_says(tab: Page, said: str) -> None:
    other = tab.context.new_page()
    other.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    other.goto(f"{SITE}/other")
    other.evaluate(ELSEWHERE.format(said=said))
    other.close()


def test_locking_in_another_window_covers_this_one(visit):
    tab, _ = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")

    another_window_says(tab, "'locked'")

    tab.wait_for_selector("#id_note", state="hidden")
    assert tab.is_visible("[data-keep-now]")


OWN = ["form[action='/lock']", "form[action='/sign-out']", ".pocket", ".menu", "[data-search]"]


@pytest.mark.parametrize("width", [1200, 320])
def test_signed_out_user_is_offered_neither_lock_nor_account(visit, width):
    tab, _ = visit(FORM, width, form=NoteForm())
    tab.fill("#id_note", "long story")
    assert tab.is_visible("form[action='/lock']")

    another_window_says(tab, "'out'")
    tab.wait_for_selector("[data-over]")

    assert [own for own in OWN if tab.locator(own).locator("visible=true").count()] == []
    assert tab.is_visible("[data-over] a")


def test_sign_out_in_another_window_warns_that_nothing_is_kept(visit):
    tab, site = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")

    another_window_says(tab, "'out'")

    tab.wait_for_selector("#id_note", state="hidden")
    assert tab.is_visible("[data-over]")
    assert not tab.is_visible("[data-keep-now]")
    tab.clock.run_for(15 * 60_000 + 2_000)
    assert not tab.is_visible("[data-keep-now]")
    assert site.posts == []


def test_session_end_offers_no_draft_that_cannot_be_kept(visit):
    tab, _ = visit(FORM, form=NoteForm(), desk=desk(ends_seconds=600))
    tab.fill("#id_note", "long story")
    tab.clock.run_for(599_000)
    assert tab.is_visible("#id_note")

    tab.clock.run_for(2_000)

    assert tab.is_visible("[data-over]")
    assert not tab.is_visible("#id_note")


def test_sign_out_asks_first_if_a_form_is_not_sent(visit):
    tab, site = visit(FORM, form=NoteForm())
    asked: list[str] = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    tab.fill("#id_note", "long story")

    sign_out(tab)

    assert "You have unsent text here or in another window." in asked[0]
    assert site.posts == []


@pytest.mark.parametrize(("typed", "times"), [("long story", 1), (None, 0)])
def test_confirmed_or_empty_form_allows_sign_out(visit, typed, times):
    tab, _ = visit(FORM, form=NoteForm())
    asked: list[str] = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    if typed:
        tab.fill("#id_note", typed)

    with tab.expect_request(f"{SITE}/sign-out"):
        sign_out(tab)

    assert len(asked) == times


def sign_out(tab: Page) -> None:
    tab.click(".menu summary")
    tab.click(".menu form[data-ask] button")
    tab.clock.run_for(1_000)


def test_covered_text_stays_covered_if_another_user_signs_in(visit):
    tab, _ = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")
    tab.clock.run_for(15 * 60_000 + 2_000)

    another_window_says(tab, "Date.now() + 3_600_000")
    tab.clock.run_for(5_000)

    assert not tab.is_visible("#id_note")
