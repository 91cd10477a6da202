"""Public pages on the phone of a visitor: no small text, and what she needs on the first screen."""

import pytest

from protect.findhelp import addresses
from protect.findhelp.enums import SpotKind
from protect.kernel.ids import short_code
from tests.browser.walking import need, place

pytestmark = pytest.mark.browser

LEAST_SIZE = 14  # pixels of a text on a public page
PHONE = {"width": 390, "height": 664}
LIEGE, MADRID = place(2792413), place(3117735)
BELGIUM, MALTA = (short_code(SpotKind.COUNTRY, code) for code in ("BE", "MT"))
FIRST_HOURS, POLICE = (addresses.first_hours_in("BE").code, addresses.police_in("BE").code)
PAGES = (
    *("", "/q", f"/{BELGIUM}", f"/{MALTA}/q", f"/{short_code(SpotKind.INITIAL, 'MT:M')}"),
    *(f"/{LIEGE}", f"/{LIEGE}/q", f"/{addresses.ANYWHERE.code}/q", f"/{addresses.TIPS.code}"),
    *(f"/{LIEGE}/{FIRST_HOURS}", f"/{LIEGE}/q/{POLICE}", f"/{FIRST_HOURS}", "/zzzzzz", "/r/gone"),
    *(f"/{LIEGE}-{need(code)}" for code in ("hurt-now", "child", "helping", "law-papers")),
    *(f"/{MADRID}-{need('talk')}/q", f"/{MADRID}-{need('talk')}/2"),
    *(f"/{LIEGE}/{addresses.rights_in('BE', code).code}" for code in ("rights", "men", "asylum")),
)
SMALL_TEXTS = """(least) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (texts.nextNode()) {
    const {textContent, parentElement} = texts.currentNode;
    const size = parseFloat(getComputedStyle(parentElement).fontSize);
    if (textContent.trim() && size < least) small.push(`${size}: ${textContent.trim()}`);
  }
  return small;
}"""
WORDS_CUT = """() => [...document.querySelectorAll('.tongues a')]
  .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"""


@pytest.fixture
def phone(chromium):
    page = chromium.new_page(viewport=PHONE)
    yield page
    page.close()


def open_all(phone, paths):
    for path in paths:
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        yield path


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_no_text_of_a_public_page_is_small(phone, site, tag):
    paths = ["/", f"/l/{tag}/{LIEGE}", *(f"/{tag}{path}" for path in PAGES)]
    for path in open_all(phone, [f"{site}{path}" for path in paths]):
        assert phone.evaluate(SMALL_TEXTS, LEAST_SIZE) == [], path
    phone.goto(f"{site}/{tag}/{LIEGE}-{need('talk')}")
    phone.locator("article.card h2 a").first.click()
    assert phone.locator("dl.facts").is_visible()
    assert phone.evaluate(SMALL_TEXTS, LEAST_SIZE) == []
    phone.locator("main a[href$='/w']").click()
    assert phone.evaluate(SMALL_TEXTS, LEAST_SIZE) == []


@pytest.mark.parametrize("tag", ["en", "de", "uk", "ar"])
def test_town_and_countries_are_on_the_first_screen(phone, site, tag):
    phone.goto(f"{site}/{tag}")

    fourth = phone.locator("main .choices a").nth(3)

    for part in (phone.locator("main form button"), fourth):
        box = part.bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]


@pytest.mark.parametrize("width", [320, 390])
def test_each_script_begins_on_the_first_screen_of_the_languages(phone, site, width):
    phone.set_viewport_size({**PHONE, "width": width})
    phone.goto(f"{site}/")

    latin, others = phone.locator(".columns > ul").all()

    assert phone.evaluate(WORDS_CUT) == []
    assert latin.bounding_box()["y"] == others.bounding_box()["y"]
    for tag in ("en", "el", "uk", "ar"):
        assert phone.locator(f"main a[lang={tag}]").bounding_box()["y"] < PHONE["height"]


def test_visitors_can_state_that_they_cannot_speak_before_choosing_a_place(phone, site):
    phone.goto(f"{site}/en")
    phone.locator(".urgent a[href$='/q']").click()
    assert "In danger now? Call." not in phone.locator("main").inner_text()
    phone.get_by_label("Town or village").fill("Zzzz")
    phone.locator("main form button").click()
    assert "We do not know this place" in phone.locator("h1").inner_text()
    phone.get_by_label("Town or village").fill("Liège")
    phone.locator("main form button").click()

    assert phone.url == f"{site}/en/{LIEGE}/q"
    assert "112 BE" in phone.locator(".urgent").inner_text()
    phone.get_by_role("link", name="Show services with a telephone, too").click()
    assert phone.url == f"{site}/en/{LIEGE}"


@pytest.mark.parametrize("quiet", ["", "/q"])
def test_pages_about_the_country_lead_back_to_the_town(phone, site, quiet):
    phone.goto(f"{site}/en/{LIEGE}-{need('doctor')}{quiet}")
    for words, page in (("If it just happened", FIRST_HOURS), ("Police", POLICE)):
        phone.get_by_role("link", name=words, exact=True).first.click()
        assert phone.url == f"{site}/en/{LIEGE}{quiet}/{page}"
        assert "Liège · Belgium" in phone.locator(".lead").inner_text()
    phone.get_by_role("link", name="Someone to talk to").click()

    assert phone.url == f"{site}/en/{LIEGE}-{need('talk')}{quiet}"
