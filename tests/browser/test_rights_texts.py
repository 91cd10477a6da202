"""From a sentence that is written to a page that a visitor reads: by the screen and by a file."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from translate.storage.xliff import xlifffile

from protect.findhelp import addresses
from tests.browser.crew import Colleague, Crew
from tests.browser.desks import DeskSite
from tests.browser.test_desk_checking import Office

pytestmark = [pytest.mark.browser, pytest.mark.node]
MEN = addresses.rights_in("BE", "men").code
NEW = "Men and boys are raped and beaten, too. It happens to many."
FRENCH = "Des hommes et des garçons aussi sont violés et frappés. Cela arrive à beaucoup."
WRONG = "Des hommes et 12 garçons."
TITLE = "Les hommes et les garçons"


@pytest.fixture
def crew(chromium: Browser, loaded_desk: DeskSite) -> Iterator[Crew]:
    found = Crew(chromium, loaded_desk, width=1200)
    yield found
    found.close()


def release(by: Colleague, *tags: str) -> None:
    by.go("/texts/releases")
    for tag in tags:
        by.page.check(f"[name=language][value={tag}]")
    by.press("main form button.button--primary")


def public_text(crew: Crew, tag: str) -> str:
    """Return what a visitor reads on the page."""
    page = crew.chromium.new_page()
    page.goto(f"{crew.desk.public}/{tag}/{MEN}")
    text = page.inner_text("main")
    page.close()
    return text


def test_a_sentence_is_written_translated_read_by_two_and_released(crew, tmp_path):
    office = Office(crew, "coordinator", "coordinator", "translator", "translator", "specialist")
    cora, vera, tiba, luce, siri = office.people

    cora.go("/texts")
    cora.press("main a:has-text('Men and boys')")
    cora.page.fill("[name=text_lead]", NEW)
    cora.press("main form button.button--primary")
    assert "Say for “lead”" in cora.reads()  # and what she wrote is still there
    assert cora.page.input_value("[name=text_lead]") == NEW
    cora.page.select_option("[name=change_lead]", "content")
    cora.press("main form button.button--primary")
    assert "1 text was saved." in cora.reads()

    tiba.go("/texts/men/fr")
    tiba.page.fill("[name=text_lead]", WRONG)
    tiba.press("main form button.button--primary")
    assert "A number differs" in tiba.reads()
    tiba.page.fill("[name=text_lead]", FRENCH)
    tiba.press("main form button.button--primary")
    assert "1 text was saved." in tiba.reads()
    bring_a_file_of_a_tool(tiba, tmp_path)

    for reader, role in ((luce, "language"), (siri, "subject")):
        reader.go("/texts/men/fr")
        reader.press(f"main button[name=role][value={role}]")
        assert "You have read" in reader.reads()
    luce.go("/texts/men/fr")
    assert luce.page.locator("#lead .state--good", has_text="Current").count() == 1

    release(cora, "en")
    assert "You wrote or translated texts of these pages yourself" in cora.reads()
    release(vera, "en", "fr")
    assert "public now in 2 languages" in vera.reads()

    assert NEW in public_text(crew, "en")
    french = public_text(crew, "fr")
    assert FRENCH in french
    assert TITLE in french


def bring_a_file_of_a_tool(tiba: Colleague, folder: Path) -> None:
    """Translate the title with another program: from XLIFF to PO and back, and upload it."""
    tiba.go("/texts/files")
    with tiba.page.expect_download() as download:
        tiba.page.click("a[href='/texts/files/fr/xlf']")
    file = folder / "pages.xlf"
    download.value.save_as(file)
    content = xlifffile.parsestring(file.read_bytes())
    for unit in content.units:
        if unit.getid().endswith("men/title"):
            unit.target = TITLE
    file.write_bytes(bytes(content))
    names = [folder / name for name in ("pages.xlf", "pages.po", "back.xlf")]
    for program, source, target in zip(("xliff2po", "po2xliff"), names, names[1:], strict=False):
        command = [Path(sys.executable).with_name(program), "--progress=none", source, target]
        subprocess.run(command, check=True)
    tiba.page.select_option("main [name=language]", "fr")
    tiba.page.set_input_files("[name=file]", names[-1])
    tiba.press("main form[enctype] button.button--primary")
    assert "What became of the file" in tiba.reads()
