"""The desk's module and styles in a real browser, under the strictest policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django import forms
from django.core.paginator import Paginator
from playwright.sync_api import Browser, Page, Route, sync_playwright

from protect.kernel import clock
from protect.ui import assets
from tests.conftest import AXE
from tests.serving import CHROMIUM
from tests.ui.conftest import desk, page

pytestmark = pytest.mark.browser

SITE = "http://localhost"
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-once' 'strict-dynamic'; "
    "img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'"
)
LIST = """
  <div class="scroll" role="region" aria-labelledby="people" tabindex="0">
    <table class="table" data-list><caption id="people">People</caption>
      <thead><tr>{% sort "name" "Name" %}<th scope="col">State</th></tr></thead>
      <tbody>{% for each in page %}<tr>
        <th scope="row"><a href="/p/{{ each }}" id="p{{ each }}">Demo {{ each }}</a></th>
        <td data-label="State">{% state "good" "Active" %}</td></tr>{% endfor %}</tbody>
    </table>
  </div>
  {% pages page %}"""
FORM = """<form class="form" method="post" action="/save" data-keep>{% fields form %}
  <button class="button" name="move" value="send">Send</button></form>"""
PIECES = """
  {% notice "caution" title="Wait" %}<p>Not compared.</p>{% endnotice %}
  {% panel "Work" rows %}{% empty "Devices" "None yet." "Add one" "/add" %}
  {% steps labels 2 %}{% progress "Files" 7 12 %}{% codes codes "Codes" %}"""


class NoteForm(forms.Form):
    note = forms.CharField(label="Note", help_text="Short.", required=False)
    role = forms.ChoiceField(label="Role", choices=[("a", "A")], widget=forms.RadioSelect)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Site:
    """Answers a tab: its page, the files of the desk, and 204 to whatever is posted."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.posts: list[tuple[str, str]] = []
        self.complaints: list[str] = []

    def answer(self, route: Route) -> None:
        request, path = route.request, urlsplit(route.request.url).path
        if request.method == "POST":
            self.posts.append((path, request.post_data or ""))
            return route.fulfill(status=204)
        if path.startswith(assets.FILES_AT):
            media_type, content = assets.FILES[path.removeprefix(assets.FILES_AT)]
            return route.fulfill(body=content, content_type=media_type)
        headers = {"Content-Security-Policy": POLICY}
        return route.fulfill(
            body=self.html, content_type="text/html; charset=utf-8", headers=headers
        )


@pytest.fixture
def visit(
    chromium: Browser, draw: Callable[..., str]
) -> Iterator[Callable[..., tuple[Page, Site]]]:
    contexts = []

    def visited(content: str, width: int = 1200, **found: object) -> tuple[Page, Site]:
        with clock.frozen(NOW):
            site = Site(draw(page(content), **found))
        contexts.append(chromium.new_context(viewport={"width": width, "height": 700}))
        tab = contexts[-1].new_page()
        tab.on("console", lambda message: site.complaints.append(message.text))
        tab.on("pageerror", lambda error: site.complaints.append(str(error)))
        tab.clock.install(time=NOW)
        tab.route("**/*", site.answer)
        tab.goto(f"{SITE}/page")
        return tab, site

    yield visited
    for each in contexts:
        each.close()


def people(count: int) -> dict[str, object]:
    return {"page": Paginator(range(count), 50).page(1)}


@pytest.mark.parametrize("width", [1200, 320])
def test_slash_goes_to_the_search_that_can_be_seen(visit, width):
    tab, site = visit("", width=width)

    tab.keyboard.press("/")

    assert tab.evaluate("document.activeElement.name") == "q"
    assert tab.evaluate("document.activeElement.checkVisibility()")
    assert tab.input_value(":focus") == ""
    assert site.complaints == []


def test_question_mark_opens_the_keys(visit):
    tab, _ = visit("")

    tab.keyboard.press("?")
    tab.wait_for_url(f"{SITE}/keys")


def test_keys_type_while_one_types(visit):
    tab, _ = visit(FORM, form=NoteForm())

    tab.focus("#id_note")
    tab.keyboard.type("/?")

    assert tab.input_value("#id_note") == "/?"
    assert tab.url == f"{SITE}/page"


