"""Four people who need help, on a small phone, by keyboard, with and without script."""

import re

import pytest
from playwright.sync_api import expect

from protect.findhelp import addresses
from protect.findhelp.enums import SpotKind
from protect.kernel.ids import short_code
from tests.browser.walking import Traffic, go, link, must_be_accessible, need, place

pytestmark = [pytest.mark.browser, pytest.mark.node]

VALLETTA, LODZ, ATHENS, LIEGE = (place(each) for each in (2562305, 3093133, 264371, 2792413))


def rights(code):
    """The code in the address of a page about rights in Belgium."""
    return addresses.rights_in("BE", code).code


class Walk:
    """A visitor on her way: every step by keyboard, every page looked at by axe."""

    def __init__(self, page, site, has_script):
        self.page, self.site, self.has_script = page, site, has_script
        self.traffic = Traffic(page, site)

    def open(self, address):
        self.page.goto(f"{self.site}{address}")
        self.look()

    def take(self, address):
        go(self.page, link(self.page, address), has_script=self.has_script)
        assert self.page.url == f"{self.site}{address}"
        self.look()

    def press(self, selector):
        go(self.page, self.page.locator(selector).first, has_script=self.has_script)
        self.look()

    def look(self):
        assert self.page.locator("a.exit").is_visible()
        self.traffic.must_stay()
        if self.has_script:
            must_be_accessible(self.page)

    def read(self, selector="main"):
        return self.page.locator(selector).inner_text()


@pytest.fixture
def walk(page, site, has_script):
    return Walk(page, site, has_script)


def test_tigrinya_speaker_in_malta(walk):
    walk.open("/")
    walk.take("/ti")
    walk.take(f"/ti/{short_code(SpotKind.COUNTRY, 'MT')}")
    walk.take(f"/ti/{short_code(SpotKind.INITIAL, 'MT:V')}")
    walk.take(f"/ti/{VALLETTA}")
    walk.take(f"/ti/{VALLETTA}-{need('talk')}")

    assert walk.page.locator("html").get_attribute("lang") == "ti"
    assert walk.page.locator("article.card").count() >= 3
    assert "ትግርኛ" in walk.read()  # whether anybody there speaks it is said of each
    walk.press("article.card h2 a")
    assert walk.page.locator("dl.facts").is_visible()


def test_tigrinya_speaker_in_liege_shows_a_sentence_in_french(walk):
    walk.open(f"/ti/{LIEGE}")
    walk.take(f"/ti/{LIEGE}-{need('safe-place')}")
    must_show_sentence_below_number(walk.page)
    walk.press("article.card h2 a")
    must_show_sentence_below_number(walk.page)


def must_show_sentence_below_number(page):
    """Require the sentence below the first number, readable from afar and not larger than it."""
    sentence, number = page.locator(".to-show"), page.locator(".card__call").first
    expect(sentence).to_have_text("Je parle tigrigna. J’ai besoin d’un interprète.")
    expect(sentence).to_have_attribute("lang", "fr")
    size, number_size = (
        float(each.evaluate("each => getComputedStyle(each).fontSize").removesuffix("px"))
        for each in (sentence, number)
    )
    assert 20 <= size <= number_size
    assert sentence.bounding_box()["y"] > number.bounding_box()["y"]


def test_man_looking_for_counselling_in_lodz(walk):
    walk.open("/en")
    walk.page.get_by_label("Town or village").fill("Łódź")
    walk.press(".form button")
    assert walk.page.url == f"{walk.site}/en/{LODZ}"
    walk.take(f"/en/{LODZ}-{need('talk')}")
    walk.page.locator("#refine").evaluate("each => each.open = true") if walk.has_script else (
        walk.page.locator("#refine > summary").click()
    )
    walk.page.get_by_label("Man or boy").check()
    walk.press("#refine button")

    assert "/en/r/" in walk.page.url
    assert walk.page.locator("article.card").count() >= 1
    cards = " ".join(walk.page.locator("article.card").all_inner_texts())
    assert "Says it is for women" not in cards
    walk.press("#main .said button")
    assert walk.page.url == f"{walk.site}/en/{LODZ}-{need('talk')}"


