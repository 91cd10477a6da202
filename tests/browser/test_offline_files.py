"""The offline file as a person opens it who got it from a friend: on a small phone, by file://."""

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT
from tests.browser.walking import must_be_accessible
from tests.serving import PROTECT

pytestmark = [pytest.mark.browser, pytest.mark.node]


def file_in(tag: str, database: str, folder: Path) -> Path:
    """Return the file of Malta in a language, made by the command from the demo."""
    file = folder / f"{tag}.html"
    environ = {**os.environ, "PROTECT_DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
    command = [str(PROTECT), "write-offline-file", "MT", tag, str(file)]
    subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True)
    return file


def open_file(browser: Browser, file: Path, *, has_script: bool) -> tuple[Page, list[str]]:
    """Return the opened file, and a list of all requests and messages of the browser."""
    heard: list[str] = []
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=has_script)
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("tag", ["en", "ar", "ti", "so"])
def test_a_file_pleases_axe_on_a_small_phone_and_loads_nothing(
    chromium, database_url, tmp_path, tag
):
    file = file_in(tag, database_url, tmp_path)
    page, heard = open_file(chromium, file, has_script=True)

    must_be_accessible(page)
    page.emulate_media(color_scheme="dark")
    must_be_accessible(page)

    assert [each for each in heard if each not in {file.as_uri(), "data:,"}] == []
    assert page.title() == "Info"
    page.close()


def test_without_script_its_contents_lead_to_each_page_and_back(chromium, database_url, tmp_path):
    page, _heard = open_file(chromium, file_in("ar", database_url, tmp_path), has_script=False)
    links = page.locator("#p0 a").all()

    assert len(links) > 20
    for link in links[:: len(links) // 5]:
        target = str(link.get_attribute("href"))
        link.click()
        assert page.url.endswith(target)
        assert page.locator(f"{target} h2").first.is_visible()
        page.locator(f"{target} .back").click()
        assert page.url.endswith("#p0")
    page.close()


def test_printed_each_page_begins_on_its_own_sheet(chromium, database_url, tmp_path):
    page, _heard = open_file(chromium, file_in("en", database_url, tmp_path), has_script=True)

    page.emulate_media(media="print")

    assert page.locator("#p1").evaluate("each => getComputedStyle(each).breakBefore") == "page"
    assert not page.locator(".back").first.is_visible()
    assert page.locator(".urgent").is_visible()
    page.close()