def test_single_keys_that_are_turned_off_do_nothing(visit):
    tab, _ = visit("", desk=desk(has_keys=False))

    tab.keyboard.press("/")
    tab.keyboard.press("?")

    assert tab.evaluate("document.activeElement === document.body")
    assert tab.url == f"{SITE}/page"


@pytest.mark.parametrize(
    ("keys", "focused"),
    [("ArrowDown", "p1"), ("ArrowDown ArrowDown ArrowUp", "p1"), ("ArrowUp", "p0"), ("End", "p4")],
)
def test_arrows_move_in_a_list(visit, keys, focused):
    tab, _ = visit(LIST, **people(5))

    tab.focus("#p0")
    for key in keys.split():
        tab.keyboard.press(key)

    assert tab.evaluate("document.activeElement.id") == focused


def test_ctrl_enter_presses_the_button_of_the_form(visit):
    tab, site = visit(FORM, form=NoteForm())

    tab.check("#id_role_0")
    tab.fill("#id_note", "hello")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_function("() => document.querySelector('[aria-busy]')")

    assert site.posts == [("/save", "note=hello&role=a&move=send")]


def test_a_form_is_sent_once(visit):
    tab, site = visit(FORM, form=NoteForm())

    tab.check("#id_role_0")
    tab.evaluate("document.querySelectorAll('.form button').forEach((b) => (b.click(), b.click()))")
    tab.click(".form button")

    assert len(site.posts) == 1


def test_a_form_may_be_sent_again_when_no_answer_came(visit):
    tab, site = visit(FORM, form=NoteForm())

    tab.check("#id_role_0")
    tab.click(".form button")
    tab.clock.run_for(11_000)
    tab.click(".form button")

    assert len(site.posts) == 2


def test_times_stay_true_while_one_looks(visit):
    tab, _ = visit("{{ at|when }}", at=NOW - timedelta(minutes=58))
    assert tab.inner_text("time") == "58 minutes ago"

    tab.clock.run_for(3 * 60_000)

    assert tab.inner_text("time") == "1 hour ago"


def test_a_minute_before_the_lock_one_may_stay(visit):
    tab, site = visit(FORM, form=NoteForm())
    tab.clock.run_for(14 * 60_000 + 2_000)
    assert tab.is_visible("[data-soon]")

    tab.click("[data-stay] button")
    tab.wait_for_selector("[data-soon]", state="hidden")
    tab.clock.run_for(13 * 60_000)

    assert [path for path, _ in site.posts] == ["/stay"]
    assert not tab.is_visible("[data-soon]")


def test_when_the_time_is_over_the_lock_opens(visit):
    tab, _ = visit("<p>Secret</p>")

    tab.clock.run_for(15 * 60_000 + 2_000)

    tab.wait_for_url(f"{SITE}/unlock")


def test_what_was_typed_is_covered_and_can_still_be_kept(visit):
    tab, site = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")

    tab.clock.run_for(15 * 60_000 + 2_000)

    assert not tab.is_visible("#id_note")
    tab.click("[data-keep-now]")
    assert [path for path, _ in site.posts] == ["/save"]
    assert "long+story" in site.posts[0][1]


WIDE = """<div class="scroll" role="region" aria-label="People" tabindex="0"><table class="table">
  <tbody><tr>{% for each in labels %}<td><time>30 November 2026, 09:00 CET</time></td>{% endfor %}
    <td class="table__verb"><a href="/role">Change the role<span class="unseen">: Demo Amal</span>
      </a> · <a href="/end">Put an end to the place<span class="unseen">: Demo Amal</span></a></td>
  </tr></tbody></table></div>"""


def test_a_wide_table_scrolls_in_its_region_and_never_widens_the_page(visit):
    tab, _site = visit(WIDE, 800, labels=[1, 2, 3])

    assert tab.evaluate("document.documentElement.scrollWidth") == 800
    region = tab.locator(".scroll")
    assert region.evaluate("it => it.scrollWidth > it.clientWidth")
    region.evaluate("it => it.scrollTo(it.scrollWidth, 0)")
    last = tab.locator("a[href='/end']").bounding_box()
    assert last["x"] + last["width"] <= 800