def test_undocumented_woman_with_two_sons_needing_shelter_in_athens_at_night(walk):
    walk.open(f"/fa/{ATHENS}-{need('safe-place')}")
    assert walk.page.locator("html").get_attribute("dir") == "rtl"
    walk.page.locator("#refine > summary").click()
    walk.page.locator("input[name=gender][value=f]").check()
    walk.page.locator("input[name=age]").fill("۳۱")
    walk.page.locator("select[name=status]").select_option("undocumented")
    walk.page.locator("input[name=sons]").fill("۹، ۱۳")
    walk.press("#refine button")

    assert "/fa/r/" in walk.page.url
    assert walk.page.locator("p.error").count() == 0
    assert walk.page.locator("article.card").count() >= 1
    cards = walk.page.locator("article.card").all_inner_texts()
    assert not any(re.search(r"\d{1,2}[:.]\d{2} .*Athens, \w+ \d+", card) for card in cards)
    assert "112" in walk.read()


def test_helper_in_liege(walk):
    walk.open(f"/fr/{LIEGE}")
    walk.take(f"/fr/{LIEGE}-{need('helping')}")
    assert walk.page.locator("main li").count() >= 9
    walk.take(f"/fr/{LIEGE}-{need('law-papers')}")

    assert walk.page.locator("article.card").count() >= 3
    walk.press("article.card h2 a")
    assert walk.page.locator("dl.facts").is_visible()
    walk.press(".foot a")
    assert addresses.TIPS.code in walk.page.url


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_from_a_town_to_a_page_about_rights_and_to_services(walk, tag):
    walk.open(f"/{tag}/{LIEGE}")
    walk.press(f"footer a[href$='/{rights('rights')}']")
    walk.take(f"/{tag}/{LIEGE}/{rights('men')}")
    assert walk.page.locator("html").get_attribute("dir") == ("rtl" if tag == "ar" else "ltr")

    walk.press(f"main a[href='/{tag}/{LIEGE}-{need('talk')}']")
    assert walk.page.locator("article.card").count() >= 3


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("tag", ["ar", "ti", "de"])
def test_every_kind_of_page_pleases_axe(walk, tag):
    for address in (
        "/",
        f"/{tag}",
        f"/{tag}/{short_code(SpotKind.COUNTRY, 'BE')}",
        f"/{tag}/{LIEGE}/q",
        f"/{tag}/{LIEGE}-{need('hurt-now')}",
        f"/{tag}/{LIEGE}-{need('child')}",
        f"/{tag}/{short_code(SpotKind.TIPS, '')}",
        *(f"/{tag}/{LIEGE}/{rights(code)}" for code in ("rights", "fgm")),
        f"/{tag}/{LIEGE}/q/{rights('asylum')}",
        f"/{tag}/{LIEGE}/{addresses.police_in('BE').code}",
        f"/{tag}/{LIEGE}/{addresses.first_hours_in('BE').code}",
        f"/{tag}/zzzzzz",
        f"/{tag}/r/gone",
    ):
        walk.open(address)


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("how", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str)
def test_dark_and_forced_colours_keep_their_contrast(walk, how):
    walk.page.emulate_media(**how)

    walk.open(f"/en/{LIEGE}-{need('law-papers')}")
    walk.open(f"/en/{LIEGE}")
    walk.open(f"/en/{LIEGE}/{rights('compensation')}")


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_text_twice_as_large_still_fits(walk):
    walk.page.set_viewport_size({"width": 412, "height": 800})
    walk.open(f"/de/{LIEGE}-{need('law-papers')}")

    walk.page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert walk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    walk.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert walk.page.locator("#id_avoid").is_visible()
    assert walk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_link_about_children_opens_the_form_at_their_ages(walk):
    walk.open(f"/en/{LIEGE}-{need('safe-place')}")
    assert not walk.page.locator("#id_sons").is_visible()

    walk.page.locator("main a[href='#id_sons']").click()

    walk.page.locator("#id_sons").wait_for(state="visible")
    expect(walk.page.locator("#id_sons")).to_be_in_viewport()
    label, bar = walk.page.locator("label[for=id_sons]"), walk.page.locator(".bar")
    assert label.bounding_box()["y"] >= bar.bounding_box()["height"]


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_on_paper_there_are_answers_and_no_controls(walk):
    walk.open(f"/en/{LIEGE}-{need('law-papers')}")

    walk.page.emulate_media(media="print")

    assert not walk.page.locator("a.exit").is_visible()
    assert walk.page.locator("article.card").first.is_visible()
