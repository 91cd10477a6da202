"""What a visitor does with a keyboard, and what axe says of where she is."""

import hashlib
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from protect.kernel.ids import short_code
from protect.reference import vocabulary
from tests.serving import wait_until

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
MOST_TABS = 400
RUN = "async (chosen) => (await axe.run(document, chosen)).violations"
HAS_AXE = "typeof axe !== 'undefined'"
# Every combination of parent, tag, attributes, label and emptiness on a page; its headings and
# landmarks in their order; its address without ids; and its direction and screen.
KIND = """() => {
  const told = /^(class|role|type|dir|scope|aria-(current|expanded|invalid|live))$/;
  const kinds = new Set();
  for (const each of document.querySelectorAll('*')) {
    const attributes = [...each.attributes].map(({name, value}) =>
      told.test(name) ? `${name}=${value}` : `${name}${value === '' ? ' empty' : ''}`);
    const parent = each.parentElement;
    kinds.add([parent?.tagName, parent?.getAttribute('class'), each.tagName,
      ...attributes.sort(), each.labels?.length, each.textContent.trim() === ''].join(' '));
  }
  const outline = document.querySelectorAll(`h1, h2, h3, h4, h5, h6, main, nav, header, footer,
    aside, form, section[aria-label], section[aria-labelledby], [role]`);
  kinds.add([...outline].map((each) =>
    each.tagName + (each.getAttribute('aria-label') ?? '')).join(' '));
  kinds.add(location.pathname.replace(/[0-9a-f-]{36}|\\d+/g, '*'));
  const is = (query) => matchMedia(query).matches;
  const screen = [document.dir, innerWidth, is('(prefers-color-scheme: dark)'),
    is('(forced-colors: active)')];
  return [screen.join(' '), [...kinds]];
}"""
COVERED = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const bar = document.querySelector('.bar');
  return !bar.contains(document.activeElement) && box.top < bar.getBoundingClientRect().bottom - 1
    && box.bottom > 0 && !document.activeElement.matches('.skip, main');
}"""


# What looks as if it could be used, and cannot get the focus.
UNREACHABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea')]
  .filter((each) => each.checkVisibility() && !each.disabled && each.type !== 'hidden')
  .filter((each) => { each.focus(); return each.tabIndex < 0 || document.activeElement !== each; })
  .map((each) => each.outerHTML.slice(0, 120))"""


class Traffic:
    """What a browser asks of other sites than one, and the cookies that it gets."""

    def __init__(self, page: Page, site: str) -> None:
        self._context, self._site = page.context, site
        self._elsewhere: list[str] = []
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self._site, "data:")):
            self._elsewhere.append(url)

    def must_stay(self) -> None:
        """Fail if the browser asked another site for anything, or has a cookie."""
        assert self._elsewhere == []
        assert self._context.cookies() == []


def place(geonames_id: int) -> str:
    return short_code("place", geonames_id)


def need(code: str) -> str:
    return vocabulary.needs()[code].short


def go(page: Page, target: Locator, *, has_script: bool) -> None:
    """Tab to a control and press Enter, as somebody without a mouse does."""
    if not has_script:  # where no script runs, none can tell what has the focus
        target.focus()
        press_enter(page)
        return
    handle = target.element_handle()
    assert handle is not None
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if handle.evaluate("each => each === document.activeElement"):
            assert not page.evaluate(COVERED), "the bar covers what has the focus"
            press_enter(page)
            return
    raise AssertionError(f"the keyboard never reaches {target}")


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def wait_in_page(page: Page, expression: str, value: object = None) -> None:
    """Wait until an expression is true in a page. `Page.wait_for_function` evaluates it inside the
    page from its second look on, and there the pages' own policy forbids that."""
    wait_until(lambda: page.evaluate(expression, value))


def link(page: Page, address: str) -> Locator:
    return page.locator(f'main a[href="{address}"]').first


def must_be_accessible(page: Page, *rules: str) -> None:
    """Fail on anything that axe finds, and on a page wider than the screen. No rules: all.

    Axe looks at a page if its address, its outline or a kind of element on it is new on such a
    screen: journeys come by the same pages again and again, and axe takes longer than they
    do. A file for each kind in which it found nothing tells the other processes of the run.
    """
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, f"{page.url} scrolls sideways"
    screen, kinds = page.evaluate(KIND)
    seen = Path(os.environ["PROTECT_TEST_AXE"])
    hashes = (hashlib.sha256(repr((screen, kind, rules)).encode()).hexdigest() for kind in kinds)
    unseen = [name for name in hashes if not (seen / name).exists()]
    if not unseen:
        return
    if not page.evaluate(HAS_AXE):  # a page keeps it from one size and colour scheme to the next
        page.evaluate(AXE.read_text("utf-8"))
    # To describe what passed would take axe a third of its time.
    chosen = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    violations: list[dict[str, Any]] = page.evaluate(RUN, chosen)
    nodes = [
        (violation["id"], [node["html"][:120] for node in violation["nodes"][:3]])
        for violation in violations
    ]
    assert not nodes, f"{page.url}: {nodes}"
    for name in unseen:
        (seen / name).touch()
