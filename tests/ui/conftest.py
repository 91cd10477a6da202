"""A desk page with what `site` gives every page, and nothing else."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, sync_playwright

from protect.kernel import clock
from tests.serving import CHROMIUM
from tests.ui.tabs import NOW, SITE, Site

URLS = {
    "home": "/",
    "search": "/search",
    "account": "/account",
    "security": "/security",
    "sign_out": "/sign-out",
    "lock": "/lock",
    "unlock": "/unlock",
    "stay": "/stay",
    "keys": "/keys",
}
NAV = [("Today", "/", True), ("People", "/people", False)]


def desk(**changed: Any) -> SimpleNamespace:
    found = {
        "nav": NAV,
        "user_name": "Demo Amal",
        "organisation_name": "Demo office Belgium",
        "is_demo": True,
        "idle_seconds": 900,
        "ends_seconds": 32_400,
        "has_keys": True,
        "urls": URLS,
    }
    return SimpleNamespace(**{**found, **changed})


@pytest.fixture
def draw() -> Callable[..., str]:
    """Render template source as a page of the desk."""

    def drawn(source: str, query: str = "", **found: Any) -> str:
        request = RequestFactory().get(f"/{query}")
        known = {"desk": desk(), "request": request, "csrf_token": "token", "csp_nonce": "once"}
        return Template(source).render(Context({**known, **found}))

    return drawn


def page(content: str) -> str:
    """Return the source of a page of the desk around some content."""
    return (
        '{% extends "ui/desk.html" %}{% block title %}People{% endblock %}'
        "{% block heading %}People{% endblock %}{% block content %}" + content + "{% endblock %}"
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


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
