"""The desk's module and styles in a real browser, under the strictest policy."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from protect.ui.pagination import Paginator
from tests.conftest import AXE
from tests.ui.conftest import desk
from tests.ui.tabs import FORM, NOW, SITE, NoteForm

pytestmark = pytest.mark.browser

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
PIECES = """
  {% notice "caution" title="Wait" %}<p>Not compared.</p>{% endnotice %}
  {% panel "Work" rows %}{% empty "Devices" "None yet." "Add organisation" "/add" %}
  {% steps labels 2 %}{% progress "Files" 7 12 %}{% codes codes "Codes" %}"""


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
    tab, site = visit("")

    tab.keyboard.press("?")
    tab.wait_for_url(f"{SITE}/keys")

    assert site.complaints == []


def test_shortcut_keys_type_letters_inside_a_field(visit):
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
    expect(tab.locator("[aria-busy]")).to_have_count(1)

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


def test_relative_times_are_updated_on_an_open_page(visit):
    tab, _ = visit("{{ at|when }}", at=NOW - timedelta(minutes=58))
    assert tab.inner_text("time") == "58 minutes ago"

    tab.clock.run_for(3 * 60_000)

    assert tab.inner_text("time") == "1 hour ago"


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
def test_page_is_accessible_and_does_not_scroll_sideways(visit, content, width):
    rows = [{"text": "K7", "url": "/k7", "verb": "Answer", "due": NOW, "group": "overdue"}]
    known = {"rows": rows, "labels": ["A", "B"], "codes": ["ABCD-EFGH"], "form": NoteForm({})}
    tab, site = visit(content, width=width, **known, **people(3))

    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("axe.run({ resultTypes: ['violations'] })")

    assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert site.complaints == []
