"""A film from its video to a phone, a text that is heard, and the photograph of a poster."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from protect.findhelp import addresses
from protect.uploads.refusal_reasons import MEBIBYTE
from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.test_desk_checking import Office
from tests.browser.test_directory_pages import see
from tests.browser.test_programme_site import own_site
from tests.browser.walking import must_be_accessible, wait_in_page
from tests.uploads.media.samples import needs_ffmpeg, tone, video
from tests.uploads.sample_files import picture

pytestmark = [pytest.mark.browser, pytest.mark.node, needs_ffmpeg]
SECONDS = 40
OVERLAP = """WEBVTT

00:01.000 --> 00:05.000
It is not your fault.

00:04.000 --> 00:08.000
You can tell someone.
"""
TRANSCRIPT = "Two women talk at a bus stop.\n\nIt is not your fault. You can tell someone."


@pytest.fixture
def crew(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, loaded_desk, width=1200)
    yield found
    found.close()


@pytest.fixture
def cora(crew) -> Colleague:
    (cora,) = Office(crew, "coordinator").people
    return cora


def attach(somebody: Colleague, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    somebody.page.set_input_files("main [name=file]", file)


def publish_a_film(cora: Colleague, film: str) -> None:
    """Upload a video, correct the subtitles, publish."""
    cora.go(film)
    cora.press("a[href$='/film']")
    assert "No video yet" in cora.reads()
    cora.press("a[href$='/film/files']")
    attach(cora, "film.mp4", b"%PDF-1.7")
    cora.page.select_option("[name=language]", "en")
    cora.send("language")
    assert "not an MP4" in cora.reads()
    attach(cora, "film.mp4", video(seconds=SECONDS))
    cora.send("language")
    assert "Being made" in cora.reads()
    assert cora.desk.run("tests.browser.filming", "make") == "ready"
    cora.go(f"{film}/film")
    assert not cora.page.locator("form[action$='/publish']").count()  # no text yet
    cora.send("language")
    cora.fill(title="Demo film", transcript=TRANSCRIPT, subtitles=OVERLAP)
    cora.send("title")
    assert "Subtitle 2, line 6: it begins before subtitle 1 ends." in cora.reads()
    assert cora.page.input_value("[name=transcript]").replace("\r", "") == TRANSCRIPT
    cora.fill(subtitles=OVERLAP.replace("00:04.000 -->", "00:05.500 -->"))
    cora.send("title")
    assert "with subtitles" in cora.reads()
    cora.press("form[action$='/publish'] button")
    assert "On the site" in cora.reads()


def test_a_film_reaches_a_phone_text_first_and_can_be_sought_in(crew, cora):
    film, _file, code = crew.desk.run("tests.browser.filming", "plan", cora.email).split("|")
    crew.desk.run("tests.browser.filming", "release")
    publish_a_film(cora, film)
    context = crew.chromium.new_context(viewport={"width": 320, "height": 640})
    page, asked = context.new_page(), []
    page.on("request", lambda each: asked.append((each.url, each.headers.get("range"))))
    page.goto(f"{own_site(crew.desk.url)}/en/resources?kind=film")
    page.click(f"main a[href='/en/films/{code}']")
    page.wait_for_load_state("networkidle")

    text = page.inner_text("main")
    assert text.index("It is not your fault.") < text.index("Nothing is loaded before")
    assert "40 seconds" in text
    must_be_accessible(page)
    assert not [url for url, _range in asked if url.endswith(".mp4") or ".mp4?" in url]
    play_and_seek(page)
    assert [sent for url, sent in asked if ".mp4" in url and sent]  # parts were asked for
    assert {url.split("/")[2] for url, _range in asked} == {own_site(crew.desk.url).split("/")[2]}
    assert context.cookies() == []
    context.close()
    cora.press("form[action$='/unpublish'] button")
    assert "Not on the site" in cora.reads()


def play_and_seek(page: Page) -> None:
    """Play the film, without sound, jump to its end, and read the second subtitle there."""
    page.evaluate(
        "() => { const film = document.querySelector('video'); film.muted = true;"
        " film.textTracks[0].mode = 'showing'; return film.play() }"
    )
    page.evaluate("() => { document.querySelector('video').currentTime = 30 }")
    wait_in_page(page, "document.querySelector('video').currentTime > 30")
    assert page.evaluate("document.querySelector('video').videoHeight") == 240
    wait_in_page(page, "document.querySelector('video').textTracks[0].cues?.length === 2")
    cues = page.evaluate("[...document.querySelector('video').textTracks[0].cues].map(c => c.text)")
    assert cues == ["It is not your fault.", "You can tell someone."]


def test_a_text_is_heard_on_find_help_until_it_changes(crew, cora):
    cora.go("/texts/men/fr")
    cora.press("a[href$='/recordings']")
    cora.press("#lead a[href$='/files']")
    attach(cora, "demo.wav", tone("wav", 3))
    cora.send("origin")
    assert "3 seconds" in cora.reads()
    see(cora)
    crew.desk.run("tests.browser.filming", "release")
    context = crew.chromium.new_context(viewport={"width": 320, "height": 640})
    page, asked = context.new_page(), []
    page.on("request", lambda each: asked.append(each.url))
    page.goto(f"{crew.desk.public}/fr/{addresses.rights_in('BE', 'men').code}")
    page.wait_for_load_state("networkidle")

    assert not [url for url in asked if "/s/" in url]
    must_be_accessible(page)
    assert "kilooctet" in page.inner_text("main")
    page.evaluate(
        "() => { const sound = document.querySelector('audio'); sound.muted = true;"
        " return sound.play() }"
    )
    wait_in_page(page, "document.querySelector('audio').currentTime > 0")
    assert page.evaluate("document.querySelector('audio').currentSrc").endswith(".ogg")
    assert 2.5 < page.evaluate("document.querySelector('audio').duration") < 3.5
    assert page.title().startswith("Info")
    assert page.evaluate("navigator.mediaSession.metadata") is None
    assert context.cookies() == []
    context.close()


def test_a_photograph_of_a_poster_in_its_place_is_kept_once_no_person_is_confirmed(crew, cora):
    _film, file, _code = crew.desk.run("tests.browser.filming", "plan", cora.email).split("|")
    cora.go(file)
    cora.press("main a[href$='/files']")
    attach(cora, "demo.png", picture("PNG"))
    cora.send("has_no_people")
    assert "shows no person" in cora.reads()
    assert "you need not choose it again" in cora.reads()
    cora.page.check("[name=has_no_people]")
    cora.send("has_no_people")
    shown = cora.page.locator("figure.photograph img")
    assert shown.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
    see(cora)
    cora.press("figure.photograph form button")
    assert shown.count() == 0


def test_a_video_of_two_gigabytes_is_refused_at_once(crew, cora, tmp_path: Path):
    film, _file, _code = crew.desk.run("tests.browser.filming", "plan", cora.email).split("|")
    large = tmp_path / "large.mp4"
    with large.open("wb") as out:
        out.truncate(2048 * MEBIBYTE)
    cora.go(f"{film}/film/files")
    cora.page.select_option("[name=language]", "en")
    cora.page.set_input_files("main [name=file]", large)
    cora.page.get_by_role("button", name="Upload").click()
    wait_in_page(cora.page, "document.body.innerText.includes('at most 200 MB')")

    assert "Nothing was read or kept" in cora.page.inner_text("body")
    cora.go(f"{film}/film")
    assert "No video yet" in cora.reads()