@pytest.mark.parametrize("width", [1200, 320])
def test_keeping_what_was_typed_and_throwing_it_away_do_not_touch(visit, width):
    tab, _site = visit(FORM, width, form=NoteForm())
    tab.fill("#id_note", "long story")
    tab.clock.run_for(15 * 60_000 + 2_000)

    keep, throw = tab.locator("[data-keep-now]"), tab.locator("[data-locked] a")

    one, other = keep.bounding_box(), throw.bounding_box()
    across = other["x"] - one["x"] - one["width"]
    down = other["y"] - one["y"] - one["height"]
    assert max(across, down) >= 8
    assert throw.inner_text() == "Throw it away and unlock"
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
def test_whoever_is_signed_out_is_offered_neither_the_lock_nor_their_account(visit, width):
    tab, _ = visit(FORM, width, form=NoteForm())
    tab.fill("#id_note", "long story")
    assert tab.is_visible("form[action='/lock']")

    another_window_says(tab, "'out'")
    tab.wait_for_selector("[data-over]")

    assert [own for own in OWN if tab.locator(own).locator("visible=true").count()] == []
    assert tab.is_visible("[data-over] a")


def test_signing_out_in_another_window_says_that_nothing_is_kept(visit):
    tab, site = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")

    another_window_says(tab, "'out'")

    tab.wait_for_selector("#id_note", state="hidden")
    assert tab.is_visible("[data-over]")
    assert not tab.is_visible("[data-keep-now]")
    tab.clock.run_for(15 * 60_000 + 2_000)
    assert not tab.is_visible("[data-keep-now]")
    assert site.posts == []


def test_when_the_working_day_is_over_nothing_is_offered_that_cannot_be_kept(visit):
    tab, _ = visit(FORM, form=NoteForm(), desk=desk(ends_seconds=600))
    tab.fill("#id_note", "long story")
    tab.clock.run_for(599_000)
    assert tab.is_visible("#id_note")

    tab.clock.run_for(2_000)

    assert tab.is_visible("[data-over]")
    assert not tab.is_visible("#id_note")


def test_signing_out_asks_first_when_something_is_not_sent(visit):
    tab, site = visit(FORM, form=NoteForm())
    asked: list[str] = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    tab.fill("#id_note", "long story")

    sign_out(tab)

    assert "not sent yet" in asked[0]
    assert site.posts == []


@pytest.mark.parametrize(("typed", "times"), [("long story", 1), (None, 0)])
def test_whoever_says_so_or_has_typed_nothing_is_signed_out(visit, typed, times):
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


def test_what_is_covered_stays_covered_whoever_comes_in_elsewhere(visit):
    tab, _ = visit(FORM, form=NoteForm())
    tab.fill("#id_note", "long story")
    tab.clock.run_for(15 * 60_000 + 2_000)

    another_window_says(tab, "Date.now() + 3_600_000")
    tab.clock.run_for(5_000)

    assert not tab.is_visible("#id_note")


def test_menus_close_by_escape_and_by_a_click_elsewhere(visit):
    tab, _ = visit("")

    tab.click(".menu summary")
    tab.keyboard.press("Escape")
    assert not tab.is_visible(".menu__in")

    tab.click(".menu summary")
    tab.click("h1")
    assert not tab.is_visible(".menu__in")


@pytest.mark.node
@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("content", [LIST, FORM, PIECES], ids=["list", "form", "pieces"])
def test_a_page_has_no_barrier_and_does_not_scroll_sideways(visit, content, width):
    rows = [{"text": "K7", "url": "/k7", "verb": "Answer", "due": NOW, "group": "overdue"}]
    known = {"rows": rows, "labels": ["A", "B"], "codes": ["ABCD-EFGH"], "form": NoteForm({})}
    tab, site = visit(content, width=width, **known, **people(3))

    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("axe.run({ resultTypes: ['violations'] })")

    assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert site.complaints == []
