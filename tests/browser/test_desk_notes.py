"""Notes as a team lives with them: written, found, changed by two at once, with files, erased."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser

from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite, Worker
from tests.uploads.sample_files import opened, picture

pytestmark = [pytest.mark.browser, pytest.mark.node]
NAME = "Demo Ngô Thị"
TEXT = "One line.\nAnother.\n\nفقرة بالعربية."


@pytest.fixture
def crew_of(chromium: Browser, desk: DeskSite) -> Iterator[Callable[..., Crew]]:
    crews: list[Crew] = []

    def begin(**how: object) -> Crew:
        crews.append(Crew(chromium, desk, **how))
        return crews[-1]

    yield begin
    for crew in crews:
        crew.close()


def team_of_two(crew: Crew) -> tuple[Colleague, Colleague]:
    """Bring two people into a team that still practises: notes are what it practises with."""
    dana = crew.found_organisation()
    crew.create_team(dana)
    sana = crew.invite(dana, "sana", "supervisor")
    sana.go(crew.team)
    sana.press("form[action$='/key'] button")
    amal = crew.invite(sana, "amal", "caseworker")
    crew.let_in(sana, amal)
    return sana, amal


def text_of(somebody: Worker) -> str:
    return somebody.page.inner_text("main .text")


@pytest.mark.parametrize(
    ("width", "language", "has_script"),
    [(1280, "en", True), (320, "ar", True), (320, "en", False)],
    ids=["wide", "arabic on a phone", "no script"],
)
def test_journey_of_a_note_edited_by_two_users_and_erased(
    crew_of, tmp_path, width, language, has_script
):
    crew = crew_of(width=width, language=language, has_script=has_script)
    sana, amal = team_of_two(crew)
    notes = f"{crew.team}/notes"

    note = write_first(amal, notes)
    find(amal, notes, note)
    change_at_once(amal, sana, note)
    add_and_fetch(amal, sana, note, tmp_path)
    erase(amal, sana, notes, note)


def write_first(amal: Colleague, notes: str) -> str:
    amal.go(notes)
    amal.press(".empty a.button")
    amal.fill(title=NAME, text=TEXT)
    amal.send("title")
    assert amal.page.inner_text("h1") == NAME
    paragraphs = amal.page.locator("main .text p")
    assert paragraphs.count() == 2
    directions = [
        paragraph.evaluate("p => getComputedStyle(p).direction") for paragraph in paragraphs.all()
    ]
    assert directions == ["ltr", "rtl"]
    return amal.path()


def find(amal: Colleague, notes: str, note: str) -> None:
    """Search with a key, come back from what was found; the words stand in no address."""
    amal.go(notes)
    if amal.is_scripted:
        amal.page.keyboard.press("/")
        amal.page.keyboard.type("NGO thi")
        with amal.page.expect_navigation():
            amal.page.keyboard.press("Enter")
        amal.look()
    else:
        amal.fill(q="NGO thi")
        amal.send("q")
    words_of_address = re.split(r"[\W_]+", unquote_plus(amal.page.url).lower())
    assert not {"ngo", "thi"}.intersection(words_of_address)
    found = amal.page.url
    amal.press("tbody a")
    assert amal.path() == note
    amal.page.go_back()
    assert amal.page.url == found
    assert amal.page.input_value("main [name=q]") == "NGO thi"
    amal.fill(q="nobody")
    amal.send("q")
    assert amal.page.locator(".empty").count() == 1


def change_at_once(amal: Colleague, sana: Colleague, note: str) -> None:
    for somebody in (amal, sana):
        somebody.go(note)
        somebody.press(".head__actions a[href$='/edit']")
    sana.fill(text="What Sana saw")
    sana.send("title")
    amal.fill(text="What Amal saw")
    amal.send("title")
    assert text_of(amal) == "What Sana saw"
    assert amal.page.input_value("main [name=text]") == "What Amal saw"
    amal.fill(text="What both saw")
    amal.send("title")
    assert (amal.path(), text_of(amal)) == (note, "What both saw")


def add_and_fetch(amal: Colleague, sana: Colleague, note: str, folder: Path) -> None:
    (folder / "Demo letter.pdf").write_bytes(b"This is no PDF.")
    (folder / "Demo picture.png").write_bytes(picture("PNG"))
    amal.go(note)
    amal.page.set_input_files("main [name=file]", folder / "Demo letter.pdf")
    amal.send("file")
    assert amal.page.locator(".mistakes").count() == 1
    amal.page.set_input_files("main [name=file]", folder / "Demo picture.png")
    amal.send("file")
    assert amal.path() == note
    sana.go(note)
    with sana.page.expect_download() as fetching:
        sana.page.locator("main .files a").first.click()
    assert fetching.value.suggested_filename == "Demo picture.png"
    assert opened(Path(fetching.value.path()).read_bytes()).size == (40, 20)
    sana.press("main .files a[href$='/remove']")
    sana.send("main .desk__content form")
    assert sana.path() == note
    assert sana.page.locator("main .files").count() == 0


def erase(amal: Colleague, sana: Colleague, notes: str, note: str) -> None:
    amal.go(note)
    amal.press(".head__actions a[href$='/erase']")
    amal.send("main .desk__content form")
    assert amal.path() == notes
    assert amal.page.locator(".empty").count() == 1
    sana.go(note)
    assert NAME not in sana.page.inner_text("body")
    assert "not_found" in sana.page.inner_text("main")


def test_text_typed_while_locked_elsewhere_is_saved_after_unlocking(crew_of):
    crew = crew_of(width=1280)
    sana, _amal = team_of_two(crew)
    note = crew.write(sana, NAME, "before")
    sana.go(f"{note}/edit")
    sana.fill(text="typed meanwhile")
    other = Worker(sana.page.context.new_page(), sana.desk, sana.email)
    other.go("/")
    with other.page.expect_navigation():
        other.page.click(".top__lock button")

    sana.send_covered("title")
    assert sana.path() == "/unlock"
    sana.unlock()
    sana.press(".row__verb")
    sana.send("kept_draft")  # goes on writing
    sana.send("title")

    assert (sana.path(), text_of(sana)) == (note, "typed meanwhile")


def test_typed_text_survives_leaving_or_locking_the_page(crew_of):
    crew = crew_of(width=1280)
    sana, _amal = team_of_two(crew)
    note = crew.write(sana, NAME, "before")
    for text, way in (("left by a link", ".desk__nav a"), ("locked away", ".top__lock button")):
        sana.go(f"{note}/edit")
        sana.fill(text=text)
        with sana.page.expect_navigation():
            sana.page.click(way)

    assert sana.path() == "/unlock"
    sana.unlock()
    assert sana.page.locator("main .row__verb").count() == 2
    sana.press(".row__verb")
    sana.send("kept_draft")  # goes on writing
    sana.send("title")

    assert (sana.path(), text_of(sana)) == (note, "locked away")


def test_locking_without_a_connection_asks_before_the_text_is_lost(crew_of):
    crew = crew_of(width=1280)
    sana, _amal = team_of_two(crew)
    note = crew.write(sana, NAME, "before")
    sana.go(f"{note}/edit")
    sana.fill(text="typed offline")
    asked = []
    sana.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    sana.page.context.set_offline(True)
    with sana.page.expect_event("dialog"):
        sana.page.click(".top__lock button", no_wait_after=True)

    assert asked == ["beforeunload"]
    assert sana.page.input_value("main [name=text]") == "typed offline"


def test_going_back_without_saving_keeps_nothing(crew_of):
    crew = crew_of(width=1280)
    sana, _amal = team_of_two(crew)
    note = crew.write(sana, NAME, "before")
    sana.go(f"{note}/edit")
    sana.fill(text="thrown away")

    sana.press("form[data-keep] .form__end a")

    assert (sana.path(), text_of(sana)) == (note, "before")
    sana.go("/drafts")
    assert sana.page.locator("main .row__verb").count() == 0
