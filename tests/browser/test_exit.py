import pytest

from protect.findhelp.enums import SpotKind
from protect.kernel.ids import short_code
from tests.browser.walking import need, place

pytestmark = pytest.mark.browser

VALLETTA = place(2562305)
RESULTS = f"/en/{VALLETTA}-{need('talk')}"
ROUND = [
    pytest.param("/", id="languages"),
    pytest.param("/en", id="countries"),
    pytest.param(RESULTS, id="answers"),
    pytest.param(f"/ar/{VALLETTA}-{need('talk')}", id="right to left"),
    pytest.param(f"/en/{short_code(SpotKind.TIPS, '')}", id="traces"),
    pytest.param("/en/zzzzzz", id="not found"),
]


def arrive(page, site, neutral, *addresses):
    """Come from some other site, as people do."""
    page.goto(f"{neutral.url}/before")
    for address in addresses:
        page.goto(f"{site}{address}")


def leave(page):
    page.locator("a.exit").click()
    page.wait_for_url("**/today")


def must_be_neutral(page):
    """Wait for the neutral site; whatever of ours is drawn on the way has nothing to read."""
    page.wait_for_function(
        "() => { const read = document.body?.innerText ?? ''; "
        "if (document.querySelector('.bar')?.checkVisibility()) throw Error('ours: ' + read); "
        "return document.title === 'Weather'; }"
    )


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("address", ROUND)
def test_after_leaving_back_shows_only_neutral_sites(page, site, neutral, address):
    arrive(page, site, neutral, "/fr", address)

    leave(page)

    for step in ("/today", "/before"):  # the first page, replaced; then where we came from
        page.go_back(wait_until="commit")
        must_be_neutral(page)
        assert page.url == f"{neutral.url}{step}"


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_after_leaving_a_refined_answer_back_shows_only_neutral_sites(page, site, neutral):
    arrive(page, site, neutral, RESULTS)
    page.locator("#refine > summary").click()
    page.get_by_label("Woman or girl").check()
    page.locator("#refine button").click()
    page.wait_for_url("**/en/r/*")

    leave(page)

    page.go_back(wait_until="commit")
    must_be_neutral(page)


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_three_presses_of_shift_leave_the_site(page, site, neutral):
    arrive(page, site, neutral, RESULTS)

    page.keyboard.press("Shift")
    assert page.locator(".status").inner_text() == "Press Shift 2 more to close"
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")

    page.wait_for_url("**/today")


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_another_key_resets_the_count_of_shift_presses(page, site, neutral):
    arrive(page, site, neutral, RESULTS)

    for key in ("Shift", "Shift", "a", "Shift"):
        page.keyboard.press(key)

    assert page.locator(".status").inner_text() == "Press Shift 2 more to close"
    assert page.url == f"{site}{RESULTS}"


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_nothing_is_stored_before_leaving_and_one_character_after(page, site, neutral):
    arrive(page, site, neutral, RESULTS)
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]

    leave(page)
    page.goto(f"{site}/en")  # by hand: a typed return works, and takes the mark away

    assert page.locator("h1").is_visible()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("has_script", [True], indirect=True, ids=["script"])
def test_the_back_button_works(page, site, neutral):
    arrive(page, site, neutral, "/en", RESULTS)

    page.go_back()

    assert page.url == f"{site}/en"
    assert page.locator("h1").is_visible()


def test_the_exit_is_a_working_link_without_referrer(page, site, neutral):
    arrive(page, site, neutral, RESULTS)

    leave(page)

    assert page.title() == "Weather"
    assert not any(site in (referrer or "") for referrer in neutral.referrers)


def test_the_exit_is_large_and_in_reach(page, site, neutral):
    arrive(page, site, neutral, RESULTS)
    page.mouse.wheel(0, 2000)

    box = page.locator("a.exit").bounding_box()

    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    assert 0 <= box["y"] < 100
