"""The chart of changes on a page of the desk, in a real browser."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, Page, Route, sync_playwright

from protect.assessments.statistics.test_results import PrePostResults, compute
from protect.ui import assets
from tests.assessments.statistics.given import LIMITS, make_answers
from tests.conftest import AXE
from tests.serving import CHROMIUM
from tests.ui.conftest import desk, page

SITE = "http://localhost"
SOURCE = page("{% load assessment_results %}{% measured_change found %}")


def course(pairs: int, before: float = 3) -> PrePostResults:
    pre = [before + row % 3 for row in range(pairs)]
    return compute(
        make_answers(pre), make_answers([6.0 + row % 4 for row in range(pairs)]), 10, LIMITS
    )


def preview(results: PrePostResults, tag: str = "en") -> str:
    known = {
        "desk": desk(),
        "request": RequestFactory().get("/"),
        "csrf_token": "",
        "csp_nonce": "n",
    }
    with translation.override(tag):
        return Template(SOURCE).render(Context({**known, "found": results}))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    tabs: list[Page] = []

    def visited(results: PrePostResults, tag: str = "en", width: int = 1200, **how: str) -> Page:
        html = preview(results, tag)

        def answer(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if path.startswith(assets.ASSETS_PATH):
                media_type, content = assets.CONTENT_BY_NAME[path.removeprefix(assets.ASSETS_PATH)]
                return route.fulfill(body=content, content_type=media_type)
            return route.fulfill(body=html, content_type="text/html; charset=utf-8")

        tabs.append(chromium.new_page(viewport={"width": width, "height": 800}, bypass_csp=True))
        tabs[-1].emulate_media(**how)
        tabs[-1].route("**/*", answer)
        tabs[-1].goto(f"{SITE}/preview")
        return tabs[-1]

    yield visited
    for tab in tabs:
        tab.close()


def test_table_has_the_numbers_of_the_dots():
    html = preview(course(12))

    assert html.index("confidence") < html.index('<svg viewBox="0 0 400')
    assert "t-test" not in html
    assert html.count('<th scope="row">') == 6
    assert 'role="img"' in html
    assert "These figures show what changed, not why it changed." in html


def test_few_pairs_show_neither_mean_nor_effect_size():
    html = preview(course(7))

    assert "Median" in html
    assert "change__interval" not in html
    for word in ("g_av", "Normalised"):
        assert word not in html


def test_very_few_pairs_show_no_dots():
    html = preview(course(4))

    assert "Hidden:" in html
    assert "Tests before:" in html
    assert '<th scope="row">' not in html


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("tag", "width"), [("en", 1200), ("ar", 320)])
def test_the_chart_has_no_accessibility_violations(visit, tag, width, scheme):
    tab = visit(course(12), tag, width, color_scheme=scheme)
    tab.add_script_tag(path=AXE)

    found = tab.evaluate("axe.run('.change').then(found => found.violations.map(v => v.id))")

    assert found == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_axis_runs_from_less_to_more_in_every_writing_direction(visit, tag):
    tab = visit(course(12), tag)

    xs = tab.eval_on_selector_all(
        ".change text", "all => all.map(t => t.getBoundingClientRect().x)"
    )

    assert len(xs) > 2
    assert xs == sorted(xs)


@pytest.mark.browser
@pytest.mark.parametrize(
    "how", [{"media": "print"}, {"forced_colors": "active"}, {"color_scheme": "dark"}]
)
def test_dots_and_interval_are_visible_in_print_and_forced_colours(visit, how):
    tab = visit(course(12), **how)

    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    for selector, side in (
        (".dots > svg .dot", "stroke"),
        (".change__middle", "fill"),
        (".change text", "fill"),
    ):
        colour = tab.eval_on_selector(selector, f"e => getComputedStyle(e).{side}")
        assert colour not in {"none", paper}
    assert tab.is_visible(".change__table")
